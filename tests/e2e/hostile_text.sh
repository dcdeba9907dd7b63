# Names, fields and answers from outside reach a terminal only escaped: control
# characters and characters that change the order of text, in every place.
. "$TOP/tests/lib.sh"

# escape sequences, a carriage return, U+202E, U+200B, and no UTF-8
evil=$(printf 'e\033[31mv\033]0;x\007i\rl\342\200\256\342\200\213')
json='e\u001b[31mv\u001b]0;x\u0007i\rl\u202e\u200b'
export XDG_DATA_HOME="$PWD/data" XDG_CACHE_HOME="$PWD/cache"
export XDG_RUNTIME_DIR="$PWD/runtime" DOCKER_CONFIG="$PWD/docker"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
mkdir -m 700 runtime docker
python3 "$TOP/tests/trees.py" boot boot || exit 1
python3 "$TOP/tests/e2e/oci_images.py" scratch image || exit 1

# t ARGUMENT...: what it prints is harmless, and names what was evil
t() {
  run timeout 60 "$VERACLAVE" "$@"
  [ "$status" -lt 70 ] || bad "status $status from: $last_run"
  for printed in out err; do
    if LC_ALL=C grep -n -a -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\x8b\xae]' \
      $printed; then
      bad "$printed is not harmless: $last_run"
    fi
  done
  cat out err >both
}
# the same, and the output shows the evil text escaped
shown() {
  t "$@"
  grep -q -i -F -e 'x1b[31mv' -e 'u001b[31mv' both ||
    bad "it is not shown: $last_run"
}
# the text of "json" as it is: some shells' echo reads it
put() { printf '%s\n' "$*"; }
value() { printf "$1%.0s" $(seq 48); }
regs='"0": "'$(value a1)'", "1": "'$(value 11)'", "2": "'$(value a2)'", "8": null'
record() {
  put "{\"schema\": \"nitro-pcrs/1\", \"name\": \"$1\", \"version\": \"$2\",
    \"pcrs\": {$regs}}"
}

begin hostile_command_lines
shown "$evil"
shown help "$evil"
shown explain "$evil"
shown describe "--$evil"
shown describe "$evil"
shown describe x "$evil"
shown pcr --input "$evil"
shown unpack "$evil" "$evil.d"
shown repack "$evil" -o x.eif
shown sign-eif "$evil" -c "$evil" -k "$evil"
shown run "$evil"
t run --forward "$evil" x
shown build --mtime "$evil"
shown build --max-unpacked "$evil"
shown build "$evil"
shown build --from "$evil" --boot-dir boot -o x.eif
shown build --from "oci:$evil" --boot-dir boot -o x.eif
shown build --from "docker://$evil" --boot-dir boot -o x.eif
shown ramdisk --from "tar:$evil" -o x.cpio
shown simulate --debug --fault "$evil" -- true
shown simulate --pcrs "$evil" -- true
shown verify "$evil"
shown nsm "$evil"
shown nsm attest --nonce "@$evil"
shown terminate-enclave --enclave-name "$evil"
shown run-enclave --eif-path "$evil" --cpu-count 1 --memory 64
t init "$evil"
t simulate init "$evil" --class qemu
run "$VERACLAVE" simulate init
shown simulate --debug -- "./$evil"

begin hostile_names_of_environments
record "app" 1.0 >a.json
record "$json" 1.0 >b.json
mkdir pcrs
shown pcrs add "$evil" a.json
shown pcrs list
shown pcrs add "$evil" b.json
shown pcrs list "$evil"
shown pcrs check "$evil" a.json
shown pcrs promote "app 1.0" "$evil" prod
shown pcrs promote "no $evil" "$evil" prod
shown pcrs add prod b.json
shown pcrs list prod
shown pcrs revoke "$evil" "app 1.0" --reason "$evil"
shown pcrs revoke "$evil" "app 1.0" --reason other
shown pcrs add "$evil" a.json
shown pcrs check "$evil" a.json
put "{\"schema\": \"$json\"}" >"$evil.json"
shown pcrs add x "$evil.json"
put "{\"schema\": \"nitro-pcrs/1\", \"name\": \"x\", \"pcrs\": {\"$json\": 1}}" >c.json
shown pcrs add x c.json
put "{\"$json\"" >pcrs/broken.json
t pcrs list broken

begin hostile_words_of_relying_parties
if "$VERACLAVE" simulate --pcrs a.json -- "$VERACLAVE" nsm attest >doc.bin \
  2>simulate.err; then
  shown verify doc.bin --trust sim --pcrs b.json
  shown verify doc.bin --trust sim -e "$evil"
  shown verify doc.bin --trust sim --pcrs "$evil.json"
  shown verify doc.bin --trust "sim:$evil"
  shown verify doc.bin --trust sim --pcr "$evil"
  shown verify doc.bin --policy "$evil"
  put "\"$json\" = 1" >policy.toml
  shown verify doc.bin --policy policy.toml
  cat >policy.toml <<END
schema = "veraclave-policy/1"
trust = ["sim:$PWD/data/veraclave/simulator/root.der"]
[[image]]
name = "any"
pcrs = { 1 = "$(value 11)" }
[[revoked]]
reason = "e\\u001b[31mv"
pcrs = { 0 = "$(value a1)" }
END
  shown verify doc.bin --pcrs a.json --policy policy.toml
else
  skip "this machine does not let programs be simulated"
fi

begin hostile_enclave_toml
for line in "\"$json\" = 1" "name = \"$json\"" "[\"$json\"]" \
  "[source]
\"$json\" = 1" "[source]
rootfs = \"no/$json\"" "[source]
rootfs = \"root\"
[build]
mtime = \"$json\"" "[source]
rootfs = \"root\"
[process]
env = { \"A=$json\" = \"x\" }" "[source]
rootfs = \"root\"
[process]
entrypoint = [\"/$json\"]" "[source]
rootfs = \"root\"
[process]
entrypoint = [\"/x\"]
user = \"$json\""; do
  mkdir -p root
  printf x >root/x
  chmod +x root/x
  put "$line" >enclave.toml
  shown build --boot-dir boot -o x.eif
  [ "$status" != 0 ] || bad "taken: $line"
done
mkdir proposed
tar -cf "proposed/$evil.tar" root
shown init proposed
has out enclave.toml
LC_ALL=C grep -a -P '\x1b|\xe2\x80\xae' proposed/enclave.toml &&
  bad "enclave.toml shows another order of its text"
for file in package.json go.mod Cargo.toml requirements.txt; do
  rm -rf made
  mkdir made
  case $file in
  package.json)
    put "{\"name\": \"$json\", \"main\": \"$json\", \"scripts\":
      {\"start\": \"node $json\", \"build\": \"$json\"},
      \"engines\": {\"node\": \"$json\"}}" >made/$file ;;
  Cargo.toml) put "[package]
name = \"$json\"" >made/$file ;;
  *) printf 'module %s\ngo 1.%s\n' "$evil" "$evil" >made/$file ;;
  esac
  : >"made/$evil.py"
  t init --dockerfile made
  t init --force made
done
run "$VERACLAVE" build --boot-dir boot proposed --cmd /root/x -o x.eif
want 0

begin hostile_files_in_the_source
rm -rf root
mkdir -p "root/$evil" "root/E$evil" "root/e$evil" root/etc/ssh
echo A=1 >"root/$evil/.env"
printf x >root/x
chmod +x root/x
mkfifo "root/$evil/fifo"
ln -s "$evil" "root/$evil/link"
shown build --boot-dir boot --from dir:root --cmd /x -o "$evil.eif"
shown build --boot-dir boot --from dir:root --cmd /x -o "$evil.eif" \
  --allow-secret "/$evil/.env" --allow-secret "$evil"
want 0
has out 'e\x1b[31mv'
shown ramdisk --from dir:root --cmd /x -o "$evil.cpio" \
  --allow-secret "/$evil/.env"
t describe "$evil.eif"
shown build --boot-dir boot --from dir:root --cmd "/$evil/x" -o x.eif
python3 - "$evil" <<'END'
import io, sys, tarfile
evil = sys.argv[1]
def tar(path, *members):
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as t:
        for name, kind, link in members:
            i = tarfile.TarInfo(name)
            i.type, i.linkname = kind, link
            t.addfile(i)
R, S, L = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
tar("up.tar", ("../" + evil, R, ""))
tar("link.tar", (evil, L, "no/" + evil))
tar("below.tar", (evil, R, ""), (evil + "/x", R, ""))
tar("type.tar", (evil, b"Z", ""))
tar("loop.tar", (evil, S, evil), (evil + "/x", R, ""))
END
for f in up link below type loop; do
  t ramdisk --from "tar:$f.tar" --cmd /x --allow-missing-command -o x.cpio
done

begin hostile_images
python3 - "$evil" <<'END'
import hashlib, json, os, shutil, sys
evil = sys.argv[1]
def blob(root, text):
    data = json.dumps(text).encode()
    name = hashlib.sha256(data).hexdigest()
    with open(f"{root}/blobs/sha256/{name}", "wb") as f:
        f.write(data)
    return "sha256:" + name, len(data)
def made(name, change_config=None, change_manifest=None, change_index=None):
    shutil.copytree("image", name)
    index = json.load(open(name + "/index.json"))
    d = index["manifests"][0]
    path = lambda x: name + "/blobs/sha256/" + x["digest"][7:]
    manifest = json.load(open(path(d)))
    config = json.load(open(path(manifest["config"])))
    if change_config:
        change_config(config)
    c = manifest["config"]
    c["digest"], c["size"] = blob(name, config)
    if change_manifest:
        change_manifest(manifest)
    d["digest"], d["size"] = blob(name, manifest)
    if change_index:
        change_index(index)
    json.dump(index, open(name + "/index.json", "w"))
def two(i):
    other = dict(i["manifests"][0], annotations={
        "org.opencontainers.image.ref.name": evil})
    one = dict(other, annotations={
        "org.opencontainers.image.ref.name": evil + "2"})
    other["digest"] = "sha256:" + "0" * 64
    i["manifests"] = [one, other]
made("i1", lambda c: c.update(architecture=evil))
made("i2", lambda c: c.update(os=evil))
made("i3", lambda c: c["config"].update(User=evil))
made("i4", lambda c: c["config"].update(Env=["API_KEY_" + evil + "=0123456789"]))
made("i5", lambda c: c["config"].update(Entrypoint=["/" + evil]))
made("i6", lambda c: c["config"].update(WorkingDir="/" + evil))
made("i7", None, lambda m: m["layers"][0].update(mediaType=evil))
made("i8", None, lambda m: m["layers"][0].update(digest=evil))
made("i9", None, lambda m: m.update(mediaType=evil))
made("i10", None, None, two)
made("i11", None, None, lambda i: i["manifests"][0].update(
    platform={"os": evil, "architecture": evil}))
made("i12", lambda c: c["rootfs"].update(type=evil))
made("i13", lambda c: c["config"].update(Env=[evil]))
END
for i in $(seq 13); do
  t build --boot-dir boot --from "oci:i$i" -o "x$i.eif"
done
shown build --boot-dir boot --from oci:i1 -o x.eif
shown build --boot-dir boot --from oci:i10 -o x.eif

begin hostile_enclave_images
"$VERACLAVE" build -q --boot-dir boot --from dir:root --cmd /x -o good.eif \
  --allow-secret "/$evil/.env"
put "{\"note $json\": \"$json\"}" >meta.json
run "$VERACLAVE" build -q --boot-dir boot --from dir:root --metadata meta.json \
  --cmd /x --allow-secret "/$evil/.env" -o said.eif
want 0
shown describe said.eif
shown describe --json said.eif
mkdir parts
"$VERACLAVE" unpack --ramdisks good.eif parts 2>/dev/null
sed "s/\"schema\"/\"$json\"/" parts/eif.json >eif.json
cp eif.json parts/eif.json
t repack parts -o x.eif
rm -rf parts
"$VERACLAVE" unpack good.eif parts
meta=$(find parts -name '*meta*' | head -n 1)
if [ -n "$meta" ]; then
  python3 - "$meta" "$evil" <<'END'
import json, sys
m = json.load(open(sys.argv[1]))
m["ImageName"] = m["ImageVersion"] = sys.argv[2]
for k in m["BuildMetadata"]:
    m["BuildMetadata"][k] = sys.argv[2]
json.dump(m, open(sys.argv[1], "w"))
END
  run "$VERACLAVE" repack parts -o evil.eif
  want 0
  shown describe evil.eif
  shown describe --json evil.eif
else
  bad "no metadata among the parts: $(ls parts)"
fi

begin hostile_registries
cat >server.py <<'END'
import http.server, json, sys
evil = sys.argv[1]
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a):
        pass
    def do_GET(self):
        kind = self.path.split("/")[2] if self.path.count("/") > 2 else ""
        latin = evil.encode().decode("latin-1").replace("\r", "")
        code, head = 200, {}
        body = json.dumps({"schemaVersion": 2, "mediaType": evil}).encode()
        if kind == "errors":
            code = 404
            body = json.dumps({"errors": [
                {"code": evil, "message": evil, "detail": evil}]}).encode()
        if kind == "text":
            code, body = 500, evil.encode()
        if kind == "realm":
            code = 401
            head["WWW-Authenticate"] = f'Bearer realm="{latin}",service="x"'
        if kind == "scheme":
            code, head["WWW-Authenticate"] = 401, latin
        if kind == "basic":
            code, head["WWW-Authenticate"] = 401, 'Basic realm="x"'
        if kind == "type":
            head["Content-Type"] = latin
        if kind == "moved":
            code, head["Location"] = 302, "http://" + latin + "/"
        if kind == "digest":
            head["Docker-Content-Digest"] = latin
        self.send_response(code)
        for k, v in head.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_HEAD = do_GET
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
open("port.new", "w").write(str(s.server_port))
import os
os.rename("port.new", "port")
s.serve_forever()
END
serve python3 server.py "$evil" 2>server.log
wait_until test -e port
for kind in errors realm scheme type moved digest none; do
  t build --boot-dir boot --from "docker://localhost:$(cat port)/$kind/b:v1" \
    --fetch-timeout 2 -o x.eif
  [ "$status" != 0 ] || bad "an image of $kind"
done
cat >docker-credential-evil <<'END'
#!/bin/sh
printf 'e\033[31mvil\n' >&2
printf 'e\033[31mvil\n'
exit 1
END
chmod +x docker-credential-evil
PATH=$PWD:$PATH
ref=docker://localhost:$(cat port)/basic/b:v1
echo '{"credsStore": "evil"}' >docker/config.json
shown build --boot-dir boot --from "$ref" -o x.eif
put "{\"credsStore\": \"$json\"}" >docker/config.json
shown build --boot-dir boot --from "$ref" -o x.eif
put "{\"$json\"" >docker/config.json
t build --boot-dir boot --from "$ref" -o x.eif

begin hostile_programs_and_records
mkdir bin
cat >"bin/$evil" <<'END'
#!/bin/sh
printf 'e\033[31mvil\n'
exit 1
END
chmod +x "bin/$evil"
t run --machine microvm --no-console good.eif
VERACLAVE_QEMU="$PWD/bin/$evil" t run --machine microvm --no-console good.eif
VERACLAVE_QEMU="$PWD/no/$evil" t run --machine microvm --no-console good.eif
mkdir -p -m 700 runtime/veraclave/enclaves
chmod 700 runtime/veraclave runtime/veraclave/enclaves
put "{\"$json\": 1}" >"runtime/veraclave/enclaves/$evil.json"
shown describe-enclaves
end
