#!/usr/bin/env python3
"""The verdicts of the shared vectors as lines for verify.sh:
name, file, time, expected exit statuses, options."""
import json
import sys

top = sys.argv[1]


def line(name, file, at, status, *options):
    print(name, file, at, status, *options)


with open(top + "/nitro/attestation-expected.json") as f:
    real = json.load(f)
for name, d in real.items():
    want = d["expect"]
    options = []
    for k, v in d["pcrs_nonzero"].items():
        options += ["--pcr", f"{k}={v}"]
    start, end = d["chain_valid_from_epoch"], d["chain_valid_to_epoch"]
    file = top + "/nitro/" + name
    good = 0 if want["cose_signature_ok"] else 1
    debug = ["--allow-debug"] if want["debug_mode"] else []
    short = name.split("/")[1][:19]
    # at the certificate's first second the document is not made yet
    options += ["--max-skew", str(end - start)]
    line(short + ":first", file, start, good, *options, *debug)
    line(short + ":last", file, end, good, *options, *debug)
    line(short + ":before", file, start - 1, 1, *options, *debug)
    line(short + ":after", file, end + 1, 1, *options, *debug)
    line(short + ":sim", file, start, 1, *options, *debug, "--trust",
         "sim:" + top + "/kms/attestation/root.der")
    if debug:
        line(short + ":debug", file, start, 1, *options)

with open(top + "/kms/attestation/manifest.json") as f:
    kms = json.load(f)
cases = next(v for v in kms.values() if isinstance(v, list))
for n, c in enumerate(cases):
    at = c["eval_time"]
    root = top + "/kms/attestation/" + c.get("trust_root", kms["trust_root"])
    file = top + "/kms/attestation/" + c["file"]
    # KMS takes a document without PCR0; whether that is a debug enclave
    # cannot be told, so it is no pass of ours
    valid = c["attestation_valid"] is True and c["reason"] != "pcr0-absent"
    debug = c["reason"] == "debug-mode"
    options = ["--trust", "sim:" + root] + ["--allow-debug"] * debug
    for k, v in kms["pcrs"].items():
        if debug and k in "0128":
            continue
        options += ["--pcr", f"{k}={v}"]
    name = "kms:" + c.get("alias", c["file"])
    line(name, file, at, "0" if valid else "1,3", *options)
    # Can a key service encrypt to it? A size that AWS does not describe is
    # for the user to decide; what is no good document is no recipient.
    usable = valid and c["usable_as_recipient"] is True
    sized = c["reason"] == "public-key-size-unverified"
    line(name + ":recipient", file, at, "0" if usable else "1,3", *options,
         "--recipient", "rsa-2048")
    line(name + ":any-size", file, at, "0" if usable or sized else "1,3",
         *options, "--recipient", "rsa")
    if valid:
        line(name + ":aws", file, at, 1, *options[2:])
