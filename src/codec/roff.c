#include "codec/roff.h"

#include <string.h>

enum { WIDTH = 78 };

static void
put_escaped(struct buf *b, const char *s, size_t n, bool line_start)
{
	if (line_start && n && (s[0] == '.' || s[0] == '\''))
		buf_str(b, "\\&");
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\')
			buf_str(b, "\\e");
		else if (s[i] == '-')
			buf_str(b, "\\-");
		else
			buf_u8(b, (uint8_t)s[i]);
	}
}

/* Columns that a word takes when its characters are escaped. */
static size_t
width(const char *word, size_t n)
{
	size_t w = n;
	for (size_t i = 0; i < n; i++)
		w += word[i] == '-' || word[i] == '\\';
	return w;
}

static bool
ends_sentence(const char *word, size_t n)
{
	while (n && strchr(")\"'", word[n - 1]))
		n--;
	return n && strchr(".!?", word[n - 1]);
}

void
roff_text(struct buf *b, const char *text)
{
	size_t at = 0;
	text += strspn(text, " \n");
	while (*text) {
		size_t n = strcspn(text, " \n"), w = width(text, n), gap;
		if (at && at + 1 + w > WIDTH) {
			buf_str(b, "\n");
			at = 0;
		} else if (at) {
			buf_str(b, " ");
			at++;
		}
		put_escaped(b, text, n, at == 0);
		at += w;
		gap = strspn(text + n, " \n");
		bool para = strncmp(text + n, "\n\n", 2) == 0;
		if (text[n + gap] && (para || ends_sentence(text, n))) {
			buf_str(b, para ? "\n.Pp\n" : "\n");
			at = 0;
		}
		text += n + gap;
	}
	buf_str(b, "\n");
}

void
roff_line(struct buf *b, const char *text)
{
	put_escaped(b, text, strcspn(text, "\n"), false);
	buf_str(b, "\n");
}

void
roff_code(struct buf *b, const char *text)
{
	buf_str(b, ".Bd -literal -offset indent\n");
	while (*text) {
		size_t n = strcspn(text, "\n");
		put_escaped(b, text, n, true);
		buf_str(b, "\n");
		text += n + (text[n] == '\n');
	}
	buf_str(b, ".Ed\n");
}
