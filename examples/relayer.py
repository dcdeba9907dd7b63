#!/usr/bin/env python3
"""Turns a root file system tar into an OCI image layout that holds the same
tree, put together differently.

  relayer.py [--seed N] [--layers N] [--change NAME] TAR DIRECTORY

The seed decides the order of entries, the times of files, which layer has
which file, which files are written once more by a later layer, and what is
made in one layer and taken away by the next. Another seed is another image
with the same files. --change turns over one bit of the last byte of one file.
Nothing but Python is needed.
"""
import argparse
import gzip
import hashlib
import io
import json
import random
import sys
import tarfile
from pathlib import Path


def name_of(member):
    """The path without "./" in front and "/" behind; "" is the root."""
    return member.name.removeprefix("./").removeprefix(".").strip("/")


class Layer:
    """A layer being written, with the directories that it needs."""

    def __init__(self, source, members, seed, change):
        self.source, self.members = source, members
        self.change = change
        self.random = random.Random(seed)
        self.bytes = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.bytes, mode="w",
                                format=self.random.choice(
                                    [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
        self.seen = set()

    def add(self, name, data=None):
        for parent in reversed([str(p) for p in Path(name).parents][:-1]):
            if parent in self.members and parent not in self.seen:
                self.put(self.members[parent])
        self.put(self.members[name], data)

    def put(self, member, data=None):
        name = name_of(member)
        self.seen.add(name)
        new = tarfile.TarInfo(name)
        new.type, new.linkname = member.type, member.linkname
        new.mode, new.uid, new.gid = member.mode, member.uid, member.gid
        new.devmajor, new.devminor = member.devmajor, member.devminor
        new.mtime = self.random.randrange(2_000_000_000)
        new.pax_headers = {k: v for k, v in member.pax_headers.items()
                           if k.startswith("SCHILY.xattr.")}
        if member.islnk():
            new.linkname = member.linkname.removeprefix("./")
        if not member.isreg():
            self.tar.addfile(new)
            return
        if data is None:
            data = self.source.extractfile(member).read()
            if name == self.change:
                data = data[:-1] + bytes([data[-1] ^ 1])
        new.size = len(data)
        self.tar.addfile(new, io.BytesIO(data))

    def whiteout(self, name):
        self.tar.addfile(tarfile.TarInfo(
            str(Path(name).parent / (".wh." + Path(name).name))))

    def finish(self):
        self.tar.close()
        return self.bytes.getvalue()


def plan(members, count, r):
    """Lists of names, a layer each. A hard link comes after its target."""
    names = [n for n in members if n]
    r.shuffle(names)
    lists = [[] for _ in range(count)]
    for n in names:
        if not members[n].islnk():
            r.choice(lists).append(n)
    lists[-1] += [n for n in names if members[n].islnk()]
    return lists


def layers(source, count, seed, change):
    r = random.Random(seed)
    members = {name_of(m): m for m in source.getmembers()}
    if change and change not in members:
        raise SystemExit(f"relayer: there is no {change}")
    files = [n for n, m in members.items() if m.isreg() and m.size < 65536]
    lists = plan(members, count, r)
    leftover = None
    for i, names in enumerate(lists):
        layer = Layer(source, members, seed * 1000 + i, change)
        if leftover:
            layer.whiteout(leftover)
        # written again by a later layer, so what is here does not count
        for n in r.sample(files, min(20, len(files))):
            if any(n in later for later in lists[i + 1:]):
                layer.add(n, b"an older version of this file\n")
        for n in names:
            layer.add(n)
        leftover = f"made-in-layer-{i}"
        if i + 1 < count:
            made = tarfile.TarInfo(leftover)
            layer.tar.addfile(made)
        yield layer.finish()


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--layers", type=int, default=2)
    p.add_argument("--change", metavar="NAME")
    p.add_argument("tar")
    p.add_argument("directory")
    o = p.parse_args()
    root = Path(o.directory)
    blobs = root / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data, kind):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": "application/vnd.oci.image." + kind,
                "digest": "sha256:" + digest, "size": len(data)}

    parts, diffs = [], []
    with tarfile.open(o.tar) as source:
        for i, data in enumerate(layers(source, o.layers, o.seed,
                                            o.change)):
            diffs.append("sha256:" + hashlib.sha256(data).hexdigest())
            if i % 2:
                parts.append(blob(data, "layer.v1.tar"))
            else:
                parts.append(blob(gzip.compress(data, 1, mtime=o.seed),
                                  "layer.v1.tar+gzip"))
            print(f"  layer {i + 1}: {len(data) >> 20} MiB")
    config = {"architecture": "amd64", "os": "linux", "config": {},
              "rootfs": {"type": "layers", "diff_ids": diffs}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(json.dumps(config).encode(), "config.v1+json"),
        "layers": parts}
    index = {"schemaVersion": 2, "manifests": [
        blob(json.dumps(manifest).encode(), "manifest.v1+json")]}
    (root / "index.json").write_text(json.dumps(index))
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
