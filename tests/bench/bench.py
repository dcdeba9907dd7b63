"""What the benchmarks share: timed commands, paired runs, a line a figure.

A figure is a ratio to a peer that ran just before, so that a busy machine hits
both; the median pair counts. Whether the machine was quiet enough to judge is
measured too: by how much the peer's own times differ from one another, and by
the processor time that others took meanwhile. A figure beyond its limit on a
machine that was not quiet is "too noisy to judge": neither good nor over.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

MIB = 1 << 20
GNU_TIME = "/usr/bin/time"
PROCESSORS = len(os.sched_getaffinity(0))
TICKS = os.sysconf("SC_CLK_TCK")
SPREAD_MAX = 1.15  # the peer's slowest run to its fastest
OTHERS_MAX = 0.10  # of all processors' time, taken by other programs
STATUS = {"ok": 0, "OVER": 1, "NOISY": 4}


@dataclass
class Run:
    """One run of a command with its children: seconds and MiB."""
    wall: float
    processor: float
    memory: float
    others: float  # the share of all processors that others had meanwhile


def busy():
    """Seconds that all processors together were not idle; a hypervisor that
    gave the time to somebody else counts."""
    with open("/proc/stat") as f:
        fields = [int(x) for x in f.readline().split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / TICKS


def processor():
    """Processor seconds of all children that have ended."""
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


def run(*command):
    # GNU time sees the peak: to wait4 a child's counts what this interpreter
    # had in memory before the exec
    with tempfile.NamedTemporaryFile("r") as note:
        start, ours, all_ = time.monotonic(), processor(), busy()
        status = subprocess.call(
            [GNU_TIME, "-q", "-o", note.name, "-f", "%M", *command],
            stdout=subprocess.DEVNULL)
        wall, ours = time.monotonic() - start, processor() - ours
        if status:
            sys.exit(f"bench: {' '.join(command)} failed with status {status}")
        others = max(0, busy() - all_ - ours) / (wall * PROCESSORS)
        return Run(wall, ours, int(note.read()) / 1024, others)


def noise(spread, others):
    """Why a figure says nothing about the program; None: it does."""
    if spread > SPREAD_MAX:
        return f"the peer's own times differ by {spread:.2f} x"
    if others > OTHERS_MAX:
        return f"others had {others:.0%} of the processors"
    return None


def shell(line):
    return run("sh", "-c", line)


class Pairs:
    """n runs of a peer, each with one of ours right after it."""

    def __init__(self, n, ours, peer):
        self.peer, self.ours = [], []
        for _ in range(n):
            self.peer.append(peer())
            self.ours.append(ours())

    @property
    def ratio(self):
        return statistics.median(self._ratios())

    @property
    def memory(self):
        return max(r.memory for r in self.ours)

    def _ratios(self):
        return [a.wall / b.wall for a, b in zip(self.ours, self.peer)]

    def noise(self):
        walls = [r.wall for r in self.peer]
        spread = max(walls) / min(walls)
        others = statistics.median(r.others for r in self.peer + self.ours)
        return noise(spread, others)

    def say(self, name):
        def median(runs, what):
            return statistics.median(getattr(r, what) for r in runs)
        low, high = min(self._ratios()), max(self._ratios())
        ours, peer = self.ours, self.peer
        return (f"  ours {median(ours, 'wall'):.2f} s, {name} "
                f"{median(peer, 'wall'):.2f} s, pairs {low:.2f} to "
                f"{high:.2f}; processor {median(ours, 'processor'):.2f} s to "
                f"{median(peer, 'processor'):.2f} s")


class Figures:
    """Prints figures against their limits and remembers the worst."""

    def __init__(self):
        self.status = 0

    def _line(self, what, value, bound, unit, rest="", *, least=False,
              noise=None):
        good = value >= bound if least else value <= bound
        word = "ok" if good else "NOISY" if noise else "OVER"
        # over is worse than noisy
        if STATUS[word] and self.status != STATUS["OVER"]:
            self.status = STATUS[word]
        if word == "NOISY":
            rest += f"; too noisy to judge: {noise}"
        kind = "at least" if least else "limit"
        print(f"{word:5} {what}: {value:.2f}{unit} ({kind} {bound:g}{unit})"
              f"{rest}", flush=True)

    def pairs(self, what, pairs, limit, peer_name):
        self._line(what, pairs.ratio, limit, " x", pairs.say(peer_name),
                   noise=pairs.noise())

    def memory(self, what, mib, limit):
        self._line(what, mib, limit, " MiB")

    def micro(self, what, value, limit, rest, why):
        self._line(what, value, limit, " x", rest, noise=why)

    def most(self, what, value, limit):
        self._line(what, value, limit, "")

    def least(self, what, value, bound, rest, why):
        self._line(what, value, bound, " x", rest, least=True, noise=why)
