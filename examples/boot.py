#!/usr/bin/env python3
"""Boots an example's image, asks it for a page, and, where the machine
measures, for the PCRs that the guest reads from its own /dev/nsm.

  boot.py VERACLAVE EIF PCRS.JSON
"""
import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BOOT_S = 180


class NoAnswer(Exception):
    pass


def get(port, path, process, end):
    """The page; asked for again until the application answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"http://127.0.0.1:{port}{path}"
    while True:
        try:
            with opener.open(url, timeout=BOOT_S) as answer:
                return answer.read().decode()
        except (OSError, http.client.HTTPException) as e:
            gone = process.poll() is not None or time.monotonic() > end
            if gone or isinstance(e, urllib.error.HTTPError):
                raise NoAnswer(f"no answer to GET {path}: {e}") from e
        time.sleep(0.1)


def text(file):
    with open(file.name, errors="replace") as f:
        return f.read()


def last_lines(file, n=20):
    return "\n".join(text(file).splitlines()[-n:])


def wait_for(process, messages, console, pattern):
    for _ in range(BOOT_S * 10):
        found = re.search(pattern, text(messages))
        if found:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"it did not boot:\n{text(messages)}\n{last_lines(console)}")


def compare(pcrs, guest):
    for n in "012":
        ours, theirs = pcrs[n], guest["PCR" + n]
        print(f"PCR{n} {theirs}  {'equal' if ours == theirs else ours}")
    if any(pcrs[n] != guest["PCR" + n] for n in "012"):
        sys.exit("the machine measured something else")
    print("The machine measured the image with its own code, and the guest "
          "read these\nvalues from /dev/nsm: they are the ones that the "
          "build printed.")


def boot(veraclave, eif, machine, talk):
    """Boots it and has talk(port, get) look at it; False when there is no
    such machine here."""
    start = time.monotonic()
    with tempfile.NamedTemporaryFile("w+") as messages, \
            tempfile.NamedTemporaryFile("w+") as console, \
            subprocess.Popen(
                [veraclave, "run", "--machine", machine, "--forward",
                 "0:8080", "--timeout", str(BOOT_S), eif],
                stdout=console, stderr=messages,
                stdin=subprocess.DEVNULL) as process:
        try:
            found = wait_for(process, messages, console,
                             r"127\.0\.0\.1:(\d+) is forwarded|no QEMU with")
            if not found[1]:
                return False
            answer = get(found[1], "/", process, start + BOOT_S)
            print(f"GET http://127.0.0.1:{found[1]}/, answered "
                  f"{time.monotonic() - start:.1f} s after the start:")
            print("  " + answer.strip())
            talk(lambda path: get(found[1], path, process, start + BOOT_S))
        except NoAnswer as e:
            sys.exit(f"{e}\n{text(messages)}\n{last_lines(console)}")
        finally:
            process.terminate()
    return True


def main():
    veraclave, eif, record = sys.argv[1:4]
    with open(record) as f:
        pcrs = json.load(f)["pcrs"]
    if boot(veraclave, eif, "nitro-enclave",
            lambda ask: compare(pcrs, json.loads(ask("/pcrs")))):
        return
    print("There is no QEMU with the machine nitro-enclave here. Debian's own "
          "QEMU boots the\nimage in its machine microvm, where it starts and "
          "serves, and nothing is measured:\n\"make interop\" builds the "
          "QEMU that measures (10 to 15 minutes, once).", flush=True)
    if not boot(veraclave, eif, "microvm", lambda ask: None):
        sys.exit("there is no QEMU here")


try:
    main()
except KeyboardInterrupt:
    sys.exit(130)
