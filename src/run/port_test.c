#include "run/port.h"

#include "base/test.h"

#define SECOND ((uint64_t)1000 * 1000 * 1000)

TEST(a_port_that_opens_in_time_is_not_told)
{
	struct port_news p = { 0 };
	CHECK(t, !port_answered(&p, false, true, 100 * SECOND));
	CHECK(t, !port_answered(&p, false, true, 110 * SECOND - 1));
	CHECK(t, p.refused && !p.taken);
	CHECK(t, !port_answered(&p, true, true, 111 * SECOND));
	CHECK(t, p.taken && !p.refused);
	/* a port that refuses again gets the full time again */
	CHECK(t, !port_answered(&p, false, true, 200 * SECOND));
	CHECK(t, !p.taken);
}

TEST(a_port_that_stays_shut_is_told_once)
{
	struct port_news p = { 0 };
	CHECK(t, !port_answered(&p, false, true, 7));
	CHECK(t, port_answered(&p, false, true, 7 + 10 * SECOND));
	CHECK(t, !port_answered(&p, false, true, 7 + 11 * SECOND));
	CHECK(t, !port_answered(&p, true, true, 18 * SECOND));
	CHECK(t, !port_answered(&p, false, true, 19 * SECOND));
	CHECK(t, !port_answered(&p, false, true, 90 * SECOND));
}

/* An emulator without KVM can take longer to boot than PORT_PATIENCE_S. */
TEST(a_port_is_not_told_of_before_the_guest_is_up)
{
	struct port_news p = { 0 };
	CHECK(t, !port_answered(&p, false, false, 1 * SECOND));
	CHECK(t, !port_answered(&p, false, false, 60 * SECOND));
	CHECK(t, !port_answered(&p, false, true, 61 * SECOND));
	CHECK(t, p.refused);
	CHECK(t, port_answered(&p, false, true, 70 * SECOND));
}
