# tools/setup with its own table: what it would do, and when it does nothing.
. "$TOP/tests/lib.sh"
setup=$TOP/tools/setup
cat >packages <<'TABLE'
# a comment
build       dpkg                   -   always there
build,demo  no-such-package-here   sh  has a stand-in
test        no-such-package-there  no-such-command-either  to see it missing
TABLE
VERACLAVE_PACKAGES=$PWD/packages
export VERACLAVE_PACKAGES

begin setup-nothing-missing
run "$setup" build
want 0
[ ! -s out ] && [ ! -s err ] || bad "it is not silent"

begin setup-says-what-and-why
run "$setup" --print test
want 1
has err no-such-package-there
has err "to see it missing"
hasnt err no-such-package-here

begin setup-lists
run "$setup" --list test
want 0
has out dpkg
has out no-such-package-there

begin setup-skip
VERACLAVE_SETUP=skip run "$setup" test
want 0

begin setup-unknown-set
run "$setup" nosuch
want 2
has err "unknown set"

begin setup-real-table
unset VERACLAVE_PACKAGES
"$setup" --list all | sort >want
xargs apt-cache madison <want 2>/dev/null | cut -d '|' -f 1 | tr -d ' ' |
  sort -u >have
if [ ! -s have ]; then
  skip "apt has no package lists here"
elif [ -n "$(comm -23 want have)" ]; then
  bad "Debian has no package" $(comm -23 want have)
fi

end
