#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/limits.h"

static const EVP_MD *
md_of(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	case DIGEST_SHA512:
		return EVP_sha512();
	}
	UNREACHABLE();
}

static bool
failed(struct err *e)
{
	return err_set(e, ERR_SYS, "libcrypto cannot compute a digest");
}

bool
digest_init(struct digest *d, enum digest_kind kind, struct err *e)
{
	*d = (struct digest){ .ctx = EVP_MD_CTX_new(), .kind = kind };
	if (d->ctx && EVP_DigestInit_ex(d->ctx, md_of(kind), NULL) == 1)
		return true;
	digest_finish(d);
	return failed(e);
}

bool
digest_fork(struct digest *d, const struct digest *from, struct err *e)
{
	*d = (struct digest){ .ctx = EVP_MD_CTX_new(), .kind = from->kind };
	if (d->ctx && EVP_MD_CTX_copy_ex(d->ctx, from->ctx) == 1)
		return true;
	digest_finish(d);
	return failed(e);
}

bool
digest_update(struct digest *d, struct span s, struct err *e)
{
	return s.n == 0 || EVP_DigestUpdate(d->ctx, s.p, s.n) == 1 || failed(e);
}

bool
digest_final(struct digest *d, struct hash *out, struct err *e)
{
	unsigned n = 0;
	bool ok = EVP_DigestFinal_ex(d->ctx, out->v, &n) == 1;
	out->n = n;
	digest_finish(d);
	return ok || failed(e);
}

void
digest_finish(struct digest *d)
{
	EVP_MD_CTX_free(d->ctx);
	d->ctx = NULL;
}

bool
digest_of(enum digest_kind kind, const struct span *s, size_t n,
	  struct hash *out, struct err *e)
{
	DEFER(digest_finish) struct digest d = { 0 };
	if (!digest_init(&d, kind, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!digest_update(&d, s[i], e))
			return false;
	return digest_final(&d, out, e);
}

bool
digest_of_blob(enum digest_kind kind, const struct blob *b, struct hash *out,
	       struct err *e)
{
	DEFER(digest_finish) struct digest d = { 0 };
	uint8_t piece[8 * KIB];
	if (!digest_init(&d, kind, e))
		return false;
	for (uint64_t at = 0; at < b->size; at += sizeof piece) {
		uint64_t left = b->size - at;
		size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
		if (!blob_read(b, piece, n, at, e) ||
		    !digest_update(&d, span_of(piece, n), e))
			return false;
	}
	return digest_final(&d, out, e);
}

size_t
digest_size(enum digest_kind kind)
{
	static const size_t size[] = { 32, 48, 64 };
	return size[kind];
}

struct span
hash_span(const struct hash *h)
{
	return (struct span){ h->v, h->n };
}

bool
hash_equal(struct span a, struct span b)
{
	return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}
