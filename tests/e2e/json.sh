# --json is taken by every verb; -q and -V in the wrong place; help of actions.
. "$TOP/tests/lib.sh"

begin json/every-verb
"$VERACLAVE" help >all
sed -n '/^Topics/q; s/^  \([a-z][a-z-]*\) .*/\1/p' all >verbs
[ -s verbs ] || bad "help lists no verb"
mkdir empty
for verb in $(cat verbs); do
  rm -f empty/*
  (cd empty && "$VERACLAVE" "$verb" --json </dev/null >../out 2>../err)
  hasnt err 'unknown option'
  python3 -c 'import json; print(json.load(open("out"))["schema"])' >schema ||
    bad "$verb --json prints no JSON with a schema"
  grep -qF "## $(cat schema)" "$TOP/docs/formats/json.md" ||
    bad "docs/formats/json.md does not list $(cat schema) of $verb"
done

begin json/what-was-done
v=$(printf '11%.0s' $(seq 48))
echo "{\"PCR0\": \"$v\", \"PCR1\": \"$v\", \"PCR2\": \"$v\"}" >p.json
run "$VERACLAVE" pcrs add prod p.json --name 'a 1' --json
want 0
has out '"schema":"veraclave-result/1","verb":"pcrs","exit_status":0'
run "$VERACLAVE" pcrs list prod --json
want 0
has out '"result":{"schema":"veraclave-environment/1"'
sed 's/"PCR0": "11/"PCR0": "12/' p.json >q.json
run "$VERACLAVE" pcrs check prod q.json --json
want 1
has out '"exit_status":1'
run "$VERACLAVE" pcr --input p.json --json
want 0
has out '"result":{"PCR":'
run "$VERACLAVE" explain nothing-such --json
want 2
has out '"schema":"veraclave-error/1","exit_status":2'
has err 'there is no code'

begin json/bytes-and-json-do-not-share-an-output
for call in "sign-eif a.eif -c c.pem --detached -" \
  "sign-eif a.eif -c c.pem --detached - --digest" "resign doc --root root" \
  "nsm attest" "nsm random"; do
  run "$VERACLAVE" $call --json
  want 2
  has out '"schema":"veraclave-error/1","exit_status":2'
  has err 'bytes and JSON cannot both go to standard output'
  has err 'leave out --json'
done

begin json/calls-to-the-module
"$VERACLAVE" simulate --root root init >/dev/null
echo "{\"Measurements\": $(cat p.json)}" >m.json
cat >calls.sh <<'END'
"$VERACLAVE" nsm extend 16 --data a --json >extend.json
"$VERACLAVE" nsm lock 16 --json >lock.json
"$VERACLAVE" nsm attest -o doc.cbor --json >attest.json
"$VERACLAVE" nsm random -o random.bin --json >random.json
"$VERACLAVE" nsm pcr 16 --json >pcr.json
"$VERACLAVE" nsm pcr 16 >pcr.txt
END
export VERACLAVE
run "$VERACLAVE" simulate --root root --pcrs m.json -- sh -e calls.sh
if [ -e extend.json ]; then
  want 0
  for call in extend lock attest random; do
    {
      printf '{"schema":"veraclave-result/1","verb":"nsm","exit_status":0'
      [ "$call" != extend ] || printf ',"text":"%s\\n"' "$(cat pcr.txt)"
      echo '}'
    } >wanted
    same wanted $call.json
  done
  [ -s doc.cbor ] && [ -s random.bin ] || bad "nothing was written"
  has pcr.json '"schema": "nsm-pcr/1"'
else
  skip "this machine does not let programs be simulated"
fi

begin quiet/no-summary-of-what-was-written
python3 "$TOP/tests/trees.py" boot boot
python3 "$TOP/tests/trees.py" one layout
# What a verb prints alone, with -q, and with -q --json.
summary() {
  run "$VERACLAVE" "$@"
  want 0
  [ -s out ] || bad "$1 prints no summary"
  run "$VERACLAVE" "$@" -q
  want 0
  [ ! -s out ] && [ ! -s err ] || bad "$1 -q speaks"
  run "$VERACLAVE" "$@" -q --json
  want 0
  has out '{'
}
summary build --boot-dir boot --from layout -o app.eif
summary ramdisk --from layout -o app.cpio
"$VERACLAVE" unpack app.eif app.d
summary repack app.d -o again.eif
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
  -keyout key.pem -out cert.pem -subj /CN=quiet -days 30 2>req.log
summary sign-eif app.eif -c cert.pem -k key.pem -o signed.eif
mkdir new
summary init --force new
run "$VERACLAVE" simulate -q --root fresh init
want 0
[ -s fresh/root.der ] && [ ! -s out ] && [ ! -s err ] ||
  bad "simulate init -q speaks, or makes no root"

begin quiet/what-was-asked-for-stays
for call in "describe app.eif" "pcr --input app.eif" "pcrs list" \
  "explain nsm-absent" version; do
  run "$VERACLAVE" $call -q
  want 0
  [ -s out ] || bad "$call -q prints nothing"
done

begin json/options-in-the-wrong-place
run "$VERACLAVE" -q pcrs list
want 2
has err 'veraclave pcrs -q'
run "$VERACLAVE" pcrs -V
want 2
has err 'veraclave --version'

begin json/help-of-an-action
run "$VERACLAVE" help pcrs add
want 0
has out 'veraclave pcrs add [options] ENVIRONMENT FILE'
run "$VERACLAVE" help pcrs remove
want 2
end
