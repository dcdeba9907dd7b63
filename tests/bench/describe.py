"""describe against one pass of "openssl dgst -sha384" over the same file.

For each size a file like an enclave image is made (kernel 8 MiB, first ramdisk
1 MiB, second ramdisk of that size); both programs read it in turn from the
page cache. On a machine with other work the ratio of seconds says little;
then the ratio of processor seconds, which is printed beside it, says more: it
stays near 2, and two threads share it.
"""
import os
import resource
import struct
import sys
import tempfile
import zlib

from bench import MIB, Figures, rounds, run

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


def processor(*command):
    """Processor seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime -
            before.ru_utime - before.ru_stime)


def one_size(figures, path, mib):
    describe = [PROGRAM, "describe", "-q", path]
    openssl = ["openssl", "dgst", "-sha384", path]
    run(*openssl)  # into the page cache
    ours, peer, memory = rounds(ROUNDS, lambda: run(*describe),
                                lambda: run(*openssl))
    if mib == 1024:
        figures.ratio(f"describe, {mib} MiB", ours, peer, RATIO_MAX,
                      "openssl dgst -sha384")
    figures.memory(f"describe, {mib} MiB, peak memory", memory, RSS_MAX_MIB)
    a, b = processor(*describe), processor(*openssl)
    print(f"     processor {a:.2f} s to {b:.2f} s, ratio {a / b:.2f}; "
          f"load {os.getloadavg()[0]:.1f} on "
          f"{len(os.sched_getaffinity(0))} processors")


def main():
    figures = Figures()
    for mib in (1024, 4096):
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR",
                                                            "/var/tmp")) as d:
            path = os.path.join(d, "image.eif")
            make_image(path, mib)
            one_size(figures, path, mib)
    return 1 if figures.over else 0


if __name__ == "__main__":
    sys.exit(main())
