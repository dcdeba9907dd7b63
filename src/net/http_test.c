#include "base/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "net/http.h"

/* A server that gives prepared answers in order, one for each connection. */
struct server {
	int fd;
	unsigned port;
	pthread_t thread;
	const char *const *answers; /* ends in NULL; "%u" is the port */
	char requests[16][800];
	size_t n;
};

/* Returns whether the request is complete, with its content. */
static bool
is_whole(const char *in)
{
	const char *body = strstr(in, "\r\n\r\n");
	const char *length = strstr(in, "Content-Length: ");
	if (!body)
		return false;
	body += 4;
	if (strstr(in, "Transfer-Encoding: chunked"))
		return strstr(body, "0\r\n\r\n") != NULL;
	struct span digits = span_str(length ? length + 16 : "0");
	uint64_t n = 0;
	return num_parse(span_cut(&digits, '\r'), &n) && strlen(body) >= n;
}

static void
read_request(int fd, char *in, size_t max)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	bool told = false;
	for (size_t got = 0; got < max && !is_whole(in);) {
		ssize_t n = read(fd, in + got, max - got);
		if (n <= 0)
			break;
		got += (size_t)n;
		if (!told && strstr(in, "Expect: 100-continue"))
			told = write(fd, go_on, strlen(go_on)) > 0;
	}
}

static void
serve_one(struct server *s, int fd, const char *answer)
{
	static char text[160000]; /* one server at a time */
	read_request(fd, s->requests[s->n], sizeof s->requests[0] - 1);
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

static const char *const wanted[] = { "Content-Type", "www-authenticate",
				      "X-Absent" };
#define WANTED     .want = wanted, .want_n = COUNT(wanted)
#define HEADERS(h) .headers = (h), .headers_n = COUNT(h)

#define ANSWERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define OK_HELLO     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

TEST(http_gets)
{
	static const struct http_header h[] = {
		{ .name = "Accept", .value = "a/b" },
		{ .name = "Authorization", .value = "Basic x" },
		{ .name = "X-Absent" },
	};
	struct run x;
	struct http_request r = { HEADERS(h), WANTED };
	run(t, &x, r,
	    ANSWERS("HTTP/1.1 200 OK\r\nCONTENT-type:  t/p \r\n"
		    "Content-Length: 5\r\n\r\nhello"));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 200);
	CHECK_SPAN(t, x.body, SPAN("hello"));
	CHECK_SPAN(t, x.out.got[0], SPAN("t/p"));
	CHECK_U(t, x.out.got[1].n + x.out.got[2].n, 0);
	CHECK_HAS(t, x.s.requests[0], "GET /a HTTP/1.1\r\n");
	CHECK_HAS(t, x.s.requests[0], "Accept: a/b\r\n");
	CHECK_HAS(t, x.s.requests[0], "Authorization: Basic x\r\n");
	CHECK_HAS(t, x.s.requests[0], "User-Agent: veraclave/");
	CHECK(t, !strstr(x.s.requests[0], "X-Absent"));
}

TEST(http_refuses_bad_headers)
{
	static const struct http_header rows[] = {
		{ .name = "X", .value = "a\r\nY: b" },
		{ .name = "X: a", .value = "b" },
		{ .name = "", .value = "b" },
	};
	struct run x;
	for (size_t i = 0; i < COUNT(rows); i++) {
		run(t, &x,
		    (struct http_request){ .headers = &rows[i],
					   .headers_n = 1 },
		    ANSWERS(OK_HELLO));
		CHECK(t, !x.ok && x.e.code == ERR_INPUT);
		CHECK_U(t, x.s.n, 0);
	}
}

/* Text that is read in pieces of three bytes. */
struct pieces {
	const char *text;
	size_t at, rewinds;
};

static bool
pieces_read(void *self, void *p, size_t n, size_t *got, struct err *e)
{
	struct pieces *s = self;
	size_t left = strlen(s->text) - s->at;
	if (s->text[s->at] == '!')
		return err_set(e, ERR_SYS, "cannot be read");
	*got = left < 3 ? left : 3;
	if (*got > n)
		*got = n;
	memcpy(p, s->text + s->at, *got);
	s->at += *got;
	return true;
}

static bool
pieces_rewind(void *self, UNUSED struct err *e)
{
	struct pieces *s = self;
	s->at = 0;
	s->rewinds++;
	return true;
}

static struct http_content
content_of(struct pieces *s, uint64_t size)
{
	return (struct http_content){ .size = size,
				      .read = pieces_read,
				      .rewind = pieces_rewind,
				      .self = s };
}

TEST(http_sends_content)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH",
					       "DELETE" };
	struct run x;
	for (size_t i = 0; i < 2 * COUNT(methods); i++) {
		struct pieces s = { .text = "content" };
		bool chunks = i >= COUNT(methods);
		struct http_content c =
			content_of(&s, chunks ? HTTP_SIZE_UNKNOWN : 7);
		const char *m = methods[i % COUNT(methods)];
		const char *line = arena_fmt(&t->arena, "%s /a HTTP/1.1", m);
		run(t, &x, (struct http_request){ .method = m, .content = &c },
		    ANSWERS(OK_HELLO));
		CHECK_OK(t, x.ok, &x.e);
		CHECK_HAS(t, x.s.requests[0], line);
		CHECK_SPAN(t, x.body, SPAN("hello"));
		CHECK_HAS(t, x.s.requests[0],
			  chunks ? "Transfer-Encoding: chunked\r\n"
				 : "Content-Length: 7\r\n");
		CHECK_HAS(t, x.s.requests[0],
			  chunks ? "3\r\ncon\r\n" : "\r\n\r\ncontent");
	}
}

TEST(http_sends_from_memory)
{
	static const struct http_header h[] = {
		{ .name = "Content-Type", .value = "a/b" },
	};
	struct run x;
	struct http_memory m = { SPAN("a=b&c=d"), 0 };
	struct http_content c = http_content_of(&m);
	run(t, &x,
	    (struct http_request){
		    .method = "POST", HEADERS(h), .content = &c },
	    ANSWERS(OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[0], "POST /a ");
	CHECK_HAS(t, x.s.requests[0], "Content-Type: a/b\r\n");
	CHECK_HAS(t, x.s.requests[0], "\r\n\r\na=b&c=d");
}

TEST(http_says_that_there_is_no_content)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH" };
	struct run x;
	for (size_t i = 0; i < COUNT(methods); i++) {
		run(t, &x, (struct http_request){ .method = methods[i] },
		    ANSWERS(OK_HELLO));
		CHECK_OK(t, x.ok, &x.e);
		CHECK_HAS(t, x.s.requests[0], "Content-Length: 0\r\n");
		CHECK(t, !strstr(x.s.requests[0], "Content-Type"));
	}
	run(t, &x, (struct http_request){ .method = "DELETE" },
	    ANSWERS(OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[0], "DELETE /a ");
}

#define STATUS(line) "HTTP/1.1 " line "\r\nContent-Length: 0\r\n\r\n"

TEST(http_sends_content_again)
{
	struct run x;
	struct pieces s = { .text = "content" };
	struct http_content c = content_of(&s, 7);
	struct http_request r = { .method = "PUT", .content = &c };
	run(t, &x, r, ANSWERS(STATUS("503 Busy"), "", OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, x.s.n, 3);
	CHECK_U(t, s.rewinds, 3);
	for (size_t i = 0; i < 3; i++)
		CHECK_HAS(t, x.s.requests[i], "\r\n\r\ncontent");
	/* content that can be read only once is sent only once */
	c.rewind = NULL;
	s.at = 0;
	run(t, &x, r, ANSWERS(STATUS("503 Busy")));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 503);
	CHECK_U(t, x.s.n, 1);
	s.at = 0;
	run(t, &x, r, ANSWERS(""));
	CHECK(t, !x.ok && x.e.code == ERR_NET);
	CHECK_U(t, x.s.n, 1);
}

TEST(http_content_that_fails)
{
	struct run x;
	struct pieces s = { .text = "con!" };
	struct http_content c = content_of(&s, 7);
	struct http_request r = { .method = "PUT", .content = &c };
	run(t, &x, r, ANSWERS(OK_HELLO));
	CHECK(t, !x.ok && x.e.code == ERR_SYS);
	CHECK_HAS(t, x.e.msg, "cannot be read");
	s = (struct pieces){ .text = "con" };
	run(t, &x, r, ANSWERS(OK_HELLO));
	CHECK(t, !x.ok && x.e.code == ERR_INPUT);
	CHECK_HAS(t, x.e.msg, "ended after 3 of 7 bytes");
}

TEST(http_gives_error_answers)
{
	struct run x;
	run(t, &x, (struct http_request){ WANTED },
	    ANSWERS("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic a\r\n"
		    "WWW-Authenticate: Bearer b\r\nContent-Length: 3\r\n\r\n"
		    "why"));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 401);
	CHECK_SPAN(t, x.out.got[1], SPAN("Basic a, Bearer b"));
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
	/* the server has no ranges, or the content has changed */
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
	CHECK_HAS(t, x.e.msg, "a part that was not requested");
}

#define TO(where)                                       \
	"HTTP/1.1 302 Found\r\nLocation: " where "\r\n" \
	"Content-Length: 0\r\n\r\n"

TEST(http_redirects)
{
	static const struct http_header h[] = {
		{ .name = "Authorization", .value = "Basic x" },
		{ .name = "X-Token", .value = "y", .secret = true },
		{ .name = "X-Open", .value = "z" },
	};
	struct run x;
	struct http_request r = { HEADERS(h) };
	run(t, &x, r, ANSWERS(TO("/b"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[1], "GET /b ");
	CHECK_HAS(t, x.s.requests[1], "Authorization: Basic x");
	/* another origin does not get the credentials */
	run(t, &x, r, ANSWERS(TO("http://localhost:%u/c"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[1], "GET /c ");
	CHECK(t, !strstr(x.s.requests[1], "Authorization"));
	CHECK(t, !strstr(x.s.requests[1], "X-Token"));
	CHECK_HAS(t, x.s.requests[1], "X-Open: z");
	/* nor does the first origin after a redirect back to it */
	run(t, &x, r,
	    ANSWERS(TO("http://localhost:%u/c"), TO("http://127.0.0.1:%u/d"),
		    OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK(t, !strstr(x.s.requests[2], "Authorization"));
}

#define MOVED(status, where)                                   \
	"HTTP/1.1 " status " Moved\r\nLocation: " where "\r\n" \
	"Content-Length: 0\r\n\r\n"

TEST(http_redirects_content)
{
	struct run x;
	struct pieces s = { .text = "content" };
	struct http_content c = content_of(&s, 7);
	struct http_request r = { .method = "PATCH", .content = &c };
	run(t, &x, r,
	    ANSWERS(MOVED("307", "/b"), MOVED("308", "/c"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[2], "PATCH /c ");
	CHECK_HAS(t, x.s.requests[2], "\r\n\r\ncontent");
	/* these redirects would change the method to GET */
	run(t, &x, r, ANSWERS(MOVED("303", "/b")));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 303);
	/* the caller must allow another origin */
	run(t, &x, r, ANSWERS(MOVED("307", "http://localhost:%u/b")));
	CHECK(t, !x.ok);
	CHECK_HAS(t, x.e.msg, "must not get what is sent");
	CHECK_STR(t, x.e.id, "http-redirect");
	c.anywhere = true;
	run(t, &x, r, ANSWERS(MOVED("307", "http://localhost:%u/b"), OK_HELLO));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_HAS(t, x.s.requests[1], "\r\n\r\ncontent");
	/* this content cannot be sent twice */
	c.rewind = NULL;
	s.at = 0;
	run(t, &x, r, ANSWERS(MOVED("307", "/b")));
	CHECK_OK(t, x.ok, &x.e);
	CHECK_U(t, (uint64_t)x.out.status, 307);
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

/* A server that stays busy cannot delay the caller without limit. */
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
	struct http_request r = { WANTED };
	/* one line over the limit of libcurl */
	char *p = stpcpy(text, "HTTP/1.1 200 OK\r\nX-Long: ");
	memset(p, 'x', 120000);
	stpcpy(p + 120000, "\r\nContent-Length: 0\r\n\r\n");
	run(t, &x, r, ANSWERS(text));
	CHECK(t, !x.ok && x.e.code == ERR_NET);
	CHECK_HAS(t, x.e.msg, "a header line of the answer is over");
	/* many lines of a header that is kept */
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
