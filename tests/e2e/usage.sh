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
  run "$VERACLAVE" build --boot-dir boot --from nothing "$@"
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
has err "the output has no name"
nobuild -o /dev/null
want 2
has err "/dev/null is not a regular file"
nobuild -o nodir/x.eif
want 4
has err "hint: make the directory nodir first"
nobuild -o x.eif --pcrs x.eif
want 2
has err "cannot have the same name"
run "$VERACLAVE" ramdisk --from nothing -o dir
want 2
run "$VERACLAVE" repack dir -o dir
want 2
has err "dir is a directory"
[ "$(ls)" = "$(printf 'app.tar\nboot\ndir\nerr\nout')" ] || bad "leftovers"
end

begin a_boot_side_that_is_missing_is_said_first
run "$VERACLAVE" build --from nothing --boot-dir dir -o x.eif
want 4
has err "cannot open dir/bzImage"
has err "hint: dir must hold bzImage, cmdline and init"
run "$VERACLAVE" build --from nothing --boot-dir dir --arch aarch64 -o x.eif
want 4
has err "hint: dir must hold Image, cmdline and init"
mkdir prog
cp "$VERACLAVE" prog/alone
run env NITRO_CLI_BLOBS= prog/alone build --from nothing -o x.eif
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
