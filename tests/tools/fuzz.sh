# tools/fuzz-one tells an input that hangs from a machine that was paused.
. "$TOP/tests/lib.sh"
mkdir -p log corpus found
dir=$PWD seconds=4 FUZZ_HANG=1
export dir seconds FUZZ_HANG

# target HANGS: stands for a libFuzzer program. Fuzzing, it claims once that an
# input hangs and then runs well; alone, the input hangs or ends.
target() {
  rm -f claimed found/x/*
  cat >target <<END
#!/bin/sh
case \$1 in
-max_total_time=*)
  if [ -e $PWD/claimed ] && [ $1 = no ]; then
    echo "stat::number_of_executed_units: 7"
    exit 0
  fi
  : >$PWD/claimed
  : >$PWD/found/x/timeout-00ff
  echo "ALARM: working on the last Unit for 1 seconds"
  echo "artifact_prefix='found/'; Test unit written to $PWD/found/x/timeout-00ff"
  echo "stat::number_of_executed_units: 5"
  exit 70 ;;
esac
[ $1 = no ] || while :; do :; done
END
  chmod +x target
}

begin fuzz-a-paused-machine-is-no-finding
target no
run "$TOP/tools/fuzz-one" x target ""
want 0
has out "ok x (12 runs, the machine paused 1 times)"
has log/x.verdict "ok x"
[ ! -e found/x/timeout-00ff ] || bad "the input was kept as a finding"

begin fuzz-an-input-that-hangs-is-one
target yes
run "$TOP/tools/fuzz-one" x target ""
has log/x.verdict "not ok x"
has out "not ok x: the input is in"
[ -e found/x/timeout-00ff ] || bad "the input is gone"
end
