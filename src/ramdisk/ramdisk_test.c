/* canonical/1, and what both profiles refuse. */
#include "base/test.h"

#include <string.h>

#include "base/buf.h"
#include "codec/cpio.h"
#include "ramdisk/ramdisk.h"

struct bench {
	struct image m;
	struct notes notes;
	struct ramdisk_options o;
	struct process p;
	struct span arg;
};

static void
start(struct test *t, struct bench *b)
{
	struct err e = { 0 };
	memset(b, 0, sizeof *b);
	b->notes.arena = &t->arena;
	CHECK(t, image_init(&b->m, &t->arena, &b->notes, NULL, &e));
	b->arg = SPAN("/x");
	b->p.args = (struct strings){ &b->arg, 1 };
	b->p.cwd = SPAN("/");
	b->o.epoch = 1000;
}

static struct inode *
add_node(struct test *t, struct bench *b, const char *path, enum node_type type,
	 uint32_t mode)
{
	struct err e = { 0 };
	struct inode *i = tree_inode(&b->m.tree);
	i->type = type;
	i->mode = mode;
	if (type == NODE_FILE)
		content_set(i, span_str(path));
	if (type == NODE_SYMLINK)
		i->link = SPAN("to");
	CHECK_OK(t, tree_put(&b->m.tree, span_str(path), i, NULL, &e), &e);
	return i;
}

static void
hard_link(struct test *t, struct bench *b, const char *path, struct inode *i)
{
	struct err e = { 0 };
	CHECK_OK(t, tree_put(&b->m.tree, span_str(path), i, NULL, &e), &e);
}

static struct span
write_app(struct test *t, struct bench *b, struct err *e)
{
	struct buf out = buf_max((size_t)1 << 28);
	struct sink sink = buf_sink(&out);
	struct span s = { 0 };
	uint64_t size, planned;
	if (ramdisk_app(&b->m, &b->p, &b->o, NULL, &planned, e) &&
	    ramdisk_app(&b->m, &b->p, &b->o, &sink, &size, e)) {
		s = arena_dup(&t->arena, buf_view(&out));
		CHECK_U(t, size, s.n);
		CHECK_U(t, planned, s.n);
		CHECK_U(t, s.n % 512, 0);
	}
	buf_free(&out);
	return s;
}

/* Prints "path ino mode nlink mtime uid rdev size[->link]\n" for each entry. */
static const char *
listing(struct test *t, struct span in)
{
	struct err e = { 0 };
	struct cpio_input input = cpio_input_span(&in);
	struct cpio_reader r;
	struct cpio_entry en;
	struct buf b = buf_max(1000000);
	bool more;
	CHECK(t, cpio_reader_init(&r, &t->arena, &input, &e));
	while (CHECK_OK(t, cpio_next(&r, &en, &more, &e), &e) && more) {
		CHECK_SPAN(t, en.name, en.path);
		buf_span(&b, en.path);
		buf_fmt(&b, " %u %o %u %u %u:%u %u:%u %u", en.h.ino, en.h.mode,
			en.h.nlink, en.h.mtime, en.h.uid, en.h.gid,
			en.h.rdev_major, en.h.rdev_minor, en.h.size);
		if (en.link.n)
			buf_fmt(&b, "->%.*s", SPAN_ARG(en.link));
		buf_u8(&b, '\n');
	}
	const char *s = arena_cstr(&t->arena, buf_view(&b));
	buf_free(&b);
	return s;
}

TEST(canonical_entries)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	struct inode *a = add_node(t, &b, "z/b", NODE_FILE, 0644);
	a->mtime = 5;
	hard_link(t, &b, "a", a);
	hard_link(t, &b, "z/a", a);
	add_node(t, &b, "z/link", NODE_SYMLINK, 0)->uid = 7;
	add_node(t, &b, "dev", NODE_DIR, 0700)->mtime = 2000;
	struct inode *d = add_node(t, &b, "dev/null", NODE_CHAR, 0666);
	d->major = 1;
	d->minor = 3;
	add_node(t, &b, "dev/zero", NODE_CHAR, 0666);
	add_node(t, &b, "dev/sda", NODE_BLOCK, 0660);
	add_node(t, &b, "run/fifo", NODE_FIFO, 0600);
	add_node(t, &b, "run/sock", NODE_SOCKET, 0600);
	struct span keep = SPAN("dev/null");
	b.o.devices = (struct strings){ &keep, 1 };
	CHECK_OK(t, ramdisk_prepare(&b.m, &b.o, &e), &e);
	CHECK(t, note_has(&b.notes, "ramdisk-devices"));
	CHECK(t, note_has(&b.notes, "ramdisk-sockets"));
	CHECK(t, note_has(&b.notes, "ramdisk-implied"));
	const char *want = "cmd 721 100644 1 1000 0:0 0:0 3\n"
			   "env 722 100644 1 1000 0:0 0:0 0\n"
			   "process 723 100644 1 1000 0:0 0:0 45\n"
			   "rootfs 724 40755 2 1000 0:0 0:0 0\n"
			   "rootfs/dev 725 40700 2 1000 0:0 0:0 0\n"
			   "rootfs/dev/null 726 20666 1 1000 0:0 1:3 0\n"
			   "rootfs/proc 727 40755 2 1000 0:0 0:0 0\n"
			   "rootfs/run 728 40755 2 1000 0:0 0:0 0\n"
			   "rootfs/run/fifo 729 10600 2 1000 0:0 0:0 0\n"
			   "rootfs/sys 730 40755 2 1000 0:0 0:0 0\n"
			   "rootfs/tmp 731 41777 2 1000 0:0 0:0 0\n"
			   "rootfs/z 732 40755 2 1000 0:0 0:0 0\n"
			   "rootfs/a 733 100644 3 1000 0:0 0:0 0\n"
			   "rootfs/z/a 733 100644 3 1000 0:0 0:0 0\n"
			   "rootfs/z/b 733 100644 3 1000 0:0 0:0 3\n"
			   "rootfs/z/link 734 120777 1 1000 7:0 0:0 3->to\n";
	struct span once = write_app(t, &b, &e);
	CHECK_STR(t, listing(t, once), want);
	/* preparing again changes nothing */
	CHECK_OK(t, ramdisk_prepare(&b.m, &b.o, &e), &e);
	CHECK_SPAN(t, write_app(t, &b, &e), once);
	b.o.mtime = RAMDISK_MTIME_CLAMP;
	b.o.owner = RAMDISK_OWNER_ROOT;
	const char *clamped = listing(t, write_app(t, &b, &e));
	CHECK_HAS(t, clamped, "rootfs/z/b 733 100644 3 5 0:0");
	CHECK_HAS(t, clamped, "rootfs/dev 725 40700 2 1000 0:0");
	CHECK_HAS(t, clamped, "rootfs/z/link 734 120777 1 0 0:0");
}

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*state >> 33);
}

/* Makes a tree of n entries that depends on the seed, added in another order.
 */
static struct span
shuffled(struct test *t, uint64_t seed, unsigned n, uint64_t order)
{
	struct err e = { 0 };
	struct bench b;
	char *path[200];
	uint32_t kind[200];
	struct inode *first[4] = { 0 };
	start(t, &b);
	for (unsigned i = 0; i < n; i++) {
		uint32_t r = next_random(&seed);
		path[i] = arena_fmt(&t->arena, "%c%c/%x.%c", 'a' + r % 3,
				    ".x-"[r % 2 + 1], i, "Az\xff"[r / 8 % 3]);
		kind[i] = r / 64 % 6;
	}
	for (unsigned i = n; i-- > 1;) {
		uint32_t j = next_random(&order) % (i + 1);
		char *p = path[i];
		uint32_t k = kind[i];
		path[i] = path[j], kind[i] = kind[j];
		path[j] = p, kind[j] = k;
	}
	for (unsigned i = 0; i < n; i++) {
		static const enum node_type type[] = {
			NODE_FILE,
			NODE_SYMLINK,
			NODE_FIFO,
			NODE_DIR,
		};
		if (kind[i] < COUNT(type)) {
			add_node(t, &b, path[i], type[kind[i]], 0640);
			continue;
		}
		/* names of one of two files, whichever comes first */
		struct inode **f = &first[kind[i] % 2];
		if (*f) {
			hard_link(t, &b, path[i], *f);
			continue;
		}
		*f = add_node(t, &b, path[i], NODE_FILE, 0600);
		content_set(*f, SPAN("shared"));
	}
	CHECK_OK(t, ramdisk_prepare(&b.m, &b.o, &e), &e);
	return write_app(t, &b, &e);
}

TEST(canonical_order_of_arrival_is_nothing)
{
	for (unsigned n = 1; n < 200; n += 13) {
		struct span a = shuffled(t, n, n, 1);
		struct span b = shuffled(t, n, n, 2 + n);
		CHECK(t, a.n > 0 && span_eq(a, b));
		CHECK(t, strlen(listing(t, a)) > 100);
	}
}

TEST(canonical_boot)
{
	struct err e = { 0 };
	struct buf b = buf_max(100000);
	struct sink sink = buf_sink(&b);
	struct inode init = { .uid = 9, .mtime = 77 }, nsm = { .mode = 0600 };
	struct ramdisk_boot boot = { &init, NULL };
	struct ramdisk_options o = { .epoch = 3 };
	uint64_t size;
	content_set(&init, SPAN("INIT"));
	content_set(&nsm, SPAN("NSM"));
	CHECK_OK(t, ramdisk_boot(&boot, &o, &sink, &size, &e), &e);
	CHECK_STR(t, listing(t, buf_view(&b)),
		  "dev 721 40755 2 3 0:0 0:0 0\n"
		  "init 722 100755 1 3 0:0 0:0 4\n");
	boot.nsm = &nsm;
	buf_clear(&b);
	CHECK_OK(t, ramdisk_boot(&boot, &o, &sink, &size, &e), &e);
	CHECK_HAS(t, listing(t, buf_view(&b)),
		  "nsm.ko 723 100644 1 3 0:0 0:0 3\n");
	buf_free(&b);
}

TEST(canonical_capabilities)
{
	struct err e = { 0 };
	struct bench b;
	const struct xattr selinux = { SPAN("security.selinux"), SPAN("x"),
				       NULL };
	const struct xattr cap = { SPAN("security.capability"),
				   SPAN("\x01\xab"), &selinux };
	start(t, &b);
	add_node(t, &b, "bin/ping", NODE_FILE, 0755)->xattr = &cap;
	add_node(t, &b, "bin.x", NODE_FILE, 0755)->xattr = &cap;
	CHECK(t, !ramdisk_prepare(&b.m, &b.o, &e));
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "ramdisk-caps");
	b.o.caps = RAMDISK_CAPS_DROP;
	CHECK_OK(t, ramdisk_prepare(&b.m, &b.o, &e), &e);
	CHECK(t, note_has(&b.notes, "ramdisk-caps"));
	CHECK(t, note_has(&b.notes, "ramdisk-xattrs"));
	CHECK(t, !strstr(listing(t, write_app(t, &b, &e)), "caps"));
	b.o.caps = RAMDISK_CAPS_INIT;
	struct span out = write_app(t, &b, &e);
	CHECK_HAS(t, listing(t, out), "caps 721 100644 1 1000 0:0 0:0 25\n");
	CHECK_SPAN(t, span_sub(out, 116, 25),
		   SPAN("01ab bin.x\0"
			"01ab bin/ping\0"));
	b.o.profile = RAMDISK_NITRO_CLI;
	CHECK(t, !ramdisk_prepare(&b.m, &b.o, &e) && e.code == ERR_USAGE);
}

TEST(ramdisk_refuses)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	struct inode *big = add_node(t, &b, "big", NODE_FILE, 0644);
	uint64_t size;
	big->size = 0xffffffff;
	CHECK_OK(t, ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e), &e);
	CHECK(t, size > 0xffffffff);
	big->size++;
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	CHECK_STR(t, e.id, "ramdisk-size");
	CHECK_HAS(t, e.msg, "big: 4.0 GiB");
	big->size = 3;
	b.o.mtime = RAMDISK_MTIME_CLAMP;
	big->mtime = -1;
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	CHECK_STR(t, e.id, "ramdisk-time");
	b.o = (struct ramdisk_options){ .epoch = (uint64_t)1 << 32 };
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	b.o.epoch--;
	CHECK(t, ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	struct span device = SPAN("big");
	b.o.devices = (struct strings){ &device, 1 };
	CHECK(t, !ramdisk_prepare(&b.m, &b.o, &e));
	CHECK_STR(t, e.id, "ramdisk-device");
	add_node(t, &b, "link", NODE_SYMLINK, 0)->link = SPAN("");
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	CHECK_STR(t, e.id, "ramdisk-link");
}

TEST(ramdisk_refuses_names_too_long_for_rootfs)
{
	struct err e = { 0 };
	struct bench b;
	char *path = NEW(&t->arena, char, 5000);
	uint64_t size;
	memset(path, 'd', 4088);
	for (size_t i = 200; i < 4088; i += 201)
		path[i] = '/';
	start(t, &b);
	add_node(t, &b, path, NODE_FILE, 0644); /* rootfs/ and this are 4095 */
	CHECK_OK(t, ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e), &e);
	path[4088] = 'x';
	add_node(t, &b, path, NODE_FILE, 0644);
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, NULL, &size, &e));
	CHECK_STR(t, e.id, "cpio-name");
}

TEST(ramdisk_passes_errors_of_the_sink_and_of_content)
{
	struct err e = { 0 };
	struct bench b;
	struct sink sink = { 0 };
	struct buf out = buf_max(100000);
	uint64_t size;
	start(t, &b);
	sink = buf_sink(&out);
	struct inode *i = add_node(t, &b, "f", NODE_FILE, 0644);
	i->size = 9;
	i->content = (struct content){ .kind = CONTENT_FD, .fd = -1 };
	CHECK(t, !ramdisk_app(&b.m, &b.p, &b.o, &sink, &size, &e));
	CHECK_HAS(t, e.msg, "writing the application ramdisk: f: ");
	buf_free(&out);
}
