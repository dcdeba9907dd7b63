#include "oci/oci.h"

#include "base/fmt.h"
#include "sys/fs.h"

bool
oci_check(const struct oci_desc *d, struct span bytes, struct err *e)
{
	struct hash h;
	if (bytes.n != d->size) {
		err_set(e, ERR_INPUT, "%s has %zu bytes, expected %llu",
			show(d->digest.text).s, bytes.n,
			(unsigned long long)d->size);
		return err_id(e, "oci-digest");
	}
	if (d->digest.text.n == 0)
		return true;
	if (!digest_of(d->digest.kind, &bytes, 1, &h, e))
		return false;
	if (span_eq(hash_span(&h), hash_span(&d->digest.hash)))
		return true;
	err_set(e, ERR_INPUT, "the content of %s has another digest",
		show(d->digest.text).s);
	err_hint(e, "it was damaged or tampered with: fetch it again");
	return err_id(e, "oci-digest");
}

static bool
read_blob(const struct store_blob *b, struct arena *a, struct span *out,
	  struct err *e)
{
	uint8_t *p = NEW(a, uint8_t, (size_t)b->size + 1);
	if (!p)
		return err_full(e, "an image document");
	*out = (struct span){ p, (size_t)b->size };
	return fs_pread(b->fd, p, out->n, b->offset, e);
}

bool
oci_read(const struct oci_store *s, const struct oci_desc *d, struct arena *a,
	 struct span *out, struct err *e)
{
	struct store_blob b = { .fd = -1 };
	if (d->size > LIMIT_JSON)
		return err_set(e, ERR_LIMIT, "%s has %s, more than %s",
			       show(d->digest.text).s, show_size(d->size).s,
			       show_size(LIMIT_JSON).s);
	if (!s->open(s->self, d, &b, e))
		return false;
	DEFER(fd_closep) UNUSED int fd = b.fd;
	if (b.size > LIMIT_JSON)
		return err_set(e, ERR_LIMIT, "%s is larger than %s",
			       show(d->digest.text).s, show_size(LIMIT_JSON).s);
	return read_blob(&b, a, out, e) && oci_check(d, *out, e);
}

bool
oci_is_candidate(const struct oci_desc *d)
{
	enum oci_type type = oci_type(d->type);
	if (d->attestation || d->artifact)
		return false;
	if (d->has_platform && span_is(d->platform.os, "unknown") &&
	    span_is(d->platform.arch, "unknown"))
		return false;
	return type == OCI_INDEX || type == OCI_MANIFEST || type == OCI_SCHEMA1;
}

/* Appends "linux/amd64, " and so on for all candidates. */
static void
list_platforms(const struct oci_doc *doc, struct arena *a, struct buf *b)
{
	for (size_t i = 0; i < doc->n; i++) {
		const struct oci_desc *d = &doc->v[i];
		if (!oci_is_candidate(d))
			continue;
		const char *text =
			d->has_platform ? platform_text(a, &d->platform) : "";
		buf_fmt(b, "%s%s", b->n ? ", " : "",
			text && *text ? show_str(text).s : "(none named)");
	}
}

static bool
no_platform(const struct oci_doc *doc, const struct platform *want,
	    struct arena *a, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(400);
	const char *text = platform_text(a, want);
	list_platforms(doc, a, &b);
	struct span there = buf_view(&b);
	err_set(e, ERR_INPUT, "there is no image for %s, only for %.*s",
		text ? text : "this platform", there.n ? (int)there.n : 7,
		there.n ? (const char *)there.p : "nothing");
	err_hint(e, "choose another with --arch, or name the manifest by its "
		    "digest");
	return err_id(e, "oci-platform");
}

/* Finds the entry for the platform: the first that names the platform, else
 * the only entry without a platform. */
static bool
choose(const struct oci_doc *doc, const struct platform *want, struct arena *a,
       struct oci_desc *out, struct err *e)
{
	const struct oci_desc *silent = NULL;
	for (size_t i = 0; i < doc->n; i++) {
		const struct oci_desc *d = &doc->v[i];
		if (!oci_is_candidate(d))
			continue;
		if (d->has_platform && platform_match(want, &d->platform)) {
			*out = *d;
			return true;
		}
		if (d->has_platform)
			continue;
		if (silent && !span_eq(silent->digest.text, d->digest.text))
			return no_platform(doc, want, a, e);
		silent = d;
	}
	if (!silent)
		return no_platform(doc, want, a, e);
	*out = *silent;
	return true;
}

bool
oci_image_check(const struct oci_image *i, const struct platform *want,
		struct image *m, struct err *e)
{
	const struct image_config *c = &i->config;
	struct platform has = { c->os, c->architecture, c->variant };
	if (has.os.n == 0 || has.arch.n == 0) {
		note_warn(m->notes, "oci-no-platform",
			  "the image does not name its platform");
	} else if (!platform_match(want, &has)) {
		const char *is = platform_text(m->arena, &has);
		const char *must = platform_text(m->arena, want);
		err_set(e, ERR_INPUT, "the image is for %s, not for %s",
			is ? show_str(is).s : "?", must ? must : "?");
		err_hint(e, "choose another with --arch");
		return err_id(e, "oci-platform");
	}
	if (i->n == c->diff_ids.n)
		return true;
	err_set(e, ERR_INPUT,
		"the manifest has %zu layers and the configuration %zu", i->n,
		c->diff_ids.n);
	return err_id(e, "oci-diff-ids");
}

static bool
resolve_manifest(const struct oci_store *s, const struct oci_doc *doc,
		 const struct platform *want, struct image *m,
		 struct oci_image *out, struct err *e)
{
	struct span text;
	if (!oci_read(s, &doc->config, m->arena, &text, e) ||
	    !oci_config_parse(text, m->arena, &out->config, e))
		return false;
	out->config.digest = doc->config.digest.text;
	out->layers = doc->v;
	out->n = doc->n;
	return oci_image_check(out, want, m, e);
}

bool
oci_resolve(const struct oci_store *s, const struct oci_desc *root,
	    const struct platform *want, struct image *m, struct oci_image *out,
	    struct err *e)
{
	struct oci_desc d = *root;
	for (int depth = 0; depth <= OCI_INDEX_DEPTH_MAX; depth++) {
		struct span text;
		struct oci_doc doc;
		if (d.artifact || d.attestation) {
			err_set(e, ERR_INPUT, "%s is not a container image",
				show(d.digest.text).s);
			return err_id(e, "oci-artifact");
		}
		if (!oci_read(s, &d, m->arena, &text, e) ||
		    !oci_doc_parse(text, d.type, m->arena, &doc, e))
			return false;
		*out = (struct oci_image){ .manifest = d };
		if (!doc.index)
			return resolve_manifest(s, &doc, want, m, out, e);
		if (!choose(&doc, want, m->arena, &d, e))
			return false;
	}
	return err_set(e, ERR_LIMIT, "indexes are nested more than %d deep",
		       OCI_INDEX_DEPTH_MAX);
}

bool
oci_resolve_in(const struct oci_store *s, const struct oci_doc *doc,
	       const struct platform *want, struct image *m,
	       struct oci_image *out, struct err *e)
{
	struct oci_desc d;
	return choose(doc, want, m->arena, &d, e) &&
	       oci_resolve(s, &d, want, m, out, e);
}
