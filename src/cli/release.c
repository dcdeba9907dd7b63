#include "cli/release.h"

#include "base/fmt.h"
#include "sys/fs.h"

enum { FILE_MAX = 64 * 1024 };

bool
release_file(const char *path, const char *fallback, struct arena *a,
	     struct release *out, struct err *e)
{
	struct span text;
	return fs_read(path, FILE_MAX, a, &text, e) &&
	       (release_parse(text, fallback, a, out, e) ||
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
		"%s has PCR8 alone, which every image of that"
		" signer has",
		show_str(path).s);
	return err_hint(e, "give the build's pcrs.json");
}
