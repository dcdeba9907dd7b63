#include "base/test.h"

#include "codec/roff.h"

TEST(roff_text_is_wrapped_and_harmless)
{
	struct buf b = buf_max(1000);
	roff_text(&b, " .TH one\\two (a-b.) And\nmore.\n\n'quote");
	CHECK_SPAN(t, buf_view(&b),
		   SPAN("\\&.TH one\\etwo (a\\-b.)\nAnd more.\n.Pp\n"
			"\\&'quote\n"));
	buf_clear(&b);
	roff_text(&b, "0123456789 0123456789 0123456789 0123456789 0123456789 "
		      "0123456789 0123456789 0123456789");
	CHECK_U(t, span_find(buf_view(&b), '\n'), 76);
	buf_free(&b);
}

TEST(roff_code_keeps_lines)
{
	struct buf b = buf_max(1000);
	roff_code(&b, "a\n\n.b -c");
	CHECK_SPAN(t, buf_view(&b),
		   SPAN(".Bd -literal -offset indent\na\n\n\\&.b \\-c\n.Ed\n"));
	buf_free(&b);
}
