# Verbs under nitro-cli's names: same flags, same JSON.
. "$TOP/tests/lib.sh"

trees() {
  python3 "$TOP/tests/trees.py" "$@" || bad "trees.py $*"
}

# A docker that knows one image, from which it "saves" saved.tar.
fake_docker() {
  mkdir -p bin
  cat >bin/docker <<'END'
#!/bin/sh
for last; do :; done
[ "$last" = localhost:5000/team/app:1.4 ] || exit 1
case $1 in
image) echo sha256:1234abcd ;;
save) cp saved.tar "$3" ;;
*) exit 1 ;;
esac
END
  chmod +x bin/docker
  PATH=$PWD/bin:$PATH
}

begin build-enclave-of-an-image-in-docker
if need skopeo; then
  trees boot boot
  trees one layout
  fake_docker
  run skopeo copy -q oci:layout docker-archive:saved.tar:app:1.4
  want 0
  echo '{"team":"keys"}' >meta.json
  run "$VERACLAVE" build-enclave --docker-uri localhost:5000/team/app:1.4 \
    --output-file app.eif --boot-dir boot --metadata meta.json
  want 0
  has err 'Start building the Enclave Image...'
  has err 'Enclave Image successfully created.'
  cp out built.json
  run "$VERACLAVE" build --from docker-archive:saved.tar -o same.eif \
    --allow-missing-command \
    --boot-dir boot --profile nitro-cli --scrub none
  want 0
  run "$VERACLAVE" describe-eif --eif-path app.eif
  want 0
  cp out app.json
  run "$VERACLAVE" describe same.eif
  want 0
  cp out same.json
  run python3 - <<'END'
import json
built, app, same = (json.load(open(f + ".json")) for f in
                    ("built", "app", "same"))
assert set(built) == {"Measurements"}, built
assert list(built["Measurements"]) == ["HashAlgorithm", "PCR0", "PCR1",
                                       "PCR2"], built
assert built["Measurements"] == app["Measurements"] == same["Measurements"]
assert app["ImageName"] == "localhost:5000/team/app", app["ImageName"]
assert app["ImageVersion"] == "1234abcd", app["ImageVersion"]
assert app["Metadata"]["team"] == "keys", app["Metadata"]
END
  want 0
fi

begin build-enclave-signs
if need skopeo openssl; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
    -keyout key.pem -out cert.pem -days 30 -subj /CN=test 2>/dev/null
  run "$VERACLAVE" build-enclave --docker-uri localhost:5000/team/app:1.4 \
    --output-file signed.eif --boot-dir boot --signing-certificate cert.pem \
    --private-key key.pem
  want 0
  has out '"PCR8"'
  cp out signed.json
  run "$VERACLAVE" pcr --signing-certificate cert.pem
  want 0
  has signed.json "$(sed -n 's/.*"PCR8": "\(.*\)".*/\1/p' out)"
  run "$VERACLAVE" describe-eif --eif-path signed.eif
  want 0
  has out '"SignatureCheck": true'
fi

begin build-enclave-leaves-nothing-when-it-cannot-sign
if need skopeo openssl; then
  openssl ecparam -name secp384r1 -genkey -noout -out other.pem 2>/dev/null
  run "$VERACLAVE" build-enclave --docker-uri localhost:5000/team/app:1.4 \
    --output-file unsigned.eif --boot-dir boot --signing-certificate cert.pem \
    --private-key other.pem
  want 1
  [ ! -e unsigned.eif ] || bad "an image without a signature is there"
  openssl pkcs8 -topk8 -v2 aes256 -passout pass:x -in key.pem -out sealed.pem
  run "$VERACLAVE" build-enclave --docker-uri localhost:5000/team/app:1.4 \
    --output-file unsigned.eif --boot-dir boot --signing-certificate cert.pem \
    --private-key sealed.pem
  want 2
  has err '[key-encrypted]'
  has err 'sign-eif with --passphrase-file'
  if find "$TMPDIR" -mindepth 1 | grep .; then
    bad "temporary files are left"
  fi
fi

begin nitro-cli-flags-that-are-missing
run "$VERACLAVE" build-enclave --docker-uri a
want 2
has err '--output-file is missing'
run "$VERACLAVE" build-enclave --docker-uri a --output-file b --private-key c
want 2
run "$VERACLAVE" describe-eif
want 2
has err '--eif-path is missing'
