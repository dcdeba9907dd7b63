#!/usr/bin/env python3
"""Random expectations of one document, and what a model says of each.

  expectations.py PROGRAM LIBRARY COUNT

The directory has registers (of the document), root/root.der, and documents
full.bin (nonce and user data), bare.bin (neither), empty.bin (an empty nonce).
Each case is made as people make them, with what goes wrong: nothing, an empty
value, a misspelt key, a part, a revocation, the same twice. What the program or
the library passes has to pass here; and what passes here has to pass there, so
that the test cannot be content with refusing everything.

The model is written from the manual pages and docs/formats, not from the code.
"""
import ctypes
import json
import os
import random
import re
import subprocess
import sys

PROGRAM, LIBRARY, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
AT = 1768478460
ZERO = "00" * 48
OTHER = "77" * 48
REGISTERS = dict(line.split() for line in open("registers"))
DOCS = {"full.bin": (b"\x5e\xed", b"data"), "bare.bin": (None, None)}
if os.path.exists("empty.bin"):
    DOCS["empty.bin"] = (b"", None)
ROOT = open("root/root.der", "rb").read()


class Wrong(Exception):
    """Not to be read, or not to be asked: never a pass."""


# --- the model --------------------------------------------------------------


def index(text):
    if not re.fullmatch(r"0|[1-9][0-9]?", text) or int(text) > 31:
        raise Wrong("no register")
    return text


def value(text):
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-fA-F]{96}", text):
        raise Wrong("no value")
    return text.lower()


def registers(pairs):
    out = {}
    for k, v in pairs:
        if index(k) in out:
            raise Wrong("twice")
        out[k] = value(v)
    return out


class Expect:
    def __init__(self):
        self.fixed, self.releases, self.revoked = {}, [], []
        self.signers, self.fields = [], {}
        self.empty = self.need_nonce = False


def fits(want):
    """All of these, and something among them that is not zero."""
    return (any(v != ZERO for v in want.values()) and
            all(REGISTERS.get(k) == v for k, v in want.items()) and
            not any(v == ZERO for k, v in want.items() if int(k) <= 2))


def passes(x, doc):
    nonce, data = DOCS[doc]
    if x.empty:
        return False
    if not x.releases and not x.signers and not any(
            v != ZERO for v in x.fixed.values()):
        return False
    if any(REGISTERS.get(k) != v or (v == ZERO and int(k) <= 2)
           for k, v in x.fixed.items()):
        return False
    if x.releases and not any(map(fits, x.releases)):
        return False
    if x.signers and REGISTERS["8"] not in x.signers:
        return False
    for r in x.revoked:
        # all that the document has are the revoked ones: it is, or may be
        if all(REGISTERS[k] == v for k, v in r.items() if k in REGISTERS):
            return False
    if x.need_nonce and not x.fields.get("nonce"):
        return False
    have = {"nonce": nonce, "user-data": data}
    return all(have[k] is not None and have[k] == v
               for k, v in x.fields.items())


# --- what people write --------------------------------------------------------


def pick(rng, *rows):
    """One of (weight, value)."""
    return rng.choices([r[1] for r in rows], [r[0] for r in rows])[0]


def some_value(rng, k):
    right = REGISTERS.get(k, OTHER)
    return pick(rng, (30, right), (2, right.upper()), (2, OTHER), (1, ZERO),
                (1, ""), (1, right[:95]), (1, "0x" + right), (1, right + "00"))


def some_key(rng):
    return pick(rng, (30, rng.choice("012348")), (3, "8"), (2, "5"), (1, "16"),
                (1, "O"), (1, "0@"), (1, "1E"), (1, "00"), (1, "32"),
                (1, ":"), (1, ""))


def some_registers(rng, least=0):
    """Pairs, sometimes none, sometimes one twice."""
    n = pick(rng, (1, 0), (10, 1), (10, 2), (10, 3))
    keys = [some_key(rng) for _ in range(max(n, least))]
    if rng.random() < 0.9:
        keys = list(dict.fromkeys(keys))
    return [(k, some_value(rng, k)) for k in keys]


def json_map(pairs):
    return "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}"
                          for k, v in pairs) + "}"


def environment(rng, x):
    """The text, and what it adds to x."""
    if rng.random() < 0.04:
        return "", lambda: wrong("empty file")
    rows, todo = [], []
    for i in range(pick(rng, (1, 0), (6, 1), (6, 2))):
        pairs = some_registers(rng)
        name = pick(rng, (20, f"app {i}"), (1, "app 0"), (1, ""))
        why = pick(rng, (12, None), (4, "lost"), (1, ""))
        key = pick(rng, (12, "revoked"), (1, "Revoked"), (1, "revokd"))
        row = f'{{"name":{json.dumps(name)},"pcrs":{json_map(pairs)}'
        if why is not None:
            row += f",{json.dumps(key)}:{json.dumps(why)}"
        rows.append(row + "}")
        todo.append((name, pairs, key, why))
    extra = pick(rng, (20, ""), (1, ',"note":1'))
    text = ('{"schema":"veraclave-environment/1","releases":[' +
            ",".join(rows) + "]" + extra + "}")
    if rng.random() < 0.03:
        text = text[:rng.randrange(len(text))]
        return text, lambda: wrong("cut")

    def model():
        names = set()
        if extra:
            raise Wrong("key")
        for name, pairs, key, why in todo:
            if not name or name in names or not pairs:
                raise Wrong("release")
            if why is not None and (key != "revoked" or not why):
                raise Wrong("revocation")
            names.add(name)
            (x.releases if why is None else x.revoked).append(registers(pairs))
        x.empty |= not any(why is None for _, _, _, why in todo)
    return text, model


def wrong(why):
    raise Wrong(why)


def policy(rng, x, trust):
    lines = ['schema = "veraclave-policy/1"', f'trust = ["{trust}"]']
    images, revoked, signers = [], [], None
    need = pick(rng, (3, None), (1, True), (1, False))
    if need is not None:
        lines.append(f"need_nonce = {str(need).lower()}")
    if rng.random() < 0.3:
        signers = [some_value(rng, "8")
                   for _ in range(pick(rng, (1, 0), (4, 1), (3, 2)))]
        lines.append(f"signers = {json.dumps(signers)}")
    bad = pick(rng, (20, None), (1, "max_ages = 3"), (1, "image = []"),
               (1, "revoked = []"))
    if bad:
        lines.append(bad)
    for i in range(pick(rng, (2, 0), (6, 1), (4, 2))):
        pairs = some_registers(rng)
        images.append(pairs)
        lines += ["[[image]]", f'name = "app {i}"', toml_pcrs(pairs)]
    for _ in range(pick(rng, (6, 0), (2, 1))):
        pairs = some_registers(rng)
        revoked.append(pairs)
        lines += ["[[revoked]]", 'reason = "lost"', toml_pcrs(pairs)]

    def model():
        if bad or (signers is not None and not signers):
            raise Wrong("key")
        if not images and not signers:
            raise Wrong("accepts everything")
        for to, v in ((x.releases, images), (x.revoked, revoked)):
            for pairs in v:
                if not pairs:
                    raise Wrong("no registers")
                to.append(registers(pairs))
        if any(all(v == ZERO for v in r.values()) for r in x.releases):
            raise Wrong("zeros")
        x.signers += [value(s) for s in signers or []]
        x.need_nonce |= bool(need)
    return "\n".join(lines) + "\n", model


def toml_pcrs(pairs):
    return "pcrs = { " + ", ".join(
        f"{json.dumps(k)} = {json.dumps(v)}" for k, v in pairs) + " }"


def record(rng, x):
    """A pcrs.json with what may be wrong in one."""
    keys = pick(rng, (12, "012"), (3, "0128"), (1, "01"), (1, ""), (1, "8"))
    pairs = [(k, some_value(rng, k)) for k in keys]
    if rng.random() < 0.1:
        pairs.append(("8", None))
    ours = rng.random() < 0.6
    text = ('{"schema":"nitro-pcrs/1","name":"app","version":"1","pcrs":' +
            json_map(pairs) + "}" if ours else
            json_map([(f"PCR{k}", v) for k, v in pairs]))
    if rng.random() < 0.04:
        return "", lambda: wrong("empty file")

    def model():
        want = registers((k, ZERO if k == "8" and v is None else v)
                         for k, v in pairs)
        alone = not ours and set(want) == {"8"} and want["8"] != ZERO
        if not ours and not {"0", "8"} & set(want):
            raise Wrong("form")
        if not {"0", "1", "2"} <= set(want) and not alone:
            raise Wrong("partial")
        x.releases.append(want)
    return text, model


FIELDS = {"nonce": (b"\x5e\xed", 0), "user-data": (b"data", 1)}


def field(rng, name):
    """None: not expected; else bytes."""
    right = FIELDS[name][0]
    return pick(rng, (8, None), (5, right), (1, right[:-1]), (1, b"else"),
                (1, b""))


# --- the command line ----------------------------------------------------------


def write(name, text):
    with open(name, "w") as f:
        f.write(text)
    return name


def command(rng, doc):
    x, models = Expect(), []
    args = [PROGRAM, "verify", doc, "--at", str(AT)]
    kind = rng.choice(["plain", "plain", "environment", "policy"])
    if kind == "environment":
        text, model = environment(rng, x)
        write("pcrs/prod.json", text)
        args += ["-e", "prod"]
        models.append(model)
    if kind == "policy":
        text, model = policy(rng, x, "sim:root/root.der")
        args += ["--policy", write("policy.toml", text)]
        models.append(model)
    else:
        args += ["--trust", "sim:root/root.der"]
    if rng.random() < (0.5 if kind == "plain" else 0.2):
        text, model = record(rng, x)
        args += ["--pcrs", write("given.json", text)]
        models.append(model)
    if rng.random() < (0.6 if kind == "plain" else 0.3):
        pairs = some_registers(rng, 1)
        for k, v in pairs:
            args += ["--pcr", f"{k}={v}"]
        models.append(lambda: x.fixed.update(registers(pairs)))
    for name in FIELDS:
        v = field(rng, name)
        if v is None:
            continue
        if v == b"" and rng.random() < 0.3:
            args += ["--expect-empty", name]
            x.fields[name] = v
            continue
        form = rng.randrange(2)
        if form:
            with open(name, "wb") as f:
                f.write(v)
        args += [f"--{name}", f"@{name}" if form else v.hex()]
        x.fields[name] = v
        if not v:
            models.append(lambda: wrong("an empty expectation"))
    got = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         check=False)
    if got.returncode not in (0, 1, 2, 3):
        raise SystemExit(f"{args}: {got.returncode} {got.stderr!r}")
    return x, models, got.returncode == 0, args


# --- the library ----------------------------------------------------------------


# enum veraclave_trust, veraclave_result, veraclave_field
TRUST_SIM, PASS, NUMBERS = 3, 1, {"nonce": 1, "user-data": 3}


def load():
    lib = ctypes.CDLL(LIBRARY)
    p, n = ctypes.c_void_p, ctypes.c_size_t
    for name, result, types in [
            ("verifier_new", p, []), ("verifier_free", None, [p]),
            ("verifier_add_trust", ctypes.c_int,
             [p, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, n]),
            ("verifier_add_pcr", ctypes.c_int, [p, ctypes.c_uint,
                                                ctypes.c_char_p, n]),
            ("verifier_add_release", ctypes.c_int, [p, ctypes.c_char_p,
                                                    ctypes.c_char_p, n]),
            ("verifier_set_environment", ctypes.c_int, [p, ctypes.c_char_p, n]),
            ("verifier_set_policy", ctypes.c_int, [p, ctypes.c_char_p, n]),
            ("appraisal_new", p, [p]), ("appraisal_free", None, [p]),
            ("appraisal_expect", ctypes.c_int,
             [p, ctypes.c_int, ctypes.c_char_p, n]),
            ("appraisal_expect_empty", ctypes.c_int, [p, ctypes.c_int])]:
        f = getattr(lib, "veraclave_" + name)
        f.restype, f.argtypes = result, types
    lib.veraclave_appraise.argtypes = [p, ctypes.c_char_p, n, ctypes.c_int64]
    return lib


def library(lib, rng, doc):
    """A caller that looks at nothing that the calls return."""
    x, models = Expect(), []
    v = lib.veraclave_verifier_new()
    lib.veraclave_verifier_add_trust(v, TRUST_SIM, b"r", ROOT, len(ROOT))
    kind = rng.choice(["plain", "environment", "policy"])
    if rng.random() < 0.4:
        text, model = record(rng, x)
        raw = text.encode()
        lib.veraclave_verifier_add_release(v, None, raw, len(raw))
        models.append(model)
    if kind != "plain":
        text, model = (environment(rng, x) if kind == "environment" else
                       policy(rng, x, "sim:r"))
        raw = text.encode()
        call = (lib.veraclave_verifier_set_environment
                if kind == "environment" else lib.veraclave_verifier_set_policy)
        call(v, raw, len(raw))
        models.append(model)
    for k in rng.sample(sorted(REGISTERS), rng.randrange(3)):
        size = pick(rng, (20, 48), (1, 47), (1, 0))
        raw = bytes.fromhex(pick(rng, (12, REGISTERS[k]), (1, OTHER),
                                 (1, ZERO)))
        lib.veraclave_verifier_add_pcr(v, int(k), raw, size)
        if size == 48:
            x.fixed[k] = raw.hex()
        else:
            models.append(lambda: wrong("size"))
    a = lib.veraclave_appraisal_new(v)
    for name, number in NUMBERS.items():
        want = field(rng, name)
        if want is None:
            continue
        if want == b"" and rng.random() < 0.3:
            lib.veraclave_appraisal_expect_empty(a, number)
            x.fields[name] = want
            continue
        lib.veraclave_appraisal_expect(a, number, want, len(want))
        x.fields[name] = want
        if not want:
            models.append(lambda: wrong("an empty expectation"))
    data = open(doc, "rb").read()
    passed = lib.veraclave_appraise(a, data, len(data), AT) == PASS
    lib.veraclave_appraisal_free(a)
    lib.veraclave_verifier_free(v)
    return x, models, passed, kind


# --- the comparison ---------------------------------------------------------------


def judged(x, models, doc):
    try:
        for m in models:
            m()
    except Wrong:
        return False
    return passes(x, doc)


def compare(what, count, case):
    both = refused = bad = 0
    for seed in range(count):
        rng = random.Random(f"{what} {seed}")
        doc = rng.choice(sorted(DOCS))
        x, models, passed, how = case(rng, doc)
        right = judged(x, models, doc)
        both += passed and right
        refused += not passed and not right
        if passed != right:
            bad += 1
            print(f"case {what} {seed}: {'passes' if passed else 'is refused'}"
                  f", the model says otherwise: {doc} {how} {vars(x)}")
    print(f"{what}: {both} pass, {refused} are refused, {bad} differ")
    return bad == 0 and both >= count // 50 and refused >= count // 4


def main():
    os.makedirs("pcrs", exist_ok=True)
    ok = compare("command", COUNT, command)
    if os.path.exists(LIBRARY):
        lib = load()
        ok &= compare("library", 4 * COUNT,
                      lambda rng, doc: library(lib, rng, doc))
    else:
        print("the build has no library to load")
    return 0 if ok else 1


sys.exit(main())
