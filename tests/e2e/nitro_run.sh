# run-enclave, describe-enclaves, console, terminate-enclave with a stub QEMU.
. "$TOP/tests/lib.sh"

if [ -e /dev/nitro_enclaves ]; then
  begin nitro_run
  skip "this is a Nitro host, where nitro-cli would be asked"
  end
  exit 0
fi
python3 "$TOP/tests/trees.py" boot boot || exit 1
mkdir -p app bin && printf 'x' >app/file && chmod +x app/file
cat >bin/qemu-system-x86_64 <<'EOS'
#!/bin/sh
case "$*" in
*help*) printf "microvm x\nnitro-enclave x\nvhost-user-vsock-device\n" ;;
*) echo hello from inside; exec sleep 60 ;;
esac
EOS
chmod +x bin/qemu-system-x86_64
PATH=$PWD/bin:$PATH
XDG_RUNTIME_DIR=$PWD/runtime
VERACLAVE_QEMU=$PWD/bin/qemu-system-x86_64
export PATH XDG_RUNTIME_DIR VERACLAVE_QEMU
mkdir -m 700 runtime
dir=$XDG_RUNTIME_DIR/veraclave/enclaves
trap '"$VERACLAVE" terminate-enclave --all >/dev/null 2>&1' EXIT
: >image.toml
"$VERACLAVE" build image.toml --boot-dir boot --from dir:app --cmd /file \
  -o app.eif -q || exit 1

start() {
  run "$VERACLAVE" run-enclave --eif-path app.eif --cpu-count 2 --memory 512 \
    "$@"
}
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" out; }

begin one_is_started_listed_shown_and_stopped
start --debug-mode
want 0
has out '"EnclaveName": "app"'
id=$(field EnclaveID)
pid=$(field ProcessID)
run "$VERACLAVE" describe-enclaves
want 0
has out "$id"
has out '"Flags": "DEBUG_MODE"'
run "$VERACLAVE" console --enclave-id "$id" --disconnect-timeout 1
want 0
has out "hello from inside"
run "$VERACLAVE" terminate-enclave --enclave-name app
want 0
has out '"Terminated": true'
# where nobody waits for it, an ended process stays as a zombie
case "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)" in
"" | Z*) ;;
*) bad "it still runs" ;;
esac
run "$VERACLAVE" describe-enclaves
has out '[]'
[ -z "$(ls "$dir")" ] || bad "files are left"

begin no_console_without_debug_mode
start
want 0
run "$VERACLAVE" console --enclave-name app
want 1
has err enclave-debug

begin a_process_that_has_the_number_by_now_is_left_alone
record=$(ls "$dir"/*.json)
cp "$record" kept.json
run "$VERACLAVE" terminate-enclave --all
want 0
sleep 60 &
other=$!
sed "s/\"ProcessID\": [0-9]*/\"ProcessID\": $other/" kept.json >"$record"
run "$VERACLAVE" terminate-enclave --enclave-name app
want 4
has err enclave-unknown
kill -0 $other || bad "another process was stopped"
kill $other
[ ! -e "$record" ] || bad "the stale record is left"

begin what_is_no_record_is_passed_over
echo '{"EnclaveID": 1' >"$dir/broken.json"
ln -s "$PWD/kept.json" "$dir/link.json"
run "$VERACLAVE" describe-enclaves
want 0
has out '[]'
has err "broken.json"
has err "link.json"
has err enclave-record
chmod 755 "$dir"
run "$VERACLAVE" describe-enclaves
want 1
has err enclave-dir
chmod 700 "$dir"
end

begin one_that_ends_at_once_is_an_error
printf '#!/bin/sh\nexit 1\n' >bin/qemu-system-x86_64
start
want 4
has err "veraclave: the enclave ended at once: VERACLAVE_QEMU"
has err 'hint: run "make interop"'
run "$VERACLAVE" describe-enclaves
has out '[]'

begin the_console_is_bounded_and_nobody_waits
cat >bin/qemu-system-x86_64 <<'EOS'
#!/bin/sh
case "$*" in
*help*) printf "microvm x\nnitro-enclave x\nvhost-user-vsock-device\n" ;;
*) yes 0123456789abcdef | head -c 20000000; : >through; exec sleep 60 ;;
esac
EOS
start --debug-mode
want 0
wait_until test -e through || bad "the program waits for its console"
size=$(stat -c %s "$dir"/*.console)
[ "$size" -ge 16777216 ] && [ "$size" -lt 16777416 ] ||
  bad "the console's file has $size bytes"
run "$VERACLAVE" console --enclave-name app --disconnect-timeout 1
want 0
[ "$(grep -a -c "the console was cut here, after 16777216 bytes" out)" = 1 ] ||
  bad "it is not said once that it was cut"
run "$VERACLAVE" terminate-enclave --all
want 0
run "$VERACLAVE" run --until-ready --console-max 1 app.eif --timeout 2
has err "the console was cut here, after 1 bytes"
[ "$(head -c 3 out)" = 0 ] || bad "more of the console than one byte"
start --enclave-name "$(printf 'x%.0s' $(seq 301))"
want 2
has err "longer than 300 bytes"

# A Nitro host: in a /dev of our own the device is there, and nitro-cli is a
# program that writes down how it was called.
mkdir host
cat >bin/nitro-cli <<EOS
#!/bin/sh
printf '%s\n' "\$@" >$PWD/host/called
case \$1 in
describe-enclaves) cat $PWD/host/list ;;
*) echo '{"EnclaveID": "theirs"}' ;;
esac
exit \$(cat $PWD/host/status)
EOS
chmod +x bin/nitro-cli
echo 0 >host/status
echo '[{"EnclaveName": "theirs", "EnclaveCID": 20}]' >host/list
cat >host/enter <<'EOS'
set -e
mount -t tmpfs none host/dev
for n in null zero full random urandom; do
  : >host/dev/$n
  mount --bind /dev/$n host/dev/$n
done
: >host/dev/nitro_enclaves
mount --rbind host/dev /dev
exec "$@"
EOS
mkdir host/dev
enter=
for how in "unshare -rm" "unshare -m"; do
  [ -z "$enter" ] && $how sh host/enter true 2>enter.log && enter=$how
done
on_host() {
  : >host/called
  # shellcheck disable=SC2086 # words
  run $enter sh host/enter "$VERACLAVE" "$@"
}
called() {
  [ "$(tr '\n' ' ' <host/called)" = "$*${1:+ }" ] ||
    bad "nitro-cli was called with: $(tr '\n' ' ' <host/called)"
}

begin a_host_s_nitro_cli_starts_enclaves
if [ -z "$enter" ]; then
  confined "a mount namespace" enter.log
else
  on_host run-enclave --eif-path app.eif --cpu-count 2 --memory 512 \
    --enclave-cid 20 --enclave-name "a b" --debug-mode
  want 0
  has out '"EnclaveID": "theirs"'
  called run-enclave --eif-path app.eif --enclave-name "a b" --cpu-count 2 \
    --memory 512 --enclave-cid 20 --debug-mode
  on_host run-enclave --eif-path app.eif --cpu-count 2
  want 2
  called
  on_host run-enclave --json --eif-path app.eif --cpu-count 2 --memory 512
  want 0
  has err '"EnclaveID": "theirs"'
  echo 39 >host/status
  on_host run-enclave --eif-path app.eif --cpu-count 2 --memory 512
  want 4
  has err "nitro-cli"
  echo 0 >host/status
fi

begin a_host_s_enclaves_and_ours_are_told_apart
if [ -z "$enter" ]; then
  confined "a mount namespace" enter.log
else
  start --debug-mode
  want 0
  on_host describe-enclaves
  want 0
  called describe-enclaves
  has out '"EnclaveName": "app"'
  has out '"EnclaveName": "theirs"'
  python3 -c 'import json; assert len(json.load(open("out"))) == 2' ||
    bad "no list of two"
  on_host console --enclave-name theirs --disconnect-timeout 5
  want 0
  called console --enclave-name theirs --disconnect-timeout 5
  on_host console --enclave-name app --disconnect-timeout 1
  want 0
  called
  has out 0123456789abcdef
  on_host terminate-enclave --enclave-id i-1-enc2
  want 0
  called terminate-enclave --enclave-id i-1-enc2
  on_host terminate-enclave --enclave-name app
  want 0
  called
  has out '"Terminated": true'
  start
  on_host terminate-enclave --all
  want 0
  called terminate-enclave --all
  has out '"EnclaveName": "app"'
  has out '"EnclaveID": "theirs"'
  on_host describe-enclaves
  hasnt out '"EnclaveName": "app"'
fi

begin what_a_host_s_nitro_cli_prints_is_looked_at
if [ -z "$enter" ]; then
  confined "a mount namespace" enter.log
else
  echo '[{' >host/list
  on_host describe-enclaves
  want 3
  has err "the output of nitro-cli describe-enclaves: not valid JSON"
  echo '{"EnclaveName": "theirs"}' >host/list
  on_host describe-enclaves
  want 3
  has err "is not a list"
  echo 1 >host/status
  on_host describe-enclaves
  want 4
  has err "nitro-cli"
fi
# a device without the program is no host that could be asked
rm bin/nitro-cli
if [ -n "$enter" ]; then
  on_host describe-enclaves
  want 0
  has out '[]'
fi
end
