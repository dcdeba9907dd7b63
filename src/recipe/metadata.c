#include "recipe/metadata.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "codec/jwrite.h"

static bool
leaf(struct jw *w, const char *key, const struct toml *t, struct err *e)
{
	switch (t->kind) {
	case TOML_STRING:
		jw_text(w, key, t->text);
		return true;
	case TOML_INTEGER:
		jw_int(w, key, t->integer);
		return true;
	case TOML_BOOL:
		jw_bool(w, key, t->truth);
		return true;
	case TOML_FLOAT:
	case TOML_TIME:
	case TOML_TABLE:
	case TOML_ARRAY:
		break;
	}
	return err_set(e, ERR_INPUT,
		       "metadata: %s is %s, which is not kept exactly in JSON; "
		       "write it as a string",
		       t->key.n ? show(t->key).s : "an element",
		       toml_kind_name(t->kind));
}

static bool
nested(const struct toml *t)
{
	return t->kind == TOML_TABLE || t->kind == TOML_ARRAY;
}

static void
open_value(struct jw *w, const char *key, const struct toml *t)
{
	if (t->kind == TOML_TABLE)
		jw_map(w, key);
	else
		jw_list(w, key);
}

/* Depth first with the path in `stack`; the reader has bounded the depth. */
static bool
walk(struct jw *w, const struct toml *root, struct arena *a, struct err *e)
{
	const struct toml *stack[LIMIT_TOML_DEPTH + 2];
	size_t depth = 1;
	stack[0] = root->first;
	open_value(w, NULL, root);
	const struct toml *in[LIMIT_TOML_DEPTH + 2] = { root };
	while (depth) {
		const struct toml *t = stack[depth - 1];
		if (!t) {
			jw_end(w);
			depth--;
			continue;
		}
		stack[depth - 1] = t->next;
		bool keyed = in[depth - 1]->kind == TOML_TABLE;
		const char *key = keyed ? arena_cstr(a, t->key) : NULL;
		if (keyed && !key)
			return err_set(e, ERR_INPUT,
				       "metadata: a key with a NUL byte");
		if (!nested(t)) {
			if (!leaf(w, key, t, e))
				return false;
			continue;
		}
		ASSERT(depth < COUNT(stack));
		open_value(w, key, t);
		in[depth] = t;
		stack[depth++] = t->first;
	}
	return true;
}

static void
arena_done(struct arena *a)
{
	arena_finish(a);
}

bool
metadata_json(const struct toml *table, struct json **out, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(LIMIT_JSON);
	DEFER(arena_done) struct arena a = { 0 };
	struct jw w = jw_into(&b, 0);
	return walk(&w, table, &a, e) && jw_ok(&w, e) &&
	       json_parse(buf_view(&b), out, e);
}
