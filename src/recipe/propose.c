#include "recipe/propose.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "base/path.h"
#include "sys/fs.h"

struct look {
	const char *dir;
	bool write; /* the Dockerfile is written, too */
	struct arena *arena;
	struct span *names; /* in dir */
	size_t n;
	struct config_proposal *p;
	struct err *e;
};

static bool
line(struct look *l, const char *table, const char *key, const char *value,
     const char *why)
{
	ASSERT(l->p->n < COUNT(l->p->line));
	if (!value)
		return err_full(l->e, "the proposal");
	l->p->line[l->p->n++] = (struct toml_line){
		.table = table, .key = key, .value = value, .why = why
	};
	return true;
}

/* `text` as a string in TOML; NULL when the arena is full. */
static const char *
quoted(struct look *l, struct span text)
{
	DEFER(buf_free) struct buf b = buf_max(6 * text.n + 2);
	toml_put_string(&b, text);
	return b.failed ? NULL : arena_cstr(l->arena, buf_view(&b));
}

static enum fs_kind
kind_of(struct look *l, const char *a, const char *b)
{
	char *path =
		arena_fmt(l->arena, "%s/%s%s%s", l->dir, a, b[0] ? "/" : "", b);
	return path ? fs_kind(path) : FS_NONE;
}

/* The next name from *at on that is a plain text; NULL behind the last. */
static const char *
next_name(struct look *l, size_t *at)
{
	while (*at < l->n) {
		struct span s = l->names[(*at)++];
		bool text = s.n > 0;
		for (struct span rest = s; rest.n && text;) {
			size_t n = utf8_len(rest);
			text = n > 0;
			rest = span_from(rest, n);
		}
		if (text)
			return arena_cstr(l->arena, s);
	}
	return NULL;
}

static bool
find_dockerfile(struct look *l)
{
	static const char *const names[] = { "Dockerfile", "Containerfile" };
	for (size_t i = 0; i < COUNT(names); i++) {
		if (kind_of(l, names[i], "") != FS_FILE)
			continue;
		/* COPY . . would take an image into the next one */
		l->p->dockerfile.ignore = SPAN("*.eif\n*.pcrs.json\n");
		return line(l, "source", "dockerfile",
			    quoted(l, span_str(names[i])), "Found by init.");
	}
	return true;
}

static bool
find_layout(struct look *l)
{
	if (kind_of(l, "oci-layout", "") == FS_FILE)
		return line(l, "source", "image", "\"oci:.\"",
			    "Found by init: this directory is an OCI image "
			    "layout.");
	size_t at = 0;
	for (const char *s; (s = next_name(l, &at));)
		if (kind_of(l, s, "oci-layout") == FS_FILE)
			return line(l, "source", "image",
				    quoted(l, span_str(arena_fmt(l->arena,
								 "oci:%s", s))),
				    "Found by init: an OCI image layout.");
	return true;
}

static bool
find_archive(struct look *l)
{
	static const char *const ends[] = { ".tar", ".tar.gz", ".tgz",
					    ".tar.zst", ".tar.xz" };
	size_t at = 0;
	for (const char *s; (s = next_name(l, &at));)
		for (size_t i = 0; i < COUNT(ends); i++)
			if (span_ends(span_str(s), span_str(ends[i])) &&
			    kind_of(l, s, "") == FS_FILE)
				return line(l, "source", "image",
					    quoted(l, span_str(s)),
					    "Found by init: an archive.");
	return true;
}

static bool
is_rootfs(struct look *l, const char *name)
{
	static const char *const dirs[] = { "bin", "sbin", "usr",
					    "etc", "lib",  "dev" };
	size_t n = 0;
	for (size_t i = 0; i < COUNT(dirs); i++)
		n += kind_of(l, name, dirs[i]) == FS_DIR;
	return n >= 2;
}

/* The first file at the root of the file system, or NULL. */
static const char *
only_program(struct look *l, const char *name)
{
	struct look in = { .arena = l->arena, .e = l->e };
	struct err ignored = { 0 };
	DEFER(fd_closep) int fd = -1;
	size_t at = 0;
	in.dir = path_join(l->arena, l->dir, name);
	if (!in.dir || !fs_open_dir(in.dir, &fd, &ignored) ||
	    !fs_list(fd, l->arena, &in.names, &in.n, &ignored))
		return NULL;
	for (const char *s; (s = next_name(&in, &at));)
		if (kind_of(&in, s, "") == FS_FILE)
			return s;
	return NULL;
}

/* A root file system does not say what to run. */
static bool
entrypoint(struct look *l, const char *name)
{
	static const char *const likely[] = {
		"init", "entrypoint.sh", "docker-entrypoint.sh",
		"app",  "usr/bin/app",   "bin/sh"
	};
	const char *program = NULL;
	for (size_t i = 0; i < COUNT(likely) && !program; i++)
		if (kind_of(l, name, likely[i]) == FS_FILE)
			program = likely[i];
	/* in the directory itself lies more than the root file system */
	if (!program && name[0] != '.')
		program = only_program(l, name);
	const char *path =
		arena_fmt(l->arena, "/%s", program ? program : "your-program");
	const char *text = path ? quoted(l, span_str(path)) : NULL;
	return line(l, "process", "entrypoint",
		    text ? arena_fmt(l->arena, "[%s]", text) : NULL,
		    program ? "A guess by init: put your program here."
			    : "Missing: init found no program in the root file "
			      "system; put yours here.");
}

static bool
find_rootfs(struct look *l)
{
	size_t at = 0;
	const char *s = ".";
	while (s && !is_rootfs(l, s))
		s = next_name(l, &at);
	/* one that holds a program alone is told by its name */
	if (!s && kind_of(l, "rootfs", "") == FS_DIR)
		s = "rootfs";
	if (!s)
		return true;
	return line(l, "source", "rootfs", quoted(l, span_str(s)),
		    "Found by init: a root file system.") &&
	       entrypoint(l, s);
}

/* Sources of a program: what builds them is a Dockerfile, which is missing, or
 * written along with this. */
static bool
find_language(struct look *l)
{
	static const char missing[] =
		"Missing: init found %s and no Dockerfile. The one below may "
		"do; \"veraclave init --dockerfile\" writes it.%s%s";
	struct dockerfile *d = &l->p->dockerfile;
	if (!dockerfile_propose(l->dir, l->arena, d, l->e))
		return false;
	if (!d->found)
		return true;
	const char *gap = d->todo ? " " : "", *rest = d->todo ? d->todo : "";
	const char *why =
		l->write ? arena_fmt(l->arena, "Written by init for %s.%s%s",
				     d->found, gap, rest)
			 : arena_fmt(l->arena, missing, d->found, gap, rest);
	if (!why)
		return err_full(l->e, "the proposal");
	if (!line(l, "source", "dockerfile", "\"Dockerfile\"", why))
		return false;
	if (!l->write)
		l->p->line[l->p->n - 1].shown = d->text;
	return true;
}

static bool
no_language(struct look *l)
{
	if (l->p->n > 1)
		return true;
	err_set(l->e, ERR_REFUSED,
		"nothing in %s says what a Dockerfile is to build",
		show_str(l->dir).s);
	err_hint(l->e, "init knows package.json, requirements.txt, go.mod and "
		       "Cargo.toml; for others write one by hand");
	return err_id(l->e, "init-language");
}

static bool
debian(struct look *l)
{
	return line(l, "rootfs", "debian", "\"bookworm\"",
		    "Nothing to build from was found here, so that this is a "
		    "small Debian system.") &&
	       line(l, "rootfs", "packages", "[]", "Put packages here.") &&
	       line(l, "process", "entrypoint",
		    "[\"/bin/sh\", \"-c\", \"echo hello; sleep 60\"]",
		    "Put your program here.");
}

/* Letters, digits, "-", "_" and "." of the directory's own name. */
static bool
name_of(struct look *l)
{
	char *real = fs_real_path(l->arena, l->dir);
	struct span s = span_str(real ? real : "enclave");
	size_t slash = span_rfind(s, '/');
	s = slash < s.n ? span_from(s, slash + 1) : s;
	DEFER(buf_free) struct buf b = buf_max(LIMIT_NAME);
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i], low = c | 0x20;
		bool good = (low >= 'a' && low <= 'z') ||
			    (c >= '0' && c <= '9') || c == '_' || c == '.';
		buf_u8(&b, good ? c : '-');
	}
	if (b.n == 0)
		buf_str(&b, "enclave");
	return line(l, "", "name", quoted(l, buf_view(&b)), NULL);
}

bool
propose(const char *dir, bool write, struct arena *a, struct config_proposal *p,
	struct err *e)
{
	static bool (*const look[])(struct look *) = {
		find_dockerfile, find_layout,   find_archive,
		find_rootfs,     find_language, debian,
	};
	static bool (*const make[])(struct look *) = { find_language,
						       no_language };
	bool (*const *ways)(struct look *) = write ? make : look;
	size_t count = write ? COUNT(make) : COUNT(look);
	struct look l = {
		.dir = dir, .write = write, .arena = a, .p = p, .e = e
	};
	DEFER(fd_closep) int fd = -1;
	*p = (struct config_proposal){ .n = 0 };
	if (!fs_open_dir(dir, &fd, e) || !fs_list(fd, a, &l.names, &l.n, e) ||
	    !name_of(&l))
		return false;
	for (size_t i = 0; p->n < 2 && i < count; i++)
		if (!ways[i](&l))
			return false;
	return !a->failed || err_full(e, "the proposal");
}
