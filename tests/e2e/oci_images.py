#!/usr/bin/env python3
"""Makes container images for tests, in every dress they come in.

  oci_images.py layers DIR N         an OCI layout of N layers that add, change
                                     and take away files
  oci_images.py flat DIR N           what is left of those, in one layer
  oci_images.py scratch DIR          one file, no shell, no directory
  oci_images.py empty DIR            no layer at all
  oci_images.py platforms DIR        amd64/v3, amd64, arm64 and an attestation
  oci_images.py dress SRC DST KIND   the layers of SRC as none, gzip, members
                                     (several gzip members), zstd or xz
  oci_images.py names SRC DST NAME...  SRC under several names
  oci_images.py two SRC1 SRC2 DST    two images, named one and two
  oci_images.py tar SRC FILE         the layout as an archive
  oci_images.py old-docker SRC FILE  docker save before 25: layers that are
                                     there twice are symbolic links
  oci_images.py new-docker SRC FILE  docker save since 25: both in one tar
  oci_images.py rc-docker SRC FILE WHAT  the same as docker 25.0 and its
                                     candidates wrote it: layers (the layout
                                     has none), sizes (wrong ones), null (an
                                     index of nothing)
  oci_images.py dotted SRC FILE      old-docker with ./ before each name
  oci_images.py beside SRC DST       the image, and entries about it: of no
                                     platform, of another media type
  oci_images.py cosign SRC DST       what cosign save writes
  oci_images.py links SRC DST HOW    blobs as links: inside, absolute, outside,
                                     loop, nothing
  oci_images.py break SRC DST WHAT   layer, size, config, manifest, diff-id,
                                     foreign, schema1 or artifact
"""
import gzip
import hashlib
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

OCI = "application/vnd.oci.image."
CONFIG = {"Entrypoint": ["/bin/app"], "Env": ["PATH=/bin", "A=b c"],
          "WorkingDir": "/srv"}


def sha(data):
    return hashlib.sha256(data).hexdigest()


class Layout:
    def __init__(self, path, make=True):
        self.root = Path(path)
        self.blobs = self.root / "blobs" / "sha256"
        if make:
            self.blobs.mkdir(parents=True)
            (self.root / "oci-layout").write_text(
                '{"imageLayoutVersion":"1.0.0"}')

    def put(self, data, media, **more):
        (self.blobs / sha(data)).write_bytes(data)
        return {"mediaType": OCI + media, "digest": "sha256:" + sha(data),
                "size": len(data), **more}

    def doc(self, value, media, **more):
        return self.put(json.dumps(value).encode(), media, **more)

    def get(self, desc):
        return (self.blobs / desc["digest"].split(":")[1]).read_bytes()

    def index(self, entries):
        (self.root / "index.json").write_text(json.dumps(
            {"schemaVersion": 2, "manifests": entries}))

    def entries(self):
        return json.loads((self.root / "index.json").read_text())["manifests"]

    def image(self, layers, diffs=None, arch="amd64", **more):
        """Layers are tars, or descriptors when diffs are given."""
        if diffs is None:
            diffs = ["sha256:" + sha(t) for t in layers]
            layers = [self.put(t, "layer.v1.tar") for t in layers]
        config = {"architecture": arch, "os": "linux", "config": CONFIG,
                  "rootfs": {"type": "layers", "diff_ids": diffs}}
        manifest = {"schemaVersion": 2,
                    "mediaType": OCI + "manifest.v1+json",
                    "config": self.doc(config, "config.v1+json"),
                    "layers": layers}
        return self.doc(manifest, "manifest.v1+json", **more)

    def open(self):
        """Manifest and configuration of the first image."""
        manifest = json.loads(self.get(self.entries()[0]))
        return manifest, json.loads(self.get(manifest["config"]))


def tar_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
        for name in sorted(files):
            body = files[name]
            info = tarfile.TarInfo(name)
            info.mode = 0o755
            if body is None:
                info.type = tarfile.DIRTYPE
                t.addfile(info)
                continue
            info.size = len(body)
            t.addfile(info, io.BytesIO(body))
    return out.getvalue()


def history(n):
    """n layers, and the files that are left of them."""
    left = {"bin": None, "bin/app": b"#!/bin/sh\n", "srv": None}
    layers = [dict(left)]
    for i in range(1, n):
        layer = {f"srv/dir{i}": None, f"srv/dir{i}/new": b"n%d" % i,
                 f"srv/dir{i}/stays": b"s%d" % i, "srv/counter": b"%d" % i}
        left.update(layer)
        if i > 1:
            layer[f"srv/dir{i - 1}/.wh.new"] = b""
            del left[f"srv/dir{i - 1}/new"]
        if i > 4 and i % 5 == 0:
            layer[f".wh.srv/dir{i - 3}".replace(".wh.srv/", "srv/.wh.")] = b""
            for name in [k for k in left if k == f"srv/dir{i - 3}"
                         or k.startswith(f"srv/dir{i - 3}/")]:
                del left[name]
        if i > 6 and i % 7 == 0:
            hidden = f"srv/dir{i - 1}"
            layer[hidden] = None
            layer[hidden + "/.wh..wh..opq"] = b""
            layer[hidden + "/only"] = b"this"
            layer.pop(hidden + "/.wh.new", None)
            for name in [k for k in left if k.startswith(hidden + "/")]:
                del left[name]
            left[hidden + "/only"] = b"this"
        layers.append(layer)
    return layers, left


def squeeze(data, kind):
    if kind == "gzip":
        return gzip.compress(data, mtime=1), "+gzip"
    if kind == "members":
        half = len(data) // 2
        return gzip.compress(data[:half]) + gzip.compress(data[half:]), "+gzip"
    if kind == "zstd":
        return subprocess.run(["zstd", "-q"], input=data, check=True,
                              stdout=subprocess.PIPE).stdout, "+zstd"
    if kind == "xz":
        return lzma.compress(data), "+xz"
    return data, ""


def dress(src, dst, kind):
    src, dst = Layout(src, False), Layout(dst)
    manifest, config = src.open()
    layers = []
    for d in manifest["layers"]:
        data, tail = squeeze(src.get(d), kind)
        layers.append(dst.put(data, "layer.v1.tar" + tail))
    dst.index([dst.image(layers, config["rootfs"]["diff_ids"])])


def platforms(path):
    lay = Layout(path)
    rows = [("amd64", "v3", b"three"), ("amd64", None, b"one"),
            ("arm64", "v8", b"arm")]
    entries = []
    for arch, variant, body in rows:
        p = {"os": "linux", "architecture": arch}
        if variant:
            p["variant"] = variant
        entries.append(lay.image([tar_of({"what": body})], arch=arch,
                                 platform=p))
    entries.insert(1, lay.image(
        [], platform={"os": "unknown", "architecture": "unknown"},
        annotations={"vnd.docker.reference.type": "attestation-manifest"}))
    top = lay.doc({"schemaVersion": 2, "mediaType": OCI + "index.v1+json",
                   "manifests": entries}, "index.v1+json")
    lay.index([top])


def add_bytes(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def old_docker(src, path, dot=""):
    src = Layout(src, False)
    manifest, _ = src.open()
    config = src.get(manifest["config"])
    name = sha(config) + ".json"
    seen, layers = {}, []
    with tarfile.open(path, "w") as tar:
        for i, d in enumerate(manifest["layers"]):
            member = f"{i:064x}/layer.tar"
            layers.append(member)
            if d["digest"] in seen:
                info = tarfile.TarInfo(member)
                info.type = tarfile.SYMTYPE
                info.linkname = "../" + seen[d["digest"]]
                tar.addfile(info)
                continue
            seen[d["digest"]] = member
            add_bytes(tar, member, src.get(d))
        add_bytes(tar, name, config)
        add_bytes(tar, "manifest.json", json.dumps(
            [{"Config": dot + name, "RepoTags": ["app:1"],
              "Layers": [dot + x for x in layers]}]).encode())


def new_docker(src, path):
    lay = Layout(src, False)
    manifest, _ = lay.open()

    def place(d):
        return "blobs/sha256/" + d["digest"].split(":")[1]

    with tarfile.open(path, "w") as tar:
        tar.add(src, arcname=".")
        add_bytes(tar, "manifest.json", json.dumps(
            [{"Config": place(manifest["config"]), "RepoTags": ["app:1"],
              "Layers": [place(d) for d in manifest["layers"]]}]).encode())


def rc_docker(src, path, what):
    hollow = path + ".d"
    shutil.copytree(src, hollow)
    lay = Layout(hollow, False)
    manifest, _ = lay.open()
    if what == "layers":
        manifest["layers"] = []
    for d in manifest["layers"]:
        d["size"] += 1
    lay.index([lay.doc(manifest, "manifest.v1+json")])
    if what == "null":
        lay.index(None)
    manifest, _ = Layout(src, False).open()
    with tarfile.open(path, "w") as tar:
        tar.add(hollow, arcname=".")
        add_bytes(tar, "manifest.json", json.dumps(
            [{"Config": "blobs/sha256/" + manifest["config"]["digest"][7:],
              "RepoTags": ["app:1"],
              "Layers": ["blobs/sha256/" + d["digest"][7:]
                         for d in manifest["layers"]]}]).encode())


def beside(src, dst):
    shutil.copytree(src, dst)
    lay = Layout(dst, False)
    image = named(lay.entries()[0], "latest")
    other = lay.image([tar_of({"other": b"1"})], platform={
        "os": "unknown", "architecture": "unknown"})
    lay.index([other, image, {**lay.put(b"{}", "manifest.v1+json"),
                              "mediaType": "application/vnd.example+json"}])


def cosign(src, dst):
    shutil.copytree(src, dst)
    lay = Layout(dst, False)
    kind = "dev.cosignproject.cosign/"
    layer = {**lay.put(b"{}", ""), "mediaType":
             "application/vnd.dev.cosign.simplesigning.v1+json"}
    sigs = lay.image([layer], [], annotations={"kind": kind + "sigs"})
    lay.index([{**lay.entries()[0], "annotations": {"kind": kind + "image"}},
               sigs])


def links(src, dst, how):
    shutil.copytree(src, dst)
    lay = Layout(dst, False)
    layers = [lay.blobs / d["digest"][7:] for d in lay.open()[0]["layers"]]
    (lay.root / "store").mkdir()
    for i, path in enumerate(layers):
        there = lay.root / "store" / str(i)
        path.rename(there)
        to = {"inside": f"../../store/{i}", "absolute": there.absolute(),
              "outside": f"../../../{dst}.away/{i}", "loop": path.name,
              "nothing": "../../store/none"}[how]
        path.symlink_to(to)
    if how == "outside":
        (lay.root / "store").rename(dst + ".away")


def damage(src, dst, what):
    shutil.copytree(src, dst)
    lay = Layout(dst, False)
    manifest, config = lay.open()
    top = manifest["layers"][-1]
    where = {"layer": top, "config": manifest["config"],
             "manifest": lay.entries()[0]}
    if what in where:
        path = lay.blobs / where[what]["digest"].split(":")[1]
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 1
        path.write_bytes(data)
        return
    if what == "size":
        top["size"] += 1
    elif what == "foreign":
        top["mediaType"] = OCI + "layer.nondistributable.v1.tar"
    elif what == "artifact":
        manifest["artifactType"] = "application/x-something"
    elif what == "schema1":
        manifest["schemaVersion"] = 1
    elif what == "diff-id":
        config["rootfs"]["diff_ids"][-1] = "sha256:" + "0" * 64
        manifest["config"] = lay.doc(config, "config.v1+json")
    else:
        sys.exit(f"unknown: {what}")
    lay.index([lay.doc(manifest, "manifest.v1+json")])


def named(entry, name):
    key = "org.opencontainers.image.ref.name"
    return {**entry, "annotations": {key: name}}


def main(what, a):
    if what == "layers":
        lay = Layout(a[0])
        lay.index([lay.image([tar_of(x) for x in history(int(a[1]))[0]])])
    elif what == "flat":
        lay = Layout(a[0])
        lay.index([lay.image([tar_of(history(int(a[1]))[1])])])
    elif what == "scratch":
        lay = Layout(a[0])
        lay.index([lay.image([tar_of({"app": b"\x7fELF..."})])])
    elif what == "empty":
        lay = Layout(a[0])
        lay.index([lay.image([])])
    elif what == "platforms":
        platforms(a[0])
    elif what == "dress":
        dress(*a)
    elif what == "names":
        shutil.copytree(a[0], a[1])
        lay = Layout(a[1], False)
        lay.index([named(lay.entries()[0], n) for n in a[2:]])
    elif what == "two":
        shutil.copytree(a[0], a[2])
        shutil.copytree(a[1], a[2], dirs_exist_ok=True)
        lay = Layout(a[2], False)
        lay.index([named(Layout(s, False).entries()[0], n)
                   for s, n in ((a[0], "one"), (a[1], "two"))])
    elif what == "tar":
        with tarfile.open(a[1], "w") as tar:
            tar.add(a[0], arcname=".")
    elif what == "old-docker":
        old_docker(*a)
    elif what == "dotted":
        old_docker(*a, dot="./")
    elif what == "rc-docker":
        rc_docker(*a)
    elif what == "beside":
        beside(*a)
    elif what == "cosign":
        cosign(*a)
    elif what == "links":
        links(*a)
    elif what == "new-docker":
        new_docker(*a)
    elif what == "break":
        damage(*a)
    else:
        sys.exit(__doc__)


main(sys.argv[1], sys.argv[2:])
