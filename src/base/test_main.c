/* The test kit's runner: see base/test.h. Uses the OS, unlike the floor. */
#include "base/test.h"

#include "base/fmt.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef TEST_SOURCE_DIR
#error "define TEST_SOURCE_DIR, the folder of the tested source"
#endif
#ifndef TEST_FIXTURES
#define TEST_FIXTURES TEST_SOURCE_DIR "/../../../shared/fixtures"
#endif

static struct test_case *first, **tail = &first;
static char scratch[4096];

void
test_register(struct test_case *c)
{
	*tail = c;
	tail = &c->next;
}

bool
test_check(struct test *t, bool ok, const char *what, const char *file,
	   int line)
{
	if (!ok) {
		t->failed++;
		printf("# %s:%d: %s: failed: %s\n", file, line, t->name, what);
	}
	return ok;
}

bool
test_check_ok(struct test *t, bool ok, const char *what, const struct err *e,
	      const char *file, int line)
{
	if (!test_check(t, ok, what, file, line))
		printf("#   error: %s\n", e->msg);
	return ok;
}

bool
test_check_u(struct test *t, uint64_t a, uint64_t b, const char *what,
	     const char *file, int line)
{
	if (!test_check(t, a == b, what, file, line))
		printf("#   %llu, expected %llu\n", (unsigned long long)a,
		       (unsigned long long)b);
	return a == b;
}

bool
test_check_str(struct test *t, const char *a, const char *b, const char *what,
	       const char *file, int line)
{
	bool ok = a && b && strcmp(a, b) == 0;
	if (!test_check(t, ok, what, file, line))
		printf("#   got      %s\n#   expected %s\n", a ? a : "(null)",
		       b ? b : "(null)");
	return ok;
}

bool
test_check_span(struct test *t, struct span a, struct span b, const char *what,
		const char *file, int line)
{
	bool ok = span_eq(a, b);
	if (!test_check(t, ok, what, file, line))
		printf("#   got      %zu: %s\n#   expected %zu: %s\n", a.n,
		       show(a).s, b.n, show(b).s);
	return ok;
}

bool
test_check_has(struct test *t, const char *text, const char *part,
	       const char *file, int line)
{
	bool ok = text && strstr(text, part) != NULL;
	if (!test_check(t, ok, "text holds part", file, line))
		printf("#   text %s\n#   part %s\n", text ? text : "(null)",
		       part);
	return ok;
}

void
test_skip(struct test *t, const char *reason)
{
	t->skip = reason;
}

static unsigned
hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);
	ASSERT(c && at);
	return (unsigned)(at - digits);
}

struct span
test_hex(struct test *t, const char *hex)
{
	uint8_t *p = NEW(&t->arena, uint8_t, strlen(hex) / 2 + 1);
	size_t n = 0;
	ASSERT(p);
	while (*hex) {
		if (*hex == ' ' || *hex == '\n') {
			hex++;
			continue;
		}
		p[n++] = (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
		hex += 2;
	}
	return (struct span){ p, n };
}

struct span
test_span(struct test *t, const char *text)
{
	return arena_dup(&t->arena, span_str(text));
}

static struct span
slurp(struct test *t, const char *path)
{
	struct span s = { 0 };
	FILE *f = fopen(path, "rb");
	long size = -1;
	if (f && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (f && size >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		uint8_t *p = NEW(&t->arena, uint8_t, (size_t)size);
		ASSERT(p);
		s = (struct span){ p, fread(p, 1, (size_t)size, f) };
	}
	if (!test_check(t, f && s.n == (size_t)size, "readable", path, 0))
		s.n = 0;
	if (f)
		fclose(f);
	return s;
}

const char *
test_data_path(struct test *t, const char *name)
{
	return arena_fmt(&t->arena, "%s/testdata/%s", TEST_SOURCE_DIR, name);
}

struct span
test_data(struct test *t, const char *name)
{
	return slurp(t, test_data_path(t, name));
}

struct span
test_repo_file(struct test *t, const char *path)
{
	return slurp(
		t, arena_fmt(&t->arena, "%s/../../%s", TEST_SOURCE_DIR, path));
}

const char *
test_fixture_path(struct test *t, const char *name)
{
	const char *root = getenv("VERACLAVE_FIXTURES");
	if (!root)
		root = TEST_FIXTURES;
	if (access(root, F_OK) != 0) {
		test_skip(t, "the shared fixtures are not here");
		return NULL;
	}
	return arena_fmt(&t->arena, "%s/%s", root, name);
}

struct span
test_fixture(struct test *t, const char *name)
{
	const char *path = test_fixture_path(t, name);
	return path ? slurp(t, path) : (struct span){ 0 };
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void
remove_scratch(void)
{
	if (scratch[0])
		nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
test_dir(struct test *t)
{
	static unsigned count;
	const char *tmp = getenv("TMPDIR");
	if (!scratch[0]) {
		snprintf(scratch, sizeof scratch, "%s/veraclave-test-XXXXXX",
			 tmp ? tmp : "/tmp");
		ASSERT(mkdtemp(scratch));
		atexit(remove_scratch);
	}
	char *dir = arena_fmt(&t->arena, "%s/%u", scratch, count++);
	ASSERT(dir && mkdir(dir, 0700) == 0);
	return dir;
}

static bool
selected(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strstr(name, argv[i]))
			return true;
	return argc < 2;
}

int
main(int argc, char **argv)
{
	unsigned failed = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct test_case *c = first; c; c = c->next) {
		struct test t = { .name = c->name };
		if (!selected(c->name, argc, argv))
			continue;
		arena_init(&t.arena, (size_t)1 << 30);
		c->run(&t);
		if (t.failed)
			printf("not ok %s\n", c->name);
		else if (t.skip)
			printf("skip %s %s\n", c->name, t.skip);
		else
			printf("ok %s\n", c->name);
		failed += t.failed != 0;
		arena_finish(&t.arena);
	}
	return failed != 0;
}
