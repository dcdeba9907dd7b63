/* An image document that is accepted must keep the promises of oci/oci.h. */
#include "base/fuzz.h"

#include "oci/oci.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct oci_doc doc;
	struct image_config c;
	if (oci_doc_parse(in, (struct span){ 0 }, &a, &doc, &e)) {
		ASSERT(doc.index || doc.n <= LIMIT_LAYERS);
		ASSERT(doc.index || oci_type(doc.config.type) == OCI_CONFIG);
		for (size_t i = 0; i < doc.n; i++) {
			ASSERT(doc.v[i].digest.text.n);
			ASSERT(doc.index ||
			       oci_type(doc.v[i].type) == OCI_LAYER);
		}
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	if (oci_config_parse(in, &a, &c, &e)) {
		struct digest_id d;
		for (size_t i = 0; i < c.diff_ids.n; i++)
			ASSERT(digest_id_parse(c.diff_ids.v[i], &d, &e));
		for (size_t i = 0; i < c.env.n; i++)
			ASSERT(c.env.v[i].p);
	}
	arena_finish(&a);
}
