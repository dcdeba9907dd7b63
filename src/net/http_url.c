/* Addresses: see net/http.h. */
#include "net/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"

static void
url_free(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void
part_free(char **s)
{
	curl_free(*s);
}

static bool
url_bad(const char *url, const char *why, struct err *e)
{
	err_set(e, ERR_USAGE, "will not use the address %s: %s",
		show_str(url).s, why);
	return err_id(e, "http-url");
}

static bool
has_part(CURLU *u, CURLUPart part)
{
	DEFER(part_free) char *s = NULL;
	return curl_url_get(u, part, &s, 0) == CURLUE_OK;
}

/* Removes the brackets of an IPv6 address. */
static struct span
bare(struct span host)
{
	if (host.n > 2 && host.p[0] == '[')
		return span_sub(host, 1, host.n - 2);
	return host;
}

bool
http_url_parse(const char *url, struct arena *a, struct http_url *out,
	       struct err *e)
{
	DEFER(url_free) CURLU *u = curl_url();
	DEFER(part_free) char *scheme = NULL;
	DEFER(part_free) char *host = NULL;
	DEFER(part_free) char *port = NULL;
	uint64_t number = 0;
	if (!u)
		return err_full(e, "an address");
	if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) !=
		    CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		return url_bad(url, "it is malformed", e);
	out->tls = strcmp(scheme, "https") == 0;
	if (!out->tls && strcmp(scheme, "http") != 0)
		return url_bad(url, "it is neither https nor http", e);
	if (curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return url_bad(url, "it has no host", e);
	if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		return url_bad(url, "it has a user name in it", e);
	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) !=
		    CURLUE_OK ||
	    !num_parse(span_str(port), &number))
		return url_bad(url, "it has no port", e);
	out->port = (unsigned)number;
	out->host = arena_cstr(a, bare(span_str(host)));
	if (!out->host)
		return err_full(e, "an address");
	if (!out->tls && !http_is_loopback(span_str(out->host)))
		return url_bad(url,
			       "plain http is for this machine (localhost) "
			       "only",
			       e);
	return true;
}

/* Reads an address as 16 bytes; an IPv4 address is mapped into IPv6. */
static bool
address(struct span host, uint8_t out[16])
{
	char text[64];
	if (host.n >= sizeof text)
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = 0;
	memset(out, 0, 16);
	out[10] = out[11] = 0xff;
	return inet_pton(AF_INET, text, out + 12) == 1 ||
	       inet_pton(AF_INET6, text, out) == 1;
}

/* Networks that are not reachable through the internet (IANA's registries of
 * special addresses). IPv4 networks are mapped: 12 more bytes in front. */
static const struct {
	uint8_t bytes[4];
	unsigned bits;
	bool v4;
} private_nets[] = {
	{ { 0 }, 8, true },
	{ { 10 }, 8, true },
	{ { 100, 64 }, 10, true },
	{ { 127 }, 8, true },
	{ { 169, 254 }, 16, true },
	{ { 172, 16 }, 12, true },
	{ { 192, 168 }, 16, true },
	{ { 224 }, 3, true },
	{ { 0 }, 8, false },
	{ { 0xfc }, 7, false },
	{ { 0xfe, 0x80 }, 10, false },
	{ { 0xfe, 0xc0 }, 10, false },
	{ { 0xff }, 8, false },
};

static bool
in_net(const uint8_t *p, const uint8_t *net, unsigned bits)
{
	for (unsigned i = 0; i < bits; i++) {
		uint8_t mask = (uint8_t)(0x80 >> (i & 7));
		if ((p[i / 8] ^ net[i / 8]) & mask)
			return false;
	}
	return true;
}

static bool
is_mapped(const uint8_t p[16])
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };
	return memcmp(p, head, sizeof head) == 0;
}

bool
http_is_private(struct span host)
{
	uint8_t p[16];
	if (!address(bare(host), p))
		return false;
	bool v4 = is_mapped(p);
	for (size_t i = 0; i < COUNT(private_nets); i++)
		if (private_nets[i].v4 == v4 &&
		    in_net(v4 ? p + 12 : p, private_nets[i].bytes,
			   private_nets[i].bits))
			return true;
	return false;
}

bool
http_is_loopback(struct span host)
{
	static const uint8_t one[16] = { [15] = 1 };
	uint8_t p[16];
	if (span_is(host, "localhost"))
		return true;
	if (!address(bare(host), p))
		return false;
	return memcmp(p, one, sizeof one) == 0 ||
	       (is_mapped(p) && p[12] == 127);
}

bool
http_may_lead(struct span from, struct span to)
{
	if (!http_is_private(to) && !http_is_loopback(to))
		return true;
	return span_eq(bare(from), bare(to)) ||
	       (http_is_loopback(from) && http_is_loopback(to));
}

char *
http_escape(struct arena *a, struct span s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = NEW(a, char, 3 * s.n + 1), *p = out;
	for (size_t i = 0; out && i < s.n; i++) {
		uint8_t c = s.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || (c && strchr("-._~", c));
		if (plain) {
			*p++ = (char)c;
			continue;
		}
		*p++ = '%';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	return out;
}
