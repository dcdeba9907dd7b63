#include "base/test.h"

#include <string.h>

#include "base/path.h"
#include "recipe/dockerfile.h"
#include "codec/json.h"
#include "sys/fs.h"

struct file {
	const char *name, *text;
};

static const char *
made(struct test *t, const struct file *files)
{
	struct err e = { 0 };
	const char *dir = test_dir(t);
	for (size_t i = 0; files[i].name; i++) {
		char *path = path_join(&t->arena, dir, files[i].name);
		char *up = arena_fmt(&t->arena, "%.*s",
				     (int)(strrchr(path, '/') - path), path);
		CHECK_OK(t, fs_mkdirs(up, 0755, &e), &e);
		CHECK_OK(t,
			 fs_write_file(path, span_str(files[i].text), 0644, &e),
			 &e);
	}
	return dir;
}

static bool
holds(struct span text, const char *line)
{
	while (text.n)
		if (span_is(span_cut(&text, '\n'), line))
			return true;
	return false;
}

#define LOCK                              \
	{                                 \
		"package-lock.json", "{}" \
	}

static const struct {
	struct file files[4];
	const char *lines[2];
	const char *todo; /* a part of it; NULL: none */
} rows[] = {
	/* node: locks */
	{ { { "package.json", "{\"main\":\"lib/x.js\"}" }, LOCK },
	  { "RUN npm ci --omit=dev", "CMD [\"node\", \"lib/x.js\"]" },
	  NULL },
	{ { { "package.json",
	      "{\"scripts\":{\"build\":\"tsc\","
	      "\"start\":\"node --enable-source-maps d.js\"}}" },
	    LOCK },
	  { "RUN npm ci && npm run build && npm prune --omit=dev",
	    "CMD [\"node\", \"--enable-source-maps\", \"d.js\"]" },
	  NULL },
	{ { { "package.json", "{\"main\":\"x.js\"}" }, { "yarn.lock", "" } },
	  { "RUN yarn install --frozen-lockfile --production",
	    "CMD [\"node\", \"x.js\"]" },
	  NULL },
	{ { { "package.json", "{\"main\":\"x.js\"}" },
	    { "pnpm-lock.yaml", "" } },
	  { "RUN corepack enable && pnpm install --frozen-lockfile --prod" },
	  NULL },
	{ { { "package.json", "{\"main\":\"x.js\"}" } },
	  { "RUN npm install --omit=dev" },
	  "no lock file" },
	/* node: what is started */
	{ { { "package.json", "{\"scripts\":{\"start\":\"X=1 next start\"}}" },
	    LOCK },
	  { "CMD [\"npm\", \"start\"]" },
	  NULL },
	{ { { "package.json", "{\"scripts\":{\"start\":\"node a.js; b\"}}" },
	    LOCK },
	  { "CMD [\"npm\", \"start\"]" },
	  NULL },
	{ { { "package.json", "{\"name\":\"x\"}" }, LOCK, { "server.js", "" } },
	  { "CMD [\"node\", \"server.js\"]" },
	  NULL },
	{ { { "package.json", "{\"main\":\"a\\\", \\\"b\"}" }, LOCK },
	  { "CMD [\"node\", \"your-program.js\"]" },
	  "into CMD" },
	{ { { "package.json", "no JSON" }, LOCK },
	  { "RUN npm ci --omit=dev", "CMD [\"node\", \"your-program.js\"]" },
	  "scripts.start" },
	/* python */
	{ { { "requirements.txt", "flask\n" }, { "main.py", "" } },
	  { "RUN mkdir /install && pip install --no-cache-dir --no-compile "
	    "--prefix=/install -r requirements.txt",
	    "CMD [\"python\", \"main.py\"]" },
	  NULL },
	{ { { "requirements.txt", "" }, { "main.py", "" }, { "app.py", "" } },
	  { "CMD [\"python\", \"app.py\"]" },
	  NULL },
	{ { { "requirements.txt", "" } },
	  { "CMD [\"python\", \"your-program.py\"]" },
	  "no app.py" },
	/* go */
	{ { { "go.mod", "module x\n\ngo 1.24.1\n" },
	    { "a.go", "// it\npackage main\n" } },
	  { "FROM docker.io/library/golang:1.24-bookworm AS build",
	    "RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /app ." },
	  NULL },
	{ { { "go.mod", "module x\ngo 1.9\n" },
	    { "lib.go", "package x\n" },
	    { "cmd/serve/main.go", "package main\n" } },
	  { "FROM docker.io/library/golang:1.23-bookworm AS build",
	    "RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /app "
	    "./cmd/serve" },
	  NULL },
	{ { { "go.mod", "module x\n" },
	    { "cmd/a/main.go", "" },
	    { "cmd/b/main.go", "" } },
	  { "RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /app "
	    "./cmd/your-program" },
	  "behind go build" },
	{ { { "go.mod", "" }, { "a_test.go", "package main\n" } },
	  { "FROM docker.io/library/golang:1.23-bookworm AS build" },
	  "behind go build" },
	/* rust */
	{ { { "Cargo.toml", "[package]\nname = \"a-b\"\n" },
	    { "Cargo.lock", "" },
	    { "src/main.rs", "" } },
	  { "RUN cargo build --release --locked",
	    "COPY --from=build /src/target/release/a-b /usr/local/bin/a-b" },
	  NULL },
	{ { { "Cargo.toml", "[package]\nname = \"a\"\n[[bin]]\n"
			    "name = \"tool\"\n" },
	    { "src/main.rs", "" } },
	  { "RUN cargo build --release", "CMD [\"/usr/local/bin/tool\"]" },
	  "no Cargo.lock" },
	{ { { "Cargo.toml", "[package]\nname = \"a\"\n" },
	    { "Cargo.lock", "" },
	    { "src/bin/only.rs", "" } },
	  { "CMD [\"/usr/local/bin/only\"]" },
	  NULL },
	{ { { "Cargo.toml", "[workspace]\nmembers = [\"a\"]\n" },
	    { "Cargo.lock", "" } },
	  { "CMD [\"/usr/local/bin/your-program\"]" },
	  "which program" },
	{ { { "Cargo.toml", "[package]\nname = \"a;b\"\n" },
	    { "Cargo.lock", "" },
	    { "src/main.rs", "" } },
	  { "CMD [\"/usr/local/bin/your-program\"]" },
	  "which program" },
};

TEST(dockerfile_is_proposed)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct dockerfile d;
		const char *dir = made(t, rows[i].files);
		CHECK_OK(t, dockerfile_propose(dir, &t->arena, &d, &e), &e);
		CHECK_STR(t, d.found, rows[i].files[0].name);
		for (size_t k = 0; k < COUNT(rows[i].lines); k++)
			if (rows[i].lines[k] &&
			    !holds(d.text, rows[i].lines[k]))
				CHECK_STR(t, arena_cstr(&t->arena, d.text),
					  rows[i].lines[k]);
		CHECK(t, !d.todo == !rows[i].todo);
		if (rows[i].todo && d.todo)
			CHECK_HAS(t, d.todo, rows[i].todo);
		CHECK(t, holds(d.ignore, ".git"));
	}
}

/* The last line is what runs, in the form without a shell. */
TEST(dockerfile_ends_with_a_command)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct dockerfile d;
		DEFER(json_release) struct json *j = NULL;
		const char *dir = made(t, rows[i].files);
		CHECK_OK(t, dockerfile_propose(dir, &t->arena, &d, &e), &e);
		struct span all = span_trim(d.text);
		struct span last = span_from(all, span_rfind(all, '\n') + 1);
		CHECK(t, span_starts(last, SPAN("CMD [")));
		CHECK_OK(t, json_parse(span_from(last, 4), &j, &e), &e);
		CHECK(t, json_text(json_at(j, 0)).n > 0);
	}
}

TEST(dockerfile_of_nothing)
{
	static const struct file none[] = { { "main.c", "" }, { NULL, NULL } };
	struct err e = { 0 };
	struct dockerfile d;
	CHECK_OK(t, dockerfile_propose(made(t, none), &t->arena, &d, &e), &e);
	CHECK(t, !d.found);
}
