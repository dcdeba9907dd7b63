/* The header lines of answers: see net/http.h. */
#include "net/http_parts.h"

#include <string.h>
#include <strings.h>

#include "base/fmt.h"
#include "base/num.h"

void
http_headers_reset(struct transfer *t)
{
	*t->out = (struct http_answer){ 0 };
	t->headers = 0;
	t->range = false;
	t->retry_s = 0;
	buf_clear(&t->error);
	for (size_t i = 0; i < t->r->want_n; i++) {
		t->kept[i].max = HTTP_VALUE_MAX;
		buf_clear(&t->kept[i]);
	}
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

/* Appends a value to those of the same name. */
static bool
keep(struct transfer *t, size_t i, struct span value)
{
	struct buf *b = &t->kept[i];
	buf_str(b, b->n ? ", " : "");
	buf_span(b, value);
	if (!b->failed)
		return true;
	return err_set(t->e, ERR_LIMIT,
		       "the header %s of the answer is over %zu bytes",
		       t->r->want[i], HTTP_VALUE_MAX);
}

static bool
header_line(struct transfer *t, struct span line)
{
	struct span value = line, name = span_cut(&value, ':');
	char key[64];
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
	for (size_t i = 0; i < t->r->want_n; i++)
		if (value.n && strcasecmp(key, t->r->want[i]) == 0)
			return keep(t, i, value);
	return true;
}

size_t
http_on_header(char *p, size_t size, size_t n, void *self)
{
	struct transfer *t = self;
	struct span line = span_of(p, size * n);
	t->headers += line.n;
	if (t->headers > HTTP_HEADERS_MAX)
		t->stopped = !err_set(t->e, ERR_LIMIT,
				      "the headers of the answer are over "
				      "%zu bytes",
				      HTTP_HEADERS_MAX);
	else if (span_starts(line, SPAN("HTTP/")))
		http_headers_reset(t);
	if (!t->stopped && !header_line(t, line))
		t->stopped = true;
	return t->stopped ? 0 : line.n;
}

bool
http_headers_keep(struct transfer *t)
{
	for (size_t i = 0; i < t->r->want_n; i++) {
		struct span *to = &t->out->got[i];
		if (t->kept[i].n == 0)
			continue;
		*to = arena_dup(t->a, buf_view(&t->kept[i]));
		if (!to->p)
			return err_full(t->e, "the headers of an answer");
	}
	return true;
}
