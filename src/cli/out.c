/* Notes and output of verbs: see cli/cmd.h. */
#include "cli/cmd.h"

#include <errno.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/bar.h"
#include "sys/env.h"
#include "sys/fs.h"

enum { PUT_MAX = 64 * 1024 };

static void
put(FILE *f, const struct buf *b)
{
	fwrite(b->p, 1, b->n, f);
}

void
cli_put_text(FILE *f, struct span text)
{
	DEFER(buf_free) struct buf b = buf_max(PUT_MAX);
	buf_seen(&b, text);
	put(f, &b);
}

void
cli_put_name(FILE *f, const char *name)
{
	DEFER(buf_free) struct buf b = buf_max(PUT_MAX);
	buf_show(&b, span_str(name));
	put(f, &b);
}

void
cli_notes(const struct cli *cli, const struct notes *n)
{
	static const char *const word[] = {
		[NOTE_INFO] = "note",
		[NOTE_WARN] = "warning",
	};
	bar_done(cli->bar);
	for (const struct note *x = n->first; x && !cli->quiet; x = x->next) {
		fprintf(stderr, "%s: ", word[x->kind]);
		cli_put_text(stderr, span_str(x->text));
		fprintf(stderr, " [%s]\n", x->id);
	}
}

bool
cli_tells(const struct cli *cli)
{
	return !cli->quiet || cli->json;
}

bool
cli_bytes(const struct cli *cli, const char *option, struct err *e)
{
	if (cli->json) {
		err_set(e, ERR_USAGE,
			"bytes and JSON cannot both go to standard output");
		return err_hint(e, "give %s, or leave out --json", option);
	}
	if (sys_is_terminal(1)) {
		err_set(e, ERR_USAGE, "not writing bytes to a terminal");
		return err_hint(e, "give %s, or pipe the output to a program",
				option);
	}
	return true;
}

bool
cli_output(const char *path, struct err *e)
{
	if (!*path) {
		err_set(e, ERR_USAGE, "the output has no name");
		return err_hint(e, "give a file name with --output");
	}
	if (strcmp(path, "-") == 0) {
		err_set(e, ERR_USAGE,
			"this output cannot go to standard output, where the "
			"measurements are printed");
		return err_hint(e, "name a file; ./- is a file named -");
	}
	enum fs_kind kind = fs_kind(path);
	if (kind == FS_DIR) {
		err_set(e, ERR_USAGE, "%s is a directory", show_str(path).s);
		return err_hint(e, "name the file to write in it");
	}
	if (kind == FS_OTHER) {
		err_set(e, ERR_USAGE, "%s is not a regular file",
			show_str(path).s);
		return err_hint(e, "name a file: it is not written from its "
				   "beginning to its end");
	}
	return true;
}

bool
cli_flush(const struct cli *cli, struct err *e)
{
	if (fflush(cli->out) == 0 && !ferror(cli->out))
		return true;
	return err_sys(e, errno, "cannot write the result");
}
