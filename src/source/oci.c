#include "source/oci.h"

#include <string.h>

#include "base/fmt.h"
#include "base/path.h"
#include "codec/json.h"
#include "oci/apply.h"
#include "oci/files.h"
#include "sys/fs.h"

/* Returns true if the requested name means the image's name: both are equal,
 * or equal when written in full. */
static bool
name_is(struct span asked, struct span there, struct arena *a)
{
	struct reference x, y;
	struct err ignored = { 0 };
	if (there.n == 0 || span_eq(asked, there))
		return there.n != 0;
	if (!reference_parse(asked, &x, &ignored) ||
	    !reference_parse(there, &y, &ignored))
		return false;
	if (x.tag.n == 0)
		x.tag = SPAN("latest");
	const char *s = reference_text(a, &x), *t = reference_text(a, &y);
	return s && t && strcmp(s, t) == 0;
}

/* The names to choose from, each once. */
struct names {
	struct buf text;
	struct span last;
	size_t n;
};

static void
names_free(struct names *n)
{
	buf_free(&n->text);
}

static void
names_add(struct names *n, struct span name)
{
	if (n->n && span_eq(n->last, name))
		return;
	buf_fmt(&n->text, "%s%s", n->n ? ", " : "",
		name.n ? show(name).s : "(no name)");
	n->last = name;
	n->n++;
}

static bool
names_error(const struct names *n, struct span asked, struct err *e)
{
	struct span list = buf_view(&n->text);
	const char *text = list.n ? (const char *)list.p : "";
	if (asked.n)
		err_set(e, ERR_USAGE, "there is no image %s, only: %.*s",
			show(asked).s, (int)list.n, text);
	else
		err_set(e, ERR_USAGE, "there is more than one image: %.*s",
			(int)list.n, text);
	err_hint(e, "put :NAME behind the path");
	return err_id(e, "oci-names");
}

static struct span
entry_name(const struct oci_desc *d)
{
	return d->full_name.n ? d->full_name : d->name;
}

/* Finds the entries that match the name; without a name all, if they have the
 * same digest. */
static bool
filter(const struct oci_doc *doc, struct span asked, struct arena *a,
       struct oci_doc *out, struct err *e)
{
	DEFER(names_free) struct names names = { .text = buf_max(300) };
	*out = (struct oci_doc){ .index = true };
	out->v = NEW(a, struct oci_desc, doc->n ? doc->n : 1);
	if (!out->v)
		return err_full(e, "an index");
	for (size_t i = 0; i < doc->n; i++) {
		const struct oci_desc *d = &doc->v[i];
		if (!oci_is_candidate(d))
			continue;
		names_add(&names, entry_name(d));
		if (!asked.n || name_is(asked, d->name, a) ||
		    name_is(asked, d->full_name, a))
			out->v[out->n++] = *d;
	}
	if (asked.n ? out->n == 0 : names.n > 1) {
		/* several names of the same image are not ambiguous */
		bool one = !asked.n;
		for (size_t i = 1; i < out->n; i++)
			one = one && span_eq(out->v[i].digest.text,
					     out->v[0].digest.text);
		if (!one)
			return names_error(&names, asked, e);
		out->n = 1;
	}
	return true;
}

static bool
layout_open(void *self, const struct oci_desc *d, struct store_blob *out,
	    struct err *e)
{
	const struct oci_files *f = self;
	struct span hex = digest_id_hex(&d->digest);
	const char *path =
		arena_fmt(f->arena, "blobs/%s/%.*s",
			  digest_id_name(d->digest.kind), SPAN_ARG(hex));
	if (!path)
		return err_full(e, "a path");
	return oci_files_open(f, span_str(path), out, e) ||
	       err_ctx(e, "%s", show(d->digest.text).s);
}

static bool
check_version(const struct oci_files *f, struct image *m, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct span text, version = { 0 };
	if (!oci_files_has(f, "oci-layout")) {
		err_set(e, ERR_INPUT,
			"this is not an OCI image layout: it has no file "
			"oci-layout");
		return err_id(e, "oci-layout");
	}
	if (!oci_files_read(f, SPAN("oci-layout"), m->arena, &text, e) ||
	    !json_parse(text, &j, e) ||
	    !json_need_text(j, "imageLayoutVersion", &version, e))
		return err_ctx(e, "oci-layout");
	if (span_is(version, "1.0.0"))
		return true;
	err_set(e, ERR_INPUT, "OCI layout version %s is not supported",
		show(version).s);
	return err_id(e, "oci-layout");
}

static bool
layout_read(struct oci_files *f, const struct oci_wanted *w, struct image *m,
	    struct err *e)
{
	struct oci_store store = { .open = layout_open, .self = f };
	struct oci_doc all, some;
	struct oci_image image;
	struct span text;
	if (!check_version(f, m, e) ||
	    !oci_files_read(f, SPAN("index.json"), m->arena, &text, e))
		return false;
	if (!oci_doc_parse(text, (struct span){ 0 }, m->arena, &all, e))
		return err_ctx(e, "index.json");
	if (!all.index)
		return err_set(e, ERR_INPUT,
			       "index.json is not an image index");
	return filter(&all, w->name, m->arena, &some, e) &&
	       oci_resolve_in(&store, &some, &w->platform, m, &image, e) &&
	       oci_apply(&store, &image, m, e);
}

bool
oci_layout_read(const char *dir, const struct oci_wanted *w, struct image *m,
		struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct oci_files f;
	if (!fs_open_dir(dir, &fd, e))
		return false;
	oci_files_dir(&f, fd, m->arena);
	return layout_read(&f, w, m, e) || err_ctx(e, "%s", show_str(dir).s);
}

bool
oci_archive_read(const struct window *tar, const struct oci_wanted *w,
		 struct image *m, struct err *e)
{
	struct oci_files f;
	return oci_files_tar(&f, tar, m, e) && layout_read(&f, w, m, e);
}

/* Returns the defect of a layout's manifest compared with docker save's, or
 * NULL. */
static const char *
hollow_manifest(struct oci_files *f, const struct oci_desc *d)
{
	struct oci_store store = { .open = layout_open, .self = f };
	struct err ignored = { 0 };
	struct oci_doc doc;
	struct span text;
	if (!oci_read(&store, d, f->arena, &text, &ignored) ||
	    !oci_doc_parse(text, d->type, f->arena, &doc, &ignored) ||
	    doc.index)
		return NULL;
	if (doc.n == 0)
		return "the manifest has no layers";
	for (size_t i = 0; i < doc.n; i++) {
		struct store_blob b = { .fd = -1 };
		if (!layout_open(f, &doc.v[i], &b, &ignored))
			continue;
		fd_close(b.fd);
		if (b.size != doc.v[i].size)
			return "the manifest has other sizes than the layers";
	}
	return NULL;
}

static const char *
hollow_layout(struct oci_files *f)
{
	DEFER(json_release) struct json *j = NULL;
	struct err ignored = { 0 };
	struct oci_doc doc;
	struct span text;
	if (!oci_files_read(f, SPAN("index.json"), f->arena, &text, &ignored) ||
	    !json_parse(text, &j, &ignored))
		return NULL;
	if (json_kind(j) == JSON_KIND_MAP &&
	    json_count(json_get(j, "manifests")) == 0)
		return "the index has no manifests";
	if (!oci_doc_parse(text, (struct span){ 0 }, f->arena, &doc, &ignored))
		return NULL;
	for (size_t i = 0; i < doc.n; i++) {
		const char *why = oci_is_candidate(&doc.v[i])
					  ? hollow_manifest(f, &doc.v[i])
					  : NULL;
		if (why)
			return why;
	}
	return NULL;
}

/* Returns true if manifest.json names layers. */
static bool
docker_has_layers(const struct oci_files *f)
{
	struct err ignored = { 0 };
	struct docker_entry *v;
	struct span text;
	size_t n;
	if (!oci_files_read(f, SPAN("manifest.json"), f->arena, &text,
			    &ignored) ||
	    !docker_manifest_parse(text, f->arena, &v, &n, &ignored))
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].layers.n)
			return true;
	return false;
}

static const char *
docker_is_better(struct oci_files *f)
{
	return docker_has_layers(f) ? hollow_layout(f) : NULL;
}

bool
docker_archive_is_better(const struct window *tar, struct image *m,
			 const char **why, struct err *e)
{
	struct oci_files f;
	*why = NULL;
	if (!oci_files_tar(&f, tar, m, e))
		return false;
	*why = docker_is_better(&f);
	return true;
}

/* A list of names and paths. */
static bool
take_list(const struct json *j, const char *key, struct arena *a,
	  struct strings *out, struct err *e)
{
	if (!oci_strings(j, key, a, out, e))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].n == 0)
			return err_set(e, ERR_INPUT, "%s[%zu] is empty", key,
				       i);
	return true;
}

static bool
take_entry(const struct json *j, struct arena *a, struct docker_entry *out,
	   struct err *e)
{
	struct span config;
	if (!json_need_text(j, "Config", &config, e) ||
	    !take_list(j, "RepoTags", a, &out->tags, e) ||
	    !take_list(j, "Layers", a, &out->layers, e))
		return false;
	if (out->layers.n > LIMIT_LAYERS)
		return err_set(e, ERR_LIMIT, "%zu layers, more than %d",
			       out->layers.n, LIMIT_LAYERS);
	out->config = arena_dup(a, config);
	return out->config.p || err_full(e, "manifest.json");
}

bool
docker_manifest_parse(struct span text, struct arena *a,
		      struct docker_entry **out, size_t *n, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	if (!json_parse(text, &j, e))
		return err_ctx(e, "manifest.json");
	size_t count = json_count(j);
	if (json_kind(j) != JSON_KIND_LIST || count == 0)
		return err_set(e, ERR_INPUT,
			       "manifest.json is not a list of images");
	struct docker_entry *v = NEW(a, struct docker_entry, count);
	if (!v)
		return err_full(e, "manifest.json");
	for (size_t i = 0; i < count; i++)
		if (!take_entry(json_at(j, i), a, &v[i], e))
			return err_ctx(e, "manifest.json");
	*out = v;
	*n = count;
	return true;
}

static const struct docker_entry *
docker_choose(const struct docker_entry *v, size_t n, struct span asked,
	      struct arena *a, struct err *e)
{
	DEFER(names_free) struct names names = { .text = buf_max(300) };
	if (n == 1 && !asked.n)
		return v;
	for (size_t i = 0; i < n; i++) {
		if (!v[i].tags.n)
			names_add(&names, (struct span){ 0 });
		for (size_t k = 0; k < v[i].tags.n; k++) {
			if (asked.n && name_is(asked, v[i].tags.v[k], a))
				return &v[i];
			names_add(&names, v[i].tags.v[k]);
		}
	}
	names_error(&names, asked, e);
	return NULL;
}

/* Makes a descriptor that names a member by its path; the names
 * blobs/sha256/HEX and HEX.json also give its digest. */
static void
docker_desc(struct span path, struct arena *a, struct oci_desc *out)
{
	struct span hex = path_base(path), json = SPAN(".json");
	struct err ignored = { 0 };
	while (span_starts(path, SPAN("./")))
		path = span_from(path, 2);
	*out = (struct oci_desc){ .type = path };
	if (span_ends(hex, json))
		hex = span_sub(hex, 0, hex.n - json.n);
	else if (!span_starts(path, SPAN("blobs/sha256/")))
		return;
	const char *text = arena_fmt(a, "sha256:%.*s", SPAN_ARG(hex));
	if (!text || !digest_id_parse(span_str(text), &out->digest, &ignored))
		out->digest = (struct digest_id){ 0 };
}

static bool
docker_open(void *self, const struct oci_desc *d, struct store_blob *out,
	    struct err *e)
{
	return oci_files_open(self, d->type, out, e);
}

/* manifest.json has no sizes: the sizes of the members are used. */
static bool
docker_sizes(const struct oci_files *f, struct oci_image *i, struct err *e)
{
	for (size_t k = 0; k < i->n; k++) {
		struct store_blob b = { .fd = -1 };
		if (!oci_files_open(f, i->layers[k].type, &b, e))
			return err_ctx(e, "layer %zu of %zu", k + 1, i->n);
		fd_close(b.fd);
		i->layers[k].size = b.size;
	}
	return true;
}

static bool
docker_config(const struct oci_files *f, struct span path, struct image *m,
	      struct oci_image *out, struct err *e)
{
	struct span text;
	struct hash h;
	struct oci_desc d;
	docker_desc(path, m->arena, &d);
	if (!oci_files_read(f, path, m->arena, &text, e))
		return false;
	d.size = text.n;
	if (!oci_check(&d, text, e) ||
	    !oci_config_parse(text, m->arena, &out->config, e) ||
	    !digest_of(DIGEST_SHA256, &text, 1, &h, e))
		return false;
	const char *digest = digest_id_text(m->arena, DIGEST_SHA256, &h);
	out->config.digest = span_str(digest);
	return digest || err_full(e, "a digest");
}

static bool
docker_read(struct oci_files *f, const struct oci_wanted *w, struct image *m,
	    struct err *e)
{
	struct oci_store store = { .open = docker_open, .self = f };
	struct oci_image image = { 0 };
	struct docker_entry *v;
	struct span text;
	size_t n;
	if (!oci_files_read(f, SPAN("manifest.json"), m->arena, &text, e) ||
	    !docker_manifest_parse(text, m->arena, &v, &n, e))
		return false;
	const struct docker_entry *d =
		docker_choose(v, n, w->name, m->arena, e);
	if (!d || !docker_config(f, d->config, m, &image, e))
		return false;
	image.n = d->layers.n;
	image.layers = NEW(m->arena, struct oci_desc, image.n ? image.n : 1);
	if (!image.layers)
		return err_full(e, "the list of layers");
	for (size_t i = 0; i < image.n; i++)
		docker_desc(d->layers.v[i], m->arena, &image.layers[i]);
	return docker_sizes(f, &image, e) &&
	       oci_image_check(&image, &w->platform, m, e) &&
	       oci_apply(&store, &image, m, e);
}

bool
docker_archive_read(const struct window *tar, const struct oci_wanted *w,
		    struct image *m, struct err *e)
{
	struct oci_files f;
	return oci_files_tar(&f, tar, m, e) && docker_read(&f, w, m, e);
}

bool
any_archive_read(const struct window *tar, const struct oci_wanted *w,
		 struct image *m, struct err *e)
{
	struct oci_files f;
	if (!oci_files_tar(&f, tar, m, e))
		return false;
	bool layout = oci_files_has(&f, "oci-layout") && !docker_is_better(&f);
	return layout ? layout_read(&f, w, m, e) : docker_read(&f, w, m, e);
}

bool
oci_wanted(const struct source *s, const struct source_options *o,
	   struct oci_wanted *w, struct err *e)
{
	*w = (struct oci_wanted){ .name = s->name };
	return platform_from_machine(o->arch, &w->platform, e);
}

bool
oci_layout_open(const struct source *s, const struct source_options *o,
		struct image *m, struct err *e)
{
	struct oci_wanted w;
	return oci_wanted(s, o, &w, e) && oci_layout_read(s->where, &w, m, e);
}

bool
oci_archive_open(const struct source *s, const struct source_options *o,
		 struct image *m, struct err *e)
{
	struct oci_wanted w;
	return oci_wanted(s, o, &w, e) &&
	       (oci_archive_read(&s->window, &w, m, e) ||
		err_ctx(e, "%s", show_str(s->where).s));
}

bool
docker_archive_open(const struct source *s, const struct source_options *o,
		    struct image *m, struct err *e)
{
	struct oci_wanted w;
	return oci_wanted(s, o, &w, e) &&
	       (docker_archive_read(&s->window, &w, m, e) ||
		err_ctx(e, "%s", show_str(s->where).s));
}

/* Claims only what the specification names: an image may be written beside it,
 * as in a directory where init wrote enclave.toml. */
bool
oci_layout_claim(const struct source *s, const struct source_options *o,
		 struct claims *c, struct err *e)
{
	static const char *const names[] = { "blobs", "index.json",
					     "oci-layout", "manifest.json" };
	(void)o;
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = path_join(c->arena, s->where, names[i]);
		if (!path)
			return err_full(e, "a file name");
		if (fs_kind(path) == FS_DIR
			    ? !claim_tree(c, "the source", path, e)
			    : !claim_input(c, "a file of the layout", path, e))
			return false;
	}
	return true;
}
