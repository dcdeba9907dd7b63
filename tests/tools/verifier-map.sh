# docs/verifier-tests.md: every test and every code that it names is there.
. "$TOP/tests/lib.sh"
page=$TOP/docs/verifier-tests.md

# The names on a page that do not exist, a line each.
missing() {
  grep -o '`[a-z0-9]*/[a-z0-9_]*:[a-z0-9_]*`' "$1" | tr -d '`' | sort -u |
    while IFS=: read -r file name; do
      case $file in
      e2e/*) grep -qx "begin ${file#e2e/}/$name" "$TOP/tests/$file.sh" ;;
      *) grep -qx "TEST($name)" "$TOP/src/${file}_test.c" ;;
      esac || echo "$file:$name"
    done
  # The second column of the second table: codes, or "passes".
  sed -n '/^## Mutations/,$s/^|[^|]*|\([^|]*\)|.*/\1/p' "$1" |
    grep -o '`[a-z0-9-]*`' | tr -d '`' | sort -u | while read -r code; do
    grep -q "\"$code\"" "$TOP/src/attest/mutations_test.c" ||
      echo "code $code"
  done
}

begin verifier-map/names-exist
missing "$page" >out
[ ! -s out ] || bad "not there: $(tr '\n' ' ' <out)"
count=$(grep -o '`[a-z0-9]*/[a-z0-9_]*:[a-z0-9_]*`' "$page" | sort -u | wc -l)
[ "$count" -gt 40 ] || bad "only $count tests are named"

begin verifier-map/notices-what-is-not-there
sed 's/flaw_panic_on_p521/flaw_panic_on_p512/; s/verify:forms/verify:norms/
s/`cose-tag`/`cose-tog`/' "$page" >page
missing page >out
has out attest/flaws:flaw_panic_on_p512
has out e2e/verify:norms
has out "code cose-tog"
want_lines=3
[ "$(wc -l <out)" = "$want_lines" ] || bad "$(cat out)"
end
