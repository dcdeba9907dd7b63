#include "base/test.h"

#include <string.h>

#include "attest/reasons.h"

TEST(reasons_are_whole_and_there_once)
{
	const struct reason *r, *o;
	size_t n = 0;
	for (; (r = reason_at(n)); n++) {
		CHECK(t, r->code[0] && r->title[0] && r->means[0]);
		CHECK(t, r->next[0] && strlen(r->next) < 300);
		CHECK(t, r->means[strlen(r->means) - 1] == '.');
		CHECK(t, r->next[strlen(r->next) - 1] != '.');
		CHECK(t, r->title[strlen(r->title) - 1] != '.');
		CHECK(t,
		      reason_look(r->code) == r && reason_find(r->code) == r);
		for (size_t i = 0; (o = reason_at(i)) && i < n; i++)
			CHECK(t, strcmp(o->code, r->code) != 0);
	}
	CHECK(t, n > 90 && !reason_look("no-such"));
}

/* `veraclave explain --markdown >docs/troubleshooting.md` makes it anew. */
TEST(reasons_page_is_the_one_in_docs)
{
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	reasons_markdown(&b);
	CHECK(t, !b.failed);
	CHECK_SPAN(t, test_repo_file(t, "docs/troubleshooting.md"),
		   buf_view(&b));
}

TEST(reasons_as_errors)
{
	struct err e = { 0 };
	CHECK(t, !reason_err(&e, "doc-trailing", "%d bytes", 3));
	CHECK(t, e.code == ERR_INPUT);
	CHECK_STR(t, e.msg, "3 bytes");
	CHECK_STR(t, e.id, "doc-trailing");
	CHECK(t, e.hint[0]);
	CHECK(t, !reason_err(&e, "chain-ca", "no"));
	CHECK(t, e.code == ERR_REFUSED);
}
