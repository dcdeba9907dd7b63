/* nitro-cli/1 against ramdisks made by linuxkit itself. */
#include "base/test.h"

#include "base/buf.h"
#include "ramdisk/ramdisk.h"

#define FIXTURE "nitro/kat/linuxkit/"

static const struct ramdisk_options nitro = { .profile = RAMDISK_NITRO_CLI };

#define LONG_NAME                                                          \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" \
	"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.txt"

/* The entries of export.tar, in its order; content is at `at` in it. */
static const struct row {
	const char *path;
	enum node_type type;
	uint32_t mode, uid, gid;
	int64_t mtime;
	size_t size, at;
	const char *link; /* target of a symbolic link, or the first name */
} export_rows[] = {
	{ ".dockerenv", NODE_FILE, 0755, 0, 0, 1700000000, 0, 512, "" },
	{ "bin", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "bin/hello.sh", NODE_FILE, 0755, 0, 0, 1700000000, 54, 1536, "" },
	{ "bin/hl", NODE_FILE, 0, 0, 0, 0, 0, 0, "bin/hello.sh" },
	{ "bin/ping", NODE_FILE, 04755, 0, 5, 1700000000, 21, 3072, "" },
	{ "bin/sh", NODE_SYMLINK, 0777, 0, 0, 1700000000, 0, 0,
	  "/bin/busybox" },
	{ "dev", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "dev/console", NODE_FILE, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "dev/pts", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "dev/shm", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "etc", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "etc/hostname", NODE_FILE, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "etc/hosts", NODE_FILE, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "etc/mtab", NODE_SYMLINK, 0777, 0, 0, 1700000000, 0, 0,
	  "/proc/mounts" },
	{ "etc/resolv.conf", NODE_FILE, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "home", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "home/user", NODE_DIR, 0700, 1000, 1000, 1699999999, 0, 0, "" },
	{ "home/user/" LONG_NAME, NODE_FILE, 0600, 1000, 1000, 1700000000, 10,
	  11264, "" },
	{ "home/user/zz.sym", NODE_SYMLINK, 0777, 1000, 1000, 1700000000, 0, 0,
	  "./" LONG_NAME },
	{ "lib", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "lib/a", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "lib/a/b.so", NODE_FILE, 0644, 0, 0, 1700000000, 2, 14848, "" },
	{ "lib/c.so", NODE_FILE, 0, 0, 0, 0, 0, 0, "lib/a/b.so" },
	{ "proc", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "run", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "run/fifo", NODE_FIFO, 0644, 0, 0, 1700000000, 0, 0, "" },
	{ "sys", NODE_DIR, 0755, 0, 0, 1700000123, 0, 0, "" },
	{ "tmp", NODE_DIR, 01777, 0, 0, 1700000000, 0, 0, "" },
	{ "var", NODE_DIR, 0755, 0, 0, 1700000000, 0, 0, "" },
	{ "var/empty.dat", NODE_FILE, 0444, 0, 0, 1700000000, 0, 0, "" },
	{ "var/null", NODE_CHAR, 0666, 0, 0, 1700000000, 0, 0, "" },
	{ "var/utf8-\xc3\xa9.txt", NODE_FILE, 0644, 0, 0, 1700000000, 2, 21504,
	  "" },
};

static const struct row scratch_rows[] = {
	{ "app", NODE_FILE, 0755, 0, 0, 1, 26, 512, "" },
};

static void
put_row(struct test *t, struct image *m, const struct row *r, struct span tar)
{
	struct err e = { 0 };
	struct inode *i = tree_inode(&m->tree);
	struct node *first = NULL;
	if (r->type == NODE_FILE && r->link[0])
		first = tree_find(&m->tree, span_str(r->link));
	if (r->type == NODE_FILE && r->link[0] && !first)
		return;
	*i = (struct inode){ .type = r->type,
			     .mode = r->mode,
			     .uid = r->uid,
			     .gid = r->gid,
			     .mtime = r->mtime,
			     .link = span_str(r->link) };
	if (r->type == NODE_CHAR)
		i->major = 1, i->minor = 3;
	content_set(i, span_sub(tar, r->at, r->size));
	CHECK_OK(t,
		 tree_put(&m->tree, span_str(r->path), first ? first->inode : i,
			  NULL, &e),
		 &e);
}

static struct strings
lines_of(struct test *t, struct span text)
{
	struct strings s = { NEW(&t->arena, struct span, 10), 0 };
	while (text.n)
		s.v[s.n++] = span_cut(&text, '\n');
	return s;
}

/* Makes the ramdisk from these rows, in this order of rows. */
static void
check_app(struct test *t, const struct row *rows, size_t n, bool backwards,
	  const char *tar_name, const char *want_name)
{
	struct err e = { 0 };
	struct notes notes = { .arena = &t->arena };
	struct buf b = buf_max(100000);
	struct sink sink = buf_sink(&b);
	struct span tar = test_fixture(t, tar_name);
	struct span want = test_fixture(t, want_name);
	struct process p = {
		.args = lines_of(t, test_fixture(t, FIXTURE "cmd")),
		.env = lines_of(t, test_fixture(t, FIXTURE "env")),
		.cwd = SPAN("/"),
		.reduced = true,
	};
	struct image m;
	uint64_t size;
	if (!want.n)
		return;
	CHECK(t, image_init(&m, &t->arena, &notes, NULL, &e));
	m.as_archived = !backwards;
	for (size_t i = 0; i < n; i++)
		put_row(t, &m, &rows[backwards ? n - 1 - i : i], tar);
	/* the links whose first name followed them */
	for (size_t i = 0; backwards && i < n; i++)
		if (!tree_find(&m.tree, span_str(rows[i].path)))
			put_row(t, &m, &rows[i], tar);
	CHECK_OK(t, ramdisk_prepare(&m, &nitro, &e), &e);
	CHECK_OK(t, ramdisk_app(&m, &p, &nitro, &sink, &size, &e), &e);
	CHECK_U(t, size, want.n);
	CHECK(t, span_eq(buf_view(&b), want));
	CHECK_OK(t, ramdisk_app(&m, &p, &nitro, NULL, &size, &e), &e);
	CHECK_U(t, size, want.n);
	buf_free(&b);
	image_finish(&m);
}

TEST(nitro_export)
{
	check_app(t, export_rows, COUNT(export_rows), false,
		  FIXTURE "export.tar", FIXTURE "customer-initrd.img");
}

TEST(nitro_export_of_one_file)
{
	check_app(t, scratch_rows, COUNT(scratch_rows), false,
		  FIXTURE "export_scratch.tar",
		  FIXTURE "customer_scratch-initrd.img");
}

/* Adds the rows backwards, and as a kind of source that has no order of its
 * own: the lexical walk restores it. */
TEST(nitro_walk)
{
	check_app(t, export_rows, COUNT(export_rows), true,
		  FIXTURE "export.tar", FIXTURE "customer-initrd.img");
}

TEST(nitro_boot)
{
	struct err e = { 0 };
	struct buf b = buf_max(100000);
	struct sink sink = buf_sink(&b);
	struct span want = test_fixture(t, FIXTURE "bootstrap-initrd.img");
	struct inode init = { 0 }, nsm = { 0 };
	struct ramdisk_boot boot = { &init, &nsm };
	uint64_t size;
	content_set(&init, test_fixture(t, FIXTURE "init.bin"));
	content_set(&nsm, test_fixture(t, FIXTURE "nsm.bin"));
	if (!want.n)
		return;
	CHECK_OK(t, ramdisk_boot(&boot, &nitro, &sink, &size, &e), &e);
	CHECK(t, size == want.n && span_eq(buf_view(&b), want));
	buf_free(&b);
}
