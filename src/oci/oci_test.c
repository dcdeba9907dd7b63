#include "base/test.h"

#include <string.h>

#include "oci/oci.h"
#include "sys/fs.h"

#define HEX64                              \
	"e3b0c44298fc1c149afbf4c8996fb924" \
	"27ae41e4649b934ca495991b7852b855"
#define EMPTY       "\"digest\":\"sha256:" HEX64 "\",\"size\":0"
#define MT          "application/vnd.oci.image."
#define DK          "application/vnd.docker."
#define MEDIA       "\"mediaType\":\"" MT
#define CONFIG      "\"config\":{" MEDIA "config.v1+json\"," EMPTY "}"
#define LAYER(type) "{\"mediaType\":\"" type "\"," EMPTY "}"
#define TAR         MT "layer.v1.tar"

TEST(doc_accepts)
{
	static const struct {
		const char *text, *type;
		size_t n;
		bool index;
	} rows[] = {
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":[]}", "", 0,
		  false },
		{ "{\"schemaVersion\":2," CONFIG ",\"layers\":null}", "", 0,
		  false },
		{ "{\"schemaVersion\":2,\"mediaType\":\"" MT
		  "manifest.v1+json\"," CONFIG
		  ",\"layers\":[" LAYER(TAR) "," LAYER(TAR "+gzip") "," LAYER(
			  TAR "+zstd") "]"
				       ","
				       "\"extra\":1}",
		  MT "manifest.v1+json", 3, false },
		{ "{\"schemaVersion\":2,\"manifests\":[]}", "", 0, true },
		{ "{\"schemaVersion\":2,\"manifests\":[" LAYER("x/y") "]}",
		  DK "distribution.manifest.list.v2+json", 1, true },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct oci_doc doc;
		CHECK_OK(t,
			 oci_doc_parse(span_str(rows[i].text),
				       span_str(rows[i].type), &t->arena, &doc,
				       &e),
			 &e);
		CHECK_U(t, doc.n, rows[i].n);
		CHECK(t, doc.index == rows[i].index);
	}
}

#define IMAGE(layers) "{\"schemaVersion\":2," CONFIG ",\"layers\":[" layers "]}"

TEST(doc_refuses)
{
	static const struct {
		const char *text, *type, *id;
	} rows[] = {
		{ "{\"schemaVersion\":1}", "", "oci-schema1" },
		{ "{\"schemaVersion\":2}",
		  DK "distribution.manifest.v1+prettyjws", "oci-schema1" },
		{ "{\"schemaVersion\":3}", "", "oci-schema" },
		{ "{\"schemaVersion\":2,\"mediaType\":\"" MT "index.v1+json\""
		  ",\"manifests\":[]}",
		  MT "manifest.v1+json", "oci-media-type" },
		{ "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", "",
		  "oci-ambiguous" },
		{ "{\"schemaVersion\":2,\"manifests\":[]}",
		  MT "manifest.v1+json", "oci-media-type" },
		{ IMAGE(""), MT "index.v1+json", "oci-media-type" },
		{ IMAGE(""), "text/html", "oci-media-type" },
		{ "{\"schemaVersion\":2,\"artifactType\":\"a/b\"," CONFIG "}",
		  "", "oci-artifact" },
		{ "{\"schemaVersion\":2,\"config\":" LAYER(
			  "application/vnd.oci.empty.v1+json") "}",
		  "", "oci-artifact" },
		{ IMAGE(LAYER(DK "image.rootfs.foreign.diff.tar.gzip")), "",
		  "oci-foreign-layer" },
		{ IMAGE(LAYER(TAR "+gzip+encrypted")), "", "oci-layer-type" },
		{ IMAGE("7"), "", "oci-descriptor" },
		{ IMAGE("{\"mediaType\":\"" TAR "\",\"size\":0,\"digest\":"
			"\"sha256:../../etc/passwd\"}"),
		  "", "oci-digest" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct oci_doc doc;
		CHECK(t, !oci_doc_parse(span_str(rows[i].text),
					span_str(rows[i].type), &t->arena, &doc,
					&e));
		CHECK_STR(t, e.id ? e.id : e.msg, rows[i].id);
	}
}

TEST(doc_refuses_without_a_name)
{
	static const char *const rows[] = {
		"",
		"[]",
		"{}",
		"{\"schemaVersion\":2,\"layers\":[]}",
		IMAGE("{\"mediaType\":\"" TAR "\",\"digest\":\"sha256:" HEX64
		      "\"}"),
		IMAGE("{\"mediaType\":\"" TAR "\",\"size\":-1,\"digest\":"
		      "\"sha256:" HEX64 "\"}"),
		IMAGE("{\"mediaType\":7," EMPTY "}"),
		"{\"schemaVersion\":2,\"manifests\":{}}",
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct oci_doc doc;
		CHECK(t, !oci_doc_parse(span_str(rows[i]), SPAN(""), &t->arena,
					&doc, &e));
		CHECK(t, e.code == ERR_INPUT && e.msg[0]);
	}
}

static const char *
many_layers(struct test *t, size_t n)
{
	DEFER(buf_free) struct buf b = buf_max(400 + n * 256);
	buf_str(&b, "{\"schemaVersion\":2," CONFIG ",\"layers\":[");
	for (size_t i = 0; i < n; i++) {
		buf_str(&b, i ? "," : "");
		buf_str(&b, LAYER(TAR));
	}
	buf_str(&b, "]}");
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(doc_limits_layers)
{
	struct err e = { 0 };
	struct oci_doc doc;
	CHECK_OK(t,
		 oci_doc_parse(span_str(many_layers(t, LIMIT_LAYERS)), SPAN(""),
			       &t->arena, &doc, &e),
		 &e);
	CHECK_U(t, doc.n, LIMIT_LAYERS);
	CHECK(t, !oci_doc_parse(span_str(many_layers(t, LIMIT_LAYERS + 1)),
				SPAN(""), &t->arena, &doc, &e));
	CHECK(t, e.code == ERR_LIMIT);
}

static const char full_config[] =
	"{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\","
	"\"created\":\"2020-01-01T00:00:00Z\",\"config\":{\"User\":\"1:2\","
	"\"Env\":[\"A=b\",\"C=\"],\"Entrypoint\":[\"/e\",\"\"],\"Cmd\":null,"
	"\"WorkingDir\":\"/w\"},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
	"\"sha256:" HEX64 "\"]},\"history\":[]}";

TEST(config_accepts)
{
	struct err e = { 0 };
	struct image_config c;
	CHECK_OK(t, oci_config_parse(span_str(full_config), &t->arena, &c, &e),
		 &e);
	CHECK(t, c.present);
	CHECK_SPAN(t, c.os, SPAN("linux"));
	CHECK_SPAN(t, c.architecture, SPAN("arm64"));
	CHECK_SPAN(t, c.variant, SPAN("v8"));
	CHECK_SPAN(t, c.user, SPAN("1:2"));
	CHECK_SPAN(t, c.working_dir, SPAN("/w"));
	CHECK_U(t, c.env.n, 2);
	CHECK_SPAN(t, c.env.v[1], SPAN("C="));
	CHECK_U(t, c.entrypoint.n, 2);
	CHECK_SPAN(t, c.entrypoint.v[1], SPAN(""));
	CHECK_U(t, c.cmd.n, 0);
	CHECK_U(t, c.diff_ids.n, 1);
	CHECK_OK(t,
		 oci_config_parse(SPAN("{\"rootfs\":{}}"), &t->arena, &c, &e),
		 &e);
	CHECK_U(t, c.entrypoint.n + c.diff_ids.n, 0);
}

TEST(config_refuses)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "{}", "rootfs" },
		{ "[]", "not an object" },
		{ "{\"rootfs\":{\"type\":\"x\"}}", "not \"layers\"" },
		{ "{\"rootfs\":{\"diff_ids\":[\"x\"]}}", "diff_ids[0]" },
		{ "{\"rootfs\":{\"diff_ids\":[7]}}", "diff_ids[0]" },
		{ "{\"rootfs\":{},\"config\":{\"Cmd\":\"sh\"}}", "Cmd" },
		{ "{\"rootfs\":{},\"config\":{\"Env\":[null]}}", "Env[0]" },
		{ "{\"rootfs\":{},\"config\":[]}", "config" },
		{ "{\"rootfs\":{},\"config\":{\"User\":1000}}", "User" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct image_config c;
		CHECK(t, !oci_config_parse(span_str(rows[i].text), &t->arena,
					   &c, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(documents_survive_truncation_and_failed_allocations)
{
	static const char manifest[] = IMAGE(LAYER(TAR));
	struct oci_doc doc;
	struct image_config c;
	for (size_t n = 0; n < sizeof manifest - 1; n++) {
		struct err e = { 0 };
		CHECK(t, !oci_doc_parse(span_of(manifest, n), SPAN(""),
					&t->arena, &doc, &e));
	}
	for (size_t n = 0; n < sizeof full_config - 1; n++) {
		struct err e = { 0 };
		CHECK(t, !oci_config_parse(span_of(full_config, n), &t->arena,
					   &c, &e));
	}
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		bool ok = oci_doc_parse(span_str(manifest), SPAN(""), &a, &doc,
					&e) &&
			  oci_config_parse(span_str(full_config), &a, &c, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
		if (ok)
			break;
	}
}

/* A store in memory: blobs by their digest. */
struct mem {
	struct test *t;
	struct oci_desc d[40];
	struct span bytes[40];
	size_t n;
};

static bool
mem_open(void *self, const struct oci_desc *d, struct store_blob *out,
	 struct err *e)
{
	struct mem *m = self;
	for (size_t i = 0; i < m->n; i++) {
		if (!span_eq(d->digest.text, m->d[i].digest.text))
			continue;
		*out = (struct store_blob){ .size = m->bytes[i].n };
		return fs_tmpfile(NULL, &out->fd, e) &&
		       fs_write(out->fd, m->bytes[i], e);
	}
	return err_set(e, ERR_NOTFOUND, "no such blob");
}

/* Adds a blob; returns its descriptor as JSON, with more members. */
static const char *
mem_put(struct mem *m, const char *text, const char *type, const char *more)
{
	struct err e = { 0 };
	struct hash h;
	struct span s = span_str(text);
	struct oci_desc *d = &m->d[m->n];
	CHECK_OK(m->t, digest_of(DIGEST_SHA256, &s, 1, &h, &e), &e);
	const char *digest = digest_id_text(&m->t->arena, DIGEST_SHA256, &h);
	CHECK_OK(m->t, digest_id_parse(span_str(digest), &d->digest, &e), &e);
	d->size = s.n;
	d->type = span_str(type);
	m->bytes[m->n++] = s;
	return arena_fmt(&m->t->arena,
			 "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu"
			 "%s}",
			 type, digest, s.n, more);
}

/* Adds an image without layers; returns its descriptor. */
static const char *
mem_image(struct mem *m, const char *arch, const char *more)
{
	struct arena *a = &m->t->arena;
	const char *config =
		mem_put(m,
			arena_fmt(a,
				  "{\"os\":\"linux\",\"architecture\":\"%s\","
				  "\"rootfs\":{}}",
				  arch),
			MT "config.v1+json", "");
	return mem_put(m,
		       arena_fmt(a,
				 "{\"schemaVersion\":2,\"config\":%s,"
				 "\"layers\":[]}",
				 config),
		       MT "manifest.v1+json", more);
}

static const struct oci_desc *
mem_index(struct mem *m, const char *entries)
{
	const char *text = arena_fmt(&m->t->arena,
				     "{\"schemaVersion\":2,"
				     "\"manifests\":[%s]}",
				     entries);
	mem_put(m, text, MT "index.v1+json", "");
	return &m->d[m->n - 1];
}

static bool
resolve(struct mem *m, const struct oci_desc *root, const char *machine,
	struct oci_image *out, struct err *e)
{
	struct platform want;
	struct notes notes = { .arena = &m->t->arena };
	struct image image = { .arena = &m->t->arena, .notes = &notes };
	struct oci_store s = { .open = mem_open, .self = m };
	*e = (struct err){ 0 };
	return platform_from_machine(span_str(machine), &want, e) &&
	       oci_resolve(&s, root, &want, &image, out, e);
}

#define FOR(os, arch, variant)                                      \
	",\"platform\":{\"os\":\"" os "\",\"architecture\":\"" arch \
	"\",\"variant\":\"" variant "\"}"
#define ATTEST                                                           \
	",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-" \
	"manifest\"}"

TEST(resolve_chooses_the_platform)
{
	struct mem m = { .t = t };
	struct oci_image i;
	struct err e;
	const char *v3 = mem_image(&m, "amd64", FOR("linux", "amd64", "v3"));
	const char *odd =
		mem_image(&m, "unknown", FOR("unknown", "unknown", "") ATTEST);
	const char *amd = mem_image(&m, "amd64", FOR("linux", "amd64", ""));
	const char *arm = mem_image(&m, "arm64", FOR("linux", "arm64", "v8"));
	const struct oci_desc *root = mem_index(
		&m, arena_fmt(&t->arena, "%s,%s,%s,%s", v3, odd, amd, arm));
	CHECK_OK(t, resolve(&m, root, "x86_64", &i, &e), &e);
	CHECK_SPAN(t, i.config.architecture, SPAN("amd64"));
	CHECK_OK(t, resolve(&m, root, "aarch64", &i, &e), &e);
	CHECK_SPAN(t, i.config.architecture, SPAN("arm64"));

	root = mem_index(&m, arena_fmt(&t->arena, "%s,%s,%s", v3, odd, arm));
	CHECK(t, !resolve(&m, root, "x86_64", &i, &e));
	CHECK_STR(t, e.id, "oci-platform");
	CHECK_HAS(t, e.msg, "only for linux/amd64/v3, linux/arm64/v8");

	root = mem_index(&m, odd);
	CHECK(t, !resolve(&m, root, "x86_64", &i, &e));
	CHECK_HAS(t, e.msg, "only for nothing");
}

TEST(resolve_without_platforms)
{
	struct mem m = { .t = t };
	struct oci_image i;
	struct err e;
	const char *one = mem_image(&m, "amd64", "");
	const char *two = mem_image(&m, "arm64", "");
	const struct oci_desc *root = mem_index(&m, one);
	CHECK_OK(t, resolve(&m, root, "x86_64", &i, &e), &e);
	CHECK(t, !resolve(&m, root, "aarch64", &i, &e));
	CHECK_HAS(t, e.msg, "is for linux/amd64, not for linux/arm64");
	root = mem_index(&m, arena_fmt(&t->arena, "%s,%s", one, two));
	CHECK(t, !resolve(&m, root, "x86_64", &i, &e));
	CHECK_STR(t, e.id, "oci-platform");
}

/* An index that names another platform than that of its image. */
TEST(resolve_compares_the_configuration)
{
	struct mem m = { .t = t };
	struct oci_image i;
	struct err e;
	const char *lie = mem_image(&m, "arm64", FOR("linux", "amd64", ""));
	CHECK(t, !resolve(&m, mem_index(&m, lie), "x86_64", &i, &e));
	CHECK_STR(t, e.id, "oci-platform");
}

TEST(resolve_bounds_nesting)
{
	for (int depth = OCI_INDEX_DEPTH_MAX; depth <= OCI_INDEX_DEPTH_MAX + 1;
	     depth++) {
		struct mem m = { .t = t };
		struct oci_image i;
		struct err e;
		const char *d = mem_image(&m, "amd64", "");
		for (int k = 0; k < depth; k++)
			d = mem_put(&m,
				    arena_fmt(&t->arena,
					      "{\"schemaVersion\":2,"
					      "\"manifests\":[%s]}",
					      d),
				    MT "index.v1+json", "");
		bool ok = resolve(&m, &m.d[m.n - 1], "x86_64", &i, &e);
		CHECK(t, ok == (depth == OCI_INDEX_DEPTH_MAX));
		CHECK(t, ok || e.code == ERR_LIMIT);
	}
}

TEST(resolve_checks_every_document)
{
	struct mem m = { .t = t };
	struct oci_image i;
	struct err e;
	mem_image(&m, "amd64", "");
	struct oci_desc root = m.d[1];
	CHECK_OK(t, resolve(&m, &root, "x86_64", &i, &e), &e);
	for (size_t k = 0; k < m.n; k++) {
		struct span good = m.bytes[k];
		char *evil = arena_cstr(&t->arena, good);
		*strchr(evil, '{') = ' ';
		m.bytes[k] = span_str(evil);
		CHECK(t, !resolve(&m, &root, "x86_64", &i, &e));
		CHECK_STR(t, e.id, "oci-digest");
		CHECK_HAS(t, e.msg, "another");
		m.bytes[k] = span_sub(good, 0, good.n - 1);
		CHECK(t, !resolve(&m, &root, "x86_64", &i, &e));
		CHECK_STR(t, e.id, "oci-digest");
		m.bytes[k] = good;
	}
	root.size = LIMIT_JSON + 1;
	CHECK(t, !resolve(&m, &root, "x86_64", &i, &e));
	CHECK(t, e.code == ERR_LIMIT);
}

TEST(resolve_counts_layers)
{
	struct mem m = { .t = t };
	struct oci_image i;
	struct err e;
	const char *config = mem_put(
		&m,
		"{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":"
		"{\"diff_ids\":[\"sha256:" HEX64 "\"]}}",
		MT "config.v1+json", "");
	mem_put(&m,
		arena_fmt(&t->arena,
			  "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}",
			  config),
		MT "manifest.v1+json", "");
	CHECK(t, !resolve(&m, &m.d[1], "x86_64", &i, &e));
	CHECK_STR(t, e.id, "oci-diff-ids");
}
