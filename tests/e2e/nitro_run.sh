# run-enclave, describe-enclaves, console, terminate-enclave with a stub QEMU.
. "$TOP/tests/lib.sh"

[ ! -e /dev/nitro_enclaves ] || exit 0
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
has err "the enclave ended at once"
run "$VERACLAVE" describe-enclaves
has out '[]'
end
