#include "run/enclave.h"

#include <string.h>

#include "base/num.h"
#include "codec/hex.h"
#include "codec/json.h"
#include "codec/jwrite.h"
#include "pcrs/format.h"

#define SCHEMA "veraclave-enclave/1"
enum { ID_MAX = 64, HEX_PCR = 96, KEYS = 11 };

static const char *const pcr_key[] = {
	MEASUREMENTS_PREFIX "0",
	MEASUREMENTS_PREFIX "1",
	MEASUREMENTS_PREFIX "2",
};

bool
enclave_is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= ID_MAX;
}

static bool
is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
			return false;
	return s.n == HEX_PCR;
}

static bool
read_pcrs(const struct json *j, struct arena *a, struct enclave *x,
	  struct err *e)
{
	const struct json *m;
	if (!json_need(j, MEASUREMENTS_KEY, JSON_KIND_MAP, &m, e))
		return false;
	for (size_t i = 0; i < COUNT(pcr_key); i++) {
		struct span text;
		if (!json_need_text(m, pcr_key[i], &text, e))
			return false;
		if (!is_hex(text))
			return err_set(e, ERR_INPUT, "%s is not a PCR",
				       pcr_key[i]);
		struct span bytes;
		if (!hex_parse(text, a, &bytes, e))
			return false;
		memcpy(x->pcr[i].v, bytes.p, bytes.n);
		x->pcr[i].n = bytes.n;
	}
	return json_count(m) == COUNT(pcr_key) ||
	       err_set(e, ERR_INPUT, "Measurements has unexpected registers");
}

static bool
read_process(const struct json *j, struct arena *a, struct enclave *x,
	     struct err *e)
{
	struct span boot;
	uint64_t pid;
	if (!json_need_text(j, "Boot", &boot, e) ||
	    !json_need_u64(j, "ProcessID", &pid, e) ||
	    !json_need_u64(j, "ProcessStart", &x->process.start, e))
		return false;
	if (pid < 2 || pid > INT32_MAX)
		return err_set(e, ERR_INPUT,
			       "ProcessID is not a process number");
	x->process.pid = (pid_t)pid;
	x->boot = arena_dup(a, boot);
	return true;
}

static bool
read_resources(const struct json *j, struct enclave *x, struct err *e)
{
	const struct json *debug;
	if (!json_need_u64(j, "EnclaveCID", &x->cid, e) ||
	    !json_need_u64(j, "NumberOfCPUs", &x->cpus, e) ||
	    !json_need_u64(j, "MemoryMiB", &x->memory_mib, e) ||
	    !json_need(j, "Debug", JSON_KIND_BOOL, &debug, e))
		return false;
	x->debug = json_bool(debug);
	return x->cid <= UINT32_MAX ||
	       err_set(e, ERR_INPUT, "EnclaveCID is not a vsock address");
}

static bool
read_names(const struct json *j, struct span want, struct arena *a,
	   struct enclave *x, struct err *e)
{
	struct span schema, id, name;
	if (!json_need_text(j, "schema", &schema, e) ||
	    !json_need_text(j, "EnclaveID", &id, e) ||
	    !json_need_text(j, "EnclaveName", &name, e))
		return false;
	if (!span_is(schema, SCHEMA) || json_count(j) != KEYS)
		return err_set(e, ERR_INPUT, "it does not have the keys of %s",
			       SCHEMA);
	if (!enclave_is_id(id) || !span_eq(id, want))
		return err_set(e, ERR_INPUT,
			       "it is the record of another enclave");
	if (name.n > ENCLAVE_NAME_MAX)
		return err_set(e, ERR_INPUT, "EnclaveName is too long");
	x->id = arena_cstr(a, id);
	x->name = arena_cstr(a, name);
	return true;
}

bool
enclave_parse(struct span text, struct span id, struct arena *a,
	      struct enclave *out, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct enclave x = { 0 };
	if (!json_parse(text, &j, e) || !read_names(j, id, a, &x, e) ||
	    !read_process(j, a, &x, e) || !read_resources(j, &x, e) ||
	    !read_pcrs(j, a, &x, e))
		return false;
	if (a->failed)
		return err_full(e, "a record");
	*out = x;
	return true;
}

bool
enclave_put(struct buf *b, const struct enclave *x, struct err *e)
{
	struct jw w = jw_into(b, 2);
	jw_map(&w, NULL);
	jw_str(&w, "schema", SCHEMA);
	jw_str(&w, "EnclaveID", x->id);
	jw_str(&w, "EnclaveName", x->name);
	jw_text(&w, "Boot", x->boot);
	jw_int(&w, "ProcessID", x->process.pid);
	jw_u64(&w, "ProcessStart", x->process.start);
	jw_u64(&w, "EnclaveCID", x->cid);
	jw_u64(&w, "NumberOfCPUs", x->cpus);
	jw_u64(&w, "MemoryMiB", x->memory_mib);
	jw_bool(&w, "Debug", x->debug);
	jw_map(&w, MEASUREMENTS_KEY);
	for (size_t i = 0; i < COUNT(pcr_key); i++)
		jw_hex(&w, pcr_key[i], hash_span(&x->pcr[i]));
	jw_end(&w);
	jw_end(&w);
	return jw_ok(&w, e);
}
