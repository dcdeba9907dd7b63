/*
 * The file tree of an image: sources make it, scrub rules change it and
 * ramdisk writers write it.
 *
 * A node is a name, an inode is the file that it names; nodes that share an
 * inode are hard links. Paths are relative to the image's root, without "./",
 * leading or trailing "/", empty, "." or ".." components; the root itself is
 * not a node (its owner and mode are tree.root). Every parent of a node is a
 * node and a directory. Content is not in memory: an inode says where it is.
 *
 * Nodes and inodes are in the tree's arena; removal only unlinks them.
 */
#pragma once

#include "base/arena.h"
#include "base/budget.h"
#include "base/map.h"
#include "base/sink.h"

enum node_type {
	NODE_FILE,
	NODE_DIR,
	NODE_SYMLINK,
	NODE_CHAR,
	NODE_BLOCK,
	NODE_FIFO,
	NODE_SOCKET,
};

enum content_kind {
	CONTENT_BYTES, /* in memory: `bytes` */
	CONTENT_FD,    /* size bytes of `fd` from `offset` on */
	CONTENT_PATH,  /* a file below the directory `fd`, path in `bytes` */
};

enum { CONTENT_PATCH_MAX = 8 };

/*
 * Where the bytes of a regular file are. The descriptor is borrowed. A patch
 * replaces patch_n bytes at patch_at while the content is sent, so that a few
 * changed bytes do not bring a file into memory.
 */
struct content {
	enum content_kind kind;
	int fd;
	uint64_t offset;
	struct span bytes;
	uint64_t patch_at;
	uint8_t patch_n, patch[CONTENT_PATCH_MAX];
};

struct xattr {
	struct span name, value;
	const struct xattr *next; /* in byte order of the name */
};

struct inode {
	enum node_type type;
	uint32_t mode; /* permission bits, 07777 */
	uint32_t uid, gid;
	uint32_t major, minor; /* device nodes */
	uint32_t names;        /* nodes that name it now */
	int64_t mtime;         /* whole seconds, rounded down */
	uint64_t size;         /* regular files */
	struct span link;      /* target of a symbolic link */
	struct content content;
	const struct xattr *xattr;
};

struct node {
	struct span path;
	struct inode *inode;
	struct node *parent;              /* NULL below the root */
	struct node *child, *next, *prev; /* siblings in order of arrival */
	uint64_t seq; /* order of arrival in the tree, from 1 */
	bool implied; /* a parent that the source did not mention */
	bool gone;    /* removed */
};

struct tree {
	struct arena *arena;
	struct map names; /* path to node */
	struct node *child, *last;
	struct inode root;
	size_t count;        /* nodes present */
	struct budget *walk; /* for tree_resolve; or NULL */
	uint64_t seq;
};

void tree_init(struct tree *t, struct arena *a, const uint64_t seed[2]);

/* Returns the node, or NULL. */
struct node *tree_find(const struct tree *t, struct span path);
/*
 * Gives `path` (copied if it is new) the inode, whose count of names grows by
 * one. An existing node is replaced, except that a directory over a directory
 * keeps its children. Missing parents are made, 0755 and 0:0; a parent that is
 * not a directory is ERR_INPUT "tree-parent", a bad path is ERR_INPUT
 * "tree-path". Over LIMIT_ENTRIES is ERR_LIMIT.
 */
MUST_USE bool tree_put(struct tree *t, struct span path, struct inode *inode,
		       struct node **out, struct err *e);
/* Returns a new zeroed inode, or NULL if the arena is full. */
struct inode *tree_inode(struct tree *t);
/* Removes a node and all nodes below it. */
void tree_remove(struct tree *t, struct node *n);
void tree_remove_children(struct tree *t, struct node *n);
/* Returns true if a node can have this path; otherwise sets e. */
MUST_USE bool tree_path_ok(struct span path, struct err *e);

/* Lists all nodes in unsigned byte order of their full path (parents come
 * before children), or in order of arrival. The array is in the arena `a`. */
enum tree_order { TREE_BY_PATH, TREE_BY_ARRIVAL };
MUST_USE bool tree_list(const struct tree *t, enum tree_order order,
			struct arena *a, struct node ***out, size_t *n,
			struct err *e);
/* Walks the tree, parents before children, in order of arrival: NULL starts
 * the walk, NULL is returned at its end. */
struct node *tree_next(const struct tree *t, const struct node *n);
/* As tree_next, but skips the nodes below n. */
struct node *tree_next_beside(const struct node *n);

/*
 * Sends a regular file's bytes, exactly inode.size of them, in blocks.
 * CONTENT_PATH opens beneath its directory and follows no link. A file whose
 * size has changed is ERR_SYS "content-changed".
 */
MUST_USE bool content_send(const struct inode *i, const struct sink *k,
			   struct err *e);
/* Reads all bytes, at most max (ERR_LIMIT above). */
MUST_USE bool content_read(const struct inode *i, size_t max, struct arena *a,
			   struct span *out, struct err *e);
/* Reads the first bytes, at most n. */
MUST_USE bool content_head(const struct inode *i, void *p, size_t n,
			   size_t *got, struct err *e);
/* Sets the inode's content to these bytes, which must outlive it. */
void content_set(struct inode *i, struct span bytes);
/* Replaces at most CONTENT_PATCH_MAX bytes of the file; a file has one patch.
 */
void content_patch(struct inode *i, uint64_t at, struct span bytes);
