#include "cli/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/line.h"
#include "codec/jwrite.h"

bool
result_wanted(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (strcmp(*argv, "--json") == 0)
			return true;
	return false;
}

bool
result_is_own(const struct cmd *c)
{
	struct cmd_rows rows = { .cmd = c };
	for (const struct opt *o; (o = cmd_rows_next(&rows));)
		if (strcmp(o->name, "json") == 0)
			return true;
	return false;
}

void
result_keep(struct cli *cli, struct kept *k)
{
	k->out = open_memstream(&k->text, &k->n);
	ASSERT(k->out);
	cli->out = k->out;
}

static void
print(struct buf *b, struct jw *w)
{
	struct err e = { 0 };
	jw_end(w);
	buf_u8(b, '\n');
	if (jw_ok(w, &e))
		fwrite(b->p, 1, b->n, stdout);
}

void
result_put(struct cli *cli, struct kept *k, const char *verb, int status)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(buf_free) struct buf b = buf_max(64 * MIB);
	struct err e = { 0 };
	struct jw w = jw_into(&b, 0);
	fflush(k->out);
	struct span text = span_of(k->text, k->n);
	cli->out = stdout;
	jw_map(&w, NULL);
	jw_str(&w, "schema", "veraclave-result/1");
	jw_str(&w, "verb", verb);
	jw_int(&w, "exit_status", status);
	if (text.n && text.p[0] == '{' && json_parse(text, &j, &e))
		jw_json(&w, "result", j);
	else if (text.n)
		jw_text(&w, "text", text);
	print(&b, &w);
}

void
result_drop(struct kept *k)
{
	if (k->out)
		fclose(k->out);
	free(k->text);
	*k = (struct kept){ 0 };
}

void
result_error(const struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 0);
	jw_map(&w, NULL);
	jw_str(&w, "schema", "veraclave-error/1");
	jw_int(&w, "exit_status", err_exit_status(e->code));
	jw_str(&w, "code", e->id);
	jw_str(&w, "message", e->msg);
	jw_str(&w, "hint", e->hint[0] ? e->hint : NULL);
	print(&b, &w);
}
