/* A document that is read keeps every rule about its fields; one that is not
 * has a reason of the table. */
#include "base/fuzz.h"

#include <string.h>

#include "attest/doc.h"
#include "attest/reasons.h"

/* What QEMU left unsigned is never also a document, and holds no word of
 * anybody. */
static void
qemu(struct span in)
{
	struct err e = { 0 };
	struct doc d, other;
	if (!doc_parse_qemu(in, &d, &e)) {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_REFUSED);
		ASSERT(e.id && reason_look(e.id));
		return;
	}
	ASSERT(!doc_parse(in, &other, &e));
	ASSERT(e.id && strcmp(e.id, "doc-qemu") == 0);
	ASSERT(d.cose.alg == -1 && span_is_zero(d.cose.sig));
	ASSERT(d.module_id.n && d.timestamp_ms && d.pcrs.mask && d.nbundle);
	ASSERT(span_is_zero(d.certificate) && d.certificate.n <= DOC_CERT_MAX);
	for (size_t i = 0; i < d.nbundle; i++)
		ASSERT(span_is_zero(d.bundle[i]));
}

FUZZ(in)
{
	struct err e = { 0 };
	struct doc d;
	qemu(in);
	if (!doc_parse(in, &d, &e)) {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_REFUSED);
		ASSERT(e.id && reason_look(e.id));
		return;
	}
	ASSERT(d.cose.curve == EC_P384 && d.cose.sig.n == 96);
	ASSERT(d.module_id.n && d.timestamp_ms && d.pcrs.mask && d.nbundle);
	ASSERT(d.certificate.n && d.certificate.n <= DOC_CERT_MAX);
	for (size_t i = 0; i < PCR_COUNT; i++)
		ASSERT(d.pcrs.v[i].n == (d.pcrs.mask >> i & 1) * PCR_SIZE);
	for (size_t i = 0; i < d.nbundle; i++)
		ASSERT(d.bundle[i].n && d.bundle[i].n <= DOC_CERT_MAX);
	ASSERT(d.nonce.v.n <= DOC_FIELD_MAX && (d.nonce.there || !d.nonce.v.p));
}
