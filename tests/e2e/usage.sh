#!/bin/sh
# What a person meets who gets something wrong: the sentence, the hint, the
# exit status, and nothing left behind.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/trees.py" tar app.tar || exit 1
mkdir dir
command="--cmd /app/server"

build() {
  # shellcheck disable=SC2086 # words
  run "$VERACLAVE" build --boot-dir boot --from app.tar $command "$@"
}

# A source that is not there: what is wrong besides must be said before.
nobuild() {
  run "$VERACLAVE" build --boot-dir boot --from "$TOP/tests" "$@"
}

begin an_output_that_cannot_be_is_refused_first
nobuild -o dir
want 2
has err "dir is a directory"
has err "hint: name the file"
nobuild -o -
want 2
has err "cannot go to standard output"
nobuild -o ''
want 2
has err "--output is empty"
nobuild -o /dev/null
want 2
has err "/dev/null is not a regular file"
nobuild -o nodir/x.eif
want 4
has err "hint: make the directory nodir first"
nobuild -o x.eif --pcrs x.eif
want 2
has err "are the same file"
run "$VERACLAVE" ramdisk --from "$TOP/tests" -o dir
want 2
run "$VERACLAVE" repack dir -o dir
want 2
has err "dir is a directory"
[ "$(ls)" = "$(printf 'app.tar\nboot\ndir\nerr\nout')" ] || bad "leftovers"
end

begin a_boot_side_that_is_missing_is_said_before_the_source_is_read
run "$VERACLAVE" build --from "$TOP/tests" --boot-dir dir -o x.eif
want 4
has err "cannot open dir/bzImage"
has err "hint: dir must hold bzImage, cmdline and init"
run "$VERACLAVE" build --from "$TOP/tests" --boot-dir dir --arch aarch64 -o x.eif
want 4
has err "hint: dir must hold Image, cmdline and init"
# what was named by itself is not the directory's fault
run "$VERACLAVE" build --boot-dir boot --kernel nope --from app.tar -o x.eif
want 4
has err "cannot open nope"
hasnt err "must hold"
mkdir prog
cp "$VERACLAVE" prog/alone
run env NITRO_CLI_BLOBS= prog/alone build --from "$TOP/tests" -o x.eif
if [ ! -e /usr/share/nitro_enclaves/blobs ]; then
  want 4
  has err "boot-missing"
  has err '"make boot" in the source builds them'
fi
rm -r prog
[ ! -e x.eif ] || bad "an image was written"
end

begin a_path_is_named_once
run "$VERACLAVE" pcr --input nothing
want 4
has err "veraclave: cannot open nothing: No such file or directory"
run "$VERACLAVE" unpack nothing d
want 4
has err "veraclave: cannot open nothing: No such file or directory"
end

begin closed_and_full_outputs_are_errors
if [ -e /dev/full ]; then
  status=0
  "$VERACLAVE" help >/dev/full 2>err || status=$?
  last_run=help
  want 4
  has err "cannot write the result"
fi
status=0
"$VERACLAVE" help >&- 2>err || status=$?
want 4
build -o good.eif
want 0
status=0
# shellcheck disable=SC2086 # words
"$VERACLAVE" build --boot-dir boot --from app.tar $command -o x.eif \
  >&- 2>err || status=$?
same good.eif x.eif
end

begin what_a_source_is_not_is_said
build2() {
  run "$VERACLAVE" build --boot-dir boot -o x.eif --cmd /bin/sh "$@"
}
: >empty
build2 --from dir:empty
want 2
has err "empty is not a directory"
build2 --from tar:dir
want 2
has err "dir is a directory, not an archive"
has err "hint: dir: reads a directory"
build2 --from oci:dir
want 3
has err "this is not an OCI image layout"
build2 --from podman:thing
want 4
has err "hint: podman: is not a kind of source"
build2 --from - </dev/null
want 3
has err "standard input is not a tar archive"
build2 --from app.tar --env HOME
want 2
has err "--env HOME: not NAME=VALUE"
end

begin a_command_that_is_not_there_stops_the_build
mkdir -p r/bin
echo x >r/bin/plain
ln -s plain r/bin/link
chmod 644 r/bin/plain
nocommand() {
  run "$VERACLAVE" build --boot-dir boot --from dir:r -o x.eif $allow "$@"
  want 0
}
for c in "/bin/nothing:is not in the image" "link:is not executable" \
  "/bin/plan:is not in the image" "/bin:is not a file"; do
  run "$VERACLAVE" build --boot-dir boot --from dir:r -o absent.eif \
    --cmd "${c%%:*}" --env PATH=/sbin:/bin
  want 3
  has err "the command ${c%%:*} ${c#*:}"
  has err "[process-command]"
  has err "--allow-missing-command"
  [ ! -e absent.eif ] || bad "an image without its command"
done
chmod 755 r/bin/plain
run "$VERACLAVE" build --boot-dir boot --from dir:r -o absent.eif --cmd /bin/plan
want 3
has err "did you mean /bin/plain?"
run "$VERACLAVE" build --boot-dir boot --from dir:r -o absent.eif --cmd /opt/plain
want 3
has err "did you mean /bin/plain?"
chmod 644 r/bin/plain
allow=--allow-missing-command
nocommand --cmd /bin/nothing
has err "warning: the command /bin/nothing is not in the image"
nocommand --cmd nothing --env PATH=/sbin:/bin
has err "the command nothing is not in the image"
nocommand --cmd link --env PATH=/sbin:/bin
has err "the command link is not executable"
nocommand --cmd /bin
has err "the command /bin is not a file"
chmod 755 r/bin/plain
allow=
for c in link /bin/link ./plain bin/../plain; do
  nocommand --cmd $c --workdir /bin
  hasnt err "the command"
done
# the source is told before the boot side, whatever kind it is said to be
for prefix in '' dir: tar: oci: oci-archive: docker-archive: docker-dir: \
  dockerfile:; do
  run "$VERACLAVE" build --boot-dir nowhere --from ${prefix}no-such-tree -o y.eif
  want 4
  has err "no-such-tree"
  hasnt err "nowhere"
done
run "$VERACLAVE" build --boot-dir nowhere --from tar:r -o y.eif
want 2
has err "r is a directory, not an archive"
run "$VERACLAVE" build --boot-dir nowhere --from dir:app.tar -o y.eif
want 2
has err "app.tar is not a directory"
mkdir context none
: >context/Dockerfile
run env PATH="$PWD/none" "$VERACLAVE" build --boot-dir nowhere --from context -o y.eif
want 4
has err "no engine on this machine can build a Dockerfile"
printf '[source]\ndockerfile = "Dockerfile.no"\n[boot]\ndir = "nowhere"\n' >no.toml
run "$VERACLAVE" build no.toml -o y.eif
want 4
has err "Dockerfile.no"
printf '[rootfs]\ndebian = "bookworm"\nfiles = "nofiles"\n[boot]\ndir = "nowhere"\n' >no.toml
run "$VERACLAVE" build no.toml -o y.eif
want 4
has err "nofiles, the files of [rootfs], is not a directory"
printf '[rootfs]\ndebian = "bookworm"\n[boot]\ndir = "nowhere"\n' >no.toml
run env PATH="$PWD/none" "$VERACLAVE" build no.toml -o y.eif
want 4
has err "there is no program mmdebstrap"
rm -r context none no.toml
# secrets: all at once, in variables too, and what is allowed in vain
echo PORT=1 >r/.env
run "$VERACLAVE" build --boot-dir boot --from dir:r -o y.eif --cmd /bin/plain \
  --env API_KEY=0123456789
want 1
has err "2 secrets are in the image"
has err "/.env is a file of variables"
has err "env:API_KEY is an environment variable that looks like a key"
[ ! -e y.eif ] || bad "an image with secrets"
run "$VERACLAVE" build --boot-dir boot --from dir:r -o x.eif --cmd /bin/plain \
  --env API_KEY=0123456789 --allow-secret env:API_KEY --allow-secret /.env \
  --allow-secret /none
want 0
has err "--allow-secret /none has no effect"
for topic in build enclave.toml; do
  run "$VERACLAVE" help $topic
  has out 'env:NAME'
done
rm r/.env
allow=--allow-missing-command
nocommand --profile nitro-cli --cmd /bin/nothing
has err "the command /bin/nothing is not in the image"
rm -r r x.eif
end

begin one_is_not_many
mkdir -p r/lib
: >r/lib/Name
nocommand --cmd /lib/Name
has err "1 directory added as 0755 0:0"
: >r/lib/name
nocommand --cmd /lib/Name
has err "1 name differs from another in case only"
hasnt err "(s)"
end

begin describe_reads_pipes
run "$VERACLAVE" describe good.eif
want 0
cp out wanted
run sh -c 'cat good.eif | "$VERACLAVE" describe -'
want 0
same wanted out
run sh -c '"$VERACLAVE" describe --json /dev/stdin <good.eif'
want 0
same wanted out
run sh -c '"$VERACLAVE" describe --text - </dev/null'
want 3
has err "veraclave: -: the file has 0 bytes"
run "$VERACLAVE" describe --text --json good.eif
want 2
run "$VERACLAVE" describe --text good.eif
hasnt out "enclave "
end

begin a_narrow_terminal_gets_no_bar
if need script; then
  # CI says that nobody watches, and there is no bar then
  unset CI
  script -qec "stty cols 30; '$VERACLAVE' describe --text good.eif" \
    /dev/null >out 2>err </dev/null
  hasnt out "[#"
  has out "measuring"
  script -qec "stty cols 90; '$VERACLAVE' describe --text good.eif" \
    /dev/null >out 2>err </dev/null
  has out "measuring    ["
fi
end

begin a_wrong_call_says_where_help_is
for verb in describe pcr sign-eif build-enclave describe-eif repack; do
  run "$VERACLAVE" $verb
  want 2
  has err "hint: \"veraclave help $verb\" explains its usage"
done
run "$VERACLAVE" describe good.eif good.eif
want 2
has err "unexpected operand good.eif"
has err 'hint: "veraclave help describe"'
run "$VERACLAVE" run --machine nitro good.eif
if [ ! -e /dev/nitro_enclaves ]; then
  want 4
  has err "hint: --machine nitro works on a Nitro host"
fi
end

begin no_enclave_toml_says_how_to_get_one
run "$VERACLAVE" build dir
want 4
has err "cannot open dir/enclave.toml"
has err 'hint: "veraclave init" writes an enclave.toml'
run "$VERACLAVE" build
want 2
has err "nothing says what to build from"
run sh -c '"$VERACLAVE" build --boot-dir boot --from - --cmd /app/server \
  -o piped.eif -q <app.tar'
want 0
same good.eif piped.eif
end
