#include "eif/kimage.h"

#include <string.h>

#include "base/reader.h"
#include "eif/format.h"

enum {
	HEAD = 0x238,           /* enough of either header */
	X86_MAGIC_AT = 0x1fe,   /* 55 aa */
	X86_HDRS_AT = 0x202,    /* "HdrS" */
	X86_VERSION_AT = 0x20e, /* less 0x200: where the string is */
	X86_VERSION_BASE = 0x200,
	VERSION_MAX = 128,
	ARM64_TEXT_AT = 8,
	ARM64_MAGIC_AT = 0x38, /* "ARM\x64" */
};

static bool
has(const uint8_t *head, size_t at, const char *bytes)
{
	return memcmp(head + at, bytes, strlen(bytes)) == 0;
}

/* The first word of the text at `at`. */
static bool
read_version(const struct blob *b, uint64_t at, struct arena *a,
	     struct kimage *out, struct err *e)
{
	uint8_t text[VERSION_MAX];
	struct blob part = blob_part(b, at, sizeof text);
	if (!blob_read(&part, text, (size_t)part.size, 0, e))
		return false;
	struct span s = { text, (size_t)part.size };
	size_t n = 0;
	while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7f)
		n++;
	if (n == s.n)
		return true; /* no end in sight: no version string */
	out->version = arena_dup(a, span_sub(s, 0, n));
	return out->version.p || err_full(e, "the kernel's version");
}

bool
kimage_look(const struct blob *b, struct arena *a, struct kimage *out,
	    struct err *e)
{
	uint8_t head[HEAD];
	*out = (struct kimage){ 0 };
	if (b->size < HEAD)
		return true;
	if (!blob_read(b, head, HEAD, 0, e))
		return false;
	if (has(head, ARM64_MAGIC_AT, "ARM\x64")) {
		struct reader r = rd_from(span_of(head + ARM64_TEXT_AT, 8));
		uint64_t low = rd_le32(&r), high = rd_le32(&r);
		out->kind = KIMAGE_ARM64;
		out->text_offset = high << 32 | low;
		return true;
	}
	if (!has(head, X86_MAGIC_AT, "\x55\xaa") ||
	    !has(head, X86_HDRS_AT, "HdrS"))
		return true;
	out->kind = KIMAGE_BZIMAGE;
	struct reader r = rd_from(span_of(head + X86_VERSION_AT, 2));
	uint16_t at = rd_le16(&r);
	return at == 0 ||
	       read_version(b, (uint64_t)X86_VERSION_BASE + at, a, out, e);
}

const char *
kimage_arch(enum kimage_kind kind)
{
	static const char *const arch[] = { "unknown", "x86_64", "aarch64" };
	return arch[kind];
}

const char *
kimage_misfit(const struct kimage *k, uint16_t eif_flags)
{
	bool arm = eif_flags & EIF_FLAG_ARM64;
	if (k->kind == KIMAGE_UNKNOWN)
		return "is neither a bzImage nor an arm64 Image, and will not "
		       "boot";
	if (k->kind == KIMAGE_BZIMAGE && arm)
		return "is for x86_64, but the image is marked aarch64";
	if (k->kind == KIMAGE_ARM64 && !arm)
		return "is for aarch64, but the image is marked x86_64";
	if (k->kind == KIMAGE_ARM64 && k->text_offset == 0)
		return "has a text offset of 0, which Nitro does not load";
	return NULL;
}
