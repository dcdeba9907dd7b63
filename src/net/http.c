#include "net/http.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "sys/env.h"
#include "net/http_parts.h"

enum {
	CONNECT_SECONDS = 20,
	STALL_SECONDS = 60,
	STALL_RATE = 1024,      /* bytes a second, over STALL_SECONDS */
	DOCUMENT_SECONDS = 180, /* limit of all tries together, small bodies */
	SLOWEST_RATE = 32 * 1024, /* bytes a second, over a whole large body */
	MOST_SECONDS = 24 * 3600,
	CONNECT_TRIES = 3,
	PAUSE_MS = 500,
	PAUSE_MAX_MS = 8000,
	RETRY_AFTER_MAX_S = 60,
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
				       "the server sent a part that was not "
				       "requested");
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

/* Returns the most bytes that go in either direction. */
static uint64_t
most_bytes(const struct http_request *r)
{
	uint64_t up = r->content ? r->content->size : 0;
	return up > r->max ? up : r->max;
}

/* Returns how long all tries of a body of at most max bytes may take. */
static uint64_t
seconds_for(uint64_t max)
{
	uint64_t most = DOCUMENT_SECONDS;
	if (max > LIMIT_JSON)
		most += max / SLOWEST_RATE;
	return most < MOST_SECONDS ? most : MOST_SECONDS;
}

static uint64_t
left_ms(const struct transfer *t)
{
	uint64_t now = sys_monotonic_ns();
	return now < t->until_ns ? (t->until_ns - now) / 1000000 : 0;
}

static enum outcome
too_slow(struct transfer *t)
{
	err_set(t->e, ERR_NET,
		"%s: not done after %llu seconds, the most that %s may take",
		show_str(t->r->url).s, (unsigned long long)t->seconds,
		show_size(most_bytes(t->r)).s);
	err_hint(t->e, "--fetch-timeout SECONDS allows more");
	err_id(t->e, "http-slow");
	return FAILED;
}

static void
set_limits(const struct transfer *t)
{
	CURL *c = t->curl;
	uint64_t left = left_ms(t);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_RATE);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	/* 0 would mean no limit */
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(left ? left : 1));
}

static void
list_free(struct curl_slist **l)
{
	curl_slist_free_all(*l);
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
	set_limits(t);
	http_set_method(t);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "veraclave/" VERACLAVE_VERSION);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, http_on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* this machine is not reached through a proxy */
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
	if (code == CURLE_OPERATION_TIMEDOUT && left_ms(t) == 0)
		return too_slow(t);
	/* libcurl reports this for a header line over its limit */
	bool line = code == CURLE_OUT_OF_MEMORY && !t->begun;
	err_set(t->e, ERR_NET, "%s: %s", show_str(url).s,
		line ? "a header line of the answer is over 100 KiB"
		     : curl_easy_strerror(code));
	err_id(t->e, "http");
	if (line)
		return FAILED;
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

enum outcome
http_exchange(struct transfer *t, const char *url, bool secrets)
{
	char range[40];
	DEFER(list_free) struct curl_slist *headers = NULL;
	if (!http_headers_list(t, secrets, &headers, t->e) ||
	    !http_content_begin(t))
		return FAILED;
	if (t->r->method && strcmp(t->r->method, "GET") != 0)
		t->have = 0; /* only GET has ranges */
	t->begun = t->stopped = false;
	http_headers_reset(t);
	set_all(t, url, headers, range, sizeof range);
	CURLcode code = curl_easy_perform(t->curl);
	if (code != CURLE_OK)
		return judge_failure(t, code, url);
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->out->status);
	t->out->url = arena_cstr(t->a, span_str(url));
	if (!http_headers_keep(t))
		return FAILED;
	if (is_success(t->out->status) && !body_begin(t, t->out->status))
		return FAILED;
	return ANSWERED;
}

/* Waits longer each time; a random part keeps clients from repeating their
 * requests at the same time. */
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
	if (ms > left_ms(t))
		ms = left_ms(t);
	struct timespec ts = { (time_t)(ms / 1000),
			       (long)(ms % 1000) * 1000000 };
	nanosleep(&ts, NULL);
}

/* Repeats the request until there is an answer or an error that is final. */
static bool
persist(struct transfer *t)
{
	for (unsigned n = 0;; n++) {
		enum outcome o = http_attempt(t);
		bool last = n + 1 >= HTTP_TRIES || http_content_spent(t) ||
			    (o == AGAIN_CONNECT && n + 1 >= CONNECT_TRIES);
		if (o == ANSWERED && t->out->status == 416 && t->have && !last)
			t->have = 0; /* the content has changed: start again */
		else if (o == ANSWERED &&
			 (last || !is_temporary(t->out->status)))
			return true;
		else if (o == FAILED || last)
			return false;
		pause_before(t, n);
		if (left_ms(t) == 0)
			return too_slow(t) == ANSWERED;
	}
}

static void
transfer_free(struct transfer *t)
{
	buf_free(&t->error);
	for (size_t i = 0; i < HTTP_WANT_MAX; i++)
		buf_free(&t->kept[i]);
}

bool
http_send(struct http *h, const struct http_request *r, struct arena *a,
	  struct http_answer *out, struct err *e)
{
	DEFER(transfer_free)
	struct transfer t = {
		.r = r, .a = a, .out = out, .e = e, .have = r->from
	};
	ASSERT(r->want_n <= HTTP_WANT_MAX);
	t.error = buf_max(HTTP_ERROR_MAX);
	pthread_once(&curl_once, curl_begin);
	if (!h->curl)
		h->curl = curl_easy_init();
	if (!h->curl)
		return err_full(e, "the HTTP client");
	t.curl = h->curl;
	t.seconds = r->seconds ? r->seconds : seconds_for(most_bytes(r));
	t.until_ns = sys_monotonic_ns() + t.seconds * 1000000000;
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
