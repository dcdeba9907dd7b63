#include "repro/glob.h"

/* Matches one byte with the set at the start of p ("[...]"); *used is its
 * length. */
static bool
in_set(struct span p, uint8_t c, size_t *used)
{
	bool hit = false;
	size_t i = 1;
	for (; i < p.n && p.p[i] != ']'; i++) {
		if (i + 2 < p.n && p.p[i + 1] == '-' && p.p[i + 2] != ']') {
			hit |= c >= p.p[i] && c <= p.p[i + 2];
			i += 2;
		} else {
			hit |= c == p.p[i];
		}
	}
	*used = i + 1;
	return hit;
}

/* Returns the number of bytes of the pattern that match the byte c, 0 if none.
 */
static size_t
one(struct span p, uint8_t c)
{
	size_t used = 1;
	if (p.n == 0)
		return 0;
	if (p.p[0] == '[')
		return in_set(p, c, &used) ? used : 0;
	return p.p[0] == '?' || p.p[0] == c ? 1 : 0;
}

/* Matches one component; on a mismatch the last "*" matches one byte more. */
static bool
component(struct span p, struct span s)
{
	struct span star = { 0 }, from = { 0 };
	bool starred = false;
	while (s.n) {
		size_t used;
		if (p.n && p.p[0] == '*') {
			starred = true;
			p = star = span_from(p, 1);
			from = s;
		} else if ((used = one(p, s.p[0])) != 0) {
			p = span_from(p, used);
			s = span_from(s, 1);
		} else if (starred) {
			p = star;
			s = from = span_from(from, 1);
		} else {
			return false;
		}
	}
	while (p.n && p.p[0] == '*')
		p = span_from(p, 1);
	return p.n == 0;
}

bool
glob_match(struct span pattern, struct span path)
{
	struct span star = { 0 }, from = { 0 };
	bool starred = false;
	while (path.n) {
		struct span p = pattern, s = path;
		struct span head = span_cut(&p, '/');
		if (pattern.n && span_is(head, "**")) {
			starred = true;
			pattern = star = p;
			from = path;
			continue;
		}
		if (pattern.n && component(head, span_cut(&s, '/'))) {
			pattern = p;
			path = s;
			continue;
		}
		if (!starred)
			return false;
		span_cut(&from, '/');
		pattern = star;
		path = from;
	}
	return pattern.n == 0;
}
