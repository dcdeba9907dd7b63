#include "eif/unpack.h"

#include <inttypes.h>

#include "base/fmt.h"
#include "base/num.h"
#include "codec/jwrite.h"
#include "sys/fs.h"
#include "sys/place.h"

#define SCHEMA "veraclave-unpacked/1"

enum { NAME_ROOM = 32 };

/* kernel, cmdline, metadata.json, signature.cbor, ramdisk-1 and so on. */
static void
put_file_name(struct buf *b, const struct eif *f, size_t i)
{
	static const char *const tail[EIF_TYPES] = {
		[EIF_SIGNATURE] = ".cbor", [EIF_METADATA] = ".json"
	};
	enum eif_type type = f->section[i].type;
	unsigned nth = 0;
	for (size_t k = 0; k <= i; k++)
		nth += f->section[k].type == type;
	buf_str(b, eif_type_name(type));
	if (type == EIF_RAMDISK)
		buf_fmt(b, "-%u", nth);
	if (tail[type])
		buf_str(b, tail[type]);
}

static bool
write_blob(int dir, struct span name, const struct blob *b, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	uint8_t piece[8 * KIB];
	if (!place_file(dir, name, 0644, &fd, e))
		return false;
	for (uint64_t at = 0; at < b->size; at += sizeof piece) {
		uint64_t left = b->size - at;
		size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
		if (!blob_read(b, piece, n, at, e) ||
		    !fs_write(fd, span_of(piece, n), e))
			return err_ctx(e, "writing %s", show(name).s);
	}
	return true;
}

/* 64 bits do not fit into the integers of most JSON readers: as text. */
static void
put_decimal(struct jw *w, const char *key, uint64_t v)
{
	DEFER(buf_free) struct buf text = buf_max(NAME_ROOM);
	buf_fmt(&text, "%" PRIu64, v);
	jw_text(w, key, buf_view(&text));
}

static bool
write_list(const struct eif *f, int dir, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	jw_map(&w, NULL);
	jw_str(&w, "schema", SCHEMA);
	jw_u64(&w, "version", f->version);
	jw_u64(&w, "flags", f->flags);
	put_decimal(&w, "default_memory", f->mem);
	put_decimal(&w, "default_cpus", f->cpus);
	jw_u64(&w, "reserved", f->reserved);
	jw_u64(&w, "unused", f->unused);
	jw_list(&w, "sections");
	for (size_t i = 0; i < f->n; i++) {
		DEFER(buf_free) struct buf name = buf_max(NAME_ROOM);
		put_file_name(&name, f, i);
		jw_map(&w, NULL);
		jw_str(&w, "type", eif_type_name(f->section[i].type));
		jw_u64(&w, "flags", f->section[i].flags);
		jw_text(&w, "file", buf_view(&name));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	buf_u8(&b, '\n');
	if (!jw_ok(&w, e))
		return false;
	struct span text = buf_view(&b);
	struct blob list = blob_of(&text);
	return write_blob(dir, SPAN(UNPACK_LIST), &list, e);
}

bool
eif_unpack(const struct blob *b, const struct eif *f, int dir, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		DEFER(buf_free) struct buf name = buf_max(NAME_ROOM);
		struct blob data = eif_data(b, f, i);
		put_file_name(&name, f, i);
		if (!buf_ok(&name, "a file name", e) ||
		    !write_blob(dir, buf_view(&name), &data, e))
			return false;
	}
	return write_list(f, dir, e);
}

static bool
need_small(const struct json *j, const char *key, uint64_t max, uint64_t *out,
	   struct err *e)
{
	if (!json_need_u64(j, key, out, e))
		return false;
	return *out <= max ||
	       err_set(e, ERR_INPUT, "\"%s\" is above %" PRIu64, key, max);
}

static bool
need_decimal(const struct json *j, const char *key, uint64_t *out,
	     struct err *e)
{
	struct span text;
	if (!json_need_text(j, key, &text, e))
		return false;
	return num_parse(text, out) ||
	       err_set(e, ERR_INPUT, "\"%s\" is no decimal number", key);
}

static bool
read_header(const struct json *j, struct eif *like, struct err *e)
{
	struct span schema;
	uint64_t version, flags, reserved, unused;
	if (!json_need_text(j, "schema", &schema, e))
		return false;
	if (!span_is(schema, SCHEMA))
		return err_set(e, ERR_INPUT, "schema %s is not " SCHEMA,
			       show(schema).s);
	if (!need_small(j, "version", 4, &version, e) ||
	    !need_small(j, "flags", UINT16_MAX, &flags, e) ||
	    !need_small(j, "reserved", UINT16_MAX, &reserved, e) ||
	    !need_small(j, "unused", UINT32_MAX, &unused, e) ||
	    !need_decimal(j, "default_memory", &like->mem, e) ||
	    !need_decimal(j, "default_cpus", &like->cpus, e))
		return false;
	if (version < 2)
		return err_set(e, ERR_INPUT, "\"version\" is below 2");
	like->version = (uint16_t)version;
	like->flags = (uint16_t)flags;
	like->reserved = (uint16_t)reserved;
	like->unused = (uint32_t)unused;
	return true;
}

static bool
add_section(const struct json *j, int dir, struct eif_writer *w, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct span type, file;
	uint64_t flags;
	struct blob b;
	unsigned t = EIF_KERNEL;
	if (!json_need_text(j, "type", &type, e) ||
	    !json_need_text(j, "file", &file, e) ||
	    !need_small(j, "flags", UINT16_MAX, &flags, e))
		return false;
	while (t < EIF_TYPES && !span_is(type, eif_type_name(t)))
		t++;
	if (t == EIF_TYPES)
		return err_set(e, ERR_INPUT, "there is no section type %s",
			       show(type).s);
	return fs_open_beneath(dir, file, &fd, e) && fs_blob(fd, &b, e) &&
	       eif_writer_blob(w, (enum eif_type)t, (uint16_t)flags, &b, e);
}

bool
eif_repack(int dir, int out, struct arena *a, struct eif *eif,
	   struct measured *m, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(fd_closep) int fd = -1;
	const struct json *list;
	struct eif_writer w;
	struct eif_measure_plan plan = { 0 };
	struct eif like = { 0 };
	struct span text;
	if (!fs_open_beneath(dir, SPAN(UNPACK_LIST), &fd, e))
		return err_hint(e, "give a directory that \"veraclave unpack\" "
				   "made");
	if (!fs_read_fd(fd, 64 * KIB, a, &text, e) ||
	    !json_parse(text, &j, e) || !read_header(j, &like, e) ||
	    !json_need(j, "sections", JSON_KIND_LIST, &list, e))
		return err_ctx(e, UNPACK_LIST);
	eif_writer_init(&w, out, &like);
	for (size_t i = 0; i < json_count(list); i++)
		if (!add_section(json_at(list, i), dir, &w, e))
			return err_ctx(e, UNPACK_LIST ": section %zu", i);
	if (!eif_writer_finish(&w, e) ||
	    !eif_writer_measure(&w, &plan, a, m, e))
		return false;
	*eif = w.eif;
	return true;
}
