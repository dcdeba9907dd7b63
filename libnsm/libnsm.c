/* libnsm.so: AWS's C interface over our client. The signatures are AWS's, with
 * more parameters than we otherwise allow. */
#include "nsm.h"

#include <errno.h>
#include <string.h>

#include "net/sock.h"
#include "nsm/client.h"
#include "sys/env.h"
#include "sys/fs.h"

_Static_assert((int)ERROR_CODE_INTERNAL_ERROR == (int)NSM_INTERNAL_ERROR,
	       "AWS's numbers are the order of the names");

/* A call, and the memory of its answer. */
struct call {
	struct arena a;
	struct nsm_response r;
};

static void
call_close(struct call *c)
{
	arena_finish(&c->a);
}

static ErrorCode
ask(int32_t fd, const struct nsm_request *q, struct call *c)
{
	struct nsm_client client = { .fd = fd, .socket = sock_is(fd) };
	struct err e = { 0 };
	if (nsm_ask(&client, q, &c->a, &c->r, &e))
		return ERROR_CODE_SUCCESS;
	if (e.code == ERR_REFUSED && c->r.call == NSM_ERROR)
		return (ErrorCode)c->r.error;
	return e.sys == EMSGSIZE ? ERROR_CODE_INPUT_TOO_LARGE
				 : ERROR_CODE_INTERNAL_ERROR;
}

/* Copies as many bytes as there is room for. */
static ErrorCode
put_out(struct span s, uint8_t *out, uint32_t *n)
{
	if (!n)
		return ERROR_CODE_INVALID_ARGUMENT;
	if (!out) {
		*n = 0;
		return ERROR_CODE_BUFFER_TOO_SMALL;
	}
	bool fits = *n >= s.n;
	if (fits)
		*n = (uint32_t)s.n;
	if (*n)
		memcpy(out, s.p, *n);
	return fits ? ERROR_CODE_SUCCESS : ERROR_CODE_BUFFER_TOO_SMALL;
}

EXPORT int32_t
nsm_lib_init(void)
{
	struct nsm_client c;
	struct err e = { 0 };
	if (!nsm_connect(&c, sys_env("VERACLAVE_NSM_SOCKET"), &e))
		return -1;
	return c.fd;
}

EXPORT void
nsm_lib_exit(int32_t fd)
{
	fd_close(fd);
}

EXPORT ErrorCode
nsm_extend_pcr(int32_t fd, uint16_t index, const uint8_t *data,
	       uint32_t data_len, uint8_t *pcr_data, uint32_t *pcr_data_len)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_EXTEND_PCR, .index = index };
	if (!data)
		return ERROR_CODE_INVALID_ARGUMENT;
	q.data = span_of(data, data_len);
	ErrorCode code = ask(fd, &q, &c);
	return code ? code : put_out(c.r.data, pcr_data, pcr_data_len);
}

EXPORT ErrorCode
nsm_describe_pcr(int32_t fd, uint16_t index, bool *lock, uint8_t *data,
		 uint32_t *data_len)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_DESCRIBE_PCR, .index = index };
	ErrorCode code = lock ? ask(fd, &q, &c) : ERROR_CODE_INVALID_ARGUMENT;
	if (code)
		return code;
	*lock = c.r.lock;
	return put_out(c.r.data, data, data_len);
}

EXPORT ErrorCode
nsm_lock_pcr(int32_t fd, uint16_t index)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_LOCK_PCR, .index = index };
	return ask(fd, &q, &c);
}

EXPORT ErrorCode
nsm_lock_pcrs(int32_t fd, uint16_t range)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_LOCK_PCRS, .range = range };
	return ask(fd, &q, &c);
}

EXPORT ErrorCode
nsm_get_description(int32_t fd, NsmDescription *d)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_DESCRIBE_NSM };
	ErrorCode code = d ? ask(fd, &q, &c) : ERROR_CODE_INVALID_ARGUMENT;
	if (code)
		return code;
	struct span id = span_sub(c.r.module_id, 0, sizeof d->module_id - 1);
	*d = (NsmDescription){ .version_major = c.r.major,
			       .version_minor = c.r.minor,
			       .version_patch = c.r.patch,
			       .module_id_len = (uint32_t)id.n,
			       .max_pcrs = c.r.max_pcrs,
			       .digest = (Digest)c.r.digest };
	if (id.n)
		memcpy(d->module_id, id.p, id.n);
	for (uint16_t i = 0; i < NSM_PCRS; i++)
		if (c.r.locked >> i & 1)
			d->locked_pcrs[d->locked_pcrs_len++] = i;
	return ERROR_CODE_SUCCESS;
}

static struct maybe
field_of(const uint8_t *p, uint32_t n)
{
	return (struct maybe){ p != NULL, span_of(p, p ? n : 0) };
}

EXPORT ErrorCode
nsm_get_attestation_doc(int32_t fd, const uint8_t *user_data,
			uint32_t user_data_len, const uint8_t *nonce_data,
			uint32_t nonce_len, const uint8_t *pub_key_data,
			uint32_t pub_key_len, uint8_t *att_doc_data,
			uint32_t *att_doc_len)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = {
		.call = NSM_ATTESTATION,
		.user_data = field_of(user_data, user_data_len),
		.nonce = field_of(nonce_data, nonce_len),
		.public_key = field_of(pub_key_data, pub_key_len),
	};
	ErrorCode code = ask(fd, &q, &c);
	return code ? code : put_out(c.r.data, att_doc_data, att_doc_len);
}

EXPORT ErrorCode
nsm_get_random(int32_t fd, uint8_t *buf, uintptr_t *buf_len)
{
	DEFER(call_close) struct call c = { 0 };
	struct nsm_request q = { .call = NSM_GET_RANDOM };
	if (fd < 0 || !buf || !buf_len || !*buf_len)
		return ERROR_CODE_INVALID_ARGUMENT;
	ErrorCode code = ask(fd, &q, &c);
	if (code)
		return code;
	if (*buf_len > c.r.data.n)
		*buf_len = c.r.data.n;
	memcpy(buf, c.r.data.p, *buf_len);
	return ERROR_CODE_SUCCESS;
}
