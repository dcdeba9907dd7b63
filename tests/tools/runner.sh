# tests/run must count what scripts and programs say, and distrust silence.
. "$TOP/tests/lib.sh"
mkdir -p repo/tests/e2e repo/build repo/tests/tools
cp "$TOP/tests/run" repo/tests/run
cp "$TOP/tests/lib.sh" repo/tests/lib.sh
printf "project('x', 'c')\n" >repo/meson.build

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

end
