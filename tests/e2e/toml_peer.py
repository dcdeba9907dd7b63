"""Compares the TOML reader with Python's tomllib.

  toml_peer.py DUMP COUNT

Makes COUNT documents from a fixed seed, about half of them broken in one or
two places, lets both readers read them, and exits 1 at the first ones on
which they differ.
"""
import datetime
import json
import math
import random
import subprocess
import sys
import tomllib
from pathlib import Path

R = random.Random(20)
KEYS = ["a", "b", "c", "d-1", "_", "2", '"q r"', "'lit'", '""', '"\\u00e9"',
        "\"a\"", "a . b", "b.c", "a.b.c", "c.'x'", "1.5"]
PIECES = ['"', "'", '"""', "'''", "\n", "\r\n", "=", ".", ",", "[", "]", "[[",
          "]]", "{", "}", "#", "\\", "_", "-", "+", "0", "e", " ", "\t", "é",
          "\x00", "\r", "a", "a = 1\n", "[a]\n", "[[a]]\n", "[a.b]\n",
          "a.b = 1\n", "\\\n", "\x7f", "1979-05-27", "T", "Z", ":"]


def number():
    return R.choice([
        "0", "-0", "+7", str(R.randrange(-2**63, 2**63)), "1_000", "0xff_0",
        "0o17", "0b1_0", "1.5", "-0.0", "1e3", "6.02E+23", "1_0.0_1e-0_2",
        "inf", "-inf", "nan", "+nan", "00", "1__0", "0x", "1.", ".1", "+0x1",
        str(R.random()), repr(R.uniform(-1e9, 1e9)), "100e-5", "1e400"])


def moment():
    d = f"{R.randrange(1, 2100):04}-{R.randrange(1, 13):02}" \
        f"-{R.randrange(1, 32):02}"
    t = f"{R.randrange(0, 25):02}:{R.randrange(0, 60):02}" \
        f":{R.randrange(0, 60):02}" + R.choice(["", ".5", ".123456", ".0"])
    z = R.choice(["", "Z", "z", "+01:30", "-08:00", "+23:59", "+24:00"])
    return R.choice([d, t, d + R.choice("Tt ") + t + z])


def text():
    inner = "".join(R.choice([
        "x", " ", "é", "\\t", "\\\"", "\\\\", "\\u00e9", "\\U0001F600", "\t",
        "#", "'", "[", "=", "\\x", "\\uD800", "☃"]) for _ in range(
            R.randrange(6)))
    lines = inner + R.choice(["", "\n", "\r\n", "\\\n  ", "\\  \n\n ", "\"",
                              "\"\""]) + inner
    plain = inner.replace("'", "")
    return R.choice([f'"{inner}"', f'"""{lines}"""', f"'{plain}'",
                     f"'''{lines}'''", f'"""\n{lines}"""', f"'''\n{inner}'''"])


def gap():
    return R.choice(["", "", " ", "\n", " # c\n", "\r\n", "\t"])


def value(depth=0):
    kind = R.randrange(9 if depth < 4 else 6)
    if kind < 2:
        return number()
    if kind < 4:
        return text()
    if kind == 4:
        return moment()
    if kind == 5:
        return R.choice(["true", "false", "True"] if R.random() < .05
                        else ["true", "false"])
    if kind < 8:
        items = [value(depth + 1) for _ in range(R.randrange(4))]
        end = R.choice(["", ","]) if items else ""
        return "[" + gap() + ("," + gap()).join(
            i + gap() for i in items) + end + gap() + "]"
    items = [f"{R.choice(KEYS)} = {value(depth + 1)}"
             for _ in range(R.randrange(3))]
    return "{" + ", ".join(items) + R.choice(["", " "]) + "}"


def document():
    lines = []
    for _ in range(R.randrange(1, 7)):
        kind = R.randrange(10)
        key = R.choice(KEYS)
        if kind < 5:
            lines.append(f"{key}{R.choice(['=', ' = '])}{value()}"
                         + R.choice(["", " # x", "  "]))
        elif kind < 8:
            lines.append(f"[{R.choice(['', ' '])}{key}]")
        elif kind < 9:
            lines.append(f"[[{key}]]")
        else:
            lines.append(R.choice(["", "# comment", "  "]))
    return R.choice(["\n", "\r\n"]).join(lines) + R.choice(["", "\n"])


def broken(doc):
    for _ in range(R.randrange(1, 3)):
        at = R.randrange(len(doc) + 1)
        cut = R.choice([0, 0, 1, 1, 3])
        doc = doc[:at] + R.choice(PIECES + [""] * 8) + doc[at + cut:]
    return doc


class Skip(Exception):
    """The readers may differ on this: it is up to the reader."""


def shape(v):
    """A tomllib value as toml-dump writes it."""
    if isinstance(v, dict):
        return {k: shape(x) for k, x in v.items()}
    if isinstance(v, list):
        return [shape(x) for x in v]
    if isinstance(v, (bool, str)):
        return v
    if isinstance(v, int):
        if not -2**63 <= v < 2**63:
            raise Skip
        return {"integer": str(v)}
    if isinstance(v, float):
        return {"float": "nan" if math.isnan(v) else v}
    date = clock = zone = ""
    if isinstance(v, (datetime.datetime, datetime.date)):
        date = f"{v.year:04}-{v.month:02}-{v.day:02}"
    if isinstance(v, (datetime.datetime, datetime.time)):
        clock = f"{v.hour:02}:{v.minute:02}:{v.second:02}" \
                f".{v.microsecond:06}000"
        if v.utcoffset() is not None:
            zone = f"{int(v.utcoffset().total_seconds()) // 60:+d}"
    return {"time": date + ("T" if date and clock else "") + clock + zone}


def ours(v):
    """toml-dump's output with floats as numbers."""
    if isinstance(v, list):
        return [ours(x) for x in v]
    if isinstance(v, dict):
        if set(v) == {"float"} and isinstance(v["float"], str):
            x = float(v["float"])
            return {"float": "nan" if math.isnan(x) else x}
        return {k: ours(x) for k, x in v.items()}
    return v


def theirs(doc):
    try:
        return {"ok": shape(tomllib.loads(doc))}
    except (tomllib.TOMLDecodeError, ValueError):
        return {"error": ""}


def main():
    dump, count = sys.argv[1], int(sys.argv[2])
    docs, files = [], []
    for i in range(count):
        doc = document()
        if i % 2:
            doc = broken(doc)
        docs.append(doc)
        files.append(Path(f"{i}.toml"))
        files[-1].write_bytes(doc.encode())
    lines = []
    for i in range(0, count, 500):
        lines += subprocess.run(
            [dump, *map(str, files[i:i + 500])], check=True,
            stdout=subprocess.PIPE).stdout.decode().splitlines()
    good = refused = skipped = 0
    for doc, line in zip(docs, lines, strict=True):
        got = json.loads(line)
        try:
            want = theirs(doc)
        except Skip:
            skipped += 1
            continue
        if ("ok" in got) != ("ok" in want) or \
                ("ok" in got and ours(got["ok"]) != want["ok"]):
            print(f"differ on:\n{doc!r}\n{doc}\nours {got}\ntheirs {want}")
            return 1
        good += "ok" in got
        refused += "error" in got
    if good < count / 10 or refused < count / 10:
        print(f"too few of a kind: {good} read, {refused} refused")
        return 1
    print(f"{good + refused} documents agree: {good} read, {refused} "
          f"refused by both, {skipped} left out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
