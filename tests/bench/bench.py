"""What the benchmarks share: timed commands, medians, a line a figure."""
import os
import subprocess
import sys
import time

MIB = 1 << 20


def run(*command):
    """Seconds, and the peak memory in MiB of the command and its children."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    if status:
        sys.exit(f"bench: {' '.join(command)} failed with status {status}")
    return seconds, usage.ru_maxrss / 1024


def shell(line):
    return run("sh", "-c", line)


def rounds(n, ours, peer):
    """n rounds of both, alternating, so that a busy machine hits both. The
    best of each: what is slower than that was somebody else's work. Gives
    (ours, peer, our peak memory)."""
    a, b, memory = [], [], 0
    for _ in range(n):
        b.append(peer()[0])
        seconds, peak = ours()
        a.append(seconds)
        memory = max(memory, peak)
    return min(a), min(b), memory


class Figures:
    """Prints figures against their limits and remembers what is over."""

    def __init__(self):
        self.over = 0

    def _line(self, what, value, limit, unit, rest):
        good = value <= limit
        self.over += not good
        print(f"{'ok  ' if good else 'OVER'} {what}: {value:.2f}{unit} "
              f"(limit {limit:g}{unit}){rest}", flush=True)

    def ratio(self, what, ours, peer, limit, peer_name):
        self._line(what, ours / peer, limit, " x",
                   f"  ours {ours:.2f} s, {peer_name} {peer:.2f} s")

    def memory(self, what, mib, limit):
        self._line(what, mib, limit, " MiB", "")
