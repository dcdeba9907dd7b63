# docs/formats/json.md against what the verbs write.
. "$TOP/tests/lib.sh"

begin documented-keys-are-the-keys-written
python3 "$TOP/tests/trees.py" boot boot
python3 "$TOP/tests/trees.py" one layout
run "$VERACLAVE" build --boot-dir boot --from layout -o app.eif --report r.json
want 0
"$VERACLAVE" version --json >version.json
cat >keys.py <<'END'
"""Keys in the documents given, and keys in the page: the same, except that
an empty list shows none of its own, that what is optional may be absent, and
that the keys of an object are its own."""
import json
import re
import sys


def keys(value, at, into):
    if isinstance(value, dict):
        for k, v in value.items():
            keys(v, f"{at}.{k}" if at else k, into)
    elif isinstance(value, list):
        for v in value:
            keys(v, at + "[]", into)
        if not value:
            into.add(at + "[]*")
    else:
        into.add(at)


page = {}
optional = set()
objects = {}
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("## "):
        section = page.setdefault(line[3:].strip(), set())
        own = objects.setdefault(line[3:].strip(), [])
    m = re.match(r"\| `(\S+)` \| ([^|]*) \|", line)
    if m:
        section.add(m.group(1))
        if "optional" in m.group(2):
            optional.add(m.group(1))
        if "object" in m.group(2):
            own.append(m.group(1))
for name in sys.argv[2:]:
    doc = json.load(open(name, encoding="utf-8"))
    written = set()
    keys(doc, "", written)
    said = page[doc.get("schema")]
    lists = tuple(k[:-1] for k in written if k.endswith("*"))
    written = {k for k in written if not k.endswith("*")}
    said = {k for k in said if not (lists and k.startswith(lists))}
    for o in objects[doc["schema"]]:
        below = {k for k in written if k.startswith(o + ".")}
        if below:
            written = written - below | {o}
    said = {k for k in said if k in written or k not in optional}
    if written != said:
        print(f"{name}: only written {sorted(written - said)}, "
              f"only in the page {sorted(said - written)}")
        sys.exit(1)
END
"$VERACLAVE" describe app.eif --json >unsigned.json
"$VERACLAVE" unpack app.eif app.d
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes \
  -keyout key.pem -out cert.pem -subj /CN=formats -days 30 2>req.log
"$VERACLAVE" sign-eif app.eif -c cert.pem -k key.pem -o s.eif >signing.log
"$VERACLAVE" describe s.eif --json >signed.json
has signed.json '"SigningCertificate"'
"$VERACLAVE" build --boot-dir boot --from layout --check app.pcrs.json --json \
  >same.json
sed 's/"2": *"[0-9a-f]/"2":"/; s/"2":"/"2":"0/' app.pcrs.json >other.json
"$VERACLAVE" build --boot-dir boot --from layout --check other.json --json \
  >differs.json 2>differs.log
for doc in app.pcrs.json r.json version.json unsigned.json signed.json \
  app.d/eif.json same.json differs.json; do
  run python3 keys.py "$TOP/docs/formats/json.md" $doc
  want 0
  [ $status = 0 ] || cat out err
done

begin every-schema-that-sources-name-is-listed
# What is not JSON has a page of its own or is no format of a file's; the record
# of a running enclave is our own, and read by nobody else.
printf '%s\n' veraclave-policy/1 veraclave-process/1 veraclave-process/2 \
  veraclave-enclave/1 >others
find "$TOP/src" -name '*.[ch]' ! -name '*_test.c' ! -name format_doc.c \
  -exec grep -ohE '"[^"]*\b(veraclave|nitro|nsm|scrub)-[a-z]+/[0-9]+' {} + |
  grep -oE '(veraclave|nitro|nsm|scrub)-[a-z]+/[0-9]+' |
  grep -vx nitro-cli/1 | sort -u | grep -vxFf others >named
[ "$(wc -l <named)" -ge 13 ] || bad "only $(wc -l <named) schemas are named"
sed -n 's/^## //p' "$TOP/docs/formats/json.md" | sort >listed
same named listed
end
