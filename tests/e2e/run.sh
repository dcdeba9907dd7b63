# run: what it refuses before a machine starts, and what it gives the machine.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
mkdir -p app && printf 'x' >app/file && chmod +x app/file

# A qemu that writes down its arguments and ends.
mkdir -p bin
cat >bin/qemu-system-x86_64 <<'EOF'
#!/bin/sh
case "$*" in
*help*) echo "microvm nitro-enclave vhost-user-vsock-device" ;;
*) echo "$*" >>"$QEMU_ARGS" ;;
esac
EOF
chmod +x bin/qemu-system-x86_64
QEMU_ARGS=$PWD/args
PATH=$PWD/bin:$PATH
export PATH QEMU_ARGS

image() { # image FILE [LINES OF enclave.toml]
  printf '%s\n' "$2" >image.toml
  run "$VERACLAVE" build image.toml --boot-dir boot --from dir:app \
    --cmd /file -o "$1" -q
  want 0
}

begin what_describe_refuses_is_not_booted
image good.eif ''
cp good.eif bad.eif
size=$(stat -c %s bad.eif)
printf '\377' | dd of=bad.eif bs=1 seek=$((size - 1)) conv=notrunc 2>/dev/null
for verb in describe 'run --machine microvm'; do
  # shellcheck disable=SC2086
  run "$VERACLAVE" $verb bad.eif
  want 3
  has err eif-crc
done
[ ! -e args ] || bad "a machine was started"

begin the_image_is_named_once
run "$VERACLAVE" run --machine microvm
want 2
has err "no image is named"
run "$VERACLAVE" run --machine microvm --eif-path good.eif good.eif
want 2
has err "two images are named"
run "$VERACLAVE" run --machine microvm --eif-path bad.eif
want 3
has err eif-crc

begin the_bar_goes_before_the_console_comes
if need script; then
  (unset CI && script -qec "stty cols 90; '$VERACLAVE' run --machine microvm \
    good.eif" /dev/null </dev/null >out 2>err)
  has out 'measuring    ['
  has out "$(printf '\033[K')veraclave: this is QEMU"
  rm -f args
fi

begin no_port_is_given_twice
for ports in '--forward 8080:8080 -p 8080:81' '--reach 81:80 --reach 81:82'; do
  # shellcheck disable=SC2086
  run "$VERACLAVE" run --machine microvm good.eif $ports
  want 2
  has err "the port is given twice"
done
[ ! -e args ] || bad "a machine was started"

begin too_little_memory_names_the_number_needed
head -c 30000000 /dev/zero >app/big
image big.eif ''
rm app/big
size=$(stat -c %s big.eif)
least=$((4 * ((size + 1048575) / 1048576)))
run "$VERACLAVE" run --machine microvm --memory $((least - 1)) big.eif
want 2
has err "$((least - 1)) MiB of memory are too little"
has err "give --memory $least or more"
[ ! -e args ] || bad "a machine was started"

begin the_image_says_what_it_wants_and_options_win
image sized.eif '[resources]
memory_mib = 700
cpus = 3'
rm -f args
run "$VERACLAVE" run --machine microvm sized.eif
has args "-m 700M"
has args "-smp 3"
rm -f args
run "$VERACLAVE" run --machine microvm --memory 600 --cpus 1 sized.eif
has args "-m 600M"
has args "-smp 1"
rm -f args
run "$VERACLAVE" run --machine microvm --eif-path good.eif
has args "-m 1024M" # what a header holds when nobody asked
has args "-smp 2"
run "$VERACLAVE" help enclave.toml
has out 'Without it: 1024.'
# too little, in a header: what starts, and 512 at least
head -c 30000000 /dev/zero >app/big
image small.eif '[resources]
memory_mib = 70'
rm -f args app/big
run "$VERACLAVE" run --machine microvm --eif-path small.eif
has args "-m 512M"

begin not_ready_in_time_is_told
cat >slow <<'EOF'
#!/bin/sh
case "$*" in
*help*) echo "microvm nitro-enclave" ;;
*) exec sleep 60 ;;
esac
EOF
chmod +x slow
run env VERACLAVE_QEMU="$PWD/slow" "$VERACLAVE" run --machine microvm good.eif \
  --until-ready --timeout 1
want 4
has err "not ready after 1 s: there was no heartbeat"
run "$VERACLAVE" run --machine nitro good.eif --until-ready
want 2
has err "--until-ready out"

# An ordinary user's port and KVM, as they are where nobody may.
begin what_a_user_may_not_names_the_cause
user=
# no rights but to reach this directory
[ "$(id -u)" != 0 ] || user="setpriv --reuid 65534 --regid 65534 --clear-groups
  --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search
  --bounding-set -all,+dac_read_search"
low=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
mkdir -p open && chmod 1777 open
if [ -n "$user" ] && ! $user "$VERACLAVE" describe good.eif >seen 2>&1; then
  skip "another user cannot be tried: $(head -n 1 seen)"
elif [ "$low" -le 80 ]; then
  skip "port 80 is everybody's here"
else
  # shellcheck disable=SC2086
  run env TMPDIR="$PWD/open" $user "$VERACLAVE" run --machine microvm good.eif \
    --forward 80:8080
  want 4
  has err "cannot listen on 127.0.0.1:80: Permission denied"
  has err net.ipv4.ip_unprivileged_port_start
  hasnt err "of the file"
  # shellcheck disable=SC2086
  if ! $user test -w /dev/kvm; then
    run env TMPDIR="$PWD/open" $user "$VERACLAVE" run --machine microvm \
      good.eif --kvm
    [ "$status" = 4 ] || bad "status $status"
    has err "cannot open /dev/kvm"
    if [ -e /dev/kvm ]; then
      has err "usermod -aG kvm"
    else
      has err "this machine has no KVM"
    fi
  fi
fi
end
