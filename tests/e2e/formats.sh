# The rows of each JSON format against what the verbs write.
. "$TOP/tests/lib.sh"

mkdir schemas
sed -n 's/^## //p' "$TOP/docs/formats/json.md" | sort >listed
for name in $(cat listed); do
  "$VERACLAVE" help --schema "$name" >"schemas/$(echo "$name" | tr / -)"
done

begin a-schema-of-every-format
run "$VERACLAVE" help --schema nitro-pcr/1
want 2
has err 'choose one of: nitro-pcrs/1'
if python3 -c 'import jsonschema' 2>/dev/null; then
  run python3 -c '
import json, pathlib, jsonschema
for path in pathlib.Path("schemas").iterdir():
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text()))'
  want 0
fi
[ "$(find schemas -type f -size +0 | wc -l)" = "$(wc -l <listed)" ] ||
  bad "a schema is missing"

begin rows-are-the-keys-written
python3 "$TOP/tests/trees.py" boot boot
python3 "$TOP/tests/trees.py" one layout
mkdir -p d/bin
echo app >d/bin/app
chmod 755 d/bin/app
{
  "$VERACLAVE" build --boot-dir boot --from layout -o app.eif --report r.json \
    --app-version 1
  "$VERACLAVE" build --boot-dir boot --from d --entrypoint /bin/app -o d.eif
  "$VERACLAVE" unpack app.eif app.d
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
    -keyout key.pem -out cert.pem -subj /CN=formats -days 30
  "$VERACLAVE" sign-eif app.eif -c cert.pem -k key.pem -o s.eif
  "$VERACLAVE" pcrs add prod app.pcrs.json
  sed 's/"2": *"[0-9a-f]/"2":"/; s/"2":"/"2":"0/' app.pcrs.json >other.json
} >making.log 2>&1
json() {
  json_file=$1
  shift
  "$VERACLAVE" "$@" --json >"$json_file" 2>>json.log
}
json ramdisk.json ramdisk --from layout -o app.cpio
json version.json version
json unsigned.json describe app.eif
json signed.json describe s.eif --sha256 --at 4102444800
json same.json build --boot-dir boot --from layout --check app.pcrs.json
json differs.json build --boot-dir boot --from layout --check other.json
json text.json explain scrub-secret
json result.json pcr --input app.pcrs.json
json error.json explain nothing-such
echo nonsense >nonsense
json malformed.json verify nonsense --pcrs app.pcrs.json --trust aws-nitro
has signed.json '"SigningCertificate"'
"$VERACLAVE" simulate --root root init >>making.log 2>&1
cat >calls.sh <<'END'
"$VERACLAVE" nsm lock 20 --json >lock.json
"$VERACLAVE" nsm describe --json >nsm.json
"$VERACLAVE" nsm pcr 16 --json >pcr.json
"$VERACLAVE" nsm attest -o doc.cbor
END
export VERACLAVE
"$VERACLAVE" simulate --root root --pcrs app.pcrs.json -- sh -e calls.sh \
  >>making.log 2>&1
if [ -s doc.cbor ]; then
  json verdict.json verify doc.cbor --pcrs app.pcrs.json \
    --trust sim:root/root.der
  simulated='nsm.json pcr.json verdict.json malformed.json'
else
  simulated=
fi
run python3 "$TOP/tests/e2e/json_schema.py" schemas app.pcrs.json d.pcrs.json \
  r.json pcrs/prod* app.d/eif.json ramdisk.json version.json unsigned.json \
  signed.json same.json differs.json text.json result.json error.json \
  $simulated
want 0
[ -z "$simulated" ] || has out ' of 13 formats'

begin every-schema-that-sources-name-is-listed
# What is not JSON has a page of its own or is no format of a file's; the record
# of a running enclave is our own, and read by nobody else.
printf '%s\n' veraclave-policy/1 veraclave-process/1 veraclave-process/2 \
  veraclave-enclave/1 >others
find "$TOP/src" -name '*.[ch]' ! -name '*_test.c' ! -name 'formats*' \
  -exec grep -ohE '"[^"]*\b(veraclave|nitro|nsm|scrub)-[a-z]+/[0-9]+' {} + |
  grep -oE '(veraclave|nitro|nsm|scrub)-[a-z]+/[0-9]+' |
  grep -vx nitro-cli/1 | sort -u | grep -vxFf others >named
[ "$(wc -l <named)" -ge 13 ] || bad "only $(wc -l <named) schemas are named"
same named listed
end
