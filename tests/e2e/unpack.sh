# An EIF becomes a directory and the same EIF again; hostile ramdisks stay
# where they are put.
. "$TOP/tests/lib.sh"

mkeif() { # OUT RAMDISK...: an image with these ramdisks
  mk_out=$1
  shift
  python3 - "$mk_out" "$@" <<'PY'
import struct, sys, zlib
secs = [(1, b"k" * 1000), (2, b"console=ttyS0")]
secs += [(3, open(p, "rb").read()) for p in sys.argv[2:]]
at, offs, sizes, body = 548, [], [], b""
for t, d in secs:
    offs.append(at)
    sizes.append(len(d))
    body += struct.pack(">HHQ", t, 0, len(d)) + d
    at += 12 + len(d)
pad = [0] * (32 - len(secs))
head = b".eif" + struct.pack(">HHQQHH", 4, 0x0240, 1 << 63, 2, 0, len(secs))
head += struct.pack(">32Q", *(offs + pad)) + struct.pack(">32Q", *(sizes + pad))
head += b"\0" * 4
open(sys.argv[1], "wb").write(
    head + struct.pack(">I", zlib.crc32(head + body)) + body)
PY
}

mkcpio() { # OUT NAME...: files of the current directory, newc
  mk_out=$1
  shift
  printf '%s\n' "$@" | cpio -o -H newc -O "$mk_out" --quiet
}

begin unpack_repack_round_trip
if require "$FIXTURES/nitro/eif"; then
  for f in "$FIXTURES"/nitro/eif/*.eif "$FIXTURES"/nitro/eif/malformed/*.eif; do
    rm -rf d again.eif
    "$VERACLAVE" describe -q "$f" >/dev/null 2>&1 || continue
    run "$VERACLAVE" unpack -q "$f" d
    want 0
    run "$VERACLAVE" repack d -o again.eif
    want 0
    same "$f" again.eif
  done
fi
end

begin unpack_ramdisk_contents
if need python3 cpio gzip; then
  mkdir -p in/dir
  echo hello >in/dir/file
  ln in/dir/file in/dir/hard
  ln -s /etc/passwd in/link
  mkfifo in/fifo
  chmod 4755 in/dir/file
  (cd in && mkcpio ../r1 dir dir/file dir/hard link fifo)
  gzip -c r1 >r2
  mkeif x.eif r1 r2
  run "$VERACLAVE" unpack --ramdisks x.eif x.d
  want 0
  has err unpack-skipped
  for r in 1 2; do
    same in/dir/file "x.d/ramdisk-$r.d/dir/file"
    same in/dir/file "x.d/ramdisk-$r.d/dir/hard"
    [ "$(readlink "x.d/ramdisk-$r.d/link")" = /etc/passwd ] ||
      bad "the link's target is not kept"
    [ ! -e "x.d/ramdisk-$r.d/fifo" ] || bad "a FIFO was made"
    [ ! -u "x.d/ramdisk-$r.d/dir/file" ] || bad "a set-id bit was kept"
  done
  run "$VERACLAVE" repack x.d -o y.eif
  want 0
  same x.eif y.eif
  echo hallo >x.d/ramdisk-2.d/dir/file
  run "$VERACLAVE" repack x.d -o z.eif
  want 3
  has err "ramdisk-2.d/dir/file differs from its entry in ramdisk-2"
  [ ! -e z.eif ] || bad "an image was written"
  echo hello >x.d/ramdisk-2.d/dir/file
  touch x.d/ramdisk-1.d/more
  run "$VERACLAVE" repack x.d -o z.eif
  want 3
  has err "ramdisk-1.d/more"
  rm x.d/ramdisk-1.d/more x.d/ramdisk-1.d/link
  run "$VERACLAVE" repack x.d -o z.eif
  want 3
  has err "ramdisk-1.d/link"
  rm -r x.d/ramdisk-1.d
  run "$VERACLAVE" repack x.d -o z.eif
  want 0
  same x.eif z.eif
  run "$VERACLAVE" unpack x.eif x.d
  want 2
fi
end

begin unpack_hostile_ramdisks
if need python3; then
  mkdir outside
  python3 - <<'PY'
def entry(name, mode, data=b"", ino=1):
    n = name.encode() + b"\0"
    h = b"070701" + b"".join(b"%08X" % v for v in (
        ino, mode, 0, 0, 1, 0, len(data), 3, 1, 0, 0, len(n), 0))
    out = h + n
    out += b"\0" * (-len(out) % 4) + data
    return out + b"\0" * (-len(out) % 4)
end = entry("TRAILER!!!", 0)
cases = {
    "dotdot": entry("../outside/f", 0o100644, b"x"),
    "inner": entry("a", 0o40755) + entry("a/../../../outside/f", 0o100644, b"x"),
    "link": entry("l", 0o120777, b"../../outside") + entry("l/f", 0o100644, b"x"),
    "abslink": entry("l", 0o120777, b"/tmp") + entry("l/veraclave-f", 0o100644, b"x"),
    "junk": b"not an archive",
}
for name, data in cases.items():
    open(name + ".cpio", "wb").write(data + end)
PY
  for c in dotdot inner link abslink junk; do
    mkeif $c.eif $c.cpio
    run "$VERACLAVE" unpack --ramdisks $c.eif $c.d
    [ "$status" != 0 ] || bad "$c was unpacked"
    [ ! -e $c.d ] || bad "$c left a directory"
  done
  [ -z "$(ls outside)" ] || bad "something was written outside"
  [ ! -e /tmp/veraclave-f ] || bad "something was written to /tmp"
fi
end

begin repack_reads_inside_only
if need python3; then
  echo r >r
  mkeif z.eif r
  run "$VERACLAVE" unpack z.eif z.d
  want 0
  sed -i 's|"kernel",$|"kernel",|; s|"file": "kernel"|"file": "../z.eif"|' z.d/eif.json
  run "$VERACLAVE" repack z.d -o out.eif
  [ "$status" != 0 ] || bad "a file outside of the directory was read"
  [ ! -e out.eif ] || bad "an output was left"
fi
end
