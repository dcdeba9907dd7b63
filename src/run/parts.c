#include "run/parts.h"

#include "base/fmt.h"
#include "eif/eif.h"
#include "sys/fs.h"
#include "sys/window.h"

/* Appends a section's data to a file. */
static bool
append(struct blob data, int fd, struct arena *a, struct err *e)
{
	uint8_t *piece = NEW(a, uint8_t, 1 * MIB);
	if (!piece)
		return err_full(e, "the image's parts");
	for (uint64_t at = 0; at < data.size;) {
		size_t got;
		if (!blob_read_some(&data, piece, 1 * MIB, at, &got, e) ||
		    !fs_write(fd, span_of(piece, got), e))
			return false;
		if (got == 0)
			return err_set(e, ERR_INPUT, "the image ends early");
		at += got;
	}
	return true;
}

/* Writes all sections of a type into one file of the directory. */
static bool
extract(const struct blob *b, const struct eif *eif, enum eif_type type,
	const char *path, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { 0 };
	DEFER(out_abort) struct out o = OUT_NONE;
	if (!path)
		return err_full(e, "the image's parts");
	if (!out_open(&o, path, 0600, e))
		return false;
	for (size_t i = 0; i < eif->n; i++)
		if (eif->section[i].type == type &&
		    !append(eif_data(b, eif, i), o.fd, &scratch, e))
			return false;
	return out_commit(&o, e);
}

static bool
read_cmdline(const struct blob *b, const struct eif *eif, struct arena *a,
	     const char **out, struct err *e)
{
	size_t i = eif_find(eif, EIF_CMDLINE);
	struct blob data = eif_data(b, eif, i);
	if (data.size > LIMIT_CMDLINE)
		return err_set(e, ERR_LIMIT, "the command line is too long");
	uint8_t *p = NEW(a, uint8_t, (size_t)data.size + 1);
	if (!p)
		return err_full(e, "the command line");
	if (!blob_read(&data, p, (size_t)data.size, 0, e))
		return false;
	*out = arena_cstr(a, span_of(p, (size_t)data.size));
	return *out ||
	       err_set(e, ERR_INPUT, "the command line holds a NUL byte");
}

/* An image that was opened and checked. */
struct image {
	int fd;
	struct window window;
	struct blob blob;
	struct eif eif;
};

static void
image_close(struct image *m)
{
	fd_closep(&m->fd);
}

static bool
image_open(const char *path, struct image *m, struct arena *a, struct err *e)
{
	struct notes notes = { .arena = a };
	if (!fs_open(path, &m->fd, e) || !fs_size(m->fd, &m->window.size, e))
		return false;
	m->window.fd = m->fd;
	m->blob = window_blob(&m->window);
	return eif_open(&m->blob, &m->eif, &notes, e) ||
	       err_ctx(e, "%s", show_str(path).s);
}

bool
parts_check(const char *path, struct arena *a, struct err *e)
{
	DEFER(image_close) struct image m = { .fd = -1 };
	return image_open(path, &m, a, e);
}

bool
parts_write(const char *path, const char *dir, struct arena *a,
	    struct parts *out, struct err *e)
{
	DEFER(image_close) struct image m = { .fd = -1 };
	if (!image_open(path, &m, a, e))
		return false;
	out->kernel = arena_fmt(a, "%s/kernel", dir);
	out->initrd = arena_fmt(a, "%s/initrd", dir);
	return extract(&m.blob, &m.eif, EIF_KERNEL, out->kernel, e) &&
	       extract(&m.blob, &m.eif, EIF_RAMDISK, out->initrd, e) &&
	       read_cmdline(&m.blob, &m.eif, a, &out->cmdline, e);
}
