/* Rules that refuse, because a published image publishes its secrets as well.
 */
#include "repro/rule.h"

#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/limits.h"

/* Larger files are data, not keys: a 16384-bit RSA key is 13 KiB of PEM. */
enum { KEY_FILE_MAX = 256 * 1024 };

bool
secrets_begin(struct scrub *s, struct err *e)
{
	size_t n = s->options->allow.n;
	s->allow_used = n ? NEW(s->image->arena, bool, n) : NULL;
	return !n || s->allow_used || err_full(e, "the allowed secrets");
}

static bool
allowed(const struct scrub *s, struct span whole)
{
	bool found = false;
	for (size_t i = 0; i < s->options->allow.n; i++) {
		struct span a = s->options->allow.v[i];
		bool env = span_starts(a, SPAN("env:"));
		bool path = !env && !span_starts(a, SPAN("/"));
		/* a path may lack its slash */
		if (!span_eq(a, span_from(whole, path ? 1 : 0)))
			continue;
		s->allow_used[i] = true;
		found = true;
	}
	return found;
}

bool
secret_found(struct scrub *s, const char *front, struct span name,
	     const char *what, struct err *e)
{
	struct scrub_finding *f = s->found;
	DEFER(buf_free) struct buf b = buf_max(2 * LIMIT_PATH);
	buf_str(&b, front);
	buf_span(&b, name);
	if (b.failed)
		return err_full(e, "the secrets that were found");
	if (allowed(s, buf_view(&b)))
		return true;
	while (f && !span_eq(f->name, buf_view(&b)))
		f = f->next;
	if (f)
		return true;
	f = NEW(s->image->arena, struct scrub_finding, 1);
	if (!f)
		return err_full(e, "the secrets that were found");
	f->name = arena_dup(s->image->arena, buf_view(&b));
	f->what = what;
	if (s->last_found)
		s->last_found->next = f;
	else
		s->found = f;
	s->last_found = f;
	s->found_n++;
	return f->name.p || err_full(e, "the secrets that were found");
}

static bool
refuse_file(struct scrub *s, const struct node *n, const char *what,
	    struct err *e)
{
	return secret_found(s, "/", n->path, what, e);
}

static void
warn_unused(const struct scrub *s)
{
	for (size_t i = 0; i < s->options->allow.n; i++)
		if (!s->allow_used[i])
			note_warn(s->image->notes, "allow-secret",
				  "--allow-secret %s has no effect: no secret "
				  "of this name was found",
				  show(s->options->allow.v[i]).s);
}

bool
secrets_verdict(const struct scrub *s, struct err *e)
{
	const struct scrub_finding *f = s->found;
	warn_unused(s);
	if (!f)
		return true;
	for (; s->found_n > 1 && f; f = f->next)
		note_warn(s->image->notes, "scrub-secret", "%s is %s",
			  show(f->name).s, f->what);
	f = s->found;
	err_set(e, ERR_REFUSED, "%s is %s: everyone who gets the image gets it",
		show(f->name).s, f->what);
	if (s->found_n > 1)
		err_ctx(e, "%zu secrets are in the image; the first of them",
			s->found_n);
	err_hint(e,
		 "remove it from the image and pass it to the enclave at run "
		 "time, or, if it is meant to be public, allow it: "
		 "--allow-secret %s",
		 show(f->name).s);
	return err_id(e, "scrub-secret");
}

bool
rule_refuse(struct scrub *s, struct node *n, struct err *e)
{
	if (n->inode->type != NODE_FILE || n->inode->size == 0)
		return true;
	return refuse_file(s, n, "a credential", e);
}

/* Refuses files of variables, except templates that projects publish. */
bool
rule_dotenv(struct scrub *s, struct node *n, struct err *e)
{
	static const char *const forms[] = { ".example", ".sample", ".template",
					     ".dist", ".defaults" };
	for (size_t i = 0; i < COUNT(forms); i++)
		if (span_ends(n->path, span_str(forms[i])))
			return true;
	if (n->inode->type != NODE_FILE || n->inode->size == 0)
		return true;
	return refuse_file(s, n,
			   "a file of variables, which often contains keys", e);
}

static bool
is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* Returns true if the text after "-----BEGIN " is a key and not a mention of
 * one: a label that ends in PRIVATE KEY, the line's end, and 32 bytes or more
 * of base64 or a header such as "Proc-Type:". */
static bool
key_follows(struct span s)
{
	struct span line = span_trim(span_cut(&s, '\n'));
	size_t n = 0;
	if (!span_ends(line, SPAN("PRIVATE KEY-----")) || line.n > 64)
		return false;
	if (span_starts(s, SPAN("Proc-Type:")))
		return true;
	line = span_trim(span_cut(&s, '\n'));
	while (n < line.n && is_base64(line.p[n]))
		n++;
	return n == line.n && n >= 32;
}

static bool
holds_key(struct span text)
{
	static const char mark[] = "-----BEGIN ";
	while (text.n >= sizeof mark - 1) {
		const uint8_t *at =
			memmem(text.p, text.n, mark, sizeof mark - 1);
		if (!at)
			return false;
		text = span_from(text, (size_t)(at - text.p) + sizeof mark - 1);
		if (key_follows(text))
			return true;
	}
	return false;
}

bool
rule_scan_keys(struct scrub *s, struct node *n, struct err *e)
{
	static _Thread_local uint8_t block[KEY_FILE_MAX];
	size_t got;
	if (n->inode->type != NODE_FILE || n->inode->size > sizeof block ||
	    n->inode->size < 64)
		return true;
	if (!content_head(n->inode, block, sizeof block, &got, e))
		return err_ctx(e, "%s", show(n->path).s);
	if (!holds_key(span_of(block, got)))
		return true;
	return refuse_file(s, n, "a private key", e);
}
