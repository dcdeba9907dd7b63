#include "base/test.h"

#include <string.h>

#include "base/buf.h"
#include "tree/account.h"
#include "tree/process.h"
#include "tree/resolve.h"

struct bench {
	struct image m;
	struct notes notes;
	struct process_options o;
	struct process p;
};

static struct strings
list(struct test *t, const char *words)
{
	struct span rest = test_span(t, words);
	struct strings s = { NEW(&t->arena, struct span, 20), 0 };
	while (rest.n)
		s.v[s.n++] = span_cut(&rest, ' ');
	return s;
}

static struct inode *
add_node(struct test *t, struct tree *tree, const char *path,
	 enum node_type type, const char *text)
{
	struct err e = { 0 };
	struct inode *i = tree_inode(tree);
	i->type = type;
	i->mode = 0755;
	if (type == NODE_SYMLINK)
		i->link = span_str(text);
	else
		content_set(i, span_str(text));
	CHECK_OK(t, tree_put(tree, span_str(path), i, NULL, &e), &e);
	return i;
}

static const char passwd[] = "# comment\n"
			     "root:x:0:0:root:/su:/bin/sh\n"
			     "bad:x:notanumber:0::/bad:\n"
			     "\n"
			     "app:x:1000:1001:App:/var/app:/bin/sh\n"
			     "app2:x:1000:1002::/other:\n"
			     "1001:x:2000:2000::/digits:\n"
			     "short:x:5:6\n";
static const char group[] = "root:x:0:\n"
			    "adm:x:4:root,app\n"
			    "app:x:1001:\n"
			    "video:x:44:other,app\n"
			    "again:x:1001:app\n"
			    "apple:x:45:appl\n";

static void
start(struct test *t, struct bench *b)
{
	struct err e = { 0 };
	memset(b, 0, sizeof *b);
	b->notes.arena = &t->arena;
	CHECK(t, image_init(&b->m, &t->arena, &b->notes, NULL, &e));
	add_node(t, &b->m.tree, "etc/passwd", NODE_FILE, passwd);
	add_node(t, &b->m.tree, "etc/group", NODE_FILE, group);
	b->m.config.entrypoint = list(t, "/entry -e");
	b->m.config.cmd = list(t, "cmd arg");
	b->m.config.env = list(t, "A=1 PATH=/bin B=2");
}

/* Returns the process file with NULs replaced by blanks. */
static const char *
text(struct test *t, struct bench *b)
{
	struct err e = { 0 };
	struct process_files f;
	CHECK_OK(t, process_files(&b->p, &t->arena, &f, &e), &e);
	char *s = NEW(&t->arena, char, f.process.n + 1);
	for (size_t i = 0; i < f.process.n; i++)
		s[i] = f.process.p[i] ? (char)f.process.p[i] : ' ';
	return s;
}

#define HEAD "veraclave-process/1 arg=/entry arg=-e arg=cmd arg=arg "
#define ENV  "env=PATH=/bin env=A=1 env=B=2 "

TEST(process_as_docker)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_STR(t, text(t, &b),
		  HEAD ENV "env=HOME=/su cwd=/ uid=0 gid=0 group=0 group=4 ");
	CHECK(t, process_beyond_aws(&b.p) != NULL);
	b.m.config.user = SPAN("app");
	b.m.config.working_dir = SPAN("/srv/./x/../app//");
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_STR(t, text(t, &b),
		  HEAD ENV "env=HOME=/var/app cwd=/srv/app uid=1000 gid=1001 "
			   "group=1001 group=4 group=44 ");
	CHECK(t, tree_find(&b.m.tree, SPAN("srv/app")) != NULL);
	CHECK(t, note_has(&b.notes, "process-workdir"));
	CHECK_STR(t, process_beyond_aws(&b.p),
		  "ignores the working directory and the user");
}

/* The time grows with the number, not with its square: a quadratic version
 * took 20 s for a fifth of it. */
TEST(process_with_many_variables)
{
	enum { MANY = 200000 };
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	struct span *v = NEW(&t->arena, struct span, 2 * MANY);
	for (unsigned i = 0; i < 2 * MANY; i++)
		v[i] = span_str(arena_fmt(&t->arena, "NAME%u=%u", i % MANY, i));
	b.m.config.env = (struct strings){ v, 2 * MANY };
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_U(t, b.p.env.n, MANY + 2); /* PATH and HOME */
	CHECK_SPAN(t, b.p.env.v[1], SPAN("NAME0=200000"));
}

TEST(process_with_ports_is_the_second_edition)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	b.o.tcp = (struct ports){ { 80, 8080 }, 2 };
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_STR(t, text(t, &b),
		  "veraclave-process/2 arg=/entry arg=-e arg=cmd arg=arg " ENV
		  "env=HOME=/su cwd=/ uid=0 gid=0 group=0 group=4 tcp=80 "
		  "tcp=8080 ");
	CHECK(t, !process_nitro(&b.m, &b.o, &b.p, &e));
	CHECK_STR(t, e.id, "process-ingress");
}

TEST(process_overrides)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	b.o.has_cmd = true;
	b.o.cmd = list(t, "other");
	b.o.env = list(t, "B=3 HOME=/h C=4");
	b.o.user = SPAN("5:4");
	b.o.working_dir = SPAN("/");
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_STR(t, text(t, &b),
		  "veraclave-process/1 arg=/entry arg=-e arg=other "
		  "env=PATH=/bin env=A=1 env=B=3 env=HOME=/h env=C=4 cwd=/ "
		  "uid=5 gid=4 "
		  "group=4 ");
	b.o.has_cmd = false;
	b.o.has_entrypoint = true;
	b.o.entrypoint = list(t, "/mine");
	b.m.config.env = (struct strings){ 0 };
	b.o.env = (struct strings){ 0 };
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_HAS(t, text(t, &b),
		  "/1 arg=/mine env=PATH=/usr/local/sbin:/usr/local/bin:"
		  "/usr/sbin:/usr/bin:/sbin:/bin env=HOME=/ cwd");
	b.o.entrypoint = (struct strings){ 0 };
	CHECK(t, !process_docker(&b.m, &b.o, &b.p, &e));
	CHECK_STR(t, e.id, "process-nothing");
	CHECK_HAS(t, e.hint, "entrypoint = [\"/path\"] below [process]");
}

TEST(process_as_nitro_cli)
{
	struct err e = { 0 };
	struct bench b;
	struct process_files f;
	start(t, &b);
	b.m.config.user = SPAN("app");
	b.m.config.working_dir = SPAN("/srv");
	CHECK_OK(t, process_nitro(&b.m, &b.o, &b.p, &e), &e);
	CHECK_OK(t, process_files(&b.p, &t->arena, &f, &e), &e);
	CHECK_SPAN(t, f.cmd, SPAN("cmd\narg\n"));
	CHECK_SPAN(t, f.env, SPAN("A=1\nPATH=/bin\nB=2\n"));
	CHECK_HAS(t, b.notes.first->text, "without its ENTRYPOINT \"/entry -e");
	CHECK(t, note_has(&b.notes, "nitro-workdir"));
	CHECK(t, note_has(&b.notes, "nitro-user"));
	CHECK(t, process_beyond_aws(&b.p) == NULL);
	b.m.config.cmd.n = 0;
	CHECK_OK(t, process_nitro(&b.m, &b.o, &b.p, &e), &e);
	CHECK_SPAN(t, b.p.args.v[0], SPAN("/entry"));
	b.m.config.entrypoint.v[0] = SPAN("a\nb");
	CHECK(t, !process_nitro(&b.m, &b.o, &b.p, &e));
	CHECK_STR(t, e.id, "process-newline");
	b.m.config.entrypoint.n = 0;
	CHECK(t, !process_nitro(&b.m, &b.o, &b.p, &e));
	CHECK_STR(t, e.id, "process-nothing");
}

TEST(process_newlines_leave_the_lines_out)
{
	struct err e = { 0 };
	struct bench b;
	struct process_files f;
	start(t, &b);
	b.m.config.env.v[0] = SPAN("A=x\ny");
	CHECK_OK(t, process_docker(&b.m, &b.o, &b.p, &e), &e);
	CHECK_OK(t, process_files(&b.p, &t->arena, &f, &e), &e);
	CHECK(t, !f.has_lines && f.process.n > 0);
	CHECK(t, note_has(&b.notes, "process-newline"));
}

TEST(process_refuses)
{
	struct err e = { 0 };
	struct bench b;
	start(t, &b);
	b.m.config.cmd.v[1] = SPAN("a\0b");
	CHECK(t, !process_docker(&b.m, &b.o, &b.p, &e));
	CHECK_HAS(t, e.msg, "argument 3 of the command holds a NUL");
	b.m.config.cmd.n = 1;
	b.m.config.env.v[0] = SPAN("=x");
	CHECK(t, !process_docker(&b.m, &b.o, &b.p, &e));
	b.m.config.env.v[0] = SPAN("A=1");
	b.m.config.working_dir = SPAN("/etc/passwd");
	CHECK(t, !process_docker(&b.m, &b.o, &b.p, &e));
	CHECK_HAS(t, e.msg, "/etc/passwd is not a directory");
}

static const struct {
	const char *spec;
	unsigned uid, gid, groups;
	const char *home, *why;
} users[] = {
	{ "", 0, 0, 2, "/su", NULL },
	{ "root", 0, 0, 2, "/su", NULL },
	{ "app", 1000, 1001, 3, "/var/app", NULL },
	{ "1000", 1000, 1001, 3, "/var/app", NULL },
	{ "app2", 1000, 1002, 1, "/var/app", NULL },
	{ "app:adm", 1000, 4, 1, "/var/app", NULL },
	{ "app:77", 1000, 77, 1, "/var/app", NULL },
	{ ":44", 0, 44, 1, "/su", NULL },
	{ "1001", 1001, 0, 1, "/", NULL },
	{ "short", 5, 6, 1, "/", NULL },
	{ "4242", 4242, 0, 1, "/", NULL },
	{ "4242:video", 4242, 44, 1, "/", NULL },
	{ "nobody", 0, 0, 0, NULL, "no user nobody in etc/passwd" },
	{ "bad", 0, 0, 0, NULL, "no user bad in etc/passwd" },
	{ "app:none", 0, 0, 0, NULL, "no group none in etc/group" },
	{ "2147483648", 0, 0, 0, NULL, "number 2147483648 is out of range" },
	{ "-1", 0, 0, 0, NULL, "no user -1" },
};

TEST(process_users)
{
	struct bench b;
	start(t, &b);
	for (size_t i = 0; i < COUNT(users); i++) {
		struct err e = { 0 };
		struct account *a = NEW(&t->arena, struct account, 1);
		bool ok = account_find(&b.m.tree, span_str(users[i].spec),
				       &t->arena, a, &e);
		if (users[i].why) {
			CHECK(t, !ok);
			CHECK_HAS(t, e.msg, users[i].why);
			CHECK_STR(t, e.id, "process-user");
			continue;
		}
		CHECK_OK(t, ok, &e);
		CHECK_U(t, a->uid, users[i].uid);
		CHECK_U(t, a->gid, users[i].gid);
		CHECK_U(t, a->group_count, users[i].groups);
		CHECK_U(t, a->groups[0], users[i].gid);
		CHECK_SPAN(t, a->home, span_str(users[i].home));
	}
}

TEST(process_users_without_files)
{
	struct err e = { 0 };
	struct bench b;
	struct account *a = NEW(&t->arena, struct account, 1);
	start(t, &b);
	tree_remove(&b.m.tree, tree_find(&b.m.tree, SPAN("etc")));
	CHECK_OK(t, account_find(&b.m.tree, SPAN(""), &t->arena, a, &e), &e);
	CHECK(t, a->uid == 0 && a->gid == 0 && a->group_count == 1);
	CHECK_SPAN(t, a->home, SPAN("/"));
	CHECK(t, !account_find(&b.m.tree, SPAN("x"), &t->arena, a, &e));
}

TEST(account_survives_failed_allocations)
{
	struct bench b;
	struct account *out = NEW(&t->arena, struct account, 1);
	start(t, &b);
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		bool ok = account_find(&b.m.tree, SPAN("app"), &a, out, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
		if (ok)
			break;
	}
}

static const struct {
	const char *path, *want;
	bool there;
} paths[] = {
	{ "/etc/passwd", "etc/passwd", true },
	{ "etc/../etc/./passwd", "etc/passwd", true },
	{ "/abs/passwd", "etc/passwd", true },
	{ "/rel/passwd", "etc/passwd", true },
	{ "out/etc/passwd", "etc/passwd", true },
	{ "/", "", false },
	{ "../../..", "", false },
	{ "/abs/new/thing", "etc/new/thing", false },
	{ "/chain", "etc/passwd", true },
};

TEST(resolve_follows_inside)
{
	struct err e = { 0 };
	struct bench b;
	struct span got;
	struct node *n;
	start(t, &b);
	add_node(t, &b.m.tree, "abs", NODE_SYMLINK, "/etc");
	add_node(t, &b.m.tree, "d/rel", NODE_SYMLINK, "../etc/");
	add_node(t, &b.m.tree, "rel", NODE_SYMLINK, "d/rel");
	add_node(t, &b.m.tree, "out", NODE_SYMLINK, "../../../");
	add_node(t, &b.m.tree, "chain", NODE_SYMLINK, "abs/../rel/passwd");
	add_node(t, &b.m.tree, "loop", NODE_SYMLINK, "loop");
	for (size_t i = 0; i < COUNT(paths); i++) {
		CHECK_OK(t,
			 tree_resolve(&b.m.tree, span_str(paths[i].path),
				      &t->arena, &got, &n, &e),
			 &e);
		CHECK_SPAN(t, got, span_str(paths[i].want));
		CHECK(t, (n != NULL) == paths[i].there);
	}
	CHECK(t, !tree_resolve(&b.m.tree, SPAN("loop/x"), &t->arena, &got, &n,
			       &e));
	CHECK_STR(t, e.id, "path-links");
}
