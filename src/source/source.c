#include "source/source.h"

#include <string.h>

#include "base/fmt.h"
#include "source/kinds.h"
#include "source/local.h"
#include "source/oci.h"

static bool
open_dir(const struct source *s, const struct source_options *o, void *self,
	 struct image *m, struct err *e)
{
	(void)o, (void)self;
	return source_dir_read(s->where, m, e);
}

static bool
open_tar(const struct source *s, const struct source_options *o, void *self,
	 struct image *m, struct err *e)
{
	(void)o, (void)self;
	return source_tar_read(&s->window, m, e) ||
	       err_ctx(e, "%s", show_str(s->where).s);
}

static bool
wanted(const struct source *s, const struct source_options *o,
       struct oci_wanted *w, struct err *e)
{
	*w = (struct oci_wanted){ .name = s->name };
	return platform_from_machine(o->arch, &w->platform, e);
}

static bool
open_layout(const struct source *s, const struct source_options *o, void *self,
	    struct image *m, struct err *e)
{
	struct oci_wanted w;
	(void)self;
	return wanted(s, o, &w, e) && oci_layout_read(s->where, &w, m, e);
}

static bool
open_docker_dir(const struct source *s, const struct source_options *o,
		void *self, struct image *m, struct err *e)
{
	struct oci_wanted w;
	(void)self;
	return wanted(s, o, &w, e) && docker_dir_read(s->where, &w, m, e);
}

static bool
open_oci_archive(const struct source *s, const struct source_options *o,
		 void *self, struct image *m, struct err *e)
{
	struct oci_wanted w;
	(void)self;
	return wanted(s, o, &w, e) && (oci_archive_read(&s->window, &w, m, e) ||
				       err_ctx(e, "%s", show_str(s->where).s));
}

static bool
open_docker_archive(const struct source *s, const struct source_options *o,
		    void *self, struct image *m, struct err *e)
{
	struct oci_wanted w;
	(void)self;
	return wanted(s, o, &w, e) &&
	       (docker_archive_read(&s->window, &w, m, e) ||
		err_ctx(e, "%s", show_str(s->where).s));
}

static const struct source_opener openers[] = {
	{ SOURCE_DIR, open_dir, NULL },
	{ SOURCE_TAR, open_tar, NULL },
	{ SOURCE_OCI, open_layout, NULL },
	{ SOURCE_OCI_ARCHIVE, open_oci_archive, NULL },
	{ SOURCE_DOCKER_ARCHIVE, open_docker_archive, NULL },
	{ SOURCE_DOCKER_DIR, open_docker_dir, NULL },
};

static const struct source_opener *
find(const struct source_opener *v, size_t n, enum source_kind k)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].kind == k)
			return &v[i];
	return NULL;
}

bool
image_open(const struct source_options *o, struct image *m, struct err *e)
{
	struct source s;
	if (!source_look(o, m, &s, e))
		return false;
	const struct source_opener *by = find(o->more, o->more_count, s.kind);
	if (!by)
		by = find(openers, COUNT(openers), s.kind);
	if (by)
		return by->open(&s, o, by->self, m, e);
	err_set(e, ERR_USAGE, "a source of the kind %s cannot be used here",
		source_kind_name(s.kind));
	err_hint(e, "make a directory, a tar or an OCI layout of it first");
	return err_id(e, "source-kind");
}
