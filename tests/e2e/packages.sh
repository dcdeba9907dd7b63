#!/bin/sh
# A list of Debian packages becomes an image: python3 and what it needs, over
# 100 MB, and the same bytes whoever asks for it. Needs a Debian mirror.
. "$TOP/tests/lib.sh"

begin packages_do_not_depend_on_who_installs_them
# mmdebstrap of an ordinary user works in namespaces, as other users, who must
# get into its folder
able() {
  need mmdebstrap || return 1
  [ "$(id -u)" != 0 ] || return 0
  export TMPDIR=/tmp
  need newuidmap || return 1
  unshare --user --map-root-user --mount true 2>why && return 0
  confined "a user namespace" why
  return 1
}
if able; then
  python3 "$TOP/tests/trees.py" boot boot
  cat >enclave.toml <<'T'
name = "packages"
[rootfs]
debian = "bookworm"
packages = ["python3-minimal"]
files = "files"
[process]
entrypoint = ["/usr/bin/python3", "/srv/app.py"]
[boot]
dir = "boot"
T
  # the user's own: a new file, and one through Debian's link /bin
  mkdir -p files/srv files/bin files/root
  echo 'print(1)' >files/srv/app.py
  printf '#!/bin/sh\n' >files/bin/mine
  chmod 755 files/bin/mine
  run "$VERACLAVE" build -o one.eif
  want 0
  run "$VERACLAVE" unpack -r one.eif parts
  want 0
  same files/srv/app.py parts/ramdisk-2.d/rootfs/srv/app.py
  same files/bin/mine parts/ramdisk-2.d/rootfs/usr/bin/mine
  [ -h parts/ramdisk-2.d/rootfs/bin ] || bad "/bin is no link any more"
  [ "$(stat -c %a parts/ramdisk-2.d/rootfs/root)" = 700 ] || bad "/root lost its mode"
  run "$VERACLAVE" build -o files/one.eif
  want 2
  has err 'the files of [rootfs]'
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
