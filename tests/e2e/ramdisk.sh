# One application ramdisk alone: the bytes of linuxkit, the same tree from
# different sources, and what is refused.
. "$TOP/tests/lib.sh"

kit=$FIXTURES/nitro/kat/linuxkit

begin nitro_cli_bytes
if require "$kit"; then
  run "$VERACLAVE" ramdisk --from "tar:$kit/export.tar" -o nitro.cpio \
    --profile nitro-cli --cmd /bin/hello.sh --cmd=--flag \
    -e PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    -e "HELLO=Hello from the enclave side!"
  want 0
  same nitro.cpio "$kit/customer-initrd.img"
fi

mkdir -p root/etc root/bin root/sub
printf 'app:x:1000:1001::/var/app:/bin/sh\n' >root/etc/passwd
printf 'app:x:1001:\nextra:x:44:app\n' >root/etc/group
printf 'program' >root/bin/app
ln root/bin/app root/sub/zapp
ln -s ../bin/app root/sub/link
chmod 755 root root/etc root/bin root/sub root/bin/app
chmod 644 root/etc/passwd root/etc/group

begin directory_and_tar_give_the_same
tar -C root --owner=0 --group=0 --sort=name -cf a.tar .
tar -C root --owner=0 --group=0 -cf b.tar sub bin etc
set -- --entrypoint /bin/app --user app --owner-root --scrub none
run "$VERACLAVE" ramdisk --from dir:root -o dir.cpio "$@"
want 0
touch -d 2001-01-01 root/bin/app
for s in a b; do
  run "$VERACLAVE" ramdisk --from tar:$s.tar -o $s.cpio "$@"
  want 0
  same dir.cpio $s.cpio
done
run env SOURCE_DATE_EPOCH=86400 "$VERACLAVE" ramdisk --from dir:root \
  -o later.cpio "$@"
want 0
differ dir.cpio later.cpio

begin process_file
mkdir x
(cd x && cpio -id --quiet process <../dir.cpio) || bad "cpio does not read it"
tr '\0' '\n' <x/process >lines
for line in veraclave-process/1 arg=/bin/app env=HOME=/var/app cwd=/ \
  uid=1000 gid=1001 group=1001 group=44; do
  has lines "$line"
done

begin refusals
run "$VERACLAVE" ramdisk --from dir:root -o no.cpio
want 3
has err "neither ENTRYPOINT nor CMD"
has err "[process-nothing]"
run "$VERACLAVE" ramdisk --from dir:root -o no.cpio --cmd /bin/app --user nobody
want 3
has err "no user nobody in etc/passwd"
run "$VERACLAVE" ramdisk --from dir:root -o no.cpio --cmd /bin/app \
  --device dev/null
want 2
has err "dev/null is not a device node"
[ ! -e no.cpio ] || bad "an output was left behind"

begin file_capabilities
if need setcap && ! setcap cap_net_raw+ep root/bin/app 2>/dev/null; then
  if [ "$(id -u)" = 0 ]; then
    skip "this file system takes no capabilities"
  else
    skip "only root can set capabilities"
  fi
elif [ -z "$case_skip" ]; then
  run "$VERACLAVE" ramdisk --from dir:root -o no.cpio --cmd /bin/app
  want 1
  has err "[ramdisk-caps]"
  has err "--caps"
  run "$VERACLAVE" ramdisk --from dir:root -o caps.cpio --cmd /bin/app \
    --caps init
  want 0
  (cd x && cpio -id --quiet caps <../caps.cpio) || bad "no file caps in it"
  tr '\0' '\n' <x/caps >lines
  has lines "0100000200200000000000000000000000000000 bin/app"
fi
