# nsm attest and verify take the same forms of their fields.
. "$TOP/tests/lib.sh"

begin fields/a-wrong-nonce-is-wrong-usage
: >doc
run "$VERACLAVE" nsm attest --nonce zz
want 2
has err '--nonce'
run "$VERACLAVE" verify doc --nonce zz --pcr 0=00
want 2
run "$VERACLAVE" verify doc --nonce zz
want 2
run "$VERACLAVE" nsm attest --user-data hello
want 2
has err 'text:TEXT'

begin fields/no-private-key
if need openssl; then
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem \
    2>log
  openssl pkey -in k.pem -outform DER -out k.der
  openssl pkey -in k.pem -pubout -out pub.pem
  openssl pkey -in k.pem -pubout -outform DER -out pub.der
  for k in k.pem k.der; do
    run "$VERACLAVE" nsm attest --public-key $k
    want 1
    has err '[key-private]'
  done
fi

begin fields/the-same-forms
if [ ! -e pub.pem ]; then
  skip "openssl is not installed"
elif "$VERACLAVE" simulate init root >log 2>&1 &&
  "$VERACLAVE" simulate --root root --debug --at 1768478400 -- \
    "$VERACLAVE" nsm attest --user-data text:hello --nonce 00ff \
    --public-key pub.pem >doc 2>>log; then
  printf hello >hello
  for d in text:hello 68656c6c6f @hello; do
    for k in @pub.pem @pub.der; do
      run "$VERACLAVE" verify doc --at 1768478460 --trust sim:root/root.der \
        --allow-debug --user-data $d --nonce 00ff --public-key $k \
        --pcr "0=$(printf '00%.0s' $(seq 48))"
      want 0
    done
  done
  run "$VERACLAVE" verify doc --public-key @k.pem
  want 1
  has err '[key-private]'
else
  skip "this machine does not let programs be simulated"
fi
end
