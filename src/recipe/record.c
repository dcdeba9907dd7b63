#include "recipe/record.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "codec/hex.h"
#include "codec/jwrite.h"
#include "pcrs/bootstack.h"
#include "pcrs/format.h"
#include "sys/fs.h"

static const struct {
	const char *key;
	size_t offset;
} registers[] = {
	{ "0", offsetof(struct measured, pcr0) },
	{ "1", offsetof(struct measured, pcr1) },
	{ "2", offsetof(struct measured, pcr2) },
};

static void
put_pcr8(struct jw *w, const struct hash *pcr8)
{
	if (pcr8->n)
		jw_hex(w, "8", hash_span(pcr8));
	else
		jw_null(w, "8");
}

static void
put_pcrs(struct jw *w, const struct measured *m, const struct hash *pcr8)
{
	jw_map(w, PCRS_KEY);
	for (size_t i = 0; i < COUNT(registers); i++) {
		const struct hash *h =
			(const void *)((const char *)m + registers[i].offset);
		jw_hex(w, registers[i].key, hash_span(h));
	}
	put_pcr8(w, pcr8);
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
put_image(struct jw *w, const struct build_image *b)
{
	const struct image *m = &b->image;
	jw_map(w, "image");
	if (m->config.digest.n)
		jw_text(w, "config_digest", m->config.digest);
	if (m->config.diff_ids.n)
		put_strings(w, "diff_ids", &m->config.diff_ids);
	jw_str(w, "kind", source_kind_name(b->kind));
	if (b->kind == SOURCE_DIR)
		jw_str(w, "modes", m->git_modes ? "git" : "keep");
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
put_eif(struct jw *w, const struct hash *digest, const struct hash *sha256,
	uint64_t size)
{
	jw_map(w, "eif");
	jw_hex(w, "digest", hash_span(digest));
	jw_hex(w, "sha256", hash_span(sha256));
	jw_u64(w, "size", size);
	jw_end(w);
}

const char *
record_path(const char *image, struct arena *a)
{
	struct span stem = span_str(image);
	if (span_ends(stem, SPAN(".eif")))
		stem.n -= 4;
	return arena_fmt(a, "%.*s.pcrs.json", SPAN_ARG(stem));
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
	put_eif(&w, &r->digest, &r->measured.sha256, r->eif.size);
	jw_u64(&w, "epoch", b->epoch);
	put_image(&w, b);
	put_lengths(&w, &r->eif);
	jw_str(&w, "name", job->config->name);
	put_pcrs(&w, &r->measured, &r->pcr8);
	jw_map(&w, "profiles");
	jw_str(&w, "eif", "eif/1");
	jw_str(&w, "rules", scrub_profile_name(b->scrub_profile));
	jw_str(&w, "writer", ramdisk_profile_name(b->options.profile));
	jw_end(&w);
	jw_str(&w, "schema", PCRS_SCHEMA);
	jw_str(&w, "version", job->config->version);
	jw_end(&w);
	buf_u8(out, '\n');
	return jw_ok(&w, e);
}

static bool
is_of(const struct json *j, const struct hash *digest)
{
	DEFER(buf_free) struct buf held = buf_max(2 * sizeof(digest->v));
	hex_put(&held, hash_span(digest));
	return !held.failed &&
	       span_eq(json_text(json_get(json_get(j, "eif"), "digest")),
		       buf_view(&held));
}

static bool
parse_record(struct span text, struct json **j, struct err *e)
{
	if (!json_parse(text, j, e))
		return false;
	return span_is(json_text(json_get(*j, "schema")), PCRS_SCHEMA) ||
	       err_set(e, ERR_INPUT, "not the schema " PCRS_SCHEMA);
}

bool
record_is_of(struct span record, const struct hash *digest, bool *out,
	     struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	if (!parse_record(record, &j, e))
		return false;
	*out = is_of(j, digest);
	return true;
}

static void
put_signed_pcrs(struct jw *w, const struct json *pcrs, const struct hash *pcr8)
{
	struct json_iter it = { 0 };
	jw_map(w, PCRS_KEY);
	while (json_each(pcrs, &it))
		if (!span_is(it.key, "8"))
			jw_json_span(w, it.key, it.value);
	put_pcr8(w, pcr8);
	jw_end(w);
}

bool
record_signed(struct span old, const struct hash *before,
	      const struct eif_signed *now, const struct hash *pcr8,
	      struct buf *out, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct jw w = jw_into(out, 2);
	struct json_iter it = { 0 };
	if (!parse_record(old, &j, e))
		return false;
	if (!is_of(j, before)) {
		err_set(e, ERR_REFUSED, "it is the record of another image");
		return err_id(e, "record-other");
	}
	jw_map(&w, NULL);
	while (json_each(j, &it))
		if (span_is(it.key, "eif"))
			put_eif(&w, &now->digest, &now->measured.sha256,
				now->eif.size);
		else if (span_is(it.key, PCRS_KEY))
			put_signed_pcrs(&w, it.value, pcr8);
		else
			jw_json_span(&w, it.key, it.value);
	jw_end(&w);
	buf_u8(out, '\n');
	return jw_ok(&w, e);
}

void
record_warn_stale(const char *image, const struct hash *digest, struct arena *a,
		  struct notes *n)
{
	struct span text;
	struct err why = { 0 };
	bool fits;
	const char *path = record_path(image, a);
	if (!path || fs_kind(path) != FS_FILE ||
	    !fs_read(path, LIMIT_JSON, a, &text, &why) ||
	    !record_is_of(text, digest, &fits, &why) || fits)
		return;
	note_warn(n, "record-stale",
		  "%s is not of this image but of another that was here: do not"
		  " publish it; build or sign again to have a new one",
		  show_str(path).s);
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
