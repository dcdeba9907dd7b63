#include "eif/eif.h"

#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "base/reader.h"
#include "codec/crc32.h"

static const char magic[4] = ".eif";

const char *
eif_type_name(enum eif_type type)
{
	static const char *const name[EIF_TYPES] = {
		"invalid", "kernel",    "cmdline",
		"ramdisk", "signature", "metadata",
	};
	return type < EIF_TYPES ? name[type] : "unknown";
}

/* The fields of the header; the table goes into the sections. */
static uint16_t
read_fields(struct eif *f)
{
	struct reader r = rd_from(span_of(f->header, EIF_HEADER));
	struct err never;
	uint16_t count;
	rd_take(&r, sizeof magic);
	f->version = rd_be16(&r);
	f->flags = rd_be16(&r);
	f->mem = rd_be64(&r);
	f->cpus = rd_be64(&r);
	f->reserved = rd_be16(&r);
	count = rd_be16(&r);
	for (size_t i = 0; i < EIF_SECTIONS; i++)
		f->section[i].at = rd_be64(&r);
	for (size_t i = 0; i < EIF_SECTIONS; i++)
		f->section[i].size = rd_be64(&r);
	f->unused = rd_be32(&r);
	f->crc = rd_be32(&r);
	rd_end(&r);
	ASSERT(rd_ok(&r, &never));
	return count;
}

static bool
check_fields(struct eif *f, uint16_t count, struct notes *n, struct err *e)
{
	bool spare = f->reserved || f->unused;
	if (f->version < 2 || f->version > 4)
		return eif_refuse(e, EIF_R_VERSION,
				  "version %u of the image format is unknown",
				  f->version);
	if (count == 0 || count > EIF_SECTIONS)
		return eif_refuse(e, EIF_R_SECTION_COUNT,
				  "the header promises %u sections", count);
	if (f->version < 4)
		eif_warn(n, EIF_W_OLD_VERSION,
			 "version %u of the image format; QEMU reads only 4",
			 f->version);
	if (f->flags & ~EIF_FLAG_ARM64)
		eif_warn(n, EIF_W_FLAGS,
			 "header flags 0x%04x: only bit 0, the architecture, "
			 "is known",
			 f->flags);
	f->n = count;
	for (size_t i = count; i < EIF_SECTIONS; i++)
		spare = spare || f->section[i].at || f->section[i].size;
	if (spare)
		eif_warn(n, EIF_W_UNUSED,
			 "unused fields of the header are not zero");
	return true;
}

static bool
read_header(const struct blob *b, struct eif *f, struct notes *n, struct err *e)
{
	size_t head = b->size < EIF_HEADER ? (size_t)b->size : EIF_HEADER;
	if (!blob_read(b, f->header, head, 0, e))
		return false;
	if (head >= sizeof magic && memcmp(f->header, magic, sizeof magic) != 0)
		return eif_refuse(e, EIF_R_MAGIC,
				  "this is not an enclave image file");
	if (head < EIF_HEADER)
		return eif_refuse(
			e, EIF_R_TRUNCATED,
			"the file has %zu bytes, less than the header", head);
	f->size = b->size;
	return check_fields(f, read_fields(f), n, e);
}

/* Where section i has to begin, after the one before it. */
static uint64_t
end_of_previous(const struct eif *f, size_t i)
{
	if (i == 0)
		return EIF_HEADER;
	const struct eif_section *s = &f->section[i - 1];
	return s->at + EIF_SECTION_HEADER + s->size;
}

uint64_t
eif_most(struct span head)
{
	struct eif f = { 0 };
	uint64_t end = EIF_HEADER, stop;
	if (head.n < EIF_HEADER || memcmp(head.p, magic, sizeof magic) != 0)
		return head.n;
	memcpy(f.header, head.p, EIF_HEADER);
	uint16_t count = read_fields(&f);
	for (size_t i = 0; i < count && i < EIF_SECTIONS; i++) {
		const struct eif_section *s = &f.section[i];
		if (!num_add64(s->at, s->size, &stop) ||
		    !num_add64(stop, EIF_SECTION_HEADER, &stop) ||
		    stop > LIMIT_STREAM)
			return LIMIT_STREAM;
		end = stop > end ? stop : end;
	}
	return end + 1;
}

/* What the two ways of reading would find in different orders. */
static bool
check_table_order(const struct eif *f, struct err *e)
{
	for (size_t i = 1; i < f->n; i++)
		if (f->section[i].at <= f->section[i - 1].at)
			return eif_refuse(e, EIF_R_TABLE_ORDER,
					  "section %zu of the table begins at "
					  "byte %" PRIu64 ", section %zu at "
					  "%" PRIu64,
					  i, f->section[i].at, i - 1,
					  f->section[i - 1].at);
	return true;
}

static bool
check_place(const struct eif *f, size_t i, struct err *e)
{
	uint64_t at = f->section[i].at, want = end_of_previous(f, i);
	if (f->size < EIF_SECTION_HEADER || at > f->size - EIF_SECTION_HEADER)
		return eif_refuse(e, EIF_R_TRUNCATED,
				  "section %zu begins at byte %" PRIu64
				  ", the file has %" PRIu64,
				  i, at, f->size);
	if (at != want)
		return eif_refuse(e, EIF_R_GAP,
				  "section %zu begins at byte %" PRIu64
				  ", the one before it ends at %" PRIu64,
				  i, at, want);
	return true;
}

bool
eif_check_type(const struct eif *f, size_t i, unsigned type, struct err *e)
{
	if (type == EIF_INVALID || type >= EIF_TYPES)
		return eif_refuse(e, EIF_R_SECTION_TYPE,
				  "section %zu has the unknown type %u", i,
				  type);
	for (size_t k = 0; k < i && type != EIF_RAMDISK; k++)
		if (f->section[k].type == type)
			return eif_refuse(e, EIF_R_DUPLICATE,
					  "sections %zu and %zu are both a %s",
					  k, i, eif_type_name(type));
	size_t r = eif_find(f, EIF_RAMDISK);
	if (r < i && type == EIF_KERNEL)
		return eif_refuse(e, EIF_R_SECTION_ORDER,
				  "a ramdisk (section %zu) comes before the"
				  " kernel",
				  r);
	return true;
}

/* The header in front of the data must say what the table says. */
static bool
read_section(const struct blob *b, struct eif *f, size_t i, struct notes *n,
	     struct err *e)
{
	struct eif_section *s = &f->section[i];
	uint8_t head[EIF_SECTION_HEADER];
	if (!blob_read(b, head, sizeof head, s->at, e))
		return false;
	struct reader r = rd_from(span_of(head, sizeof head));
	uint16_t type = rd_be16(&r);
	s->flags = rd_be16(&r);
	uint64_t size = rd_be64(&r);
	if (size != s->size)
		return eif_refuse(e, EIF_R_SECTION_SIZE,
				  "section %zu has %" PRIu64
				  " bytes by the table, %" PRIu64
				  " by its own header",
				  i, s->size, size);
	if (!eif_check_type(f, i, type, e))
		return false;
	s->type = (enum eif_type)type;
	if (size > f->size - s->at - EIF_SECTION_HEADER)
		return eif_refuse(e, EIF_R_TRUNCATED,
				  "the %s (section %zu, %" PRIu64
				  " bytes) ends behind the end of the file",
				  eif_type_name(s->type), i, size);
	if (s->flags)
		eif_warn(n, EIF_W_SECTION_FLAGS,
			 "the %s (section %zu) has flags 0x%04x",
			 eif_type_name(s->type), i, s->flags);
	return true;
}

bool
eif_check_whole(const struct eif *f, struct notes *n, struct err *e)
{
	const enum eif_type needed[] = { EIF_KERNEL, EIF_CMDLINE, EIF_RAMDISK };
	for (size_t i = 0; i < COUNT(needed); i++)
		if (eif_find(f, needed[i]) == f->n)
			return eif_refuse(e, EIF_R_MISSING,
					  "the image has no %s",
					  eif_type_name(needed[i]));
	size_t cmdline = eif_find(f, EIF_CMDLINE);
	if (cmdline < eif_find(f, EIF_KERNEL))
		eif_warn(n, EIF_W_ORDER,
			 "the command line comes before the kernel and is "
			 "measured before it");
	else if (cmdline > eif_find(f, EIF_RAMDISK))
		eif_warn(n, EIF_W_ORDER,
			 "the command line comes after a ramdisk and is "
			 "measured after it");
	for (size_t i = 0; i < f->n; i++)
		if (f->section[i].type == EIF_RAMDISK && !f->section[i].size)
			eif_warn(n, EIF_W_EMPTY_RAMDISK,
				 "the ramdisk (section %zu) is empty; QEMU does"
				 " not load it",
				 i);
	if (f->version == 4 && eif_find(f, EIF_METADATA) == f->n)
		eif_warn(n, EIF_W_NO_METADATA, "the image has no metadata");
	return true;
}

bool
eif_check_size(const struct eif *f, size_t i, struct err *e)
{
	const struct eif_section *s = &f->section[i];
	static const uint64_t most[EIF_TYPES] = {
		[EIF_SIGNATURE] = LIMIT_EIF_SIGNATURE,
		[EIF_METADATA] = LIMIT_EIF_METADATA,
	};
	if (most[s->type] && s->size > most[s->type])
		return eif_refuse(e, EIF_R_LIMIT,
				  "the %s has %" PRIu64
				  " bytes, at most %" PRIu64 " are allowed",
				  eif_type_name(s->type), s->size,
				  most[s->type]);
	if (s->size == 0 && s->type == EIF_KERNEL)
		return eif_refuse(e, EIF_R_EMPTY,
				  "the kernel (section %zu) is empty", i);
	return true;
}

bool
eif_open(const struct blob *b, struct eif *f, struct notes *n, struct err *e)
{
	*f = (struct eif){ 0 };
	if (!read_header(b, f, n, e) || !check_table_order(f, e))
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!check_place(f, i, e) || !read_section(b, f, i, n, e) ||
		    !eif_check_size(f, i, e))
			return false;
	if (end_of_previous(f, f->n) != f->size)
		return eif_refuse(e, EIF_R_TRAILING,
				  "%" PRIu64 " bytes follow the last section",
				  f->size - end_of_previous(f, f->n));
	return eif_check_whole(f, n, e);
}

size_t
eif_find(const struct eif *f, enum eif_type type)
{
	size_t i = 0;
	while (i < f->n && f->section[i].type != type)
		i++;
	return i;
}

struct blob
eif_data(const struct blob *b, const struct eif *f, size_t i)
{
	const struct eif_section *s = &f->section[i];
	return blob_part(b, s->at + EIF_SECTION_HEADER, s->size);
}

static bool
measure_all(const struct blob *b, const struct eif *f, struct measure *m,
	    const struct eif_measure_plan *plan, struct err *e)
{
	if (!measure_raw(m, span_of(f->header, EIF_HEADER), e))
		return false;
	for (size_t i = 0; i < f->n; i++) {
		uint8_t head[EIF_SECTION_HEADER];
		struct blob data = eif_data(b, f, i);
		struct measure_progress p = { plan->progress,
					      data.base - b->base, f->size };
		eif_put_section_header(&f->section[i], head);
		if (!measure_raw(m, span_of(head, sizeof head), e) ||
		    !measure_begin(m, f->section[i].type, e) ||
		    !measure_blob(m, &data, &p, e) || !measure_end(m, NULL, e))
			return false;
	}
	return true;
}

bool
eif_check_crc(const struct eif *f, uint32_t crc, struct err *e)
{
	if (crc == f->crc)
		return true;
	return eif_refuse(e, EIF_R_CRC,
			  "the checksum in the header is %08" PRIx32
			  ", that of the file %08" PRIx32,
			  f->crc, crc);
}

bool
eif_measure(const struct blob *b, const struct eif *f,
	    const struct eif_measure_plan *plan, struct arena *a,
	    struct measured *out, struct err *e)
{
	DEFER(measure_close) struct measure *m = NULL;
	struct measure_plan mp = { .sha256 = plan->sha256,
				   .single = plan->single };
	for (size_t i = 0; i < f->n; i++)
		mp.ramdisks += f->section[i].type == EIF_RAMDISK;
	if (!measure_open(&m, &mp, a, e) || !measure_all(b, f, m, plan, e) ||
	    !measure_finish(m, out, e))
		return false;
	return eif_check_crc(f, eif_crc(f, out->section), e);
}

uint32_t
eif_crc(const struct eif *f, const struct measured_section *s)
{
	uint32_t crc = crc32_of(0, span_of(f->header, EIF_CRC_AT));
	for (size_t i = 0; i < f->n; i++) {
		uint8_t head[EIF_SECTION_HEADER];
		eif_put_section_header(&f->section[i], head);
		crc = crc32_of(crc, span_of(head, sizeof head));
		crc = crc32_join(crc, s[i].crc, s[i].size);
	}
	return crc;
}

bool
eif_digest(const struct eif *f, const struct measured *m, struct hash *out,
	   struct err *e)
{
	uint8_t head[EIF_SECTIONS][EIF_SECTION_HEADER];
	struct span part[1 + 2 * EIF_SECTIONS];
	size_t n = 0;
	part[n++] = span_of(f->header, EIF_HEADER);
	for (size_t i = 0; i < f->n; i++) {
		eif_put_section_header(&f->section[i], head[i]);
		part[n++] = span_of(head[i], EIF_SECTION_HEADER);
		part[n++] = hash_span(&m->section[i].digest);
	}
	return digest_of(DIGEST_SHA384, part, n, out, e);
}

static uint8_t *
put_be(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = bytes; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
	return p + bytes;
}

void
eif_put_header(const struct eif *f, uint8_t out[EIF_HEADER])
{
	uint8_t *p = out;
	memset(out, 0, EIF_HEADER);
	memcpy(p, magic, sizeof magic);
	p = put_be(p + sizeof magic, f->version, 2);
	p = put_be(p, f->flags, 2);
	p = put_be(p, f->mem, 8);
	p = put_be(p, f->cpus, 8);
	p = put_be(p, f->reserved, 2);
	p = put_be(p, f->n, 2);
	ASSERT(p == out + EIF_TABLE_AT);
	for (size_t i = 0; i < f->n; i++) {
		put_be(p + 8 * i, f->section[i].at, 8);
		put_be(p + 8 * (EIF_SECTIONS + i), f->section[i].size, 8);
	}
	p = put_be(p + 16 * EIF_SECTIONS, f->unused, 4);
	put_be(p, f->crc, 4);
}

void
eif_put_section_header(const struct eif_section *s,
		       uint8_t out[EIF_SECTION_HEADER])
{
	uint8_t *p = put_be(out, s->type, 2);
	p = put_be(p, s->flags, 2);
	put_be(p, s->size, 8);
}
