/*
 * What the files of http share: one request on its way. Inside of this folder
 * only.
 */
#pragma once

#include "net/http.h"

#include <curl/curl.h>

#include "base/buf.h"

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
	struct buf kept[HTTP_WANT_MAX];
	size_t headers;    /* bytes of them in this answer */
	uint64_t have;     /* bytes of the body that were given on */
	uint64_t range_at; /* what Content-Range begins with */
	uint64_t sent;     /* bytes of the content, in this exchange */
	uint64_t retry_s;  /* Retry-After */
	uint64_t seconds;  /* that all tries may take */
	uint64_t until_ns; /* when they are over: sys_monotonic_ns */
	bool range, begun; /* Content-Range seen; body->start called */
	bool content_read; /* since it was rewound */
	bool stopped;      /* e is set by a callback */
};

/* Forgets the headers of an answer that another one follows. */
void http_headers_reset(struct transfer *t);
/* CURLOPT_HEADERFUNCTION with the transfer as its data. */
size_t http_on_header(char *p, size_t size, size_t n, void *self);
/* What was kept goes into the answer. */
MUST_USE bool http_headers_keep(struct transfer *t);

/* GET or HEAD. */
bool http_is_read(const struct http_request *r);
/* The header lines to send; `secrets`: to the first origin. */
MUST_USE bool http_headers_list(const struct transfer *t, bool secrets,
				struct curl_slist **out, struct err *e);
/* Before each exchange: content from its first byte. */
MUST_USE bool http_content_begin(struct transfer *t);
/* Content that was read and cannot be read again. */
bool http_content_spent(const struct transfer *t);
void http_set_method(struct transfer *t);

/* One exchange with one address. */
enum outcome http_exchange(struct transfer *t, const char *url, bool secrets);
/* One try: from the first address to where redirects lead. */
enum outcome http_attempt(struct transfer *t);
