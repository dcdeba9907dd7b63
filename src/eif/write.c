#include "eif/write.h"

#include <string.h>

#include "codec/crc32.h"
#include "eif/content.h"
#include "eif/follow.h"
#include "sys/fs.h"

/* What AWS's builder writes; hints that nobody reads. */
#define DEFAULT_MEM  GIB
#define DEFAULT_CPUS 2

enum { COPY = 256 * 1024 };

static struct eif_section *
current(struct eif_writer *w)
{
	return &w->eif.section[w->eif.n];
}

static bool
put_at(const struct eif_writer *w, struct span s, uint64_t at, struct err *e)
{
	return fs_pwrite(w->fd, s, at, e) || err_ctx(e, "writing the image");
}

void
eif_writer_init(struct eif_writer *w, int fd, const struct eif *like)
{
	*w = (struct eif_writer){
		.fd = fd,
		.at = EIF_HEADER,
		.eif = { .version = like->version,
			 .flags = like->flags,
			 .reserved = like->reserved,
			 .mem = like->mem,
			 .cpus = like->cpus,
			 .unused = like->unused },
	};
}

bool
eif_writer_begin(struct eif_writer *w, enum eif_type type, uint16_t flags,
		 struct err *e)
{
	ASSERT(!w->open);
	if (w->eif.n == EIF_SECTIONS)
		return eif_refuse(e, EIF_R_SECTION_COUNT,
				  "more than %d sections", EIF_SECTIONS);
	if (!eif_check_type(&w->eif, w->eif.n, type, e))
		return false;
	*current(w) = (struct eif_section){ .type = type,
					    .flags = flags,
					    .at = w->at };
	w->at += EIF_SECTION_HEADER;
	w->done[w->eif.n] = (struct measured_section){ 0 };
	w->open = true;
	return true;
}

/* What every reader would refuse is what was written no more. */
static bool
changed(struct err *e)
{
	if (e->code != ERR_INPUT)
		return false;
	err_set(e, ERR_SYS, "the image is not what was written to it");
	return err_hint(e, "see who else writes to it, and whether the disk "
			   "is sound");
}

bool
eif_writer_put(struct eif_writer *w, struct span s, struct err *e)
{
	struct measured_section *now = &w->done[w->eif.n];
	ASSERT(w->open);
	if (w->trail ? !trail_put(w->trail, s, w->at, e)
		     : !put_at(w, s, w->at, e))
		return false;
	now->crc = crc32_of(now->crc, s);
	now->size += s.n;
	w->at += s.n;
	return !w->follow || eif_follow(w->follow, w, e) || changed(e);
}

static bool
sink_put(void *self, struct span s, struct err *e)
{
	return eif_writer_put(self, s, e);
}

struct sink
eif_writer_sink(struct eif_writer *w)
{
	return (struct sink){ sink_put, w };
}

bool
eif_writer_end(struct eif_writer *w, struct err *e)
{
	uint8_t head[EIF_SECTION_HEADER];
	struct eif_section *s = current(w);
	ASSERT(w->open);
	s->size = w->done[w->eif.n].size;
	if (!eif_check_size(&w->eif, w->eif.n, e))
		return false;
	eif_put_section_header(s, head);
	w->eif.n++;
	w->open = false;
	return put_at(w, span_of(head, sizeof head), s->at, e);
}

bool
eif_writer_span(struct eif_writer *w, enum eif_type type, struct span s,
		struct err *e)
{
	return eif_writer_begin(w, type, 0, e) && eif_writer_put(w, s, e) &&
	       eif_writer_end(w, e);
}

bool
eif_writer_blob(struct eif_writer *w, enum eif_type type, uint16_t flags,
		const struct blob *b, struct err *e)
{
	static _Thread_local uint8_t block[COPY];
	if (!eif_writer_begin(w, type, flags, e))
		return false;
	for (uint64_t at = 0; at < b->size;) {
		uint64_t left = b->size - at;
		size_t n = left < COPY ? (size_t)left : COPY;
		if (!blob_read(b, block, n, at, e) ||
		    !eif_writer_put(w, span_of(block, n), e))
			return false;
		at += n;
	}
	return eif_writer_end(w, e);
}

bool
eif_writer_finish(struct eif_writer *w, struct err *e)
{
	struct eif *f = &w->eif;
	ASSERT(!w->open);
	if (!eif_check_whole(f, NULL, e))
		return false;
	if (w->trail && !trail_finish(w->trail, e))
		return err_ctx(e, "writing the image");
	w->trail = NULL;
	f->size = w->at;
	f->crc = 0;
	eif_put_header(f, f->header);
	f->crc = eif_crc(f, w->done);
	eif_put_header(f, f->header);
	return put_at(w, span_of(f->header, EIF_HEADER), 0, e);
}

bool
eif_writer_measure(const struct eif_writer *w,
		   const struct eif_measure_plan *plan, struct arena *a,
		   struct measured *out, struct err *e)
{
	struct blob b;
	struct eif f;
	if (!fs_blob(w->fd, &b, e))
		return false;
	if (!eif_open(&b, &f, NULL, e))
		return changed(e);
	if (memcmp(f.header, w->eif.header, EIF_HEADER) != 0) {
		err_set(e, ERR_INPUT, "another header");
		return changed(e);
	}
	return (w->follow ? eif_follow_finish(w->follow, w, &f, plan, out, e)
			  : eif_measure(&b, &f, plan, a, out, e)) ||
	       changed(e);
}

bool
eif1_meta(struct eif1 *r, int64_t epoch, struct arena *a, struct err *e)
{
	struct kimage k;
	const char *when = eif_meta_time(epoch, a);
	if (!kimage_look(r->kernel, a, &k, e))
		return false;
	if (!when)
		return err_full(e, "the metadata");
	r->meta.build_time = span_str(when);
	r->meta.build_tool = SPAN("veraclave");
	r->meta.build_tool_version = SPAN(VERACLAVE_VERSION);
	r->meta.os = SPAN("Linux");
	r->meta.kernel_version = k.version.n ? k.version : SPAN("unknown");
	return true;
}

static bool
check_boot(const struct eif1 *r, uint16_t flags, struct arena *a, struct err *e)
{
	struct kimage k;
	if (!kimage_look(r->kernel, a, &k, e))
		return false;
	const char *misfit = kimage_misfit(&k, flags);
	if (misfit) {
		err_set(e, ERR_INPUT, "the kernel %s", misfit);
		err_id(e, eif_rules[EIF_W_KERNEL].id);
		return err_hint(e, "give a bzImage for x86_64 or an "
				   "uncompressed Image for aarch64, and the "
				   "right --arch");
	}
	return cmdline_check(r->cmdline, e);
}

static uint16_t
flags_of(const struct eif1 *r)
{
	return r->arm64 ? EIF_FLAG_ARM64 : 0;
}

bool
eif1_check(const struct eif1 *r, struct arena *a, struct err *e)
{
	DEFER(buf_free) struct buf meta = buf_max(LIMIT_EIF_METADATA);
	return check_boot(r, flags_of(r), a, e) &&
	       eif_meta_write(&r->meta, &meta, e);
}

bool
eif1_begin(struct eif_writer *w, int fd, const struct eif1 *r, struct arena *a,
	   struct err *e)
{
	DEFER(buf_free) struct buf meta = buf_max(LIMIT_EIF_METADATA);
	struct eif like = {
		.version = 4,
		.flags = flags_of(r),
		.mem = r->mem ? r->mem : DEFAULT_MEM,
		.cpus = r->cpus ? r->cpus : DEFAULT_CPUS,
	};
	eif_writer_init(w, fd, &like);
	return check_boot(r, like.flags, a, e) &&
	       eif_meta_write(&r->meta, &meta, e) &&
	       eif_writer_blob(w, EIF_KERNEL, 0, r->kernel, e) &&
	       eif_writer_span(w, EIF_CMDLINE, r->cmdline, e) &&
	       eif_writer_span(w, EIF_METADATA, buf_view(&meta), e);
}
