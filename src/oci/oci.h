/*
 * OCI images (image-spec 1.1) and Docker's image manifest V2, schema 2: the
 * documents, and the way from a descriptor to the one image for a platform.
 *
 * A document is read only after its size and digest were compared with the
 * descriptor that names it. Everything parsed is in the caller's arena.
 */
#pragma once

#include "codec/json.h"
#include "store/store.h"
#include "tree/image.h"
#include "oci/reference.h"

/* What the media type of a descriptor says. */
enum oci_type {
	OCI_OTHER, /* signatures, charts, anything that is not an image */
	OCI_INDEX,
	OCI_MANIFEST,
	OCI_CONFIG,
	OCI_LAYER,
	OCI_FOREIGN, /* a layer that registries do not hand out */
	OCI_SCHEMA1, /* Docker's first manifests, without usable digests */
};
enum oci_type oci_type(struct span media_type);

struct oci_desc {
	struct span type;        /* media type as it is there */
	struct digest_id digest; /* text.n is 0 for a part of an old
				     `docker save` archive */
	uint64_t size;
	bool has_platform;
	struct platform platform;
	struct span name;      /* org.opencontainers.image.ref.name */
	struct span full_name; /* io.containerd.image.name */
	bool attestation;      /* about an image, by BuildKit or cosign */
	bool artifact;         /* it has an artifactType */
};

/* Is this entry of an index about an image at all: not what tools add about
 * one (attestations, signatures), nor another artefact. Every choice among
 * entries is among these. */
bool oci_is_candidate(const struct oci_desc *d);

/* An index, or the manifest of one image. */
struct oci_doc {
	bool index;
	struct oci_desc config; /* of a manifest */
	struct oci_desc *v;     /* layers from the lowest up, or entries */
	size_t n;
};

/*
 * `type` is what the descriptor or the server says it is; empty when nobody
 * says. Refused: a type that contradicts the document, a document that could
 * be both kinds, schema 1, artefacts, over LIMIT_LAYERS layers.
 */
MUST_USE bool oci_doc_parse(struct span text, struct span type, struct arena *a,
			    struct oci_doc *out, struct err *e);
/* The list of texts at `key`; absent and null are the empty list. */
MUST_USE bool oci_strings(const struct json *j, const char *key,
			  struct arena *a, struct strings *out, struct err *e);
MUST_USE bool oci_config_parse(struct span text, struct arena *a,
			       struct image_config *out, struct err *e);

/* A place that has blobs: a layout, an archive, a registry. */
struct oci_store {
	/* Finds the bytes. Whether they are the right ones is checked by
	 * whoever reads them. */
	bool (*open)(void *self, const struct oci_desc *d,
		     struct store_blob *out, struct err *e);
	/* Told once which layers will be opened. May be NULL. */
	bool (*prepare)(void *self, const struct oci_desc *v, size_t n,
			struct err *e);
	void *self;
};

/* A document of at most LIMIT_JSON bytes, checked against its descriptor. */
MUST_USE bool oci_read(const struct oci_store *s, const struct oci_desc *d,
		       struct arena *a, struct span *out, struct err *e);

/* One image, all that is needed to read its layers. */
struct oci_image {
	struct oci_desc manifest; /* text.n of its digest may be 0 */
	struct image_config config;
	struct oci_desc *layers;
	size_t n;
};

enum { OCI_INDEX_DEPTH_MAX = 4 };
/*
 * Follows indexes from `root` to the image for the platform; its
 * configuration must be for that platform too, and name as many layers.
 * ERR_INPUT "oci-platform" says which platforms there are.
 */
MUST_USE bool oci_resolve(const struct oci_store *s,
			  const struct oci_desc *root,
			  const struct platform *want, struct image *m,
			  struct oci_image *out, struct err *e);
/* The same from the entries of an index that is nobody's content. */
MUST_USE bool oci_resolve_in(const struct oci_store *s,
			     const struct oci_doc *doc,
			     const struct platform *want, struct image *m,
			     struct oci_image *out, struct err *e);
/* ERR_INPUT "oci-digest" unless the bytes are what the descriptor names. */
MUST_USE bool oci_check(const struct oci_desc *d, struct span bytes,
			struct err *e);
/* The configuration's own words against the platform and the layers. */
MUST_USE bool oci_image_check(const struct oci_image *i,
			      const struct platform *want, struct image *m,
			      struct err *e);
