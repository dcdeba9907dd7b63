#include "build/record.h"

#include "codec/jwrite.h"
#include "image/bootstack.h"

static const struct {
	const char *key;
	size_t offset;
} registers[] = {
	{ "0", offsetof(struct measured, pcr0) },
	{ "1", offsetof(struct measured, pcr1) },
	{ "2", offsetof(struct measured, pcr2) },
};

static void
put_pcrs(struct jw *w, const struct measured *m)
{
	jw_map(w, "pcrs");
	for (size_t i = 0; i < COUNT(registers); i++) {
		const struct hash *h =
			(const void *)((const char *)m + registers[i].offset);
		jw_hex(w, registers[i].key, hash_span(h));
	}
	jw_null(w, "8"); /* unsigned: sign-eif tells the value */
	jw_end(w);
}

static void
put_strings(struct jw *w, const char *key, const struct strings *s)
{
	jw_list(w, key);
	for (size_t i = 0; i < s->n; i++)
		jw_text(w, NULL, s->v[i]);
	jw_end(w);
}

/* Where the files came from. Not measured, and not in the EIF, so that the
 * same tree from other layers gives the same file. */
static void
put_image(struct jw *w, const struct image *m)
{
	jw_map(w, "image");
	if (m->config.digest.n)
		jw_text(w, "config_digest", m->config.digest);
	if (m->config.diff_ids.n)
		put_strings(w, "diff_ids", &m->config.diff_ids);
	jw_text(w, "kind", m->kind);
	jw_end(w);
}

static void
put_lengths(struct jw *w, const struct eif *eif)
{
	static const struct {
		enum eif_type type;
		const char *key;
	} single[] = { { EIF_CMDLINE, "cmdline" }, { EIF_KERNEL, "kernel" } };
	jw_map(w, "lengths");
	for (size_t i = 0; i < COUNT(single); i++) {
		size_t at = eif_find(eif, single[i].type);
		jw_u64(w, single[i].key,
		       at < eif->n ? eif->section[at].size : 0);
	}
	jw_list(w, "ramdisks");
	for (size_t i = 0; i < eif->n; i++)
		if (eif->section[i].type == EIF_RAMDISK)
			jw_u64(w, NULL, eif->section[i].size);
	jw_end(w);
	jw_end(w);
}

static void
put_eif(struct jw *w, const struct build_result *r)
{
	jw_map(w, "eif");
	jw_hex(w, "digest", hash_span(&r->digest));
	jw_hex(w, "sha256", hash_span(&r->measured.sha256));
	jw_u64(w, "size", r->eif.size);
	jw_end(w);
}

/* Keys in byte order at every level. */
bool
record_pcrs(const struct build_job *job, const struct build_image *b,
	    const struct build_result *r, struct buf *out, struct err *e)
{
	struct jw w = jw_into(out, 2);
	const struct bootstack *known =
		bootstack_find(hash_span(&r->measured.pcr1));
	jw_map(&w, NULL);
	jw_str(&w, "arch", r->arch);
	jw_map(&w, "boot");
	jw_str(&w, "known_as", known ? known->name : NULL);
	jw_text(&w, "kernel_version", r->kernel_version);
	jw_end(&w);
	put_eif(&w, r);
	jw_u64(&w, "epoch", b->epoch);
	put_image(&w, &b->image);
	put_lengths(&w, &r->eif);
	jw_str(&w, "name", job->config->name);
	put_pcrs(&w, &r->measured);
	jw_map(&w, "profiles");
	jw_str(&w, "eif", "eif/1");
	jw_str(&w, "rules", scrub_profile_name(b->scrub_profile));
	jw_str(&w, "writer", ramdisk_profile_name(b->options.profile));
	jw_end(&w);
	jw_str(&w, "schema", "nitro-pcrs/1");
	jw_str(&w, "version", job->config->version);
	jw_end(&w);
	buf_u8(out, '\n');
	return jw_ok(&w, e);
}

static void
put_digest(struct jw *w, const char *key, const struct scrub_digest *d)
{
	if (d->n)
		jw_hex(w, key, span_of(d->v, d->n));
	else
		jw_null(w, key);
}

bool
record_scrub(const struct build_image *b, struct buf *out, struct err *e)
{
	struct jw w = jw_into(out, 1);
	jw_map(&w, NULL);
	jw_list(&w, "changes");
	for (const struct scrub_change *c = b->scrub.first; c; c = c->next) {
		jw_map(&w, NULL);
		jw_str(&w, "action", scrub_action_name(c->action));
		jw_u64(&w, "bytes_after", c->bytes_after);
		jw_u64(&w, "bytes_before", c->bytes_before);
		jw_text(&w, "path", c->path);
		jw_str(&w, "rule", c->rule);
		put_digest(&w, "sha256_after", &c->after);
		put_digest(&w, "sha256_before", &c->before);
		jw_end(&w);
	}
	jw_end(&w);
	jw_str(&w, "schema", "scrub-report/1");
	jw_u64(&w, "version", SCRUB_VERSION);
	jw_end(&w);
	buf_u8(out, '\n');
	return jw_ok(&w, e);
}
