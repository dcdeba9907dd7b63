/*
 * What the files of http share: a request in progress. For this folder only.
 */
#pragma once

#include "net/http.h"

#include <curl/curl.h>

#include "base/buf.h"

/* How one exchange ended. */
enum outcome {
	ANSWERED,
	AGAIN,         /* may succeed later; e has the reason */
	AGAIN_CONNECT, /* the same, before anything was exchanged */
	FAILED,
};

/* One request, over redirects and tries. */
struct transfer {
	const struct http_request *r;
	struct arena *a;
	struct http_answer *out;
	CURL *curl;
	struct err *e;
	struct buf error;
	struct buf kept[HTTP_WANT_MAX];
	size_t headers;    /* bytes of them in this answer */
	uint64_t have;     /* bytes of the body that were passed on */
	uint64_t range_at; /* the first offset in Content-Range */
	uint64_t sent;     /* bytes of the content, in this exchange */
	uint64_t retry_s;  /* Retry-After */
	uint64_t seconds;  /* limit of all tries together */
	uint64_t until_ns; /* when that limit is reached: sys_monotonic_ns */
	bool range, begun; /* Content-Range seen; body->start called */
	bool content_read; /* since it was rewound */
	bool stopped;      /* a callback has set e */
};

/* Discards the headers of an answer that another one follows. */
void http_headers_reset(struct transfer *t);
/* Is CURLOPT_HEADERFUNCTION, with the transfer as its data. */
size_t http_on_header(char *p, size_t size, size_t n, void *self);
/* Puts the headers that were kept into the answer. */
MUST_USE bool http_headers_keep(struct transfer *t);

/* Returns whether the method is GET or HEAD. */
bool http_is_read(const struct http_request *r);
/* Makes the header lines to send; `secrets`: with those for the first origin
 * only. */
MUST_USE bool http_headers_list(const struct transfer *t, bool secrets,
				struct curl_slist **out, struct err *e);
/* Goes back to the first byte of the content; called before each exchange. */
MUST_USE bool http_content_begin(struct transfer *t);
/* Returns whether content was read that cannot be read again. */
bool http_content_spent(const struct transfer *t);
void http_set_method(struct transfer *t);

/* Makes one exchange with one address. */
enum outcome http_exchange(struct transfer *t, const char *url, bool secrets);
/* Makes one try, from the first address through all redirects. */
enum outcome http_attempt(struct transfer *t);
