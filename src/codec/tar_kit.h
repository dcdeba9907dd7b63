/*
 * Tar archives made by tests: headers with whatever a test wants in them.
 */
#pragma once

#include <string.h>

#include "base/buf.h"

/* An entry; zeroed fields are what is usual. */
struct mk {
	const char *name;
	char type; /* 0: '0' */
	const char *link;
	unsigned mode; /* 0: 0644 */
	unsigned uid, gid, major, minor, mtime;
	struct span data;
};

UNUSED static void
mk_sum(uint8_t *h)
{
	unsigned sum = 0;
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += h[i];
	for (size_t i = 0; i < 6; i++)
		h[148 + i] = (uint8_t)('0' + (sum >> (3 * (5 - i)) & 7));
	h[154] = 0;
}

UNUSED static void
mk_octal(uint8_t *h, size_t at, size_t n, uint64_t v)
{
	h[at + n - 1] = 0;
	for (size_t i = n - 1; i > 0; i--, v >>= 3)
		h[at + i - 1] = (uint8_t)('0' + (v & 7));
}

UNUSED static void
mk_pad(struct buf *b)
{
	buf_zero(b, (512 - b->n % 512) % 512);
}

UNUSED static void
mk_header(struct buf *b, const struct mk *m, size_t size, uint8_t h[512])
{
	memset(h, 0, 512);
	memcpy(h, m->name, strnlen(m->name, 100));
	if (m->link)
		memcpy(h + 157, m->link, strnlen(m->link, 100));
	mk_octal(h, 100, 8, m->mode ? m->mode : 0644);
	mk_octal(h, 108, 8, m->uid);
	mk_octal(h, 116, 8, m->gid);
	mk_octal(h, 124, 12, size);
	mk_octal(h, 136, 12, m->mtime);
	h[156] = m->type ? (uint8_t)m->type : '0';
	memcpy(h + 257, "ustar\00000", 8);
	mk_octal(h, 329, 8, m->major);
	mk_octal(h, 337, 8, m->minor);
	mk_sum(h);
	if (b)
		buf_put(b, h, 512);
}

UNUSED static void
mk_entry(struct buf *b, struct mk m)
{
	uint8_t h[512];
	mk_header(b, &m, m.data.n, h);
	buf_span(b, m.data);
	mk_pad(b);
}

UNUSED static void
mk_file(struct buf *b, const char *name, const char *text)
{
	mk_entry(b, (struct mk){ .name = name, .data = span_str(text) });
}

UNUSED static void
mk_dir(struct buf *b, const char *name)
{
	mk_entry(b, (struct mk){ .name = name, .type = '5', .mode = 0755 });
}

UNUSED static void
mk_link(struct buf *b, char type, const char *name, const char *to)
{
	mk_entry(b, (struct mk){ .name = name, .type = type, .link = to });
}

/* One record "KEY=VALUE" with its length in front. */
UNUSED static void
mk_record(struct buf *b, struct span record)
{
	size_t n = record.n + 3, digits = 1;
	for (size_t v = n; v >= 10; v /= 10)
		digits++;
	n = record.n + 2 + digits;
	if (n >= (digits == 1 ? 10u : digits == 2 ? 100u : 1000u) && digits < 4)
		n++;
	buf_fmt(b, "%zu ", n);
	buf_span(b, record);
	buf_str(b, "\n");
}

/* An extended header of one record. */
UNUSED static void
mk_pax(struct buf *b, struct span record)
{
	struct buf body = buf_max(1 << 21);
	mk_record(&body, record);
	mk_entry(b, (struct mk){ .name = "PaxHeaders/x",
				 .type = 'x',
				 .data = buf_view(&body) });
	buf_free(&body);
}

UNUSED static void
mk_end(struct buf *b)
{
	buf_zero(b, 1024);
}
