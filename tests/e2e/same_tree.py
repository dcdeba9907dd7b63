#!/usr/bin/env python3
"""Is an extracted ramdisk the tree that random_tree.py described?

  same_tree.py DESCRIBED EXTRACTED

DESCRIBED holds the file `list`. Types, permissions, content, link targets and
hard links are compared; owners and set-user-id bits only for root, for whom
tools restore them. Says what differs; exit status 1 then.
"""
import os
import stat
import sys

KINDS = {b"file": stat.S_ISREG, b"dir": stat.S_ISDIR, b"slink": stat.S_ISLNK,
         b"pipe": stat.S_ISFIFO}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def rows(described):
    """(kind, names, content or target, mode, uid, gid) of each line."""
    for row in read(os.path.join(described, b"list")).splitlines():
        kind, *w = row.split(b" ")
        if kind == b"file":
            data = read(os.path.join(described, w[1]))
            yield kind, [w[0], *w[5:]], data, *w[2:5]
        elif kind == b"slink":
            yield kind, [w[0]], w[1], *w[2:5]
        else:
            yield kind, [w[0]], None, *w[1:4]


def faults(kind, names, body, mode, uid, gid, root):
    paths = [os.path.join(root, n) for n in names]
    for path in paths:
        if not os.path.lexists(path):
            yield path, "is missing"
            return
    st = os.lstat(paths[0])
    mask = 0o7777 if os.getuid() == 0 else 0o777
    if not KINDS[kind](st.st_mode):
        yield paths[0], "is of another type"
        return
    if kind == b"file" and read(paths[0]) != body:
        yield paths[0], "has other content"
    if kind == b"slink" and os.readlink(paths[0]) != body:
        yield paths[0], "points elsewhere"
    if kind != b"slink" and (st.st_mode ^ int(mode, 8)) & mask:
        yield paths[0], "has mode %o" % st.st_mode
    if os.getuid() == 0 and (st.st_uid, st.st_gid) != (int(uid), int(gid)):
        yield paths[0], f"belongs to {st.st_uid}:{st.st_gid}"
    for path in paths[1:]:
        if os.lstat(path).st_ino != st.st_ino:
            yield path, "is not a hard link"


def main():
    described, root = (os.fsencode(a) for a in sys.argv[1:3])
    n = 0
    for row in rows(described):
        for path, what in faults(*row, root):
            print(f"{path!r} {what}")
            n += 1
    sys.exit(1 if n else 0)


main()
