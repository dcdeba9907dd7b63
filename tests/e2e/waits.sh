#!/bin/sh
# Waits for other programs are limited, and Ctrl-C ends them. A FIFO that has a
# writer is read to its end.
. "$TOP/tests/lib.sh"

doc="$TOP/src/attest/testdata/doc/ok-definite"
at=1756468800
"$VERACLAVE" verify "$doc" --at $at >asked 2>asked.err
asked=$?
mkfifo fifo
python3 "$TOP/tests/trees.py" boot boot

# soon SECONDS CMD...: the command ends within this many seconds
soon() {
  most=$1
  shift
  started=$(date +%s)
  run "$@"
  [ $(($(date +%s) - started)) -le "$most" ] || bad "it waited too long: $*"
}

# answers: the last run gave the same output as for the file
answers() {
  want $asked
  same asked out
}

verify() {
  "$VERACLAVE" verify "$@" --at $at
}

begin nobody_writes
for form in "verify fifo" "describe fifo" "build --from fifo --name x --boot-dir boot -o x.eif" \
  "verify $doc --pcrs fifo" "verify $doc --policy fifo" \
  "verify $doc --nonce @fifo" "verify $doc --trust fifo" \
  "pcr --signing-certificate fifo" "build fifo" "sign-eif fifo -k fifo"; do
  # shellcheck disable=SC2086 # words
  soon 20 env VERACLAVE_WAIT=1 timeout 30 "$VERACLAVE" $form
  [ $status = 4 ] || [ $status = 2 ] || bad "status $status from: $form"
  [ $status = 2 ] || has err "no program writes"
done
VERACLAVE_WAIT=1 soon 20 "$VERACLAVE" verify fifo
want 4
has err "fifo is a FIFO, and no program writes it within 1 seconds"
end

begin who_writes_is_waited_for
timeout 20 sh -c "sleep 1; cat \"$doc\" >fifo" &
run verify fifo
answers
wait
run verify - <"$doc"
answers
run sh -c '{ sleep 1; cat "$1"; } | "$0" verify - --at "$2"' \
  "$VERACLAVE" "$doc" $at
answers
run sh -c 'cat "$1" | "$0" verify /dev/stdin --at "$2"' \
  "$VERACLAVE" "$doc" $at
answers
soon 20 sh -c ': | "$0" verify -' "$VERACLAVE"
want 3
if need bash; then
  run bash -c '"$0" verify <(sleep 1; cat "$1") --at "$2"' \
    "$VERACLAVE" "$doc" $at
  answers
  soon 20 bash -c '"$0" verify <(:)' "$VERACLAVE"
  want 3
fi
end

# fifo2 has a writer that writes nothing
mkfifo fifo2
exec 3<>fifo2

begin who_says_nothing_is_left
soon 20 env VERACLAVE_WAIT=1 timeout 30 "$VERACLAVE" verify - <fifo2
want 4
has err "no data came for 1 seconds"
end

begin the_time_can_be_said
for time in x 0 -1 1.5 604801; do
  VERACLAVE_WAIT=$time run "$VERACLAVE" verify fifo
  want 2
  has err "VERACLAVE_WAIT is"
done
end

# left CMD...: SIGINT ends the command while it waits
left() {
  interruptible "$@" >out 2>err <fifo2 &
  pid=$!
  last_run="$* (SIGINT)"
  sleep 1
  kill -s INT $pid
  status=0
  wait $pid || status=$?
  want 130
}

begin ctrl_c_ends_each
left "$VERACLAVE" verify fifo
left "$VERACLAVE" verify -
left "$VERACLAVE" describe -
left "$VERACLAVE" build --from - --name x --boot-dir boot -o x.eif
left "$VERACLAVE" build --from fifo --name x --boot-dir boot -o x.eif
[ ! -e x.eif ] || bad "an output was left"
end
