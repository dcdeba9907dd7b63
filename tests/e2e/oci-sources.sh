#!/bin/sh
# Container images in files: the same image in every dress measures the same,
# and a damaged one gives nothing.
. "$TOP/tests/lib.sh"

images() {
  python3 "$TOP/tests/e2e/oci_images.py" "$@" || bad "oci_images.py $*"
}

build() {
  # what the sources hold is compared, not run
  run "$VERACLAVE" build --boot-dir boot --name app --allow-missing-command "$@"
}

# good SOURCE: builds, and is the same image as flat.eif
good() {
  build --from "$1" -o x.eif
  want 0
  same flat.eif x.eif
}

# refused SOURCE STATUS TEXT
refused() {
  rm -f x.eif x.pcrs.json
  build --from "$1" -o x.eif
  want "$2"
  has err "$3"
  if [ -e x.eif ] || [ -e x.pcrs.json ]; then
    bad "$1 left a file"
  fi
}

python3 "$TOP/tests/trees.py" boot boot
images flat flat 50
"$VERACLAVE" build --boot-dir boot --name app --from oci:flat -o flat.eif \
  >/dev/null 2>&1

begin fifty_layers_with_whiteouts
images layers many 50
good many
images layers most 127
images flat most-flat 127
build --from most-flat -o most-flat.eif
want 0
build --from most -o most.eif
want 0
same most-flat.eif most.eif
end

begin every_compression
need zstd && for kind in none gzip members zstd xz; do
  images dress many "many-$kind" $kind
  good "many-$kind"
done
end

begin archives
images tar many many.tar
good many.tar
gzip -k many.tar
good many.tar.gz
images old-docker many old.tar
good old.tar
images new-docker many new.tar
good new.tar
good oci-archive:new.tar
good docker-archive:new.tar
good docker-archive:old.tar:app:1
good docker-archive:old.tar:library/app:1
refused docker-archive:old.tar:app:2 2 "only: app:1"
end

begin names_with_a_dot_in_front
images dotted many dotted.tar
good dotted.tar
good docker-archive:dotted.tar:app:1
end

begin what_docker_25_wrote_wrong
for what in layers sizes null; do
  images rc-docker many rc-$what.tar $what
  good rc-$what.tar
  has err source-docker-save
  good docker-archive:rc-$what.tar
done
refused oci-archive:rc-layers.tar 3 "0 layers and the configuration 50"
good new.tar
hasnt err source-docker-save
end

begin entries_that_are_no_image
images beside many beside
good beside
good oci:beside:latest
images cosign many cosigned
good cosigned
end

begin what_skopeo_writes_to_a_directory
if need skopeo; then
  for format in oci v2s2; do
    rm -rf d
    skopeo --insecure-policy copy -q --format $format oci:many dir:d ||
      bad "skopeo"
    good d
    hasnt err source-bare
    good docker-dir:d
  done
  mkdir part
  cp d/manifest.json part
  refused part 3 "docker-dir: in front"
  cp d/version part
  refused part 3 "does not exist"
  printf x >>"$(find d -type f -size +1k | head -n 1)"
  refused d 3 "expected"
  images platforms several
  skopeo --insecure-policy copy -q --all oci:several dir:all || bad "skopeo"
  build --from all --arch x86_64 --entrypoint /what -o all1.eif
  want 0
  build --from several --arch x86_64 --entrypoint /what -o all2.eif
  want 0
  same all1.eif all2.eif
fi
end

begin parts_of_an_image_are_no_root_file_system
mkdir p1 p2 p3
cp many/oci-layout p1
refused p1 3 "has oci-layout, but not index.json"
cp -r many/index.json many/blobs p2
refused p2 3 "has index.json and blobs, but not oci-layout"
tar -xf old.tar -C p3
refused p3 3 "docker-archive:FILE"
mkdir page
echo '{"name": "a web page"}' >page/manifest.json
build --from page -o x.eif --entrypoint /manifest.json
want 0
has err source-bare
# the key says that it is one
printf '[source]\nrootfs = "page"\n[process]\nentrypoint = ["/manifest.json"]\n' \
  >enclave.toml
run "$VERACLAVE" build --boot-dir boot enclave.toml -o x.eif \
  --allow-missing-command
want 0
hasnt err source-bare
rm enclave.toml
end

begin links_inside_a_layout
for how in inside absolute; do
  images links many links-$how $how
  good links-$how
done
ln -s links-inside by-link
good by-link
good oci:by-link
for how in outside loop nothing; do
  images links many links-$how $how
  refused links-$how 3 "blobs/sha256/"
  has err "symbolic link"
done
cp -r many moved
mv moved/index.json moved/real
ln -s real moved/index.json
mv moved/blobs moved/there
ln -s there moved/blobs
good moved
end

begin skopeo_moves_it
if need skopeo; then
  skopeo --insecure-policy copy -q oci:many docker-archive:s.tar:app:1 ||
    bad "skopeo"
  good s.tar
  skopeo --insecure-policy copy -q oci:many oci-archive:s2.tar:app || bad "skopeo"
  good s2.tar
  skopeo --insecure-policy copy -q --format v2s2 oci:many dir:d || bad "skopeo"
  skopeo --insecure-policy copy -q dir:d oci:from-v2s2:x || bad "skopeo"
  good from-v2s2
fi
end

begin a_layer_that_is_there_twice
images scratch scratch
python3 - "$TOP/tests/e2e/oci_images.py" <<'P' || bad "no image"
import sys
code = open(sys.argv[1]).read().rsplit("\nmain(", 1)[0]
exec(code)
lay = Layout("twice")
t, u = tar_of({"app": b"1"}), tar_of({"other": b"2"})
lay.index([lay.image([t, u, t])])
once = Layout("once")
once.index([once.image([u, t])])
P
build --from once -o once.eif
want 0
build --from twice -o twice.eif
want 0
same once.eif twice.eif
images old-docker twice twice.tar
tar -tvf twice.tar | grep -q -e '->' || bad "no link in the archive"
build --from twice.tar -o twice.eif
want 0
same once.eif twice.eif
end

begin from_scratch
build --from scratch -o scratch.eif --entrypoint /app
want 0
images empty empty
build --from empty -o empty.eif
want 0
differ scratch.eif empty.eif
end

begin platforms
images platforms multi
build --from multi --arch x86_64 --entrypoint /what -o x.eif
want 0
run "$VERACLAVE" unpack --ramdisks x.eif x.d
want 0
what=$(find x.d -name what -type f)
[ "$(cat "$what")" = one ] || bad "not the image for amd64 as it is everywhere"
images layers amd 3
# kernel and init of the other machine: the source is what is wrong
python3 -c 'b = bytearray(open("boot/init", "rb").read())
b[18:20] = b"\xb7\0"
open("arm-init", "wb").write(b)
b = bytearray(4096)
b[8 + 2] = 8 # its text offset, 0x80000
b[0x38:0x3c] = b"ARMd"
open("boot/Image", "wb").write(b)'
refused_arch() {
  rm -f x.eif
  build --from amd --arch aarch64 --init arm-init -o x.eif
  want 3
  has err "is for linux/amd64, not for linux/arm64"
  [ ! -e x.eif ] || bad "it left a file"
}
refused_arch
end

begin names
images names many named v1 v2
good named
good oci:named:v2
refused oci:named:v3 2 "only: v1, v2"
images two many scratch both
refused both 2 "more than one image: one, two"
good oci:both:one
end

begin damaged_images_are_refused
for what in layer config manifest; do
  images break many "broken-$what" $what
  refused "broken-$what" 3 "sha256:"
done
images break many broken-size size
refused broken-size 3 "expected"
images break many broken-diff diff-id
refused broken-diff 3 "layer 50 of 50"
images break many broken-foreign foreign
refused broken-foreign 3 "not distributable"
images break many broken-artifact artifact
refused broken-artifact 3 "artefact"
images break many broken-1 schema1
refused broken-1 3 "schema 1"
cp many.tar cut.tar
truncate -s -20000 cut.tar
refused cut.tar 3 ""
end
