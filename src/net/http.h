/*
 * HTTP as a client (RFC 9110), by libcurl, which is included nowhere else.
 *
 * https with the system's trust store, or that of SSL_CERT_FILE; checking it
 * cannot be turned off. Plain http only to this machine (localhost, 127/8,
 * ::1). Proxies as the environment says. Redirects are followed to https, and
 * on this machine to http; credentials go to the first origin (scheme, host,
 * port) only, and no server leads from outside into this network. What may
 * succeed a moment later (no connection, a connection that broke, 408, 429,
 * 500, 502, 503, 504) is tried again, later each time and where it stopped,
 * until the time for all tries is over: of a document 3 minutes, of more also
 * the time that it takes at 32 KiB a second, and never over a day. A try ends
 * when less than 1 KiB a second comes for a minute.
 *
 * 301, 302 and 303 are followed by GET and HEAD only, 307 and 308 by every
 * method, with the content once more. Otherwise they are answers as others.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/span.h"

enum {
	HTTP_REDIRECTS_MAX = 10,
	HTTP_TRIES = 6,
	HTTP_WANT_MAX = 8,
};
/* All header lines of one answer together. */
#define HTTP_HEADERS_MAX (64 * KIB)
/* One header that is kept, all its lines together. */
#define HTTP_VALUE_MAX (8 * KIB)
/* The body of an answer that is an error. */
#define HTTP_ERROR_MAX (64 * KIB)

/* Takes the body of an answer that is a success. */
struct http_body {
	/* Before the first bytes: they are those from `at` on. It is where a
	 * broken transfer stopped, or 0: forget what came before. */
	bool (*start)(void *self, uint64_t at, struct err *e);
	bool (*write)(void *self, struct span s, struct err *e);
	void *self;
};

struct http_header {
	const char *name;
	const char *value; /* NULL: it is not sent */
	/* Sent to the first origin only, as are Authorization and Cookie. */
	bool secret;
};

#define HTTP_SIZE_UNKNOWN UINT64_MAX
/* What is sent with a request, read as it goes out. */
struct http_content {
	uint64_t size; /* HTTP_SIZE_UNKNOWN: sent in chunks */
	/* Up to n bytes; *got is 0 at the end. */
	bool (*read)(void *self, void *p, size_t n, size_t *got, struct err *e);
	/* To the first byte, before each time that it is sent. NULL: it can be
	 * sent only once, and a request is not repeated after the first byte
	 * was read. */
	bool (*rewind)(void *self, struct err *e);
	void *self;
	bool anywhere; /* redirects may lead it to other origins */
};
/* Content that is in memory. */
struct http_memory {
	struct span bytes;
	size_t at;
};
struct http_content http_content_of(struct http_memory *m);

struct http_request {
	const char *method; /* NULL: GET */
	const char *url;
	const struct http_header *headers;
	size_t headers_n;
	const struct http_content *content; /* NULL: none */
	const char *const *want;            /* names of headers of the answer */
	size_t want_n;                      /* at most HTTP_WANT_MAX */
	uint64_t from; /* bytes of the body that we have; of GET */
	uint64_t max;  /* ERR_LIMIT over so many, `from` included */
	const struct http_body *body;
	const struct progress *progress;
	const char *what;        /* for progress, a literal */
	unsigned first_pause_ms; /* before the second try; 0: 500 */
	uint64_t seconds;        /* for all tries; 0: see above */
};

struct http_answer {
	long status;
	const char *url; /* after redirects */
	/* Of the headers in r->want, in that order: empty when it is not there,
	 * several lines joined by ", ". */
	struct span got[HTTP_WANT_MAX];
	struct span error; /* body of an answer that is no success */
};

/* Keeps connections open between requests. Zeroed is ready for use; for one
 * thread at a time. */
struct http {
	void *curl;
};
void http_finish(struct http *h);

/*
 * True when there is an answer, of whatever status; ERR_NET when there is
 * none, ERR_USAGE for an address that must not be used. Values are in the
 * arena.
 */
MUST_USE bool http_send(struct http *h, const struct http_request *r,
			struct arena *a, struct http_answer *out,
			struct err *e);
/* The same with the body in the arena, at most r->max bytes; empty when the
 * answer is no success. */
MUST_USE bool http_get(struct http *h, const struct http_request *r,
		       struct arena *a, struct http_answer *out,
		       struct span *body, struct err *e);

/* Parts of an address. */
struct http_url {
	bool tls;
	const char *host; /* without brackets */
	unsigned port;
};
MUST_USE bool http_url_parse(const char *url, struct arena *a,
			     struct http_url *out, struct err *e);
/* Is this name or address this very machine. */
bool http_is_loopback(struct span host);
/* Is it an address (not a name) of a private, local or special network. */
bool http_is_private(struct span host);
/* May a server of the name or address `from` lead us to `to`: not to this
 * machine or an address of this network, unless it is there itself. */
bool http_may_lead(struct span from, struct span to);
/* Percent-encodes all but letters, digits and -._~ (RFC 3986). */
char *http_escape(struct arena *a, struct span s);
