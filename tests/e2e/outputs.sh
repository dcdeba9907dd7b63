# No output destroys an input or another output, whatever names they have. If
# one would, nothing is written.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/trees.py" tar app.tar || exit 1
command="--cmd /app/server"

state=$PWD/../state.$$
trap 'rm -rf "$state"' EXIT
mkdir "$state"

# Prints the names and digests of all files.
look() {
  find . -not -name out -not -name err -type f -exec sha256sum {} + | sort
}

# refused CODE CMD...: status 2, and no byte changes
refused() {
  code=$1
  shift
  look >"$state/before"
  run "$@"
  want 2
  has err "[$code]"
  look >"$state/after"
  same "$state/before" "$state/after"
}

build() {
  # shellcheck disable=SC2086 # words
  refused "$1" "$VERACLAVE" build --boot-dir boot --from app.tar $command \
    $2 $3 $4 $5
}

begin outputs_are_different_files
build output-twice -o x.eif --report x.eif
build output-twice -o x.eif --report x.pcrs.json
build output-twice -o x.eif --pcrs ./x.eif
mkdir sub
ln -s sub way
build output-twice -o sub/x.eif --report way/x.eif
rm -r sub way

begin outputs_are_no_inputs_of_build
build output-is-input -o app.tar
build output-is-input -o x.eif --report app.tar
ln app.tar hard.tar
ln -s app.tar soft.eif
build output-is-input -o hard.tar
build output-is-input -o soft.eif
build output-is-input -o boot/init
build output-is-input -o x.eif --pcrs boot/cmdline
cat >enclave.toml <<END
name = "app"
[source]
image = "tar:app.tar"
END
refused output-is-input "$VERACLAVE" build enclave.toml --boot-dir boot \
  -o enclave.toml
refused output-is-input "$VERACLAVE" ramdisk --from app.tar -o app.tar
rm hard.tar soft.eif enclave.toml

# .dockerignore decides which files of a context are read; its Dockerfile and
# .dockerignore are always read.
begin outputs_are_no_recipes
mkdir context
echo 'FROM scratch' >context/Dockerfile
: >context/.dockerignore
for o in context/Dockerfile context/.dockerignore; do
  for from in context dockerfile:context dockerfile:context/Dockerfile; do
    case $o:$from in *ignore:*/Dockerfile) continue ;; esac
    refused output-is-input "$VERACLAVE" build --boot-dir boot --from $from -o $o
  done
done
echo '{}' >meta.json
refused output-is-input "$VERACLAVE" build-enclave --docker-uri x \
  --metadata meta.json --output-file meta.json
rm -r context meta.json

begin outputs_are_not_in_the_source
mkdir -p tree/etc tree/bin
cp "$VERACLAVE" tree/bin/app
for o in tree/x.eif tree/etc/x.eif tree/bin/app; do
  refused output-is-input "$VERACLAVE" build --boot-dir boot --from tree \
    --cmd /bin/app -o $o
  refused output-is-input "$VERACLAVE" ramdisk --from dir:tree \
    --cmd /bin/app -o $o
done
cd tree
refused output-is-input "$VERACLAVE" build --boot-dir ../boot \
  --from . --cmd /bin/app -o app.eif
cd ..

# The enclave.toml that init writes for a layout is built twice in its place.
begin outputs_beside_the_blobs_of_a_layout
python3 "$TOP/examples/relayer.py" app.tar layout >relayed || exit 1
for o in layout/index.json layout/oci-layout layout/blobs/x.eif \
  layout/blobs/sha256/x.eif; do
  for from in oci:layout layout; do
    # shellcheck disable=SC2086 # words
    refused output-is-input "$VERACLAVE" build --boot-dir boot --from $from \
      $command -o $o
  done
done
cd layout
run "$VERACLAVE" init
want 0
for again in once twice; do
  # shellcheck disable=SC2086 # words
  run "$VERACLAVE" build --boot-dir ../boot $command -o app.eif
  want 0
  [ -e app.eif ] || bad "no image $again"
done
cd ..
rm -r layout

begin outputs_a_name_is_no_path
for name in ../../evil a/b '' .hidden; do
  run "$VERACLAVE" build --boot-dir boot --from app.tar $command --name "$name"
  want 2
  has err "[build-name]"
  cat >enclave.toml <<END
name = "$name"
[source]
image = "tar:app.tar"
END
  run "$VERACLAVE" build --boot-dir boot enclave.toml
  want 3
done
rm enclave.toml
[ ! -e ../../evil.eif ] && [ ! -e ../evil.eif ] || bad "evil was written"
[ -z "$(find . -name '*.eif')" ] || bad "an image was written"

begin outputs_of_signing
if need openssl; then
  openssl ecparam -name secp384r1 -genkey -noout -out k.pem 2>/dev/null
  openssl req -new -x509 -key k.pem -out c.pem -days 30 -subj /CN=t -sha384
  # shellcheck disable=SC2086 # words
  "$VERACLAVE" build -q --boot-dir boot --from app.tar $command -o x.eif
  sign="$VERACLAVE sign-eif x.eif -c c.pem"
  for o in k.pem c.pem ./k.pem; do
    refused output-is-input $sign -k k.pem -o $o
  done
  refused output-is-input $sign --detached c.pem
  refused output-is-input $sign --detached x.eif
  # a symbolic link is followed, and it is still a link
  mkdir images
  mv x.eif images
  ln -s images/x.eif x.eif
  cp images/x.eif unsigned
  run $sign -k k.pem
  want 0
  [ -L x.eif ] || bad "the link is gone"
  differ images/x.eif unsigned
  run "$VERACLAVE" describe x.eif
  want 0
  has out '"IsSigned": true'
fi

begin outputs_of_other_verbs
"$VERACLAVE" unpack images/x.eif parts
refused output-is-input "$VERACLAVE" repack parts -o parts/kernel
refused output-is-input "$VERACLAVE" repack parts -o parts/new.eif
cp x.pcrs.json pcrs.json
mkdir pcrs
cp x.pcrs.json pcrs/prod.json
refused output-is-input "$VERACLAVE" pcrs add prod pcrs/prod.json
end
