#!/bin/sh
# The programs that we start: where they are looked for, and the cause named
# when they cannot work. They are scripts here.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
mkdir -p bin open
chmod 1777 open
debian_toml enclave.toml /bin/true
printf '#!/bin/sh\necho "E: Permission denied" >&2\nexit 25\n' >bin/mmdebstrap
printf '#!/bin/sh\n' >bin/newuidmap
chmod 755 bin/mmdebstrap bin/newuidmap

# another user, with no rights but to reach this directory
user=
[ "$(id -u)" != 0 ] || user="setpriv --reuid 65534 --regid 65534 --clear-groups
  --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search
  --bounding-set -all,+dac_read_search"

begin a_temporary_directory_that_others_may_not_enter
mkdir -p open/tmp
chmod 1777 open/tmp
chmod 711 open
if [ -n "$user" ] && ! $user cat boot/init >seen 2>&1; then
  skip "another user cannot be tried: $(head -n 1 seen)"
else
  for closed in open "$(dirname "$PWD")"; do
    chmod 700 "$closed"
    [ "$closed" = open ] && chmod 711 "$(dirname "$PWD")"
    # shellcheck disable=SC2086
    run env PATH="$PWD/bin:$PATH" TMPDIR="$PWD/open/tmp" $user "$VERACLAVE" \
      build --boot-dir boot -o open/tmp/x.eif
    want 4
    has err "[rootfs-tmpdir]"
    has err "mmdebstrap cannot work in $PWD/open/tmp"
    has err "which may not enter $(realpath "$closed")"
    has err "TMPDIR=/tmp"
    chmod 711 open
  done
  # all that is closed is the machine's own, or nothing
  chmod 711 "$PWD" "$(dirname "$PWD")"
  # shellcheck disable=SC2086
  run env PATH="$PWD/bin:$PATH" TMPDIR="$PWD/open/tmp" $user "$VERACLAVE" \
    build --boot-dir boot -o open/tmp/x.eif
  want 4
  grep -q -e "check the names" -e "may not enter /" err || bad "another error"
  hasnt err "may not enter $PWD"
fi

begin an_ordinary_user_without_uidmap
mkdir -p only
cp bin/mmdebstrap only/
# shellcheck disable=SC2086
run $user env PATH="$PWD/only" TMPDIR="$PWD/open/tmp" "$VERACLAVE" \
  build --boot-dir boot -o open/tmp/x.eif
want 4
has err "[rootfs-uidmap]"
has err "apt-get install uidmap"

begin a_program_that_is_missing
mkdir -p nothing context
echo FROM scratch >context/Dockerfile
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot -o x.eif
want 4
has err "[program-missing]"
has err "there is no program mmdebstrap in $PWD/nothing:/usr/local/sbin"
has err "apt-get install mmdebstrap"
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot --from context \
  --engine buildah -o x.eif
want 4
has err "buildah cannot be used here: there is no program buildah in"
printf '#!/bin/sh\nexit 1\n' >nothing/buildah
chmod 755 nothing/buildah
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot --from context \
  --engine buildah -o x.eif
want 4
has err "buildah does not work, or its server does not answer"
chmod 644 nothing/buildah
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot --from context \
  --engine buildah -o x.eif
want 4
has err "cannot run $PWD/nothing/buildah: Permission denied"
end
