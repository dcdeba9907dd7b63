#!/bin/sh
# The build verb: the same tree gives the same file, whatever it came from and
# whoever builds it; failures leave nothing behind.
. "$TOP/tests/lib.sh"

trees() {
  python3 "$TOP/tests/trees.py" "$@" || bad "trees.py $*"
}

build() {
  run "$VERACLAVE" build --boot-dir boot --name app "$@"
}

trees boot boot
process="--entrypoint /app/server --cmd --port --cmd 8080 --workdir /app
  --user app -e PATH=/usr/bin:/bin -e LANG=C.UTF-8"

begin layers_order_times_and_dialects_do_not_matter
trees one one
trees layers layers1 --seed 1 --time 1600000000
trees layers layers2 --seed 2 --time 1750000000
trees tar a.tar
trees tar b.tar --order 7 --time 5 --format gnu
build --from one -o one.eif
want 0
for source in layers1 layers2; do
  build --from $source -o $source.eif
  want 0
  same one.eif $source.eif
done
for source in a b; do
  # shellcheck disable=SC2086 # words
  build --from $source.tar -o $source.eif $process
  want 0
  same one.eif $source.eif
done
gzip -k a.tar
xz -k b.tar
# shellcheck disable=SC2086
build --from a.tar.gz -o c.eif $process
want 0
same one.eif c.eif
# shellcheck disable=SC2086
build --from b.tar.xz -o c.eif $process
want 0
same one.eif c.eif
end

begin surroundings_do_not_matter
mkdir -p "deep/er/directory with blanks"
cp -r layers1 "deep/er/directory with blanks/other name"
(
  cd "deep/er/directory with blanks" || exit 1
  umask 077
  env -i TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 HOME=/nonexistent \
    PATH="$PATH" "$VERACLAVE" build --boot-dir "$OLDPWD/boot" --name app \
    --from "oci:other name" -o x.eif >out 2>err
) || bad "it does not build elsewhere"
same one.eif "deep/er/directory with blanks/x.eif"
same one.pcrs.json one.pcrs.json
end

begin a_directory_gives_the_same
if [ "$(id -u)" = 0 ]; then
  mkdir root && tar -xf a.tar -C root
  # shellcheck disable=SC2086
  build --from root --dir-modes keep -o root.eif $process
  want 0
  same one.eif root.eif
else
  skip "owners can only be unpacked by root"
fi
end

# Two people, two umasks: the same checkout gives the same bytes.
begin a_checkout_gives_the_same_to_everybody
checkout() {
  mkdir -p "$1/bin" "$1/etc/deep"
  cp "$VERACLAVE" "$1/bin/app"
  chmod +x "$1/bin/app"
  echo text >"$1/etc/deep/conf"
  ln -s conf "$1/etc/deep/link"
}
for mask in 002 022 027 077; do
  (umask $mask && checkout "c$mask")
done
if [ "$(id -u)" = 0 ]; then
  checkout c1000
  chown -R 1000:1001 c1000
fi
for c in c022 c002 c027 c077 c1000; do
  [ -d $c ] || continue
  # shellcheck disable=SC2086
  build --from $c -o $c.eif --entrypoint /bin/app
  want 0
  hasnt err "dir-modes"
  same c022.eif $c.eif
done
grep -q '"modes": "git"' c022.pcrs.json || bad "the record does not say so"
build --from c077 --dir-modes keep -o k077.eif --entrypoint /bin/app
want 0
differ k077.eif c022.eif
grep -q '"modes": "keep"' k077.pcrs.json || bad "the record does not say so"
chmod 4755 c022/bin/app
build --from c022 -o setuid.eif --entrypoint /bin/app
want 0
has err "[dir-modes]"
has err "bin/app"
same setuid.eif c002.eif
cat >enclave.toml <<END
name = "app"
[source]
rootfs = "c022"
[process]
entrypoint = ["/bin/app"]
[build]
dir_modes = "keep"
END
run "$VERACLAVE" build --boot-dir boot -o toml.eif
want 0
hasnt err "[dir-modes]"
rm enclave.toml
end

begin what_matters_matters
trees tar c.tar
build --from one -o other.eif --env X=1
want 0
differ one.eif other.eif
build --from one -o other.eif --epoch 1
want 0
differ one.eif other.eif
SOURCE_DATE_EPOCH=1 build --from one -o sde.eif
want 0
same other.eif sde.eif
SOURCE_DATE_EPOCH=x build --from one -o sde.eif
want 2
has err "SOURCE_DATE_EPOCH"
end

begin the_record_agrees_with_describe
run "$VERACLAVE" describe one.eif
want 0
python3 - <<'P' || bad "pcrs.json and describe differ"
import hashlib, json
d = json.load(open("out"))
r = json.load(open("one.pcrs.json"))
assert r["schema"] == "nitro-pcrs/1"
for n in "012":
    assert r["pcrs"][n] == d["Measurements"]["PCR" + n], n
data = open("one.eif", "rb").read()
assert r["eif"]["sha256"] == hashlib.sha256(data).hexdigest()
assert r["eif"]["size"] == len(data)
P
build --from one -o again.eif --pcrs elsewhere.json --report report.json --json
want 0
same out elsewhere.json
python3 - <<'P' || bad "the report is not what it says"
import json
r = json.load(open("report.json"))
assert r["schema"] == "scrub-report/1" and r["version"] == 1
assert {"etc/hosts", "etc/resolv.conf"} <= {c["path"] for c in r["changes"]}
P
end

begin nitro_cli_profile_warns_of_what_is_lost
build --from one -o n.eif --profile nitro-cli --allow-missing-command
want 0
has err "warning"
has err "WORKDIR"
end

begin an_init_that_leads_nothing_on_is_refused
# the boot side of these tests has an init that knows nothing of [ingress]
printf 'name = "app"\n[ingress]\ntcp = [8080]\n' >ingress.toml
# shellcheck disable=SC2086
build ingress.toml --from a.tar -o ingress.eif $process
want 3
has err "the given init does not know [ingress]"
has err "init-ingress"
[ ! -e ingress.eif ] || bad "an image to which nothing leads"

begin wrong_calls_say_so
printf '[source]\nrootfs = "none.tar"\n' >gone.toml
run "$VERACLAVE" build --boot-dir boot gone.toml -o x.eif
want 4
has err 'none.tar'
has err 'it is the source that gone.toml names'
build -o x.eif
want 2
has err "--from"
build --from one -o x.eif --profile best
want 2
has err "canonical, nitro-cli"
build --from nothing-here -o x.eif
want 4
build --from "$TOP/README.md" -o x.eif
want 3
build --from one --boot-dir nowhere -o x.eif
want 2
run "$VERACLAVE" build --from one --boot-dir nowhere -o x.eif
want 4
run "$VERACLAVE" build --from one --boot-dir boot -o no/such/dir/x.eif
want 4
run "$VERACLAVE" build --from one --boot-dir boot -o /dev/null
want 2
[ ! -e x.eif ] || bad "a failed build left a file"
end

begin a_full_disk_leaves_nothing
trees big big.tar 40
mkdir small
apart="unshare --mount"
[ "$(id -u)" = 0 ] || apart="unshare --user --map-root-user --mount"
if ! $apart mount -t tmpfs none small 2>why; then
  confined "a mount namespace" why
else
  run $apart sh -c '
    mount -t tmpfs -o size=24m none small
    "$@"
    echo "status $?"
    ls -A small
    echo old >small/x.eif
    "$@"
    echo "status $?"
    cat small/x.eif' sh "$VERACLAVE" build --boot-dir boot --name app \
    --from big.tar --entrypoint /x -o small/x.eif --allow-missing-command
  printf 'status 4\nstatus 4\nold\n' >wanted
  same out wanted
  has err "No space left"
  has err "hint"
fi
end

begin killed_at_any_moment_leaves_old_or_new
mkdir k tmpdir
echo old >k/x.eif
seen=
for ms in 1 5 10 20 30 40 60 80 100 130 170 220 300; do
  TMPDIR=$PWD/tmpdir "$VERACLAVE" build --from big.tar --entrypoint /x \
    --allow-missing-command \
    --boot-dir boot -o k/x.eif >/dev/null 2>&1 &
  sleep "0.$(printf %03d $ms)"
  if kill -9 $! 2>/dev/null; then seen="$seen $ms"; fi
  wait $! 2>/dev/null
  case $(ls -A k | sort | tr '\n' ' ') in
  "x.eif " | "x.eif x.pcrs.json ") ;;
  *) bad "after $ms ms: $(ls -A k)" ;;
  esac
  if [ "$(head -c 3 k/x.eif)" != old ]; then
    run "$VERACLAVE" describe k/x.eif
    want 0
  fi
done
[ -n "$seen" ] || bad "no build was caught while it ran"
empty tmpdir
end
