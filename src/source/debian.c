#include "source/debian.h"

#include <string.h>

#include "base/argv.h"
#include "base/fmt.h"
#include "oci/layer.h"
#include "source/local.h"
#include "source/source.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/fs.h"
#include "sys/proc.h"

/* mmdebstrap's option to remove these files of the host. */
static const char forget_host[] =
	"--customize-hook=rm -f \"$1/etc/hostname\" \"$1/etc/resolv.conf\"";

/* Names become parts of one option and of file names on the mirror. */
static bool
word_ok(struct span s, const char *more)
{
	if (s.n == 0 || s.n > 200 || s.p[0] == '-' || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			     (c && strchr("+.-", c));
		if (!plain && !(c && strchr(more, c)))
			return false;
	}
	return true;
}

const char *const debian_variant_names[] = {
	[DEBIAN_MINBASE] = "minbase",
	[DEBIAN_ESSENTIAL] = "essential",
	[DEBIAN_APT] = "apt",
	[DEBIAN_APT + 1] = NULL,
};

static bool
bad_word(const char *what, struct span s, struct err *e)
{
	err_set(e, ERR_USAGE, "%s is not a valid name of a %s", show(s).s,
		what);
	return err_id(e, "rootfs-name");
}

static bool
check(const char *suite, const struct debian *r, struct err *e)
{
	if (!word_ok(span_str(suite), "/_"))
		return bad_word("Debian release", span_str(suite), e);
	if (r->mirror && r->mirror[0] == '-')
		return bad_word("mirror", span_str(r->mirror), e);
	for (size_t i = 0; i < r->packages.n; i++)
		if (!word_ok(r->packages.v[i], ":=~/_"
					       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			return bad_word("package", r->packages.v[i], e);
	return true;
}

static const char *
joined(const struct strings *s, struct arena *a)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	buf_str(&b, "--include=");
	for (size_t i = 0; i < s->n; i++) {
		buf_str(&b, i ? "," : "");
		buf_span(&b, s->v[i]);
	}
	return b.failed ? NULL : arena_cstr(a, buf_view(&b));
}

/* Returns true if a part of an address is a time, as in
 * .../20260101T000000Z/... */
static bool
has_time(const char *s)
{
	static const char digits[] = "0123456789";
	while ((s = strchr(s, '/'))) {
		s++;
		if (strspn(s, digits) == 8 && s[8] == 'T' &&
		    strspn(s + 9, digits) == 6 && s[15] == 'Z')
			return true;
	}
	return false;
}

void
debian_argv(struct argv *v, const char *suite, const struct source_options *o,
	    struct arena *a)
{
	const struct debian *r = &o->debian;
	*v = (struct argv){ .v = { "mmdebstrap" }, .n = 1 };
	argv_add(v, arena_fmt(a, "--variant=%s",
			      debian_variant_names[r->variant]));
	argv_add(v, arena_fmt(a, "--architectures=%.*s", SPAN_ARG(o->arch)));
	argv_add(v, "--format=tar");
	argv_add(v, forget_host);
	if (r->packages.n)
		argv_add(v, joined(&r->packages, a));
	if (r->keyring)
		argv_add(v, arena_fmt(a, "--keyring=%s", r->keyring));
	for (size_t i = 0; i < r->apt.n; i++)
		argv_add(v,
			 arena_fmt(a, "--aptopt=%.*s", SPAN_ARG(r->apt.v[i])));
	/* the validity period of a snapshot's signature may be over */
	if (r->mirror && has_time(r->mirror))
		argv_add(v, "--aptopt=Acquire::Check-Valid-Until \"false\"");
	argv_add(v, suite);
	argv_add(v, "-");
	if (r->mirror)
		argv_add(v, r->mirror);
}

/* Scripts of packages run in mmdebstrap's environment, and some write other
 * bytes because of it: PYTHONDONTWRITEBYTECODE changes what python3 installs.
 */
static const char *const passed_on[] = {
	"PATH",      "HOME",      "TMPDIR",   "http_proxy", "https_proxy",
	"ftp_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
	"ALL_PROXY", "NO_PROXY",  NULL,
};

/* For an ordinary user, mmdebstrap works in TMPDIR as one of the user's
 * subordinate IDs. If that ID cannot enter a directory of the path, mmdebstrap
 * reports only "Permission denied". */
static bool
tmp_is_closed(const char *tmp, const char *closed, struct err *e)
{
	err_set(e, ERR_SYS,
		"mmdebstrap cannot work in %s: it changes to another user "
		"there, which may not enter %s",
		show_str(tmp).s, show_str(closed).s);
	err_hint(e,
		 "set TMPDIR=/tmp, or another directory that every user may "
		 "enter; or open this one: chmod a+x %s",
		 show_str(closed).s);
	return err_id(e, "rootfs-tmpdir");
}

static bool
why_it_failed(struct arena *a, struct err *e)
{
	const char *set = sys_env("TMPDIR"), *tmp = set ? set : "/tmp";
	bool root = sys_is_root();
	const char *closed = root ? NULL : fs_closed_dir(a, tmp);
	if (!root && !proc_find(a, "newuidmap") &&
	    !proc_find(a, "fakechroot")) {
		err_set(e, ERR_SYS,
			"mmdebstrap needs newuidmap when it does not run as "
			"root, and newuidmap is not installed");
		err_hint(e, "install it (apt-get install uidmap), or build as "
			    "root");
		return err_id(e, "rootfs-uidmap");
	}
	if (closed)
		return tmp_is_closed(tmp, closed, e);
	err_hint(e,
		 "its own messages are above; check the names of the release "
		 "and of the packages, and the mirror%s",
		 root ? ""
		      : "; if it can pick no chroot mode, users may not create "
			"namespaces here: build as root");
	return err_id(e, "rootfs-failed");
}

static bool
installed(struct arena *a, struct err *e)
{
	const char *path;
	return exec_find(a, "mmdebstrap", &path, e) ||
	       err_hint(e, "install it: apt-get install mmdebstrap");
}

static bool
files_there(const char *files, struct err *e)
{
	if (!files || fs_kind(files) == FS_DIR)
		return true;
	err_set(e, ERR_NOTFOUND,
		"%s, the files of [rootfs], is not a directory",
		show_str(files).s);
	return err_hint(e, "give the directory whose files are to be copied "
			   "over the system");
}

bool
debian_ready(const struct source *s, const struct source_options *o,
	     struct arena *a, struct err *e)
{
	return check(s->where, &o->debian, e) &&
	       files_there(o->debian.files, e) && installed(a, e);
}

bool
debian_claim(const struct source *s, const struct source_options *o,
	     struct claims *c, struct err *e)
{
	(void)s;
	return claim_tree(c, "the files of [rootfs]", o->debian.files, e);
}

static bool
make(const char *suite, const struct source_options *o, int fd, struct arena *a,
     struct err *e)
{
	struct argv v;
	const char *epoch = arena_fmt(a, "SOURCE_DATE_EPOCH=%llu",
				      (unsigned long long)o->epoch);
	const char *env[] = { epoch, "LC_ALL=C.UTF-8", "TZ=UTC", NULL };
	struct proc p = { .argv = v.v,
			  .env = env,
			  .keep = passed_on,
			  .out_fd = fd,
			  .tidy = true,
			  .late = o->quiet };
	debian_argv(&v, suite, o, a);
	if (v.full || !epoch)
		return err_full(e, "a command line");
	return proc_check(&p, e) || why_it_failed(a, e);
}

bool
debian_open(const struct source *s, const struct source_options *o,
	    struct image *m, struct err *e)
{
	struct layer_source tar = { .what = "the root file system",
				    .plain = true };
	const char *files = o->debian.files;
	return debian_ready(s, o, m->arena, e) &&
	       fs_tmpfile(NULL, &tar.window.fd, e) &&
	       image_keep_fd(m, tar.window.fd, e) &&
	       make(s->where, o, tar.window.fd, m->arena, e) &&
	       fs_size(tar.window.fd, &tar.window.size, e) &&
	       image_apply_layer(m, &tar, e) &&
	       (!files || source_dir_over(files, m, e));
}
