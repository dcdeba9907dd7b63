#include "verbs/codes.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "eif/rules.h"

static const struct code *
find(const struct codes *l, const char *code)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].code, code) == 0)
			return &l->v[i];
	return NULL;
}

static const struct eif_rule_row *
find_rule(const char *code)
{
	for (size_t i = 0; i < EIF_RULES; i++)
		if (strcmp(eif_rules[i].id, code) == 0)
			return &eif_rules[i];
	return NULL;
}

static size_t
reasons_count(void)
{
	size_t n = 0;
	while (reason_at(n))
		n++;
	return n;
}

const char *
code_at(size_t i, const char **title)
{
	const struct codes *const lists[] = { &codes_program,
					      &codes_nitro_cli };
	const struct reason *r = reason_at(i);
	if (r) {
		*title = r->title;
		return r->code;
	}
	i -= reasons_count();
	if (i < EIF_RULES) {
		*title = eif_rules[i].about;
		return eif_rules[i].id;
	}
	i -= EIF_RULES;
	for (size_t k = 0; k < COUNT(lists); k++) {
		if (i < lists[k]->n) {
			*title = lists[k]->v[i].title;
			return lists[k]->v[i].code;
		}
		i -= lists[k]->n;
	}
	return NULL;
}

static void
put_code(struct buf *b, const char *code, const char *title, const char *next)
{
	DEFER(buf_free) struct buf todo = buf_max(4096);
	buf_fmt(b, "%s\n\n", code);
	fmt_wrap(b, "    ", title);
	buf_fmt(&todo, "To do: %s.", next);
	buf_u8(&todo, 0);
	buf_str(b, "\n");
	fmt_wrap(b, "    ", todo.failed ? next : (const char *)todo.p);
}

static bool
put_ours(struct buf *b, const char *code)
{
	const struct reason *r = reason_look(code);
	const struct eif_rule_row *rule = find_rule(code);
	const struct code *c = find(&codes_program, code);
	if (r)
		reason_text(b, r);
	else if (rule)
		put_code(b, rule->id, rule->about,
			 rule->hint ? rule->hint : "nothing");
	else if (c)
		put_code(b, c->code, c->title, c->next);
	return r || rule || c;
}

static void
put_nitro(struct buf *b, const struct code *c)
{
	buf_fmt(b, "%s (of nitro-cli)\n\n", c->code);
	fmt_wrap(b, "    ", c->title);
	if (!c->next) {
		buf_str(b, "\n    It concerns a Nitro host; there is no code of"
			   " ours for it.\n");
		return;
	}
	buf_fmt(b, "\n    The nearest code here:\n\n");
	IGNORE(put_ours(b, c->next));
}

bool
code_explain(struct buf *b, const char *code)
{
	const struct code *nitro = find(&codes_nitro_cli, code);
	if (put_ours(b, code))
		return true;
	if (nitro)
		put_nitro(b, nitro);
	return nitro != NULL;
}
