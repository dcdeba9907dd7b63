# Archives that are odd and that every reader takes alike: ours does, too.
. "$TOP/tests/lib.sh"

# What other readers make of odd.tar: names and sizes, a line each.
gnu() { mkdir gnu && tar -C gnu -xf odd.tar && listing gnu; }
# It keeps the file, says that it skips the link, and exits with 1.
bsd() {
  mkdir bsd
  bsdtar -C bsd -xf odd.tar
  listing bsd
}
python() {
  mkdir py && python3 -c '
import sys, tarfile
with tarfile.open("odd.tar") as t:
    t.extractall("py", members=[m for m in t if m.name != m.linkname])' &&
    listing py
}
ours() {
  mkdir ours && "$VERACLAVE" ramdisk --from tar:odd.tar -o odd.cpio \
    --allow-missing-command --cmd /x >/dev/null 2>>err && (cd ours && cpio -idm --quiet <../odd.cpio) &&
    listing ours
}
listing() {
  (cd "$1" && find . -path "*app/*" -type f -printf "%f %s\n" | sort)
}

begin a_file_that_is_named_twice
mkdir -p app
echo once >app/x
ln app/x app/y
printf 'app/x\napp/x\napp/y\n' | tar --format=gnu -cf odd.tar -T -
ours >ours.txt || bad "not read: $(cat err)"
has err tar-link-self
gnu >gnu.txt
same gnu.txt ours.txt
if command -v bsdtar >/dev/null; then
  bsd >bsd.txt
  same bsd.txt ours.txt
fi
python >py.txt
same py.txt ours.txt
end

begin a_directory_with_a_size
rm -rf gnu bsd py ours app odd.tar
python3 - <<'P'
import io, tarfile
def info(name, **k):
    t = tarfile.TarInfo(name)
    for a, v in k.items():
        setattr(t, a, v)
    return t
out = b""
d = info("app", type=tarfile.DIRTYPE, mode=0o755, size=4096)
out += d.tobuf(tarfile.USTAR_FORMAT)
f = info("app/f", size=5)
out += f.tobuf(tarfile.USTAR_FORMAT) + b"next\n".ljust(512, b"\0")
open("odd.tar", "wb").write(out + bytes(1024))
P
ours >ours.txt || bad "not read: $(cat err)"
has err tar-dir-size
has ours.txt "f 5"
gnu >gnu.txt
same gnu.txt ours.txt
if command -v bsdtar >/dev/null; then
  bsd >bsd.txt
  same bsd.txt ours.txt
fi
python >py.txt
same py.txt ours.txt
end
