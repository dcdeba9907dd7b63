#!/bin/sh
# build -q: what the programs print that it starts is kept, and shown only when
# they fail. The programs are scripts here.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/e2e/oci_images.py" scratch scratch
python3 "$TOP/tests/e2e/oci_images.py" tar scratch image.tar
python3 "$TOP/tests/e2e/oci_images.py" old-docker scratch docker.tar
mkdir -p bin root/bin context packages
echo FROM scratch >context/Dockerfile
cp /bin/true root/bin/true
tar -cf root.tar -C root bin
debian_toml packages/enclave.toml /bin/true
# Each fails when the file says so, after a lot of output.
cat >bin/chatter <<'END'
#!/bin/sh
echo "$1: working"
echo "$1: still working" >&2
if [ "$(cat fail)" = "$1" ]; then
  seq -f 'line-%g' 20000 >&2
  echo "$1: no space" >&2
  exit 1
fi
END
cat >bin/mmdebstrap <<'END'
#!/bin/sh
chatter mmdebstrap >&2 || exit 1
cat root.tar
END
cat >bin/buildah <<'END'
#!/bin/sh
for last; do :; done
case $1 in
bud) chatter bud || exit 1 ;;
push)
  chatter push || exit 1
  cp image.tar "${last#oci-archive:}"
  ;;
rmi) echo removed ;;
esac
END
cat >bin/docker <<'END'
#!/bin/sh
case $* in
"version "*) echo 20.10.24 ;;
"build "*) chatter build || exit 1 ;;
"image save "*)
  chatter save >&2 || exit 1
  cat docker.tar
  ;;
"image rm "*) echo removed ;;
*) exit 1 ;;
esac
END
chmod 755 bin/*
PATH=$PWD/bin:$PATH
export PATH

# tried NAME STEP ARGS...: a build of which STEP prints
tried() {
  name=$1
  step=$2
  shift 2
  set -- build --boot-dir boot -o x.eif "$@"
  begin "${name}_${step}"
  : >fail
  run "$VERACLAVE" "$@"
  want 0
  has err "$step: working"
  has err "$step: still working"
  run "$VERACLAVE" "$@" -q
  want 0
  [ ! -s out ] && [ ! -s err ] || bad "it is not quiet: $(head -n 3 out err)"
  echo "$step" >fail
  run "$VERACLAVE" "$@" -q
  want 4
  has err "$step: no space"
  has err "line-20000"
  has err "its own messages are above"
  hasnt err "$step: working"
  [ "$(wc -c <err)" -lt 70000 ] || bad "more is shown than the end"
  run "$VERACLAVE" "$@"
  want 4
  has err "$step: working"
  empty "$TMPDIR"
  end
}
# For an ordinary user, these are other reasons for mmdebstrap's failure.
chmod 711 "$(dirname "$PWD")"
printf '#!/bin/sh\n' >bin/newuidmap
chmod 755 bin/newuidmap
tried packages mmdebstrap packages/enclave.toml
for step in bud push; do
  tried buildah $step --from context --engine buildah --allow-missing-command
done
for step in build save; do
  tried docker $step --from context --engine docker --allow-missing-command
done
