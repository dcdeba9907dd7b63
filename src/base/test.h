/*
 * The test kit. A test program is a file of TEST(name) { ... } blocks linked
 * with test_main.c; it prints "ok name", "not ok name" or "skip name reason"
 * and exits 0 when nothing failed. CHECK records and goes on.
 *
 * Files: test_data reads testdata/ beside the source, test_fixture reads the
 * shared vectors, which an outside clone does not have: the test then skips.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct test {
	struct arena arena; /* for values of this test */
	const char *name;
	const char *skip; /* reason, or NULL */
	unsigned failed;
};

typedef void test_fn(struct test *t);
struct test_case {
	const char *name;
	test_fn *run;
	struct test_case *next;
};
void test_register(struct test_case *c);

#define TEST(id)                                                      \
	static test_fn test_##id;                                     \
	static struct test_case case_##id = { #id, test_##id, NULL }; \
	__attribute__((constructor)) static void register_##id(void)  \
	{                                                             \
		test_register(&case_##id);                            \
	}                                                             \
	static void test_##id(struct test *t)

#define CHECK(t, c) test_check((t), (c), #c, __FILE__, __LINE__)
/* As CHECK, and shows the error's sentence when it fails. */
#define CHECK_OK(t, c, e) test_check_ok((t), (c), #c, (e), __FILE__, __LINE__)
#define CHECK_U(t, a, b) \
	test_check_u((t), (a), (b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_STR(t, a, b) \
	test_check_str((t), (a), (b), #a " == " #b, __FILE__, __LINE__)
#define CHECK_SPAN(t, a, b) \
	test_check_span((t), (a), (b), #a " == " #b, __FILE__, __LINE__)
/* text holds part */
#define CHECK_HAS(t, text, part) \
	test_check_has((t), (text), (part), __FILE__, __LINE__)

bool test_check(struct test *t, bool ok, const char *what, const char *file,
		int line);
bool test_check_ok(struct test *t, bool ok, const char *what,
		   const struct err *e, const char *file, int line);
bool test_check_u(struct test *t, uint64_t a, uint64_t b, const char *what,
		  const char *file, int line);
bool test_check_str(struct test *t, const char *a, const char *b,
		    const char *what, const char *file, int line);
bool test_check_span(struct test *t, struct span a, struct span b,
		     const char *what, const char *file, int line);
bool test_check_has(struct test *t, const char *text, const char *part,
		    const char *file, int line);

void test_skip(struct test *t, const char *reason);
/* "00ff 10" and so on; spaces are ignored. */
struct span test_hex(struct test *t, const char *hex);
struct span test_span(struct test *t, const char *text);
/* A file below testdata/ beside the tested source; a failure when absent. */
struct span test_data(struct test *t, const char *name);
/* A file of the repository by its path from the top, "docs/x.md". */
struct span test_repo_file(struct test *t, const char *path);
/* A file below the shared fixtures; empty and the test skips when the whole
 * folder is absent, a failure when only the file is. */
struct span test_fixture(struct test *t, const char *name);
/* The path of the same, for code that opens files itself; NULL: skipping. */
const char *test_fixture_path(struct test *t, const char *name);
/* The path of testdata/NAME. */
const char *test_data_path(struct test *t, const char *name);
/* A fresh empty directory, removed when the program ends. */
const char *test_dir(struct test *t);
