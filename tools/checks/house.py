"""What the checks share: the files of a tree, C source seen as tokens, and
one way to report. A check is a program beside this file that calls main()
with a function from a tree to findings; it exits 1 when there are any."""
import argparse
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
CODE = ("src", "enclave", "include")


class Tree:
    """A repository, or a small tree made by a test."""

    def __init__(self, root, every=False):
        self.root = Path(root).resolve()
        self.every = every  # forget what earlier runs have found good
        self._files = None
        self._text = {}

    def files(self):
        """Tracked and new files, without ignored ones, sorted."""
        if self._files is None:
            self._files = sorted(self._git() or self._walk())
        return self._files

    def _git(self):
        if not (self.root / ".git").exists():
            return None
        out = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o",
             "--exclude-standard"],
            cwd=self.root, stdout=subprocess.PIPE, check=False)
        if out.returncode != 0:
            return None
        names = {n for n in out.stdout.decode().split("\0") if n}
        return [n for n in names if (self.root / n).is_file()
                and not (self.root / n).is_symlink()]

    def _walk(self):
        return [str(p.relative_to(self.root)) for p in self.root.rglob("*")
                if p.is_file() and not p.is_symlink()
                and not p.relative_to(self.root).parts[0].startswith("build")]

    def code(self, *suffixes):
        """C files below src/, enclave/ and include/."""
        suffixes = suffixes or (".c", ".h")
        return [f for f in self.files() if f.split("/")[0] in CODE
                and f.endswith(suffixes) and "/testdata/" not in f]

    def text(self, name):
        if name not in self._text:
            self._text[name] = (self.root / name).read_text(errors="replace")
        return self._text[name]


def folder_of(name):
    """The folder that floors are about: base, codec, enclave..."""
    parts = name.split("/")
    return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]


def is_test(name):
    """Tests, fuzz targets, their kits, and programs that print what a parser
    read for comparison with another: not part of a library."""
    return name.endswith(("_test.c", "_fuzz.c", "/test_main.c",
                          "/fuzz_main.c", "base/test.h", "_dump.c",
                          "_kit.c", "_kit.h"))


_SKIP = re.compile(
    r'^[ \t]*#[ \t]*include[^\n]*|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    re.S | re.M)


def bare(text):
    """C source with comments and the insides of literals blanked; lines and
    columns stay where they are."""
    def blank(m):
        s = m.group()
        if s.lstrip()[0] == "#":
            return s  # the name in #include "x" is not a literal
        if s[0] == "/":
            return re.sub(r"[^\n]", " ", s)
        return s[0] + " " * (len(s) - 2) + s[-1]

    return _SKIP.sub(blank, text)


def includes(text):
    """(line, spelling with its quotes) of each #include."""
    for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+(<[^>]+>|"[^"]+")', text,
                         re.M):
        yield text.count("\n", 0, m.start()) + 1, m.group(1)


def target(name, what):
    """The file that #include "what" in the file `name` means."""
    path = what.strip('"')
    if path.startswith("veraclave/"):
        return f"include/{path}"
    return f"src/{path}" if "/" in path else str(Path(name).with_name(path))


def table(path):
    """Rows of a text table: words, with # comments and empty lines left out;
    a line that begins with white space goes on with the row before."""
    rows = []
    for line in Path(path).read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if line[0].isspace() and rows:
            rows[-1] += words
        else:
            rows.append(words)
    return rows


def main(doc, find):
    a = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--root", default=TOP, help="tree to look at")
    a.add_argument("--all", action="store_true",
                   help="look again at what an earlier run found good")
    o = a.parse_args()
    found = list(find(Tree(o.root, o.all)))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
