/*
 * What is accepted has canonical bytes that are accepted and are their own
 * canonical form, and both writers agree on the value.
 */
#include "base/fuzz.h"

#include "codec/json.h"
#include "codec/jwrite.h"

#define FUZZ_MAX (64 * KIB)

FUZZ(in)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(buf_free) struct buf a = buf_max(16 * MIB);
	DEFER(buf_free) struct buf b = buf_max(16 * MIB);
	DEFER(buf_free) struct buf c = buf_max(16 * MIB);
	struct err e = { 0 };
	if (!json_parse_max(in, FUZZ_MAX, &j, &e)) {
		ASSERT(!j && e.code != OK && e.msg[0]);
		return;
	}
	ASSERT(json_dump(j, JSON_STYLE_CANONICAL, &a, &e));
	ASSERT(json_canonical(buf_view(&a), &b, &e));
	ASSERT(span_eq(buf_view(&a), buf_view(&b)));
	struct jw w = jw_into(&c, 2);
	jw_json(&w, NULL, j);
	ASSERT(jw_ok(&w, &e));
	buf_clear(&b);
	ASSERT(json_canonical(buf_view(&c), &b, &e));
	ASSERT(span_eq(buf_view(&a), buf_view(&b)));
}
