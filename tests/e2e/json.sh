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
