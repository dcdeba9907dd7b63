#include "registry/client.h"

#include "base/fmt.h"
#include "codec/base64.h"
#include "codec/json.h"
#include "registry/challenge.h"

static const char accept_manifests[] =
	"application/vnd.oci.image.index.v1+json, "
	"application/vnd.oci.image.manifest.v1+json, "
	"application/vnd.docker.distribution.manifest.list.v2+json, "
	"application/vnd.docker.distribution.manifest.v2+json";

/* The headers of an answer that we read. */
enum { GOT_TYPE, GOT_CHALLENGE, GOT_DIGEST };
static const char *const wanted[] = {
	[GOT_TYPE] = "Content-Type",
	[GOT_CHALLENGE] = "WWW-Authenticate",
	[GOT_DIGEST] = "Docker-Content-Digest",
};

/* Docker Hub's registry is on another host than its name. */
static struct span
api_host(const struct reference *ref)
{
	if (span_is(ref->host, "docker.io"))
		return SPAN("registry-1.docker.io");
	return ref->host;
}

static bool
is_ok(const struct http_answer *a)
{
	return a->status >= 200 && a->status < 300;
}

/* Go's servers answer 400 to plain http on a TLS port. */
static bool
speaks_plain(struct client *c, struct span host)
{
	struct err ignored = { 0 };
	struct http_answer out;
	struct span body;
	struct http_request r = {
		.url = arena_fmt(c->arena, "http://%.*s/v2/", SPAN_ARG(host)),
		.max = HTTP_ERROR_MAX,
		.first_pause_ms = c->first_pause_ms,
		.seconds = c->seconds,
	};
	/* the request that needs the registry reports that it is unreachable */
	return !r.url ||
	       !http_get(&c->http, &r, c->arena, &out, &body, &ignored) ||
	       out.status != 400;
}

bool
client_open(struct client *c, const struct reference *ref, struct arena *a,
	    struct err *e)
{
	struct span host = api_host(ref);
	*c = (struct client){ .arena = a, .ref = ref, .seconds = c->seconds };
	bool plain = http_is_loopback(reference_hostname(ref)) &&
		     speaks_plain(c, host);
	c->base = arena_fmt(a, "%s://%.*s/v2/%s%.*s", plain ? "http" : "https",
			    SPAN_ARG(host), ref->prefix.n ? "library/" : "",
			    SPAN_ARG(ref->name));
	return c->base || err_full(e, "an address");
}

void
client_copy(struct client *to, const struct client *from, struct arena *a)
{
	*to = *from;
	to->arena = a;
	to->http = (struct http){ 0 };
	to->progress = NULL;
}

void
client_finish(struct client *c)
{
	http_finish(&c->http);
}

static bool
find_cred(struct client *c, struct err *e)
{
	if (c->cred_known)
		return true;
	c->cred_known = true;
	return cred_find(c->ref, c->arena, &c->cred, e);
}

static bool
no_access(struct client *c, struct err *e)
{
	struct span host = c->ref->host;
	err_set(e, ERR_NET, "the registry %s %s", show(host).s,
		c->cred.secret.n ? "refuses the credentials"
				 : "requires credentials, and none were found");
	if (c->cred.secret.n)
		err_hint(e,
			 "they come from %s; log in again with docker "
			 "login %s",
			 show_str(c->cred.from ? c->cred.from : "?").s,
			 show(host).s);
	else
		err_hint(e,
			 "log in with docker login %s, or check the name: "
			 "registries also refuse access to names that do not "
			 "exist",
			 show(host).s);
	return err_id(e, "registry-access");
}

static const char *
basic(struct client *c)
{
	DEFER(buf_free) struct buf plain = buf_max(64 * KIB);
	DEFER(buf_free) struct buf text = buf_max(128 * KIB);
	buf_span(&plain, c->cred.user);
	buf_u8(&plain, ':');
	buf_span(&plain, c->cred.secret);
	buf_str(&text, "Basic ");
	base64_put(&text, buf_view(&plain));
	struct span s = buf_view(&text);
	return plain.failed || text.failed ? NULL : arena_cstr(c->arena, s);
}

/* The realm is the address of a token server, chosen by the registry. */
static bool
check_realm(struct client *c, const char *realm, struct err *e)
{
	struct http_url u;
	struct span own = reference_hostname(c->ref);
	if (!http_url_parse(realm, c->arena, &u, e)) {
		/* the registry wrote this text, not our user */
		if (e->code == ERR_USAGE)
			e->code = ERR_NET;
		err_ctx(e, "the address of the token server");
		return err_id(e, "registry-realm");
	}
	if (http_may_lead(own, span_str(u.host)))
		return true;
	err_set(e, ERR_NET,
		"the registry sends us to %s for a token, "
		"which is inside this network",
		show_str(realm).s);
	return err_id(e, "registry-realm");
}

/* Accepts the characters of a token only: the value goes into a header. */
static bool
token_ok(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static bool
take_token(struct client *c, struct span text, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct span token = { 0 };
	if (!json_parse_max(text, HTTP_ERROR_MAX, &j, e) ||
	    !json_opt_text(j, "access_token", &token, e) ||
	    !json_opt_text(j, "token", &token, e))
		return err_ctx(e, "the token server's answer");
	if (!token_ok(token))
		return err_set(e, ERR_NET,
			       "the token server's answer contains no token");
	c->auth = arena_fmt(c->arena, "Bearer %.*s", SPAN_ARG(token));
	return c->auth || err_full(e, "a token");
}

/* Returns "service=...&scope=...". */
static const char *
token_query(struct client *c, const struct challenge *ch)
{
	const char *own = arena_fmt(c->arena, "repository:%s%.*s:pull",
				    c->ref->prefix.n ? "library/" : "",
				    SPAN_ARG(c->ref->name));
	struct span scope = ch->scope.n ? ch->scope : span_str(own);
	const char *s = http_escape(c->arena, ch->service);
	const char *w = http_escape(c->arena, scope);
	if (!own || !s || !w)
		return NULL;
	return arena_fmt(c->arena, "%s%s%sscope=%s", *s ? "service=" : "", s,
			 *s ? "&" : "", w);
}

/* A request for a token, and the parts that it points to. */
struct token_request {
	struct http_request request;
	struct http_header header;
	struct http_memory form;
	struct http_content content;
};

/* Distribution's "token" (GET) and "oauth2" (POST) specifications. */
static bool
token_request(struct client *c, const char *realm, const char *query,
	      struct token_request *t, struct err *e)
{
	struct http_request *r = &t->request;
	*r = (struct http_request){ .headers = &t->header,
				    .headers_n = 1,
				    .max = HTTP_ERROR_MAX,
				    .seconds = c->seconds,
				    .first_pause_ms = c->first_pause_ms };
	if (c->cred.identity) {
		const char *secret = http_escape(c->arena, c->cred.secret);
		const char *form =
			secret ? arena_fmt(c->arena,
					   "grant_type=refresh_token&"
					   "client_id=veraclave&%s&"
					   "refresh_token=%s",
					   query, secret)
			       : NULL;
		r->method = "POST";
		r->url = realm;
		t->header = (struct http_header){
			.name = "Content-Type",
			.value = "application/x-www-form-urlencoded"
		};
		if (!form)
			return err_full(e, "a request");
		t->form = (struct http_memory){ span_str(form), 0 };
		t->content = http_content_of(&t->form);
		r->content = &t->content;
		return true;
	}
	size_t n = span_str(realm).n;
	bool more = span_find(span_str(realm), '?') < n;
	r->url = arena_fmt(c->arena, "%s%s%s", realm, more ? "&" : "?", query);
	t->header = (struct http_header){ .name = "Authorization",
					  .value = c->cred.secret.n ? basic(c)
								    : NULL };
	return (r->url && (!c->cred.secret.n || t->header.value)) ||
	       err_full(e, "a request");
}

static bool
bearer(struct client *c, const struct challenge *ch, struct err *e)
{
	struct token_request r;
	struct http_answer out;
	struct span body;
	const char *realm = arena_cstr(c->arena, ch->realm);
	const char *query = token_query(c, ch);
	if (!realm || !query)
		return err_full(e, "a request");
	if (!check_realm(c, realm, e) ||
	    !token_request(c, realm, query, &r, e) ||
	    !http_get(&c->http, &r.request, c->arena, &out, &body, e))
		return false;
	if (out.status == 401 || out.status == 403)
		return no_access(c, e);
	if (!is_ok(&out))
		return err_set(e, ERR_NET, "%s answers with status %ld",
			       show_str(realm).s, out.status);
	return take_token(c, body, e);
}

/* Answers the registry's challenge: sets c->auth. */
static bool
authorize(struct client *c, struct span asked, struct err *e)
{
	struct challenge ch;
	if (!challenge_parse(asked, c->arena, &ch, e) || !find_cred(c, e))
		return false;
	if (ch.bearer && ch.realm.n)
		return bearer(c, &ch, e);
	if (!ch.basic || !c->cred.secret.n || c->cred.identity)
		return no_access(c, e);
	c->auth = basic(c);
	return c->auth || err_full(e, "a request");
}

/* Reads {"errors":[{"code":..., "message":...}]} into the error. */
static bool
explain(struct client *c, const struct http_answer *a, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	struct err ignored = { 0 };
	struct span why = { 0 };
	if (json_parse_max(a->error, HTTP_ERROR_MAX, &j, &ignored)) {
		const struct json *first = json_at(json_get(j, "errors"), 0);
		why = json_text(json_get(first, "message"));
		if (!why.n)
			why = json_text(json_get(first, "code"));
	}
	enum err_code code = a->status == 404 ? ERR_NOTFOUND : ERR_NET;
	if (a->status == 401 || a->status == 403)
		return no_access(c, e);
	if (why.n)
		err_set(e, code, "the registry %s says: %s",
			show(c->ref->host).s, show(why).s);
	else
		err_set(e, code, "the registry %s answers with status %ld",
			show(c->ref->host).s, a->status);
	if (a->status == 404)
		err_hint(e, "check the name, the tag or the digest");
	if (a->status == 429)
		err_hint(e, "too many requests: log in, or try later");
	return err_id(e, "registry-answer");
}

/* Sends the request. If the registry asks for credentials, gets them and sends
 * it once more. */
static bool
send(struct client *c, const struct http_request *what, const char *accept,
     struct http_answer *out, struct span *body, struct err *e)
{
	struct http_header header[] = { { .name = "Accept", .value = accept },
					{ .name = "Authorization" } };
	struct http_request r = *what;
	r.headers = header;
	r.headers_n = COUNT(header);
	r.want = wanted;
	r.want_n = COUNT(wanted);
	r.first_pause_ms = c->first_pause_ms;
	r.progress = c->progress;
	r.seconds = c->seconds;
	for (int i = 0;; i++) {
		header[1].value = c->auth;
		if (body ? !http_get(&c->http, &r, c->arena, out, body, e)
			 : !http_send(&c->http, &r, c->arena, out, e))
			return false;
		if (is_ok(out))
			return true;
		if (out->status != 401 || i > 0)
			return explain(c, out, e);
		if (!authorize(c, out->got[GOT_CHALLENGE], e))
			return false;
	}
}

/* Returns the type without parameters; empty for unspecific types. */
static struct span
useful_type(struct span type)
{
	struct span rest = type;
	type = span_trim(span_cut(&rest, ';'));
	if (span_is(type, "application/json") ||
	    span_is(type, "application/octet-stream") ||
	    span_is(type, "text/plain"))
		return (struct span){ 0 };
	return type;
}

bool
client_manifest(struct client *c, struct span which, struct span *text,
		struct span *type, struct span *digest, struct err *e)
{
	struct http_answer out;
	struct http_request r = {
		.url = arena_fmt(c->arena, "%s/manifests/%.*s", c->base,
				 SPAN_ARG(which)),
		.max = LIMIT_JSON,
	};
	if (!r.url)
		return err_full(e, "an address");
	if (!send(c, &r, accept_manifests, &out, text, e))
		return false;
	*type = useful_type(out.got[GOT_TYPE]);
	*digest = out.got[GOT_DIGEST];
	return true;
}

bool
client_blob(struct client *c, const struct digest_id *d, uint64_t max,
	    const struct http_body *body, struct err *e)
{
	struct http_answer out;
	struct http_request r = {
		.url = arena_fmt(c->arena, "%s/blobs/%.*s", c->base,
				 SPAN_ARG(d->text)),
		.max = max,
		.body = body,
		.what = "fetching layers",
	};
	return r.url ? send(c, &r, NULL, &out, NULL, e)
		     : err_full(e, "an address");
}
