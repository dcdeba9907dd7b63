#include "run/enclaves.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/private.h"

#define SCHEMA "veraclave-enclave/1"
enum { RECORD_MAX = 16 * 1024, NAME_MAX_BYTES = 256, ID_MAX = 64 };

/* A new start of the machine begins the clock of processes anew. */
static bool
boot_id(struct arena *a, struct span *out, struct err *e)
{
	if (!fs_read("/proc/sys/kernel/random/boot_id", 128, a, out, e))
		return false;
	*out = span_trim(*out);
	return true;
}

static bool
place(struct enclaves *s, struct err *e)
{
	const char *base = sys_env("XDG_RUNTIME_DIR"), *mid = "";
	if (!base && (base = sys_env("HOME")))
		mid = "/.cache";
	if (!base && !(base = sys_env("TMPDIR")))
		return err_set(e, ERR_USAGE,
			       "there is no place for records: "
			       "XDG_RUNTIME_DIR, HOME and TMPDIR are not set");
	s->dir = arena_fmt(s->arena, "%s%s/veraclave/enclaves", base, mid);
	return s->dir || err_full(e, "enclaves");
}

static bool
is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= ID_MAX;
}

static bool
is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
			return false;
	return s.n == 96;
}

static bool
read_pcrs(const struct json *j, struct arena *a, struct enclave *x,
	  struct err *e)
{
	static const char *const key[] = { "PCR0", "PCR1", "PCR2" };
	const struct json *m;
	if (!json_need(j, "Measurements", JSON_KIND_MAP, &m, e))
		return false;
	for (size_t i = 0; i < COUNT(key); i++) {
		struct span text;
		if (!json_need_text(m, key[i], &text, e))
			return false;
		if (!is_hex(text))
			return err_set(e, ERR_INPUT, "%s is no PCR", key[i]);
		x->pcr[i] = arena_dup(a, text);
	}
	return true;
}

static bool
read_fields(const struct json *j, struct span id, struct arena *a,
	    struct enclave *x, struct span *boot, struct err *e)
{
	struct span schema, text, name;
	const struct json *debug;
	uint64_t pid;
	if (!json_need_text(j, "schema", &schema, e) ||
	    !json_need_text(j, "EnclaveID", &text, e) ||
	    !json_need_text(j, "EnclaveName", &name, e) ||
	    !json_need_text(j, "Boot", boot, e) ||
	    !json_need_u64(j, "EnclaveCID", &x->cid, e) ||
	    !json_need_u64(j, "NumberOfCPUs", &x->cpus, e) ||
	    !json_need_u64(j, "MemoryMiB", &x->memory_mib, e) ||
	    !json_need_u64(j, "ProcessID", &pid, e) ||
	    !json_need_u64(j, "ProcessStart", &x->process.start, e) ||
	    !json_need(j, "Debug", JSON_KIND_BOOL, &debug, e) ||
	    !read_pcrs(j, a, x, e))
		return false;
	if (!span_is(schema, SCHEMA) || !span_eq(text, id) ||
	    name.n > NAME_MAX_BYTES || pid < 2 || pid > INT32_MAX ||
	    x->cid > UINT32_MAX)
		return err_set(e, ERR_INPUT, "it is no record of this enclave");
	x->process.pid = (pid_t)pid;
	x->debug = json_bool(debug);
	x->id = arena_cstr(a, id);
	x->name = arena_cstr(a, name);
	*boot = arena_dup(a, *boot);
	return !a->failed || err_full(e, "enclaves");
}

static bool
read_record(const struct enclaves *s, struct span file, struct span id,
	    struct enclave *x, struct span *boot, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(fd_closep) int fd = -1;
	struct span text;
	if (!is_id(id))
		return err_set(e, ERR_INPUT, "its name is no enclave's id");
	if (!fs_open_beneath(s->fd, file, &fd, e))
		return false;
	if (!private_is_ours(fd))
		return err_set(e, ERR_INPUT, "it is somebody else's");
	return fs_read_fd(fd, RECORD_MAX, s->arena, &text, e) &&
	       json_parse(text, &j, e) &&
	       read_fields(j, id, s->arena, x, boot, e);
}

bool
enclaves_open(struct enclaves *s, struct arena *a, struct notes *notes,
	      struct err *e)
{
	struct span *names, now, boot;
	size_t n;
	*s = (struct enclaves){ .arena = a, .fd = -1 };
	if (!place(s, e) || !private_dir(s->dir, &s->fd, e) ||
	    !boot_id(a, &now, e) || !fs_list(s->fd, a, &names, &n, e))
		return false;
	s->v = NEW(a, struct enclave, n + 1);
	if (!s->v)
		return err_full(e, "enclaves");
	for (size_t i = 0; i < n; i++) {
		struct enclave x = { 0 };
		struct err why = { 0 };
		if (!span_ends(names[i], SPAN(".json")))
			continue;
		struct span id = span_sub(names[i], 0, names[i].n - 5);
		if (!read_record(s, names[i], id, &x, &boot, &why))
			note_warn(notes, "enclave-record",
				  "%s in %s is passed over: %s",
				  show(names[i]).s, show_str(s->dir).s,
				  why.msg);
		else if (span_eq(boot, now) && process_runs(&x.process))
			s->v[s->n++] = x;
		else
			enclaves_remove(s, x.id);
	}
	return true;
}

void
enclaves_close(struct enclaves *s)
{
	fd_closep(&s->fd);
}

bool
enclaves_find(const struct enclaves *s, const char *id, const char *name,
	      const struct enclave **out, struct err *e)
{
	*out = NULL;
	for (size_t i = 0; i < s->n; i++) {
		const struct enclave *x = &s->v[i];
		if (strcmp(id ? id : name, id ? x->id : x->name) != 0)
			continue;
		if (*out)
			return err_set(e, ERR_USAGE,
				       "two enclaves are named "
				       "%s: give --enclave-id",
				       show_str(name).s);
		*out = x;
	}
	return true;
}

static char *
file_of(const struct enclaves *s, const char *id, const char *end)
{
	return arena_fmt(s->arena, "%s/%s.%s", s->dir, id, end);
}

char *
enclaves_console(const struct enclaves *s, const char *id)
{
	return file_of(s, id, "console");
}

bool
enclaves_add(const struct enclaves *s, const struct enclave *x, struct err *e)
{
	static const char *const key[] = { "PCR0", "PCR1", "PCR2" };
	DEFER(buf_free) struct buf b = buf_max(RECORD_MAX);
	struct jw w = jw_into(&b, 2);
	struct span boot;
	char *path = file_of(s, x->id, "json");
	if (!path)
		return err_full(e, "enclaves");
	if (!boot_id(s->arena, &boot, e))
		return false;
	jw_map(&w, NULL);
	jw_str(&w, "schema", SCHEMA);
	jw_str(&w, "EnclaveID", x->id);
	jw_str(&w, "EnclaveName", x->name);
	jw_text(&w, "Boot", boot);
	jw_int(&w, "ProcessID", x->process.pid);
	jw_u64(&w, "ProcessStart", x->process.start);
	jw_u64(&w, "EnclaveCID", x->cid);
	jw_u64(&w, "NumberOfCPUs", x->cpus);
	jw_u64(&w, "MemoryMiB", x->memory_mib);
	jw_bool(&w, "Debug", x->debug);
	jw_map(&w, "Measurements");
	for (size_t i = 0; i < COUNT(key); i++)
		jw_text(&w, key[i], x->pcr[i]);
	jw_end(&w);
	jw_end(&w);
	return jw_ok(&w, e) && fs_write_file(path, buf_view(&b), 0600, e);
}

void
enclaves_remove(const struct enclaves *s, const char *id)
{
	char *record = file_of(s, id, "json");
	char *console = file_of(s, id, "console");
	if (record)
		fs_unlink(record);
	if (console)
		fs_unlink(console);
}
