/* What is read is written back canonically, means the same, and is then what
 * the strict reader takes. */
#include "base/fuzz.h"

#include "nsm/proto.h"

enum { ROOM = 1 << 16 };

static void
request(struct span in)
{
	struct arena a = { 0 };
	struct nsm_request r, again;
	struct err e = { 0 };
	DEFER(buf_free) struct buf one = buf_max(ROOM), two = buf_max(ROOM);
	if (nsm_read_request(in, false, &a, &r, &e)) {
		nsm_put_request(&one, &r);
		ASSERT(one.failed ||
		       nsm_read_request(buf_view(&one), true, &a, &again, &e));
		nsm_put_request(&two, &again);
		ASSERT(one.failed || span_eq(buf_view(&one), buf_view(&two)));
		ASSERT(!nsm_read_request(in, true, &a, &again, &e) ||
		       span_eq(in, buf_view(&one)));
	} else {
		ASSERT(e.msg[0] && !nsm_read_request(in, true, &a, &r, &e));
	}
	arena_finish(&a);
}

static void
response(struct span in)
{
	struct arena a = { 0 };
	struct nsm_response r, again;
	struct err e = { 0 };
	DEFER(buf_free) struct buf one = buf_max(ROOM), two = buf_max(ROOM);
	if (nsm_read_response(in, false, &a, &r, &e)) {
		nsm_put_response(&one, &r);
		ASSERT(one.failed ||
		       nsm_read_response(buf_view(&one), true, &a, &again, &e));
		nsm_put_response(&two, &again);
		ASSERT(one.failed || span_eq(buf_view(&one), buf_view(&two)));
	} else {
		ASSERT(e.msg[0] && !nsm_read_response(in, true, &a, &r, &e));
	}
	arena_finish(&a);
}

FUZZ(in)
{
	if (in.n > ROOM / 2)
		return;
	request(in);
	response(in);
}
