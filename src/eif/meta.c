#include "eif/meta.h"

#include <stddef.h>

#include "base/fmt.h"
#include "codec/jwrite.h"

struct field {
	const char *key;
	size_t at;
};

#define FIELD(k, f)                               \
	{                                         \
		(k), offsetof(struct eif_meta, f) \
	}

static const struct field outer[] = {
	FIELD("ImageName", image_name),
	FIELD("ImageVersion", image_version),
};
static const struct field build[] = {
	FIELD("BuildTime", build_time),
	FIELD("BuildTool", build_tool),
	FIELD("BuildToolVersion", build_tool_version),
	FIELD("OperatingSystem", os),
	FIELD("KernelVersion", kernel_version),
};

static bool
read_texts(const struct json *j, const struct field *f, size_t n,
	   struct eif_meta *out, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct span *to = (void *)((char *)out + f[i].at);
		if (!json_need_text(j, f[i].key, to, e))
			return false;
	}
	return true;
}

static bool
need_any(const struct json *doc, const char *key, const struct json **out,
	 struct err *e)
{
	*out = json_get(doc, key);
	return *out || err_set(e, ERR_INPUT, "\"%s\" is missing", key);
}

bool
eif_meta_read(const struct json *doc, struct eif_meta *out, struct err *e)
{
	const struct json *inner;
	*out = (struct eif_meta){ 0 };
	if (json_kind(doc) != JSON_KIND_MAP)
		return err_set(e, ERR_INPUT, "the metadata is not an object");
	return read_texts(doc, outer, COUNT(outer), out, e) &&
	       json_need(doc, "BuildMetadata", JSON_KIND_MAP, &inner, e) &&
	       read_texts(inner, build, COUNT(build), out, e) &&
	       need_any(doc, "DockerInfo", &out->docker_info, e) &&
	       need_any(doc, "CustomMetadata", &out->custom, e);
}

static void
write_texts(struct jw *w, const struct field *f, size_t n,
	    const struct eif_meta *m)
{
	for (size_t i = 0; i < n; i++) {
		const struct span *v =
			(const void *)((const char *)m + f[i].at);
		jw_text(w, f[i].key, *v);
	}
}

static bool
canonical_into(const struct json *j, struct buf *b, struct err *e)
{
	if (j)
		return json_dump(j, JSON_STYLE_CANONICAL, b, e);
	buf_str(b, "null");
	return true;
}

static bool
check_custom(const struct json *custom, size_t bytes, struct err *e)
{
	if (json_kind(custom) > JSON_KIND_NULL &&
	    json_kind(custom) != JSON_KIND_MAP)
		return err_set(e, ERR_INPUT,
			       "custom metadata must be a JSON object");
	if (bytes > EIF_CUSTOM_MAX)
		return err_set(e, ERR_LIMIT,
			       "custom metadata of %zu bytes, at most %zu are "
			       "allowed",
			       bytes, EIF_CUSTOM_MAX);
	for (size_t i = 0; i < COUNT(build); i++)
		if (json_get(custom, build[i].key))
			return err_set(e, ERR_INPUT,
				       "custom metadata must not hold "
				       "\"%s\": describe prints a field of "
				       "that name",
				       build[i].key);
	if (json_get(custom, "DockerInfo"))
		return err_set(e, ERR_INPUT,
			       "custom metadata must not hold \"DockerInfo\"");
	return true;
}

bool
eif_meta_write(const struct eif_meta *m, struct buf *b, struct err *e)
{
	struct jw w = jw_into(b, 0);
	jw_map(&w, NULL);
	write_texts(&w, outer, COUNT(outer), m);
	jw_map(&w, "BuildMetadata");
	write_texts(&w, build, COUNT(build), m);
	jw_end(&w);
	buf_str(b, ",\"DockerInfo\":");
	if (!canonical_into(m->docker_info, b, e))
		return false;
	buf_str(b, ",\"CustomMetadata\":");
	size_t before = b->n;
	if (!canonical_into(m->custom, b, e) ||
	    !check_custom(m->custom, b->n - before, e))
		return false;
	jw_end(&w);
	return jw_ok(&w, e);
}

const char *
eif_meta_time(int64_t epoch, struct arena *a)
{
	struct shown t = show_time(epoch);
	struct span s = span_str(t.s);
	return arena_fmt(a, "%.*s+00:00", (int)s.n - 1, t.s);
}
