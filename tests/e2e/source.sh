#!/bin/sh
# What a tree is kept in makes no difference; what is damaged, hostile or could
# be two things is refused.
. "$TOP/tests/lib.sh"

# Times count here: the epoch is later than all of them, and nothing is taken
# out of the tree.
build() {
  run "$VERACLAVE" build --boot-dir boot --name app --scrub none \
    --mtime clamp --epoch 4000000000 --entrypoint /bin/app "$@"
}

python3 "$TOP/tests/trees.py" boot boot || echo "trees.py failed"

# A tree with what the dialects of tar write differently.
cat >tree.py <<'EOF'
import os

long = "d" * 120 + "/" + "n" * 130
for name in ("bin", "etc/ssl", "d" * 120, "usr/lib/a b", "tmp"):
    os.makedirs("root/" + name)
os.chmod("root/tmp", 0o1777)
files = {
    "bin/app": b"#!/bin/sh\n", "etc/empty": b"", long: b"long",
    "etc/ssl/\u00e9": b"composed", "etc/ssl/e\u0301": b"decomposed",
    "usr/lib/a b/new\nline": b"x" * 511, "usr/lib/block": b"y" * 512,
    "usr/lib/more": bytes(range(256)) * 2049,
}
for name, data in files.items():
    with open("root/" + name, "wb") as f:
        f.write(data)
with open(b"root/etc/not-utf8-\xff", "wb") as f:
    f.write(b"z")
os.chmod("root/bin/app", 0o4755)
os.chmod("root/etc/empty", 0o400)
os.link("root/usr/lib/more", "root/etc/hard")
os.link("root/usr/lib/more", "outside")
os.symlink("../usr/lib/more", "root/bin/soft")
os.symlink("/" + "t" * 150, "root/bin/far")
os.mkfifo("root/etc/fifo")
with open("root/usr/lib/sparse", "wb") as f:
    for at in (0, 1 << 20, 5 << 20):
        f.seek(at)
        f.write(b"data" * 1024)
    f.truncate((6 << 20) + 5)
with open("root/usr/lib/hole", "wb") as f:
    f.truncate(3 << 20)
when = 1000000000
for top, dirs, names in os.walk("root", topdown=False):
    for name in names + dirs + ["."]:
        when += 1
        os.utime(os.path.join(top, name), ns=(0, when * 10**9 + 500000000),
                 follow_symlinks=False)
EOF
python3 tree.py || echo "tree.py failed"

# archive NAME TAR-OPTION...
archive() {
  to=$1
  shift
  tar -C root --numeric-owner "$@" -cf "$to" . 2>tar.err ||
    bad "tar: $(cat tar.err)"
}

begin a_directory_builds
# as root made it, which tars tell
build --from root --dir-modes keep -o dir.eif
want 0
end

begin the_dialect_makes_no_difference
archive gnu.tar --format=gnu
archive oldgnu.tar --format=oldgnu
archive pax.tar --format=pax
archive posix.tar --format=posix --sort=name \
  --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime
archive sparse-gnu.tar --format=gnu -S
archive sparse-00.tar --format=pax -S --sparse-version=0.0
archive sparse-01.tar --format=pax -S --sparse-version=0.1
archive sparse-10.tar --format=pax -S --sparse-version=1.0
python3 - <<'EOF' || bad "tarfile failed"
import tarfile
for name, form in ("py-gnu", tarfile.GNU_FORMAT), ("py-pax", tarfile.PAX_FORMAT):
    with tarfile.open(name + ".tar", "w", format=form) as t:
        t.add("root", arcname=".")
EOF
for name in gnu oldgnu pax posix sparse-gnu sparse-00 sparse-01 sparse-10 \
  py-gnu py-pax; do
  build --from $name.tar -o $name.eif
  want 0
  same dir.eif $name.eif
  rm -f $name.eif
done
end

begin short_names_fit_ustar
mkdir short
cp -a root/bin root/etc short/
rm short/bin/far
build --from short --dir-modes keep -o short.eif
want 0
tar -C short --format=ustar --numeric-owner -cf ustar.tar . || bad "tar"
build --from ustar.tar -o ustar.eif
want 0
same short.eif ustar.eif
end

begin compression_makes_no_difference
gzip -k pax.tar
gzip -kc sparse-gnu.tar >multi.tar.gz
split -b 3000000 pax.tar part.
for part in part.*; do gzip -c "$part"; done >members.tar.gz
xz -k -T2 pax.tar
for name in pax.tar.gz multi.tar.gz members.tar.gz pax.tar.xz; do
  build --from $name -o c.eif
  want 0
  same dir.eif c.eif
done
if command -v zstd >/dev/null; then
  zstd -q -k pax.tar
  build --from pax.tar.zst -o c.eif
  want 0
  same dir.eif c.eif
fi
end

begin standard_input_and_pipes_can_be_read
build --from - -o c.eif <pax.tar.gz
want 0
same dir.eif c.eif
mkfifo pipe
cat pax.tar >pipe &
build --from tar:pipe -o c.eif
want 0
same dir.eif c.eif
end

begin a_cut_archive_is_refused
size=$(stat -c %s gnu.tar)
for part in 1 2 3 5 7 11 13; do
  head -c $((size * part / 17)) gnu.tar >cut.tar
  build --from tar:cut.tar -o cut.eif
  want 3
  head -c $((size * part / 17 / 512 * 512)) gnu.tar >cut.tar
  build --from tar:cut.tar -o cut.eif
  want 3
done
size=$(stat -c %s pax.tar.xz)
for part in 1 8 16; do
  head -c $((size * part / 17)) pax.tar.xz >cut.tar.xz
  build --from tar:cut.tar.xz -o cut.eif
  want 3
  has err "ends early"
done
[ ! -e cut.eif ] || bad "there is an output file"
end

begin a_damaged_stream_is_refused
size=$(stat -c %s pax.tar.gz)
cp pax.tar.gz flip.tar.gz
printf '\125\252' |
  dd of=flip.tar.gz bs=1 seek=$((size - 7)) conv=notrunc 2>/dev/null
build --from flip.tar.gz -o flip.eif
want 3
has err "damaged"
[ ! -e flip.eif ] || bad "there is an output file"
end

begin names_that_lead_outside_are_refused
printf x >evil
tar --transform 's,evil,../evil,' -P -cf evil.tar evil
build --from tar:evil.tar -o evil.eif
want 3
has err '..'
end

begin what_could_be_two_things_is_refused
mkdir -p both/proc
: >both/Dockerfile
build --from both -o both.eif
want 3
has err "dockerfile:both"
has err "dir:both"
printf '[]' >manifest.json
mkdir -p usr
tar -cf both.tar manifest.json usr
build --from both.tar -o both.eif
want 3
has err "docker-archive:both.tar"
end

begin a_socket_is_left_out
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("root/etc/s")'
touch -r root/etc/ssl root/etc
build --from root -o socket.eif
want 0
has err "socket"
end
