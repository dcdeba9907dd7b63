#include "run/port.h"

#include "base/test.h"

#define SECOND ((uint64_t)1000 * 1000 * 1000)

TEST(a_port_that_opens_in_time_is_not_told)
{
	struct port_news p = { 0 };
	CHECK(t, !port_answered(&p, false, 100 * SECOND));
	CHECK(t, !port_answered(&p, false, 105 * SECOND - 1));
	CHECK(t, p.refused && !p.taken);
	CHECK(t, !port_answered(&p, true, 106 * SECOND));
	CHECK(t, p.taken && !p.refused);
	/* what refuses again has its time again */
	CHECK(t, !port_answered(&p, false, 200 * SECOND));
	CHECK(t, !p.taken);
}

TEST(a_port_that_stays_shut_is_told_once)
{
	struct port_news p = { 0 };
	CHECK(t, !port_answered(&p, false, 7));
	CHECK(t, port_answered(&p, false, 7 + 5 * SECOND));
	CHECK(t, !port_answered(&p, false, 7 + 6 * SECOND));
	CHECK(t, !port_answered(&p, true, 8 * SECOND));
	CHECK(t, !port_answered(&p, false, 9 * SECOND));
	CHECK(t, !port_answered(&p, false, 90 * SECOND));
}
