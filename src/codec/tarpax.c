/* Extended headers: see codec/tarparts.h. */
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "codec/base64.h"
#include "codec/tarparts.h"

bool
tar_refuse(struct err *e, const char *id, const char *why)
{
	err_set(e, ERR_INPUT, "%s", why);
	return err_id(e, id);
}

static bool
base256(struct span f, int64_t *out)
{
	/* two's complement; the top bit of the first byte is the mark */
	uint8_t flip = f.p[0] & 0x40 ? 0xff : 0;
	uint64_t v = 0;
	for (size_t i = 0; i < f.n; i++) {
		uint8_t c = f.p[i] ^ flip;
		if (i == 0)
			c &= 0x7f;
		if (v >> 55)
			return false;
		v = v << 8 | c;
	}
	*out = flip ? -1 - (int64_t)v : (int64_t)v;
	return true;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == 0;
}

bool
tar_number(struct span f, int64_t *out)
{
	uint64_t v;
	if (f.n && f.p[0] & 0x80)
		return base256(f, out);
	while (f.n && is_blank(f.p[0]))
		f = span_from(f, 1);
	while (f.n && is_blank(f.p[f.n - 1]))
		f = span_sub(f, 0, f.n - 1);
	*out = 0;
	if (f.n == 0)
		return true;
	if (!num_parse_octal(f, &v) || v > INT64_MAX)
		return false;
	*out = (int64_t)v;
	return true;
}

struct span
tar_text(struct span field)
{
	return span_sub(field, 0, span_find(field, 0));
}

/* A record's meaning: false sets e. `value` is not empty. */
typedef bool record_fn(struct tar_ext *x, struct span key, struct span value,
		       struct err *e);

static bool
bad_value(struct err *e, struct span key, struct span value)
{
	err_set(e, ERR_INPUT, "the extended header has %s = %s", show(key).s,
		show(value).s);
	return err_id(e, "tar-pax");
}

static bool
set_text(struct span *to, struct span key, struct span value, struct err *e)
{
	if (span_find(value, 0) < value.n)
		return bad_value(e, key, value);
	*to = value;
	return true;
}

static bool
set_number(uint64_t *to, bool *has, struct span key, struct span value,
	   struct err *e)
{
	*has = num_parse(value, to);
	return *has || bad_value(e, key, value);
}

static bool
rec_path(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_text(&x->path, key, value, e);
}

static bool
rec_link(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_text(&x->link, key, value, e);
}

static bool
rec_size(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_number(&x->size, &x->has_size, key, value, e);
}

static bool
rec_uid(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_number(&x->uid, &x->has_uid, key, value, e);
}

static bool
rec_gid(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_number(&x->gid, &x->has_gid, key, value, e);
}

static bool
rec_major(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_number(&x->major, &x->has_major, key, value, e);
}

static bool
rec_minor(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	return set_number(&x->minor, &x->has_minor, key, value, e);
}

/* "-12.34" is -13: rounded down. */
static bool
rec_mtime(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	struct span rest = value;
	bool minus = rest.p[0] == '-';
	uint64_t whole, any = 0;
	if (minus)
		rest = span_from(rest, 1);
	struct span seconds = span_cut(&rest, '.');
	if (!num_parse(seconds, &whole) || whole >= INT64_MAX)
		return bad_value(e, key, value);
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] < '0' || rest.p[i] > '9')
			return bad_value(e, key, value);
		any |= rest.p[i] != '0';
	}
	x->mtime = minus ? -(int64_t)(whole + any) : (int64_t)whole;
	x->has_mtime = true;
	return true;
}

static bool
ignore(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	(void)x, (void)key, (void)value, (void)e;
	return true;
}

static bool
rec_acl(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	(void)key, (void)value, (void)e;
	if (x->notes && !note_has(x->notes, "tar-acl"))
		note_warn(x->notes, "tar-acl",
			  "the archive has access control lists, which are "
			  "left out: an image has owners and modes only");
	return true;
}

/* The place of `name` in the sorted list: an xattr of that name or NULL. */
static struct tar_xattr **
xattr_place(struct tar_ext *x, struct span name)
{
	struct tar_xattr **at = &x->xattr;
	while (*at && span_cmp((*at)->name, name) < 0)
		at = &(*at)->next;
	return at;
}

static bool
add_xattr(struct tar_ext *x, struct span name, struct span value, bool replace,
	  struct err *e)
{
	if (name.n == 0 || name.n > LIMIT_NAME || span_find(name, 0) < name.n)
		return bad_value(e, SPAN("an extended attribute's name"), name);
	if (value.n > LIMIT_XATTR_VALUE || x->xattrs >= LIMIT_XATTRS)
		return err_set(e, ERR_LIMIT,
			       "the extended attributes are more than Linux "
			       "allows");
	struct tar_xattr **at = xattr_place(x, name);
	if (*at && span_eq((*at)->name, name)) {
		if (replace)
			(*at)->value = value;
		return true;
	}
	struct tar_xattr *n = NEW(x->arena, struct tar_xattr, 1);
	if (!n)
		return err_full(e, "the extended attributes");
	*n = (struct tar_xattr){ name, value, *at };
	*at = n;
	x->xattrs++;
	return true;
}

static bool
rec_xattr(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	struct span name = span_from(key, SPAN("SCHILY.xattr.").n);
	return add_xattr(x, name, value, true, e);
}

static bool
rec_selinux(struct tar_ext *x, struct span key, struct span value,
	    struct err *e)
{
	(void)key;
	return add_xattr(x, SPAN("security.selinux"), value, false, e);
}

static int
hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The name is percent-encoded, the value base 64 without its padding. */
static bool
rec_xattr64(struct tar_ext *x, struct span key, struct span value,
	    struct err *e)
{
	struct span in = span_from(key, SPAN("LIBARCHIVE.xattr.").n), bytes;
	uint8_t *name = NEW(x->arena, uint8_t, in.n);
	uint8_t *text = NEW(x->arena, uint8_t, value.n + 3);
	size_t n = 0, m = value.n;
	if (!name || !text)
		return err_full(e, "the extended attributes");
	while (in.n) {
		int hi = in.n > 2 ? hex_value(in.p[1]) : -1;
		int lo = in.n > 2 ? hex_value(in.p[2]) : -1;
		bool coded = in.p[0] == '%';
		if (coded && (hi < 0 || lo < 0))
			return bad_value(e, key, value);
		name[n++] = coded ? (uint8_t)(hi << 4 | lo) : in.p[0];
		in = span_from(in, coded ? 3 : 1);
	}
	memcpy(text, value.p, m);
	while (m % 4)
		text[m++] = '=';
	if (!base64_parse(span_of(text, m), x->arena, &bytes, e))
		return bad_value(e, key, value);
	return add_xattr(x, span_of(name, n), bytes, false, e);
}

static bool
rec_map_major(struct tar_ext *x, struct span key, struct span value,
	      struct err *e)
{
	bool has;
	x->map = TAR_MAP_DATA;
	return set_number(&x->map_major, &has, key, value, e);
}

static bool
rec_map_minor(struct tar_ext *x, struct span key, struct span value,
	      struct err *e)
{
	(void)x;
	return span_is(value, "0") || bad_value(e, key, value);
}

static bool
rec_map_name(struct tar_ext *x, struct span key, struct span value,
	     struct err *e)
{
	return set_text(&x->sparse_name, key, value, e);
}

static bool
rec_map_real(struct tar_ext *x, struct span key, struct span value,
	     struct err *e)
{
	return set_number(&x->real, &x->has_real, key, value, e);
}

static bool
rec_map_offset(struct tar_ext *x, struct span key, struct span value,
	       struct err *e)
{
	bool has;
	return set_number(&x->piece_at, &has, key, value, e);
}

static bool
rec_map_bytes(struct tar_ext *x, struct span key, struct span value,
	      struct err *e)
{
	uint64_t size;
	bool has;
	x->map = TAR_MAP_RECORDS;
	return set_number(&size, &has, key, value, e) &&
	       tar_piece_add(x, x->piece_at, size, e);
}

static bool
rec_map(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	uint64_t at, size;
	x->map = TAR_MAP_RECORDS;
	for (struct span rest = value; rest.n;) {
		struct span first = span_cut(&rest, ',');
		struct span second = span_cut(&rest, ',');
		if (!num_parse(first, &at) || !num_parse(second, &size))
			return bad_value(e, key, value);
		if (!tar_piece_add(x, at, size, e))
			return false;
	}
	return true;
}

enum { EXACT, PREFIX };

/* `plain` records say nothing that an image keeps. */
static const struct row {
	const char *key;
	int match;
	bool plain;
	record_fn *run;
} rows[] = {
	{ "path", EXACT, false, rec_path },
	{ "linkpath", EXACT, false, rec_link },
	{ "size", EXACT, false, rec_size },
	{ "mtime", EXACT, false, rec_mtime },
	{ "uid", EXACT, false, rec_uid },
	{ "gid", EXACT, false, rec_gid },
	{ "atime", EXACT, true, ignore },
	{ "ctime", EXACT, true, ignore },
	{ "comment", EXACT, true, ignore },
	{ "charset", EXACT, true, ignore },
	{ "hdrcharset", EXACT, true, ignore },
	{ "uname", EXACT, true, ignore },
	{ "gname", EXACT, true, ignore },
	{ "SCHILY.xattr.", PREFIX, false, rec_xattr },
	{ "LIBARCHIVE.xattr.", PREFIX, false, rec_xattr64 },
	{ "RHT.security.selinux", EXACT, false, rec_selinux },
	{ "SCHILY.devmajor", EXACT, false, rec_major },
	{ "SCHILY.devminor", EXACT, false, rec_minor },
	{ "SCHILY.acl.", PREFIX, false, rec_acl },
	{ "SCHILY.fflags", EXACT, true, ignore },
	{ "SCHILY.dev", EXACT, true, ignore },
	{ "SCHILY.ino", EXACT, true, ignore },
	{ "SCHILY.nlink", EXACT, true, ignore },
	{ "SCHILY.filetype", EXACT, true, ignore },
	{ "LIBARCHIVE.creationtime", EXACT, true, ignore },
	{ "LIBARCHIVE.symlinktype", EXACT, true, ignore },
	{ "GNU.sparse.major", EXACT, false, rec_map_major },
	{ "GNU.sparse.minor", EXACT, false, rec_map_minor },
	{ "GNU.sparse.name", EXACT, false, rec_map_name },
	{ "GNU.sparse.realsize", EXACT, false, rec_map_real },
	{ "GNU.sparse.size", EXACT, false, rec_map_real },
	{ "GNU.sparse.numblocks", EXACT, true, ignore },
	{ "GNU.sparse.offset", EXACT, false, rec_map_offset },
	{ "GNU.sparse.numbytes", EXACT, false, rec_map_bytes },
	{ "GNU.sparse.map", EXACT, false, rec_map },
};

static const struct row *
find_row(struct span key)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].match == PREFIX
			    ? span_starts(key, span_str(rows[i].key))
			    : span_is(key, rows[i].key))
			return &rows[i];
	return NULL;
}

static bool
record(struct tar_ext *x, struct span key, struct span value, struct err *e)
{
	const struct row *r = find_row(key);
	if (!r) {
		if (x->notes && !note_has(x->notes, "tar-key"))
			note_warn(x->notes, "tar-key",
				  "the archive's extended headers have %s, "
				  "which is not known here and left out",
				  show(key).s);
		return true;
	}
	x->changes |= !r->plain;
	/* an empty attribute is a value, any other empty value is none */
	if (value.n == 0 && r->run != rec_xattr)
		return true;
	return r->run(x, key, value, e);
}

bool
tar_pax(struct span body, struct tar_ext *x, struct err *e)
{
	x->pax = true;
	while (body.n) {
		uint64_t size;
		struct span digits = span_sub(body, 0, span_find(body, ' '));
		if (!num_parse(digits, &size) || size > body.n ||
		    size < digits.n + 3)
			return tar_refuse(e, "tar-pax",
					  "the extended header has a record "
					  "with a wrong length");
		struct span value = span_sub(body, digits.n + 1,
					     (size_t)size - digits.n - 2);
		if (body.p[size - 1] != '\n' ||
		    span_find(value, '=') == value.n || value.p[0] == '=')
			return tar_refuse(e, "tar-pax",
					  "the extended header has a record "
					  "that is not KEY=VALUE");
		struct span key = span_cut(&value, '=');
		if (!record(x, key, value, e))
			return false;
		body = span_from(body, (size_t)size);
	}
	return true;
}
