#include "nsm/proto.h"

#include <stddef.h>

#include "codec/cbor.h"

/*
 * One row a field: the writers and readers of both directions walk the same
 * tables, in the order of the rows.
 */
enum kind {
	KIND_U16,
	KIND_BOOL,
	KIND_BYTES,
	KIND_OPTIONAL, /* bytes or null */
	KIND_TEXT,
	KIND_SET,  /* small integers, as the bits of a uint32_t */
	KIND_NAME, /* one of a list of names, as an unsigned */
};

struct field {
	const char *name;
	enum kind kind;
	size_t at; /* in nsm_request or nsm_response */
	const char *const *names;
};

enum form {
	FORM_UNIT,   /* "Name" */
	FORM_STRUCT, /* {"Name": {fields}} */
	FORM_BARE,   /* {"Name": the only field's value} */
};

struct shape {
	const char *name;
	enum form form;
	const struct field *field;
	size_t n;
};

const char *const nsm_digests[] = { "SHA256", "SHA384", "SHA512", NULL };

static const char *const error_names[] = {
	"Success",        "InvalidArgument",
	"InvalidIndex",   "InvalidResponse",
	"ReadOnlyIndex",  "InvalidOperation",
	"BufferTooSmall", "InputTooLarge",
	"InternalError",  NULL,
};

#define REQ(f) offsetof(struct nsm_request, f)
#define RES(f) offsetof(struct nsm_response, f)

static const struct field req_index[] = { { "index", KIND_U16, REQ(index),
					    NULL } };
static const struct field req_range[] = { { "range", KIND_U16, REQ(range),
					    NULL } };
static const struct field req_extend[] = {
	{ "index", KIND_U16, REQ(index), NULL },
	{ "data", KIND_BYTES, REQ(data), NULL },
};
static const struct field req_attest[] = {
	{ "user_data", KIND_OPTIONAL, REQ(user_data), NULL },
	{ "nonce", KIND_OPTIONAL, REQ(nonce), NULL },
	{ "public_key", KIND_OPTIONAL, REQ(public_key), NULL },
};
static const struct shape requests[] = {
	[NSM_DESCRIBE_PCR] = { "DescribePCR", FORM_STRUCT, req_index, 1 },
	[NSM_EXTEND_PCR] = { "ExtendPCR", FORM_STRUCT, req_extend, 2 },
	[NSM_LOCK_PCR] = { "LockPCR", FORM_STRUCT, req_index, 1 },
	[NSM_LOCK_PCRS] = { "LockPCRs", FORM_STRUCT, req_range, 1 },
	[NSM_DESCRIBE_NSM] = { "DescribeNSM", FORM_UNIT, NULL, 0 },
	[NSM_ATTESTATION] = { "Attestation", FORM_STRUCT, req_attest, 3 },
	[NSM_GET_RANDOM] = { "GetRandom", FORM_UNIT, NULL, 0 },
};

static const struct field res_pcr[] = {
	{ "lock", KIND_BOOL, RES(lock), NULL },
	{ "data", KIND_BYTES, RES(data), NULL },
};
static const struct field res_data[] = { { "data", KIND_BYTES, RES(data),
					   NULL } };
static const struct field res_document[] = { { "document", KIND_BYTES,
					       RES(data), NULL } };
static const struct field res_random[] = { { "random", KIND_BYTES, RES(data),
					     NULL } };
static const struct field res_error[] = { { "Error", KIND_NAME, RES(error),
					    error_names } };
static const struct field res_nsm[] = {
	{ "version_major", KIND_U16, RES(major), NULL },
	{ "version_minor", KIND_U16, RES(minor), NULL },
	{ "version_patch", KIND_U16, RES(patch), NULL },
	{ "module_id", KIND_TEXT, RES(module_id), NULL },
	{ "max_pcrs", KIND_U16, RES(max_pcrs), NULL },
	{ "locked_pcrs", KIND_SET, RES(locked), NULL },
	{ "digest", KIND_NAME, RES(digest), nsm_digests },
};
static const struct shape responses[] = {
	[NSM_DESCRIBE_PCR] = { "DescribePCR", FORM_STRUCT, res_pcr, 2 },
	[NSM_EXTEND_PCR] = { "ExtendPCR", FORM_STRUCT, res_data, 1 },
	[NSM_LOCK_PCR] = { "LockPCR", FORM_UNIT, NULL, 0 },
	[NSM_LOCK_PCRS] = { "LockPCRs", FORM_UNIT, NULL, 0 },
	[NSM_DESCRIBE_NSM] = { "DescribeNSM", FORM_STRUCT, res_nsm, 7 },
	[NSM_ATTESTATION] = { "Attestation", FORM_STRUCT, res_document, 1 },
	[NSM_GET_RANDOM] = { "GetRandom", FORM_STRUCT, res_random, 1 },
	[NSM_ERROR] = { "Error", FORM_BARE, res_error, 1 },
};

_Static_assert(sizeof(enum nsm_error) == sizeof(unsigned),
	       "KIND_NAME stores an unsigned");

const char *
nsm_error_name(enum nsm_error e)
{
	return error_names[e];
}

const char *
nsm_call_name(enum nsm_call c)
{
	return responses[c].name;
}

/* Writing. */

static void
put_set(struct buf *b, uint32_t set)
{
	unsigned n = 0;
	for (unsigned i = 0; i < 32; i++)
		n += set >> i & 1;
	cbor_put_array(b, n);
	for (unsigned i = 0; i < 32; i++)
		if (set >> i & 1)
			cbor_put_uint(b, i);
}

static void
put_optional(struct buf *b, const struct maybe *f)
{
	if (f->there)
		cbor_put_bytes(b, f->v);
	else
		cbor_put_null(b);
}

static void
put_field(struct buf *b, const struct field *f, const void *msg)
{
	const void *at = (const uint8_t *)msg + f->at;
	switch (f->kind) {
	case KIND_U16:
		cbor_put_uint(b, *(const uint16_t *)at);
		return;
	case KIND_BOOL:
		cbor_put_bool(b, *(const bool *)at);
		return;
	case KIND_BYTES:
		cbor_put_bytes(b, *(const struct span *)at);
		return;
	case KIND_OPTIONAL:
		put_optional(b, at);
		return;
	case KIND_TEXT:
		cbor_put_text(b, *(const struct span *)at);
		return;
	case KIND_SET:
		put_set(b, *(const uint32_t *)at);
		return;
	case KIND_NAME:
		cbor_put_str(b, f->names[*(const unsigned *)at]);
		return;
	}
}

static void
put_message(struct buf *b, const struct shape *s, const void *msg)
{
	if (s->form != FORM_UNIT)
		cbor_put_map(b, 1);
	cbor_put_str(b, s->name);
	if (s->form == FORM_STRUCT)
		cbor_put_map(b, s->n);
	for (size_t i = 0; i < s->n; i++) {
		if (s->form == FORM_STRUCT)
			cbor_put_str(b, s->field[i].name);
		put_field(b, &s->field[i], msg);
	}
}

void
nsm_put_request(struct buf *b, const struct nsm_request *r)
{
	put_message(b, &requests[r->call], r);
}

void
nsm_put_response(struct buf *b, const struct nsm_response *r)
{
	put_message(b, &responses[r->call], r);
}

/* Reading. */

struct in {
	struct cbor c;
	struct arena *arena;
};

/* serde_cbor passes over tags wherever a value may be. */
static enum cbor_kind
peek(struct in *in)
{
	uint64_t tag;
	while (cbor_tag_any(&in->c, &tag))
		continue;
	return cbor_peek(&in->c);
}

static struct span
read_bytes(struct in *in)
{
	enum cbor_kind kind = peek(in);
	if (kind == CBOR_ARRAY)
		return cbor_octets(&in->c, in->arena);
	if (kind == CBOR_TEXT)
		return cbor_text(&in->c);
	return cbor_chunks(&in->c, in->arena);
}

static struct maybe
read_optional(struct in *in)
{
	struct maybe f = { 0 };
	if (peek(in) == CBOR_NULL) {
		cbor_null(&in->c);
		return f;
	}
	f.v = read_bytes(in);
	f.there = true;
	return f;
}

static uint16_t
read_u16(struct in *in)
{
	IGNORE(peek(in) == CBOR_NONE);
	uint64_t v = cbor_uint(&in->c);
	cbor_check(&in->c, v <= UINT16_MAX, "a number above 65535");
	return (uint16_t)v;
}

static uint32_t
read_set(struct in *in)
{
	uint32_t set = 0;
	IGNORE(peek(in) == CBOR_NONE);
	cbor_array(&in->c);
	while (!in->c.r.why && cbor_more(&in->c)) {
		uint16_t v = read_u16(in);
		cbor_check(&in->c, v < 32, "a register above 31");
		set |= in->c.r.why ? 0 : (uint32_t)1 << v;
	}
	return set;
}

/* "Name", or {"Name": null}. */
static unsigned
read_name(struct in *in, const char *const *names)
{
	bool map = peek(in) == CBOR_MAP;
	if (map)
		cbor_map_n(&in->c, 1);
	struct span name = cbor_text(&in->c);
	if (map) {
		IGNORE(peek(in) == CBOR_NONE);
		cbor_null(&in->c);
		if (!in->c.r.why)
			cbor_close(&in->c);
	}
	for (unsigned i = 0; names[i]; i++)
		if (span_is(name, names[i]))
			return i;
	cbor_fail(&in->c, "an unknown name");
	return 0;
}

static void
read_field(struct in *in, const struct field *f, void *msg)
{
	void *at = (uint8_t *)msg + f->at;
	switch (f->kind) {
	case KIND_U16:
		*(uint16_t *)at = read_u16(in);
		return;
	case KIND_BOOL:
		IGNORE(peek(in) == CBOR_NONE);
		*(bool *)at = cbor_bool(&in->c);
		return;
	case KIND_BYTES:
		*(struct span *)at = read_bytes(in);
		return;
	case KIND_OPTIONAL:
		*(struct maybe *)at = read_optional(in);
		return;
	case KIND_TEXT:
		IGNORE(peek(in) == CBOR_NONE);
		*(struct span *)at = cbor_text(&in->c);
		return;
	case KIND_SET:
		*(uint32_t *)at = read_set(in);
		return;
	case KIND_NAME:
		*(unsigned *)at = read_name(in, f->names);
		return;
	}
}

static const struct field *
field_of(const struct shape *s, struct span name, unsigned *seen)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_is(name, s->field[i].name)) {
			*seen |= 1u << i;
			return &s->field[i];
		}
	return NULL;
}

/* The fields with their names in any order, or in order without names. */
static void
read_struct(struct in *in, const struct shape *s, void *msg)
{
	struct cbor *c = &in->c;
	unsigned seen = 0;
	if (peek(in) == CBOR_ARRAY) {
		cbor_array_n(c, s->n);
		for (size_t i = 0; i < s->n && !c->r.why; i++)
			read_field(in, &s->field[i], msg);
		if (!c->r.why)
			cbor_close(c);
		return;
	}
	cbor_map(c);
	while (!c->r.why && cbor_more(c)) {
		const struct field *f = field_of(s, cbor_text(c), &seen);
		if (f)
			read_field(in, f, msg);
		else
			cbor_skip(c);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->field[i].kind != KIND_OPTIONAL && !(seen >> i & 1))
			cbor_fail(c, "a field is missing");
}

static void
read_body(struct in *in, const struct shape *s, bool map, void *msg)
{
	if (s->form == FORM_STRUCT && map) {
		read_struct(in, s, msg);
	} else if (s->form == FORM_BARE && map) {
		read_field(in, s->field, msg);
	} else if (s->form != FORM_UNIT) {
		cbor_fail(&in->c, "a name alone where fields belong");
	} else if (map) {
		IGNORE(peek(in) == CBOR_NONE);
		cbor_null(&in->c);
	}
}

/* The index of the shape that it was; n when none. */
static size_t
read_message(struct in *in, const struct shape *s, size_t n, void *msg)
{
	struct cbor *c = &in->c;
	bool map = peek(in) == CBOR_MAP;
	size_t i = 0;
	if (map)
		cbor_map_n(c, 1);
	struct span name = cbor_text(c);
	while (i < n && !span_is(name, s[i].name))
		i++;
	if (i == n)
		cbor_fail(c, "an unknown call");
	else
		read_body(in, &s[i], map, msg);
	if (map && !c->r.why)
		cbor_close(c);
	if (!c->r.why)
		cbor_end(c);
	return i;
}

/* Does the writer give the same bytes? */
static bool
check_strict(struct span in, const struct shape *s, const void *msg,
	     struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(in.n + 64);
	size_t i = 0;
	put_message(&b, s, msg);
	while (i < in.n && i < b.n && in.p[i] == b.p[i])
		i++;
	if (!b.failed && i == in.n && i == b.n)
		return true;
	return err_set(e, ERR_INPUT,
		       "byte %zu: %s, but not as AWS's library writes it", i,
		       s->name);
}

bool
nsm_read_request(struct span in, bool strict, struct arena *a,
		 struct nsm_request *out, struct err *e)
{
	struct in r = { .arena = a };
	*out = (struct nsm_request){ 0 };
	cbor_init(&r.c, in, CBOR_INDEFINITE_LENIENT | CBOR_WIDE_LENIENT);
	size_t i = read_message(&r, requests, COUNT(requests), out);
	if (!cbor_ok(&r.c, e))
		return err_ctx(e, "NSM request");
	out->call = (enum nsm_call)i;
	return !strict || check_strict(in, &requests[i], out, e) ||
	       err_ctx(e, "NSM request");
}

bool
nsm_read_response(struct span in, bool strict, struct arena *a,
		  struct nsm_response *out, struct err *e)
{
	struct in r = { .arena = a };
	*out = (struct nsm_response){ 0 };
	cbor_init(&r.c, in, CBOR_INDEFINITE_LENIENT | CBOR_WIDE_LENIENT);
	size_t i = read_message(&r, responses, COUNT(responses), out);
	if (!cbor_ok(&r.c, e))
		return err_ctx(e, "NSM response");
	out->call = (enum nsm_call)i;
	return !strict || check_strict(in, &responses[i], out, e) ||
	       err_ctx(e, "NSM response");
}
