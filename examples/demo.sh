#!/bin/sh
# make demo: a real application becomes an enclave image, twice, from copies of
# it that differ in everything that should not matter; then it boots, and a
# relying party checks its attestation, also after one bit was changed.
#
# The application is examples/python-web: Debian's python3 with a small web
# server. DEMO=hello takes examples/hello instead, a static C program, which
# needs no packages from a mirror.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
app=${DEMO:-python-web}
case $app in
hello) file=hello ;;
*) file=srv/app/app.py ;;
esac
veraclave=$top/build/veraclave
out=$top/build/demo
rm -rf "$out"
mkdir -p "$out"

say() {
  printf '\n== %s\n' "$*"
}

say "The boot side: a kernel and an init of our own (built once, then cached)"
"$top/tools/boot-dir" "$top/build/boot"

say "The application: examples/$app"
cp -r "$top/examples/$app" "$out/app"
if [ "$app" = hello ]; then
  make -s -C "$out/app"
  tar -C "$out/app/rootfs" --numeric-owner --owner=0 --group=0 \
    -cf "$out/rootfs.tar" .
else
  "$out/app/make-rootfs" "$out/rootfs.tar"
fi

say "Two copies of it as container images: other layers, order and times"
python3 "$top/examples/relayer.py" --seed 1 "$out/rootfs.tar" "$out/copy-1"
mkdir -p "$out/another directory/far away"
python3 "$top/examples/relayer.py" --seed 2 --layers 4 \
  "$out/rootfs.tar" "$out/another directory/far away/copy"

say "Build one"
cd "$out"
"$veraclave" build "$out/app" --from "oci:$out/copy-1" \
  -o "$out/one.eif" --pcrs "$out/one.pcrs.json"

say "Build two: another umask, time zone, locale, home and directory"
(
  cd "$out/another directory/far away"
  umask 077
  env -i PATH="$PATH" TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 \
    HOME=/nonexistent \
    "$veraclave" build "$out/app" --from oci:copy \
    -o "$out/two.eif" --pcrs "$out/two.pcrs.json"
)

say "Compare"
if cmp "$out/one.eif" "$out/two.eif"; then
  echo "identical: both files have SHA-256 $(sha256sum <"$out/one.eif" | cut -d' ' -f1)"
else
  echo "DIFFERENT"
  exit 1
fi

say "Boot it"
python3 "$top/examples/boot.py" "$veraclave" "$out/one.eif" \
  "$out/one.pcrs.json"

say "A relying party: is that enclave this release? (simulated attestation)"
"$veraclave" simulate init "$out/simulator"
attest() {
  "$veraclave" simulate --root "$out/simulator" --eif "$1" -- \
    "$veraclave" nsm attest --nonce 5eed -o "$2"
}
attest "$out/one.eif" "$out/one.cbor"
"$veraclave" verify "$out/one.cbor" --pcrs "$out/one.pcrs.json" \
  --nonce 5eed --trust "sim:$out/simulator/root.der"

say "One bit of the application changed"
python3 "$top/examples/relayer.py" --seed 3 --change "$file" \
  "$out/rootfs.tar" "$out/changed"
"$veraclave" build --quiet "$out/app" --from "oci:$out/changed" \
  -o "$out/changed.eif"
attest "$out/changed.eif" "$out/changed.cbor"
status=0
"$veraclave" verify "$out/changed.cbor" --pcrs "$out/one.pcrs.json" \
  --nonce 5eed --trust "sim:$out/simulator/root.der" || status=$?
[ "$status" = 1 ] || {
  echo "the changed image was not refused: status $status"
  exit 1
}
printf '\nThe demo ends here: built twice, identical, booted, verified, and the\n'
printf 'changed one refused. Everything is in %s\n' "$out"
