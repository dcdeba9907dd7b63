/* Rules that refuse: an image is published, and a secret in it with it. */
#include "repro/rule.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"

/* Larger files are data, not keys: a 16384-bit RSA key is 13 KiB of PEM. */
enum { KEY_FILE_MAX = 256 * 1024 };

static bool
allowed(const struct scrub *s, struct span path)
{
	for (size_t i = 0; i < s->options->allow.n; i++) {
		struct span a = s->options->allow.v[i];
		if (span_starts(a, SPAN("/")))
			a = span_from(a, 1);
		if (span_eq(a, path))
			return true;
	}
	return false;
}

static bool
refuse(const struct scrub *s, const struct node *n, const char *what,
       struct err *e)
{
	if (allowed(s, n->path))
		return true;
	err_set(e, ERR_REFUSED,
		"/%s is %s: everybody who gets the image "
		"gets it",
		show(n->path).s, what);
	err_hint(e,
		 "take it out of the image and hand it to the enclave at "
		 "run time, or, when it is meant to be public, allow it: "
		 "--allow-secret /%s",
		 show(n->path).s);
	return err_id(e, "scrub-secret");
}

bool
rule_refuse(struct scrub *s, struct node *n, struct err *e)
{
	if (n->inode->type != NODE_FILE || n->inode->size == 0)
		return true;
	return refuse(s, n, "a credential", e);
}

static bool
is_base64(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* The text behind "-----BEGIN " reads like a key and not like a mention of
 * one: a label that ends in PRIVATE KEY, the line's end, 32 bytes or more of
 * base64 or a header such as "Proc-Type:". */
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
	return refuse(s, n, "a private key", e);
}
