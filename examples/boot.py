#!/usr/bin/env python3
"""Boots an example's image, asks it for a page, and, where the machine
measures, for the PCRs that the guest reads from its own /dev/nsm.

  boot.py VERACLAVE EIF PCRS.JSON
"""
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

BOOT_S = 180


def get(port, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://127.0.0.1:{port}{path}"
    with opener.open(url, timeout=BOOT_S) as answer:
        return answer.read().decode()


def text(file):
    with open(file.name, errors="replace") as f:
        return f.read()


def wait_for(process, messages, console, pattern):
    for _ in range(BOOT_S * 10):
        found = re.search(pattern, text(messages))
        if found:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"it did not boot:\n{text(messages)}\n{text(console)[-3000:]}")


def compare(pcrs, guest):
    for n in "012":
        ours, theirs = pcrs[n], guest["PCR" + n]
        print(f"PCR{n} {theirs}  {'equal' if ours == theirs else ours}")
    if any(pcrs[n] != guest["PCR" + n] for n in "012"):
        sys.exit("the machine measured something else")
    print("The machine measured the image with its own code, and the guest "
          "read these\nvalues from /dev/nsm: they are the ones that the "
          "build printed.")


def nitro_machine(veraclave, eif, pcrs):
    """False when there is no such machine here."""
    start = time.monotonic()
    with tempfile.NamedTemporaryFile("w+") as messages, \
            tempfile.NamedTemporaryFile("w+") as console, \
            subprocess.Popen(
                [veraclave, "run", "--machine", "nitro-enclave", "--forward",
                 "0:8080", "--timeout", str(BOOT_S), eif],
                stdout=console, stderr=messages,
                stdin=subprocess.DEVNULL) as process:
        try:
            found = wait_for(process, messages, console,
                             r"127\.0\.0\.1:(\d+) leads|no QEMU with")
            if not found[1]:
                return False
            wait_for(process, messages, console, "the enclave is up")
            print(f"heartbeat after {time.monotonic() - start:.1f} s")
            print("GET /     ", get(found[1], "/").strip())
            compare(pcrs, json.loads(get(found[1], "/pcrs")))
        finally:
            process.terminate()
    return True


def micro_machine(veraclave, eif):
    print("There is no QEMU with the nitro-enclave machine here: Debian's "
          "stock QEMU boots\nthe image's parts in its machine microvm. That "
          "shows that kernel, init and\napplication start. It does not show "
          "measurements, /dev/nsm or vsock:\n\"make interop\" builds the "
          "QEMU that does (10 to 15 minutes, once).\n", flush=True)
    with tempfile.NamedTemporaryFile("w+") as console, \
            subprocess.Popen(
                [veraclave, "run", "--machine", "microvm", "--timeout",
                 str(BOOT_S), eif],
                stdout=console, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL) as process:
        try:
            found = wait_for(process, console, console,
                             r".*(listening on|no vsock).*")
            print(text(console)[-1500:])
            print("It booted; the application says:", found[0])
        finally:
            process.terminate()


def main():
    veraclave, eif, record = sys.argv[1:4]
    with open(record) as f:
        pcrs = json.load(f)["pcrs"]
    if not nitro_machine(veraclave, eif, pcrs):
        micro_machine(veraclave, eif)


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
