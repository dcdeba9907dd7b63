#!/usr/bin/env python3
"""The verifier against bare P-384 signature checks of OpenSSL.

A document whose certificates were never seen takes at most 1.1 times five of
them, which it has; one whose chain is in the cache at most 1.15 times one; two
threads do at least 1.9 times the work of one, also when the library starts them
(veraclave_appraise_all). No allocation a document but
OpenSSL's own. The documents are a simulator's, each below a chain of its own.
tests/bench/appraise.c does the timing, in processor time but for the threads,
which are measured beside two that check bare signatures: these share nothing,
so what they lack of 2 was taken by other programs.

Beside them, the same checks by AWS-LC and by ring (tests/bench/p384, which cargo
builds once): how far OpenSSL's are from what the processor can do.

And a verifier that others use (npm's @evervault/attestation-bindings) on
a real document at a time when that was valid, which needs the shared vectors,
npm and faketime.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench
from bench import Figures

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("BUILD", TOP / "build"))
VERACLAVE = os.environ.get("VERACLAVE", BUILD / "veraclave")
FIXTURES = Path(os.environ.get("VERACLAVE_FIXTURES", TOP.parent / "shared" /
                               "fixtures"))
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
REAL = "attestation/2022-08-04_b4d6a236_prod.cbor"
DOCUMENTS = 12
AT = 1800000000
PCR = "11" * 48
QUIET = 1.94  # two threads that share nothing, on two idle processors


def output(*argv, **more):
    return subprocess.run([str(a) for a in argv], check=True,
                          stdout=subprocess.PIPE, **more).stdout.decode()


def timed(*argv):
    """What appraise.c printed, and how much of the machine others had."""
    start, ours, all_ = time.monotonic(), bench.processor(), bench.busy()
    rows = output(BUILD / "tests" / "bench-appraise", *argv).split()
    ours, all_ = bench.processor() - ours, bench.busy() - all_
    t = dict(zip(rows[::2], map(float, rows[1::2])))
    t["others"] = max(0, all_ - ours) / (
        (time.monotonic() - start) * bench.PROCESSORS)
    return t


def simulated(tmp):
    """A root and documents that have nothing but that in common."""
    output(VERACLAVE, "simulate", "-q", "init", tmp / "root")
    (tmp / "pcrs.json").write_text(json.dumps({"Measurements": {
        "HashAlgorithm": "Sha384 { ... }",
        **{f"PCR{i}": PCR for i in range(3)}}}))
    docs = []
    for i in range(DOCUMENTS):
        docs.append(tmp / f"{i}.cbor")
        output(VERACLAVE, "simulate", "-q", "--root", tmp / "root", "--at",
               AT + i, "--pcrs", tmp / "pcrs.json", "--", VERACLAVE, "nsm",
               "attest", "-o", docs[-1])
    return tmp / "root" / "root.der", docs


def peer(tmp, real, at):
    """Microseconds a document of the other verifier; None and why not."""
    for tool in ("npm", "node", "faketime", "openssl"):
        if not shutil.which(tool):
            return None, f"{tool} is not here"
    place = CACHE / "veraclave" / "bench-evervault"
    shutil.copytree(TOP / "tests/bench/evervault", place, dirs_exist_ok=True)
    got = subprocess.run(["npm", "install", "--no-audit", "--no-fund",
                          "--no-package-lock"], cwd=place, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if got.returncode:
        return None, "npm cannot install it"
    output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:P-256", "-nodes", "-keyout", tmp / "k.pem",
           "-out", tmp / "c.der", "-outform", "der", "-subj", "/CN=x",
           stderr=subprocess.DEVNULL)
    got = subprocess.run(["faketime", f"@{at}", "node", "time.js", real,
                          tmp / "c.der"], cwd=place, check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = got.stderr.decode().split("== end")[0].split("== flipped\n")
    if len(said) != 2 or said[0].split("\n", 1)[1] == said[1]:
        return None, "it does not look at the signature of this document"
    return float(got.stdout), None


def against_peer(tmp):
    real = FIXTURES / "nitro" / REAL
    if not real.exists():
        print("SKIP other verifiers: the shared vectors are not here")
        return
    facts = json.loads((FIXTURES / "nitro" / "attestation-expected.json")
                       .read_text())[REAL]
    at = facts["timestamp_ms"] // 1000 + 60
    theirs, why = peer(tmp, real, at)
    if theirs is None:
        print(f"SKIP other verifiers: {why}")
        return
    ours = timed("-", at, facts["pcrs_nonzero"]["0"], real)
    print(f"     a real document: ours {ours['cold']:.0f} us, cached "
          f"{ours['cached']:.0f} us; @evervault/attestation-bindings "
          f"{theirs:.0f} us, {theirs / ours['cold']:.2f} and "
          f"{theirs / ours['cached']:.2f} times that")


def libraries():
    """The program that times other libraries; None and why there is none."""
    if not shutil.which("cargo"):
        return None, "cargo is not here"
    place = CACHE / "veraclave" / "bench-p384"
    got = subprocess.run(["cargo", "build", "--release", "--locked", "--quiet",
                          "--manifest-path", TOP / "tests/bench/p384/Cargo.toml",
                          "--target-dir", place], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if got.returncode:
        return None, "cargo cannot build tests/bench/p384"
    return place / "release" / "bench-p384", None


def other_libraries(program):
    """Microseconds a verification, by library."""
    rows = output(program).split()
    return dict(zip(rows[::2], map(float, rows[1::2])))


def against_libraries(t, before, after):
    """Ours lies between the two runs of theirs."""
    bare, cold = t["bare"], t["cold"]
    print(f"     P-384 verifications a second: OpenSSL {1e6 / bare:.0f}; "
          f"documents {1e6 / cold:.0f}, with the chain cached "
          f"{1e6 / t['cached']:.0f}")
    for name in before:
        theirs = (before[name] + after[name]) / 2
        print(f"     {name}: {1e6 / theirs:.0f} a second, {bare / theirs:.2f} "
              f"times OpenSSL; a document of ours takes "
              f"{cold / theirs:.2f} of its verifications")


def main():
    figures = Figures()
    program, why = libraries()
    with tempfile.TemporaryDirectory() as d:
        root, docs = simulated(Path(d))
        before = other_libraries(program) if program else {}
        t = timed(root, AT + 1000, PCR, *docs)
        after = other_libraries(program) if program else {}
        noise = bench.noise(t["spread"], t["others"])
        figures.micro("verify, nothing cached", t["cold-ratio"] / 5, 1.1,
                      f"  ours {t['cold']:.0f} us, a P-384 verification "
                      f"{t['bare']:.0f} us, of which it has five", noise)
        figures.micro("verify, chain cached", t["cached-ratio"], 1.15,
                      f"  ours {t['cached']:.0f} us", noise)
        free = t["bare2"] / t["bare1"]
        figures.least("verify, two threads", t["two"] / t["one"], 1.9,
                      f"  {t['one']:.0f} and {t['two']:.0f} documents a "
                      f"second; bare signatures {free:.2f} x",
                      None if free >= QUIET else
                      f"two threads of bare signatures reach {free:.2f} x")
        figures.least("verify, a batch on two threads",
                      t["batch2"] / t["batch1"], 1.9,
                      f"  {t['batch1']:.0f} and {t['batch2']:.0f} documents a "
                      "second", None if free >= QUIET else
                      f"two threads of bare signatures reach {free:.2f} x")
        figures.most("verify, allocations a document", t["allocations"], 0)
        if program:
            against_libraries(t, before, after)
        else:
            print(f"SKIP other libraries: {why}")
        against_peer(Path(d))
    return figures.status


if __name__ == "__main__":
    sys.exit(main())
