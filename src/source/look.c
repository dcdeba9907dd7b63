/* Finds the kind of a source: see source/source.h. */
#include <string.h>

#include "base/fmt.h"
#include "codec/tarview.h"
#include "source/local.h"
#include "source/oci.h"
#include "source/rows.h"
#include "oci/spool.h"
#include "sys/fs.h"

enum { HEAD = 512 };

static bool
is_stdin(const struct source *s)
{
	return strcmp(s->where, "-") == 0;
}

/* Returns NULL if the kind is not known yet. */
static const struct source_row *
row_of(const struct source *s)
{
	return s->kind == SOURCE_ANY ? NULL : source_row(s->kind);
}

/* Splits PATH:NAME if PATH exists and the whole does not. */
static bool
split_name(struct source *s, struct arena *a, struct err *e)
{
	struct span all = span_str(s->where);
	if (fs_kind(s->where) != FS_NONE)
		return true;
	for (size_t i = 0; i < all.n; i++) {
		if (all.p[i] != ':')
			continue;
		const char *path = arena_cstr(a, span_sub(all, 0, i));
		if (!path)
			return err_full(e, "a path");
		if (fs_kind(path) == FS_NONE)
			continue;
		s->where = path;
		s->name = span_from(all, i + 1);
		break;
	}
	return true;
}

/* "podman:x" is more likely a kind of source than a file. */
static bool
unknown_prefix(const struct source *s, struct err *e)
{
	struct span all = span_str(s->where);
	size_t at = span_find(all, ':');
	if (at == all.n || span_find(all, '/') < at)
		return false;
	return err_hint(e,
			"%s: is not a kind of source; \"veraclave help build\" "
			"lists the kinds, and docker:// in front means an "
			"image in a registry",
			show(span_sub(all, 0, at)).s);
}

static bool
open_path(const struct source *s, int *fd, struct err *e)
{
	if (fs_open(s->where, fd, e))
		return true;
	return e->code == ERR_NOTFOUND && s->kind == SOURCE_ANY &&
	       unknown_prefix(s, e);
}

static bool
is_directory(const struct source *s, struct err *e)
{
	err_set(e, ERR_USAGE, "%s is a directory, not an archive",
		show_str(s->where).s);
	return err_hint(e,
			"dir: reads a directory as a root file system, oci: as "
			"an image layout, docker-dir: as a copy by skopeo");
}

/* Opens the bytes of the path, so that they can be read at any offset. */
static bool
open_file(struct source *s, struct image *m, struct err *e)
{
	int fd = -1;
	if (is_stdin(s))
		return spool_stream(m, 0, &s->window, e) ||
		       err_ctx(e, "reading standard input");
	bool plain = fs_kind(s->where) == FS_FILE;
	if (fs_kind(s->where) == FS_DIR)
		return is_directory(s, e);
	if (!open_path(s, &fd, e) || !image_keep_fd(m, fd, e))
		return false;
	s->window = (struct window){ .fd = fd };
	return plain ? fs_size(fd, &s->window.size, e)
		     : spool_stream(m, fd, &s->window, e);
}

static bool
open_tar(struct source *s, struct image *m, struct err *e)
{
	struct span none = { 0 };
	struct window packed;
	uint8_t head[HEAD];
	size_t got;
	if (!open_file(s, m, e))
		return false;
	packed = s->window;
	if (!spool_unpack(m, &packed, none, none, &s->window, e))
		return err_ctx(e, "%s", show_str(s->where).s);
	struct blob b = window_blob(&s->window);
	if (!blob_read_some(&b, head, HEAD, 0, &got, e))
		return false;
	if (tar_guess(span_of(head, got)))
		return true;
	err_set(e, ERR_INPUT, "%s is not a tar archive",
		is_stdin(s) ? "standard input" : show_str(s->where).s);
	if (span_starts(span_of(head, got), SPAN(".eif")))
		err_hint(e, "it is already an enclave image: \"veraclave "
			    "describe\" shows its content");
	else
		err_hint(e, "give an image, a root file system or a "
			    "Dockerfile");
	return err_id(e, "source-unknown");
}

/* Collects signs from the names at the top of the archive. An archive of an
 * image never has the directories of a root file system, so the first of these
 * decides. */
static bool
tar_signs(struct source *s, unsigned *signs, struct err *e)
{
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct blob b = window_blob(&s->window);
	struct tar_entry x;
	bool more = true;
	if (!tar_init(&v, &b, NULL, e))
		return false;
	while (more && *signs != SIGN_ROOTFS) {
		if (!tar_next(&v, &x, &more, e))
			return err_ctx(e, "%s", show_str(s->where).s);
		if (!more)
			break;
		struct span rest = x.name;
		while (span_starts(rest, SPAN("./")))
			rest = span_from(rest, 2);
		struct span first = span_cut(&rest, '/');
		*signs |= source_tar_sign(first, rest.n || x.type != TAR_FILE);
	}
	return true;
}

/* Finds the kind of a directory. */
static bool
peek_dir(struct source *s, struct arena *a, struct err *e)
{
	unsigned signs;
	if (!source_dir_signs(s->where, a, &signs, e))
		return false;
	s->kind = source_of_dir(signs, s->where, e);
	return s->kind != SOURCE_ANY ||
	       (e->code == OK && !source_is_part(signs, s->where, e));
}

static bool
look_dir(struct source *s, bool named, struct image *m, struct err *e)
{
	if (!peek_dir(s, m->arena, e) || s->kind != SOURCE_ANY)
		return s->kind != SOURCE_ANY;
	s->kind = SOURCE_DIR;
	if (named)
		return true;
	note_warn(m->notes, "source-bare",
		  "%s is read as a root file system, though it has no "
		  "etc/passwd, usr/bin, usr/lib or proc; dir: in front "
		  "confirms that it is one",
		  show_str(s->where).s);
	return true;
}

/* Finds the kind of a file by its name. */
static bool
named_kind(struct source *s)
{
	for (enum source_kind k = SOURCE_ANY + 1; k < SOURCE_KINDS; k++) {
		const struct source_row *r = source_row(k);
		if (r->is_file && r->is_file(s->where)) {
			s->kind = k;
			return true;
		}
	}
	return false;
}

/* Reads an archive that is both a layout and of docker save. */
static bool
look_both(struct source *s, unsigned signs, struct image *m, struct err *e)
{
	const char *why = NULL;
	if (s->kind != SOURCE_OCI_ARCHIVE || !(signs & SIGN_MANIFEST))
		return true;
	if (!docker_archive_is_better(&s->window, m, &why, e))
		return err_ctx(e, "%s", show_str(s->where).s);
	if (!why)
		return true;
	s->kind = SOURCE_DOCKER_ARCHIVE;
	note_info(m->notes, "source-docker-save",
		  "%s is read as docker-archive:, by its manifest.json; in its "
		  "OCI layout, %s, as docker 25.0 wrote some",
		  show_str(s->where).s, why);
	return true;
}

static bool
look_file(struct source *s, struct image *m, struct err *e)
{
	unsigned signs = 0;
	if (fs_kind(s->where) == FS_FILE && named_kind(s))
		return true;
	if (!open_tar(s, m, e) || !tar_signs(s, &signs, e))
		return false;
	s->kind = source_of_tar(signs, s->where, e);
	return s->kind != SOURCE_ANY && look_both(s, signs, m, e);
}

static bool
look(struct source *s, bool rootfs, struct image *m, struct err *e)
{
	if (!is_stdin(s) && !split_name(s, m->arena, e))
		return false;
	return fs_kind(s->where) == FS_DIR ? look_dir(s, rootfs, m, e)
					   : look_file(s, m, e);
}

/* Accepts oci: for a layout in a tar also. */
static void
layout_in_tar(struct source *s)
{
	if (s->kind == SOURCE_OCI && fs_kind(s->where) == FS_FILE)
		s->kind = SOURCE_OCI_ARCHIVE;
}

static bool
forced(struct source *s, struct image *m, struct err *e)
{
	if (source_row(s->kind)->named && !split_name(s, m->arena, e))
		return false;
	layout_in_tar(s);
	return !source_row(s->kind)->tar || open_tar(s, m, e);
}

/* Applies the prefix and splits off what follows it. */
static bool
parse(const struct source_options *o, struct source *out, struct err *e)
{
	const struct source_row *r = source_prefix(o->from);
	*out = (struct source){ .kind = o->kind, .where = o->from };
	e->code = OK;
	if (r && o->kind == SOURCE_ANY)
		out->kind = r->kind;
	if (r && out->kind == r->kind)
		out->where = o->from + strlen(r->prefix);
	if (*out->where)
		return true;
	err_set(e, ERR_USAGE, "the source has no name");
	return err_id(e, "source-unknown");
}

/* Checks that a path exists and is of a kind that may be forced. */
static bool
fits(struct source *s, enum fs_kind is, struct arena *a, struct err *e)
{
	if (is == FS_DIR && s->kind == SOURCE_ANY)
		return peek_dir(s, a, e);
	if (is == FS_DIR)
		return !source_row(s->kind)->tar || is_directory(s, e);
	if (is == FS_FILE && s->kind == SOURCE_ANY)
		IGNORE(named_kind(s));
	layout_in_tar(s);
	return s->kind != SOURCE_DIR || source_dir_is(s->where, e);
}

static bool
missing(const struct source *s, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	const struct source_row *r = row_of(s);
	return r && r->missing ? r->missing(s->where, e) : open_path(s, &fd, e);
}

bool
source_there(const struct source_options *o, struct arena *a,
	     struct source *out, struct err *e)
{
	if (!parse(o, out, e))
		return false;
	const struct source_row *r = row_of(out);
	if ((r && r->no_path) || is_stdin(out))
		return true;
	if ((!r || r->named) && !split_name(out, a, e))
		return false;
	enum fs_kind is = fs_kind(out->where);
	return is == FS_NONE ? missing(out, e) : fits(out, is, a, e);
}

bool
source_ready(const struct source *s, const struct source_options *o,
	     struct arena *a, struct err *e)
{
	const struct source_row *r = row_of(s);
	return !r || !r->ready || r->ready(s, o, a, e);
}

bool
source_claims(const struct source *s, const struct source_options *o,
	      struct claims *c, struct err *e)
{
	static const char what[] = "the source";
	const struct source_row *r = row_of(s);
	if (r && r->claim)
		return r->claim(s, o, c, e);
	if (r && r->no_path)
		return true;
	return !is_stdin(s) && fs_kind(s->where) == FS_DIR
		       ? claim_tree(c, what, s->where, e)
		       : claim_input(c, what, s->where, e);
}

bool
source_look(const struct source_options *o, struct image *m, struct source *out,
	    struct err *e)
{
	if (!parse(o, out, e))
		return false;
	return out->kind == SOURCE_ANY ? look(out, o->rootfs, m, e)
				       : forced(out, m, e);
}

bool
source_open(const struct source_options *o, struct image *m, struct source *out,
	    struct err *e)
{
	return source_look(o, m, out, e) &&
	       source_row(out->kind)->open(out, o, m, e);
}
