# Small input cannot use much disk, memory or time. A refusal names the flag that
# allows more, and leaves no files.
. "$TOP/tests/lib.sh"

python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/trees.py" tar app.tar || exit 1
command="--cmd /app/server"

# bounded CMD...: at most 64 MiB written to the disk and 20 s, or it is killed
bounded() {
  run timeout 60 sh -c 'ulimit -f 131072; exec "$@"' x "$@"
}

begin budgets_holes_of_a_tar
# GNU sparse files of 4 GiB in some KB
for i in 0 1 2; do
  printf x >disk$i
  truncate -s 4294967295 disk$i
done
tar --sparse -cf sparse.tar disk0 disk1 disk2
[ "$(wc -c <sparse.tar)" -lt 50000 ] || skip "this tar does not see holes"
bounded "$VERACLAVE" ramdisk --from sparse.tar --cmd /disk0 -o sparse.cpio
want 3
has err "[budget]"
has err "--max-unpacked"
[ ! -e sparse.cpio ] || bad "a ramdisk was left"

begin budgets_compressed_layers
head -c 1500000000 /dev/zero | gzip -1 >zeros.gz
gzip <app.tar >fine.tar.gz
bounded "$VERACLAVE" ramdisk --from fine.tar.gz $command -o fine.cpio
want 0
bounded "$VERACLAVE" ramdisk --from zeros.gz $command -o zeros.cpio
want 3
has err "[budget]"

begin budgets_ramdisks
if need zstd; then
  # shellcheck disable=SC2086 # words
  run "$VERACLAVE" build -q --boot-dir boot --from app.tar $command -o x.eif
  "$VERACLAVE" unpack x.eif parts
  head -c 3000000000 /dev/zero | zstd -q -1 -o bomb.zst
  cp bomb.zst "parts/$(basename "$(find parts -name '*ramdisk*' | sort | tail -n 1)")"
  run "$VERACLAVE" repack parts -o bomb.eif
  want 0
  run timeout 120 "$VERACLAVE" unpack --ramdisks bomb.eif out.d
  want 3
  has err "[budget]"
  has err "--max-unpacked"
  [ ! -e out.d ] || bad "out.d was left"
fi

begin budgets_ramdisks_of_repack
# repack looks into a ramdisk when its files lie beside it
if need zstd; then
  bomb=$(basename "$(find parts -name '*ramdisk*' | sort | tail -n 1)")
  mkdir "parts/$bomb.d"
  run timeout 120 "$VERACLAVE" repack parts -o bomb2.eif
  want 3
  has err "[budget]"
  has err "$bomb: the content of the ramdisks"
  has err "--max-unpacked"
  [ ! -e bomb2.eif ] || bad "an image was left"
  run timeout 60 "$VERACLAVE" repack --max-unpacked 1M parts -o bomb2.eif
  want 3
  has err "[budget]"
  run "$VERACLAVE" unpack --ramdisks x.eif fine
  run "$VERACLAVE" repack --max-unpacked 10M fine -o fine.eif
  want 0
  same fine.eif x.eif
fi

begin budgets_pipes
bounded "$VERACLAVE" describe /dev/zero
want 3
has err "[eif-magic]"
run timeout 60 sh -c 'ulimit -f 131072; yes | "$1" describe -' x "$VERACLAVE"
want 3
has err "[eif-magic]"
run timeout 60 sh -c 'ulimit -f 131072; cat /dev/zero | "$1" build --from - \
  --boot-dir boot --cmd /x -o never.eif --max-unpacked 10M' x "$VERACLAVE"
want 3
has err "[budget]"
run timeout 60 sh -c 'ulimit -f 131072; yes | "$1" build --from - \
  --boot-dir boot --cmd /x -o never.eif' x "$VERACLAVE"
want 3
has err "not a tar archive"
# an image with endless bytes after its end
run timeout 60 sh -c 'ulimit -f 131072; cat "$2" /dev/zero | "$1" describe -' \
  x "$VERACLAVE" x.eif
want 3
has err "[eif-trailing]"
run sh -c 'cat "$2" | "$1" describe -' x "$VERACLAVE" x.eif
want 0
end
