#include "recipe/record.h"

#include "codec/hex.h"
#include "recipe/recipe_kit.h"

static struct hash
hash(size_t n, uint8_t fill)
{
	struct hash h = { .n = (uint8_t)n };
	memset(h.v, fill, n);
	return h;
}

static const char *
hex(struct test *t, size_t n, uint8_t fill)
{
	struct hash h = hash(n, fill);
	return hex_of(&t->arena, hash_span(&h));
}

/* A result that nobody built: registers 10, 11, 12, digests 13 and 14. */
static struct build_result
result(bool is_signed)
{
	struct build_result r = { .arch = "x86_64",
				  .kernel_version = SPAN("6.1"),
				  .digest = hash(32, 0x13),
				  .eif = { .n = 5, .size = 999 } };
	static const enum eif_type order[] = { EIF_KERNEL, EIF_CMDLINE,
					       EIF_METADATA, EIF_RAMDISK,
					       EIF_RAMDISK };
	for (size_t i = 0; i < COUNT(order); i++) {
		r.eif.section[i].type = order[i];
		r.eif.section[i].size = 100 + i;
	}
	r.measured.pcr0 = hash(48, 0x10);
	r.measured.pcr1 = hash(48, 0x11);
	r.measured.pcr2 = hash(48, 0x12);
	r.measured.sha256 = hash(32, 0x14);
	if (is_signed)
		r.pcr8 = hash(48, 0x18);
	return r;
}

static const char *
record(struct test *t, enum source_kind kind, bool is_signed)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct build_config c = { .name = "app", .version = "1" };
	struct build_job job = { .config = &c };
	struct build_image image = { .kind = kind, .epoch = 5 };
	struct build_result r = result(is_signed);
	struct err e = { 0 };
	CHECK_OK(t, record_pcrs(&job, &image, &r, &b, &e), &e);
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(a_record_in_full)
{
	const char *want =
		arena_fmt(&t->arena,
			  "{\n"
			  "  \"arch\": \"x86_64\",\n"
			  "  \"boot\": {\n"
			  "    \"known_as\": null,\n"
			  "    \"kernel_version\": \"6.1\"\n"
			  "  },\n"
			  "  \"eif\": {\n"
			  "    \"digest\": \"%s\",\n"
			  "    \"sha256\": \"%s\",\n"
			  "    \"size\": 999\n"
			  "  },\n"
			  "  \"epoch\": 5,\n"
			  "  \"image\": {\n"
			  "    \"kind\": \"tar\"\n"
			  "  },\n"
			  "  \"lengths\": {\n"
			  "    \"cmdline\": 101,\n"
			  "    \"kernel\": 100,\n"
			  "    \"ramdisks\": [\n"
			  "      103,\n"
			  "      104\n"
			  "    ]\n"
			  "  },\n"
			  "  \"name\": \"app\",\n"
			  "  \"pcrs\": {\n"
			  "    \"0\": \"%s\",\n"
			  "    \"1\": \"%s\",\n"
			  "    \"2\": \"%s\",\n"
			  "    \"8\": null\n"
			  "  },\n"
			  "  \"profiles\": {\n"
			  "    \"eif\": \"eif/1\",\n"
			  "    \"rules\": \"none/1\",\n"
			  "    \"writer\": \"canonical/1\"\n"
			  "  },\n"
			  "  \"schema\": \"nitro-pcrs/1\",\n"
			  "  \"version\": \"1\"\n"
			  "}\n",
			  hex(t, 32, 0x13), hex(t, 32, 0x14), hex(t, 48, 0x10),
			  hex(t, 48, 0x11), hex(t, 48, 0x12));
	CHECK_STR(t, record(t, SOURCE_TAR, false), want);
}

/* Only a directory has modes that were taken one way or the other. */
TEST(kinds_of_sources_in_a_record)
{
	static const struct {
		enum source_kind kind;
		const char *name;
	} rows[] = {
		{ SOURCE_OCI, "oci" },
		{ SOURCE_OCI_ARCHIVE, "oci-archive" },
		{ SOURCE_DOCKER_ARCHIVE, "docker-archive" },
		{ SOURCE_DOCKER_DIR, "docker-dir" },
		{ SOURCE_DOCKERFILE, "dockerfile" },
		{ SOURCE_DIR, "dir" },
		{ SOURCE_TAR, "tar" },
		{ SOURCE_REGISTRY, "registry" },
		{ SOURCE_DEBIAN, "debian" },
	};
	_Static_assert(COUNT(rows) == SOURCE_KINDS - 1, "every kind");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *text = record(t, rows[i].kind, false);
		CHECK_HAS(
			t, text,
			arena_fmt(&t->arena, "\"kind\": \"%s\"", rows[i].name));
		CHECK(t, !!strstr(text, "\"modes\": \"keep\"") ==
				 (rows[i].kind == SOURCE_DIR));
	}
}

TEST(where_a_record_is)
{
	CHECK_STR(t, record_path("a.eif", &t->arena), "a.pcrs.json");
	CHECK_STR(t, record_path("d/a", &t->arena), "d/a.pcrs.json");
	CHECK_STR(t, record_path(".eif", &t->arena), ".pcrs.json");
}

TEST(whose_record_it_is)
{
	const char *text = record(t, SOURCE_TAR, false);
	struct hash own = hash(32, 0x13), other = hash(32, 0x14);
	bool is;
	struct err e = { 0 };
	CHECK_OK(t, record_is_of(span_str(text), &own, &is, &e), &e);
	CHECK(t, is);
	CHECK_OK(t, record_is_of(span_str(text), &other, &is, &e), &e);
	CHECK(t, !is);
	CHECK(t, !record_is_of(SPAN("{\"schema\": \"x\"}"), &own, &is, &e));
	CHECK_HAS(t, e.msg, "nitro-pcrs/1");
	CHECK(t, !record_is_of(SPAN("{"), &own, &is, &e));
}

/* Signing changes the file, its digests and register 8: what a build with
 * [sign] writes at once. */
/* What warns about the image DIR/app.eif with this digest; "" is nothing. */
static const char *
stale(struct test *t, const char *dir, uint8_t digest)
{
	struct notes n = { .arena = &t->arena };
	const struct hash h = hash(32, digest);
	record_warn_stale(arena_fmt(&t->arena, "%s/app.eif", dir), &h,
			  &t->arena, &n);
	CHECK(t, n.n < 2);
	return n.first ? n.first->id : "";
}

TEST(a_record_of_what_was_there_before_is_told)
{
	const char *dir = test_dir(t);
	struct span text = span_str(record(t, SOURCE_DIR, false));
	CHECK_STR(t, stale(t, dir, 0x13), "");
	kit_file(t, dir, "app.pcrs.json", text, 0644);
	CHECK_STR(t, stale(t, dir, 0x13), "");
	CHECK_STR(t, stale(t, dir, 0x77), "record-stale");
	kit_file(t, dir, "app.pcrs.json", SPAN("{}"), 0644);
	CHECK_STR(t, stale(t, dir, 0x77), "");
}

TEST(a_record_that_is_signed_afterwards)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	const char *before = record(t, SOURCE_DIR, false);
	struct hash own = hash(32, 0x13), pcr8 = hash(48, 0x18);
	struct build_result r = result(true);
	struct eif_signed now = { .eif = r.eif,
				  .measured = r.measured,
				  .digest = r.digest };
	struct err e = { 0 };
	CHECK_OK(t, record_signed(span_str(before), &own, &now, &pcr8, &b, &e),
		 &e);
	CHECK_SPAN(t, buf_view(&b), span_str(record(t, SOURCE_DIR, true)));
	buf_clear(&b);
	CHECK(t, !record_signed(span_str(before), &pcr8, &now, &pcr8, &b, &e));
	CHECK_U(t, e.code, ERR_REFUSED);
	CHECK_STR(t, e.id, "record-other");
}

TEST(a_record_that_does_not_fit)
{
	struct build_config c = { .name = "app", .version = "1" };
	struct build_job job = { .config = &c };
	struct build_image image = { .kind = SOURCE_TAR };
	struct build_result r = result(false);
	for (size_t max = 0; max < 600; max += 37) {
		DEFER(buf_free) struct buf b = buf_max(max);
		struct err e = { 0 };
		CHECK(t, !record_pcrs(&job, &image, &r, &b, &e));
		CHECK_U(t, e.code, ERR_LIMIT);
	}
}

/* What a build writes is what its record says. */
TEST(the_record_of_a_build)
{
	DEFER(kit_finish) struct kit k;
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	DEFER(json_release) struct json *j = NULL;
	const char *dir = test_dir(t);
	bool is;
	kit_boot(t, dir);
	kit_root(t, dir);
	kit_start(&k, t, dir);
	CHECK_OK(t, kit_build(&k), &k.e);
	CHECK_OK(t, record_pcrs(&k.job, &k.image, &k.result, &b, &k.e), &k.e);
	CHECK_OK(t, json_parse(buf_view(&b), &j, &k.e), &k.e);
	CHECK_OK(t, record_is_of(buf_view(&b), &k.result.digest, &is, &k.e),
		 &k.e);
	CHECK(t, is);
	CHECK_SPAN(t, json_text(json_get(json_get(j, "pcrs"), "0")),
		   span_str(hex_of(&t->arena,
				   hash_span(&k.result.measured.pcr0))));
	CHECK_SPAN(t, json_text(json_get(json_get(j, "image"), "modes")),
		   SPAN("git"));
}

TEST(a_scrub_report_in_full)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct scrub_change second = { .rule = "logs",
				       .path = SPAN("var/log/x"),
				       .action = SCRUB_DROP,
				       .bytes_before = 3 };
	struct scrub_change first = { .rule = "hostname",
				      .path = SPAN("etc/hostname"),
				      .action = SCRUB_EMPTY,
				      .bytes_before = 9,
				      .next = &second };
	struct build_image image = { .scrub = { .first = &first, .n = 2 } };
	struct err e = { 0 };
	second.before.n = 2;
	second.before.v[0] = 0xab;
	CHECK_OK(t, record_scrub(&image, &b, &e), &e);
	const char *text = arena_cstr(&t->arena, buf_view(&b));
	const char *one = strstr(text, "etc/hostname");
	const char *two = strstr(text, "var/log/x");
	CHECK(t, one && two && one < two);
	CHECK_HAS(t, text, "\"rule\": \"logs\"");
	CHECK_HAS(t, text, "\"sha256_before\": \"ab00\"");
	CHECK_HAS(t, text, "\"sha256_after\": null");
	CHECK_HAS(t, text, "\"schema\": \"scrub-report/1\"");
}
