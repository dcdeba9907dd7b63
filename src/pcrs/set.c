#include "pcrs/set.h"

#include "base/fmt.h"
#include "base/num.h"
#include "codec/hex.h"

bool
pcr_has(const struct pcr_set *s, unsigned i)
{
	return i < PCR_COUNT && (s->mask >> i & 1);
}

void
pcr_put(struct pcr_set *s, unsigned i, struct span value)
{
	ASSERT(i < PCR_COUNT && value.n == PCR_SIZE);
	s->v[i] = value;
	s->mask |= UINT32_C(1) << i;
}

struct pcr_set
pcr_image(const struct hash *pcr0, const struct hash *pcr1,
	  const struct hash *pcr2, const struct hash *pcr8)
{
	struct pcr_set s = { 0 };
	pcr_put(&s, 0, hash_span(pcr0));
	pcr_put(&s, 1, hash_span(pcr1));
	pcr_put(&s, 2, hash_span(pcr2));
	if (pcr8 && pcr8->n)
		pcr_put(&s, 8, hash_span(pcr8));
	return s;
}

uint32_t
pcr_differing(const struct pcr_set *got, const struct pcr_set *want)
{
	uint32_t out = 0;
	for (unsigned i = 0; i < PCR_COUNT; i++)
		if (pcr_has(want, i) &&
		    (!pcr_has(got, i) || !hash_equal(got->v[i], want->v[i])))
			out |= UINT32_C(1) << i;
	return out;
}

unsigned
pcr_count(uint32_t mask)
{
	unsigned n = 0;
	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

static bool
is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

static bool
all_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_hex(s.p[i]))
			return false;
	return true;
}

bool
pcr_index(struct span text, unsigned *out)
{
	uint64_t i;
	if (text.n > 1 && text.p[0] == '0')
		return false;
	if (!num_parse(text, &i) || i >= PCR_COUNT)
		return false;
	*out = (unsigned)i;
	return true;
}

bool
pcr_parse(struct span text, struct arena *a, struct span *out, struct err *e)
{
	const char *why = NULL;
	if (span_starts(text, SPAN("0x")) || span_starts(text, SPAN("0X")))
		why = "leave the 0x away";
	else if (text.n == 64 && !all_hex(text))
		why = "this looks like base 64 of 48 bytes: write it in hex";
	else if (!all_hex(text))
		why = "there is something else than hex digits in it";
	else if (text.n == 64)
		why = "this has the length of a SHA-256 value; registers are"
		      " SHA-384";
	else if (text.n != 2 * (size_t)PCR_SIZE)
		why = "part of it is missing, or something is too much";
	if (!why)
		return hex_parse(text, a, out, e);
	err_set(e, ERR_USAGE,
		"a register's value is 96 hex digits, this has %zu characters",
		text.n);
	err_id(e, "pcr-form");
	return err_hint(e, "%s", why);
}

bool
pcr_split(struct span text, unsigned *number, struct span *value)
{
	struct span name = span_cut(&text, '=');
	if (span_starts(name, SPAN("PCR")) || span_starts(name, SPAN("pcr")))
		name = span_from(name, 3);
	*value = text;
	return pcr_index(name, number);
}

bool
pcr_read(struct span number, struct span value, struct arena *a,
	 struct pcr_set *s, struct err *e)
{
	unsigned i;
	struct span v;
	if (!pcr_index(number, &i))
		return err_set(e, ERR_INPUT, "%s is no register from 0 to 31",
			       show(number).s);
	if (pcr_has(s, i))
		return err_set(e, ERR_INPUT, "PCR%u is there twice", i);
	if (!pcr_parse(value, a, &v, e)) {
		if (e->code == ERR_USAGE)
			e->code = ERR_INPUT; /* not full memory */
		return err_ctx(e, "PCR%u", i);
	}
	pcr_put(s, i, v);
	return true;
}
