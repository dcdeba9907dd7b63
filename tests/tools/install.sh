# make install, with a little project of its own: it says nothing but errors
# and one hint, whatever the prefix was before.
. "$TOP/tests/lib.sh"
mkdir -p repo/tools
cp "$TOP/Makefile" repo/
cp "$TOP/tools/install" repo/tools/
printf '#!/bin/sh\n' >repo/tools/setup
chmod 755 repo/tools/setup
cat >repo/meson.build <<'BUILD'
project('x', 'c')
exe = executable('x', 'x.c', install: true)
alias_target('program', exe)
BUILD
echo 'int main(void) { return 0; }' >repo/x.c

# silent: the last run said nothing, but for the hint
silent() {
  [ ! -s out ] || bad "on standard output: $(head -n 3 out)"
  grep -v '"make boot" first' err >said
  [ ! -s said ] || bad "on standard error: $(head -n 3 said)"
}

begin install-configures-and-builds
run make -C repo -s install PREFIX="$PWD/one"
want 0
silent
has err "make boot"
[ -x one/bin/x ] || bad "nothing is there"

begin install-again
run make -C repo -s install PREFIX="$PWD/one"
want 0
silent

begin install-after-a-boot-that-failed
mkdir -p repo/build/boot
run make -C repo -s install PREFIX="$PWD/one"
want 0
silent
has err "make boot"

begin install-to-another-prefix
mkdir -p repo/build/boot
echo kernel >repo/build/boot/bzImage
echo init >repo/build/boot/init
umask 077
run make -C repo -s install PREFIX="$PWD/two"
umask 022
want 0
silent
hasnt err "make boot"
[ -x two/bin/x ] || bad "nothing is there"
same two/share/veraclave/boot/"$(uname -m)"/bzImage repo/build/boot/bzImage
[ "$(stat -c %a two/share/veraclave)" = 755 ] || bad "others cannot read it"

begin install-below-a-relative-directory
run make -C repo -s install PREFIX=/opt/x DESTDIR="a place"
want 0
silent
[ -x "repo/a place/opt/x/bin/x" ] || bad "nothing is there"
same "repo/a place/opt/x/share/veraclave/boot/$(uname -m)/bzImage" \
  repo/build/boot/bzImage

begin install-gives-the-build-directory-back
if [ "$(id -u)" != 0 ]; then
  skip "only root can install for another user"
else
  chown -hR 65534:65534 repo
  run make -C repo -s install PREFIX="$PWD/three"
  want 0
  silent
  find repo/build ! -user 65534 >theirs
  [ ! -s theirs ] || bad "root's: $(head -n 3 theirs)"
fi

begin install-where-nothing-may-be-written
user=
[ "$(id -u)" != 0 ] || user="setpriv --reuid 65534 --regid 65534 --clear-groups
  --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search
  --bounding-set -all,+dac_read_search"
mkdir closed
chmod 555 closed
if [ -n "$user" ] && ! $user cat repo/tools/install >seen 2>&1; then
  skip "another user cannot be tried: $(head -n 1 seen)"
else
  # shellcheck disable=SC2086 # words
  run $user repo/tools/install build "$PWD/closed/x/y"
  want 4
  has err "$PWD/closed cannot be written; use sudo"
  [ "$(wc -l <err)" = 1 ] || bad "it says more"
fi

begin install-shows-what-fails
touch file
run make -C repo -s install PREFIX="$PWD/file/x"
[ $status != 0 ] || bad "it says that it went well"
has err "$PWD/file"
echo 'int main(void) { return nothing; }' >repo/x.c
run make -C repo -s install PREFIX="$PWD/one"
[ $status != 0 ] || bad "it says that it went well"
has err "nothing"
end
