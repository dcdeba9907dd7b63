#include "api/outcome.h"

#include "base/buf.h"

static enum veraclave_status
status_of(enum err_code code)
{
	switch (code) {
	case OK:
		return VERACLAVE_OK;
	case ERR_USAGE:
		return VERACLAVE_USAGE;
	case ERR_INPUT:
	case ERR_LIMIT:
	case ERR_REFUSED:
		return VERACLAVE_INPUT;
	case ERR_NOTFOUND:
	case ERR_SYS:
	case ERR_NET:
	case ERR_BUG:
		return VERACLAVE_MACHINE;
	}
	UNREACHABLE();
}

enum veraclave_status
outcome(const struct err *e, const struct arena *a, struct told *out)
{
	struct buf b = buf_over(out->text, sizeof(out->text));
	buf_str(&b, e->msg);
	if (e->hint[0])
		buf_fmt(&b, " (%s)", e->hint);
	buf_u8(&b, 0);
	ASSERT(!b.failed && e->code != OK);
	/* no memory, not too large an input */
	return a->failed && e->code == ERR_LIMIT ? VERACLAVE_MACHINE
						 : status_of(e->code);
}
