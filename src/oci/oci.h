/*
 * OCI images (image-spec 1.1) and Docker's image manifest V2, schema 2: the
 * documents, and how a descriptor leads to the image for a platform.
 *
 * A document is parsed only after its size and digest were compared with the
 * descriptor that names it. Everything parsed is in the caller's arena.
 */
#pragma once

#include "codec/json.h"
#include "store/store.h"
#include "tree/image.h"
#include "oci/reference.h"

/* The kinds of media types of descriptors. */
enum oci_type {
	OCI_OTHER, /* signatures, charts, anything that is not an image */
	OCI_INDEX,
	OCI_MANIFEST,
	OCI_CONFIG,
	OCI_LAYER,
	OCI_FOREIGN, /* a layer that registries do not serve */
	OCI_SCHEMA1, /* Docker's first manifests, without usable digests */
};
enum oci_type oci_type(struct span media_type);

struct oci_desc {
	struct span type; /* media type as it is written */
	struct digest_id
		digest; /* text.n is 0 in an old `docker save` archive */
	uint64_t size;
	bool has_platform;
	struct platform platform;
	struct span name;      /* org.opencontainers.image.ref.name */
	struct span full_name; /* io.containerd.image.name */
	bool attestation;      /* about an image, by BuildKit or cosign */
	bool artifact;         /* it has an artifactType */
};

/* Returns true if this entry of an index describes an image, and not an
 * attestation or signature that a tool added, nor another artefact. Entries
 * are chosen among these only. */
bool oci_is_candidate(const struct oci_desc *d);

/* An index, or the manifest of one image. */
struct oci_doc {
	bool index;
	struct oci_desc config; /* of a manifest */
	struct oci_desc *v;     /* layers from the lowest up, or entries */
	size_t n;
};

/*
 * `type` is the media type that the descriptor or the server gives; empty if
 * neither does. Refuses a type that contradicts the document, a document that
 * could be of both kinds, schema 1, artefacts and more than LIMIT_LAYERS
 * layers.
 */
MUST_USE bool oci_doc_parse(struct span text, struct span type, struct arena *a,
			    struct oci_doc *out, struct err *e);
/* Reads the list of strings at `key`; absent and null are the empty list. */
MUST_USE bool oci_strings(const struct json *j, const char *key,
			  struct arena *a, struct strings *out, struct err *e);
MUST_USE bool oci_config_parse(struct span text, struct arena *a,
			       struct image_config *out, struct err *e);

/* A store of blobs: a layout, an archive, a registry. */
struct oci_store {
	/* Opens the bytes. The reader checks that they match the descriptor. */
	bool (*open)(void *self, const struct oci_desc *d,
		     struct store_blob *out, struct err *e);
	/* Called once with the layers that will be opened. May be NULL. */
	bool (*prepare)(void *self, const struct oci_desc *v, size_t n,
			struct err *e);
	void *self;
};

/* Reads a document of at most LIMIT_JSON bytes and checks it against its
 * descriptor. */
MUST_USE bool oci_read(const struct oci_store *s, const struct oci_desc *d,
		       struct arena *a, struct span *out, struct err *e);

/* One image: everything that is needed to read its layers. */
struct oci_image {
	struct oci_desc manifest; /* text.n of its digest may be 0 */
	struct image_config config;
	struct oci_desc *layers;
	size_t n;
};

enum { OCI_INDEX_DEPTH_MAX = 4 };
/*
 * Follows indexes from `root` to the image for the platform. Its configuration
 * must be for that platform also, and name as many layers. ERR_INPUT
 * "oci-platform" lists the platforms that exist.
 */
MUST_USE bool oci_resolve(const struct oci_store *s,
			  const struct oci_desc *root,
			  const struct platform *want, struct image *m,
			  struct oci_image *out, struct err *e);
/* Does the same from the entries of an index that has no descriptor. */
MUST_USE bool oci_resolve_in(const struct oci_store *s,
			     const struct oci_doc *doc,
			     const struct platform *want, struct image *m,
			     struct oci_image *out, struct err *e);
/* Fails with ERR_INPUT "oci-digest" if the bytes do not match the descriptor.
 */
MUST_USE bool oci_check(const struct oci_desc *d, struct span bytes,
			struct err *e);
/* Checks the configuration against the platform and the layers. */
MUST_USE bool oci_image_check(const struct oci_image *i,
			      const struct platform *want, struct image *m,
			      struct err *e);
