#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/help.h"
#include "cli/store_kit.h"

static const char *const shells[] = { "bash", "zsh", "fish" };

/* What a shell's script is; freed with the test. */
static const char *
script(struct test *t, const char *shell)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	ASSERT(f);
	bool ok = help_completion(&store_program, f, shell);
	fclose(f);
	const char *copy = arena_cstr(&t->arena, span_of(text, n));
	free(text);
	return ok ? copy : NULL;
}

static const char *
page(struct test *t, const struct cmd *c)
{
	DEFER(buf_free) struct buf b = buf_max(1 << 20);
	help_mdoc(&store_program, &b, c);
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(scripts_name_the_verbs_that_help_lists)
{
	for (size_t s = 0; s < COUNT(shells); s++) {
		const char *text = script(t, shells[s]);
		if (!CHECK(t, text != NULL))
			continue;
		for (const struct cmd *const *c = store_program.cmds; *c; c++)
			if ((*c)->group)
				CHECK_HAS(t, text, (*c)->name);
		CHECK_HAS(t, text, "fast safe");
		CHECK_HAS(t, text, "put get");
		CHECK_HAS(t, text, "where");
	}
	CHECK(t, script(t, "tcsh") == NULL);
}

TEST(scripts_quote_what_the_shell_would_read)
{
	CHECK_HAS(t, script(t, "zsh"),
		  "'say:say what'\\''s to be said\\: "
		  "\\[words\\]'");
	CHECK_HAS(t, script(t, "zsh"), "--name=[whom it'\\''s said to]");
	CHECK_HAS(t, script(t, "fish"), "-d 'whom it\\'s said to'");
}

TEST(scripts_know_files_and_directories)
{
	CHECK_HAS(t, script(t, "bash"), "--dir) COMPREPLY=($(compgen -d");
	CHECK_HAS(t, script(t, "bash"), "-X '!*.json'");
	CHECK_HAS(t, script(t, "zsh"), ":DIR:_files -/");
	CHECK_HAS(t, script(t, "zsh"), "-g \"*.json\"");
	CHECK_HAS(t, script(t, "fish"), "__fish_complete_suffix .json");
	CHECK_HAS(t, script(t, "fish"), "__fish_complete_directories");
}

TEST(pages_have_all_that_the_rows_say)
{
	const char *say = page(t, store_program.cmds[0]);
	CHECK_HAS(t, say, ".Dt VERACLAVE-SAY 1\n");
	CHECK_HAS(t, say, ".Nm veraclave say\n.Op Ar options\n");
	CHECK_HAS(t, say, ".Oo\n.Ar WORD\n.Oc\n");
	CHECK_HAS(t, say, ".It Fl n , Fl Fl name Ar NAME\n");
	CHECK_HAS(t, say, "The value is\n.Cm fast\nor\n.Cm safe\n");
	CHECK_HAS(t, say, ".Dl veraclave say hi\n");
	CHECK_HAS(t, say, ".It Fl Fl json\n");
	const char *store = page(t, store_program.cmds[3]);
	CHECK_HAS(t, store, ".It Cm put Ar WHAT\n");
	CHECK_HAS(t, store, ".It Fl Fl where Ar PLACE\nput: the place\n");
	const char *all = page(t, NULL);
	CHECK_HAS(t, all, ".It Xr veraclave-give 1\n");
}
