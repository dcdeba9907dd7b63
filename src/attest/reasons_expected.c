#include "attest/reasons.h"

static const struct reason rows[] = {
	{ "expect-nothing", false, "nothing was expected",
	  "No register's value was given, so the check would accept every"
	  " enclave in the world.",
	  "give --pcrs FILE, --pcr N=HEX or a policy" },
};

const struct reasons reasons_expected = {
	.title = "What was expected",
	.v = rows,
	.n = COUNT(rows),
};
