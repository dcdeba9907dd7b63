/* A document that is read keeps every rule about its fields; one that is not
 * has a reason of the table. */
#include "base/fuzz.h"

#include "attest/doc.h"
#include "attest/reasons.h"

FUZZ(in)
{
	struct err e = { 0 };
	struct doc d;
	if (!doc_parse(in, &d, &e)) {
		ASSERT(e.code == ERR_INPUT || e.code == ERR_REFUSED);
		ASSERT(e.id && reason_look(e.id));
		return;
	}
	ASSERT(d.cose.curve == EC_P384 && d.cose.sig.n == 96);
	ASSERT(d.module_id.n && d.timestamp_ms && d.pcrs && d.nbundle);
	ASSERT(d.certificate.n && d.certificate.n <= DOC_CERT_MAX);
	for (size_t i = 0; i < DOC_PCRS; i++)
		ASSERT(d.pcr[i].n == (d.pcrs >> i & 1) * DOC_PCR_SIZE);
	for (size_t i = 0; i < d.nbundle; i++)
		ASSERT(d.bundle[i].n && d.bundle[i].n <= DOC_CERT_MAX);
	ASSERT(d.nonce.v.n <= DOC_FIELD_MAX && (d.nonce.there || !d.nonce.v.p));
}
