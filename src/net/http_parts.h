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

/* Headers that are kept: the members of struct http_answer. */
enum { HTTP_KEPT = 3 };

/* One request on its way, over redirects and tries. */
struct transfer {
	const struct http_request *r;
	struct arena *a;
	struct http_answer *out;
	CURL *curl;
	struct err *e;
	struct buf error;
	struct buf kept[HTTP_KEPT];
	size_t headers;    /* bytes of them in this answer */
	uint64_t have;     /* bytes of the body that were given on */
	uint64_t range_at; /* what Content-Range begins with */
	uint64_t retry_s;  /* Retry-After */
	uint64_t seconds;  /* that all tries may take */
	uint64_t until_ns; /* when they are over: sys_monotonic_ns */
	bool range, begun; /* Content-Range seen; body->start called */
	bool stopped;      /* e is set by a callback */
};

/* Forgets the headers of an answer that another one follows. */
void http_headers_reset(struct transfer *t);
/* CURLOPT_HEADERFUNCTION with the transfer as its data. */
size_t http_on_header(char *p, size_t size, size_t n, void *self);
/* What was kept goes into the answer. */
MUST_USE bool http_headers_keep(struct transfer *t);

/* One exchange with one address. */
enum outcome http_exchange(struct transfer *t, const char *url,
			   const char *authorization);
/* One try: from the first address to where redirects lead. */
enum outcome http_attempt(struct transfer *t);
