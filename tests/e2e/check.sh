# build --check: the registers that somebody published, or not; and what build
# is given and cannot use.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/trees.py" one layout || exit 1
openssl ecparam -name secp384r1 -genkey -noout -out k.pem
openssl req -x509 -new -key k.pem -days 30 -subj /CN=k -out c.pem
cat >enclave.toml <<'TOML'
name = "app"
version = "1"
[source]
image = "layout"
TOML

build() {
  run "$VERACLAVE" build --boot-dir boot "$@"
}

begin check-yes
build
want 0
mkdir quiet
cp app.pcrs.json quiet/published.json
rm app.eif app.pcrs.json
build --check quiet/published.json
want 0
has out "the same as quiet/published.json: PCR0, PCR1, PCR2"
[ ! -e app.eif ] && [ ! -e app.pcrs.json ] || bad "something was written"
build --check quiet/published.json --json
want 0
has out '"same": true'
has out '"veraclave-check/1"'

begin check-no
build --check quiet/published.json --env A=b
want 1
has err "PCR0, PCR2: PCR2 should be"
has err "[check-differs]"
hasnt err "PCR1"
build --check quiet/published.json --cmdline "console=ttyS1"
want 1
has err "PCR0, PCR1: PCR1 should be"
has err "--boot-dir"
build --check quiet/published.json --env A=b --json
want 1
has out '"same": false'
python3 - <<'P' || bad "the registers are not those that differ"
import json
assert [d["pcr"] for d in json.load(open("out"))["differ"]] == [0, 2]
P
sed 's/\("2": "..\)./\1x/' quiet/published.json >broken.json
build --check broken.json
want 3
: >broken.json
build --check broken.json
want 3
build --check missing.json
want 4
build --check quiet/published.json -o x.eif
want 2
build --check quiet/published.json --report r.json
want 2
[ ! -e x.eif ] || bad "something was written"

# PCR8 takes the certificate, not the key.
begin check-the-signer
cp enclave.toml signing.toml
printf '[sign]\ncertificate = "c.pem"\nkey = "k.pem"\n' >>signing.toml
build signing.toml -o s.eif
want 0
mv k.pem away.pem
build signing.toml --check s.pcrs.json
want 0
has out "PCR8"
build --check s.pcrs.json
want 0
has err "[check-signer]"
build signing.toml --check quiet/published.json
want 1
has err "PCR8"
openssl req -x509 -new -key away.pem -days 30 -subj /CN=other -out c.pem
build signing.toml --check s.pcrs.json
want 1
has err "PCR8 should be"
# Named, and signed elsewhere.
sed -i '/^key/d' signing.toml
build signing.toml --check quiet/published.json
want 0

begin an-init-is-a-program
echo '{"a": 1}' >init.json
build --init init.json -o i.eif
want 3
has err "init.json is not an ELF program"
has err "[boot-init]"
printf '#!/bin/sh\n' >init.sh
build --init init.sh -o i.eif
want 3
has err "is a script"
build --arch aarch64 --kernel boot/bzImage -o i.eif
want 3
has err "not for aarch64"
if [ -e /lib64/ld-linux-x86-64.so.2 ]; then
  build --init /bin/true -o i.eif
  want 3
  has err "linked dynamically"
fi
[ ! -e i.eif ] || bad "something was written"

begin what-is-named-is-there
build --metadata "" -o i.eif
want 2
: >empty.json
build --metadata empty.json -o i.eif
want 3
has err "is empty"
echo '{}' >meta.json
build --metadata meta.json -o i.eif
want 0
rm i.eif
for o in --pcrs --report --check --init --kernel --boot-dir --from --output; do
  build -o i.eif $o ""
  want 2
done
build -o i.eif --init ""
has err "--init is empty"
run "$VERACLAVE" sign-eif x.eif -c "" -k k.pem
want 2
has err "--signing-certificate is empty"
[ ! -e i.eif ] || bad "something was written"
end
