#!/usr/bin/env python3
"""A second opinion on signed enclave images, from the format's description.

  eif_peer.py make FILE [BYTES]   an unsigned image whose ramdisk has BYTES
  eif_peer.py check FILE CERT     structure, checksum and signature; prints PCRs
  eif_peer.py unsigned FILE       structure and checksum; prints PCRs
  eif_peer.py raw DER SIZE        a DER signature as r and s of SIZE bytes each
  eif_peer.py signature FILE      the raw signature in an image, on stdout
  eif_peer.py rss MAX CMD...      runs it; fails when it took over MAX KiB

Needs nothing but python3 and openssl.
"""
import hashlib
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import zlib

KERNEL, CMDLINE, RAMDISK, SIGNATURE, METADATA = 1, 2, 3, 4, 5
HEADER = 548
DIGESTS = {-7: ("sha256", 32), -35: ("sha384", 48), -36: ("sha512", 66)}


def make(path, size):
    meta = {"ImageName": "peer", "ImageVersion": "1", "BuildMetadata": {
        "BuildTime": "1970-01-01T00:00:00+00:00", "BuildTool": "peer",
        "BuildToolVersion": "1", "OperatingSystem": "Linux",
        "KernelVersion": "6"}, "DockerInfo": None, "CustomMetadata": None}
    parts = [(KERNEL, b"kernel" * 100), (CMDLINE, b"console=ttyS0"),
             (METADATA, json.dumps(meta, separators=(",", ":")).encode()),
             (RAMDISK, b"first" * 50), (RAMDISK, None)]
    offsets, sizes, at = [], [], HEADER
    for kind, data in parts:
        n = size if data is None else len(data)
        offsets.append(at)
        sizes.append(n)
        at += 12 + n
    pad = [0] * (32 - len(parts))
    head = struct.pack(">4sHHQQHH32Q32QI", b".eif", 4, 0, 1 << 30, 2, 0,
                       len(parts), *offsets, *pad, *sizes, *pad, 0)
    crc = zlib.crc32(head)
    block = bytes(range(256)) * 4096
    with open(path, "wb") as f:
        f.write(head + bytes(4))
        for (kind, data), n in zip(parts, sizes):
            h = struct.pack(">HHQ", kind, 0, n)
            f.write(h)
            crc = zlib.crc32(h, crc)
            while n:
                piece = (block if data is None else data)[:n]
                f.write(piece)
                crc = zlib.crc32(piece, crc)
                n -= len(piece)
        f.seek(544)
        f.write(struct.pack(">I", crc))


def read(path):
    """Sections by the table, which must be what walking the file finds."""
    with open(path, "rb") as f:
        data = f.read()
    head = struct.unpack(">4sHHQQHH32Q32QII", data[:HEADER])
    count, offsets, sizes = head[6], head[7:39], head[39:71]
    assert head[0] == b".eif" and head[1] == 4
    assert not any(offsets[count:]) and not any(sizes[count:])
    sections, at, crc = [], HEADER, zlib.crc32(data[:544])
    for i in range(count):
        kind, flags, n = struct.unpack(">HHQ", data[at:at + 12])
        assert (at, n, flags) == (offsets[i], sizes[i], 0), i
        sections.append((kind, data[at + 12:at + 12 + n]))
        assert len(sections[-1][1]) == n
        crc = zlib.crc32(data[at:at + 12 + n], crc)
        at += 12 + n
    assert at == len(data), "trailing bytes"
    assert crc == head[72], "checksum"
    return sections


def extend(value):
    return hashlib.sha384(bytes(48) + value).hexdigest()


def pcrs(sections):
    boot = b"".join(d for k, d in sections if k in (KERNEL, CMDLINE))
    disks = [d for k, d in sections if k == RAMDISK]
    measure = lambda b: extend(hashlib.sha384(b).digest())
    return {"PCR0": measure(boot + b"".join(disks)),
            "PCR1": measure(boot + disks[0]),
            "PCR2": measure(b"".join(disks[1:]))}


def cbor(data, at):
    """One item; arrays and maps as lists and dicts."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    n = info
    if info > 23:
        size = 1 << (info - 24)
        n = int.from_bytes(data[at:at + size], "big")
        at += size
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    if major in (2, 3):
        return (data[at:at + n] if major == 2
                else data[at:at + n].decode()), at + n
    if major == 4:
        out = []
        for _ in range(n):
            item, at = cbor(data, at)
            out.append(item)
        return out, at
    assert major == 5
    pairs = {}
    for _ in range(n):
        key, at = cbor(data, at)
        pairs[key], at = cbor(data, at)
    return pairs, at


def whole(data):
    value, at = cbor(data, 0)
    assert at == len(data)
    return value


def bstr(data):
    n = len(data)
    return (bytes([0x40 + n]) if n < 24 else bytes([0x58, n]) if n < 256
            else b"\x59" + struct.pack(">H", n)) + data


def number(data):
    data = data.lstrip(b"\0") or b"\0"
    data = b"\0" + data if data[0] & 128 else data
    return b"\x02" + bytes([len(data)]) + data


def der(raw):
    half = len(raw) // 2
    body = number(raw[:half]) + number(raw[half:])
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return b"\x30" + size + body


def cose_of(sections):
    assert sections[-1][0] == SIGNATURE, "the signature is not the last"
    assert [k for k, _ in sections].count(SIGNATURE) == 1
    entries = whole(sections[-1][1])
    assert len(entries) == 1
    assert list(entries[0]) == ["signing_certificate", "signature"]
    cose = whole(bytes(entries[0]["signature"]))
    assert len(cose) == 4 and cose[1] == {}
    return bytes(entries[0]["signing_certificate"]), cose


def openssl(*args, **kw):
    return subprocess.run(["openssl", *args], check=True,
                          stdout=subprocess.PIPE, **kw).stdout


def check(path, cert):
    sections = read(path)
    values = pcrs(sections)
    pem, cose = cose_of(sections)
    with open(cert, "rb") as f:
        der_of_cert = openssl("x509", "-outform", "der", input=f.read())
    assert openssl("x509", "-outform", "der", input=pem) == der_of_cert
    assert pem.startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert pem.endswith(b"-----END CERTIFICATE-----\n")
    header, _, payload, signature = cose
    (label, alg), = whole(header).items()
    assert label == 1
    name, half = DIGESTS[alg]
    assert len(signature) == 2 * half
    assert whole(payload) == {"register_index": 0, "register_value":
                              list(bytes.fromhex(values["PCR0"]))}
    signed = b"\x84\x6aSignature1" + bstr(header) + b"\x40" + bstr(payload)
    with tempfile.TemporaryDirectory() as d:
        for n, data in (("key", openssl("x509", "-pubkey", "-noout",
                                        input=pem)),
                        ("sig", der(signature)), ("tbs", signed)):
            with open(os.path.join(d, n), "wb") as f:
                f.write(data)
        openssl("dgst", "-" + name, "-verify", d + "/key",
                "-signature", d + "/sig", d + "/tbs")
    values["PCR8"] = extend(hashlib.sha384(der_of_cert).digest())
    return values


def raw(path, half):
    with open(path, "rb") as f:
        data = f.read()
    at = 2 + (data[1] & 127 if data[1] & 128 else 0)
    for _ in range(2):
        assert data[at] == 2
        n = data[at + 1]
        value = int.from_bytes(data[at + 2:at + 2 + n], "big")
        sys.stdout.buffer.write(value.to_bytes(half, "big"))
        at += 2 + n


def main(verb, *args):
    if verb == "make":
        make(args[0], int(args[1]) if len(args) > 1 else 1000)
    elif verb == "check":
        print(json.dumps(check(*args)))
    elif verb == "unsigned":
        print(json.dumps(pcrs(read(args[0]))))
    elif verb == "raw":
        raw(args[0], int(args[1]))
    elif verb == "signature":
        sys.stdout.buffer.write(cose_of(read(args[0]))[1][3])
    elif verb == "rss":
        subprocess.run(args[1:], check=True, stdout=subprocess.DEVNULL)
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"{most} KiB")
        sys.exit(most > int(args[0]))
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
