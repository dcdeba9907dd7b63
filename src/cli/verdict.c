#include "cli/verdict.h"

#include <string.h>

#include "attest/reasons.h"
#include "base/fmt.h"
#include "codec/jwrite.h"

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
	for (size_t i = 0; i < v->n; i++)
		if (all || v->check[i].result != RESULT_PASS)
			check_text(b, &v->check[i]);
}

void
verdict_text(struct buf *b, const struct verdict_view *w)
{
	const struct verdict *v = w->v;
	buf_fmt(b, "verdict: %s\n", result_name(v->result));
	buf_fmt(b, "trust: %s%s\n", trust_name(v->trust),
		v->trust == TRUST_QEMU || v->trust == TRUST_SIM
			? " (for development: no hardware stands behind it)"
			: "");
	if (v->release)
		buf_fmt(b, "release: %s\n", show_str(v->release).s);
	buf_fmt(b, "time: %lld (%s)\n", (long long)w->at,
		w->now ? "now" : "given: says nothing about now");
	verdict_checks(b, v, w->all);
}

bool
verdict_json(struct buf *b, const struct verdict_view *w, struct err *e)
{
	const struct verdict *v = w->v;
	struct jw j = jw_into(b, 2);
	jw_map(&j, NULL);
	jw_str(&j, "schema", "veraclave-verdict/1");
	jw_str(&j, "verdict", result_name(v->result));
	jw_str(&j, "trust", trust_name(v->trust));
	jw_str(&j, "release", v->release);
	jw_int(&j, "at", w->at);
	jw_str(&j, "at_from", w->now ? "clock" : "option");
	if (v->has_doc) {
		jw_text(&j, "module_id", v->doc.module_id);
		jw_u64(&j, "timestamp_ms", v->doc.timestamp_ms);
	}
	jw_list(&j, "checks");
	for (size_t i = 0; i < v->n; i++) {
		jw_map(&j, NULL);
		jw_str(&j, "name", v->check[i].name);
		jw_str(&j, "result", result_name(v->check[i].result));
		jw_str(&j, "code", v->check[i].code);
		jw_str(&j, "detail", v->check[i].detail);
		jw_end(&j);
	}
	jw_end(&j);
	jw_end(&j);
	buf_u8(b, '\n');
	return jw_ok(&j, e);
}
