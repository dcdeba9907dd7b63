#include "base/test.h"

#include <string.h>

#include "base/limits.h"
#include "verbs/codes.h"

static const char *
explained(struct test *t, const char *code)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	return code_explain(&b, code) ? arena_cstr(&t->arena, buf_view(&b))
				      : NULL;
}

static size_t
count(void)
{
	const char *title;
	size_t n = 0;
	while (code_at(n, &title))
		n++;
	return n;
}

TEST(each_code_has_one_explanation)
{
	size_t n = count();
	const char *title, *other;
	CHECK(t, n > 200);
	for (size_t i = 0; i < n; i++) {
		const char *code = code_at(i, &title);
		const char *text = explained(t, code);
		if (!CHECK(t, title && title[0] && text))
			continue;
		CHECK(t, strncmp(text, code, strlen(code)) == 0);
		for (size_t k = i + 1; k < n; k++)
			CHECK(t, strcmp(code, code_at(k, &other)) != 0);
	}
	CHECK(t, explained(t, "no-such-code") == NULL);
	CHECK(t, explained(t, "") == NULL);
}

/* Verdicts, image files and the rest each have a table of their own. */
TEST(codes_of_each_table_say_what_to_do)
{
	static const char *const codes[] = { "pcr-boot", "eif-magic",
					     "boot-missing" };
	for (size_t i = 0; i < COUNT(codes); i++)
		CHECK_HAS(t, explained(t, codes[i]), "To do: ");
}

TEST(codes_of_nitro_cli_lead_to_ours)
{
	for (size_t i = 0; i < codes_nitro_cli.n; i++) {
		const struct code *c = &codes_nitro_cli.v[i];
		const char *text = explained(t, c->code);
		CHECK_HAS(t, text, "(of nitro-cli)\n");
		if (c->next && CHECK(t, explained(t, c->next) != NULL))
			CHECK_HAS(t, text, explained(t, c->next));
		else
			CHECK_HAS(t, text, "there is no code of ours");
	}
}
