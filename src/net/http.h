/*
 * HTTP as a client (RFC 9110). Only this module uses libcurl.
 *
 * https uses the system's trust store, or that of SSL_CERT_FILE; certificates
 * are always verified. Plain http is allowed only to this machine (localhost,
 * 127/8, ::1). The environment configures proxies. Redirects are followed to
 * https, and on this machine to http. Credentials are sent only to the first
 * origin (scheme, host, port), and a server outside this network cannot
 * redirect into it. Failures that may be temporary (no connection, a connection
 * that broke, 408, 429, 500, 502, 503, 504) are retried with growing pauses,
 * and a transfer resumes where it stopped. The limit for all tries is 3 minutes
 * for a document; larger bodies get also the time that they take at 32 KiB a
 * second, at most a day. A try ends if it receives less than 1 KiB a second for
 * a minute.
 *
 * 301, 302 and 303 are followed by GET and HEAD only; 307 and 308 by every
 * method, and the content is sent again. Other methods return the redirect as
 * the answer.
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
/* The limit of all header lines of one answer together. */
#define HTTP_HEADERS_MAX (64 * KIB)
/* The limit of one header that is kept, all its lines together. */
#define HTTP_VALUE_MAX (8 * KIB)
/* The limit of the body of an error response. */
#define HTTP_ERROR_MAX (64 * KIB)

/* Receives the body of a successful answer. */
struct http_body {
	/* Called before the first bytes; `at` is their offset in the body. It
	 * is where a broken transfer stopped, or 0: discard what was received
	 * before. */
	bool (*start)(void *self, uint64_t at, struct err *e);
	bool (*write)(void *self, struct span s, struct err *e);
	void *self;
};

struct http_header {
	const char *name;
	const char *value; /* NULL: the header is not sent */
	/* Sent to the first origin only, as Authorization and Cookie always
	 * are. */
	bool secret;
};

#define HTTP_SIZE_UNKNOWN UINT64_MAX
/* The content of a request, read while it is sent. */
struct http_content {
	uint64_t size; /* HTTP_SIZE_UNKNOWN: sent in chunks */
	/* Reads up to n bytes; *got is 0 at the end. */
	bool (*read)(void *self, void *p, size_t n, size_t *got, struct err *e);
	/* Goes back to the first byte; called before each time that the content
	 * is sent. NULL: it can be sent only once, and the request is not
	 * repeated after the first byte was read. */
	bool (*rewind)(void *self, struct err *e);
	void *self;
	bool anywhere; /* redirects may send it to other origins */
};
/* Content in memory. */
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
	uint64_t from; /* bytes of the body that the caller has; GET only */
	uint64_t max;  /* limit of the body, `from` included: else ERR_LIMIT */
	const struct http_body *body;
	const struct progress *progress;
	const char *what;        /* for progress, a literal */
	unsigned first_pause_ms; /* before the second try; 0: 500 */
	uint64_t seconds;        /* for all tries; 0: see above */
};

struct http_answer {
	long status;
	const char *url; /* after redirects */
	/* Values of the headers in r->want, in that order. Empty if the header
	 * is absent; several lines are joined by ", ". */
	struct span got[HTTP_WANT_MAX];
	struct span error; /* body of an error response */
};

/* Keeps connections open between requests. A zeroed one is ready for use. One
 * thread at a time may use it. */
struct http {
	void *curl;
};
void http_finish(struct http *h);

/*
 * Returns true if there is an answer, whatever its status. Fails with ERR_NET
 * if there is none, and with ERR_USAGE if the address is not allowed. Values
 * are in the arena.
 */
MUST_USE bool http_send(struct http *h, const struct http_request *r,
			struct arena *a, struct http_answer *out,
			struct err *e);
/* Does the same with the body in the arena, at most r->max bytes. The body is
 * empty if the answer is not a success. */
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
/* Returns whether the name or address is this machine. */
bool http_is_loopback(struct span host);
/* Returns whether it is an address (not a name) of a private, local or special
 * network. */
bool http_is_private(struct span host);
/* Returns whether a server of the name or address `from` may redirect to `to`.
 * It must not redirect to this machine or to an address of this network, unless
 * it is there itself. */
bool http_may_lead(struct span from, struct span to);
/* Percent-encodes all characters except letters, digits and -._~ (RFC 3986). */
char *http_escape(struct arena *a, struct span s);
