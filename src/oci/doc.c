/* Manifests, indexes and configurations as JSON: see oci/oci.h. */
#include "oci/oci.h"

#include "base/fmt.h"
#include "codec/json.h"

#define OCI    "application/vnd.oci.image."
#define DOCKER "application/vnd.docker."

static const struct {
	const char *name;
	enum oci_type type;
} types[] = {
	{ OCI "index.v1+json", OCI_INDEX },
	{ DOCKER "distribution.manifest.list.v2+json", OCI_INDEX },
	{ OCI "manifest.v1+json", OCI_MANIFEST },
	{ DOCKER "distribution.manifest.v2+json", OCI_MANIFEST },
	{ OCI "config.v1+json", OCI_CONFIG },
	{ DOCKER "container.image.v1+json", OCI_CONFIG },
	{ OCI "layer.v1.tar", OCI_LAYER },
	{ OCI "layer.v1.tar+gzip", OCI_LAYER },
	{ OCI "layer.v1.tar+zstd", OCI_LAYER },
	{ OCI "layer.v1.tar+xz", OCI_LAYER },
	{ DOCKER "image.rootfs.diff.tar", OCI_LAYER },
	{ DOCKER "image.rootfs.diff.tar.gzip", OCI_LAYER },
	{ DOCKER "image.rootfs.diff.tar.zstd", OCI_LAYER },
	{ DOCKER "image.rootfs.diff.tar.xz", OCI_LAYER },
	{ OCI "layer.nondistributable.v1.tar", OCI_FOREIGN },
	{ OCI "layer.nondistributable.v1.tar+gzip", OCI_FOREIGN },
	{ OCI "layer.nondistributable.v1.tar+zstd", OCI_FOREIGN },
	{ DOCKER "image.rootfs.foreign.diff.tar", OCI_FOREIGN },
	{ DOCKER "image.rootfs.foreign.diff.tar.gzip", OCI_FOREIGN },
	{ DOCKER "distribution.manifest.v1+json", OCI_SCHEMA1 },
	{ DOCKER "distribution.manifest.v1+prettyjws", OCI_SCHEMA1 },
};

enum oci_type
oci_type(struct span media_type)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (span_is(media_type, types[i].name))
			return types[i].type;
	return OCI_OTHER;
}

static bool
bad(struct err *e, const char *id, const char *why)
{
	err_set(e, ERR_INPUT, "%s", why);
	return err_id(e, id);
}

static bool
schema1(struct err *e)
{
	bad(e, "oci-schema1",
	    "this is an image manifest of Docker's schema 1, "
	    "which has no digests of its layers");
	return err_hint(e, "copy it in a current format, for instance with "
			   "skopeo copy --format oci");
}

/* Copies a member's text to the arena; leaves *out unchanged if it is absent.
 */
static bool
take_text(const struct json *j, const char *key, struct arena *a,
	  struct span *out, struct err *e)
{
	struct span s = { 0 };
	if (!json_opt_text(j, key, &s, e))
		return false;
	if (s.n == 0)
		return true;
	*out = arena_dup(a, s);
	return out->p || err_full(e, "an image document");
}

static bool
take_platform(const struct json *j, struct arena *a, struct oci_desc *d,
	      struct err *e)
{
	const struct json *p = NULL;
	if (!json_opt(j, "platform", JSON_KIND_MAP, &p, e))
		return false;
	if (!p)
		return true;
	d->has_platform = true;
	return take_text(p, "os", a, &d->platform.os, e) &&
	       take_text(p, "architecture", a, &d->platform.arch, e) &&
	       take_text(p, "variant", a, &d->platform.variant, e);
}

/* cosign save distinguishes signatures and similar entries from the image by
 * "kind". */
static bool
is_beside(const struct json *kind)
{
	struct span head = SPAN("dev.cosignproject.cosign/");
	struct span s = json_text(kind);
	return span_starts(s, head) &&
	       !span_starts(span_from(s, head.n), SPAN("image"));
}

static bool
take_annotations(const struct json *j, struct arena *a, struct oci_desc *d,
		 struct err *e)
{
	const struct json *n = NULL;
	if (!json_opt(j, "annotations", JSON_KIND_MAP, &n, e))
		return false;
	d->attestation = json_get(n, "vnd.docker.reference.type") != NULL ||
			 is_beside(json_get(n, "kind"));
	return !n ||
	       (take_text(n, "org.opencontainers.image.ref.name", a, &d->name,
			  e) &&
		take_text(n, "io.containerd.image.name", a, &d->full_name, e));
}

/* image-spec descriptor.md. Members that we do not use are not checked. */
static bool
take_desc(const struct json *j, struct arena *a, struct oci_desc *d,
	  struct err *e)
{
	struct span digest = { 0 };
	*d = (struct oci_desc){ 0 };
	if (json_kind(j) != JSON_KIND_MAP)
		return bad(e, "oci-descriptor",
			   "a descriptor is not an object");
	if (!take_text(j, "mediaType", a, &d->type, e) ||
	    !json_need_u64(j, "size", &d->size, e) ||
	    !take_text(j, "digest", a, &digest, e) ||
	    !digest_id_parse(digest, &d->digest, e))
		return err_ctx(e, "in a descriptor");
	d->artifact = json_text(json_get(j, "artifactType")).n > 0;
	return (take_platform(j, a, d, e) && take_annotations(j, a, d, e)) ||
	       err_ctx(e, "in a descriptor");
}

static bool
take_descs(const struct json *list, struct arena *a, struct oci_doc *out,
	   struct err *e)
{
	out->n = json_count(list);
	out->v = NEW(a, struct oci_desc, out->n ? out->n : 1);
	if (!out->v)
		return err_full(e, "an image document");
	for (size_t i = 0; i < out->n; i++)
		if (!take_desc(json_at(list, i), a, &out->v[i], e))
			return false;
	return true;
}

/* Checks that each layer is of a kind that we can read. */
static bool
check_layers(const struct oci_doc *doc, struct err *e)
{
	if (doc->n > LIMIT_LAYERS)
		return err_set(e, ERR_LIMIT, "%zu layers, more than %d", doc->n,
			       LIMIT_LAYERS);
	for (size_t i = 0; i < doc->n; i++) {
		struct span type = doc->v[i].type;
		if (oci_type(type) == OCI_LAYER)
			continue;
		if (oci_type(type) == OCI_FOREIGN) {
			bad(e, "oci-foreign-layer",
			    "a layer is marked as not distributable");
			return err_hint(e, "these layers are parts of Windows, "
					   "which does not run in an enclave");
		}
		err_set(e, ERR_INPUT,
			"layer %zu is of a kind that cannot be read: %s", i,
			show(type).s);
		return err_id(e, "oci-layer-type");
	}
	return true;
}

static bool
take_manifest(const struct json *j, struct arena *a, struct oci_doc *out,
	      struct err *e)
{
	const struct json *config, *layers = NULL;
	if (json_text(json_get(j, "artifactType")).n)
		return bad(e, "oci-artifact",
			   "this is an OCI artefact, not "
			   "a container image");
	if (!json_need(j, "config", JSON_KIND_MAP, &config, e) ||
	    !json_opt(j, "layers", JSON_KIND_LIST, &layers, e) ||
	    !take_desc(config, a, &out->config, e))
		return false;
	if (oci_type(out->config.type) != OCI_CONFIG) {
		err_set(e, ERR_INPUT,
			"not a container image: its "
			"configuration is %s",
			show(out->config.type).s);
		return err_id(e, "oci-artifact");
	}
	return take_descs(layers, a, out, e) && check_layers(out, e);
}

/* Finds the kind of document; `type` and the document itself must agree. */
static bool
doc_kind(const struct json *j, struct span type, enum oci_type *out,
	 struct err *e)
{
	struct span own = { 0 };
	uint64_t version = 0;
	bool list = json_get(j, "manifests") != NULL;
	bool image = json_get(j, "layers") || json_get(j, "config");
	if (!json_opt_text(j, "mediaType", &own, e) ||
	    !json_need_u64(j, "schemaVersion", &version, e))
		return false;
	if (version == 1 || oci_type(type) == OCI_SCHEMA1)
		return schema1(e);
	if (version != 2)
		return bad(e, "oci-schema", "schemaVersion is not 2");
	if (own.n && type.n && !span_eq(own, type))
		return bad(e, "oci-media-type",
			   "its mediaType differs from the media type with "
			   "which it was delivered");
	if (list && image)
		return bad(e, "oci-ambiguous",
			   "it has both manifests and layers, so that tools "
			   "could disagree about its kind");
	if (own.n == 0)
		own = type;
	*out = own.n ? oci_type(own) : list ? OCI_INDEX : OCI_MANIFEST;
	if ((*out == OCI_INDEX && !image) || (*out == OCI_MANIFEST && !list))
		return true;
	err_set(e, ERR_INPUT, "not an image manifest or index: %s",
		own.n ? show(own).s : "unknown");
	return err_id(e, "oci-media-type");
}

bool
oci_doc_parse(struct span text, struct span type, struct arena *a,
	      struct oci_doc *out, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct oci_doc doc = { 0 };
	enum oci_type kind = OCI_OTHER;
	const struct json *list = NULL;
	if (!json_parse(text, &j, e) || !doc_kind(j, type, &kind, e))
		return err_ctx(e, "image manifest");
	doc.index = kind == OCI_INDEX;
	if (doc.index ? json_need(j, "manifests", JSON_KIND_LIST, &list, e) &&
				take_descs(list, a, &doc, e)
		      : take_manifest(j, a, &doc, e)) {
		*out = doc;
		return true;
	}
	return err_ctx(e, "image manifest");
}

bool
oci_strings(const struct json *j, const char *key, struct arena *a,
	    struct strings *out, struct err *e)
{
	const struct json *list = NULL;
	if (!json_opt(j, key, JSON_KIND_LIST, &list, e))
		return false;
	out->n = json_count(list);
	out->v = NEW(a, struct span, out->n ? out->n : 1);
	if (!out->v)
		return err_full(e, key);
	for (size_t i = 0; i < out->n; i++) {
		const struct json *v = json_at(list, i);
		if (json_kind(v) != JSON_KIND_TEXT)
			return err_set(e, ERR_INPUT, "%s[%zu] is not a string",
				       key, i);
		struct span s = json_text(v);
		out->v[i] = s.n ? arena_dup(a, s) : SPAN("");
		if (!out->v[i].p)
			return err_full(e, key);
	}
	return true;
}

static bool
take_rootfs(const struct json *j, struct arena *a, struct image_config *c,
	    struct err *e)
{
	const struct json *rootfs = NULL;
	struct span type = { 0 };
	if (!json_need(j, "rootfs", JSON_KIND_MAP, &rootfs, e) ||
	    !json_opt_text(rootfs, "type", &type, e) ||
	    !oci_strings(rootfs, "diff_ids", a, &c->diff_ids, e))
		return false;
	if (type.n && !span_is(type, "layers"))
		return bad(e, "oci-rootfs", "rootfs.type is not \"layers\"");
	for (size_t i = 0; i < c->diff_ids.n; i++) {
		struct digest_id d;
		if (!digest_id_parse(c->diff_ids.v[i], &d, e))
			return err_ctx(e, "rootfs.diff_ids[%zu]", i);
	}
	return true;
}

/* image-spec config.md: the members that decide what runs and how. */
static bool
take_config(const struct json *j, struct arena *a, struct image_config *c,
	    struct err *e)
{
	const struct json *run = NULL;
	c->present = true;
	if (json_kind(j) != JSON_KIND_MAP)
		return bad(e, "oci-config", "it is not an object");
	return take_text(j, "os", a, &c->os, e) &&
	       take_text(j, "architecture", a, &c->architecture, e) &&
	       take_text(j, "variant", a, &c->variant, e) &&
	       take_rootfs(j, a, c, e) &&
	       json_opt(j, "config", JSON_KIND_MAP, &run, e) &&
	       oci_strings(run, "Entrypoint", a, &c->entrypoint, e) &&
	       oci_strings(run, "Cmd", a, &c->cmd, e) &&
	       oci_strings(run, "Env", a, &c->env, e) &&
	       take_text(run, "WorkingDir", a, &c->working_dir, e) &&
	       take_text(run, "User", a, &c->user, e);
}

bool
oci_config_parse(struct span text, struct arena *a, struct image_config *out,
		 struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct image_config c = { 0 };
	if (!json_parse(text, &j, e) || !take_config(j, a, &c, e))
		return err_ctx(e, "image configuration");
	*out = c;
	return true;
}
