/* What verbs say besides their result: see cli/cmd.h. */
#include "cli/cmd.h"

#include <errno.h>

#include "cli/bar.h"

void
cli_notes(const struct cli *cli, const struct notes *n)
{
	static const char *const word[] = {
		[NOTE_INFO] = "note",
		[NOTE_WARN] = "warning",
	};
	bar_done(cli->bar);
	for (const struct note *x = n->first; x && !cli->quiet; x = x->next)
		fprintf(stderr, "%s: %s [%s]\n", word[x->kind], x->text, x->id);
}

bool
cli_flush(const struct cli *cli, struct err *e)
{
	if (fflush(cli->out) == 0 && !ferror(cli->out))
		return true;
	return err_sys(e, errno, "cannot write the result");
}
