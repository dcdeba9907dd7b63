#!/usr/bin/env python3
"""A client of /dev/nsm in Python that does the ioctl. client.py DOCUMENT"""
import ctypes
import fcntl
import os
import struct
import sys

NSM_RAW = 0xC0200A00


def head(major, n):
    """The first bytes of a CBOR item (RFC 8949, 3)."""
    if n < 24:
        return bytes([major << 5 | n])
    size = 1 if n < 256 else 2
    return bytes([major << 5 | (23 + size)]) + n.to_bytes(size, "big")


def encode(v):
    if v is None:
        return b"\xf6"
    if isinstance(v, int):
        return head(0, v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v)) + v.encode()
    return head(5, len(v)) + b"".join(
        encode(k) + encode(x) for k, x in v.items())


def ask(fd, request):
    data = encode(request)
    req = ctypes.create_string_buffer(data, len(data))
    res = ctypes.create_string_buffer(0x3000)
    raw = bytearray(struct.pack("QQQQ", ctypes.addressof(req), len(data),
                                ctypes.addressof(res), len(res)))
    fcntl.ioctl(fd, NSM_RAW, raw)
    return res.raw[:struct.unpack("QQQQ", raw)[3]]


def main():
    assert os.path.exists("/dev/nsm")
    fd = os.open("/dev/nsm", os.O_RDWR)
    assert ask(fd, "DescribeNSM").startswith(b"\xa1\x6bDescribeNSM\xa7")
    extend = {"ExtendPCR": {"index": 16, "data": b"abcd"}}
    assert ask(fd, extend).startswith(b"\xa1\x69ExtendPCR\xa1\x64data\x58\x30")
    assert ask(fd, {"LockPCR": {"index": 16}}) == b"\x67LockPCR"
    assert ask(fd, extend) == b"\xa1\x65Error\x6dReadOnlyIndex"
    got = ask(fd, {"Attestation": {"user_data": None, "nonce": b"nonce",
                                   "public_key": None}})
    front = b"\xa1\x6bAttestation\xa1\x68document\x59"
    assert got.startswith(front)
    document = got[len(front) + 2:]
    assert len(document) == int.from_bytes(got[len(front):len(front) + 2],
                                           "big")
    with open(sys.argv[1], "wb") as f:
        f.write(document)


main()
