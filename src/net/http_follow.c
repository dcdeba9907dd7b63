/* Redirects: see net/http.h. */
#include "net/http_parts.h"

#include <string.h>
#include <strings.h>

#include "base/fmt.h"

static bool
same_origin(const struct http_url *a, const struct http_url *b)
{
	return a->tls == b->tls && a->port == b->port &&
	       strcasecmp(a->host, b->host) == 0;
}

static bool
may_follow(const struct transfer *t)
{
	long status = t->out->status;
	if (status == 307 || status == 308)
		return !http_content_spent(t);
	return (status == 301 || status == 302 || status == 303) &&
	       http_is_read(t->r);
}

static bool
leads_astray(struct transfer *t, const char *from, const char *why,
	     const char *hint)
{
	err_set(t->e, ERR_NET, "%s redirects %s", show_str(from).s, why);
	if (hint)
		err_hint(t->e, "%s", hint);
	return err_id(t->e, "http-redirect");
}

/* Parses an address that the server sent; a fault in it is the server's, so the
 * code is not ERR_USAGE. */
static bool
parse_told(struct transfer *t, const char *from, const char *url,
	   struct http_url *to)
{
	if (http_url_parse(url, t->a, to, t->e))
		return true;
	if (t->e->code == ERR_USAGE)
		t->e->code = ERR_NET;
	err_ctx(t->e, "following a redirect of %s", show_str(from).s);
	return err_id(t->e, "http-redirect");
}

/* Returns where the last answer redirects to, in the arena; NULL with e set if
 * it is not allowed. */
static const char *
next_address(struct transfer *t, const char *from, const struct http_url *first,
	     struct http_url *to)
{
	char *location = NULL;
	struct http_url was;
	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &location);
	if (!location) {
		leads_astray(t, from, "to nowhere", NULL);
		return NULL;
	}
	const char *url = arena_cstr(t->a, span_str(location));
	if (!url) {
		err_full(t->e, "an address");
		return NULL;
	}
	if (!http_url_parse(from, t->a, &was, t->e) ||
	    !parse_told(t, from, url, to))
		return NULL;
	if (was.tls && !to->tls) {
		leads_astray(t, from, "to plain http", NULL);
		return NULL;
	}
	if (!http_may_lead(span_str(first->host), span_str(to->host))) {
		const char *why =
			arena_fmt(t->a, "to %s, which is inside this network",
				  show_str(url).s);
		leads_astray(t, from, why ? why : "into this network",
			     "set the server to hand out its content itself, "
			     "or to name its storage by a host name");
		return NULL;
	}
	return url;
}

/* Content goes to another origin only if the caller allows it. */
static bool
content_may_go(struct transfer *t, const char *from)
{
	const struct http_content *c = t->r->content;
	return !c || c->anywhere ||
	       leads_astray(t, from,
			    "to another server, which must not get "
			    "what is sent",
			    NULL);
}

enum outcome
http_attempt(struct transfer *t)
{
	const char *url = t->r->url;
	bool secrets = true;
	struct http_url first, now;
	if (!http_url_parse(url, t->a, &first, t->e))
		return FAILED;
	for (int hop = 0; hop <= HTTP_REDIRECTS_MAX; hop++) {
		enum outcome o = http_exchange(t, url, secrets);
		if (o != ANSWERED)
			return o;
		if (!may_follow(t))
			return ANSWERED;
		const char *from = url;
		url = next_address(t, url, &first, &now);
		if (!url)
			return FAILED;
		if (same_origin(&first, &now))
			continue;
		secrets = false;
		if (!content_may_go(t, from))
			return FAILED;
	}
	err_set(t->e, ERR_NET, "%s: more than %d redirects",
		show_str(t->r->url).s, HTTP_REDIRECTS_MAX);
	err_id(t->e, "http-redirect");
	return FAILED;
}
