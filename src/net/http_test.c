#include "base/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/http.h"

/* A server that gives prepared answers, one a connection, in their order. */
struct server {
	int fd;
	unsigned port;
	pthread_t thread;
	const char *const *answers; /* ends in NULL; "%u" is the port */
	char requests[16][512];
	size_t n;
};

static void
serve_one(struct server *s, int fd, const char *answer)
{
	static char text[160000]; /* one server at a time */
	char *in = s->requests[s->n];
	size_t got = 0, max = sizeof s->requests[0] - 1;
	while (got < max && !strstr(in, "\r\n\r\n")) {
		ssize_t n = read(fd, in + got, max - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	s->n++;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	int len = snprintf(text, sizeof text, answer, s->port);
#pragma GCC diagnostic pop
	IGNORE(write(fd, text, (size_t)len) < 0);
	close(fd);
}

static void *
serve(void *self)
{
	struct server *s = self;
	for (const char *const *a = s->answers; *a; a++) {
		int fd = accept(s->fd, NULL, NULL);
		if (fd < 0)
			break;
		serve_one(s, fd, *a);
	}
	return NULL;
}

static void
server_start(struct test *t, struct server *s, const char *const *answers)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof in;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memset(s, 0, sizeof *s);
	s->answers = answers;
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(t, bind(s->fd, (struct sockaddr *)&in, sizeof in) == 0 &&
			 listen(s->fd, 8) == 0 &&
			 getsockname(s->fd, (struct sockaddr *)&in, &len) == 0);
	s->port = ntohs(in.sin_port);
	CHECK(t, pthread_create(&s->thread, NULL, serve, s) == 0);
}

static void
server_end(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

/* One request to a server with these answers. */
struct run {
	struct server s;
	struct http_answer out;
	struct span body;
	struct err e;
	bool ok;
};

static void
run(struct test *t, struct run *x, struct http_request r,
    const char *const *answers)
{
	DEFER(http_finish) struct http h = { 0 };
	x->e = (struct err){ 0 };
	server_start(t, &x->s, answers);
	if (!r.url)
		r.url = arena_fmt(&t->arena, "http://127.0.0.1:%u/a",
				  x->s.port);
	if (!r.max)
		r.max = 1000;
	r.first_pause_ms = 1;
	x->ok = http_get(&h, &r, &t->arena, &x->out, &x->body, &x->e);
	server_end(&x->s);
}

#define ANSWERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define OK_HELLO     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

TEST(http_gets)
{
	struct run x;
	struct http_request r = { .accept = "a/b", .authorization = "Basic x" };
	run(t, &x, r,
	    ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: t/p\r\n"
		    "Docker-Content-Digest:  sha256:1 \r\n"
		    "Content-Length: 5\r\n\r\nhello"));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 200);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	CHECK_SPAN(t, x.out.content_type, SPAN("t/p"));
	CHECK_SPAN(t, x.out.digest, SPAN("sha256:1"));
	CHECK_HAS(t, x.s.requests[0], "GET /a HTTP/1.1\r\n");
	CHECK_HAS(t, x.s.requests[0], "Accept: a/b\r\n");
	CHECK_HAS(t, x.s.requests[0], "Authorization: Basic x\r\n");
	CHECK_HAS(t, x.s.requests[0], "User-Agent: veraclave/");
}

TEST(http_posts_a_form)
{
	struct run x;
	struct http_request r = { .method = "POST", .form = SPAN("a=b&c=d") };
	run(t, &x, r, ANSWERS(OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[0], "POST /a ");
	CHECK_HAS(t, x.s.requests[0], "Content-Length: 7\r\n");
}

TEST(http_gives_error_answers)
{
	struct run x;
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic a\r\n"
		    "WWW-Authenticate: Bearer b\r\nContent-Length: 3\r\n\r\n"
		    "why"));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 401);
	CHECK_SPAN(t, x.out.challenge, SPAN("Basic a, Bearer b"));
	CHECK_SPAN(t, x.out.error, SPAN("why"));
	CHECK_U(t, x.body.n, 0);
}

TEST(http_tries_again)
{
	struct run x;
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "",
		    "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n"
		    "Content-Length: 0\r\n\r\n",
		    OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	CHECK_U(t, x.s.n, 4);
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
	CHECK_U(t, (uint64_t)x.out.status, 404);
	CHECK_U(t, x.s.n, 1);
}

TEST(http_gives_up)
{
	struct run x;
	run(t, &x, (struct http_request){ 0 }, ANSWERS("", "", "", "", "", ""));
	CHECK(t, !x.ok);
	CHECK(t, x.e.code == ERR_NET);
	CHECK_U(t, x.s.n, HTTP_TRIES);
}

TEST(http_resumes)
{
	struct run x;
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe",
		    "HTTP/1.1 206 Part\r\nContent-Range: bytes 2-4/5\r\n"
		    "Content-Length: 3\r\n\r\nllo"));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	CHECK_HAS(t, x.s.requests[1], "Range: bytes=2-\r\n");
	/* a server without ranges, or where the content has changed */
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe",
		    OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe",
		    "HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n",
		    OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	run(t, &x, (struct http_request){ 0 },
	    ANSWERS("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe",
		    "HTTP/1.1 206 Part\r\nContent-Range: bytes 1-4/5\r\n"
		    "Content-Length: 4\r\n\r\nello"));
	CHECK(t, !x.ok);
	CHECK_HAS(t, x.e.msg, "another part");
}

#define TO(where)                                       \
	"HTTP/1.1 302 Found\r\nLocation: " where "\r\n" \
	"Content-Length: 0\r\n\r\n"

TEST(http_redirects)
{
	struct run x;
	struct http_request r = { .authorization = "Basic x" };
	run(t, &x, r, ANSWERS(TO("/b"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[1], "GET /b ");
	CHECK_HAS(t, x.s.requests[1], "Authorization: Basic x");
	/* another origin does not see the credentials */
	run(t, &x, r, ANSWERS(TO("http://localhost:%u/c"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[1], "GET /c ");
	CHECK(t, !strstr(x.s.requests[1], "Authorization"));
	/* nor does the first one, when it is come back to */
	run(t, &x, r,
	    ANSWERS(TO("http://localhost:%u/c"), TO("http://127.0.0.1:%u/d"),
		    OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK(t, !strstr(x.s.requests[2], "Authorization"));
}

TEST(http_refuses_redirects)
{
	static const struct {
		const char *to, *why;
	} rows[] = {
		{ TO("http://192.0.2.1/x"), "this machine" },
		{ TO("file:///etc/passwd"), "neither https nor http" },
		{ TO("ftp://localhost/x"), "neither https nor http" },
		{ TO("http://u:p@localhost/x"), "user name" },
		{ "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
		  "to nowhere" },
		{ TO("http://localhost:99999/x"), "redirect" },
		{ TO("https://"), "redirect" },
		{ TO("http://[::1/x"), "redirect" },
		{ TO("http://a b/"), "redirect" },
	};
	struct run x;
	for (size_t i = 0; i < COUNT(rows); i++) {
		run(t, &x, (struct http_request){ 0 }, ANSWERS(rows[i].to));
		CHECK(t, !x.ok && x.e.code == ERR_NET);
		CHECK_HAS(t, x.e.msg, rows[i].why);
	}
}

TEST(http_leads_nobody_into_this_network)
{
	static const struct {
		const char *from, *to;
		bool may;
	} rows[] = {
		{ "r.example", "s.example", true },
		{ "r.example", "192.0.2.1", true },
		{ "r.example", "169.254.169.254", false },
		{ "r.example", "10.0.0.1", false },
		{ "r.example", "[fe80::1]", false },
		{ "r.example", "localhost", false },
		{ "127.0.0.1", "localhost", true },
		{ "127.0.0.1", "10.0.0.1", false },
		{ "10.0.0.1", "10.0.0.1", true },
		{ "10.0.0.1", "10.0.0.2", false },
		{ "10.0.0.1", "127.0.0.1", false },
		{ "::1", "[::1]", true },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK(t, http_may_lead(span_str(rows[i].from),
				       span_str(rows[i].to)) == rows[i].may);
}

/* A server that is busy for as long as it likes does not keep us. */
TEST(http_has_a_total_time)
{
	struct run x;
	struct http_request r = { .seconds = 1 };
	run(t, &x, r,
	    ANSWERS("HTTP/1.1 503 Busy\r\nRetry-After: 50\r\n"
		    "Content-Length: 0\r\n\r\n"));
	CHECK(t, !x.ok && x.e.code == ERR_NET);
	CHECK_HAS(t, x.e.msg, "not done after 1 seconds");
	CHECK_STR(t, x.e.id, "http-slow");
}

TEST(http_long_headers)
{
	static char text[150000];
	struct run x;
	struct http_request r = { 0 };
	/* one line that libcurl does not keep */
	char *p = stpcpy(text, "HTTP/1.1 200 OK\r\nX-Long: ");
	memset(p, 'x', 120000);
	stpcpy(p + 120000, "\r\nContent-Length: 0\r\n\r\n");
	run(t, &x, r, ANSWERS(text));
	CHECK(t, !x.ok && x.e.code == ERR_NET);
	CHECK_HAS(t, x.e.msg, "a header line of the answer is over");
	/* many lines of one that is kept */
	p = stpcpy(text, "HTTP/1.1 401 No\r\n");
	for (size_t i = 0; i < 2500; i++)
		p = stpcpy(p, "WWW-Authenticate:abc\r\n");
	stpcpy(p, "Content-Length: 0\r\n\r\n");
	run(t, &x, r, ANSWERS(text));
	CHECK(t, !x.ok && x.e.code == ERR_LIMIT);
	CHECK_HAS(t, x.e.msg, "www-authenticate");
}

TEST(http_limits)
{
	static char headers[HTTP_HEADERS_MAX + 2000];
	struct run x;
	run(t, &x, (struct http_request){ .max = 5 }, ANSWERS(OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	run(t, &x, (struct http_request){ .max = 4 }, ANSWERS(OK_HELLO));
	CHECK(t, !x.ok && x.e.code == ERR_LIMIT);
	char *p = stpcpy(headers, "HTTP/1.1 200 OK\r\n");
	while (p < headers + HTTP_HEADERS_MAX)
		p = stpcpy(p, "X-Filler: 0123456789012345678901234567890\r\n");
	stpcpy(p, "Content-Length: 0\r\n\r\n");
	run(t, &x, (struct http_request){ 0 }, ANSWERS(headers));
	CHECK(t, !x.ok && x.e.code == ERR_LIMIT);
}

TEST(http_stops_when_redirects_do_not_end)
{
	const char *loop[HTTP_REDIRECTS_MAX + 2] = { NULL };
	struct run x;
	for (size_t i = 0; i <= HTTP_REDIRECTS_MAX; i++)
		loop[i] = TO("/a");
	run(t, &x, (struct http_request){ 0 }, loop);
	CHECK(t, !x.ok && x.e.code == ERR_NET);
	CHECK_HAS(t, x.e.msg, "more than 10 redirects");
	CHECK_U(t, x.s.n, HTTP_REDIRECTS_MAX + 1);
}

TEST(http_addresses)
{
	static const struct {
		const char *url, *host;
		unsigned port;
		bool tls;
	} rows[] = {
		{ "https://r.example/v2/", "r.example", 443, true },
		{ "https://r.example:5000", "r.example", 5000, true },
		{ "http://localhost:5000/", "localhost", 5000, false },
		{ "http://[::1]/", "::1", 80, false },
		{ "http://127.1.2.3/", "127.1.2.3", 80, false },
	};
	static const char *const bad[] = {
		"http://r.example/",   "http://10.0.0.1/",   "ftp://localhost/",
		"localhost",           "https://u:p@host/",  "https://",
		"http://localhost.x/", "file:///etc/passwd",
	};
	struct err e = { 0 };
	struct http_url u;
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_OK(t, http_url_parse(rows[i].url, &t->arena, &u, &e), &e);
		CHECK_STR(t, u.host, rows[i].host);
		CHECK_U(t, u.port, rows[i].port);
		CHECK(t, u.tls == rows[i].tls);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t, !http_url_parse(bad[i], &t->arena, &u, &e));
		CHECK(t, e.code == ERR_USAGE);
	}
}

TEST(http_networks)
{
	static const char *const private[] = {
		"10.1.2.3",    "127.0.0.1",     "169.254.169.254",
		"192.168.0.1", "172.31.0.1",    "::1",
		"fe80::1",     "fd00:ec2::254", "::ffff:10.0.0.1",
		"[::1]",       "0.0.0.0",       "100.64.0.1",
		"224.0.0.1",
	};
	static const char *const open[] = { "192.0.2.1", "172.32.0.1",
					    "2001:db8::1", "r.example",
					    "100.128.0.1" };
	for (size_t i = 0; i < COUNT(private); i++)
		CHECK(t, http_is_private(span_str(private[i])));
	for (size_t i = 0; i < COUNT(open); i++)
		CHECK(t, !http_is_private(span_str(open[i])));
	CHECK(t, http_is_loopback(SPAN("127.9.9.9")));
	CHECK(t, http_is_loopback(SPAN("[::1]")));
	CHECK(t, !http_is_loopback(SPAN("128.0.0.1")));
	CHECK_STR(t, http_escape(&t->arena, SPAN("a-Z~/ \xff")),
		  "a-Z~%2F%20%FF");
}
