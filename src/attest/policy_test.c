#include "base/test.h"

#include "attest/policy.h"

#define HEAD  "schema = \"veraclave-policy/1\"\ntrust = [\"aws-nitro\"]\n"
#define D32   "0123456789abcdef0123456789abcdef"
#define Z32   "00000000000000000000000000000000"
#define ZEROS "\"" Z32 Z32 Z32 "\""
#define VALUE "\"" D32 D32 D32 "\""
#define IMAGE "[[image]]\nname = \"a\"\npcrs = { 0 = " VALUE " }\n"

TEST(policy_reads_everything)
{
	struct policy p;
	struct err e = { 0 };
	struct span text = test_data(t, "policy/ok-all");
	CHECK_OK(t, policy_parse(text, &t->arena, &p, &e), &e);
	CHECK_U(t, p.ntrust, 2);
	CHECK_STR(t, p.trust[0], "aws-nitro");
	CHECK_STR(t, p.trust[1], "sim:root.der");
	CHECK(t, p.x.max_age == 300 && p.x.need_nonce && !p.x.allow_debug);
	CHECK(t, p.x.recipient == RECIPIENT_RSA_2048);
	CHECK(t, p.x.nsigners == 1 && p.x.signers[0].n == 48);
	CHECK_U(t, p.x.nreleases, 2);
	CHECK_STR(t, p.x.releases[0].name, "app 1.0");
	CHECK_U(t, p.x.releases[0].pcrs.mask, 7);
	/* date -d 2026-01-01T00:00:00Z +%s; the other is an hour earlier. */
	CHECK(t, p.x.releases[0].from == 1767225600);
	CHECK(t, p.x.releases[0].to == 1798757999);
	CHECK_U(t, p.x.releases[1].pcrs.mask, 0x10001);
	CHECK(t, p.x.releases[1].from == 0 && p.x.releases[1].to == 0);
	CHECK_U(t, p.x.nrevoked, 1);
	CHECK_STR(t, p.x.revoked[0].reason, "the key of 0.9 was lost");
	CHECK_U(t, p.x.revoked[0].pcrs.mask, 4);
}

static const struct {
	const char *in, *why; /* NULL: fine */
} rows[] = {
	{ HEAD IMAGE, NULL },
	{ HEAD "signers = [" VALUE "]\n", NULL },
	{ "", "line 1, column 1: schema is missing" },
	{ "schema = \"veraclave-policy/2\"",
	  "schema is not veraclave-policy/1" },
	{ "schema = 1", "schema is a string, not an integer" },
	{ "schema = \"veraclave-policy/1\"\n" IMAGE, "trust is missing" },
	{ HEAD, "accept every enclave" },
	{ HEAD "image = []\n", "image holds 0 tables, not 1 to 1024" },
	{ HEAD "signers = []\n", "not 1 to 1024" },
	{ HEAD "max_ages = 3\n" IMAGE,
	  "line 3, column 1: there is no key max_ages" },
	{ HEAD "max_age = -1\n" IMAGE, "not within 0 and 2147483647" },
	{ HEAD "allow_debug = 1\n" IMAGE, "is true or false, not" },
	{ HEAD "signers = [1]\n", "is a string" },
	{ HEAD "signers = [\"00\"]\n", "96 hex digits" },
	{ HEAD "[[image]]\npcrs = { 0 = " VALUE " }\n", "name is missing" },
	{ HEAD "[[image]]\nname = \"a\"\n",
	  "image 1: line 3, column 3: pcrs is missing" },
	{ HEAD "[[image]]\nname = \"\"\npcrs = { 0 = " VALUE " }\n",
	  "name is empty" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = {}\n", "no registers" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { 32 = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { 00 = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { x = " VALUE " }\n",
	  "not a register" },
	{ HEAD IMAGE "not_after = 2026-01-01\n", "not a time like" },
	{ HEAD IMAGE "not_after = 2026-01-01T00:00:00\n", "not a time like" },
	{ HEAD IMAGE "until = 1\n",
	  "image 1: line 6, column 1: there is no key until in [[image]]" },
	{ HEAD IMAGE "[[revoked]]\npcrs = { 0 = " VALUE " }\n",
	  "reason is missing" },
	{ HEAD IMAGE "[[revoked]]\nreason = \"x\"\n",
	  "revoked 1: line 6, column 3: pcrs is missing" },
	{ HEAD "image = [1]\n", "image holds an integer, not a table" },
	{ HEAD "revoked = []\n" IMAGE, "revoked holds 0 tables" },
	{ HEAD "max_skew = -1\n" IMAGE, "not within 0" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { O = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { '0@' = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { 1E = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { 10 = " VALUE ", ':' = " VALUE
	       " }\n",
	  "not a register" },
	{ HEAD IMAGE "[[revoked]]\nreason = \"x\"\npcrs = { O = " VALUE " }\n",
	  "not a register" },
	{ HEAD "[[image]]\nname = \"a\"\npcrs = { 8 = " ZEROS " }\n",
	  "all of its registers are zero" },
	{ HEAD "allow_debug = true\n[[image]]\nname = \"a\"\n"
	       "pcrs = { 0 = " ZEROS " }\n",
	  NULL },
};

TEST(policy_refuses)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct policy p;
		struct err e = { 0 };
		bool ok = policy_parse(span_str(rows[i].in), &t->arena, &p, &e);
		CHECK_OK(t, ok == !rows[i].why, &e);
		if (!ok)
			CHECK(t, e.code == ERR_INPUT);
		if (!ok && rows[i].why)
			CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(policy_says_what_to_write_instead)
{
	static const char *const hints[][2] = {
		{ "trust = [\"aws-nitro\"]\n" IMAGE, "help policy.toml" },
		{ HEAD "nedd_nonce = true\n" IMAGE,
		  "did you mean need_nonce?" },
		{ HEAD IMAGE "nam = \"x\"\n", "did you mean name?" },
		{ HEAD IMAGE "until = 1\n", "lists the keys" },
		{ "pcrs = {}\n", "pcrs belongs in [[image]]" },
		{ HEAD "recipient = \"RSA\"\n" IMAGE,
		  "choose one of: none, rsa-2048, rsa" },
	};
	for (size_t i = 0; i < COUNT(hints); i++) {
		struct policy p;
		struct err e = { 0 };
		CHECK(t,
		      !policy_parse(span_str(hints[i][0]), &t->arena, &p, &e));
		CHECK_HAS(t, e.hint, hints[i][1]);
	}
}

TEST(policy_survives_truncation_and_failed_allocations)
{
	struct span text = test_data(t, "policy/ok-all");
	for (size_t n = 0; n < text.n; n++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct policy p;
		if (!policy_parse(span_sub(text, 0, n), &a, &p, &e))
			CHECK(t, e.code == ERR_INPUT && e.msg[0]);
		arena_finish(&a);
	}
	bool ok = false;
	for (unsigned n = 1; !ok && n < 900; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct policy p;
		ok = policy_parse(text, &a, &p, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
	}
	CHECK(t, ok);
}
