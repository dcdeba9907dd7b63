#!/usr/bin/env python3
"""Makes test inputs: small, deterministic, different only where asked.

  trees.py kernel FILE              an x86 kernel image's header; boots nothing
  trees.py boot DIR                 a boot directory with that kernel
  trees.py tar FILE [--order N] [--time T] [--format gnu|pax]
                                    the tree as a file-system tar
  trees.py layers DIR [--seed N] [--time T]
                                    the same tree as an OCI layout of several
                                    layers: other order, files written twice,
                                    files made and taken away again
  trees.py one DIR [--time T]       the same tree as a layout of one layer
  trees.py big FILE MIB             a tar of about that size

The tree is an application of 60 files with links, modes, owners and names
that sort differently in bytes, components and locales.
"""
import argparse
import gzip
import hashlib
import io
import json
import random
import struct
import tarfile
from pathlib import Path

CONFIG = {
    "Entrypoint": ["/app/server"],
    "Cmd": ["--port", "8080"],
    "Env": ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
    "WorkingDir": "/app",
    "User": "app",
}


def kernel():
    image = bytearray(4096)
    image[0x1FE:0x200] = b"\x55\xaa"
    image[0x202:0x206] = b"HdrS"
    version = b"6.12.0-test (nobody) #1\0"
    image[0x20E:0x210] = struct.pack("<H", 0x600)
    image[0x800 : 0x800 + len(version)] = version
    return bytes(image)


def init():
    """A program of 64 bits for x86_64, as far as its headers go."""
    head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1,
                       0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 142, 142, 4096)
    return head + load + b" veraclave-process/1\0"


def tree():
    """Name to (type, mode, owner, content or target)."""
    out = {
        "app": ("dir", 0o755, 1000, None),
        "app/server": ("file", 0o755, 1000, b"#!/bin/sh\nexec sleep 1\n"),
        "app/setuid": ("file", 0o4755, 0, b"x" * 5000),
        "app/again": ("link", 0o755, 1000, "app/server"),
        "app/current": ("symlink", 0o777, 0, "server"),
        "app/empty": ("file", 0o600, 1000, b""),
        "app/data": ("dir", 0o700, 1000, None),
        "etc": ("dir", 0o755, 0, None),
        "etc/passwd": (
            "file", 0o644, 0,
            b"root:x:0:0:root:/root:/bin/sh\n"
            b"app:x:1000:1000::/home/app:/bin/sh\n",
        ),
        "etc/group": ("file", 0o644, 0, b"root:x:0:\napp:x:1000:\n"),
        "tmp": ("dir", 0o1777, 0, None),
        "var": ("dir", 0o755, 0, None),
    }
    for name in ["a", "a b", "a-b", "a.b", "a/x", "B", "b", "\xe4", "z/y/x"]:
        out[f"app/data/{name}" if "/" not in name else f"var/{name}"] = (
            "file", 0o644, 0, name.encode() * 10)
    for i in range(40):
        body = hashlib.sha256(str(i).encode()).digest() * (i * 13)
        out[f"app/data/f{i:02}"] = ("file", 0o640, 1000, body)
    return out


def header(name, entry, time):
    kind, mode, owner, body = entry
    t = tarfile.TarInfo(name)
    t.mode, t.uid, t.gid, t.mtime = mode, owner, owner, time
    if kind == "file":
        t.size = len(body)
    elif kind == "dir":
        t.type = tarfile.DIRTYPE
    else:
        t.type = tarfile.LNKTYPE if kind == "link" else tarfile.SYMTYPE
        t.linkname = body
    return t


def add(tar, name, entry, time):
    body = entry[3] if entry[0] == "file" else b""
    tar.addfile(header(name, entry, time), io.BytesIO(body))


def shuffled(names, seed):
    """Another order in which a hard link still comes after its target."""
    names = sorted(names)
    if seed:
        random.Random(seed).shuffle(names)
    return sorted(names, key=lambda n: tree().get(n, [""])[0] == "link")


def pack(names, files, time, style=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=style) as tar:
        for n in names:
            add(tar, n, files[n], time)
    return out.getvalue()


def cut(files, seed):
    """The tree in three layers, with detours that leave no trace."""
    r = random.Random(seed)
    names = shuffled(files, seed)
    links = [n for n in names if files[n][0] == "link"]
    rest = [n for n in names if n not in links]
    first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    lower = {n: files[n] for n in first}
    for n in r.sample([n for n in first if files[n][0] == "file"], 5):
        lower[n] = ("file", 0o644, 0, b"an older version")
        second.append(n)
    lower["app/gone"] = ("file", 0o644, 0, b"taken away later")
    lower["old/deep/file"] = ("file", 0o644, 0, b"so is this")
    middle = {n: files[n] for n in second}
    middle["app/.wh.gone"] = ("file", 0o644, 0, b"")
    middle[".wh.old"] = ("file", 0o644, 0, b"")
    top = {n: files[n] for n in links}
    # directories of lower layers keep what the tree says
    for layer in (lower, middle, top):
        for n in list(layer):
            p = Path(n).parent
            while str(p) != "." and str(p) in files:
                layer.setdefault(str(p), files[str(p)])
                p = p.parent
    return [lower, middle, top]


def layout(directory, layers, time, seed, zipped):
    root = Path(directory)
    blobs = root / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data, media):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{media}",
                "digest": f"sha256:{digest}", "size": len(data)}

    descriptors, diffs = [], []
    for files in layers:
        data = pack(shuffled(files, seed), files, time)
        diffs.append("sha256:" + hashlib.sha256(data).hexdigest())
        if zipped:
            data = gzip.compress(data, mtime=time)
        descriptors.append(
            blob(data, "layer.v1.tar" + ("+gzip" if zipped else "")))
    config = {
        "architecture": "amd64", "os": "linux",
        "created": f"20{time % 90 + 10}-01-01T00:00:00Z", "config": CONFIG,
        "rootfs": {"type": "layers", "diff_ids": diffs},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(json.dumps(config).encode(), "config.v1+json"),
        "layers": descriptors,
    }
    index = {"schemaVersion": 2, "manifests": [
        blob(json.dumps(manifest).encode(), "manifest.v1+json")]}
    (root / "index.json").write_text(json.dumps(index))
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')


def big(path, mib):
    r = random.Random(1)
    sizes = []
    while sum(sizes) < mib << 20:
        sizes.append(min(r.choice([900, 9000, 90000, 900000, 16 << 20]),
                         (mib << 20) - sum(sizes) + 1))
    block = r.randbytes(1 << 20)
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for i, size in enumerate(sizes):
            body = struct.pack("<I", i) + block * (size // len(block) + 1)
            entry = ("file", 0o644, 0, body[:size])
            add(tar, f"srv/{i % 97:02}/file{i:06}", entry, 1700000000 + i)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what")
    p.add_argument("path")
    p.add_argument("mib", nargs="?", type=int)
    p.add_argument("--order", type=int, default=0)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--time", type=int, default=1700000000)
    p.add_argument("--format", default="pax")
    o = p.parse_args()
    files = tree()
    if o.what == "kernel":
        Path(o.path).write_bytes(kernel())
    elif o.what == "boot":
        Path(o.path).mkdir()
        Path(o.path, "bzImage").write_bytes(kernel())
        Path(o.path, "cmdline").write_text("console=ttyS0 reboot=k")
        Path(o.path, "init").write_bytes(init())
    elif o.what == "tar":
        style = tarfile.GNU_FORMAT if o.format == "gnu" else tarfile.PAX_FORMAT
        Path(o.path).write_bytes(
            pack(shuffled(files, o.order), files, o.time, style))
    elif o.what == "one":
        layout(o.path, [files], o.time, 0, True)
    elif o.what == "layers":
        layout(o.path, cut(files, o.seed), o.time, o.seed, o.seed % 2)
    elif o.what == "big":
        big(o.path, o.mib)
    else:
        p.error(f"unknown: {o.what}")


main()
