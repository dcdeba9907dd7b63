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

begin too_little_memory_names_the_number_needed
head -c 30000000 /dev/zero >app/big
image big.eif ''
rm app/big
size=$(stat -c %s big.eif)
least=$((4 * ((size + 1048575) / 1048576)))
run "$VERACLAVE" run --machine microvm --memory $((least - 1)) big.eif
want 2
has err "$((least - 1)) MiB of memory are too few"
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
end
