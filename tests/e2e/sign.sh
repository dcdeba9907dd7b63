# sign-eif, with throwaway keys, judged by eif_peer.py and openssl.
. "$TOP/tests/lib.sh"

PEER="$TOP/tests/e2e/eif_peer.py"
CURVES="prime256v1 secp384r1 secp521r1"

peer() {
  python3 "$PEER" "$@" 2>&1 || bad "eif_peer.py $*"
}

# certificate NAME CURVE SUBJECT: NAME.key and NAME.crt
certificate() {
  openssl ecparam -name "$2" -genkey -noout -out "$1.key"
  openssl req -x509 -new -key "$1.key" -days 30 -subj "$3" -out "$1.crt"
}

for c in $CURVES; do
  certificate "$c" "$c" "/C=US/CN=$c"
done
certificate other secp384r1 "/C=US/O=A name that is much longer/CN=other"
peer make plain.eif

begin sign-each-curve
for c in $CURVES; do
  cp plain.eif s.eif
  run "$VERACLAVE" sign-eif s.eif --signing-certificate $c.crt --private-key $c.key
  want 0
  peer check s.eif $c.crt >pcrs
  for pcr in PCR0 PCR1 PCR2 PCR8; do
    has out "$(grep -o "\"$pcr\": \"[0-9a-f]*\"" pcrs)"
  done
done

begin sign-twice-gives-the-same-bytes
for c in $CURVES; do
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt -k $c.key -o one.eif
  run "$VERACLAVE" sign-eif --eif-path plain.eif -c $c.crt -k $c.key -o two.eif
  want 0
  same one.eif two.eif
  # A key that was changed into PKCS #8 is the same key.
  openssl pkcs8 -topk8 -nocrypt -in $c.key -out p8.key
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt -k p8.key -o two.eif
  want 0
  same one.eif two.eif
done

begin sign-again-replaces
run "$VERACLAVE" sign-eif plain.eif -c prime256v1.crt -k prime256v1.key -o r.eif
run "$VERACLAVE" sign-eif r.eif -c other.crt -k other.key
want 0
has err "[sign-replaced]"
peer check r.eif other.crt
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k other.key -o fresh.eif
same r.eif fresh.eif
run "$VERACLAVE" sign-eif r.eif -c prime256v1.crt -k prime256v1.key
peer check r.eif prime256v1.crt

begin sign-refuses-what-does-not-belong-together
cp plain.eif s.eif
run "$VERACLAVE" sign-eif s.eif -c secp384r1.crt -k other.key
want 1
has err "[key-mismatch]"
run "$VERACLAVE" sign-eif s.eif -c secp384r1.crt -k prime256v1.key
want 1
has err "[key-mismatch]"
run "$VERACLAVE" sign-eif s.eif -c other.crt -k other.key --at 4000000000
want 1
has err "[cert-expired]"
run "$VERACLAVE" sign-eif s.eif -c other.crt -k other.key --at 1000000000
want 1
has err "[cert-not-yet-valid]"
openssl genrsa -out rsa.key 2048 2>/dev/null
openssl req -x509 -new -key rsa.key -subj /CN=rsa -out rsa.crt
run "$VERACLAVE" sign-eif s.eif -c rsa.crt -k rsa.key
want 3
has err "not an EC key"
run "$VERACLAVE" sign-eif s.eif -c other.crt -k rsa.key
want 3
run "$VERACLAVE" sign-eif s.eif -c other.key -k other.key
want 3
has err "no certificate"
same plain.eif s.eif

begin sign-usage
run "$VERACLAVE" sign-eif plain.eif -c other.crt
want 2
run "$VERACLAVE" sign-eif plain.eif -k other.key
want 2
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k other.key --attach x
want 2
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k other.key --digest
want 2
run "$VERACLAVE" sign-eif plain.eif --eif-path plain.eif -c other.crt -k other.key
want 2
run "$VERACLAVE" sign-eif plain.eif -c other.crt \
  -k arn:aws:kms:us-east-1:123456789012:key/1
want 2
has err "--detached"
cp other.key no-image
run "$VERACLAVE" sign-eif no-image -c other.crt -k other.key
want 3
has err "[eif-magic]"

begin sign-stores-the-certificate-alone
{ openssl x509 -in other.crt -text; cat secp384r1.crt; } >chain.crt
run "$VERACLAVE" sign-eif plain.eif -c chain.crt -k other.key -o c.eif
want 0
has err "[sign-preamble]"
same c.eif fresh.eif
sed 's/$/\r/' other.crt >crlf.crt
run "$VERACLAVE" sign-eif plain.eif -c crlf.crt -k other.key -o c.eif
want 0
same c.eif fresh.eif

begin sign-with-an-encrypted-key
openssl pkcs8 -topk8 -v2 aes256 -passout pass:'open sesame' -in other.key -out e.key
echo 'open sesame' >pass
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k e.key -o c.eif
want 2
has err "--passphrase-file"
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k e.key -o c.eif \
  --passphrase-file pass
want 0
same c.eif fresh.eif
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k fd:5 -o c.eif \
  --passphrase-file fd:6 5<e.key 6<pass
want 0
same c.eif fresh.eif
echo wrong >pass
run "$VERACLAVE" sign-eif plain.eif -c other.crt -k e.key --passphrase-file pass
want 3
has err "does not open"

begin sign-detached-and-attach
for c in $CURVES; do
  case $c in
    prime256v1) h=sha256 half=32 ;;
    secp384r1) h=sha384 half=48 ;;
    *) h=sha512 half=66 ;;
  esac
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt --detached tbs
  want 0
  "$VERACLAVE" sign-eif plain.eif -c $c.crt --detached - >tbs2
  same tbs tbs2
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt --detached dgst --digest
  openssl dgst -$h -binary tbs >want
  same dgst want
  openssl dgst -$h -sign $c.key -out sig.der tbs
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt --attach sig.der -o a.eif
  want 0
  peer check a.eif $c.crt
  # As a key service does it: over the digest; and as raw bytes.
  openssl pkeyutl -sign -inkey $c.key -in dgst -out sig.der
  peer raw sig.der $half >sig.raw
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt --attach sig.raw -o a.eif
  want 0
  peer check a.eif $c.crt
  run "$VERACLAVE" sign-eif plain.eif -c $c.crt --attach sig.der -o b.eif
  same a.eif b.eif
done
cp plain.eif s.eif
run "$VERACLAVE" sign-eif s.eif -c secp384r1.crt --attach sig.raw
want 3
openssl dgst -sha384 -sign other.key -out sig.der tbs
run "$VERACLAVE" sign-eif s.eif -c other.crt --attach sig.der
want 1
has err "[key-mismatch]"
same plain.eif s.eif

begin sign-takes-no-memory-for-large-images
peer make big.eif 134217728
peer rss 65536 "$VERACLAVE" sign-eif big.eif -c other.crt -k other.key
peer check big.eif other.crt
rm -f big.eif

begin sign-as-the-reference-library-does
if require "$FIXTURES/nitro/eif"; then
  for p in p256 p384 p521; do
    peer signature "$FIXTURES/nitro/eif/v4_signed_$p.eif" >sig
    run "$VERACLAVE" sign-eif "$FIXTURES/nitro/eif/v4_two_ramdisks_x86_64.eif" \
      -c "$FIXTURES/nitro/certs/$p.pem" --attach sig -o ref.eif --at 1800000000
    want 0
    same ref.eif "$FIXTURES/nitro/eif/v4_signed_$p.eif"
  done
fi

# A token in software, filled with the key of other.crt.
begin sign-with-a-token
MODULE=/usr/lib/softhsm/libsofthsm2.so
if need softhsm2-util && { [ -f $MODULE ] || { skip "no $MODULE"; false; }; }; then
  mkdir -p tokens
  echo "directories.tokendir = $PWD/tokens" >softhsm.conf
  export SOFTHSM2_CONF="$PWD/softhsm.conf"
  softhsm2-util --init-token --free --label eif --pin 1234 --so-pin 5678
  openssl pkcs8 -topk8 -nocrypt -in other.key -out p8.key
  softhsm2-util --import p8.key --token eif --label release --id 01 --pin 1234
  openssl pkcs8 -topk8 -nocrypt -in prime256v1.key -out p8.key
  softhsm2-util --import p8.key --token eif --label small --id 02 --pin 1234
  echo 1234 >pin
  echo 4321 >wrong
  M="module-path=$MODULE"
  run "$VERACLAVE" sign-eif plain.eif -c other.crt -o t.eif \
    -k "pkcs11:token=eif;object=release?$M" --pin-file pin
  want 0
  has err "[sign-random]"
  peer check t.eif other.crt
  run "$VERACLAVE" sign-eif plain.eif -c prime256v1.crt -o t.eif \
    -k "pkcs11:token=eif;id=%02?$M&pin-source=file:$PWD/pin"
  want 0
  peer check t.eif prime256v1.crt
  # Through the modules that p11-kit is configured for.
  run "$VERACLAVE" sign-eif plain.eif -c other.crt -o t.eif \
    -k "pkcs11:token=eif;object=release" --pin-file pin
  want 0
  peer check t.eif other.crt
  cp plain.eif s.eif
  run "$VERACLAVE" sign-eif s.eif -c other.crt \
    -k "pkcs11:token=eif;object=small?$M" --pin-file pin
  want 1
  run "$VERACLAVE" sign-eif s.eif -c secp384r1.crt \
    -k "pkcs11:token=eif;object=release?$M" --pin-file pin
  want 1
  has err "[key-mismatch]"
  run "$VERACLAVE" sign-eif s.eif -c other.crt \
    -k "pkcs11:token=eif;object=release?$M" --pin-file wrong
  want 4
  has err "cannot log in"
  run "$VERACLAVE" sign-eif s.eif -c other.crt \
    -k "pkcs11:token=eif?$M" --pin-file pin
  want 2
  has err "several EC private keys"
  has err "give the PIN with --pin-file"
  run "$VERACLAVE" sign-eif s.eif -c other.crt \
    -k "pkcs11:token=none?$M" --pin-file pin
  want 4
  has err "no token fits"
  run "$VERACLAVE" sign-eif s.eif -c other.crt \
    -k "pkcs11:token=eif;object=release?$M&pin-value=1234"
  want 2
  has err "a PIN in the URI"
  has err "--pin-file FILE"
  same plain.eif s.eif
  # A terminal is asked, and does not show the answer.
  python3 - "$VERACLAVE" "$M" <<'END' || bad "the prompt"
import os, pty, sys
argv = [sys.argv[1], "sign-eif", "plain.eif", "-o", "asked.eif", "-c",
        "other.crt", "-k", "pkcs11:token=eif;object=release?" + sys.argv[2]]
pid, fd = pty.fork()
if pid == 0:
    os.execv(argv[0], argv)
seen = b""
while b"PIN of the token: " not in seen:
    seen += os.read(fd, 100)
os.write(fd, b"1234\n")
try:
    while True:
        more = os.read(fd, 1000)
        if not more:
            break
        seen += more
except OSError:
    pass
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
assert status == 0, (status, seen)
assert b"1234" not in seen, seen
END
  peer check asked.eif other.crt
  # The same from enclave.toml.
  python3 "$TOP/tests/trees.py" boot boot
  mkdir -p token/usr/bin
  : >token/usr/bin/x
  chmod +x token/usr/bin/x
  cat >token.toml <<END
[source]
rootfs = "token"
[process]
entrypoint = ["/usr/bin/x"]
[sign]
certificate = "other.crt"
key = "pkcs11:token=eif;object=release?$M"
pin_file = "pin"
END
  run "$VERACLAVE" build token.toml --boot-dir boot -o token.eif
  want 0
  peer check token.eif other.crt
  # Hints name what enclave.toml has, not sign-eif's options.
  sed -i 's/;object=release//' token.toml
  run "$VERACLAVE" build token.toml --boot-dir boot -o token2.eif
  want 2
  has err "give the PIN with pin_file in [sign]"
  hasnt err "--pin-file"
fi

# What pcrs.json says of the file beside it, and PCR8.
record_fits() {
  python3 - "$1" "$2" "$3" <<'END' || bad "$2 does not fit $1"
import hashlib, json, sys
eif, record, pcr8 = sys.argv[1:]
r = json.load(open(record))
data = open(eif, "rb").read()
assert r["eif"]["sha256"] == hashlib.sha256(data).hexdigest(), "sha256"
assert r["eif"]["size"] == len(data), "size"
assert r["pcrs"]["8"] == (pcr8 or None), r["pcrs"]["8"]
assert list(r) == sorted(r), "order"
END
}

# pcr8_of CERTIFICATE
pcr8_of() {
  "$VERACLAVE" pcr --signing-certificate "$1" | grep -o '[0-9a-f]\{96\}'
}

begin build-signs
python3 "$TOP/tests/trees.py" boot boot
mkdir -p files/usr/bin
: >files/usr/bin/x
chmod +x files/usr/bin/x
cat >enclave.toml <<'TOML'
name = "app"
[source]
rootfs = "files"
[process]
entrypoint = ["/usr/bin/x"]
[sign]
certificate = "secp384r1.crt"
key = "secp384r1.key"
TOML
run "$VERACLAVE" build --boot-dir boot -o built.eif
want 0
pcr8=$(pcr8_of secp384r1.crt)
has out "PCR8  $pcr8"
peer check built.eif secp384r1.crt >pcrs
record_fits built.eif built.pcrs.json "$pcr8"
cp built.eif first.eif
run "$VERACLAVE" build --boot-dir boot -o built.eif
want 0
same built.eif first.eif
run "$VERACLAVE" build --no-sign --boot-dir boot -o plain2.eif
want 0
record_fits plain2.eif plain2.pcrs.json ""
run "$VERACLAVE" sign-eif plain2.eif -c secp384r1.crt -k secp384r1.key
want 0
has err "[sign-record]"
same plain2.eif built.eif
same plain2.pcrs.json built.pcrs.json

begin build-leaves-nothing-when-it-cannot-sign
sed -i 's/secp384r1.key/other.key/' enclave.toml
before=$(sha256sum built.eif built.pcrs.json)
run "$VERACLAVE" build --boot-dir boot -o built.eif
want 1
has err "[key-mismatch]"
[ "$(sha256sum built.eif built.pcrs.json)" = "$before" ] ||
  bad "the old image is gone"
run "$VERACLAVE" build --boot-dir boot -o never.eif
want 1
[ -z "$(ls never* .never* 2>/dev/null)" ] || bad "something was left"

# A source may take minutes: what is missing is told before.
begin build-looks-for-the-key-first
mkdir -p slow/bin
printf '#!/bin/sh\ncase "$1" in --version|version|info) exit 0 ;; esac\n: >ran\nexit 1\n' \
  >slow/bin/buildah
chmod 755 slow/bin/buildah
echo 'FROM scratch' >slow/Dockerfile
for gone in certificate key pin_file passphrase_file; do
  cat >slow/enclave.toml <<TOML
[source]
dockerfile = "Dockerfile"
[sign]
certificate = "../secp384r1.crt"
key = "../secp384r1.key"
TOML
  sed -i "/^$gone/d" slow/enclave.toml
  echo "$gone = \"none.pem\"" >>slow/enclave.toml
  PATH=$PWD/slow/bin:$PATH run "$VERACLAVE" build slow --boot-dir boot \
    --engine buildah -o slow.eif
  want 4
  has err "none.pem: No such file"
  hasnt err buildah
  [ ! -e ran ] && [ ! -e slow.eif ] || bad "it built before it looked"
done

begin build-with-an-encrypted-key
echo 'open sesame' >pass
sed 's/^certificate.*/certificate = "other.crt"/; s/^key.*/key = "e.key"/' \
  enclave.toml >sealed.toml
run "$VERACLAVE" build sealed.toml --boot-dir boot -o sealed.eif
want 2
has err "passphrase_file in [sign]"
has err "[key-encrypted]"
hasnt err "--passphrase-file"
echo 'passphrase_file = "pass"' >>sealed.toml
run "$VERACLAVE" build sealed.toml --boot-dir boot -o sealed.eif
want 0
peer check sealed.eif other.crt >pcrs

begin build-tells-how-to-sign
sed -i '/^key/d' enclave.toml
run "$VERACLAVE" build --boot-dir boot -o built.eif
want 0
has err "not signed yet"
told=$(sed -n 's/.*not signed yet: veraclave \(.*\) -k KEY \[unsigned\].*/\1/p' err)
# shellcheck disable=SC2086 # a list of words
run "$VERACLAVE" $told -k secp384r1.key
want 0
has out '"PCR8"'
same built.eif first.eif
sed -i '/^\[sign\]/,$d' enclave.toml
run "$VERACLAVE" build --boot-dir boot -o built.eif
want 0
hasnt err "not signed"

# The record goes with the signed image, and only the image's own does.
begin sign-brings-the-record-up-to-date
run "$VERACLAVE" build -q --boot-dir boot -o u.eif
run "$VERACLAVE" sign-eif u.eif -c secp384r1.crt -k secp384r1.key -o s.eif
want 0
record_fits s.eif s.pcrs.json "$pcr8"
record_fits u.eif u.pcrs.json ""
cp u.pcrs.json named.json
run "$VERACLAVE" sign-eif u.eif --pcrs named.json -c secp384r1.crt \
  -k secp384r1.key -o t.eif
want 0
record_fits t.eif named.json "$pcr8"
[ ! -e t.pcrs.json ] || bad "a second record"
run "$VERACLAVE" sign-eif u.eif --pcrs missing.json -c secp384r1.crt \
  -k secp384r1.key -o t2.eif
want 4
[ ! -e t2.eif ] || bad "signed all the same"
cp s.pcrs.json u.pcrs.json
run "$VERACLAVE" sign-eif u.eif -c secp384r1.crt -k secp384r1.key -o v.eif
want 0
has err "[record-other]"
same s.pcrs.json u.pcrs.json
run "$VERACLAVE" sign-eif u.eif --pcrs u.pcrs.json -c secp384r1.crt \
  -k secp384r1.key -o w.eif
want 1
has err "[record-other]"

# Where no new record takes an old one's place, that is said.
begin a-stale-record-is-noticed
run "$VERACLAVE" build -q --boot-dir boot -o u.eif
cp u.pcrs.json stale.pcrs.json
run "$VERACLAVE" describe u.eif
hasnt err "[record-stale]"
cp s.eif stale.eif
run "$VERACLAVE" describe stale.eif
want 0
has err "[record-stale]"
has out '"record-stale"'
run "$VERACLAVE" sign-eif u.eif --pcrs named2.json -o stale.eif -c secp384r1.crt \
  -k secp384r1.key
want 4
cp u.pcrs.json named2.json
run "$VERACLAVE" sign-eif u.eif --pcrs named2.json -o stale.eif \
  -c secp384r1.crt -k secp384r1.key
want 0
has err "[record-stale]"
run "$VERACLAVE" build --boot-dir boot -o stale.eif --pcrs named2.json \
  --env A=b
want 0
has err "[record-stale]"
rm -rf parts
"$VERACLAVE" unpack s.eif parts
run "$VERACLAVE" repack parts -o stale.eif
want 0
has err "[record-stale]"
# beside what a link leads to
mkdir -p real
cp u.eif u.pcrs.json real
ln -sf real/u.eif linked.eif
run "$VERACLAVE" sign-eif linked.eif -c secp384r1.crt -k secp384r1.key
want 0
record_fits real/u.eif real/u.pcrs.json "$pcr8"
[ ! -e linked.pcrs.json ] || bad "a second record"

begin repack-prints-the-signer
rm -rf parts
"$VERACLAVE" unpack s.eif parts
run "$VERACLAVE" repack parts -o again.eif
want 0
same again.eif s.eif
has out "\"PCR8\": \"$pcr8\""
printf x >>parts/cmdline
run "$VERACLAVE" repack parts -o again.eif
want 0
has err "[eif-signature-check]"

# What nitro-cli prints, byte by byte, whoever prints it.
begin measurements-look-the-same
run "$VERACLAVE" describe s.eif
python3 - out >measurements <<'END'
import json, sys
m = json.load(open(sys.argv[1]))["Measurements"]
assert list(m) == ["HashAlgorithm", "PCR0", "PCR1", "PCR2", "PCR8"], list(m)
assert m["HashAlgorithm"] == "Sha384 { ... }"
print(json.dumps({"Measurements": m}, indent=2))
END
run "$VERACLAVE" sign-eif u.eif -c secp384r1.crt -k secp384r1.key -o m.eif
same out measurements
rm -rf parts
"$VERACLAVE" unpack m.eif parts
run "$VERACLAVE" repack parts -o m2.eif
same out measurements

begin describe-looks-at-the-certificate-s-dates
run "$VERACLAVE" describe s.eif
want 0
hasnt err "cert-expired"
run "$VERACLAVE" describe s.eif --at 4000000000
want 0
has err "[cert-expired]"
has err "expired on"
run "$VERACLAVE" describe s.eif --at 1
want 0
has err "[cert-not-yet-valid]"

# Killed at any moment, an image is never beside the record of another.
begin build-killed-leaves-no-false-record
cat >>enclave.toml <<'TOML'
[sign]
certificate = "secp384r1.crt"
key = "secp384r1.key"
TOML
python3 - "$VERACLAVE" <<'END' || bad "see above"
import hashlib, json, os, random, signal, subprocess, sys, time
random.seed(7)
hit = 0
for i in range(80):
    env = ["--env", f"N={i}"]
    p = subprocess.Popen([sys.argv[1], "build", "-q", "--boot-dir", "boot",
                          "-o", "k.eif", *env], stdout=subprocess.DEVNULL)
    time.sleep(random.uniform(0.0, 0.03))
    p.send_signal(signal.SIGKILL)
    hit += p.wait() == -9
    if os.path.exists("k.pcrs.json"):
        r = json.load(open("k.pcrs.json"))
        data = open("k.eif", "rb").read()
        assert r["eif"]["sha256"] == hashlib.sha256(data).hexdigest(), i
left = [n for n in os.listdir(".") if n.startswith(".k.")]
print(f"{hit} of 80 killed, left over: {left}")
assert hit > 20
END
end
