#include "base/fmt.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"

/* RFC 3629, section 4: no overlong forms, no surrogates, at most 10FFFF. */
size_t
utf8_len(struct span s)
{
	if (s.n == 0)
		return 0;
	/* the first byte at or above each bound, and the length it means */
	static const struct {
		uint8_t from, len;
	} head[] = { { 0xf5, 0 }, { 0xf0, 4 }, { 0xe0, 3 },
		     { 0xc2, 2 }, { 0x80, 0 }, { 0x00, 1 } };
	uint8_t c = s.p[0];
	size_t h = 0;
	while (c < head[h].from)
		h++;
	size_t n = head[h].len;
	if (n == 0 || n > s.n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	bool bad =
		n > 1 &&
		((c == 0xe0 && s.p[1] < 0xa0) || (c == 0xed && s.p[1] > 0x9f) ||
		 (c == 0xf0 && s.p[1] < 0x90) || (c == 0xf4 && s.p[1] > 0x8f));
	return bad ? 0 : n;
}

uint32_t
utf8_point(struct span s, size_t len)
{
	uint32_t c = s.p[0];
	if (len > 1)
		c &= 0x7fU >> len;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (s.p[i] & 0x3f);
	return c;
}

/*
 * Unicode 14.0.0: the general categories Cc, Cf, Zl and Zp (bidirectional
 * controls, zero-width characters, separators of lines and paragraphs, tags),
 * and the letters that are blank.
 */
bool
utf8_unseen(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} range[] = {
		{ 0x00, 0x1f },       { 0x7f, 0x9f },
		{ 0xad, 0xad },       { 0x34f, 0x34f },
		{ 0x600, 0x605 },     { 0x61c, 0x61c },
		{ 0x6dd, 0x6dd },     { 0x70f, 0x70f },
		{ 0x890, 0x891 },     { 0x8e2, 0x8e2 },
		{ 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },
		{ 0x180e, 0x180e },   { 0x200b, 0x200f },
		{ 0x2028, 0x202e },   { 0x2060, 0x206f },
		{ 0x3164, 0x3164 },   { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },   { 0xfff9, 0xfffb },
		{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
		{ 0x13430, 0x13438 }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe007f },
	};
	for (size_t i = 0; i < COUNT(range); i++)
		if (c <= range[i].last)
			return c >= range[i].first;
	return false;
}

enum { PIECE_MAX = 4 };

/* Takes the next character or byte off s; its length as it is shown. */
static size_t
next_piece(struct span *s, bool keep_backslash, char piece[PIECE_MAX])
{
	static const char digit[] = "0123456789abcdef";
	size_t len = utf8_len(*s);
	uint8_t c = s->p[0];
	if (len && !utf8_unseen(utf8_point(*s, len)) &&
	    (c != '\\' || keep_backslash)) {
		memcpy(piece, s->p, len);
		*s = span_from(*s, len);
		return len;
	}
	memcpy(piece, "\\x", 2);
	piece[2] = digit[c >> 4];
	piece[3] = digit[c & 15];
	*s = span_from(*s, 1);
	return PIECE_MAX;
}

struct shown
show(struct span s)
{
	struct shown out = { "" };
	char piece[PIECE_MAX];
	size_t at = 0;
	while (s.n) {
		size_t len = next_piece(&s, false, piece);
		if (at + len > sizeof out.s - 4) {
			memcpy(out.s + at, "...", 4);
			return out;
		}
		memcpy(out.s + at, piece, len);
		at += len;
	}
	out.s[at] = '\0';
	return out;
}

static void
put_pieces(struct buf *b, struct span s, bool keep_backslash)
{
	char piece[PIECE_MAX];
	while (s.n) {
		size_t len = next_piece(&s, keep_backslash, piece);
		buf_put(b, piece, len);
	}
}

void
buf_show(struct buf *b, struct span s)
{
	put_pieces(b, s, false);
}

void
buf_seen(struct buf *b, struct span s)
{
	put_pieces(b, s, true);
}

struct shown
show_str(const char *s)
{
	return show(span_str(s));
}

struct shown
show_size(uint64_t bytes)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB",
					    "TiB", "PiB", "EiB" };
	struct shown out;
	uint64_t whole = bytes / 1024, rest = bytes % 1024;
	size_t u = 0;
	if (bytes < 1024) {
		snprintf(out.s, sizeof out.s, "%u B", (unsigned)bytes);
		return out;
	}
	for (; whole >= 1024 && u + 1 < COUNT(unit); u++) {
		rest = whole % 1024;
		whole /= 1024;
	}
	snprintf(out.s, sizeof out.s, "%u.%u %s", (unsigned)whole,
		 (unsigned)(rest * 10 / 1024), unit[u]);
	return out;
}

struct shown
show_time(int64_t epoch)
{
	struct shown out;
	struct calendar c = calendar_of(epoch);
	snprintf(out.s, sizeof out.s, "%04lld-%02u-%02uT%02u:%02u:%02uZ",
		 (long long)c.year, c.month, c.day, c.hour, c.minute, c.second);
	return out;
}

struct shown
show_count(uint64_t n, const char *one, const char *many)
{
	struct shown out;
	snprintf(out.s, sizeof out.s, "%llu %s%s", (unsigned long long)n,
		 n != 1 && many ? many : one, n != 1 && !many ? "s" : "");
	return out;
}

void
fmt_wrap(struct buf *b, const char *indent, const char *text)
{
	size_t at = 0;
	while (*text) {
		size_t n = strcspn(text, " ");
		bool fits = at + 1 + n <= 79;
		if (at && !fits)
			buf_str(b, "\n");
		if (!at || !fits) {
			buf_str(b, indent);
			at = strlen(indent);
		} else {
			buf_str(b, " ");
			at++;
		}
		buf_fmt(b, "%.*s", (int)n, text);
		at += n;
		text += n;
		text += strspn(text, " ");
	}
	buf_str(b, "\n");
}
