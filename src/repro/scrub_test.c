#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "repro/rule.h"

struct fixture {
	struct image m;
	struct notes notes;
	struct scrub_report report;
};

static struct fixture *
start(struct test *t)
{
	struct err e = { 0 };
	struct fixture *f = NEW(&t->arena, struct fixture, 1);
	f->notes.arena = &t->arena;
	CHECK_OK(t, image_init(&f->m, &t->arena, &f->notes, NULL, &e), &e);
	return f;
}

static struct node *
add(struct test *t, struct fixture *f, const char *path, struct span text)
{
	struct err e = { 0 };
	struct node *n = NULL;
	struct inode *i = tree_inode(&f->m.tree);
	i->mode = 0644;
	i->mtime = 1000;
	content_set(i, text);
	CHECK_OK(t, tree_put(&f->m.tree, span_str(path), i, &n, &e), &e);
	return n;
}

static void
run(struct test *t, struct fixture *f, struct scrub_options o)
{
	struct err e = { 0 };
	CHECK_OK(t, scrub_apply(&f->m, &o, &f->report, &e), &e);
}

static const struct scrub_options safe = { .profile = SCRUB_SAFE };

static struct span
text_of(struct test *t, struct fixture *f, const char *path)
{
	struct err e = { 0 };
	struct span s = { 0 };
	const struct node *n = tree_find(&f->m.tree, span_str(path));
	CHECK(t, n != NULL);
	if (n)
		CHECK_OK(t, content_read(n->inode, 1 << 20, &t->arena, &s, &e),
			 &e);
	return s;
}

static const struct scrub_change *
change(const struct fixture *f, const char *path)
{
	const struct scrub_change *c = f->report.first;
	while (c && !span_is(c->path, path))
		c = c->next;
	return c;
}

TEST(caches_and_stubs_go_and_are_reported)
{
	static const char *const gone[] = {
		".dockerenv",       "etc/hostname",
		"dev/console",      "run/.containerenv",
		"run/secrets/x",    "var/cache/ldconfig/aux-cache",
		"etc/passwd-",      "root/.bash_history",
		"home/u/.viminfo",  "var/lib/apt/lists/a/b",
		"var/log/x.log.gz", "tmp/a/b",
		"run/x.pid",        "root/.cache/pip/http/z",
	};
	static const char *const kept[] = {
		"run/nginx/conf.d/readme",
		"etc/passwd",
		"var/log/app.txt",
		"root/.cache/huggingface/model",
	};
	struct fixture *f = start(t);
	for (size_t i = 0; i < COUNT(gone); i++)
		add(t, f, gone[i], SPAN("abc"));
	for (size_t i = 1; i < COUNT(kept); i++)
		add(t, f, kept[i], SPAN("k"));
	run(t, f, safe);
	for (size_t i = 0; i < COUNT(gone); i++) {
		const struct scrub_change *c = change(f, gone[i]);
		CHECK(t, !tree_find(&f->m.tree, span_str(gone[i])));
		if (!CHECK(t, c && c->action == SCRUB_DROP &&
				      c->bytes_before == 3 &&
				      c->before.n == 32 && c->after.n == 0))
			printf("#   %s\n", gone[i]);
	}
	for (size_t i = 1; i < COUNT(kept); i++)
		CHECK(t, tree_find(&f->m.tree, span_str(kept[i])) &&
				 !change(f, kept[i]));
	CHECK(t, tree_find(&f->m.tree, SPAN("tmp"))->inode->mode == 01777);
	CHECK_SPAN(t, text_of(t, f, "etc/resolv.conf"), SPAN(""));
	CHECK(t, tree_find(&f->m.tree, SPAN("etc/mtab"))->inode->type ==
			 NODE_SYMLINK);
}

TEST(none_changes_nothing)
{
	struct fixture *f = start(t);
	add(t, f, ".dockerenv", SPAN(""));
	run(t, f, (struct scrub_options){ .profile = SCRUB_NONE });
	CHECK(t, f->report.n == 0 && f->m.tree.count == 1);
}

TEST(twice_is_once)
{
	struct fixture *f = start(t);
	add(t, f, "etc/shadow", SPAN("root:*:20457:0:99999:7:::\n"));
	add(t, f, "etc/hosts", SPAN("10.0.0.1 builder\n"));
	add(t, f, "var/log/dpkg.log", SPAN("2026-01-01 install\n"));
	run(t, f, safe);
	CHECK(t, f->report.n > 0);
	run(t, f, safe);
	CHECK_U(t, f->report.n, 0);
}

TEST(shadow_days)
{
	struct fixture *f = start(t);
	add(t, f, "etc/shadow",
	    SPAN("root:*:20457:0:99999:7:::\nx:!::::::\nodd\nlast:a:1"));
	run(t, f, safe);
	CHECK_SPAN(t, text_of(t, f, "etc/shadow"),
		   SPAN("root:*::0:99999:7:::\nx:!::::::\nodd\nlast:a:"));
	f = start(t);
	add(t, f, "etc/shadow", SPAN("root:*:20457:0:99999:7:::\n"));
	run(t, f,
	    (struct scrub_options){ .profile = SCRUB_SAFE,
				    .epoch = 86400 * 3 + 5 });
	CHECK_SPAN(t, text_of(t, f, "etc/shadow"),
		   SPAN("root:*:3:0:99999:7:::\n"));
}

TEST(compiled_python_gets_the_time_its_source_will_have)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		/* 3.11, timestamp */
		{ "a70d0d0a 00000000 11223344 05000000 e3",
		  "a70d0d0a 00000000 07000000 05000000 e3" },
		/* 3.11, hash based */
		{ "a70d0d0a 03000000 11223344 05000000 e3",
		  "a70d0d0a 03000000 11223344 05000000 e3" },
		/* 2.7 */
		{ "03f30d0a 11223344 63000000 00000000 aa",
		  "03f30d0a 07000000 63000000 00000000 aa" },
		/* not a .pyc */
		{ "00000000 00000000 11223344 05000000",
		  "00000000 00000000 11223344 05000000" },
		{ "a70d0d0a", "a70d0d0a" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture *f = start(t);
		add(t, f, "a/__pycache__/m.cpython-311.pyc",
		    test_hex(t, rows[i].in));
		run(t, f,
		    (struct scrub_options){ .profile = SCRUB_SAFE,
					    .epoch = 7 });
		CHECK_SPAN(t, text_of(t, f, "a/__pycache__/m.cpython-311.pyc"),
			   test_hex(t, rows[i].want));
	}
	/* clamped: the source keeps an older time */
	struct fixture *f = start(t);
	add(t, f, "a/m.py", SPAN("pass\n"));
	add(t, f, "a/__pycache__/m.cpython-311.pyc", test_hex(t, rows[0].in));
	run(t, f,
	    (struct scrub_options){
		    .profile = SCRUB_SAFE, .epoch = 2000, .clamp = true });
	CHECK_SPAN(t, text_of(t, f, "a/__pycache__/m.cpython-311.pyc"),
		   test_hex(t, "a70d0d0a 00000000 e8030000 05000000 e3"));
}

TEST(gzip_times)
{
	struct fixture *f = start(t);
	add(t, f, "usr/share/doc/a/changelog.gz",
	    test_hex(t, "1f8b0808 11223344 0203 6100 0300 00000000 00000000"));
	add(t, f, "x.gz", test_hex(t, "1f8b0802 11223344 0203 0000"));
	add(t, f, "y.gz", SPAN("not gzip at all"));
	run(t, f, safe);
	CHECK_SPAN(t, text_of(t, f, "usr/share/doc/a/changelog.gz"),
		   test_hex(t, "1f8b0808 00000000 0203 6100 0300 00000000 "
			       "00000000"));
	CHECK(t, !change(f, "x.gz") && !change(f, "y.gz"));
}

/* A tar with one entry whose header has the time 012345. */
static struct span
small_tar(struct test *t, const char *time)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 2048);
	unsigned sum = 0;
	memcpy(p, "script", 6);
	memcpy(p + 124, "00000000003", 11);
	memcpy(p + 136, time, 11);
	memset(p + 148, ' ', 8);
	memcpy(p + 257, "ustar\00000", 8);
	for (size_t i = 0; i < 512; i++)
		sum += p[i];
	snprintf((char *)p + 148, 8, "%06o", sum);
	p[155] = ' ';
	memcpy(p + 512, "abc", 3);
	return span_of(p, 2048);
}

TEST(apk_install_scripts_lose_their_times)
{
	struct fixture *f = start(t);
	add(t, f, "lib/apk/db/scripts.tar", small_tar(t, "14512345671"));
	run(t, f, safe);
	CHECK_SPAN(t, text_of(t, f, "lib/apk/db/scripts.tar"),
		   small_tar(t, "00000000000"));
	f = start(t);
	add(t, f, "lib/apk/db/scripts.tar", SPAN("garbage"));
	run(t, f, safe);
	CHECK(t, !change(f, "lib/apk/db/scripts.tar"));
	/* truncated anywhere: not changed, never read outside */
	for (size_t n = 1; n < 2048; n += 61) {
		f = start(t);
		add(t, f, "lib/apk/db/scripts.tar",
		    span_sub(small_tar(t, "14512345671"), 0, n));
		run(t, f, safe);
	}
}

static size_t
notes_of(const struct fixture *f, const char *id)
{
	size_t n = 0;
	for (const struct note *x = f->notes.first; x; x = x->next)
		n += strcmp(x->id, id) == 0;
	return n;
}

TEST(all_secrets_are_told_at_once)
{
	struct span env[] = {
		SPAN("API_KEY=abcdef012345"),     SPAN("PORT=80"),
		SPAN("GPG_KEY=A035C8C19219BA82"), SPAN("db_password=hunter2"),
		SPAN("X=ghp_0123456789abcdefgh"), SPAN("PASSWORD_FILE=/run/p"),
		SPAN("ALLOW_EMPTY_PASSWORD=yes")
	};
	struct span own[] = { SPAN("TOKEN=image's"), SPAN("PATH=/bin") };
	struct span given = SPAN("TOKEN=");
	struct span allow[] = { SPAN("env:API_KEY"), SPAN("app/.env"),
				SPAN("/etc/no-such") };
	struct scrub_options o = { .profile = SCRUB_SAFE,
				   .env = { env, COUNT(env) } };
	struct err e = { 0 };
	struct fixture *f = start(t);
	f->m.config.env = (struct strings){ own, COUNT(own) };
	add(t, f, "app/.env", SPAN("PORT=1\n"));
	add(t, f, "app/.env.example", SPAN("PORT=1\n"));
	add(t, f, ".env.local", SPAN("PORT=1\n"));
	CHECK(t, !scrub_apply(&f->m, &o, &f->report, &e));
	CHECK_STR(t, e.id, "scrub-secret");
	CHECK_HAS(t, e.msg, "6 secrets");
	CHECK(t, notes_of(f, "scrub-secret") == 6);
	/* all secrets but one allowed, and one allowed name that matches
	 * nothing */
	o.env = (struct strings){ env, 1 };
	o.allow = (struct strings){ allow, COUNT(allow) };
	f->m.config.env.n = 0;
	CHECK(t, !scrub_apply(&f->m, &o, &f->report, &e));
	CHECK_HAS(t, e.msg, "/.env.local is a file of variables");
	CHECK(t, notes_of(f, "allow-secret") == 1);
	/* a variable that the caller removes is not in the image */
	f = start(t);
	f->m.config.env = (struct strings){ own, COUNT(own) };
	o = (struct scrub_options){ .profile = SCRUB_SAFE,
				    .env = { &given, 1 } };
	CHECK_OK(t, scrub_apply(&f->m, &o, &f->report, &e), &e);
}

TEST(secrets_are_refused_unless_allowed)
{
	static const char key[] =
		"-----BEGIN EC PRIVATE KEY-----\n"
		"MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY/PuoAoGCCqG\n"
		"-----END EC PRIVATE KEY-----\n";
	static const char talk[] =
		"if text.startswith('-----BEGIN PRIVATE KEY-----\n'):\n"
		"-----BEGIN PUBLIC KEY-----\n"
		"MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY\n";
	struct span allow = SPAN("/app/key.pem");
	struct scrub_options o = { .profile = SCRUB_SAFE };
	struct err e = { 0 };
	struct fixture *f = start(t);
	add(t, f, "app/parser.py", span_str(talk));
	run(t, f, safe);
	add(t, f, "app/key.pem", span_str(key));
	CHECK(t, !scrub_apply(&f->m, &o, &f->report, &e));
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "scrub-secret");
	CHECK_HAS(t, e.msg, "/app/key.pem is a private key");
	o.allow = (struct strings){ &allow, 1 };
	CHECK_OK(t, scrub_apply(&f->m, &o, &f->report, &e), &e);
	add(t, f, "etc/ssh/ssh_host_rsa_key", SPAN("x"));
	CHECK(t, !scrub_apply(&f->m, &o, &f->report, &e));
	CHECK_HAS(t, e.msg, "a credential");
}

TEST(rules_are_switched_by_name)
{
	struct span name = SPAN("logs"), wrong = SPAN("lgos");
	struct scrub_options o = { .profile = SCRUB_SAFE,
				   .without = { &name, 1 } };
	struct err e = { 0 };
	struct fixture *f = start(t);
	add(t, f, "var/log/a.log", SPAN("x"));
	run(t, f, o);
	CHECK_SPAN(t, text_of(t, f, "var/log/a.log"), SPAN("x"));
	o.without = (struct strings){ &wrong, 1 };
	CHECK(t, !scrub_apply(&f->m, &o, &f->report, &e));
	CHECK(t, e.code == ERR_USAGE);
	struct span sort = SPAN("account-order");
	o = (struct scrub_options){ .profile = SCRUB_SAFE,
				    .with = { &sort, 1 } };
	add(t, f, "etc/group", SPAN("b:x:10:\na:x:9:\n"));
	run(t, f, o);
	CHECK_SPAN(t, text_of(t, f, "etc/group"), SPAN("a:x:9:\nb:x:10:\n"));
}

TEST(minimal_takes_documentation_and_package_databases)
{
	struct fixture *f = start(t);
	add(t, f, "usr/share/doc/x/copyright", SPAN("c"));
	add(t, f, "var/lib/dpkg/status", SPAN("s"));
	run(t, f, safe);
	CHECK(t, tree_find(&f->m.tree, SPAN("var/lib/dpkg/status")) != NULL);
	run(t, f, (struct scrub_options){ .profile = SCRUB_MINIMAL });
	CHECK(t, !tree_find(&f->m.tree, SPAN("var/lib/dpkg/status")));
	CHECK(t, !tree_find(&f->m.tree, SPAN("usr/share/doc/x/copyright")));
}

TEST(a_linked_file_stays_one_file)
{
	struct err e = { 0 };
	struct fixture *f = start(t);
	struct node *a =
		add(t, f, "a.gz", test_hex(t, "1f8b0800 11223344 0203 00"));
	CHECK(t, tree_put(&f->m.tree, SPAN("b.gz"), a->inode, NULL, &e));
	run(t, f, safe);
	CHECK(t, tree_find(&f->m.tree, SPAN("b.gz"))->inode == a->inode);
	CHECK_SPAN(t, text_of(t, f, "b.gz"),
		   test_hex(t, "1f8b0800 00000000 0203 00"));
}

/* The document lists exactly the rules of the table. */
TEST(every_rule_is_documented)
{
	struct span doc = test_repo_file(t, "docs/scrub-rules.md");
	const char *text = arena_cstr(&t->arena, doc);
	for (size_t i = 0; i < scrub_rule_count; i++)
		CHECK_HAS(
			t, text,
			arena_fmt(&t->arena, "| `%s` |", scrub_rules[i].name));
}
