#!/bin/sh
# A list of Debian packages becomes an image: python3 and what it needs, over
# 100 MB, and the same bytes whoever asks for it. Needs a Debian mirror.
. "$TOP/tests/lib.sh"

begin packages_do_not_depend_on_who_installs_them
need mmdebstrap
# mmdebstrap of an ordinary user works as another one, who must get in there
[ "$(id -u)" = 0 ] || export TMPDIR=/tmp
if [ -z "$case_skip" ]; then
  python3 "$TOP/tests/trees.py" boot boot
  cat >enclave.toml <<'T'
name = "packages"
[rootfs]
debian = "bookworm"
packages = ["python3-minimal"]
[process]
entrypoint = ["/usr/bin/python3", "-c", "print(1)"]
[boot]
dir = "boot"
T
  run "$VERACLAVE" build -o one.eif
  want 0
  mkdir -p home "a b"
  (
    umask 077
    # each of these changes what scripts of packages write, if they see it
    PYTHONDONTWRITEBYTECODE=1 LC_ALL=tr_TR.UTF-8 TZ=Pacific/Kiritimati \
      DEBIAN_FRONTEND=readline HOME=$PWD/home XDG_CACHE_HOME=$PWD/home \
      "$VERACLAVE" build -o two.eif >out 2>err
  ) || bad "it does not build in another environment"
  same one.eif two.eif
  [ "$(stat -c %s one.eif 2>/dev/null || echo 0)" -gt 100000000 ] || bad "it is not that large"
fi
end
