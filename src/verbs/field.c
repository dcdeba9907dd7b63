#include "verbs/field.h"

#include "codec/hex.h"
#include "sys/fs.h"

bool
field_value(const char *name, const char *text, size_t max, struct arena *a,
	    struct span *out, struct err *e)
{
	if (text[0] == '@')
		return fs_read(text + 1, max, a, out, e) ||
		       err_ctx(e, "--%s", name);
	if (span_starts(span_str(text), SPAN("text:"))) {
		*out = span_from(span_str(text), 5);
		return true;
	}
	if (hex_parse(span_str(text), a, out, e))
		return true;
	if (e->code == ERR_INPUT) { /* not a lack of memory */
		e->code = ERR_USAGE;
		err_hint(e, "give hex digits, @FILE for the bytes of a file,"
			    " or text:TEXT");
	}
	return err_ctx(e, "--%s", name);
}
