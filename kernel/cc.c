/*
 * The compiler, as kernel/build gives it to make: gcc, which reads the headers
 * that nearly all files include once and not a thousand times (a precompiled
 * header). That is half of the work.
 *
 *   CC=.../cc HEADERS=DIR HEADERS_FROM=kernel/pid.c make kernel/pid.o
 *   CC=.../cc HEADERS=DIR make
 *
 * The first call makes DIR/headers.h.gch of DIR/headers.h with the options that
 * this file is compiled with, and keeps these in DIR/options. Later a C file is
 * compiled with the header when its options are the same, and when it defines
 * and undefines nothing before its last #include, so that headers mean in it
 * what they mean alone. A file that has names which the headers have is
 * compiled without it. Which files these are depends on nothing but the source.
 * Everything else goes to gcc as it is.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS_MAX = 512, LINE = 4096, FAILED = 1 };

struct args {
	const char *v[ARGS_MAX];
	size_t n;
};

/* A call of the compiler, taken apart. */
struct call {
	struct args common;  /* what files have in common */
	struct args defines; /* -DKBUILD_...: names of the file's own */
	const char *depend;  /* -Wp,-MMD,FILE */
	const char *output, *source;
	bool compiles;
};

static void
die(const char *what, const char *name)
{
	fprintf(stderr, "kernel/cc: %s %s: %s\n", what, name, strerror(errno));
	exit(FAILED);
}

static void
add(struct args *a, const char *s)
{
	if (a->n + 1 >= ARGS_MAX) {
		errno = E2BIG;
		die("too many arguments at", s);
	}
	a->v[a->n++] = s;
	a->v[a->n] = NULL;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);
	return n >= m && strcmp(s + n - m, with) == 0;
}

/* What kbuild puts in front of each file; headers.h begins with it. */
static bool
in_front(const char *header)
{
	return ends(header, "/linux/compiler-version.h") ||
	       ends(header, "/linux/kconfig.h") ||
	       ends(header, "/linux/compiler_types.h");
}

static void
take_apart(char **argv, struct call *c)
{
	for (char **a = argv; *a; a++) {
		if (begins(*a, "-Wp,-MMD,"))
			c->depend = *a;
		else if (begins(*a, "-DKBUILD_") ||
			 begins(*a, "-D__KBUILD_MODNAME="))
			add(&c->defines, *a);
		else if (strcmp(*a, "-c") == 0)
			c->compiles = true;
		else if (strcmp(*a, "-o") == 0 && a[1])
			c->output = *++a;
		else if (strcmp(*a, "-include") == 0 && a[1] && in_front(a[1]))
			a++;
		else if (**a != '-' && ends(*a, ".c"))
			c->source = *a;
		else
			add(&c->common, *a);
	}
}

/* Does the directive at s have this name? */
static bool
directive(const char *s, const char *name)
{
	while (isspace((unsigned char)*s))
		s++;
	if (*s++ != '#')
		return false;
	while (isspace((unsigned char)*s))
		s++;
	return begins(s, name);
}

/* Nothing is defined before the last header is read. */
static bool
is_plain(const char *path)
{
	char line[LINE];
	bool defines = false, plain = true;
	FILE *f = fopen(path, "r");
	if (!f)
		die("cannot read", path);
	while (fgets(line, sizeof line, f)) {
		defines |=
			directive(line, "define") || directive(line, "undef");
		plain &= !defines || !directive(line, "include");
	}
	fclose(f);
	return plain;
}

static FILE *
create(const char *path)
{
	FILE *f = fopen(path, "w");
	if (!f)
		die("cannot write", path);
	return f;
}

static void
finish(FILE *f, const char *path)
{
	if (fclose(f) != 0)
		die("cannot write", path);
}

static const char *
joined(const char *a, const char *b)
{
	char *s = NULL;
	if (asprintf(&s, "%s%s", a, b) < 0)
		die("no memory for", b);
	return s;
}

static bool
run(struct args *a)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execvp(a->v[0], (char **)a->v);
		die("cannot run", a->v[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("cannot run", a->v[0]);
	return status == 0;
}

static struct args
gcc(const struct call *c)
{
	struct args a = { .n = 0 };
	add(&a, "gcc");
	for (size_t i = 0; i < c->common.n; i++)
		add(&a, c->common.v[i]);
	return a;
}

static void
make_header(const struct call *c, const char *dir)
{
	const char *header = joined(dir, "/headers.h");
	const char *options = joined(dir, "/options");
	struct args a = gcc(c);
	add(&a, "-x");
	add(&a, "c-header");
	add(&a, "-o");
	add(&a, joined(header, ".gch"));
	add(&a, header);
	if (!run(&a))
		exit(FAILED);
	FILE *f = create(options);
	for (size_t i = 0; i < c->common.n; i++)
		fprintf(f, "%s\n", c->common.v[i]);
	finish(f, options);
}

/* Are the options those that the header was made with? */
static bool
same_options(const struct call *c, const char *dir)
{
	char line[LINE];
	size_t i = 0;
	bool same = true;
	FILE *f = fopen(joined(dir, "/options"), "r");
	if (!f)
		return false; /* it is not made yet */
	for (; same && fgets(line, sizeof line, f); i++) {
		line[strcspn(line, "\n")] = '\0';
		same = i < c->common.n && strcmp(line, c->common.v[i]) == 0;
	}
	fclose(f);
	return same && i == c->common.n;
}

/* The file's own names, which the header must not know: -DNAME=VALUE as a line
 * of a file beside the output. */
static const char *
own_names(const struct call *c)
{
	const char *path = joined(c->output, ".names.h");
	FILE *f = create(path);
	for (size_t i = 0; i < c->defines.n; i++) {
		const char *d = c->defines.v[i] + strlen("-D");
		int n = (int)strcspn(d, "=");
		fprintf(f, "#define %.*s %s\n", n, d, d[n] ? d + n + 1 : "1");
	}
	finish(f, path);
	return path;
}

/* False: a name of the file is one of the headers', too. That is asked twice,
 * so that a lack of memory does not pass for it. */
static bool
compile(const struct call *c, const char *dir)
{
	struct args a = gcc(c);
	add(&a, "-Winvalid-pch");
	add(&a, "-Werror=invalid-pch"); /* or other bytes would come of it */
	add(&a, "-include");
	add(&a, joined(dir, "/headers.h"));
	add(&a, "-include");
	add(&a, own_names(c));
	if (c->depend)
		add(&a, c->depend);
	add(&a, "-c");
	add(&a, "-o");
	add(&a, c->output);
	add(&a, c->source);
	if (run(&a))
		return true;
	add(&a, "-fsyntax-only");
	if (run(&a))
		exit(FAILED);
	fprintf(stderr, "kernel/cc: %s reads headers by itself\n", c->source);
	return false;
}

/* A C file of the kernel, and not of a tool or another program. */
static bool
of_kernel(const struct call *c)
{
	return c->compiles && c->output && c->source && c->defines.n > 0;
}

int
main(int argc, char **argv)
{
	struct call c = { .compiles = false };
	const char *dir = getenv("HEADERS"), *from = getenv("HEADERS_FROM");
	if (argc > 1)
		take_apart(argv + 1, &c);
	if (dir && from && of_kernel(&c) && strcmp(c.source, from) == 0) {
		make_header(&c, dir);
	} else if (dir && of_kernel(&c) && same_options(&c, dir) &&
		   is_plain(c.source) && compile(&c, dir)) {
		return 0;
	}
	argv[0] = "gcc";
	execvp(argv[0], argv);
	die("cannot run", argv[0]);
}
