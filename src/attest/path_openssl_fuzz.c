/*
 * A chain that we accept is one that OpenSSL accepts, or differ.h has the
 * reason. The input is a list of changes to a right chain (changes.h), or a
 * document, whose own first certificate is then the root.
 */
#include "base/fuzz.h"

#include "attest/changes_kit.h"
#include "attest/differ_kit.h"

FUZZ(in)
{
	struct changed c = { 0 };
	struct doc d = { 0 };
	struct anchor root;
	struct differ out;
	struct err e = { 0 };
	if (doc_parse(in, &d, &e))
		c.at = (int64_t)(d.timestamp_ms / 1000);
	else
		changes(in, &c, &d);
	if (anchor_of(TRUST_SIM, d.bundle[0], &root, &e)) {
		bool ok = differ_path(&d, &root, c.at, &c.a, &out, &e);
		ASSERT(ok);
		ASSERT(!out.unexcused);
		ASSERT(!out.ours || out.theirs || out.rows);
	}
	changes_finish(&c);
}
