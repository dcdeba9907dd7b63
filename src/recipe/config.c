/* enclave.toml: from the TOML tree into struct build_config, by the table. */
#include "recipe/config.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"
#include "base/near.h"
#include "base/num.h"
#include "recipe/config_fields.h"
#include "sys/fs.h"

enum { FIELDS_MAX = 64 };

struct load {
	struct span text;
	const char *dir; /* of the file: "" or with "/" at the end */
	struct arena *arena;
	struct build_config *c;
	const struct toml *given[FIELDS_MAX]; /* by row; NULL: not given */
	struct err *e;
};

/* The table of a row for people: "[build]". */
static const char *
table_name(struct load *l, const char *name)
{
	const char *s = name[0] ? arena_fmt(l->arena, "[%s]", name) : NULL;
	return s ? s : "the file";
}

static bool wrong(struct load *l, const struct toml *at, const char *fmt, ...)
	PRINTF(3, 4);

static bool
wrong(struct load *l, const struct toml *at, const char *fmt, ...)
{
	struct toml_place p = toml_place(l->text, at->at);
	va_list ap;
	va_start(ap, fmt);
	err_setv(l->e, ERR_INPUT, fmt, ap);
	va_end(ap);
	err_ctx(l->e, "line %u, column %u", p.line, p.column);
	return err_id(l->e, "config");
}

static const struct config_table *
table_by_name(struct span name)
{
	for (size_t i = 0; i < config_table_count; i++)
		if (name.n && span_is(name, config_tables[i].name))
			return &config_tables[i];
	return NULL;
}

static const struct config_field *
field_by_name(const char *table, struct span key)
{
	for (size_t i = 0; i < config_field_count; i++)
		if (strcmp(config_fields[i].table, table) == 0 &&
		    span_is(key, config_fields[i].key))
			return &config_fields[i];
	return NULL;
}

/* What else could have been meant: keys of the table, above all headers also
 * tables, and then a key of the same name that belongs elsewhere. */
static bool
unknown_hint(struct load *l, const char *table, const char *key)
{
	const size_t far = near_enough(strlen(key)) + 1;
	size_t least = far;
	const char *best = NULL;
	for (size_t i = 0; i < config_field_count; i++) {
		const struct config_field *f = &config_fields[i];
		size_t d = near_distance(f->key, key);
		if (strcmp(f->table, table) == 0 && d < least) {
			best = f->key;
			least = d;
		}
	}
	for (size_t i = 1; !table[0] && i < config_table_count; i++) {
		size_t d = near_distance(config_tables[i].name, key);
		if (d < least) {
			best = config_tables[i].name;
			least = d;
		}
	}
	if (least < far)
		return err_hint(l->e, "did you mean %s?", best);
	for (size_t i = 0; i < config_field_count; i++)
		if (strcmp(config_fields[i].key, key) == 0)
			return err_hint(l->e, "%s belongs in %s", key,
					table_name(l, config_fields[i].table));
	return err_hint(l->e, "\"veraclave help enclave.toml\" lists the keys");
}

static bool
unknown(struct load *l, const char *table, const struct toml *v)
{
	char *key = arena_cstr(l->arena, v->key);
	wrong(l, v, "there is no key %s in %s", show(v->key).s,
	      table_name(l, table));
	return key && unknown_hint(l, table, key);
}

static bool
want(struct load *l, const struct toml *v, enum toml_kind k)
{
	return v->kind == k ||
	       wrong(l, v, "%s is %s, not %s", show(v->key).s,
		     toml_kind_name(k), toml_kind_name(v->kind));
}

/* A string value without NUL; `at` names it in messages. */
static bool
text_of(struct load *l, const struct toml *v, const char **out)
{
	if (v->kind != TOML_STRING)
		return wrong(l, v, "expected a string, not %s",
			     toml_kind_name(v->kind));
	if (span_find(v->text, 0) != v->text.n)
		return wrong(l, v, "a zero byte in a string");
	*out = arena_cstr(l->arena, v->text);
	return *out || err_full(l->e, "the configuration");
}

static bool
relative(struct load *l, const char *prefix, const char *path, const char **out)
{
	*out = arena_fmt(l->arena, "%s%s%s", prefix,
			 path[0] == '/' ? "" : l->dir, path);
	return *out || err_full(l->e, "the configuration");
}

static bool
set_text(struct load *l, const struct config_field *f, const struct toml *v,
	 void *at)
{
	const char **out = at;
	if (!want(l, v, TOML_STRING) || !text_of(l, v, out))
		return false;
	if (v->text.n == 0 && f->kind != CONFIG_STR)
		return wrong(l, v, "%s is empty", f->key);
	return true;
}

static bool
set_path(struct load *l, const struct config_field *f, const struct toml *v,
	 void *at)
{
	const char **out = at;
	return set_text(l, f, v, at) && relative(l, "", *out, out);
}

/* "oci:image" becomes "oci:DIR/image"; docker:// has no path. */
static bool
set_image(struct load *l, const struct config_field *f, const struct toml *v,
	  void *at)
{
	static const char *const prefixes[] = {
		"dir:",       "tar:", "oci:", "oci-archive:", "docker-archive:",
		"docker-dir:"
	};
	const char **out = at;
	if (!set_text(l, f, v, at))
		return false;
	if (span_starts(v->text, SPAN("docker://")))
		return true;
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (span_starts(v->text, span_str(prefixes[i])))
			return relative(l, prefixes[i],
					*out + strlen(prefixes[i]), out);
	return relative(l, "", *out, out);
}

static bool
set_uri(struct load *l, const struct config_field *f, const struct toml *v,
	void *at)
{
	const char **out = at;
	if (!set_text(l, f, v, at))
		return false;
	return span_starts(v->text, SPAN("pkcs11:")) ||
	       relative(l, "", *out, out);
}

static bool
set_number(struct load *l, const struct config_field *f, const struct toml *v,
	   void *at)
{
	uint64_t *out = at;
	if (!want(l, v, TOML_INTEGER))
		return false;
	if (v->integer < 0 || (uint64_t)v->integer < f->min ||
	    (uint64_t)v->integer > f->max)
		return wrong(l, v, "%s is %lld, not within %llu and %llu",
			     f->key, (long long)v->integer,
			     (unsigned long long)f->min,
			     (unsigned long long)f->max);
	*out = (uint64_t)v->integer;
	return true;
}

static bool
set_choice(struct load *l, const struct config_field *f, const struct toml *v,
	   void *at)
{
	DEFER(buf_free) struct buf all = buf_max(200);
	if (!want(l, v, TOML_STRING))
		return false;
	for (unsigned i = 0; f->choice[i]; i++) {
		if (span_is(v->text, f->choice[i])) {
			*(unsigned *)at = i;
			return true;
		}
		buf_fmt(&all, "%s%s", i ? ", " : "", f->choice[i]);
	}
	wrong(l, v, "%s cannot be %s", f->key, show(v->text).s);
	return err_hint(l->e, "choose one of: %.*s", (int)all.n,
			(const char *)all.p);
}

static bool
set_list(struct load *l, const struct config_field *f, const struct toml *v,
	 void *at)
{
	struct strings *out = at;
	(void)f;
	if (!want(l, v, TOML_ARRAY))
		return false;
	*out = (struct strings){ NEW(l->arena, struct span, v->n), 0 };
	if (!out->v)
		return err_full(l->e, "the configuration");
	for (const struct toml *m = v->first; m; m = m->next) {
		const char *text = NULL;
		if (!text_of(l, m, &text))
			return false;
		out->v[out->n++] = span_str(text);
	}
	return true;
}

static bool
set_pairs(struct load *l, const struct config_field *f, const struct toml *v,
	  void *at)
{
	struct strings *out = at;
	(void)f;
	if (!want(l, v, TOML_TABLE))
		return false;
	*out = (struct strings){ NEW(l->arena, struct span, v->n), 0 };
	if (!out->v)
		return err_full(l->e, "the configuration");
	for (const struct toml *m = v->first; m; m = m->next) {
		const char *text = NULL;
		if (m->key.n == 0 || span_find(m->key, '=') < m->key.n ||
		    span_find(m->key, 0) < m->key.n)
			return wrong(l, m, "%s cannot be a variable's name",
				     show(m->key).s);
		if (!text_of(l, m, &text))
			return false;
		char *pair = arena_fmt(l->arena, "%.*s=%s", (int)m->key.n,
				       (const char *)m->key.p, text);
		if (!pair)
			return err_full(l->e, "the configuration");
		out->v[out->n++] = span_str(pair);
	}
	return true;
}

/* Kept in ascending order, so that the order in the file is not measured. */
static bool
set_ports(struct load *l, const struct config_field *f, const struct toml *v,
	  void *at)
{
	struct ports *out = at;
	if (!want(l, v, TOML_ARRAY))
		return false;
	if (v->n == 0 || v->n > PROCESS_PORTS_MAX)
		return wrong(l, v, "%s holds %zu ports, not 1 to %d", f->key,
			     v->n, PROCESS_PORTS_MAX);
	for (const struct toml *m = v->first; m; m = m->next) {
		size_t i = out->n;
		if (m->kind != TOML_INTEGER || m->integer < 1 ||
		    m->integer > 65535)
			return wrong(l, m, "expected a port, 1 to 65535");
		uint32_t port = (uint32_t)m->integer;
		for (; i && out->v[i - 1] > port; i--)
			out->v[i] = out->v[i - 1];
		if (i && out->v[i - 1] == port)
			return wrong(l, m, "port %u is there twice", port);
		out->v[i] = port;
		out->n++;
	}
	return true;
}

static bool
set_field(struct load *l, const struct config_field *f, const struct toml *v)
{
	static bool (*const set[])(struct load *, const struct config_field *,
				   const struct toml *, void *) = {
		[CONFIG_STR] = set_text,    [CONFIG_PATH] = set_path,
		[CONFIG_IMAGE] = set_image, [CONFIG_URI] = set_uri,
		[CONFIG_U64] = set_number,  [CONFIG_ENUM] = set_choice,
		[CONFIG_LIST] = set_list,   [CONFIG_PAIRS] = set_pairs,
		[CONFIG_PORTS] = set_ports,
	};
	l->given[f - config_fields] = v;
	return set[f->kind](l, f, v, (char *)l->c + f->offset);
}

static bool
not_built(struct load *l, const struct config_table *t, const struct toml *v)
{
	wrong(l, v, "[%s] is not built yet: nothing of it would take effect",
	      t->name);
	return err_hint(l->e, "leave the table out");
}

static bool
read_table(struct load *l, const struct config_table *t, const struct toml *v)
{
	if (t->later)
		return not_built(l, t, v);
	if (!want(l, v, TOML_TABLE))
		return false;
	if (t->kept) {
		*(const struct toml **)(void *)((char *)l->c + t->offset) = v;
		return true;
	}
	for (const struct toml *m = v->first; m; m = m->next) {
		const struct config_field *f = field_by_name(t->name, m->key);
		if (!f)
			return unknown(l, t->name, m);
		if (!set_field(l, f, m))
			return false;
	}
	return true;
}

static bool
read_root(struct load *l, const struct toml *root)
{
	for (const struct toml *m = root->first; m; m = m->next) {
		const struct config_table *t = table_by_name(m->key);
		const struct config_field *f = field_by_name("", m->key);
		if (!t && !f)
			return unknown(l, "", m);
		if (!(t ? read_table(l, t, m) : set_field(l, f, m)))
			return false;
	}
	return true;
}

static const struct toml *
given(const struct load *l, const char *table, const char *key)
{
	const struct config_field *f = field_by_name(table, span_str(key));
	ASSERT(f);
	return l->given[f - config_fields];
}

/* Keys that make sense beside another key only. */
static bool
check_needs(struct load *l)
{
	for (size_t i = 0; i < config_field_count; i++) {
		const struct config_field *f = &config_fields[i];
		if (l->given[i] && f->needs && !given(l, f->table, f->needs))
			return wrong(l, l->given[i], "%s needs %s beside it",
				     f->key, f->needs);
	}
	return true;
}

static bool
check_source(struct load *l)
{
	static const struct {
		const char *table, *key;
		enum config_from from;
	} ways[] = {
		{ "source", "dockerfile", CONFIG_FROM_DOCKERFILE },
		{ "source", "image", CONFIG_FROM_IMAGE },
		{ "source", "rootfs", CONFIG_FROM_ROOTFS },
		{ "rootfs", "debian", CONFIG_FROM_DEBIAN },
	};
	const char *first = NULL;
	for (size_t i = 0; i < COUNT(ways); i++) {
		const struct toml *v = given(l, ways[i].table, ways[i].key);
		if (!v)
			continue;
		if (first) {
			wrong(l, v, "a second source: %s beside %s",
			      ways[i].key, first);
			return err_hint(l->e, "keep one of them");
		}
		first = ways[i].key;
		l->c->from = ways[i].from;
	}
	return true;
}

static bool
check_boot(struct load *l)
{
	static const char *const parts[] = { "kernel", "init", "nsm_ko" };
	for (size_t i = 0; l->c->boot_dir && i < COUNT(parts); i++) {
		const struct toml *v = given(l, "boot", parts[i]);
		if (v)
			return wrong(l, v,
				     "%s beside dir: take the directory's "
				     "parts or name each one",
				     parts[i]);
	}
	return true;
}

bool
config_name_ok(const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p == '/' || (unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	return name[0] && name[0] != '.';
}

void
config_defaults(struct build_config *c)
{
	*c = (struct build_config){ 0 };
	for (size_t i = 0; i < config_field_count; i++) {
		const struct config_field *f = &config_fields[i];
		void *at = (char *)c + f->offset;
		if (f->kind == CONFIG_U64)
			*(uint64_t *)at = CONFIG_UNSET;
		if (f->kind == CONFIG_STR)
			*(const char **)at = f->fallback;
		if (f->kind != CONFIG_ENUM)
			continue;
		unsigned v = 0;
		while (strcmp(f->choice[v], f->fallback) != 0)
			v++;
		*(unsigned *)at = v;
	}
}

bool
config_parse(struct span text, const char *path, struct arena *a,
	     struct build_config *c, struct err *e)
{
	struct toml *root;
	size_t slash = span_rfind(span_str(path), '/');
	bool bare = slash == strlen(path);
	struct load l = { .text = text, .arena = a, .c = c, .e = e };
	ASSERT(config_field_count <= FIELDS_MAX);
	config_defaults(c);
	c->path = path;
	l.dir = arena_fmt(a, "%.*s", bare ? 0 : (int)slash + 1, path);
	if (!l.dir)
		return err_full(e, "the configuration");
	if (!toml_parse(text, a, &root, e) || !read_root(&l, root) ||
	    !check_needs(&l) || !check_source(&l) || !check_boot(&l))
		return err_ctx(e, "%s", show_str(path).s);
	c->entrypoint_set = given(&l, "process", "entrypoint");
	c->cmd_set = given(&l, "process", "cmd");
	c->scrub_set = given(&l, "build", "scrub");
	return true;
}

bool
config_load(const char *path, struct arena *a, struct build_config *c,
	    struct err *e)
{
	struct span text;
	bool dir = fs_kind(path) == FS_DIR;
	path = arena_fmt(a, dir ? "%s/" CONFIG_NAME : "%s", path);
	if (!path)
		return err_full(e, "the configuration");
	return fs_read(path, LIMIT_CONFIG, a, &text, e) &&
	       config_parse(text, path, a, c, e);
}
