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

# Another user, with no rights but to reach this directory; nothing of these
# cases installs anything, since the packages do not exist.
begin setup-without-sudo-names-the-cause
user=
[ "$(id -u)" != 0 ] || user="setpriv --reuid 65534 --regid 65534 --clear-groups
  --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search
  --bounding-set -all,+dac_read_search"
mkdir bin with
ln -s /usr/bin/* bin/
rm -f bin/sudo
printf '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n' >with/sudo
chmod 755 with/sudo
if [ -n "$user" ] && ! $user cat packages >seen 2>&1; then
  skip "another user cannot be tried: $(head -n 1 seen)"
else
  # shellcheck disable=SC2086
  PATH=$PWD/bin run $user "$setup" test
  want 4
  has err "no-such-package-there"
  has err "there is no sudo here"
  has err "VERACLAVE_SETUP=skip"
  has err "As root: apt-get install --no-install-recommends no-such-package-"
  # shellcheck disable=SC2086
  PATH=$PWD/with:$PWD/bin CI=1 run $user "$setup" test
  want 4
  has err "sudo: a password is required"
  has err "need root, or sudo that works here"
  hasnt err "there is no sudo here"
fi

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
