#include "verbs/release.h"

#include "base/fmt.h"
#include "sys/fs.h"

enum { FILE_MAX = 64 * 1024, EIF_MAGIC_SIZE = 4 };

bool
no_image(const char *path, const char *what, const char *hint, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct err none = { 0 };
	uint8_t head[EIF_MAGIC_SIZE];
	size_t n = 0;
	if (fs_kind(path) != FS_FILE || !fs_open(path, &fd, &none) ||
	    !fs_read_some(fd, head, sizeof head, &n, &none) ||
	    !span_eq(span_of(head, n), SPAN(".eif")))
		return true;
	err_set(e, ERR_USAGE, "%s is an enclave image; %s is expected",
		show_str(path).s, what);
	return err_hint(e, "%s", hint);
}

bool
environment_read(const char *path, struct arena *a, struct span *out,
		 struct err *e)
{
	if (fs_read(path, ENVIRONMENT_TEXT_MAX, a, out, e))
		return true;
	if (e->code == ERR_NOTFOUND)
		err_hint(e, "there is no such environment here: \"veraclave "
			    "pcrs list\" shows those that are, \"veraclave "
			    "pcrs add\" makes one");
	return false;
}

/* Fails: the file is not JSON. */
static bool
what_else(struct err *e)
{
	if (e->hint[0] || e->code != ERR_INPUT)
		return false;
	return err_hint(e, "give the build's pcrs.json, or what nitro-cli "
			   "printed for the image");
}

bool
release_file(const char *path, const char *fallback, struct arena *a,
	     struct release *out, struct err *e)
{
	struct span text;
	return no_image(path, "the record of one",
			"build and sign-eif write it beside the image: "
			"NAME.pcrs.json",
			e) &&
	       fs_read(path, FILE_MAX, a, &text, e) &&
	       (release_parse(text, fallback, a, out, e) || what_else(e) ||
		err_ctx(e, "%s", show_str(path).s));
}

bool
release_image(const char *path, const char *fallback, struct arena *a,
	      struct release *out, struct err *e)
{
	if (!release_file(path, fallback, a, out, e))
		return false;
	if ((out->pcrs.mask & 7) == 7)
		return true;
	err_set(e, ERR_INPUT,
		"%s contains only PCR8, which all images of that"
		" signer share",
		show_str(path).s);
	return err_hint(e, "give the build's pcrs.json");
}
