/*
 * A test's window into the TOML reader: for each file named on the command
 * line one line of JSON, {"ok":VALUE} or {"error":SENTENCE}. A value that is
 * no table and no array is written as {"KIND":"TEXT"}.
 */
#include "codec/toml.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static void
string(struct span s)
{
	putchar('"');
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
moment(const struct toml_time *t)
{
	fputs("{\"time\":\"", stdout);
	if (t->has_date)
		printf("%04u-%02u-%02u", t->year, t->month, t->day);
	if (t->has_date && t->has_time)
		putchar('T');
	if (t->has_time)
		printf("%02u:%02u:%02u.%09u", t->hour, t->minute, t->second,
		       t->nanosecond);
	if (t->has_offset)
		printf("%+d", t->offset);
	fputs("\"}", stdout);
}

static void
leaf(const struct toml *v)
{
	if (v->kind == TOML_STRING)
		string(v->text);
	else if (v->kind == TOML_INTEGER)
		printf("{\"integer\":\"%" PRId64 "\"}", v->integer);
	else if (v->kind == TOML_FLOAT)
		printf("{\"float\":\"%.17g\"}", v->real);
	else if (v->kind == TOML_BOOL)
		fputs(v->truth ? "true" : "false", stdout);
	else
		moment(&v->time);
}

static bool
is_branch(const struct toml *v)
{
	return v->kind == TOML_TABLE || v->kind == TOML_ARRAY;
}

static void
bracket(const struct toml *v, char table, char array)
{
	if (is_branch(v))
		putchar(v->kind == TOML_TABLE ? table : array);
}

/* Depth first, with the way back on a stack. */
static void
tree(const struct toml *root)
{
	const struct toml *up[LIMIT_TOML_DEPTH + 2] = { NULL };
	size_t n = 0;
	const struct toml *v = root;
	while (v) {
		if (n && up[n - 1]->kind == TOML_TABLE) {
			string(v->key);
			putchar(':');
		}
		bracket(v, '{', '[');
		if (!is_branch(v))
			leaf(v);
		if (is_branch(v) && v->first) {
			up[n++] = v;
			v = v->first;
			continue;
		}
		bracket(v, '}', ']');
		while (n && v != root && !v->next) {
			v = up[--n];
			bracket(v, '}', ']');
		}
		if (v != root)
			putchar(',');
		v = v == root ? NULL : v->next;
	}
}

static bool
load(const char *path, struct arena *a, struct span *text)
{
	FILE *f = fopen(path, "rb");
	char *p = NEW(a, char, LIMIT_CONFIG + 1);
	if (!f || !p) {
		perror(path);
		return false;
	}
	*text = span_of(p, fread(p, 1, LIMIT_CONFIG + 1, f));
	fclose(f);
	return true;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct span text;
		struct toml *root;
		if (!load(argv[i], &a, &text))
			return 4;
		if (toml_parse(text, &a, &root, &e)) {
			fputs("{\"ok\":", stdout);
			tree(root);
		} else {
			fputs("{\"error\":", stdout);
			string(span_str(e.msg));
		}
		puts("}");
		arena_finish(&a);
	}
	return 0;
}
