#include "sim/sim.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "codec/hex.h"
#include "sim/document.h"

enum { SAY_MAX = 256, EXPIRED_AGE = 4 * 3600 };
enum { ENCLAVE_ID_DIGITS = 16 };

/* The 16 digits behind "-enc", or any number when there are none. */
static bool
find_enclave_id(struct sim *s, struct err *e)
{
	struct span id = s->module_id, bytes;
	uint8_t v[8];
	struct err unused = { 0 };
	struct span digits = span_from(id, id.n - ENCLAVE_ID_DIGITS);
	if (id.n < ENCLAVE_ID_DIGITS ||
	    !hex_parse(digits, &s->own, &bytes, &unused)) {
		if (!s->config.random(v, sizeof v, e))
			return false;
		bytes = span_of(v, sizeof v);
	}
	for (size_t i = 0; i < 8; i++)
		s->enclave_id = s->enclave_id << 8 | bytes.p[i];
	return true;
}

/* "-enc", the start in milliseconds, and two random bytes. */
static bool
name_module(struct sim *s, struct err *e)
{
	const struct sim_config *c = &s->config;
	uint8_t v[2];
	if (c->module_id.n) {
		s->module_id = arena_dup(&s->own, c->module_id);
	} else {
		if (!c->random(v, sizeof v, e))
			return false;
		s->module_id = span_str(arena_fmt(
			&s->own, "%.*s-enc%012llx%02x%02x",
			SPAN_ARG(c->boot.instance_id),
			(unsigned long long)c->start_ms & 0xffffffffffff, v[0],
			v[1]));
	}
	if (!s->module_id.n)
		return err_full(e, "module id");
	return find_enclave_id(s, e);
}

/* A chain whose leaf was issued at `issued`. */
static bool
mint(struct sim *s, int64_t issued, struct err *e)
{
	uint8_t seed[SIM_SEED];
	struct sim_chain_plan p = {
		.root = s->config.root,
		.region = s->config.region,
		.instance_id = s->config.boot.instance_id,
		.module_id = s->module_id,
		.enclave_id = s->enclave_id,
		.issued = issued,
		.seed = seed,
	};
	sim_chain_finish(&s->chain);
	arena_reset(&s->chain_arena);
	if (!s->config.random(seed, sizeof seed, e))
		return false;
	bool ok = sim_chain_make(&p, &s->chain_arena, &s->chain, e);
	explicit_bzero(seed, sizeof seed);
	return ok;
}

/* The instance id is what is in front of "-enc". */
static void
default_names(struct sim_config *c)
{
	struct span id = c->module_id;
	if (!c->boot.instance_id.n)
		for (size_t i = 0; i + 4 <= id.n; i++)
			if (span_eq(span_sub(id, i, 4), SPAN("-enc")))
				c->boot.instance_id = span_sub(id, 0, i);
	if (!c->region.n)
		c->region = SPAN("us-east-1");
	if (!c->field_max)
		c->field_max = SIM_FIELD_MAX;
}

bool
sim_open(struct sim *s, const struct sim_config *c, struct err *e)
{
	*s = (struct sim){ .config = *c };
	if (c->root->class == SIM_CLASS_QEMU) {
		err_set(e, ERR_USAGE,
			"this root is for what QEMU's module "
			"left unsigned");
		return err_hint(e, "veraclave help resign");
	}
	default_names(&s->config);
	if (!s->config.boot.instance_id.n)
		return err_set(e, ERR_USAGE,
			       "a module id without an instance id in front of"
			       " \"-enc\"");
	int64_t start = (int64_t)(c->start_ms / 1000);
	if (bank_boot(&s->bank, &s->config.boot, e) && name_module(s, e) &&
	    mint(s, start - (int64_t)c->leaf_age, e))
		return true;
	sim_close(s);
	return false;
}

void
sim_close(struct sim *s)
{
	sim_chain_finish(&s->chain);
	arena_finish(&s->chain_arena);
	arena_finish(&s->own);
	*s = (struct sim){ 0 };
}

/* A sentence, which needs room for one more byte. */
static void
say(struct sim *s, bool warning, struct buf *text)
{
	buf_u8(text, 0);
	if (s->config.say && !text->failed)
		s->config.say(s->config.self, warning, (const char *)text->p);
}

/* Documents. */

/* The registers and what was asked for, with what was wanted to be wrong. */
static void
put_payload(struct buf *b, const struct sim *s, const struct nsm_request *q,
	    uint64_t now_ms)
{
	struct nsm_document d = {
		.definite = s->config.definite,
		.digest = s->config.faults & SIM_FAULT_DIGEST ? "SHA256"
							      : "SHA384",
		.module_id = s->module_id,
		.timestamp_ms = now_ms,
		.chain = &s->chain,
		.public_key = q->public_key,
		.user_data = q->user_data,
		.nonce = q->nonce,
	};
	for (unsigned i = 0; i < NSM_PCRS; i++)
		if (bank_is_locked(&s->bank, i))
			pcr_put(&d.pcrs, i, bank_value(&s->bank, i));
	nsm_put_payload(b, &d);
}

static bool
sign(const struct sim *s, struct span payload, struct buf *out, struct err *e)
{
	struct ec_sig sig;
	size_t at = out->n;
	if (!nsm_sign_payload(&s->chain, payload, &sig, e))
		return false;
	if (s->config.faults & SIM_FAULT_SIGNATURE)
		sig.v[sig.n - 1] ^= 1;
	nsm_put_signed(out, payload, &sig);
	if (s->config.faults & SIM_FAULT_CORRUPT && !out->failed)
		out->p[at + (out->n - at) / 2] ^= 1;
	if (s->config.faults & SIM_FAULT_OVERSIZE)
		buf_zero(out, NSM_RESPONSE_MAX);
	return buf_ok(out, "a document", e);
}

/* A leaf that is valid now, or, when that is wanted, no longer. */
static bool
renew(struct sim *s, uint64_t now_ms, struct err *e)
{
	int64_t now = (int64_t)(now_ms / 1000);
	bool valid = now >= s->chain.not_before && now <= s->chain.not_after;
	bool expired = s->config.faults & SIM_FAULT_EXPIRED;
	if (valid != expired)
		return true;
	return mint(s, expired ? now - EXPIRED_AGE : now, e);
}

static bool
document(struct sim *s, const struct nsm_request *q, uint64_t now_ms,
	 struct buf *out, struct err *e)
{
	DEFER(buf_free) struct buf payload = buf_max(NSM_DOCUMENT_MAX);
	if (!renew(s, now_ms, e))
		return false;
	put_payload(&payload, s, q, now_ms);
	return buf_ok(&payload, "a document", e) &&
	       sign(s, buf_view(&payload), out, e);
}

/* Extended but not locked: a frequent mistake, and a silent one. */
static void
remind(struct sim *s)
{
	for (unsigned i = 0; i < NSM_PCRS; i++) {
		if (!(s->extended >> i & 1) || bank_is_locked(&s->bank, i))
			continue;
		DEFER(buf_free) struct buf b = buf_max(SAY_MAX);
		buf_fmt(&b,
			"PCR%u was extended but not locked: the document does"
			" not hold it",
			i);
		say(s, true, &b);
	}
}

/* Calls. Each sets the answer; the error says why there is none. */

struct call {
	struct sim *s;
	const struct nsm_request *q;
	uint64_t now_ms;
	struct nsm_response *r;
	struct buf *room; /* for the answer's long bytes */
};

static void
refuse(struct call *c, enum nsm_error error)
{
	c->r->call = NSM_ERROR;
	c->r->error = error;
}

static bool
describe_pcr(struct call *c, struct err *e)
{
	(void)e;
	if (c->q->index >= NSM_PCRS) {
		refuse(c, NSM_INVALID_INDEX);
		return true;
	}
	c->r->lock = bank_is_locked(&c->s->bank, c->q->index);
	c->r->data = bank_value(&c->s->bank, c->q->index);
	return true;
}

static bool
extend_pcr(struct call *c, struct err *e)
{
	enum nsm_error said;
	if (!bank_extend(&c->s->bank, c->q->index, c->q->data, &said, e))
		return false;
	if (said != NSM_SUCCESS) {
		refuse(c, said);
		return true;
	}
	c->s->extended |= 1u << c->q->index;
	c->r->data = bank_value(&c->s->bank, c->q->index);
	return true;
}

static bool
lock_pcr(struct call *c, struct err *e)
{
	enum nsm_error said = bank_lock(&c->s->bank, c->q->index);
	(void)e;
	if (said != NSM_SUCCESS)
		refuse(c, said);
	return true;
}

static bool
lock_pcrs(struct call *c, struct err *e)
{
	enum nsm_error said = bank_lock_range(&c->s->bank, c->q->range);
	(void)e;
	if (said != NSM_SUCCESS)
		refuse(c, said);
	return true;
}

static bool
describe_nsm(struct call *c, struct err *e)
{
	(void)e;
	c->r->major = 1;
	c->r->module_id = c->s->module_id;
	c->r->max_pcrs = NSM_PCRS;
	c->r->locked = c->s->bank.locked;
	c->r->digest = NSM_SHA384;
	return true;
}

static bool
attestation(struct call *c, struct err *e)
{
	const struct maybe *f[] = { &c->q->user_data, &c->q->nonce,
				    &c->q->public_key };
	for (size_t i = 0; i < COUNT(f); i++)
		if (f[i]->v.n > c->s->config.field_max) {
			refuse(c, NSM_INPUT_TOO_LARGE);
			return true;
		}
	if (c->s->config.faults & SIM_FAULT_REFUSE) {
		refuse(c, NSM_INTERNAL_ERROR);
		return true;
	}
	remind(c->s);
	if (!document(c->s, c->q, c->now_ms, c->room, e))
		return false;
	c->r->data = buf_view(c->room);
	return true;
}

static bool
get_random(struct call *c, struct err *e)
{
	uint8_t v[SIM_RANDOM];
	if (!c->s->config.random(v, sizeof v, e))
		return false;
	buf_put(c->room, v, sizeof v);
	c->r->data = buf_view(c->room);
	return true;
}

static bool (*const calls[NSM_CALLS])(struct call *c, struct err *e) = {
	[NSM_DESCRIBE_PCR] = describe_pcr, [NSM_EXTEND_PCR] = extend_pcr,
	[NSM_LOCK_PCR] = lock_pcr,         [NSM_LOCK_PCRS] = lock_pcrs,
	[NSM_DESCRIBE_NSM] = describe_nsm, [NSM_ATTESTATION] = attestation,
	[NSM_GET_RANDOM] = get_random,
};

static void
report(struct sim *s, const struct nsm_request *q, const struct nsm_response *r)
{
	DEFER(buf_free) struct buf b = buf_max(SAY_MAX);
	buf_str(&b, nsm_call_name(q->call));
	if (q->call == NSM_LOCK_PCRS)
		buf_fmt(&b, " below %u", q->range);
	else if (q->call <= NSM_LOCK_PCR)
		buf_fmt(&b, " %u", q->index);
	buf_fmt(&b, ": %s",
		r->call == NSM_ERROR ? nsm_error_name(r->error) : "done");
	say(s, false, &b);
}

/* The request could not be read. */
static void
unreadable(struct sim *s, struct span request, const struct err *why,
	   struct nsm_response *r)
{
	DEFER(buf_free) struct buf b = buf_max(SAY_MAX);
	bool large = request.n > NSM_REQUEST_MAX;
	r->call = NSM_ERROR;
	r->error = large ? NSM_INPUT_TOO_LARGE : NSM_INVALID_OPERATION;
	buf_fmt(&b, "a request of %zu bytes: %s (%.80s)", request.n,
		nsm_error_name(r->error), large ? "4096 at most" : why->msg);
	say(s, true, &b);
}

bool
sim_answer(struct sim *s, struct span request, uint64_t now_ms, struct buf *out,
	   struct err *e)
{
	DEFER(buf_free) struct buf room = buf_max(NSM_DOCUMENT_MAX);
	DEFER(arena_finish) struct arena a = { .max = MIB };
	struct nsm_request q = { 0 };
	struct nsm_response r = { 0 };
	struct err why = { 0 };
	struct call c = { s, &q, now_ms, &r, &room };
	if (s->config.faults & SIM_FAULT_GARBAGE) {
		buf_str(out, "\xff garbage");
		return buf_ok(out, "an answer", e);
	}
	if (request.n > NSM_REQUEST_MAX ||
	    !nsm_read_request(request, s->config.strict, &a, &q, &why)) {
		unreadable(s, request, &why, &r);
	} else {
		r.call = q.call;
		if (!calls[q.call](&c, e))
			return err_ctx(e, "%s", nsm_call_name(q.call));
		report(s, &q, &r);
	}
	nsm_put_response(out, &r);
	return buf_ok(out, "an answer", e);
}
