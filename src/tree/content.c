/* Reads the content of an inode: see tree/tree.h. */
#include "tree/tree.h"

#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "sys/fs.h"

enum { BLOCK = 256 * 1024 };

static bool
changed(struct err *e)
{
	err_set(e, ERR_SYS, "a file changed while it was read");
	err_hint(e, "build from a copy that no process writes to");
	return err_id(e, "content-changed");
}

/* Sets the descriptor and offset to read from; *opened is a descriptor to
 * close. */
static bool
locate(const struct inode *i, int *fd, uint64_t *offset, int *opened,
       struct err *e)
{
	uint64_t size;
	*offset = i->content.offset;
	*fd = i->content.fd;
	if (i->content.kind != CONTENT_PATH)
		return true;
	if (!fs_open_beneath(i->content.fd, i->content.bytes, opened, e) ||
	    !fs_size(*opened, &size, e))
		return false;
	*fd = *opened;
	*offset = 0;
	return size == i->size || changed(e);
}

/* Applies the patch to a block that contains the file's bytes from `at` on. */
static void
patch(const struct content *c, uint8_t *p, uint64_t at, size_t n)
{
	for (size_t i = 0; i < c->patch_n; i++)
		if (c->patch_at + i >= at && c->patch_at + i - at < n)
			p[c->patch_at + i - at] = c->patch[i];
}

static bool
send_fd(const struct inode *i, int fd, uint64_t offset, const struct sink *k,
	struct err *e)
{
	static _Thread_local uint8_t block[BLOCK];
	for (uint64_t at = 0; at < i->size;) {
		uint64_t left = i->size - at;
		size_t n = left < BLOCK ? (size_t)left : BLOCK, got;
		if (!fs_pread_some(fd, block, n, offset + at, &got, e))
			return false;
		if (got != n)
			return changed(e);
		patch(&i->content, block, at, n);
		if (!sink_write(k, span_of(block, n), e))
			return false;
		at += n;
	}
	return true;
}

bool
content_send(const struct inode *i, const struct sink *k, struct err *e)
{
	DEFER(fd_closep) int opened = -1;
	uint64_t at;
	int fd;
	ASSERT(i->type == NODE_FILE);
	ASSERT(i->content.kind != CONTENT_BYTES || i->content.patch_n == 0);
	if (i->content.kind == CONTENT_BYTES)
		return sink_write(k, i->content.bytes, e);
	return locate(i, &fd, &at, &opened, e) && send_fd(i, fd, at, k, e);
}

bool
content_head(const struct inode *i, void *p, size_t n, size_t *got,
	     struct err *e)
{
	DEFER(fd_closep) int opened = -1;
	uint64_t at;
	int fd;
	if (n > i->size)
		n = (size_t)i->size;
	*got = n;
	if (i->content.kind == CONTENT_BYTES) {
		if (n)
			memcpy(p, i->content.bytes.p, n);
		return true;
	}
	if (!locate(i, &fd, &at, &opened, e) ||
	    !fs_pread_some(fd, p, n, at, got, e))
		return false;
	patch(&i->content, p, 0, *got);
	return *got == n || changed(e);
}

bool
content_read(const struct inode *i, size_t max, struct arena *a,
	     struct span *out, struct err *e)
{
	size_t got;
	if (i->size > max)
		return err_set(e, ERR_LIMIT, "%s, more than the %s allowed",
			       show_size(i->size).s, show_size(max).s);
	if (i->content.kind == CONTENT_BYTES) {
		*out = i->content.bytes;
		return true;
	}
	uint8_t *p = NEW(a, uint8_t, (size_t)i->size);
	if (!p)
		return err_full(e, "a file's content");
	*out = span_of(p, (size_t)i->size);
	return content_head(i, p, (size_t)i->size, &got, e);
}

void
content_set(struct inode *i, struct span bytes)
{
	i->content = (struct content){ .kind = CONTENT_BYTES,
				       .fd = -1,
				       .bytes = bytes };
	i->size = bytes.n;
}

void
content_patch(struct inode *i, uint64_t at, struct span bytes)
{
	struct content *c = &i->content;
	ASSERT(i->type == NODE_FILE && c->kind != CONTENT_BYTES &&
	       c->patch_n == 0 && bytes.n <= CONTENT_PATCH_MAX &&
	       at <= i->size && bytes.n <= i->size - at);
	c->patch_at = at;
	c->patch_n = (uint8_t)bytes.n;
	memcpy(c->patch, bytes.p, bytes.n);
}
