#include "base/test.h"

#include <string.h>

#include "eif/sig.h"
#include "eif/signing.h"
#include "sys/fs.h"

enum { IN_TIME = 1800000000 };

/* A certificate and its key, as a verb names them. */
static struct signing
named(struct test *t)
{
	return (struct signing){ .cert = test_data_path(t, "sig-cert.pem"),
				 .key = test_data_path(t, "sig-key.pem"),
				 .passphrase_by = "--passphrase-file FILE",
				 .pin_by = "--pin-file FILE",
				 .at = IN_TIME };
}

static bool
ready(struct test *t, const struct signing *s, struct err *e)
{
	DEFER(eif_signer_finish) struct eif_signer signer = { 0 };
	struct notes n = { .arena = &t->arena };
	return signing_ready(s, &t->arena, &n, &signer, e);
}

/* The section over a PCR0 of 48 bytes. */
static bool
section(struct test *t, const struct signing *s, struct span pcr0,
	struct buf *out, struct err *e)
{
	DEFER(eif_signer_finish) struct eif_signer signer = { 0 };
	struct notes n = { .arena = &t->arena };
	return signing_open(s, &t->arena, &n, &signer, e) &&
	       signing_section(s, &signer, pcr0, &n, out, e);
}

TEST(a_key_in_a_file_signs)
{
	static const uint8_t pcr0[48] = { 1, 2, 3 };
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct signing s = named(t);
	struct notes n = { .arena = &t->arena };
	struct eifsig sig;
	enum eifsig_verdict verdict;
	struct err e = { 0 };
	struct span pcr = span_of(pcr0, sizeof pcr0);
	CHECK_OK(t, ready(t, &s, &e), &e);
	CHECK_OK(t, section(t, &s, pcr, &b, &e), &e);
	CHECK_OK(t, eifsig_parse(buf_view(&b), &t->arena, &sig, &n, &e), &e);
	CHECK_OK(t, eifsig_check(&sig, pcr, &verdict, &e), &e);
	CHECK(t, verdict == EIFSIG_GOOD);
}

TEST(what_is_missing_is_known_before)
{
	const char *none = arena_fmt(&t->arena, "%s/none", test_dir(t));
	struct signing s[4];
	for (size_t i = 0; i < COUNT(s); i++)
		s[i] = named(t);
	s[0].cert = none;
	s[1].key = none;
	s[2].passphrase = none;
	s[3].pin = none;
	static const char *const what[] = { "signing certificate: ",
					    "private key: ", "passphrase: ",
					    "PIN: " };
	for (size_t i = 0; i < COUNT(s); i++) {
		struct err e = { 0 };
		CHECK(t, !ready(t, &s[i], &e));
		CHECK(t, e.code == ERR_NOTFOUND);
		CHECK(t, strncmp(e.msg, what[i], strlen(what[i])) == 0);
	}
}

/* What is read once, and what is in a token, is not looked at. */
TEST(pipes_and_tokens_are_left_alone)
{
	static const char *const keys[] = { "fd:77", "-", "/dev/null",
					    "pkcs11:token=none" };
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct signing s = named(t);
		struct err e = { 0 };
		s.key = keys[i];
		s.passphrase = "fd:78";
		CHECK_OK(t, ready(t, &s, &e), &e);
	}
}

TEST(a_certificate_out_of_its_time_is_refused)
{
	struct signing s = named(t);
	struct err e = { 0 };
	s.at = 0;
	CHECK(t, !ready(t, &s, &e));
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, s.cert);
}

/* The hint names the option of the verb that asked. */
TEST(secrets_are_asked_for_as_the_verb_takes_them)
{
	static const uint8_t pcr0[48];
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct signing s = named(t);
	struct err e = { 0 };
	const char *key = arena_fmt(&t->arena, "%s/key.pem", test_dir(t));
	struct span text =
		test_repo_file(t, "src/crypto/testdata/key-encrypted.pem");
	CHECK_OK(t, fs_write_file(key, text, 0600, &e), &e);
	s.key = key;
	CHECK(t, !section(t, &s, span_of(pcr0, sizeof pcr0), &b, &e));
	CHECK_STR(t, e.id, "key-encrypted");
	CHECK_HAS(t, e.hint, "its passphrase: --passphrase-file FILE");
}
