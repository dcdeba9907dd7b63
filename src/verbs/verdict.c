#include "verbs/verdict.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"

static const char *
word(enum result r)
{
	static const char *const words[] = {
		[RESULT_PASS] = "ok",
		[RESULT_FAIL] = "FAIL",
		[RESULT_UNKNOWN] = "unknown",
	};
	return words[r];
}

static void
check_text(struct buf *b, const struct check *c)
{
	const struct reason *r = reason_look(c->code);
	buf_fmt(b, "  %-8s%-16s", word(c->result), c->name);
	if (c->result == RESULT_PASS) {
		buf_fmt(b, "%s\n", c->detail);
		return;
	}
	buf_fmt(b, "[%s]\n", c->code);
	fmt_wrap(b, "          ", c->detail);
	if (!r)
		return;
	fmt_wrap(b, "          ", r->means);
	DEFER(buf_free) struct buf next = buf_max(1024);
	buf_fmt(&next, "To do: %s.", r->next);
	buf_u8(&next, 0);
	fmt_wrap(b, "          ", next.failed ? "" : (const char *)next.p);
}

void
verdict_checks(struct buf *b, const struct verdict *v, bool all)
{
	const struct check *first = verdict_check(v, "revoked");
	if (first && first->result == RESULT_PASS)
		first = NULL;
	if (first)
		check_text(b, first);
	for (size_t i = 0; i < v->n; i++)
		if (&v->check[i] != first &&
		    (all || v->check[i].result != RESULT_PASS))
			check_text(b, &v->check[i]);
}

void
verdict_text(struct buf *b, const struct verdict_view *w)
{
	const struct verdict *v = w->v;
	buf_fmt(b, "verdict: %s\n", result_name(v->result));
	buf_fmt(b, "trust: %s\n", trust_name(v->trust));
	if (trust_warning(v->trust))
		buf_fmt(b, "warning: %s\n", trust_warning(v->trust));
	else if (v->development)
		buf_str(b,
			"warning: the policy also accepts development keys\n");
	const struct check *gone = verdict_check(v, "revoked");
	if (gone && gone->result == RESULT_FAIL)
		buf_fmt(b, "revoked: %s\n", gone->detail);
	if (v->release)
		buf_fmt(b, "release: %s\n", show_str(v->release).s);
	buf_fmt(b, "time: %s (%s)\n", show_time(w->at).s,
		w->now ? "now" : "given: proves nothing about the present");
	if (w->now && v->result == RESULT_PASS && !verdict_check(v, "nonce"))
		buf_str(b, "nonce: none was expected, so a recorded document "
			   "also passes\n");
	verdict_checks(b, v, w->all);
}
