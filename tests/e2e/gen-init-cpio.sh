# The canonical ramdisk against a program that nobody of us wrote: the kernel's
# usr/gen_init_cpio makes the same bytes from a list of the same tree, and GNU
# cpio and bsdtar take our archives apart.
#
# Without -t that program gives directories and links the time of day, and
# files the times that they have on disk; with -t the one of Linux 6.12 gives
# everything that one time. The comparison is with -t and the same epoch.
. "$TOP/tests/lib.sh"

source=$(ls /usr/src/linux-source-6.12.tar.xz 2>/dev/null)
keep=${XDG_CACHE_HOME:-$HOME/.cache}/veraclave/gen_init_cpio
epoch=1732000000

# Unpacking one file of the archive takes a quarter of a minute: keep it.
get_gen_init_cpio() {
  if [ -z "$source" ]; then
    skip "the package linux-source-6.12 is not installed"
    return 1
  fi
  mkdir -p "$keep"
  if [ ! "$keep/gen_init_cpio.c" -nt "$source" ]; then
    tar xJf "$source" --occurrence=1 --strip-components=2 \
      linux-source-6.12/usr/gen_init_cpio.c || bad "no gen_init_cpio.c in it"
    touch gen_init_cpio.c
    mv gen_init_cpio.c "$keep/"
  fi
  cc -O1 -o gen_init_cpio "$keep/gen_init_cpio.c" || bad "it does not compile"
}

# ramdisk DIR OPTIONS...: ours of the tree in DIR, as DIR/ours.cpio
ramdisk() {
  dir=$1
  shift
  set -- --from "tar:$dir/tree.tar" -o "$dir/ours.cpio" --scrub none \
    --epoch $epoch --allow-missing-command --entrypoint /bin/app "$@"
  while read -r device; do
    set -- "$@" --device "$device"
  done <"$dir/devices"
  run "$VERACLAVE" ramdisk "$@"
  want 0
}

begin same_bytes
if get_gen_init_cpio; then
  for seed in 1 2 3 4 5 6 7 8; do
    mkdir "t$seed"
    (cd "t$seed" && python3 "$TOP/tests/e2e/random_tree.py" $seed \
      $((seed * seed * 20)))
    (cd "t$seed" && ../gen_init_cpio -t $epoch list >theirs.cpio) ||
      bad "gen_init_cpio does not take the list of tree $seed"
    ramdisk "t$seed"
    same "t$seed/theirs.cpio" "t$seed/ours.cpio"
  done
fi

begin says_digest_and_pcr2
mkdir s
(cd s && python3 "$TOP/tests/e2e/random_tree.py" 99 300 plain)
ramdisk s
has out "SHA-384  $(sha384sum s/ours.cpio | cut -d' ' -f1)"
python3 - s/ours.cpio >pcr2 <<'PY'
import hashlib, sys
inner = hashlib.sha384(open(sys.argv[1], "rb").read()).digest()
print("PCR2     " + hashlib.sha384(bytes(48) + inner).hexdigest())
PY
has out "$(cat pcr2)"

# rooted: skips unless who runs this may make devices, and enter directories
# that are closed to their owner, as the random tree has them
rooted() {
  [ "$(id -u)" = 0 ] && return
  skip "device nodes and directories closed to their owner need root"
  return 1
}

begin gnu_cpio_extracts
if need cpio && rooted; then
  mkdir gnu
  run sh -c 'cd gnu && cpio -id --quiet --no-absolute-filenames <../s/ours.cpio'
  want 0
  run python3 "$TOP/tests/e2e/same_tree.py" s gnu
  want 0
fi

begin bsdtar_extracts
if need bsdtar && rooted; then
  mkdir bsd
  run bsdtar -x -f s/ours.cpio -C bsd
  want 0
  run python3 "$TOP/tests/e2e/same_tree.py" s bsd
  want 0
fi
