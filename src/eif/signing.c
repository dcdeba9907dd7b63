#include "eif/signing.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "keys/sign.h"
#include "sys/fs.h"
#include "sys/secret.h"

enum { WORD_MAX = 1024, KEY_MAX = 64 * 1024 };

bool
signing_open(const struct signing *s, struct arena *a, struct notes *n,
	     struct eif_signer *out, struct err *e)
{
	struct span text;
	if (!fs_read(s->cert, LIMIT_PEM, a, &text, e))
		return err_ctx(e, "signing certificate");
	return eif_signer_open(out, text, s->at, a, n, e) ||
	       err_ctx(e, "%s", show_str(s->cert).s);
}

static bool
in_token(const struct signing *s)
{
	return span_starts(span_str(s->key), SPAN("pkcs11:"));
}

/* A URI may carry the PIN or name its file; otherwise somebody has it. */
static bool
uri_has_pin(const char *uri)
{
	struct span s = span_str(uri);
	for (; s.n; s = span_from(s, 1))
		if (span_starts(s, SPAN("pin-value=")) ||
		    span_starts(s, SPAN("pin-source=")))
			return true;
	return false;
}

/* Who reads keys does not know where this verb takes secrets from. */
static bool
advise(const struct signing *s, struct err *e)
{
	struct span id = span_str(e->id);
	if (span_is(id, "key-encrypted") && s->passphrase_by)
		return err_hint(e, "give the file with its passphrase: %s",
				s->passphrase_by);
	if (span_is(id, "token-pin") && s->pin_by)
		return err_hint(e,
				"others can read it there; use %s, or"
				" pin-source=file:PATH in the URI",
				s->pin_by);
	if (span_is(id, "token-key") && s->pin_by)
		return err_hint(e,
				"name the key with object=LABEL or id=..., and"
				" give the PIN with %s, since private keys are"
				" not seen without it",
				s->pin_by);
	return false;
}

static bool
can_be_read(const char *path, const char *what, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	if (!path || fs_kind(path) == FS_OTHER || strcmp(path, "-") == 0 ||
	    span_starts(span_str(path), SPAN("fd:")))
		return true;
	return fs_open(path, &fd, e) || err_ctx(e, "%s", what);
}

bool
signing_ready(const struct signing *s, struct arena *a, struct notes *n,
	      struct eif_signer *out, struct err *e)
{
	return signing_open(s, a, n, out, e) &&
	       (in_token(s) || can_be_read(s->key, "private key", e)) &&
	       can_be_read(s->passphrase, "passphrase", e) &&
	       can_be_read(s->pin, "PIN", e);
}

static bool
token_key(const struct signing *s, struct sign_key *k, struct err *e)
{
	DEFER(secret_free) struct secret word = { 0 };
	if (s->pin && !secret_read(&word, s->pin, WORD_MAX, e))
		return false;
	if (!s->pin && !uri_has_pin(s->key) &&
	    !secret_ask(&word, "PIN of the token: ", WORD_MAX, e))
		return false;
	return sign_key_from_uri(k, s->key, secret_line(&word), e);
}

static bool
file_key(const struct signing *s, struct sign_key *k, struct err *e)
{
	DEFER(secret_free) struct secret text = { 0 };
	DEFER(secret_free) struct secret word = { 0 };
	if (s->passphrase && !secret_read(&word, s->passphrase, WORD_MAX, e))
		return false;
	if (!secret_read(&text, s->key, KEY_MAX, e))
		return err_ctx(e, "private key");
	return sign_key_from_pem(k, secret_span(&text), secret_line(&word),
				 e) ||
	       err_ctx(e, "%s", show_str(s->key).s);
}

bool
signing_section(const struct signing *s, const struct eif_signer *signer,
		struct span pcr0, struct notes *n, struct buf *section,
		struct err *e)
{
	struct ec_sig sig;
	DEFER(sign_key_finish) struct sign_key k = { 0 };
	DEFER(buf_free) struct buf tbs = buf_max(KIB);
	if (!(in_token(s) ? token_key(s, &k, e) : file_key(s, &k, e)))
		return advise(s, e);
	if (!eifsig_tbs(signer->cert.curve, pcr0, &tbs, e) ||
	    !sign_message(&k, &signer->pub, buf_view(&tbs), &sig, e))
		return false;
	if (!k.deterministic)
		note_info(n, "sign-random",
			  "the key is in a token, which draws a random number"
			  " for each signature: signing again gives a file"
			  " with other bytes and the same PCRs");
	return eifsig_write(signer->pem, signer->cert.curve, pcr0,
			    ec_sig_span(&sig), section, e);
}
