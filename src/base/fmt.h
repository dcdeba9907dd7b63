/*
 * Text for people from bytes that may be hostile.
 */
#pragma once

#include "base/buf.h"
#include "base/span.h"

/*
 * Foreign text, safe to print: backslashes, bytes that are not UTF-8 and what
 * is not seen or changes the order of what is (utf8_unseen) become \xNN; what
 * is too long ends in "...".
 * Used inside a call: err_set(e, ERR_INPUT, "bad name %s", show(name).s).
 */
struct shown {
	char s[224];
};
struct shown show(struct span s);
struct shown show_str(const char *s);
/* The same without an end to its length, appended. */
void buf_show(struct buf *b, struct span s);
/* For text that was shown in parts, on its last way to people: backslashes
 * stay, and nothing unseen passes that somebody forgot to show. */
void buf_seen(struct buf *b, struct span s);

/* 1536 gives "1.5 KiB"; bytes below 1 KiB give "N B". */
struct shown show_size(uint64_t bytes);

/* Seconds since 1970: "2026-01-15T12:01:00Z". */
struct shown show_time(int64_t epoch);

/* "1 file", "3 files"; many is NULL when it is one with an s. */
struct shown show_count(uint64_t n, const char *one, const char *many);

/* Length of the UTF-8 sequence at the start of s (1..4), 0 if it is none. */
size_t utf8_len(struct span s);
/* The code point of those len bytes, 1 to 4, which utf8_len gave. */
uint32_t utf8_point(struct span s, size_t len);
/* Controls (C0, C1, bidirectional), zero-width characters, separators of lines
 * and paragraphs: what must not reach a reader as it is. */
bool utf8_unseen(uint32_t c);

/* Words of `text` in lines of at most 79 columns, each behind `indent`. */
void fmt_wrap(struct buf *b, const char *indent, const char *text);
