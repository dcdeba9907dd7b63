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
an empty list shows none of its own."""
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
for line in open(sys.argv[1], encoding="utf-8"):
    if line.startswith("## "):
        section = page.setdefault(line[3:].strip(), set())
    m = re.match(r"\| `(\S+)` \|", line)
    if m:
        section.add(m.group(1))
for name in sys.argv[2:]:
    doc = json.load(open(name, encoding="utf-8"))
    written = set()
    keys(doc, "", written)
    said = page[doc.get("schema")]
    lists = tuple(k[:-1] for k in written if k.endswith("*"))
    written = {k for k in written if not k.endswith("*")}
    said = {k for k in said if not (lists and k.startswith(lists))}
    if written != said:
        print(f"{name}: only written {sorted(written - said)}, "
              f"only in the page {sorted(said - written)}")
        sys.exit(1)
END
run python3 keys.py "$TOP/docs/formats/json.md" app.pcrs.json r.json \
  version.json
want 0
