#include "run/enclaves.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "sys/env.h"
#include "sys/fs.h"
#include "sys/private.h"

enum { RECORD_MAX = 16 * 1024 };

/* Reads the id of this boot; start times of processes are relative to the
 * boot. */
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
			       "there is no directory for records: "
			       "XDG_RUNTIME_DIR, HOME and TMPDIR are not set");
	s->dir = arena_fmt(s->arena, "%s%s/veraclave/enclaves", base, mid);
	return s->dir || err_full(e, "enclaves");
}

static bool
read_record(const struct enclaves *s, struct span file, struct span id,
	    struct enclave *x, struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct span text;
	if (!enclave_is_id(id))
		return err_set(e, ERR_INPUT,
			       "its name is not the id of an enclave");
	if (!fs_open_beneath(s->fd, file, &fd, e))
		return false;
	if (!private_is_ours(fd))
		return err_set(e, ERR_INPUT, "another user owns it");
	return fs_read_fd(fd, RECORD_MAX, s->arena, &text, e) &&
	       enclave_parse(text, id, s->arena, x, e);
}

bool
enclaves_open(struct enclaves *s, struct arena *a, struct notes *notes,
	      struct err *e)
{
	struct span *names, now;
	size_t n;
	*s = (struct enclaves){ .arena = a, .fd = -1 };
	if (!place(s, e))
		return false;
	if (!private_dir(s->dir, &s->fd, e))
		return e->code == ERR_REFUSED ? err_id(e, "enclave-dir")
					      : false;
	if (!boot_id(a, &now, e) || !fs_list(s->fd, a, &names, &n, e))
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
		if (!read_record(s, names[i], id, &x, &why))
			note_warn(notes, "enclave-record",
				  "%s in %s is ignored: %s", show(names[i]).s,
				  show_str(s->dir).s, why.msg);
		else if (span_eq(x.boot, now) && detached_runs(&x.process))
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
				       "%s: select one with --enclave-id",
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
	DEFER(buf_free) struct buf b = buf_max(RECORD_MAX);
	struct enclave now = *x;
	char *path = file_of(s, x->id, "json");
	if (!path)
		return err_full(e, "enclaves");
	return boot_id(s->arena, &now.boot, e) && enclave_put(&b, &now, e) &&
	       fs_write_file(path, buf_view(&b), 0600, e);
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
