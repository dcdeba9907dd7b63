#include "verbs/measurements.h"

void
measurements_put(struct jw *w, const struct hash *const pcr[3],
		 const struct hash *pcr8)
{
	static const char *const key[] = { "PCR0", "PCR1", "PCR2" };
	jw_map(w, "Measurements");
	/* the debug form of a Rust type, as nitro-cli prints it */
	jw_str(w, "HashAlgorithm", "Sha384 { ... }");
	for (size_t i = 0; i < COUNT(key); i++)
		jw_hex(w, key[i], hash_span(pcr[i]));
	if (pcr8 && pcr8->n)
		jw_hex(w, "PCR8", hash_span(pcr8));
	jw_end(w);
}

bool
measurements_text(struct buf *b, const struct measured *m,
		  const struct hash *pcr8, struct err *e)
{
	const struct hash *const pcr[] = { &m->pcr0, &m->pcr1, &m->pcr2 };
	struct jw w = jw_into(b, 2);
	jw_map(&w, NULL);
	measurements_put(&w, pcr, pcr8);
	jw_end(&w);
	buf_u8(b, '\n');
	return jw_ok(&w, e);
}
