#include "verbs/beside.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/record.h"
#include "sys/fs.h"

void
warn_stale_record(const char *image, const struct hash *digest, struct arena *a,
		  struct notes *n)
{
	struct span text;
	struct err why = { 0 };
	bool fits;
	const char *path = record_path(image, a);
	if (!path || fs_kind(path) != FS_FILE ||
	    !fs_read(path, LIMIT_JSON, a, &text, &why) ||
	    !record_is_of(text, digest, &fits, &why) || fits)
		return;
	note_warn(n, "record-stale",
		  "%s is not of this image but of another that was here: do not"
		  " publish it; build or sign again to have a new one",
		  show_str(path).s);
}
