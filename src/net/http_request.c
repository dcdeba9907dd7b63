/* Method, header lines and content of a request: see net/http.h. */
#include "net/http_parts.h"

#include <string.h>
#include <strings.h>

#include "base/fmt.h"

bool
http_is_read(const struct http_request *r)
{
	return !r->method || strcmp(r->method, "GET") == 0 ||
	       strcmp(r->method, "HEAD") == 0;
}

/* Returns whether only the first origin gets this header. */
static bool
is_secret(const struct http_header *h)
{
	return h->secret || strcasecmp(h->name, "Authorization") == 0 ||
	       strcasecmp(h->name, "Cookie") == 0;
}

/* Refuses characters that are not allowed: a line break would begin another
 * header. */
static bool
header_ok(const struct http_header *h, struct err *e)
{
	struct span name = span_str(h->name), value = span_str(h->value);
	bool ok = name.n > 0;
	for (size_t i = 0; i < name.n; i++)
		ok = ok && name.p[i] > ' ' && name.p[i] < 127 &&
		     name.p[i] != ':';
	for (size_t i = 0; i < value.n; i++)
		ok = ok && (value.p[i] >= ' ' || value.p[i] == '\t') &&
		     value.p[i] != 127;
	return ok || err_set(e, ERR_INPUT,
			     "the header %s cannot be sent: it has characters "
			     "that are not allowed",
			     show_str(h->name).s);
}

static bool
add_header(struct curl_slist **l, struct arena *a, const struct http_header *h,
	   struct err *e)
{
	if (!header_ok(h, e))
		return false;
	const char *line = arena_fmt(a, "%s: %s", h->name, h->value);
	struct curl_slist *more = line ? curl_slist_append(*l, line) : NULL;
	if (!more)
		return err_full(e, "a request");
	*l = more;
	return true;
}

bool
http_headers_list(const struct transfer *t, bool secrets,
		  struct curl_slist **out, struct err *e)
{
	const struct http_request *r = t->r;
	for (size_t i = 0; i < r->headers_n; i++) {
		const struct http_header *h = &r->headers[i];
		if (h->value && (secrets || !is_secret(h)) &&
		    !add_header(out, t->a, h, e))
			return false;
	}
	return true;
}

bool
http_content_begin(struct transfer *t)
{
	const struct http_content *c = t->r->content;
	bool spent = http_content_spent(t);
	t->sent = 0;
	t->content_read = false;
	if (spent)
		return err_set(t->e, ERR_BUG, "content is sent twice");
	return !c || !c->rewind || c->rewind(c->self, t->e);
}

bool
http_content_spent(const struct transfer *t)
{
	return t->content_read && !t->r->content->rewind;
}

static bool
read_content(struct transfer *t, void *p, size_t n, size_t *got)
{
	const struct http_content *c = t->r->content;
	bool sized = c->size != HTTP_SIZE_UNKNOWN;
	*got = 0;
	if (sized && n > c->size - t->sent)
		n = (size_t)(c->size - t->sent);
	if (n == 0)
		return true;
	t->content_read = true;
	if (!c->read(c->self, p, n, got, t->e))
		return false;
	t->sent += *got;
	return *got || !sized ||
	       err_set(t->e, ERR_INPUT,
		       "the content ended after %llu of %llu bytes",
		       (unsigned long long)t->sent,
		       (unsigned long long)c->size);
}

static size_t
on_read(char *p, size_t size, size_t n, void *self)
{
	struct transfer *t = self;
	size_t got;
	if (read_content(t, p, size * n, &got))
		return got;
	t->stopped = true;
	return CURL_READFUNC_ABORT;
}

/* libcurl itself repeats a request if the connection was closed while it was
 * idle. */
static int
on_seek(void *self, curl_off_t at, int origin)
{
	struct transfer *t = self;
	if (at != 0 || origin != SEEK_SET || http_content_spent(t))
		return CURL_SEEKFUNC_CANTSEEK;
	if (http_content_begin(t))
		return CURL_SEEKFUNC_OK;
	t->stopped = true;
	return CURL_SEEKFUNC_FAIL;
}

/* POST, PUT and PATCH without content send "Content-Length: 0". */
static bool
has_length(const struct http_request *r)
{
	return r->content || strcmp(r->method, "POST") == 0 ||
	       strcmp(r->method, "PUT") == 0 || strcmp(r->method, "PATCH") == 0;
}

void
http_set_method(struct transfer *t)
{
	const struct http_request *r = t->r;
	CURL *c = t->curl;
	curl_off_t size = 0;
	if (!r->method || strcmp(r->method, "GET") == 0)
		return;
	if (strcmp(r->method, "HEAD") == 0) {
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
		return;
	}
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
	if (!has_length(r))
		return;
	if (r->content)
		size = r->content->size == HTTP_SIZE_UNKNOWN
			       ? -1
			       : (curl_off_t)r->content->size;
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, size);
	if (!r->content)
		return;
	curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(c, CURLOPT_READDATA, t);
	curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(c, CURLOPT_SEEKDATA, t);
}

static bool
memory_read(void *self, void *p, size_t n, size_t *got, UNUSED struct err *e)
{
	struct http_memory *m = self;
	size_t left = m->bytes.n - m->at;
	*got = n < left ? n : left;
	if (*got)
		memcpy(p, m->bytes.p + m->at, *got);
	m->at += *got;
	return true;
}

static bool
memory_rewind(void *self, UNUSED struct err *e)
{
	struct http_memory *m = self;
	m->at = 0;
	return true;
}

struct http_content
http_content_of(struct http_memory *m)
{
	return (struct http_content){ .size = m->bytes.n,
				      .read = memory_read,
				      .rewind = memory_rewind,
				      .self = m };
}
