#include "base/test.h"

#include "spec.h"

#include <string.h>

/* A writable copy with one spare byte, and a pool of the documented size. */
struct given {
	char *text;
	size_t n;
	struct pool pool;
};

static struct given
give(struct test *t, const char *text, size_t n)
{
	struct given g = { .n = n };

	g.text = NEW(&t->arena, char, n + 1);
	memcpy(g.text, text, n);
	g.pool.p = NEW(&t->arena, char, spec_pool_size(n));
	g.pool.end = g.pool.p + spec_pool_size(n);
	return g;
}
#define GIVE(t, lit) give((t), (lit), sizeof(lit) - 1)
#define HEAD         "veraclave-process/1\0"
#define HEAD_2       "veraclave-process/2\0"
#define TAIL         "cwd=/\0uid=0\0gid=0\0"

TEST(process_in_full)
{
	struct given g = GIVE(t, HEAD "arg=/bin/app\0arg=\0arg=a\nb=c\0"
				      "env=A=1\0env=B=\0env=LINE=x\ny\0"
				      "cwd=/srv/app\0uid=1000\0gid=0\0"
				      "group=4\0group=4294967294\0");
	struct process p = { 0 };

	CHECK(t, !spec_process(g.text, g.n, &g.pool, &p));
	CHECK_U(t, p.argc, 3);
	CHECK_STR(t, p.argv[0], "/bin/app");
	CHECK_STR(t, p.argv[1], "");
	CHECK_STR(t, p.argv[2], "a\nb=c");
	CHECK(t, !p.argv[3]);
	CHECK_U(t, p.envc, 3);
	CHECK_STR(t, p.env[2], "LINE=x\ny");
	CHECK(t, !p.env[3]);
	CHECK_STR(t, p.cwd, "/srv/app");
	CHECK_U(t, p.uid, 1000);
	CHECK_U(t, p.gid, 0);
	CHECK_U(t, p.groups_n, 2);
	CHECK_U(t, p.groups[1], 4294967294u);
	CHECK(t, !p.shell_fallback);
	CHECK_STR(t, spec_getenv(&p, "A"), "1");
	CHECK_STR(t, spec_getenv(&p, "B"), "");
	CHECK(t, !spec_getenv(&p, "LIN"));
	char more[] = "PATH=/bin";
	spec_addenv(&p, more);
	CHECK_STR(t, spec_getenv(&p, "PATH"), "/bin");
	CHECK(t, !p.env[4]);
	CHECK_STR(t, p.argv[0], "/bin/app");
}

TEST(process_refuses)
{
	static const struct row {
		const char *text;
		size_t n;
		const char *why;
	} rows[] = {
#define ROW(lit, why) { lit, sizeof(lit) - 1, why }
		ROW("", "cut off"),
		ROW("veraclave-process/1", "cut off"),
		ROW("veraclave-process/3\0arg=x\0" TAIL, "not a"),
		ROW(HEAD_2 "arg=x\0" TAIL, "edition 2"),
		ROW(HEAD "arg=x\0" TAIL "tcp=1\0", "edition 2"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=\0", "no port"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=0\0", "no port"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=080\0", "no port"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=65536\0", "no port"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=80\0tcp=80\0", "ascending"),
		ROW(HEAD_2 "arg=x\0" TAIL "tcp=81\0tcp=80\0", "ascending"),
		ROW(HEAD_2 "arg=x\0" TAIL
			   "tcp=1\0tcp=2\0tcp=3\0tcp=4\0tcp=5\0tcp=6\0tcp=7\0"
			   "tcp=8\0tcp=9\0tcp=10\0tcp=11\0tcp=12\0tcp=13\0"
			   "tcp=14\0tcp=15\0tcp=16\0tcp=17\0",
		    "too many"),
		ROW("veraclave-process/1 \0arg=x\0" TAIL, "not a"),
		ROW(HEAD, "no program"),
		ROW(HEAD TAIL, "no program"),
		ROW(HEAD "arg=\0" TAIL, "no program"),
		ROW(HEAD "arg=x\0", "missing"),
		ROW(HEAD "arg=x\0cwd=/\0uid=0\0", "missing"),
		ROW(HEAD "arg=x\0cwd=/\0gid=0\0", "missing"),
		ROW(HEAD "arg=x\0uid=0\0gid=0\0", "missing"),
		ROW(HEAD "arg=x\0cwd=a\0uid=0\0gid=0\0", "not absolute"),
		ROW(HEAD "arg=x\0cwd=/\0" TAIL, "cwd is given twice"),
		ROW(HEAD "arg=x\0uid=0\0" TAIL, "uid is given twice"),
		ROW(HEAD "arg=x\0gid=0\0" TAIL, "gid is given twice"),
		ROW(HEAD "arg=x\0cwd=/\0uid=00\0gid=0\0", "uid"),
		ROW(HEAD "arg=x\0cwd=/\0uid=-1\0gid=0\0", "uid"),
		ROW(HEAD "arg=x\0cwd=/\0uid=\0gid=0\0", "uid"),
		ROW(HEAD "arg=x\0cwd=/\0uid=0\0gid=4294967295\0", "gid"),
		ROW(HEAD "arg=x\0cwd=/\0uid=0\0gid=18446744073709551616\0",
		    "gid"),
		ROW(HEAD "arg=x\0group=x\0" TAIL, "group"),
		ROW(HEAD "arg=x\0env==x\0" TAIL, "no name"),
		ROW(HEAD "arg=x\0env=\0" TAIL, "no name"),
		ROW(HEAD "arg=x\0what=1\0" TAIL, "unknown kind"),
		ROW(HEAD "arg=x\0\0" TAIL, "unknown kind"),
		ROW(HEAD "arg\0" TAIL, "unknown kind"),
		ROW(HEAD "arg=x\0" TAIL "umask=0", "cut off"),
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct given g = give(t, rows[i].text, rows[i].n);
		struct process p = { .argc = 77 };
		const char *why = spec_process(g.text, g.n, &g.pool, &p);

		CHECK_HAS(t, why ? why : "(accepted)", rows[i].why);
		CHECK_U(t, p.argc, 77); /* nothing is half-filled */
	}
}

TEST(process_with_ports)
{
	struct given g = GIVE(t, HEAD_2 "arg=x\0tcp=80\0" TAIL "tcp=65535\0");
	struct process p = { 0 };

	CHECK(t, !spec_process(g.text, g.n, &g.pool, &p));
	CHECK_U(t, p.ports_n, 2);
	CHECK_U(t, p.ports[0], 80);
	CHECK_U(t, p.ports[1], 65535);
}

/* Lines of a real kernel's /proc/net/tcp and tcp6. */
TEST(listeners_are_told_from_connections)
{
	static const char v4[] = "   0: 0100007F:1F90 00000000:0000 0A "
				 "00000000:00000000 00:00000000 00000000     0 "
				 "       0 3861 1 ffff 100 0 0 10 0";
	static const char v6[] = "   1: 00000000000000000000000000000000:1F90 "
				 "00000000000000000000000000000000:0000 0A 0:0";
	static const char busy[] =
		"   2: 0100007F:1F90 0100007F:B1C4 01 00000000:00000000";
	static const char head[] = "  sl  local_address rem_address   st tx";

	CHECK(t, spec_listens(v4, sizeof(v4) - 1, 8080));
	CHECK(t, spec_listens(v6, sizeof(v6) - 1, 8080));
	CHECK(t, !spec_listens(v4, sizeof(v4) - 1, 8081));
	CHECK(t, !spec_listens(busy, sizeof(busy) - 1, 8080));
	CHECK(t, !spec_listens(head, sizeof(head) - 1, 8080));
	/* cut off at every byte: a listener only once its state is included */
	for (size_t n = 0; n < sizeof(v4); n++) {
		char *cut = NEW(&t->arena, char, n);

		memcpy(cut, v4, n);
		CHECK(t, spec_listens(cut, n, 8080) == (n >= 36));
	}
}

TEST(process_survives_truncation_and_no_memory)
{
	static const char full[] = HEAD "arg=x\0env=A=1\0group=3\0" TAIL;
	size_t n = sizeof(full) - 1;

	for (size_t cut = 0; cut < n; cut++) {
		struct given g = give(t, full, cut);
		struct process p = { 0 };

		CHECK(t, spec_process(g.text, g.n, &g.pool, &p));
	}
	for (size_t room = 0; room < PROCESS_GROUPS_MAX * (size_t)4;
	     room += 8) {
		struct given g = give(t, full, n);
		struct process p = { 0 };

		g.pool.end = g.pool.p + room;
		CHECK_STR(t, spec_process(g.text, g.n, &g.pool, &p),
			  "process: out of memory");
	}
}

TEST(process_too_many_groups)
{
	char *text = NEW(&t->arena, char, 64 + 16 * (PROCESS_GROUPS_MAX + 1));
	size_t n = sizeof(HEAD "arg=x\0" TAIL) - 1;

	memcpy(text, HEAD "arg=x\0" TAIL, n);
	for (int extra = 0; extra < 2; extra++) {
		size_t at = n;

		for (int i = 0; i < PROCESS_GROUPS_MAX + extra; i++) {
			memcpy(text + at, "group=7", 8);
			at += 8;
		}
		struct given g = give(t, text, at);
		struct process p = { 0 };
		const char *why = spec_process(g.text, g.n, &g.pool, &p);

		CHECK(t, !why == !extra);
	}
}

TEST(cmd_and_env_of_nitro_cli)
{
	struct given g = GIVE(t, "/bin/app\n\n-x y\n");
	struct given e = GIVE(t, "A=1\nB=2"); /* no final newline */
	struct process p = { 0 };

	CHECK(t, !spec_cmd(g.text, g.n, &g.pool, &p));
	CHECK(t, !spec_env(e.text, e.n, &e.pool, &p));
	CHECK_U(t, p.argc, 3);
	CHECK_STR(t, p.argv[1], "");
	CHECK_STR(t, p.argv[2], "-x y");
	CHECK(t, !p.argv[3]);
	CHECK_U(t, p.envc, 2);
	CHECK_STR(t, p.env[1], "B=2");
	CHECK(t, !p.env[2]);
	CHECK_STR(t, p.cwd, "/");
	CHECK(t, p.shell_fallback);

	g = GIVE(t, "");
	CHECK(t, !spec_cmd(g.text, g.n, &g.pool, &p));
	CHECK_STR(t, p.argv[0], "sh");
	CHECK(t, !p.argv[1]);
	g = GIVE(t, "\nx\n");
	CHECK_HAS(t, spec_cmd(g.text, g.n, &g.pool, &p), "first line");
	g = GIVE(t, "a\0b\n");
	CHECK_HAS(t, spec_cmd(g.text, g.n, &g.pool, &p), "NUL");
	g.pool.end = g.pool.p;
	CHECK_HAS(t, spec_env(g.text, g.n, &g.pool, &p), "memory");
}

TEST(caps)
{
	struct given g = GIVE(t, "0100000200040000 bin/ping\0"
				 "ff a b/..c\0");
	struct cap cap = { 0 };
	char *at = g.text;
	size_t left = g.n;

	CHECK(t, !spec_cap(&at, &left, &cap));
	CHECK_U(t, cap.value_n, 8);
	CHECK_U(t, cap.value[3], 2);
	CHECK_STR(t, cap.path, "bin/ping");
	CHECK(t, !spec_cap(&at, &left, &cap));
	CHECK_STR(t, cap.path, "a b/..c");
	CHECK_U(t, left, 0);
}

TEST(caps_refuses)
{
	static const struct row {
		const char *text;
		size_t n;
		const char *why;
	} rows[] = {
		ROW("00 bin/x", "cut off"),
		ROW(" bin/x\0", "hex"),
		ROW("0 bin/x\0", "hex"),
		ROW("0A bin/x\0", "hex"),
		ROW("00bin/x\0", "hex"),
		ROW("00 \0", "plain"),
		ROW("00 /bin/x\0", "plain"),
		ROW("00 bin/\0", "plain"),
		ROW("00 bin//x\0", "plain"),
		ROW("00 ./x\0", "plain"),
		ROW("00 a/../x\0", "plain"),
		ROW("00 a/..\0", "plain"),
		ROW("\0", "hex"),
	};
	char longest[2 * SPEC_CAP_MAX + 8];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct given g = give(t, rows[i].text, rows[i].n);
		struct cap cap;
		char *at = g.text;
		size_t left = g.n;
		const char *why = spec_cap(&at, &left, &cap);

		CHECK_HAS(t, why ? why : "(accepted)", rows[i].why);
		CHECK_U(t, left, g.n);
	}
	for (size_t extra = 0; extra < 2; extra++) {
		size_t digits = 2 * (SPEC_CAP_MAX + extra), left = digits + 3;
		struct cap cap;
		char *at = longest;

		memset(longest, '0', digits);
		memcpy(longest + digits, " x", 3);
		CHECK(t, !spec_cap(&at, &left, &cap) == !extra);
	}
}
