#!/usr/bin/env python3
"""build: from a file-system tar of 1 GiB at most 1.2 times copying it plus
one SHA-384 pass over it; at most 64 MiB of memory, and the same at 4 GiB.
"""
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import bench

TOP = Path(__file__).resolve().parents[2]
VERACLAVE = os.environ.get("VERACLAVE", str(TOP / "build" / "veraclave"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def make(path, mib):
    bench.run(sys.executable, str(TOP / "tests/trees.py"), "big", path,
              str(mib))


def main():
    figures = bench.Figures()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as tmp:
        os.chdir(tmp)
        bench.run(sys.executable, str(TOP / "tests/trees.py"), "boot", "boot")

        def build(tar, eif):
            return bench.run(VERACLAVE, "build", "--quiet", "--from", tar,
                             "--boot-dir", "boot", "--entrypoint", "/x",
                             "--allow-missing-command",
                             "-o", eif)

        make("1g.tar", 1024)
        pairs = bench.Pairs(
            ROUNDS, lambda: build("1g.tar", "1g.eif"),
            lambda: bench.shell(
                "cp 1g.tar copy && openssl dgst -sha384 1g.tar"))
        figures.pairs("build, 1 GiB", pairs, 1.2, "cp and sha384")
        figures.memory("build, 1 GiB, memory", pairs.memory, 64)
        for name in ("copy", "1g.tar", "1g.eif"):
            os.remove(name)

        make("4g.tar", 4096)
        figures.memory("build, 4 GiB, memory",
                       build("4g.tar", "4g.eif").memory, 64)
    return figures.status


if __name__ == "__main__":
    sys.exit(main())
