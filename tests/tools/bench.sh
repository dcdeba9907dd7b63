# What the benchmarks say of a figure on a quiet machine and on a busy one.
. "$TOP/tests/lib.sh"
cat >figures.py <<'END'
import sys
sys.path.insert(0, sys.argv[1])
import bench

def run(wall, others):
    return bench.Run(wall, wall, 10, others)

def pairs(ours, peer, others=0.01):
    mine, theirs = iter(ours), iter(peer)
    return bench.Pairs(len(ours), lambda: run(next(mine), others),
                       lambda: run(next(theirs), others))

def status(ours, peer, others=0.01, before=None):
    f = bench.Figures()
    if before:
        f.pairs("x", before, 1.1, "peer")
    f.pairs("x", pairs(ours, peer, others), 1.1, "peer")
    return f.status

quiet = [1.0, 1.01, 1.02]
over = pairs([2, 2, 2], quiet)
print("within", status(quiet, quiet))
print("over", status([1.3, 1.3, 1.3], quiet))
print("busy", status([1.3, 1.3, 1.3], quiet, others=0.5))
print("spread", status([1.3, 1.3, 1.3], [1.0, 1.0, 1.4]))
print("busy-within", status(quiet, quiet, others=0.5))
# each of ours is slow exactly when its peer is
print("paired", status([1.0, 3.0, 1.0], [1.0, 3.0, 1.0]))
print("over-stays", status([1.3, 1.3, 1.3], quiet, 0.5, over))
END
run python3 figures.py "$TOP/tests/bench"

begin bench-judges-on-a-quiet-machine
want 0
has out "within 0"
has out "over 1"
has out "paired 0"

begin bench-judges-nothing-on-a-busy-one
has out "busy 4"
has out "spread 4"
has out "busy-within 0"
has out "over-stays 1"
has out "too noisy to judge: others had 50% of the processors"

begin bench-sees-other-programs
need python3 || return
(while :; do :; done) & other=$!
(while :; do :; done) & another=$!
python3 - "$TOP/tests/bench" >seen <<'END'
import sys
sys.path.insert(0, sys.argv[1])
import bench
r = bench.run("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
print("others", r.others > bench.OTHERS_MAX)
END
kill $other $another
has seen "others True"
end
