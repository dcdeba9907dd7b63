#include "recipe/dockerfile.h"

#include <string.h>

#include "base/limits.h"
#include "base/num.h"
#include "base/path.h"
#include "codec/json.h"
#include "codec/toml.h"
#include "sys/fs.h"

/* What the texts below leave open. */
enum slot { INSTALL, COMMAND, NAME, TAG, SLOTS };

struct sources {
	const char *dir;
	struct arena *a;
	struct span file; /* the one that told the language */
	const char *value[SLOTS];
	const char *todo[2];
	size_t todos;
};

struct language {
	const char *file;
	const char *text;   /* "@0" to "@3" are slots, "@H" is the registry */
	const char *ignore; /* lines besides those for all */
	void (*look)(struct sources *s);
};

/* Written out, since buildah knows no default for it. */
static const char hub[] = "docker.io/library/";

static const char head[] =
	"# Proposed by veraclave init. Tags move: pin each image by its "
	"digest,\n"
	"# FROM name:tag@sha256:..., so that the same sources give the same "
	"enclave.\n";

static const char ignore_all[] = ".git\n.env\nenclave.toml\n*.eif\n"
				 "*.pcrs.json\n";

static const char node_text[] = "FROM @Hnode:22-bookworm-slim AS build\n"
				"WORKDIR /app\n"
				"COPY . .\n"
				"RUN @0\n"
				"\n"
				"FROM @Hnode:22-bookworm-slim\n"
				"ENV NODE_ENV=production\n"
				"WORKDIR /app\n"
				"COPY --from=build /app /app\n"
				"CMD @1\n";

static const char python_text[] =
	"FROM @Hpython:3.12-bookworm AS build\n"
	"WORKDIR /app\n"
	"COPY . .\n"
	"RUN mkdir /install && pip install --no-cache-dir --no-compile "
	"--prefix=/install -r requirements.txt\n"
	"\n"
	"FROM @Hpython:3.12-slim-bookworm\n"
	"ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1\n"
	"WORKDIR /app\n"
	"COPY --from=build /install /usr/local\n"
	"COPY . .\n"
	"CMD @1\n";

static const char go_text[] =
	"FROM @Hgolang:@3-bookworm AS build\n"
	"WORKDIR /src\n"
	"COPY . .\n"
	"RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false "
	"-o /app @2\n"
	"\n"
	"FROM scratch\n"
	"COPY --from=build /etc/ssl/certs/ca-certificates.crt "
	"/etc/ssl/certs/\n"
	"COPY --from=build /app /app\n"
	"CMD [\"/app\"]\n";

static const char rust_text[] =
	"FROM @Hrust:1-bookworm AS build\n"
	"WORKDIR /src\n"
	"COPY . .\n"
	"RUN @0\n"
	"\n"
	"FROM @Hdebian:bookworm-slim\n"
	"COPY --from=build /etc/ssl/certs/ca-certificates.crt "
	"/etc/ssl/certs/\n"
	"COPY --from=build /src/target/release/@2 /usr/local/bin/@2\n"
	"CMD [\"/usr/local/bin/@2\"]\n";

static char *
path_of(struct sources *s, const char *name)
{
	return path_join(s->a, s->dir, name);
}

static bool
has(struct sources *s, const char *name)
{
	char *path = path_of(s, name);
	return path && fs_kind(path) == FS_FILE;
}

/* Empty when it cannot be read. */
static struct span
text_of(struct sources *s, const char *name)
{
	struct span text = { 0 };
	struct err ignored = { 0 };
	char *path = path_of(s, name);
	return path && fs_read(path, LIMIT_CONFIG, s->a, &text, &ignored)
		       ? text
		       : (struct span){ 0 };
}

static void
todo(struct sources *s, const char *what)
{
	ASSERT(s->todos < COUNT(s->todo));
	s->todo[s->todos++] = what;
}

/* Nothing in it means anything to a shell, to JSON or to a Dockerfile. */
static bool
plain(struct span word)
{
	for (size_t i = 0; i < word.n; i++) {
		uint8_t c = word.p[i], low = c | 0x20;
		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') &&
		    !(c && strchr("_./:=+,-", c)))
			return false;
	}
	return word.n > 0;
}

/* ["PROGRAM", "WORD", ...] of words with single spaces between them; NULL when
 * one is not plain. */
static const char *
command(struct sources *s, const char *program, struct span words)
{
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	buf_fmt(&b, "[\"%s\"", program);
	while (words.n) {
		struct span word = span_cut(&words, ' ');
		if (!plain(word))
			return NULL;
		buf_str(&b, ", \"");
		buf_span(&b, word);
		buf_str(&b, "\"");
	}
	buf_str(&b, "]");
	return b.failed ? NULL : arena_cstr(s->a, buf_view(&b));
}

/* The names in a directory, in byte order; none when there is no such. */
static size_t
names_in(struct sources *s, const char *dir, struct span **names)
{
	DEFER(fd_closep) int fd = -1;
	size_t n = 0;
	char *path = path_of(s, dir);
	struct err ignored = { 0 };
	return path && fs_open_dir(path, &fd, &ignored) &&
			       fs_list(fd, s->a, names, &n, &ignored)
		       ? n
		       : 0;
}

/* The lock file says with what to install, and what. */
static void
node_install(struct sources *s, bool build)
{
	static const struct {
		const char *lock, *plain, *build;
	} all[] = {
		{ "package-lock.json", "npm ci --omit=dev",
		  "npm ci && npm run build && npm prune --omit=dev" },
		{ "npm-shrinkwrap.json", "npm ci --omit=dev",
		  "npm ci && npm run build && npm prune --omit=dev" },
		{ "yarn.lock", "yarn install --frozen-lockfile --production",
		  "yarn install --frozen-lockfile && yarn run build" },
		{ "pnpm-lock.yaml",
		  "corepack enable && pnpm install --frozen-lockfile --prod",
		  "corepack enable && pnpm install --frozen-lockfile && "
		  "pnpm run build" },
	};
	for (size_t i = 0; i < COUNT(all); i++)
		if (has(s, all[i].lock)) {
			s->value[INSTALL] = build ? all[i].build : all[i].plain;
			return;
		}
	s->value[INSTALL] = build ? "npm install && npm run build && "
				    "npm prune --omit=dev"
				  : "npm install --omit=dev";
	todo(s, "There is no lock file: \"npm install\" writes "
		"package-lock.json; then say npm ci instead.");
}

/* "node FILE" as it is, other words through npm, else the main file. */
static const char *
node_command(struct sources *s, struct span start, struct span main)
{
	static const char *const likely[] = { "server.js", "index.js",
					      "app.js" };
	const char *said = NULL;
	if (span_starts(start, SPAN("node ")))
		said = command(s, "node", span_from(start, 5));
	if (!said && start.n)
		said = "[\"npm\", \"start\"]";
	if (!said && main.n)
		said = command(s, "node", main);
	for (size_t i = 0; i < COUNT(likely) && !said; i++)
		if (has(s, likely[i]))
			said = command(s, "node", span_str(likely[i]));
	return said;
}

static void
look_node(struct sources *s)
{
	DEFER(json_release) struct json *j = NULL;
	struct err ignored = { 0 };
	IGNORE(json_parse(s->file, &j, &ignored));
	const struct json *scripts = json_get(j, "scripts");
	node_install(s, json_text(json_get(scripts, "build")).n != 0);
	s->value[COMMAND] =
		node_command(s, json_text(json_get(scripts, "start")),
			     json_text(json_get(j, "main")));
	if (s->value[COMMAND])
		return;
	s->value[COMMAND] = "[\"node\", \"your-program.js\"]";
	todo(s, "Neither scripts.start nor main says what to start: put it "
		"into CMD.");
}

static void
look_python(struct sources *s)
{
	static const char *const likely[] = { "app.py", "main.py",
					      "server.py" };
	for (size_t i = 0; i < COUNT(likely) && !s->value[COMMAND]; i++)
		if (has(s, likely[i]))
			s->value[COMMAND] =
				command(s, "python", span_str(likely[i]));
	if (s->value[COMMAND])
		return;
	s->value[COMMAND] = "[\"python\", \"your-program.py\"]";
	todo(s, "There is no app.py, main.py or server.py: put what to start "
		"into CMD.");
}

/* Whether a Go file of this directory has the package main. */
static bool
go_main_here(struct sources *s)
{
	struct span *names;
	size_t n = names_in(s, ".", &names);
	for (size_t i = 0; i < n; i++) {
		struct span rest;
		if (!span_ends(names[i], SPAN(".go")) ||
		    span_ends(names[i], SPAN("_test.go")))
			continue;
		rest = text_of(s, arena_cstr(s->a, names[i]));
		while (rest.n)
			if (span_is(span_trim(span_cut(&rest, '\n')),
				    "package main"))
				return true;
	}
	return false;
}

/* The only directory in cmd, as Go's programs are often laid out. */
static const char *
go_main_below(struct sources *s)
{
	struct span *names;
	size_t n = names_in(s, "cmd", &names);
	return n == 1 && plain(names[0])
		       ? arena_fmt(s->a, "./cmd/%.*s", SPAN_ARG(names[0]))
		       : NULL;
}

/* At least 1.23; a later one when go.mod wants it ("go 1.24.1"). */
static const char *
go_version(struct sources *s)
{
	enum { LEAST = 23 };
	uint64_t minor;
	struct span rest = s->file;
	while (rest.n) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		if (!span_starts(line, SPAN("go 1.")))
			continue;
		line = span_from(line, 5);
		if (num_parse(span_cut(&line, '.'), &minor) && minor > LEAST)
			return arena_fmt(s->a, "1.%u", (unsigned)minor);
	}
	return "1.23";
}

static void
look_go(struct sources *s)
{
	s->value[TAG] = go_version(s);
	s->value[NAME] = go_main_here(s) ? "." : go_main_below(s);
	if (s->value[NAME])
		return;
	s->value[NAME] = "./cmd/your-program";
	todo(s, "There is no package main here, and not just one in cmd: put "
		"its directory behind go build.");
}

/* The only file NAME.rs of src/bin, without its end. */
static struct span
rust_bin(struct sources *s)
{
	struct span *names;
	size_t n = names_in(s, "src/bin", &names);
	return n == 1 && span_ends(names[0], SPAN(".rs"))
		       ? span_sub(names[0], 0, names[0].n - 3)
		       : (struct span){ 0 };
}

/* What cargo calls the one program. */
static struct span
rust_name(struct sources *s)
{
	struct toml *root = NULL;
	struct err ignored = { 0 };
	IGNORE(toml_parse(s->file, s->a, &root, &ignored));
	const struct toml *package = toml_get(root, "package");
	const struct toml *bins = toml_get(root, "bin");
	const struct toml *name = toml_get(package, "default-run");
	if (!name && bins && bins->kind == TOML_ARRAY && bins->n == 1)
		name = toml_get(bins->first, "name");
	if (!name && !bins && has(s, "src/main.rs"))
		name = toml_get(package, "name");
	if (!name && !bins)
		return rust_bin(s);
	return name && name->kind == TOML_STRING ? name->text
						 : (struct span){ 0 };
}

static void
look_rust(struct sources *s)
{
	struct span name = rust_name(s);
	bool locked = has(s, "Cargo.lock");
	s->value[INSTALL] = locked ? "cargo build --release --locked"
				   : "cargo build --release";
	if (!locked)
		todo(s, "There is no Cargo.lock: \"cargo generate-lockfile\" "
			"writes it; then add --locked.");
	if (plain(name) && span_find(name, '/') == name.n) {
		s->value[NAME] = arena_cstr(s->a, name);
		return;
	}
	s->value[NAME] = "your-program";
	todo(s, "Cargo.toml does not say which program: put its name for "
		"your-program.");
}

static const struct language languages[] = {
	{ "package.json", node_text, "node_modules\n", look_node },
	{ "requirements.txt", python_text, ".venv\nvenv\n**/__pycache__\n",
	  look_python },
	{ "go.mod", go_text, "", look_go },
	{ "Cargo.toml", rust_text, "target\n", look_rust },
};

static void
fill(struct buf *b, const struct language *l, const struct sources *s)
{
	buf_str(b, head);
	for (const char *p = l->text; *p; p++) {
		if (*p != '@')
			buf_u8(b, (uint8_t)*p);
		else if (*++p == 'H')
			buf_str(b, hub);
		else
			buf_str(b,
				s->value[*p - '0'] ? s->value[*p - '0'] : "");
	}
}

static bool
write_down(const struct language *l, struct sources *s, struct dockerfile *d)
{
	DEFER(buf_free) struct buf b = buf_max(16 * KIB);
	l->look(s);
	fill(&b, l, s);
	d->text = arena_dup(s->a, buf_view(&b));
	d->ignore = span_str(arena_fmt(s->a, "%s%s", ignore_all, l->ignore));
	if (s->todos)
		d->todo = arena_fmt(s->a, "%s%s%s", s->todo[0],
				    s->todos > 1 ? " " : "",
				    s->todos > 1 ? s->todo[1] : "");
	d->found = l->file;
	return !b.failed && !s->a->failed;
}

bool
dockerfile_propose(const char *dir, struct arena *a, struct dockerfile *d,
		   struct err *e)
{
	struct sources s = { .dir = dir, .a = a };
	*d = (struct dockerfile){ 0 };
	for (size_t i = 0; i < COUNT(languages); i++) {
		if (!has(&s, languages[i].file))
			continue;
		s.file = text_of(&s, languages[i].file);
		return write_down(&languages[i], &s, d) ||
		       err_full(e, "the Dockerfile");
	}
	return true;
}
