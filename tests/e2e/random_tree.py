#!/usr/bin/env python3
"""Makes a random file tree in two forms that know nothing of each other.

  random_tree.py SEED ENTRIES [plain]

Writes into the current directory: tree.tar, entries in no order, as a source
for `veraclave ramdisk`; `list`, the application ramdisk that must come out,
in the language of the kernel's usr/gen_init_cpio; `devices`, the device nodes
in it, none with `plain`; data/, file contents for that list. The process is
assumed to be /bin/app with no environment and no user.
"""
import io
import os
import random
import sys
import tarfile

LETTERS = [c for c in range(33, 127) if chr(c) not in "/#"]
MOUNTS = [(b"dev", 0o755), (b"proc", 0o755), (b"run", 0o755),
          (b"sys", 0o755), (b"tmp", 0o1777)]


class Entry:
    def __init__(self, kind, rnd):
        self.kind = kind
        self.mode = rnd.choice([0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777])
        self.uid = rnd.choice([0, 0, 1, 1000, 2 ** 31 - 1])
        self.gid = rnd.choice([0, 0, 5, 65534])
        self.data = b""
        self.target = b""
        self.dev = ()
        self.names = []


def name(rnd):
    n = rnd.choice([1, 2, 3, 5, 8, 13, 40, 255])
    text = bytes(rnd.choice(LETTERS) for _ in range(n))
    return text if text not in (b".", b"..") else b"dot"


def make(rnd, count, plain):
    """A dict from name to entry; the root is not in it."""
    dirs, tree = [b""], {}
    kinds = ["dir", "file", "file", "file", "slink", "pipe", "link"]
    if not plain:
        kinds.append("nod")
    for _ in range(count):
        kind = rnd.choice(kinds)
        e = Entry(kind, rnd)
        base = rnd.choice(dirs)
        path = base + b"/" + name(rnd) if base else name(rnd)
        if path in tree or len(path) > 600 or path in dict(MOUNTS):
            continue
        if kind == "dir":
            dirs.append(path)
        elif kind == "file":
            e.data = rnd.randbytes(rnd.choice([0, 1, 2, 3, 4, 5, 511, 4096,
                                               70000, 300000]))
        elif kind == "slink":
            e.mode = 0o777
            e.target = b"/".join(name(rnd) for _ in range(rnd.randint(1, 5)))
        elif kind == "nod":
            e.dev = (rnd.choice("bc"), rnd.randint(0, 4095),
                     rnd.randint(0, 255))
        elif kind == "link":
            # a line of the list ends at 8 KiB
            files = [x for x in tree.values()
                     if x.kind == "file" and len(x.names) < 8]
            if not files:
                continue
            e = rnd.choice(files)
        tree[path] = e
        e.names.append(path)
    return tree


def write_tar(rnd, tree):
    kinds = {"dir": tarfile.DIRTYPE, "file": tarfile.REGTYPE,
             "slink": tarfile.SYMTYPE, "pipe": tarfile.FIFOTYPE}
    paths = list(tree)
    rnd.shuffle(paths)
    done = {}
    with tarfile.open("tree.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        for path in paths:
            e = tree[path]
            t = tarfile.TarInfo(os.fsdecode(path))
            t.mode, t.uid, t.gid = e.mode, e.uid, e.gid
            t.mtime = rnd.randint(0, 2 ** 31)
            if id(e) in done:
                t.type, t.linkname = tarfile.LNKTYPE, done[id(e)]
            elif e.kind == "nod":
                t.type = tarfile.BLKTYPE if e.dev[0] == "b" else \
                    tarfile.CHRTYPE
                t.devmajor, t.devminor = e.dev[1:]
            else:
                t.type, t.linkname = kinds[e.kind], os.fsdecode(e.target)
                t.size = len(e.data)
            if e.kind == "file":
                done.setdefault(id(e), t.name)
            tar.addfile(t, io.BytesIO(e.data))


def line(*words):
    return b" ".join(w if isinstance(w, bytes) else str(w).encode()
                     for w in words) + b"\n"


def list_file(number, e, prefix):
    where = f"data/{number}"
    with open(where, "wb") as f:
        f.write(e.data)
    names = [prefix + n for n in sorted(e.names)]
    return line("file", names[0], where, "%o" % e.mode, e.uid, e.gid,
                *names[1:])


def write_list(rnd, tree):
    os.makedirs("data")
    rows = []
    for i, (path, data) in enumerate([
            (b"cmd", b"/bin/app\n"),
            (b"env", b"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                     b"/usr/bin:/sbin:/bin\nHOME=/\n"),
            (b"process", b"veraclave-process/1\0arg=/bin/app\0"
                         b"env=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                         b"/usr/bin:/sbin:/bin\0env=HOME=/\0cwd=/\0uid=0\0"
                         b"gid=0\0group=0\0")]):
        e = Entry("file", rnd)
        e.mode, e.uid, e.gid, e.data, e.names = 0o644, 0, 0, data, [path]
        rows.append(list_file(f"own{i}", e, b""))
    rows.append(line("dir", b"rootfs", "755", 0, 0))
    for path, mode in MOUNTS:
        e = Entry("dir", rnd)
        e.mode, e.uid, e.gid = mode, 0, 0
        tree[path] = e
    for i, path in enumerate(sorted(tree)):
        e = tree[path]
        full, mode = b"rootfs/" + path, "%o" % e.mode
        if e.kind == "file":
            if path == max(e.names):
                rows.append(list_file(i, e, b"rootfs/"))
        elif e.kind == "slink":
            rows.append(line("slink", full, e.target, mode, e.uid, e.gid))
        elif e.kind == "nod":
            rows.append(line("nod", full, mode, e.uid, e.gid, *e.dev))
        else:
            rows.append(line(e.kind, full, mode, e.uid, e.gid))
    with open("list", "wb") as f:
        f.writelines(rows)
    with open("devices", "wb") as f:
        f.writelines(p + b"\n" for p in sorted(tree)
                     if tree[p].kind == "nod")


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    rnd = random.Random(seed)
    tree = make(rnd, count, sys.argv[3:] == ["plain"])
    write_tar(rnd, tree)
    write_list(rnd, tree)


main()
