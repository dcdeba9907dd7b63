# explain knows every code that a message of the program can print.
. "$TOP/tests/lib.sh"

begin explain/every-code-of-the-sources
run "$VERACLAVE" explain --list
want 0
python3 - "$TOP/src" <<'END' >codes || bad "the sources could not be read"
import glob, re, sys
call = re.compile(
    r'(?:\berr_id|\bnote_info|\bnote_warn|\btar_refuse|\bbad)\('
    r'(?:[^();"]|\([^()]*\))*?,\s*"([A-Za-z]+-[A-Za-z0-9-]+|[a-z]+)"\s*[,)]')
row = re.compile(r'\{ "((?:nsm|eif)-[A-Za-z-]+)",')
found = set()
for path in glob.glob(sys.argv[1] + '/**/*.c', recursive=True):
    if not re.search(r'_(test|fuzz|kit)\.c$', path):
        text = open(path).read()
        found.update(call.findall(text))
        if re.search(r'(eif/rules|nsm/client)\.c$', path):
            found.update(row.findall(text))
assert len(found) > 150, len(found)
print(*sorted(found), sep='\n')
END
while read -r code; do
  grep -q "^$code " out || bad "no explanation of $code"
done <codes

begin explain/one
for code in nsm-absent boot-missing eif-magic '[eif-magic]' pcr-boot tar-twice; do
  run "$VERACLAVE" explain "$code"
  want 0
  has out 'To do:'
done
run "$VERACLAVE" explain nsm-absnt
want 2
has err 'nsm-absent'

begin explain/codes-of-nitro-cli
for n in $(seq -w 0 60); do
  run "$VERACLAVE" explain --error-code E$n
  want 0
  has out "E$n (of nitro-cli)"
done
run "$VERACLAVE" explain E36
has out 'cert-expired'
run "$VERACLAVE" explain E61
want 2
end
