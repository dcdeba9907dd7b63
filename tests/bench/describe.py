"""describe against one pass of "openssl dgst -sha384" over the same file.

For each size a file like an enclave image is made (kernel 8 MiB, first ramdisk
1 MiB, second ramdisk of that size); both programs read it in turn from the
page cache. The ratio of processor seconds, which is printed beside it, stays
near 2 whatever else the machine does; two threads share that work.
"""
import os
import struct
import sys
import tempfile
import zlib

from bench import MIB, Figures, Pairs, run

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PROGRAM = os.environ.get("VERACLAVE", "build/veraclave")
RATIO_MAX = 1.15
RSS_MAX_MIB = 64


def make_image(path, mib):
    """Random blocks in a well formed image, without holding it in memory."""
    kernel, boot, block = (os.urandom(n * MIB) for n in (8, 1, 1))
    parts = [(1, [kernel]), (2, [b"console=ttyS0"]), (3, [boot]),
             (3, [block] * mib)]
    at, offsets, sizes = 548, [], []
    for _, data in parts:
        size = sum(map(len, data))
        offsets.append(at)
        sizes.append(size)
        at += 12 + size
    spare = [0] * (32 - len(parts))
    head = b".eif" + struct.pack(">HHQQHH", 4, 0, 1 << 30, 2, 0, len(parts))
    head += struct.pack(">32Q", *(offsets + spare))
    head += struct.pack(">32Q", *(sizes + spare)) + b"\0" * 4
    crc = zlib.crc32(head)
    with open(path, "wb") as f:
        f.write(head + b"\0" * 4)
        for (kind, data), size in zip(parts, sizes):
            for piece in [struct.pack(">HHQ", kind, 0, size)] + data:
                f.write(piece)
                crc = zlib.crc32(piece, crc)
        f.seek(544)
        f.write(struct.pack(">I", crc))


def one_size(figures, path, mib):
    describe = [PROGRAM, "describe", "-q", path]
    openssl = ["openssl", "dgst", "-sha384", path]
    run(*openssl)  # into the page cache
    if mib == 1024:
        pairs = Pairs(ROUNDS, lambda: run(*describe), lambda: run(*openssl))
        figures.pairs(f"describe, {mib} MiB", pairs, RATIO_MAX,
                      "openssl dgst -sha384")
        memory = pairs.memory
    else:
        memory = run(*describe).memory
    figures.memory(f"describe, {mib} MiB, peak memory", memory, RSS_MAX_MIB)


def main():
    figures = Figures()
    for mib in (1024, 4096):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR",
                                                            "/var/tmp")) as d:
            path = os.path.join(d, "image.eif")
            make_image(path, mib)
            one_size(figures, path, mib)
    return figures.status


if __name__ == "__main__":
    sys.exit(main())
