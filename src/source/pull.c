#include "source/pull.h"

#include <stdatomic.h>

#include "base/fmt.h"
#include "oci/apply.h"
#include "store/store.h"
#include "registry/client.h"
#include "source/source.h"
#include "sys/lanes.h"

enum { PULL_LANES = 2 };
/* Addresses, tokens and headers of one lane's requests. */
#define LANE_ARENA (16 * MIB)

/* One image being pulled. */
struct pulling {
	struct client client;
	struct store store;
	struct image *m;
	struct oci_desc root;
	struct span root_text;
	const struct oci_desc *layers; /* the layers that are fetched ahead */
	struct store_blob *got;        /* fd is -1 until the blob is fetched */
	size_t n;
	atomic_ullong bytes; /* bytes of these layers so far */
	uint64_t total;
};

/* Counts bytes while they are written to the store. */
struct counted {
	struct store_put put;
	struct pulling *p;
	bool report;
};

static bool
counted_start(void *self, uint64_t at, struct err *e)
{
	struct counted *c = self;
	if (at == 0)
		atomic_fetch_sub(&c->p->bytes, c->put.n);
	return store_start(&c->put, at, e);
}

static bool
counted_write(void *self, struct span s, struct err *e)
{
	struct counted *c = self;
	if (!store_write(&c->put, s, e))
		return false;
	unsigned long long now = atomic_fetch_add(&c->p->bytes, s.n) + s.n;
	if (c->report)
		progress_step(c->p->m->progress, "fetching layers", now,
			      c->p->total);
	return true;
}

static struct store_key
key_of(const struct oci_desc *d)
{
	return (struct store_key){ d->digest, d->size };
}

/* Checks that all bytes have arrived. */
static bool
keep(struct store_put *p, struct store_blob *out, struct err *e)
{
	if (store_end(p, out, e))
		return true;
	if (e->code != ERR_INPUT)
		return false;
	err_ctx(e, "the server sent other bytes than those of %s",
		show(p->want.digest.text).s);
	return err_hint(
		e,
		"try again later or from another registry; if it happens "
		"again, do not trust the registry or the network path to it");
}

static void
counted_abort(struct counted *c)
{
	store_abort(&c->put);
}

/* Gets a blob from the store or the registry. `report`: this thread may report
 * progress. */
static bool
fetch_blob(struct pulling *p, struct client *c, const struct oci_desc *d,
	   bool report, struct store_blob *out, struct err *e)
{
	DEFER(counted_abort) struct counted to = { .p = p, .report = report };
	struct http_body body = { counted_start, counted_write, &to };
	struct store_key key = key_of(d);
	bool found;
	to.put = (struct store_put){ .out = OUT_NONE, .fd = -1 };
	if (!store_get(&p->store, &key, c->arena, out, &found, e))
		return false;
	if (found) {
		atomic_fetch_add(&p->bytes, d->size);
		return true;
	}
	if (!store_begin(&p->store, &key, c->arena, &to.put, e) ||
	    !client_blob(c, &d->digest, d->size, &body, e) ||
	    !keep(&to.put, out, e))
		return err_ctx(e, "fetching %s", show(d->digest.text).s);
	return true;
}

/* One of the threads that fetch layers: every second one. */
struct lane_state {
	struct pulling *p;
	struct client client;
	struct arena arena;
	bool report;
};

/* Returns the layer number that a block belongs to. */
static size_t *
number_of(const struct lane_block *b)
{
	return b->about;
}

static bool
lane_take(void *self, const struct lane_block *b, struct err *e)
{
	struct lane_state *l = self;
	size_t i = *number_of(b);
	if (i % PULL_LANES != (l->report ? 0 : 1))
		return true;
	return fetch_blob(l->p, &l->client, &l->p->layers[i], l->report,
			  &l->p->got[i], e);
}

static bool
feed_lanes(struct lanes *l, size_t n, struct err *e)
{
	struct lane_block *b;
	for (size_t i = 0; i < n; i++) {
		if (!lanes_block(l, &b, e))
			return false;
		b->n = 1;
		*number_of(b) = i;
		if (!lanes_pass(l, e))
			return false;
	}
	return lanes_finish(l, e);
}

static void
lane_begin(struct lane_state *l, struct pulling *p, bool report)
{
	*l = (struct lane_state){ .p = p, .report = report };
	arena_init(&l->arena, LANE_ARENA);
	client_copy(&l->client, &p->client, &l->arena);
}

static void
lane_end(struct lane_state *l)
{
	client_finish(&l->client);
	arena_finish(&l->arena);
}

/* Fetches all layers, two at a time. The ring has room for all of them, so
 * that no lane waits for the other. */
static bool
fetch_ahead(struct pulling *p, struct err *e)
{
	DEFER(lanes_close) struct lanes *l = NULL;
	struct lane_state state[PULL_LANES];
	struct lane lane[PULL_LANES];
	for (size_t i = 0; i < PULL_LANES; i++) {
		lane_begin(&state[i], p, i == 0);
		lane[i] = (struct lane){ lane_take, &state[i] };
	}
	struct lanes_plan plan = { .lane = lane,
				   .n = PULL_LANES,
				   .size = 1,
				   .about = sizeof(size_t),
				   .blocks = p->n < 2 ? 2 : p->n,
				   .threads = true };
	bool ok =
		lanes_open(&l, &plan, p->m->arena, e) && feed_lanes(l, p->n, e);
	lanes_close(&l);
	for (size_t i = 0; i < PULL_LANES; i++)
		lane_end(&state[i]);
	return ok;
}

static bool
pull_prepare(void *self, const struct oci_desc *v, size_t n, struct err *e)
{
	struct pulling *p = self;
	p->got = NEW(p->m->arena, struct store_blob, n ? n : 1);
	if (!p->got)
		return err_full(e, "the list of layers");
	for (size_t i = 0; i < n; i++) {
		p->got[i].fd = -1;
		p->total += v[i].size;
	}
	p->layers = v;
	p->n = n;
	return fetch_ahead(p, e);
}

static bool
same(const struct oci_desc *a, const struct oci_desc *b)
{
	return span_eq(a->digest.text, b->digest.text);
}

/* Fetches a document into the store and checks its digest. */
static bool
keep_document(struct pulling *p, const struct oci_desc *d, struct span text,
	      struct store_blob *out, struct err *e)
{
	DEFER(store_abort)
	struct store_put put = { .out = OUT_NONE, .fd = -1 };
	struct store_key key = key_of(d);
	return store_begin(&p->store, &key, p->m->arena, &put, e) &&
	       store_start(&put, 0, e) && store_write(&put, text, e) &&
	       keep(&put, out, e);
}

/* Registries do not serve a manifest as a blob, but the store keeps it as one.
 */
static bool
open_manifest(struct pulling *p, const struct oci_desc *d,
	      struct store_blob *out, struct err *e)
{
	struct span text, type, digest;
	struct store_key key = key_of(d);
	bool found;
	if (!store_get(&p->store, &key, p->m->arena, out, &found, e) || found)
		return found;
	if (!client_manifest(&p->client, d->digest.text, &text, &type, &digest,
			     e))
		return false;
	return keep_document(p, d, text, out, e);
}

static bool
pull_blob(void *self, const struct oci_desc *d, struct store_blob *out,
	  struct err *e)
{
	struct pulling *p = self;
	enum oci_type type = oci_type(d->type);
	if (same(d, &p->root))
		return keep_document(p, d, p->root_text, out, e);
	for (size_t i = 0; i < p->n; i++) {
		if (p->got[i].fd < 0 || !same(d, &p->layers[i]))
			continue;
		*out = p->got[i];
		return fs_dup(p->got[i].fd, &out->fd, e);
	}
	if (type == OCI_INDEX || type == OCI_MANIFEST || type == OCI_SCHEMA1)
		return open_manifest(p, d, out, e);
	return fetch_blob(p, &p->client, d, false, out, e);
}

/* Warns with the digest that the tag points to now. */
static void
warn_tag(struct pulling *p, const struct reference *ref)
{
	struct reference pinned = *ref;
	pinned.tag = (struct span){ 0 };
	pinned.digest = p->root.digest;
	const char *text = reference_text(p->m->arena, &pinned);
	note_warn(p->m->notes, "registry-tag",
		  "a tag can be moved to another image at any time; to build "
		  "the same image again, write docker://%s",
		  text ? text : "HOST/NAME@DIGEST");
}

/* Finds the digest of a document that was requested by tag. */
static bool
name_root(struct pulling *p, struct span told, struct err *e)
{
	struct hash h;
	struct digest_id claimed;
	if (!digest_of(DIGEST_SHA256, &p->root_text, 1, &h, e))
		return false;
	const char *text = digest_id_text(p->m->arena, DIGEST_SHA256, &h);
	if (!text)
		return err_full(e, "a digest");
	if (!digest_id_parse(span_str(text), &p->root.digest, e))
		return false;
	if (told.n == 0)
		return true;
	struct oci_desc d = { .size = p->root_text.n };
	if (!digest_id_parse(told, &claimed, e))
		return err_ctx(e, "Docker-Content-Digest");
	d.digest = claimed;
	return oci_check(&d, p->root_text, e);
}

static bool
find_root(struct pulling *p, const struct reference *ref, struct err *e)
{
	struct span told = { 0 }, which = ref->tag;
	if (ref->digest.text.n) {
		which = ref->digest.text;
		p->root.digest = ref->digest;
		if (!store_find_document(&p->store, &ref->digest, p->m->arena,
					 &p->root_text, e))
			return false;
	}
	if (!which.n)
		which = SPAN("latest");
	if (!p->root_text.n &&
	    !client_manifest(&p->client, which, &p->root_text, &p->root.type,
			     &told, e))
		return false;
	p->root.size = p->root_text.n;
	if (ref->digest.text.n)
		return oci_check(&p->root, p->root_text, e);
	if (!name_root(p, told, e))
		return false;
	warn_tag(p, ref);
	return true;
}

static void
pulling_finish(struct pulling *p)
{
	for (size_t i = 0; i < p->n; i++)
		fd_closep(&p->got[i].fd);
	client_finish(&p->client);
}

static bool
pull_image(struct pulling *p, const struct reference *ref,
	   const struct platform *want, struct err *e)
{
	struct oci_store blobs = { pull_blob, pull_prepare, p };
	struct oci_image image;
	return client_open(&p->client, ref, p->m->arena, e) &&
	       find_root(p, ref, e) &&
	       oci_resolve(&blobs, &p->root, want, p->m, &image, e) &&
	       oci_apply(&blobs, &image, p->m, e);
}

bool
pull_open(const struct source *s, const struct source_options *o,
	  struct image *m, struct err *e)
{
	const struct pull *how = &o->pull;
	DEFER(pulling_finish) struct pulling p = { .m = m };
	struct reference ref;
	struct platform want;
	p.client.seconds = how->seconds;
	if (!reference_parse(span_str(s->where), &ref, e) ||
	    !platform_from_machine(o->arch, &want, e))
		return false;
	if (how->cache_dir)
		p.store.dir = how->cache_dir;
	else if (!how->no_cache && !store_default(m->arena, &p.store, e))
		return false;
	return pull_image(&p, &ref, &want, e) ||
	       err_ctx(e, "docker://%s", show_str(s->where).s);
}
