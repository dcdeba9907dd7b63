/* What is read is within its rows, what is refused has a place and a name, and
 * an allocation that fails is told as that. */
#include "base/fuzz.h"

#include <string.h>

#include "codec/toml_bind_kit.h"

FUZZ(in)
{
	struct arena a = { 0 }, small = { .fail_in = 5 };
	struct err e = { 0 }, full = { 0 };
	struct kit k;
	bool ok = kit_parse(in, &a, &k, &e);
	if (ok) {
		ASSERT(k.text && (!k.name || k.name[0]));
		ASSERT(k.number == BIND_UNSET ||
		       (k.number >= 2 && k.number <= 9 && k.path));
		ASSERT(k.color <= KIT_GREEN && (!k.own || k.own >= 2000));
		ASSERT(!k.parts == !k.part && k.parts <= 2);
		for (size_t i = 0; i < k.parts; i++)
			ASSERT(k.part[i].name[0] && k.part[i].weight <= 5);
		for (size_t i = 0; i < k.pairs.n; i++)
			ASSERT(span_find(k.pairs.v[i], '=') > 0);
	} else {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_LIMIT);
		ASSERT(e.code != ERR_INPUT || strstr(e.msg, "line "));
	}
	/* what is refused may be so before the hint finds no room */
	if (!kit_parse(in, &small, &k, &full)) {
		ASSERT(full.code != OK);
		ASSERT(full.code == e.code ||
		       (small.failed && full.code == ERR_LIMIT));
	}
	arena_finish(&a);
	arena_finish(&small);
}
