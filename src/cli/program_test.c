#include "base/test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/store_kit.h"

enum { WORDS = 10, PRINTED = 8000 };

/* One of our two outputs, led to a file for a while. */
struct caught {
	FILE *f;
	int fd, kept, file;
};

static struct caught
catch_output(FILE *f, int fd)
{
	fflush(f);
	struct caught c = { f, fd, dup(fd), memfd_create("caught", 0) };
	ASSERT(c.kept >= 0 && c.file >= 0 && dup2(c.file, fd) == fd);
	return c;
}

static const char *
caught(struct test *t, struct caught *c)
{
	char *text = NEW(&t->arena, char, PRINTED);
	ASSERT(text);
	fflush(c->f);
	ssize_t n = pread(c->file, text, PRINTED - 1, 0);
	ASSERT(n >= 0 && dup2(c->kept, c->fd) == c->fd);
	close(c->kept);
	close(c->file);
	return text;
}

struct ran {
	int status;
	const char *out, *err;
};

static struct ran
ran(struct test *t, const char *line)
{
	struct span left = span_str(line);
	char *argv[WORDS + 1] = { NULL };
	int n = 0;
	while (left.n && n < WORDS)
		argv[n++] = arena_cstr(&t->arena, span_cut(&left, ' '));
	struct caught out = catch_output(stdout, STDOUT_FILENO);
	struct caught err = catch_output(stderr, STDERR_FILENO);
	struct ran r = { .status = program_run(&store_program, n, argv) };
	r.err = caught(t, &err);
	r.out = caught(t, &out);
	return r;
}

TEST(what_is_called_wrongly_is_usage)
{
	static const struct {
		const char *line, *why, *hint;
	} bad[] = {
		{ "veraclave", "veraclave: no verb given\n",
		  "Build and sign\n" },
		{ "veraclave sai", "there is no verb sai\n",
		  "did you mean say?" },
		{ "veraclave nothing", "there is no verb nothing\n",
		  "\"veraclave help\" lists the verbs" },
		{ "veraclave hiden", "there is no verb hiden",
		  "\"veraclave help\" lists" },
		{ "veraclave -q say", "the option -q precedes the verb",
		  "write: veraclave say -q" },
		{ "veraclave --what", "the option --what precedes the verb",
		  "veraclave VERB --what" },
		{ "veraclave say a b", "say: unexpected operand b\n",
		  "\"veraclave help say\" explains its usage" },
		{ "veraclave give", "give: missing operand: CODE\n",
		  "\"veraclave help give\"" },
		{ "veraclave say --nam x", "unknown option --nam\n",
		  "did you mean --name?" },
		{ "veraclave say --version", "unknown option --version\n",
		  "without a verb" },
		{ "veraclave store", "store: missing operand: ACTION [WHAT]\n",
		  "\"veraclave help store\"" },
		{ "veraclave store drop", "store has no action drop\n",
		  "put or get" },
		{ "veraclave store put", "store put: too few arguments\n",
		  "write: veraclave store put WHAT" },
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct ran r = ran(t, bad[i].line);
		CHECK_U(t, (unsigned)r.status, 2);
		CHECK_HAS(t, r.err, bad[i].why);
		CHECK_HAS(t, r.err, bad[i].hint);
		CHECK_STR(t, r.out, "");
	}
}

TEST(each_error_has_its_exit_status)
{
	static const struct {
		enum err_code code;
		int status;
	} rows[] = {
		{ ERR_USAGE, 2 },   { ERR_INPUT, 3 },    { ERR_LIMIT, 3 },
		{ ERR_REFUSED, 1 }, { ERR_NOTFOUND, 4 }, { ERR_SYS, 4 },
		{ ERR_NET, 4 },     { ERR_BUG, 70 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ran r = ran(t, arena_fmt(&t->arena, "veraclave give %u",
						rows[i].code));
		CHECK_U(t, (unsigned)r.status, (unsigned)rows[i].status);
		CHECK_HAS(t, r.err, "veraclave: it failed [give-code]\n");
		CHECK_STR(t, r.out, "before\n");
	}
	struct ran no = ran(t, "veraclave give 0");
	CHECK_U(t, (unsigned)no.status, 1);
	CHECK_STR(t, no.err, "");
	CHECK_U(t, (unsigned)ran(t, "veraclave say").status, 0);
}

TEST(json_is_the_verbs_own_or_wrapped)
{
	static const struct {
		const char *line, *out;
	} rows[] = {
		{ "veraclave say -n you hi", "hi to you\n" },
		{ "veraclave say -q", "" },
		{ "veraclave say --json",
		  "{\"schema\":\"veraclave-result/1\",\"verb\":\"say\","
		  "\"exit_status\":0,\"text\":\"hello to all\\n\"}\n" },
		{ "veraclave say -q --json hi",
		  "{\"schema\":\"veraclave-result/1\",\"verb\":\"say\","
		  "\"exit_status\":0,\"text\":\"hi to all\\n\"}\n" },
		{ "veraclave say -- --json", "--json to all\n" },
		{ "veraclave data --json", "{\"n\":1}\n" },
		{ "veraclave hidden --json",
		  "{\"schema\":\"veraclave-result/1\",\"verb\":\"hidden\","
		  "\"exit_status\":0,\"result\":{\"n\":1}}\n" },
		{ "veraclave store get --json", "{\"n\":1}\n" },
		{ "veraclave store put --json x",
		  "{\"schema\":\"veraclave-result/1\",\"verb\":\"store\","
		  "\"exit_status\":0,\"text\":\"x to all\\n\"}\n" },
		{ "veraclave give --json 0",
		  "{\"schema\":\"veraclave-result/1\",\"verb\":\"give\","
		  "\"exit_status\":1,\"text\":\"before\\n\"}\n" },
		{ "veraclave give --json 3",
		  "{\"schema\":\"veraclave-error/1\",\"exit_status\":3,"
		  "\"code\":\"give-code\",\"message\":\"it failed\","
		  "\"hint\":null}\n" },
		{ "veraclave sai --json",
		  "{\"schema\":\"veraclave-error/1\",\"exit_status\":2,"
		  "\"code\":null,\"message\":\"there is no verb sai\","
		  "\"hint\":\"did you mean say?\"}\n" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(t, ran(t, rows[i].line).out, rows[i].out);
}

TEST(help_comes_before_what_is_wrong_with_operands)
{
	struct ran r = ran(t, "veraclave give --help a b");
	CHECK_U(t, (unsigned)r.status, 0);
	CHECK_HAS(t, r.out, "Usage: veraclave give CODE\n");
	r = ran(t, "veraclave store -h");
	CHECK_HAS(t, r.out, "\nActions\n  put WHAT                    puts it");
	CHECK_HAS(t, r.out, "--where PLACE           put: the place\n");
}
