#include "keys/token.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <string.h>

#include "base/fmt.h"
#include "sys/secret.h"

enum { SLOTS_MAX = 64, PIN_MAX = 1024, ATTRS_MAX = 8, FOUND_MAX = 2 };

struct token {
	P11KitUri *uri;
	CK_FUNCTION_LIST **modules; /* NULL-terminated; p11-kit's */
	CK_FUNCTION_LIST *one;      /* of module-path */
	CK_FUNCTION_LIST *f;        /* the module that has the key */
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	struct arena arena;
};

static bool
failed(struct err *e, CK_RV rv, const char *what)
{
	return err_set(e, ERR_SYS, "%s: %s", what,
		       show_str(p11_kit_strerror(rv)).s);
}

void
token_close(struct token *t)
{
	if (!t)
		return;
	if (t->session)
		t->f->C_CloseSession(t->session);
	if (t->modules)
		p11_kit_modules_finalize_and_release(t->modules);
	if (t->one) {
		p11_kit_module_finalize(t->one);
		p11_kit_module_release(t->one);
	}
	p11_kit_uri_free(t->uri);
	/* The token's own struct is in its arena. */
	struct arena a = t->arena;
	arena_finish(&a);
}

static bool
parse_uri(struct token *t, const char *uri, struct err *e)
{
	t->uri = p11_kit_uri_new();
	int rc = t->uri ? p11_kit_uri_parse(uri, P11_KIT_URI_FOR_ANY, t->uri)
			: P11_KIT_URI_UNEXPECTED;
	if (rc != P11_KIT_URI_OK)
		return err_set(e, ERR_USAGE, "not a PKCS #11 URI: %s",
			       p11_kit_uri_message(rc));
	if (p11_kit_uri_any_unrecognized(t->uri))
		return err_set(e, ERR_USAGE,
			       "a PKCS #11 URI with an unknown attribute");
	if (!p11_kit_uri_get_pin_value(t->uri))
		return true;
	err_set(e, ERR_USAGE, "a PIN in the URI");
	err_id(e, "token-pin");
	return err_hint(e, "others can read it there; say where it is with"
			   " pin-source=file:PATH");
}

static bool
load_modules(struct token *t, struct err *e)
{
	const char *path = p11_kit_uri_get_module_path(t->uri);
	if (!path) {
		t->modules = p11_kit_modules_load_and_initialize(0);
		return t->modules ||
		       err_set(e, ERR_SYS, "no PKCS #11 module: %s",
			       show_str(p11_kit_message()).s);
	}
	t->one = p11_kit_module_load(path, 0);
	if (!t->one)
		return err_set(e, ERR_SYS, "cannot load the PKCS #11 module %s",
			       show_str(path).s);
	CK_RV rv = p11_kit_module_initialize(t->one);
	return rv == CKR_OK || failed(e, rv, "the PKCS #11 module");
}

static bool
slot_fits(const struct token *t, CK_FUNCTION_LIST *f, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO token;
	CK_SLOT_INFO info;
	CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(t->uri);
	return (wanted == (CK_SLOT_ID)-1 || wanted == slot) &&
	       f->C_GetSlotInfo(slot, &info) == CKR_OK &&
	       p11_kit_uri_match_slot_info(t->uri, &info) &&
	       f->C_GetTokenInfo(slot, &token) == CKR_OK &&
	       (token.flags & CKF_TOKEN_INITIALIZED) &&
	       p11_kit_uri_match_token_info(t->uri, &token);
}

/* A token that fits; counts them in *fits and keeps the last. */
static void
find_slots(const struct token *t, CK_FUNCTION_LIST *f, CK_FUNCTION_LIST **got,
	   CK_SLOT_ID *slot, size_t *fits)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;
	CK_INFO info;
	if (f->C_GetInfo(&info) != CKR_OK ||
	    !p11_kit_uri_match_module_info(t->uri, &info) ||
	    f->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return;
	for (CK_ULONG i = 0; i < n; i++)
		if (slot_fits(t, f, slots[i])) {
			*got = f;
			*slot = slots[i];
			++*fits;
		}
}

static bool
open_session(struct token *t, struct err *e)
{
	size_t fits = 0;
	CK_SLOT_ID slot = 0;
	if (t->one)
		find_slots(t, t->one, &t->f, &slot, &fits);
	for (CK_FUNCTION_LIST **m = t->modules; m && *m; m++)
		find_slots(t, *m, &t->f, &slot, &fits);
	if (fits != 1) {
		err_set(e, fits ? ERR_USAGE : ERR_NOTFOUND,
			fits ? "the URI fits several tokens"
			     : "no token fits the URI");
		return err_hint(e, "\"p11-kit list-modules\" shows what is"
				   " there; name the token with token=LABEL");
	}
	CK_RV rv = t->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL,
				       &t->session);
	return rv == CKR_OK || failed(e, rv, "cannot use the token");
}

static bool
log_in(struct token *t, struct span pin, struct err *e)
{
	DEFER(secret_free) struct secret s = { 0 };
	const char *source = p11_kit_uri_get_pin_source(t->uri);
	if (pin.n == 0 && source) {
		const char *path = source;
		if (span_starts(span_str(source), SPAN("file:")))
			path += strlen("file:");
		if (!secret_read(&s, path, PIN_MAX, e))
			return err_ctx(e, "reading the PIN");
		pin = secret_line(&s);
	}
	if (pin.n == 0)
		return true; /* some tokens ask by themselves, or not at all */
	DEFER(secret_free) struct secret copy = { 0 };
	if (!secret_alloc(&copy, pin.n, e))
		return false;
	memcpy(copy.p, pin.p, pin.n);
	CK_RV rv = t->f->C_Login(t->session, CKU_USER, copy.p, pin.n);
	return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN ||
	       failed(e, rv, "cannot log in to the token");
}

/* What the URI says about the object, and that it is a private key. */
static bool
find_key(struct token *t, struct err *e)
{
	CK_OBJECT_CLASS cls = CKO_PRIVATE_KEY;
	CK_KEY_TYPE type = CKK_EC;
	CK_ATTRIBUTE want[ATTRS_MAX] = {
		{ CKA_CLASS, &cls, sizeof(cls) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },
	};
	CK_ULONG n = 2, given = 0, found = 0;
	CK_OBJECT_HANDLE keys[FOUND_MAX];
	CK_ATTRIBUTE *attrs = p11_kit_uri_get_attributes(t->uri, &given);
	for (CK_ULONG i = 0; i < given && n < ATTRS_MAX; i++)
		if (attrs[i].type != CKA_CLASS)
			want[n++] = attrs[i];
	CK_RV rv = t->f->C_FindObjectsInit(t->session, want, n);
	if (rv == CKR_OK) {
		rv = t->f->C_FindObjects(t->session, keys, FOUND_MAX, &found);
		t->f->C_FindObjectsFinal(t->session);
	}
	if (rv != CKR_OK)
		return failed(e, rv, "cannot search the token");
	if (found == 1) {
		t->key = keys[0];
		return true;
	}
	err_set(e, found ? ERR_USAGE : ERR_NOTFOUND,
		found ? "the URI fits several EC private keys"
		      : "no EC private key fits the URI");
	err_id(e, "token-key");
	return err_hint(e, "name the key with object=LABEL or id=..., and give"
			   " the PIN, since private keys are not seen without"
			   " it");
}

bool
token_open(struct token **out, const char *uri, struct span pin, struct err *e)
{
	struct arena a = { 0 };
	*out = NULL;
	struct token *t = NEW(&a, struct token, 1);
	if (!t)
		return err_full(e, "a token");
	t->arena = a;
	if (parse_uri(t, uri, e) && load_modules(t, e) && open_session(t, e) &&
	    log_in(t, pin, e) && find_key(t, e)) {
		*out = t;
		return true;
	}
	token_close(t);
	return false;
}

bool
token_sign(struct token *t, enum ec_curve c, struct span digest,
	   struct ec_sig *out, struct err *e)
{
	CK_MECHANISM how = { .mechanism = CKM_ECDSA };
	CK_BYTE in[DIGEST_MAX];
	CK_ULONG n = EC_SIG_MAX;
	ASSERT(digest.n <= sizeof(in));
	memcpy(in, digest.p, digest.n);
	CK_RV rv = t->f->C_SignInit(t->session, &how, t->key);
	if (rv == CKR_OK)
		rv = t->f->C_Sign(t->session, in, digest.n, out->v, &n);
	out->n = n;
	if (rv != CKR_OK)
		return failed(e, rv, "the token does not sign");
	return n == 2 * ec_size(c) ||
	       err_set(e, ERR_REFUSED,
		       "the token's key is not on the certificate's curve %s",
		       ec_curve_name(c));
}
