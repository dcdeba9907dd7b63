# tests/run must count what scripts and programs say, and distrust silence.
. "$TOP/tests/lib.sh"
mkdir -p repo/tests/e2e repo/build repo/tests/tools
cp "$TOP/tests/run" repo/tests/run
cp "$TOP/tests/lib.sh" repo/tests/lib.sh
cat >repo/meson.build <<'BUILD'
project('x', 'c')
run_target('test-programs', command: 'true')
BUILD

# verdict STATUS LINE: runs the little repository's scripts
verdict() {
  rm -rf repo/build
  run repo/tests/run --scripts
  want "$1"
  [ "$(tail -n 1 out)" = "$2" ] || bad "last line: $(tail -n 1 out)"
  rm -f repo/tests/e2e/*
}

begin runner-counts
printf 'echo ok a\necho ok b\necho skip c no reason\n' >repo/tests/e2e/a.sh
verdict 0 "2 passed, 0 failed, 1 skipped"

begin runner-fails
printf 'echo ok a\necho not ok b\n' >repo/tests/e2e/a.sh
printf 'echo ok a\n' >repo/tests/e2e/b.sh
verdict 1 "2 passed, 1 failed"

begin runner-bad-status-is-a-failure
printf 'echo ok a\nexit 3\n' >repo/tests/e2e/a.sh
verdict 1 "1 passed, 1 failed"

begin runner-silence-is-a-failure
printf 'true\n' >repo/tests/e2e/a.sh
verdict 1 "0 passed, 1 failed"

begin runner-time-limit
printf '# timeout: 1\necho ok a\nsleep 60\n' >repo/tests/e2e/a.sh
verdict 1 "1 passed, 1 failed"

begin runner-nothing-ran
verdict 1 "0 passed, 0 failed"

begin runner-library
cat >repo/tests/e2e/a.sh <<'S'
. "$TOP/tests/lib.sh"
begin good
run true
want 0
begin wrong-status
run false
want 0
begin wrong-text
echo abc >f
has f xyz
begin unwanted-text
hasnt f abc
begin other-bytes
echo abd >g
same f g
begin equal-bytes
differ f f
begin no-tool
need no-such-tool-here || :
end
S
verdict 1 "1 passed, 5 failed, 1 skipped"

# Ctrl-C ends the scripts that run, and starts no other.
begin runner-stops
rm -rf repo/build
for name in a b c; do
  echo 'echo $$ >>"$TOP/started"; sleep 300; echo ok late' \
    >repo/tests/e2e/$name.sh
done
run python3 - <<'P'
import os, signal, subprocess, sys, time
p = subprocess.Popen(["repo/tests/run", "--scripts", "-j", "2"],
                     start_new_session=True, preexec_fn=lambda:
                     signal.signal(signal.SIGINT, signal.SIG_DFL))
for _ in range(600):
    if os.path.exists("repo/started") or p.poll() is not None:
        break
    time.sleep(0.1)
os.killpg(p.pid, signal.SIGINT)
try:
    sys.exit(p.wait(60))
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit("it did not stop")
P
want 130
[ "$(tail -n 1 out)" = stopped ] || bad "last line: $(tail -n 1 out)"
[ -s repo/started ] || bad "no script was started"
for pid in $(cat repo/started); do
  kill -9 "$pid" 2>/dev/null && bad "a script still runs"
done
hasnt out Traceback
hasnt err Traceback

end
