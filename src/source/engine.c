#include "source/engine.h"

#include <string.h>

#include "base/argv.h"
#include "base/fmt.h"
#include "base/num.h"
#include "base/path.h"
#include "oci/reference.h"
#include "source/oci.h"
#include "source/source.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/fs.h"
#include "sys/proc.h"

/* One build in progress. */
struct job {
	const struct source_options *o;
	const struct engine_build *how; /* o's */
	struct arena *a;
	struct image *m;
	const char *file, *context;
	const char *platform; /* linux/amd64 */
	bool foreign;         /* another architecture than this machine's */
	const char *tag;      /* a name until the build is done */
	const char *env[4];
	const char *drop[5]; /* removes the tag; set before the tag is made */
	struct held held;
	int fd; /* the archive; -1 until it exists */
};

/* Adds "--build-arg" before each argument, the epoch's first. */
static void
add_args(struct argv *v, const struct job *j, const char *option,
	 const char *prefix)
{
	argv_option(v, option,
		    arena_fmt(j->a, "%sSOURCE_DATE_EPOCH=%llu", prefix,
			      (unsigned long long)j->o->epoch));
	for (size_t i = 0; i < j->how->args.n; i++) {
		struct span s = j->how->args.v[i];
		argv_option(v, option,
			    arena_fmt(j->a, "%s%.*s", prefix, SPAN_ARG(s)));
	}
}

/* Runs a program that prints a word or two; returns false if it fails. */
static bool
answer(struct job *j, const char *const *argv, struct span *out)
{
	DEFER(buf_free) struct buf said = buf_max(64 * KIB);
	DEFER(buf_free) struct buf wrong = buf_max(64 * KIB);
	struct proc p = { .argv = argv,
			  .out = &said,
			  .err = &wrong,
			  .tidy = true,
			  .held = &j->held };
	struct err ignored = { 0 };
	int status;
	if (!proc_run(&p, &status, &ignored) || status != 0)
		return false;
	*out = arena_dup(j->a, span_trim(buf_view(&said)));
	return out->p != NULL;
}

/* Runs an engine and shows its output to the user. A signal is forwarded to
 * the engine and its children, so that they can remove their own files. */
static bool
work(struct job *j, struct argv *v, int out_fd, struct err *e)
{
	struct proc p = { .argv = v->v,
			  .env = j->env,
			  .out_fd = out_fd,
			  .tidy = true,
			  .late = j->o->quiet,
			  .held = &j->held };
	if (!argv_ok(v, e))
		return false;
	if (proc_check(&p, e))
		return true;
	err_hint(e, "its own messages are above; veraclave only started it");
	return err_id(e, "engine-failed");
}

static bool
new_file(struct job *j, struct err *e)
{
	return fs_tmpfile(NULL, &j->fd, e);
}

/* Removes our name of the image from the engine, also if the engine was
 * stopped, because it may have made the image already. */
static void
drop_tag(const struct job *j)
{
	struct proc p = { .argv = j->drop, .quiet = true };
	struct err ignored = { 0 };
	int status;
	if (j->drop[0])
		IGNORE(proc_run(&p, &status, &ignored));
}

/* Makes docker's image j->tag with `make`, saves it and removes the tag.
 * docker save writes to its standard output. */
static bool
docker_tagged(struct job *j, struct argv *make, struct err *e)
{
	struct argv save = { .v = { "docker", "image", "save", j->tag },
			     .n = 4 };
	j->drop[0] = "docker";
	j->drop[1] = "image";
	j->drop[2] = "rm";
	j->drop[3] = j->tag;
	return work(j, make, 0, e) && new_file(j, e) &&
	       work(j, &save, j->fd, e);
}

static void
common(struct argv *v, const struct job *j)
{
	add_args(v, j, "--build-arg", "");
	argv_option(v, "--file", j->file);
	argv_given(v, "--target", j->how->target);
	argv_given(v, "--network", j->how->network);
}

/* docker 23 and later need the buildx component for BuildKit; earlier versions
 * have it built in and enable it by a variable. */
static bool
has_old_client(struct job *j)
{
	static const char *const argv[] = { "docker", "version", "--format",
					    "{{.Client.Version}}", NULL };
	struct span version = { 0 };
	uint64_t major = 0;
	return answer(j, argv, &version) &&
	       num_parse(span_cut(&version, '.'), &major) && major < 23;
}

static bool
build_docker_alone(struct job *j, struct err *e)
{
	struct argv v = { .v = { "docker", "build", "--tag", j->tag }, .n = 4 };
	bool buildkit = has_old_client(j);
	j->env[1] = buildkit ? "DOCKER_BUILDKIT=1" : "DOCKER_BUILDKIT=0";
	note_info(j->m->notes, "engine", "built by docker build (%s)",
		  buildkit ? "its own BuildKit" : "without BuildKit");
	common(&v, j);
	if (j->foreign || buildkit)
		argv_option(&v, "--platform", j->platform);
	argv_add(&v, j->context);
	return docker_tagged(j, &v, e);
}

/* The "docker" driver of buildx has no exporter for files; its images are
 * stored by the server. */
static bool
buildx_exports(struct job *j)
{
	static const char *const argv[] = { "docker", "buildx", "inspect",
					    NULL };
	struct span rest, head = SPAN("Driver:");
	if (!answer(j, argv, &rest))
		return false;
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		if (span_starts(line, head))
			return !span_is(span_trim(span_from(line, head.n)),
					"docker");
	}
	return false;
}

static bool
build_buildx(struct job *j, struct err *e)
{
	struct argv v = { .v = { "docker", "buildx", "build", "--platform",
				 j->platform },
			  .n = 5 };
	bool exports = buildx_exports(j);
	j->env[1] = "BUILDX_NO_DEFAULT_ATTESTATIONS=1";
	note_info(j->m->notes, "engine", "built by docker buildx%s",
		  exports ? "" : " with the server's own BuildKit");
	common(&v, j);
	argv_add(&v, exports ? "--output" : "--load");
	if (exports)
		argv_add(&v, "type=oci,dest=-,rewrite-timestamp=true,"
			     "compression=uncompressed");
	else
		argv_add(&v, arena_fmt(j->a, "--tag=%s", j->tag));
	argv_add(&v, j->context);
	if (!exports)
		return docker_tagged(j, &v, e);
	return new_file(j, e) && work(j, &v, j->fd, e);
}

static bool
build_docker(struct job *j, struct err *e)
{
	static const char *const argv[] = { "docker", "buildx", "version",
					    NULL };
	struct span ignored;
	return answer(j, argv, &ignored) ? build_buildx(j, e)
					 : build_docker_alone(j, e);
}

static bool
build_buildctl(struct job *j, struct err *e)
{
	struct argv v = { .v = { "buildctl", "build", "--frontend",
				 "dockerfile.v0" },
			  .n = 4 };
	struct span file = span_str(j->file);
	const char *dir = arena_cstr(j->a, path_parent(file));
	note_info(j->m->notes, "engine", "built by buildctl");
	argv_option(&v, "--local", arena_fmt(j->a, "context=%s", j->context));
	argv_option(&v, "--local",
		    dir ? arena_fmt(j->a, "dockerfile=%s", dir) : NULL);
	argv_option(
		&v, "--opt",
		arena_fmt(j->a, "filename=%.*s", SPAN_ARG(path_base(file))));
	argv_option(&v, "--opt", arena_fmt(j->a, "platform=%s", j->platform));
	if (j->how->target)
		argv_option(&v, "--opt",
			    arena_fmt(j->a, "target=%s", j->how->target));
	if (j->how->network)
		argv_option(&v, "--opt",
			    arena_fmt(j->a, "force-network-mode=%s",
				      j->how->network));
	add_args(&v, j, "--opt", "build-arg:");
	argv_option(&v, "--output",
		    "type=oci,rewrite-timestamp=true,"
		    "compression=uncompressed");
	return new_file(j, e) && work(j, &v, j->fd, e);
}

static void
remove_dir(char **dir)
{
	if (*dir)
		fs_remove_tree(*dir);
	*dir = NULL;
}

/* buildah requires a name for the archive. */
static bool
buildah_push(struct job *j, struct err *e)
{
	DEFER(remove_dir) char *dir = NULL;
	struct argv v = { .v = { "buildah", "push", "--quiet",
				 "--disable-compression", j->tag },
			  .n = 5 };
	if (!fs_tmpdir(j->a, &dir, e))
		return false;
	const char *path = arena_fmt(j->a, "%s/image.tar", dir);
	argv_add(&v, path ? arena_fmt(j->a, "oci-archive:%s", path) : NULL);
	return work(j, &v, 0, e) && fs_open(path, &j->fd, e);
}

static bool
build_buildah(struct job *j, struct err *e)
{
	struct argv v = { .v = { "buildah", "bud", "--format", "oci",
				 "--timestamp" },
			  .n = 5 };
	note_info(j->m->notes, "engine", "built by buildah");
	j->tag = arena_fmt(j->a, "localhost/%s", j->tag);
	argv_add(&v, arena_fmt(j->a, "%llu", (unsigned long long)j->o->epoch));
	argv_option(&v, "--tag", j->tag);
	common(&v, j);
	if (j->foreign)
		argv_option(&v, "--platform", j->platform);
	argv_add(&v, j->context);
	j->drop[0] = "buildah";
	j->drop[1] = "rmi";
	j->drop[2] = j->tag;
	return work(j, &v, 0, e) && buildah_push(j, e);
}

const char *const engine_names[] = {
	[ENGINE_AUTO] = "auto",         [ENGINE_DOCKER] = "docker",
	[ENGINE_BUILDCTL] = "buildctl", [ENGINE_BUILDAH] = "buildah",
	[ENGINE_BUILDAH + 1] = NULL,
};

/* In the order in which they are tried. */
static const struct {
	enum engine engine;
	const char *probe[5]; /* succeeds if the engine can be used */
	bool (*build)(struct job *j, struct err *e);
} engines[] = {
	{ ENGINE_DOCKER,
	  { "docker", "version", "--format", "{{.Server.Version}}" },
	  build_docker },
	{ ENGINE_BUILDCTL, { "buildctl", "debug", "workers" }, build_buildctl },
	{ ENGINE_BUILDAH, { "buildah", "--version" }, build_buildah },
};

static bool
none_there(enum engine forced, struct arena *a, struct err *e)
{
	const char *name = forced == ENGINE_AUTO ? NULL : engine_names[forced];
	const char *path;
	if (name && exec_find(a, name, &path, e))
		err_set(e, ERR_NOTFOUND,
			"%s does not work, or its server does not answer",
			name);
	if (name)
		err_ctx(e, "%s cannot be used here", name);
	else
		err_set(e, ERR_NOTFOUND,
			"no engine on this machine can build a Dockerfile");
	err_hint(e, "install buildah (apt-get install buildah; it needs no "
		    "server), or docker with buildx, or BuildKit with "
		    "buildctl; or build the image elsewhere and give it as "
		    "an OCI layout");
	return err_id(e, "engine-none");
}

static bool
run_engine(struct job *j, struct err *e)
{
	for (size_t i = 0; i < COUNT(engines); i++) {
		struct span ignored;
		if (j->how->engine != ENGINE_AUTO &&
		    j->how->engine != engines[i].engine)
			continue;
		if (answer(j, engines[i].probe, &ignored) ||
		    (engines[i].engine == ENGINE_DOCKER && buildx_exports(j)))
			return engines[i].build(j, e);
	}
	return none_there(j->how->engine, j->a, e);
}

static const char *
dir_of(const char *path, struct arena *a)
{
	struct span dir = path_dir(span_str(path));
	if (dir.n)
		return arena_cstr(a, dir);
	return path[0] == '/' ? "/" : ".";
}

bool
engine_missing(const char *path, struct err *e)
{
	err_set(e, ERR_NOTFOUND, "there is no Dockerfile: %s",
		show_str(path).s);
	err_hint(e, "write it; for sources in Node, Python, Go or Rust "
		    "\"veraclave init --dockerfile\" proposes one");
	return err_id(e, "dockerfile-missing");
}

/* A directory that has only a Containerfile is built from that file. */
static const char *
file_in(const char *dir, struct arena *a)
{
	const char *file = path_join(a, dir, "Dockerfile");
	const char *other = path_join(a, dir, "Containerfile");
	if (!file || !other)
		return NULL;
	return fs_kind(file) != FS_FILE && fs_kind(other) == FS_FILE ? other
								     : file;
}

/* Sets the Dockerfile and the directory that COPY reads. */
static bool
name_files(struct job *j, const char *where, struct err *e)
{
	bool dir = fs_kind(where) == FS_DIR;
	j->file = j->how->dockerfile;
	j->context = j->how->context;
	if (!j->file)
		j->file = dir ? file_in(where, j->a) : where;
	if (!j->context)
		j->context = dir ? where : dir_of(where, j->a);
	return (j->file && j->context) || err_full(e, "a path");
}

static bool
find_files(struct job *j, const char *where, struct err *e)
{
	if (!name_files(j, where, e))
		return false;
	if (fs_kind(j->file) != FS_FILE)
		return engine_missing(j->file, e);
	if (fs_kind(j->context) != FS_DIR)
		return err_set(e, ERR_NOTFOUND, "there is no directory %s",
			       show_str(j->context).s);
	return true;
}

static bool
prepare(struct job *j, const struct platform *want, struct err *e)
{
	uint64_t r;
	const char *machine = platform_machine(want);
	j->platform = platform_text(j->a, want);
	j->foreign = !machine || strcmp(machine, sys_machine()) != 0;
	j->env[0] = arena_fmt(j->a, "SOURCE_DATE_EPOCH=%llu",
			      (unsigned long long)j->o->epoch);
	if (!sys_random(&r, sizeof r, e))
		return false;
	j->tag = arena_fmt(j->a, "veraclave-build:%016llx",
			   (unsigned long long)r);
	return (j->platform && j->env[0] && j->tag) ||
	       err_full(e, "a command line");
}

static bool
read_result(struct job *j, const struct platform *want, struct err *e)
{
	struct oci_wanted w = { .platform = *want };
	struct window tar = { .fd = j->fd };
	int fd = j->fd;
	j->fd = -1;
	if (!image_keep_fd(j->m, fd, e) || !fs_size(fd, &tar.size, e))
		return false;
	return any_archive_read(&tar, &w, j->m, e) ||
	       err_ctx(e, "the engine's archive");
}

static void
job_finish(struct job *j)
{
	fd_closep(&j->fd);
}

/* Removes what was started and tagged before a signal ends this process. */
static bool
make_image(struct job *j, struct err *e)
{
	j->held = HELD_NONE;
	bool ok = held_open(&j->held, e) && run_engine(j, e);
	drop_tag(j);
	held_close(&j->held);
	return ok;
}

static struct job
new_job(const struct source_options *o, struct arena *a)
{
	return (struct job){ .o = o, .how = &o->engine, .a = a, .fd = -1 };
}

bool
engine_is_file(const char *path)
{
	struct span name = path_base(span_str(path));
	return span_starts(name, SPAN("Dockerfile")) ||
	       span_starts(name, SPAN("Containerfile")) ||
	       span_ends(name, SPAN(".Dockerfile")) ||
	       span_ends(name, SPAN(".dockerfile"));
}

bool
engine_claim(const struct source *s, const struct source_options *o,
	     struct claims *c, struct err *e)
{
	static const char *const names[] = { "Dockerfile", "Containerfile",
					     ".dockerignore", "enclave.toml" };
	struct job j = new_job(o, c->arena);
	if (!name_files(&j, s->where, e) ||
	    !claim_input(c, "the Dockerfile", j.file, e))
		return false;
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = path_join(c->arena, j.context, names[i]);
		if (!path)
			return err_full(e, "a file name");
		if (!claim_input(c, "a file of the context", path, e))
			return false;
	}
	return true;
}

bool
engine_ready(const struct source *s, const struct source_options *o,
	     struct arena *a, struct err *e)
{
	struct job j = new_job(o, a);
	enum engine only = o->engine.engine;
	bool installed = false;
	for (size_t i = 0; i < COUNT(engines); i++)
		installed |=
			(only == ENGINE_AUTO || only == engines[i].engine) &&
			proc_find(a, engine_names[engines[i].engine]);
	return find_files(&j, s->where, e) &&
	       (installed || none_there(only, a, e));
}

bool
engine_open(const struct source *s, const struct source_options *o,
	    struct image *m, struct err *e)
{
	DEFER(job_finish) struct job j = new_job(o, m->arena);
	struct platform want;
	j.m = m;
	return (platform_from_machine(o->arch, &want, e) &&
		find_files(&j, s->where, e) && prepare(&j, &want, e) &&
		make_image(&j, e) && read_result(&j, &want, e)) ||
	       err_ctx(e, "building %s", show_str(s->where).s);
}
