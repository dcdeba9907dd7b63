"""What the benchmarks share: timed commands, medians, a line a figure."""
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
GNU_TIME = "/usr/bin/time"


def run(*command):
    """Seconds, and the peak memory in MiB of the command and its children."""
    # GNU time sees the peak: to wait4 a child's counts what this interpreter
    # had in memory before the exec
    with tempfile.NamedTemporaryFile("r") as note:
        start = time.monotonic()
        status = subprocess.call(
            [GNU_TIME, "-q", "-o", note.name, "-f", "%M", *command],
            stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - start
        if status:
            sys.exit(f"bench: {' '.join(command)} failed with status {status}")
        return seconds, int(note.read()) / 1024


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
    """Prints figures against their limits and remembers what is beyond one."""

    def __init__(self):
        self.over = 0

    def _line(self, what, value, limit, unit, rest, least=False):
        good = value >= limit if least else value <= limit
        self.over += not good
        bound = "at least" if least else "limit"
        print(f"{'ok  ' if good else 'OVER'} {what}: {value:.2f}{unit} "
              f"({bound} {limit:g}{unit}){rest}", flush=True)

    def ratio(self, what, ours, peer, limit, peer_name):
        self._line(what, ours / peer, limit, " x",
                   f"  ours {ours:.2f} s, {peer_name} {peer:.2f} s")

    def memory(self, what, mib, limit):
        self._line(what, mib, limit, " MiB", "")

    def micro(self, what, ours, peer, limit, peer_name):
        self._line(what, ours / peer, limit, " x",
                   f"  ours {ours:.0f} us, {peer_name} {peer:.0f} us")

    def most(self, what, value, limit):
        self._line(what, value, limit, "", "")

    def least(self, what, value, limit, rest):
        self._line(what, value, limit, " x", rest, least=True)
