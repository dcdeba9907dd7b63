#include "attest/verdict_json.h"

#include "codec/jwrite.h"

bool
verdict_json(struct buf *b, const struct verdict *v, int64_t at,
	     const char *at_from, struct err *e)
{
	struct jw j = jw_into(b, 2);
	jw_map(&j, NULL);
	jw_str(&j, "schema", "veraclave-verdict/1");
	jw_str(&j, "verdict", result_name(v->result));
	jw_str(&j, "trust", trust_name(v->trust));
	jw_bool(&j, "development", v->development);
	jw_str(&j, "release", v->release);
	jw_int(&j, "at", at);
	jw_str(&j, "at_from", at_from);
	if (v->has_doc) {
		jw_text(&j, "module_id", v->doc.module_id);
		jw_u64(&j, "timestamp_ms", v->doc.timestamp_ms);
	}
	jw_list(&j, "checks");
	for (size_t i = 0; i < v->n; i++) {
		jw_map(&j, NULL);
		jw_str(&j, "name", v->check[i].name);
		jw_str(&j, "result", result_name(v->check[i].result));
		jw_str(&j, "code", v->check[i].code);
		jw_str(&j, "detail", v->check[i].detail);
		jw_end(&j);
	}
	jw_end(&j);
	jw_end(&j);
	buf_u8(b, '\n');
	return jw_ok(&j, e);
}
