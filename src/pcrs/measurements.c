#include "pcrs/measurements.h"

#include "pcrs/format.h"

void
measurements_put(struct jw *w, const struct pcr_set *s)
{
	jw_map(w, MEASUREMENTS_KEY);
	/* the debug form of a Rust type, as nitro-cli prints it */
	jw_str(w, MEASUREMENTS_ALGORITHM, "Sha384 { ... }");
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		char key[] = MEASUREMENTS_PREFIX "00";
		char *digits = key + sizeof(MEASUREMENTS_PREFIX) - 1;
		if (!pcr_has(s, i))
			continue;
		if (i >= 10)
			*digits++ = (char)('0' + i / 10);
		*digits++ = (char)('0' + i % 10);
		*digits = 0;
		jw_hex(w, key, s->v[i]);
	}
	jw_end(w);
}

bool
measurements_text(struct buf *b, const struct pcr_set *s, struct err *e)
{
	struct jw w = jw_into(b, 2);
	jw_map(&w, NULL);
	measurements_put(&w, s);
	jw_end(&w);
	buf_u8(b, '\n');
	return jw_ok(&w, e);
}
