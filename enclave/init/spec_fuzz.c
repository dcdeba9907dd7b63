/*
 * For any content of the ramdisk, the parsers stay inside the buffer and the
 * pool of the documented size, and accepted files have the documented form.
 */
#include "base/fuzz.h"

#include "base/compiler.h"
#include "spec.h"

#include <stdlib.h>
#include <string.h>

static void
check_list(char **list, size_t n, const char *text, size_t text_n, bool shell)
{
	for (size_t i = 0; i < n; i++) {
		bool inside = list[i] >= text && list[i] <= text + text_n;

		ASSERT(inside || (shell && i == 0 && !strcmp(list[i], "sh")));
		if (inside) /* and the string ends inside */
			ASSERT(list[i] + strlen(list[i]) <= text + text_n);
	}
	ASSERT(!list[n]);
}

static void
one_process(char *text, size_t n, struct pool pool)
{
	struct process p = { 0 };
	char add[] = "PATH=x";

	if (spec_process(text, n, &pool, &p))
		return;
	ASSERT(p.argc && p.argv[0][0] && p.cwd[0] == '/');
	ASSERT(p.uid != UINT32_MAX && p.gid != UINT32_MAX);
	check_list(p.argv, p.argc, text, n, false);
	check_list(p.env, p.envc, text, n, false);
	spec_addenv(&p, add);
	ASSERT(p.ports_n <= PROCESS_PORTS_MAX);
	for (size_t i = 0; i < p.ports_n; i++)
		ASSERT(p.ports[i] > (i ? p.ports[i - 1] : 0) &&
		       p.ports[i] < 65536);
	ASSERT(!p.env[p.envc] && p.groups_n <= PROCESS_GROUPS_MAX);
	check_list(p.argv, p.argc, text, n, false);
}

static void
one_cmd(char *text, size_t n, struct pool pool)
{
	struct process p = { 0 };
	char add[] = "PATH=x";

	if (spec_cmd(text, n, &pool, &p))
		return;
	check_list(p.argv, p.argc, text, n, true);
	p.env = p.argv;
	p.envc = p.argc;
	spec_addenv(&p, add);
}

static void
one_caps(char *text, size_t n)
{
	struct cap cap;
	size_t before = n;

	while (n && !spec_cap(&text, &n, &cap)) {
		ASSERT(n < before && cap.value_n && cap.path[0] != '/');
		before = n;
	}
}

FUZZ(in)
{
	size_t n = in.n, room = spec_pool_size(n);
	/* The sizes are exact, so that a sanitizer finds any access outside. */
	char *text = malloc(n + 1), *copy = malloc(n + 1);
	char *memory = malloc(room);

	ASSERT(text && copy && memory);
	struct pool pool = { memory, memory + room };

	if (n) {
		memcpy(text, in.p, n);
		memcpy(copy, in.p, n);
	}
	if (spec_listens(copy, n, 8080))
		ASSERT(n >= 8 && memmem(copy, n, ":1F90", 5));
	one_process(text, n, pool);
	one_caps(text, n);
	one_cmd(copy, n, pool);
	free(text);
	free(copy);
	free(memory);
}
