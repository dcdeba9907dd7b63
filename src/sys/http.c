#include "sys/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/num.h"
#include "sys/env.h"

enum {
	CONNECT_SECONDS = 20,
	STALL_SECONDS = 60,
	DOCUMENT_SECONDS = 180, /* all of a small body */
	CONNECT_TRIES = 3,
	PAUSE_MS = 500,
	PAUSE_MAX_MS = 8000,
	RETRY_AFTER_MAX_S = 60,
};

/* How one exchange ended. */
enum outcome {
	ANSWERED,
	AGAIN,         /* might succeed later; e says why it did not */
	AGAIN_CONNECT, /* the same, before anything was exchanged */
	FAILED,
};

/* One request on its way, over redirects and tries. */
struct transfer {
	const struct http_request *r;
	struct arena *a;
	struct http_answer *out;
	CURL *curl;
	struct err *e;
	struct buf error;
	size_t headers;    /* bytes of them in this answer */
	uint64_t have;     /* bytes of the body that were given on */
	uint64_t range_at; /* what Content-Range begins with */
	uint64_t retry_s;  /* Retry-After */
	bool range, begun; /* Content-Range seen; body->start called */
	bool stopped;      /* e is set by a callback */
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_begin(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
http_finish(struct http *h)
{
	curl_easy_cleanup(h->curl);
	h->curl = NULL;
}

static size_t
stop(struct transfer *t)
{
	t->stopped = true;
	return 0;
}

static bool
is_success(long status)
{
	return status >= 200 && status < 300;
}

/* A value in the arena, after what is there already. */
static bool
keep(struct transfer *t, struct span *where, struct span value)
{
	const char *s = where->n
				? arena_fmt(t->a, "%.*s, %.*s", (int)where->n,
					    (const char *)where->p,
					    (int)value.n, (const char *)value.p)
				: arena_cstr(t->a, value);
	if (!s)
		return err_full(t->e, "the headers of an answer");
	*where = span_str(s);
	return true;
}

/* "bytes 5-9/10" */
static void
content_range(struct transfer *t, struct span v)
{
	struct span head = SPAN("bytes ");
	if (span_starts(v, head)) {
		v = span_from(v, head.n);
		t->range = num_parse(span_cut(&v, '-'), &t->range_at);
	}
}

static bool
header_line(struct transfer *t, struct span line)
{
	static const struct {
		const char *name;
		size_t at;
	} kept[] = {
		{ "content-type", offsetof(struct http_answer, content_type) },
		{ "www-authenticate", offsetof(struct http_answer, challenge) },
		{ "docker-content-digest",
		  offsetof(struct http_answer, digest) },
	};
	struct span value = line, name = span_cut(&value, ':');
	char key[32];
	if (name.n >= sizeof key)
		return true;
	memcpy(key, name.p, name.n);
	key[name.n] = 0;
	value = span_trim(value);
	if (strcasecmp(key, "content-range") == 0)
		content_range(t, value);
	if (strcasecmp(key, "retry-after") == 0 &&
	    !num_parse(value, &t->retry_s))
		t->retry_s = 0;
	for (size_t i = 0; i < COUNT(kept); i++)
		if (value.n && strcasecmp(key, kept[i].name) == 0)
			return keep(t,
				    (struct span *)(void *)((char *)t->out +
							    kept[i].at),
				    value);
	return true;
}

/* Forgets the headers of an answer that another one follows. */
static void
answer_reset(struct transfer *t)
{
	*t->out = (struct http_answer){ 0 };
	t->headers = 0;
	t->range = false;
	t->retry_s = 0;
	buf_clear(&t->error);
}

static size_t
on_header(char *p, size_t size, size_t n, void *self)
{
	struct transfer *t = self;
	struct span line = span_of(p, size * n);
	t->headers += line.n;
	if (t->headers > HTTP_HEADERS_MAX) {
		err_set(t->e, ERR_LIMIT,
			"the headers of the answer are over "
			"%zu bytes",
			HTTP_HEADERS_MAX);
		return stop(t);
	}
	if (span_starts(line, SPAN("HTTP/")))
		answer_reset(t);
	return header_line(t, line) ? line.n : stop(t);
}

/* Tells the receiver at which byte the body begins. */
static bool
body_begin(struct transfer *t, long status)
{
	uint64_t at = 0;
	if (t->begun)
		return true;
	if (status == 206) {
		if (!t->range || t->range_at != t->have)
			return err_set(t->e, ERR_NET,
				       "the server sent another part than it "
				       "was asked for");
		at = t->have;
	}
	t->begun = true;
	t->have = at;
	return !t->r->body || t->r->body->start(t->r->body->self, at, t->e);
}

static void
show_progress(struct transfer *t)
{
	curl_off_t total = 0;
	if (!t->r->progress)
		return;
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
	uint64_t all = t->r->max > LIMIT_JSON ? t->r->max : 0;
	if (total > 0 && all == 0)
		all = (uint64_t)total;
	progress_step(t->r->progress, t->r->what ? t->r->what : "fetching",
		      t->have, all);
}

static size_t
on_body(char *p, size_t size, size_t n, void *self)
{
	struct transfer *t = self;
	struct span s = span_of(p, size * n);
	long status = 0;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!is_success(status)) {
		size_t room = t->error.max - t->error.n;
		buf_span(&t->error, span_sub(s, 0, room));
		return s.n;
	}
	if (!body_begin(t, status))
		return stop(t);
	if (s.n > t->r->max || t->have > t->r->max - s.n) {
		err_set(t->e, ERR_LIMIT, "the answer is longer than %s",
			show_size(t->r->max).s);
		return stop(t);
	}
	if (t->r->body && !t->r->body->write(t->r->body->self, s, t->e))
		return stop(t);
	t->have += s.n;
	show_progress(t);
	return s.n;
}

static void
set_trust(CURL *c)
{
	const char *file = sys_env("SSL_CERT_FILE");
	const char *dir = sys_env("SSL_CERT_DIR");
	if (file)
		curl_easy_setopt(c, CURLOPT_CAINFO, file);
	if (dir)
		curl_easy_setopt(c, CURLOPT_CAPATH, dir);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void
set_limits(CURL *c, uint64_t max)
{
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	if (max <= LIMIT_JSON)
		curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)DOCUMENT_SECONDS);
}

static void
set_method(struct transfer *t)
{
	const struct http_request *r = t->r;
	if (r->method && strcmp(r->method, "HEAD") == 0)
		curl_easy_setopt(t->curl, CURLOPT_NOBODY, 1L);
	if (r->method && strcmp(r->method, "POST") == 0) {
		curl_easy_setopt(t->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(t->curl, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)r->form.n);
		curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS,
				 r->form.n ? (const char *)r->form.p : "");
	}
}

static void
list_free(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static bool
add_header(struct curl_slist **l, struct arena *a, const char *name,
	   const char *value)
{
	const char *line = value ? arena_fmt(a, "%s: %s", name, value) : "";
	if (!value)
		return true;
	struct curl_slist *more = line ? curl_slist_append(*l, line) : NULL;
	if (more)
		*l = more;
	return more != NULL;
}

static void
set_all(struct transfer *t, const char *url, struct curl_slist *headers,
	char *range, size_t range_size)
{
	CURL *c = t->curl;
	struct http_url u = { 0 };
	struct err ignored = { 0 };
	curl_easy_reset(c);
	set_trust(c);
	set_limits(c, t->r->max);
	set_method(t);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "veraclave/" VERACLAVE_VERSION);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* what is on this machine is not reached through a proxy */
	if (http_url_parse(url, t->a, &u, &ignored) &&
	    http_is_loopback(span_str(u.host)))
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	if (t->have) {
		snprintf(range, range_size, "%llu-",
			 (unsigned long long)t->have);
		curl_easy_setopt(c, CURLOPT_RANGE, range);
	}
}

static enum outcome
judge_failure(struct transfer *t, CURLcode code, const char *url)
{
	if (t->stopped) {
		err_ctx(t->e, "%s", show_str(url).s);
		return FAILED;
	}
	err_set(t->e, ERR_NET, "%s: %s", show_str(url).s,
		curl_easy_strerror(code));
	err_id(t->e, "http");
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		err_hint(t->e, "if the server's certificate comes from an "
			       "authority of your own, name its file in "
			       "SSL_CERT_FILE");
	else
		err_hint(t->e, "check the name of the host, the network and "
			       "the proxy settings, and try again");
	if (code == CURLE_COULDNT_CONNECT ||
	    code == CURLE_COULDNT_RESOLVE_HOST ||
	    code == CURLE_COULDNT_RESOLVE_PROXY)
		return AGAIN_CONNECT;
	if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_SEND_ERROR ||
	    code == CURLE_RECV_ERROR || code == CURLE_PARTIAL_FILE ||
	    code == CURLE_GOT_NOTHING || code == CURLE_HTTP2 ||
	    code == CURLE_HTTP2_STREAM)
		return AGAIN;
	return FAILED;
}

static bool
is_temporary(long status)
{
	return status == 408 || status == 429 || status == 500 ||
	       status == 502 || status == 503 || status == 504;
}

/* One exchange with one address. */
static enum outcome
exchange(struct transfer *t, const char *url, const char *authorization)
{
	char range[40];
	DEFER(list_free) struct curl_slist *headers = NULL;
	if (!add_header(&headers, t->a, "Accept",
			t->r->accept ? t->r->accept : "*/*") ||
	    !add_header(&headers, t->a, "Authorization", authorization)) {
		err_full(t->e, "a request");
		return FAILED;
	}
	t->begun = t->stopped = false;
	answer_reset(t);
	set_all(t, url, headers, range, sizeof range);
	CURLcode code = curl_easy_perform(t->curl);
	if (code != CURLE_OK)
		return judge_failure(t, code, url);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->out->status);
	t->out->url = arena_cstr(t->a, span_str(url));
	if (is_success(t->out->status) && !body_begin(t, t->out->status))
		return FAILED;
	return ANSWERED;
}

static bool
same_origin(const struct http_url *a, const struct http_url *b)
{
	return a->tls == b->tls && a->port == b->port &&
	       strcasecmp(a->host, b->host) == 0;
}

static bool
may_follow(const struct http_request *r, long status)
{
	return (status == 301 || status == 302 || status == 303 ||
		status == 307 || status == 308) &&
	       (!r->method || strcmp(r->method, "POST") != 0);
}

/* Where the last answer points to, in the arena; NULL with e set: nowhere
 * that we go. */
static const char *
next_address(struct transfer *t, const char *from, struct http_url *to)
{
	char *location = NULL;
	struct http_url was;
	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &location);
	if (!location) {
		err_set(t->e, ERR_NET, "%s redirects to nowhere",
			show_str(from).s);
		return NULL;
	}
	const char *url = arena_cstr(t->a, span_str(location));
	if (!url) {
		err_full(t->e, "an address");
		return NULL;
	}
	if (!http_url_parse(from, t->a, &was, t->e) ||
	    !http_url_parse(url, t->a, to, t->e))
		return NULL;
	if (was.tls && !to->tls) {
		err_set(t->e, ERR_NET, "%s redirects to plain http",
			show_str(from).s);
		err_id(t->e, "http-redirect");
		return NULL;
	}
	return url;
}

/* One try: from the first address to where redirects lead. */
static enum outcome
attempt(struct transfer *t)
{
	const char *url = t->r->url, *auth = t->r->authorization;
	struct http_url first, now;
	if (!http_url_parse(url, t->a, &first, t->e))
		return FAILED;
	for (int hop = 0; hop <= HTTP_REDIRECTS_MAX; hop++) {
		enum outcome o = exchange(t, url, auth);
		if (o != ANSWERED)
			return o;
		if (!may_follow(t->r, t->out->status))
			return ANSWERED;
		url = next_address(t, url, &now);
		if (!url)
			return FAILED;
		if (!same_origin(&first, &now))
			auth = NULL;
	}
	err_set(t->e, ERR_NET, "%s: more than %d redirects",
		show_str(t->r->url).s, HTTP_REDIRECTS_MAX);
	err_id(t->e, "http-redirect");
	return FAILED;
}

/* Longer each time, and not at the same moment for everybody. */
static void
pause_before(const struct transfer *t, unsigned tries)
{
	struct err ignored = { 0 };
	uint64_t first = t->r->first_pause_ms, r = 0;
	if (first == 0)
		first = PAUSE_MS;
	uint64_t ms = first << (tries < 8 ? tries : 8);
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	if (sys_random(&r, sizeof r, &ignored))
		ms += r % (ms / 4 + 1);
	uint64_t told =
		t->retry_s < RETRY_AFTER_MAX_S ? t->retry_s : RETRY_AFTER_MAX_S;
	if (told * 1000 > ms)
		ms = told * 1000;
	struct timespec ts = { (time_t)(ms / 1000),
			       (long)(ms % 1000) * 1000000 };
	nanosleep(&ts, NULL);
}

/* Tries until there is an answer, or no hope. */
static bool
persist(struct transfer *t)
{
	for (unsigned n = 0;; n++) {
		enum outcome o = attempt(t);
		bool last = n + 1 >= HTTP_TRIES ||
			    (o == AGAIN_CONNECT && n + 1 >= CONNECT_TRIES);
		if (o == ANSWERED && t->out->status == 416 && t->have && !last)
			t->have = 0; /* it has changed: from the start */
		else if (o == ANSWERED &&
			 (last || !is_temporary(t->out->status)))
			return true;
		else if (o == FAILED || last)
			return false;
		pause_before(t, n);
	}
}

static void
error_free(struct transfer *t)
{
	buf_free(&t->error);
}

bool
http_send(struct http *h, const struct http_request *r, struct arena *a,
	  struct http_answer *out, struct err *e)
{
	DEFER(error_free)
	struct transfer t = {
		.r = r, .a = a, .out = out, .e = e, .have = r->from
	};
	t.error = buf_max(HTTP_ERROR_MAX);
	pthread_once(&curl_once, curl_begin);
	if (!h->curl)
		h->curl = curl_easy_init();
	if (!h->curl)
		return err_full(e, "the HTTP client");
	t.curl = h->curl;
	if (!persist(&t))
		return false;
	out->error = arena_dup(a, buf_view(&t.error));
	return out->error.p || err_full(e, "an answer");
}

static bool
memory_start(void *self, uint64_t at, struct err *e)
{
	struct buf *b = self;
	if (at > b->n)
		return err_set(e, ERR_BUG, "a body begins behind its start");
	b->n = (size_t)at;
	return true;
}

static bool
memory_write(void *self, struct span s, struct err *e)
{
	struct buf *b = self;
	buf_span(b, s);
	return buf_ok(b, "an answer", e);
}

bool
http_get(struct http *h, const struct http_request *r, struct arena *a,
	 struct http_answer *out, struct span *body, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max((size_t)r->max);
	struct http_body to = { memory_start, memory_write, &b };
	struct http_request mine = *r;
	mine.body = &to;
	*body = (struct span){ 0 };
	if (!http_send(h, &mine, a, out, e))
		return false;
	if (out->status < 200 || out->status >= 300)
		return true;
	*body = arena_dup(a, buf_view(&b));
	return body->p || err_full(e, "an answer");
}
