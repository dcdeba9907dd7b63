/*
 * Parts of paths, as text: no file is looked at, and ".." and doubled slashes
 * stay what they are. Results point into the path.
 */
#pragma once

#include "base/arena.h"
#include "base/span.h"

/* What is behind the last slash: "c" of "a/b/c" and of "c", "" of "a/". */
struct span path_base(struct span path);
/* What is before the last slash: "a/b" of "a/b/c"; "" of "c" and of "/c". */
struct span path_dir(struct span path);
/* The directory that a file's path leads to, for the system: as path_dir, but
 * "." of "c" and "/" of "/c". */
struct span path_parent(struct span path);
/* "dir/name"; NULL when the arena is full. */
char *path_join(struct arena *a, const char *dir, const char *name);
