#!/bin/sh
# Stopped by a signal: the status that shells expect, and nothing left behind.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
mkdir bin out.d big
head -c 200000000 /dev/zero >big/data

# A mmdebstrap that has a file of its own and a child, as the real one.
cat >bin/mmdebstrap <<'END'
#!/bin/sh
trap 'kill $child; wait; rm -f "$TMPDIR/mine"; exit 1' INT TERM HUP
: >"$TMPDIR/mine"
sleep 60 &
child=$!
echo $child >child
wait
END
chmod 755 bin/mmdebstrap
cat >enclave.toml <<'END'
name = "x"
[rootfs]
debian = "bookworm"
packages = []
[process]
entrypoint = ["/bin/sh"]
END

# stopped SIGNAL FILE CMD...: runs it and sends the signal when the file is
# there; sets status.
stopped() {
  signal=$1
  file=$2
  shift 2
  last_run="$* (SIG$signal)"
  # a shell's background job ignores SIGINT; this one does not
  python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" >out 2>err &
  pid=$!
  for _ in $(seq 100); do
    [ -s "$file" ] && break
    sleep 0.1
  done
  kill -s "$signal" $pid
  status=0
  wait $pid || status=$?
}

for case in INT:130 TERM:143 HUP:129; do
  begin "package_list_${case%:*}"
  rm -f child
  stopped "${case%:*}" child env PATH="$PWD/bin:$PATH" \
    "$VERACLAVE" build --boot-dir boot -o out.d/x.eif
  want "${case#*:}"
  [ -z "$(ls -A out.d)" ] || bad "left beside the output: $(ls -A out.d)"
  [ -z "$(ls -A "$TMPDIR")" ] || bad "left in TMPDIR: $(ls -A "$TMPDIR")"
  if kill -0 "$(cat child)" 2>/dev/null; then
    bad "a program that was started still runs"
  fi
  end
done

begin a_directory
for delay in 0 0.02 0.1; do
  status=0
  timeout -s TERM $delay "$VERACLAVE" build --boot-dir boot --from dir:big \
    --cmd /data -o out.d/x.eif >out 2>err || status=$?
  # shellcheck disable=SC2012 # names of our own
  case $(ls -A out.d | tr '\n' ' ') in
  '' | 'x.eif ' | 'x.eif x.pcrs.json ') ;;
  *) bad "left beside the output: $(ls -A out.d)" ;;
  esac
  [ -z "$(ls -A "$TMPDIR")" ] || bad "left in TMPDIR: $(ls -A "$TMPDIR")"
  rm -f out.d/*
done
end
