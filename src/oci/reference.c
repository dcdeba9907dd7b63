#include "oci/reference.h"

#include <string.h>

#include "base/fmt.h"

/* Limits of the distribution project for a whole name and a tag. */
enum { NAME_MAX_BYTES = 255, TAG_MAX_BYTES = 128 };

static bool
is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* A lower-case hex digit. */
static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_alnum(uint8_t c)
{
	return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* How many of c may separate two parts of a component. */
static size_t
separator_max(uint8_t c)
{
	return c == '-' ? SIZE_MAX : c == '_' ? 2 : c == '.' ? 1 : 0;
}

/* [a-z0-9]+ parts, separated by ".", "_", "__" or any number of "-". */
static bool
component_ok(struct span s)
{
	size_t i = 0;
	while (i < s.n) {
		size_t from = i;
		while (i < s.n && (is_lower(s.p[i]) || is_digit(s.p[i])))
			i++;
		if (i == from)
			return false;
		if (i == s.n)
			return true;
		uint8_t sep = s.p[i];
		from = i;
		while (i < s.n && s.p[i] == sep)
			i++;
		if (i - from > separator_max(sep))
			return false;
	}
	return false; /* empty, or ends in a separator */
}

static bool
name_ok(struct span name)
{
	if (name.n == 0 || name.p[name.n - 1] == '/')
		return false;
	while (name.n)
		if (!component_ok(span_cut(&name, '/')))
			return false;
	return true;
}

/* One label of a host name: letters, digits, "-" inside. */
static bool
label_ok(struct span s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

/* A host as in the reference grammar: hex digits and colons. */
static bool
ipv6_ok(struct span s)
{
	size_t colons = 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		if (c == ':')
			colons++;
		else if (!is_hex(c) && !(c >= 'A' && c <= 'F'))
			return false;
	}
	return colons >= 2 && s.n <= 45;
}

static bool
port_ok(struct span s)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) || i == 5)
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	return s.n > 0 && v > 0 && v <= 65535;
}

/* Splits "host:port"; *port.p is NULL if there is no port. */
static struct span
host_split(struct span host, struct span *port)
{
	struct span none = { 0 };
	size_t at = span_rfind(host, ':');
	size_t bracket = span_rfind(host, ']');
	*port = none;
	if (at == host.n || (bracket < host.n && at < bracket))
		return host;
	*port = span_from(host, at + 1);
	return span_sub(host, 0, at);
}

static bool
host_ok(struct span host)
{
	struct span port, name = host_split(host, &port);
	if (port.p && !port_ok(port))
		return false;
	if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		return ipv6_ok(span_sub(name, 1, name.n - 2));
	if (name.n == 0 || name.n > 253 || name.p[name.n - 1] == '.')
		return false;
	while (name.n)
		if (!label_ok(span_cut(&name, '.')))
			return false;
	return true;
}

/* The first component is a host if it cannot be part of a name. */
static bool
looks_like_host(struct span s)
{
	if (span_is(s, "localhost"))
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' || s.p[i] == ':' || s.p[i] == '[' ||
		    (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	return false;
}

bool
reference_tag_ok(struct span tag)
{
	if (tag.n == 0 || tag.n > TAG_MAX_BYTES || tag.p[0] == '.' ||
	    tag.p[0] == '-')
		return false;
	for (size_t i = 0; i < tag.n; i++)
		if (!is_alnum(tag.p[i]) && tag.p[i] != '_' && tag.p[i] != '.' &&
		    tag.p[i] != '-')
			return false;
	return true;
}

static bool
ref_bad(struct span text, const char *why, struct err *e)
{
	err_set(e, ERR_USAGE, "%s is not an image reference: %s", show(text).s,
		why);
	err_hint(e, "write docker://HOST/NAME:TAG, or better "
		    "docker://HOST/NAME@sha256:DIGEST");
	return err_id(e, "reference");
}

/* Removes ":tag" and "@digest" from the end of *rest. */
static bool
take_version(struct span text, struct span *rest, struct reference *r,
	     struct err *e)
{
	size_t at = span_find(*rest, '@');
	if (at < rest->n) {
		if (!digest_id_parse(span_from(*rest, at + 1), &r->digest, e))
			return ref_bad(text, "the text after @ is not a digest",
				       e);
		*rest = span_sub(*rest, 0, at);
	}
	at = span_rfind(*rest, ':');
	size_t slash = span_rfind(*rest, '/');
	if (at == rest->n || (slash < rest->n && slash > at))
		return true; /* the colon belongs to a port */
	r->tag = span_from(*rest, at + 1);
	*rest = span_sub(*rest, 0, at);
	return reference_tag_ok(r->tag) || ref_bad(text, "bad tag", e);
}

static bool
all_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_hex(s.p[i]))
			return false;
	return true;
}

bool
reference_parse(struct span text, struct reference *out, struct err *e)
{
	struct reference r = { .host = SPAN("docker.io") };
	struct span rest = text, scheme = SPAN("docker://");
	if (span_starts(rest, scheme))
		rest = span_from(rest, scheme.n);
	if (!take_version(text, &rest, &r, e))
		return false;
	size_t slash = span_find(rest, '/');
	r.name = rest;
	if (slash < rest.n && looks_like_host(span_sub(rest, 0, slash))) {
		r.host = span_sub(rest, 0, slash);
		r.name = span_from(rest, slash + 1);
	}
	if (!host_ok(r.host))
		return ref_bad(text, "bad host name or port", e);
	if (span_is(r.host, "index.docker.io") ||
	    span_is(r.host, "registry-1.docker.io"))
		r.host = SPAN("docker.io");
	if (!name_ok(r.name))
		return ref_bad(text,
			       "a name consists of lower-case letters, digits "
			       "and single . _ - between them",
			       e);
	bool hub = span_is(r.host, "docker.io");
	if (hub && span_find(r.name, '/') == r.name.n)
		r.prefix = SPAN("library/");
	if (r.prefix.n + r.name.n > NAME_MAX_BYTES)
		return ref_bad(text, "the name is too long", e);
	if (r.prefix.n && r.name.n == 64 && all_hex(r.name))
		return ref_bad(text,
			       "this is an image id, by which registries do "
			       "not find images",
			       e);
	*out = r;
	return true;
}

struct span
reference_hostname(const struct reference *r)
{
	struct span port, name = host_split(r->host, &port);
	if (name.n > 2 && name.p[0] == '[')
		return span_sub(name, 1, name.n - 2);
	return name;
}

char *
reference_text(struct arena *a, const struct reference *r)
{
	return arena_fmt(a, "%.*s/%s%.*s%s%.*s%s%.*s", SPAN_ARG(r->host),
			 r->prefix.n ? "library/" : "", SPAN_ARG(r->name),
			 r->tag.n ? ":" : "", SPAN_ARG(r->tag),
			 r->digest.text.n ? "@" : "", SPAN_ARG(r->digest.text));
}

/* The name of uname, Go's name, and the variant that every machine of this
 * kind runs. */
static const struct {
	const char *machine, *arch, *base;
} arches[] = {
	{ "x86_64", "amd64", "v1" },
	{ "aarch64", "arm64", "v8" },
};

bool
platform_from_machine(struct span machine, struct platform *out, struct err *e)
{
	for (size_t i = 0; i < COUNT(arches); i++) {
		if (!span_is(machine, arches[i].machine) &&
		    !span_is(machine, arches[i].arch))
			continue;
		*out = (struct platform){ .os = SPAN("linux"),
					  .arch = span_str(arches[i].arch) };
		return true;
	}
	err_set(e, ERR_USAGE, "no enclave runs on %s", show(machine).s);
	return err_hint(e, "use x86_64 or aarch64");
}

const char *
platform_machine(const struct platform *p)
{
	for (size_t i = 0; i < COUNT(arches); i++)
		if (span_is(p->arch, arches[i].arch) && span_is(p->os, "linux"))
			return arches[i].machine;
	return NULL;
}

/* Some tools write the name of uname into the configuration. */
static struct span
go_arch(struct span arch)
{
	for (size_t i = 0; i < COUNT(arches); i++)
		if (span_is(arch, arches[i].machine))
			return span_str(arches[i].arch);
	return arch;
}

bool
platform_match(const struct platform *want, const struct platform *has)
{
	struct span arch = go_arch(has->arch);
	if (!span_eq(want->os, has->os) || !span_eq(want->arch, arch))
		return false;
	if (has->variant.n == 0 || span_eq(has->variant, want->variant))
		return true;
	for (size_t i = 0; i < COUNT(arches); i++)
		if (span_is(arch, arches[i].arch) &&
		    span_is(has->variant, arches[i].base))
			return true;
	return false;
}

char *
platform_text(struct arena *a, const struct platform *p)
{
	return arena_fmt(a, "%.*s/%.*s%s%.*s", SPAN_ARG(p->os),
			 SPAN_ARG(p->arch), p->variant.n ? "/" : "",
			 SPAN_ARG(p->variant));
}
