#include "pcrs/pcr.h"

bool
pcr_of_digest(const struct hash *digest, struct hash *out, struct err *e)
{
	static const uint8_t zeros[PCR_SIZE];
	struct span parts[] = { { zeros, sizeof zeros }, hash_span(digest) };
	return digest_of(DIGEST_SHA384, parts, COUNT(parts), out, e);
}

bool
pcr_of_data(struct span data, struct hash *out, struct err *e)
{
	struct hash inner;
	return digest_of(DIGEST_SHA384, &data, 1, &inner, e) &&
	       pcr_of_digest(&inner, out, e);
}

bool
pcr_of_blob(const struct blob *b, struct hash *out, struct err *e)
{
	struct hash inner;
	return digest_of_blob(DIGEST_SHA384, b, &inner, e) &&
	       pcr_of_digest(&inner, out, e);
}
