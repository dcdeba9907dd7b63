#include "base/test.h"

#include "codec/json.h"
#include "nsm/proto.h"

/* AWS's own library made these bytes, and said what it reads. */
#define VECTORS "nitro/kat/nsm_cbor.json"

typedef void vector_fn(struct test *t, const struct json *v);

static void
each_vector(struct test *t, const char *list, size_t least, vector_fn *fn)
{
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span text = test_fixture(t, VECTORS);
	if (t->skip || !CHECK_OK(t, json_parse(text, &j, &e), &e))
		return;
	const struct json *all = json_get(j, list);
	CHECK(t, json_count(all) >= least);
	for (size_t i = 0; i < json_count(all); i++)
		fn(t, json_at(all, i));
}

static struct span
bytes_of(struct test *t, const struct json *v)
{
	struct span hex = json_text(json_get(v, "cbor_hex"));
	return test_hex(t, (const char *)hex.p);
}

/* Every prefix is refused with a reason. */
static void
truncated(struct test *t, struct span in, bool response)
{
	struct nsm_request q;
	struct nsm_response r;
	for (size_t n = 0; n < in.n; n++) {
		struct err e = { 0 };
		struct span cut = span_sub(in, 0, n);
		bool ok = response ? nsm_read_response(cut, false, &t->arena,
						       &r, &e)
				   : nsm_read_request(cut, false, &t->arena, &q,
						      &e);
		CHECK(t, !ok && e.code == ERR_INPUT && e.msg[0]);
	}
}

static void
one_request(struct test *t, const struct json *v)
{
	DEFER(buf_free) struct buf b = buf_max(NSM_REQUEST_MAX);
	struct nsm_request r;
	struct err e = { 0 };
	struct span in = bytes_of(t, v);
	CHECK_OK(t, nsm_read_request(in, true, &t->arena, &r, &e), &e);
	nsm_put_request(&b, &r);
	CHECK_SPAN(t, buf_view(&b), in);
	truncated(t, in, false);
}

static void
one_response(struct test *t, const struct json *v)
{
	DEFER(buf_free) struct buf b = buf_max(NSM_RESPONSE_MAX);
	struct nsm_response r;
	struct err e = { 0 };
	struct span in = bytes_of(t, v);
	CHECK_OK(t, nsm_read_response(in, true, &t->arena, &r, &e), &e);
	nsm_put_response(&b, &r);
	CHECK_SPAN(t, buf_view(&b), in);
	truncated(t, in, true);
}

static bool
verdict(struct test *t, const struct json *v, bool ok, const struct err *e)
{
	bool want = json_bool(json_get(v, "reference_accepts"));
	const char *name = (const char *)json_text(json_get(v, "name")).p;
	return test_check_ok(t, ok == want, name, e, __FILE__, __LINE__);
}

static void
lenient_request(struct test *t, const struct json *v)
{
	struct nsm_request r;
	struct err e = { 0 }, strict = { 0 };
	struct span in = bytes_of(t, v);
	verdict(t, v, nsm_read_request(in, false, &t->arena, &r, &e), &e);
	/* "missing nonce" and all the others: none is AWS's own form. */
	CHECK(t, !nsm_read_request(in, true, &t->arena, &r, &strict));
	CHECK_U(t, strict.code, ERR_INPUT);
}

static void
lenient_response(struct test *t, const struct json *v)
{
	struct nsm_response r;
	struct err e = { 0 }, strict = { 0 };
	struct span in = bytes_of(t, v);
	verdict(t, v, nsm_read_response(in, false, &t->arena, &r, &e), &e);
	bool ok = nsm_read_response(in, true, &t->arena, &r, &strict);
	/* The list has one that is no leniency. */
	CHECK(t, ok == span_is(json_text(json_get(v, "name")),
			       "Error bare string"));
}

TEST(requests_are_the_bytes_of_the_library)
{
	each_vector(t, "requests", 34, one_request);
}

TEST(responses_are_the_bytes_of_the_library)
{
	each_vector(t, "responses", 18, one_response);
}

TEST(requests_are_read_as_leniently)
{
	each_vector(t, "request_decode_leniency", 10, lenient_request);
}

TEST(responses_are_read_as_leniently)
{
	each_vector(t, "response_decode_leniency", 19, lenient_response);
}

TEST(values_survive_the_way)
{
	struct err e = { 0 };
	struct nsm_request r;
	struct span in = test_hex(
		t, "a1 6b4174746573746174696f6e a3 69757365725f64617461 8201 02"
		   "656e6f6e6365 40 6a7075626c69635f6b6579 f6");
	CHECK_OK(t, nsm_read_request(in, false, &t->arena, &r, &e), &e);
	CHECK_U(t, r.call, NSM_ATTESTATION);
	CHECK_SPAN(t, r.user_data.v, test_hex(t, "0102"));
	CHECK(t, r.nonce.there && r.nonce.v.n == 0);
	CHECK(t, !r.public_key.there);

	struct nsm_response s;
	in = test_hex(t, "a16b4465736372696265504352a2646461746143010203"
			 "646c6f636bf5");
	CHECK_OK(t, nsm_read_response(in, false, &t->arena, &s, &e), &e);
	CHECK(t, s.call == NSM_DESCRIBE_PCR && s.lock);
	CHECK_SPAN(t, s.data, test_hex(t, "010203"));

	/* Chunks, in order; none at all is empty. */
	in = test_hex(t, "a169457874656e64504352a1646461746"
			 "15f 4101 40 420203 ff");
	CHECK_OK(t, nsm_read_response(in, false, &t->arena, &s, &e), &e);
	CHECK_SPAN(t, s.data, test_hex(t, "010203"));
	in = test_hex(t, "a169457874656e64504352a164646174615fff");
	CHECK_OK(t, nsm_read_response(in, false, &t->arena, &s, &e), &e);
	CHECK_U(t, s.data.n, 0);
}

struct refused {
	const char *hex, *why;
};

static const struct refused refused[] = {
	/* chunks of text among bytes, chunks within chunks, as a key */
	{ "a169457874656e64504352a164646174615f6161ff", "no byte string" },
	{ "a169457874656e64504352a164646174615f5f4101ffff", "indefinite" },
	{ "a169457874656e64504352a15f6464617461ff4101", "not a text string" },
	{ "a16b4465736372696265504352a2646c6f636b0164646174614101", "true" },
	{ "a1674c6f636b50435200", "not null" },
	{ "6b4465736372696265504352", "a name alone" },
	{ "a1654572726f7201", "not a text" },
	{ "a0", "another size" },
	{ "d818", "" },
	/* locked_pcrs with 32 */
	{ "a16b44657363726962654e534da76d76657273696f6e5f6d616a6f72016d76657273"
	  "696f6e5f6d696e6f72006d76657273696f6e5f706174636800696d6f64756c655f69"
	  "64616d686d61785f7063727318206b6c6f636b65645f706372738118206664696765"
	  "737466534841333834",
	  "a register above 31" },
};

TEST(what_no_library_writes_is_refused)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct nsm_response r;
		struct err e = { 0 };
		struct span in = test_hex(t, refused[i].hex);
		CHECK(t, !nsm_read_response(in, false, &t->arena, &r, &e));
		CHECK_U(t, e.code, ERR_INPUT);
		CHECK_HAS(t, e.msg, refused[i].why);
		CHECK_HAS(t, e.msg, "NSM response");
	}
}

TEST(no_memory_is_an_error)
{
	struct arena none = { .fail_in = 1 };
	struct err e = { 0 };
	struct nsm_response r;
	struct span in =
		test_hex(t, "a169457874656e64504352a164646174615f4101ff");
	CHECK(t, !nsm_read_response(in, false, &none, &r, &e));
	CHECK_U(t, e.code, ERR_LIMIT);
	arena_finish(&none);
}

TEST(names_are_those_of_the_device)
{
	CHECK_STR(t, nsm_error_name(NSM_READ_ONLY_INDEX), "ReadOnlyIndex");
	CHECK_STR(t, nsm_error_name(NSM_INTERNAL_ERROR), "InternalError");
	CHECK_STR(t, nsm_call_name(NSM_LOCK_PCRS), "LockPCRs");
	CHECK_STR(t, nsm_digests[NSM_SHA384], "SHA384");
}
