#!/bin/sh
# Images in a registry: a real one, with and without a password, and one that
# sends wrong bytes, stops early and redirects to other servers.
# timeout: 900
. "$TOP/tests/lib.sh"

images() {
  python3 "$TOP/tests/e2e/oci_images.py" "$@" || bad "oci_images.py $*"
}

build() {
  # the contents of the images are compared, not run
  run "$VERACLAVE" build --boot-dir boot --name app --allow-missing-command "$@"
}

# refused SOURCE STATUS TEXT
refused() {
  rm -f x.eif x.pcrs.json
  build --from "$1" -o x.eif
  want "$2"
  has err "$3"
  if [ -e x.eif ] || [ -e x.pcrs.json ]; then
    bad "a file is left after $1"
  fi
}

# mood MODE: starts registry_server.py in this mode, its port is in $port
mood() {
  stop
  rm -rf port log cache
  : >log
  serve python3 "$TOP/tests/e2e/registry_server.py" zipped port log "$1"
  wait_until test -e port
  port=$(cat port)
  ref=docker://127.0.0.1:$port/a/b
}

# registry [PASSWORDS]: starts Debian's registry, empty, its port is in $port
registry() {
  stop
  rm -rf store cache
  port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >config.yml <<E
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $PWD/store}}
http: {addr: "127.0.0.1:$port"}
E
  if [ -n "${1-}" ]; then
    printf 'auth: {htpasswd: {realm: here, path: %s}}\n' "$1" >>config.yml
  fi
  serve docker-registry serve config.yml >registry.log 2>&1
  wait_until python3 -c "import socket
socket.create_connection(('127.0.0.1', $port))"
  ref=docker://127.0.0.1:$port/a/b
}

push() {
  skopeo --insecure-policy copy -q --dest-tls-verify=false "$@" ||
    bad "skopeo copy $*"
}

export XDG_CACHE_HOME="$PWD/cache"
export DOCKER_CONFIG="$PWD/docker"
unset REGISTRY_AUTH_FILE XDG_RUNTIME_DIR http_proxy HTTP_PROXY all_proxy
mkdir docker
python3 "$TOP/tests/trees.py" boot boot
images layers many 8
images dress many zipped gzip
"$VERACLAVE" build --boot-dir boot --name app --from oci:many -o want.eif \
  >/dev/null 2>&1
digest=$(python3 -c 'import json
print(json.load(open("zipped/index.json"))["manifests"][0]["digest"])')

begin a_real_registry_and_a_layout_give_the_same
if need skopeo docker-registry; then
  registry
  push oci:zipped "$ref:v1"
  build --from "$ref:v1" -o x.eif
  want 0
  same want.eif x.eif
  has err "@$digest"
  build --from "$ref@$digest" -o x.eif
  want 0
  same want.eif x.eif
  hasnt err registry-tag
  build --from "docker://localhost:$port/a/b:v1@$digest" -o x.eif --no-cache
  want 0
  same want.eif x.eif
  push "$ref:v1" oci:back:v1 --src-tls-verify=false
  build --from oci:back:v1 -o x.eif
  want 0
  same want.eif x.eif
  images platforms multi
  push --all oci:multi "$ref:multi"
  build --from "$ref:multi" --arch x86_64 --entrypoint /what -o m1.eif
  want 0
  build --from multi --arch x86_64 --entrypoint /what -o m2.eif
  want 0
  same m1.eif m2.eif
  refused "$ref:none" 4 "manifest unknown"
  refused "docker://127.0.0.1:$port/none:v1" 4 "check the name"
fi
end

begin what_was_fetched_needs_no_network
if need skopeo docker-registry; then
  stop
  build --from "$ref@$digest" -o x.eif
  want 0
  same want.eif x.eif
  find cache -type f -size +1k | head -n 1 | while read -r file; do
    printf x >>"$file"
  done
  refused "$ref@$digest" 4 "connect"
fi
end

begin passwords
if need skopeo docker-registry; then
  python3 -W ignore -c 'import crypt
print("me:" + crypt.crypt("secret", crypt.mksalt(crypt.METHOD_BLOWFISH)))' \
    >htpasswd
  registry "$PWD/htpasswd"
  push --dest-creds me:secret oci:zipped "$ref:v1"
  rm -f docker/config.json
  refused "$ref:v1" 4 "docker login 127.0.0.1:$port"
  auth=$(printf me:secret | base64)
  printf '{"auths":{"127.0.0.1:%s":{"auth":"%s"}}}' "$port" "$auth" \
    >docker/config.json
  build --from "$ref:v1" -o x.eif
  want 0
  same want.eif x.eif
  auth=$(printf me:wrong | base64)
  printf '{"auths":{"127.0.0.1:%s":{"auth":"%s"}}}' "$port" "$auth" \
    >docker/config.json
  refused "$ref:v1" 4 "refuses the credentials"
  mkdir -p bin
  cat >bin/docker-credential-test <<'E'
#!/bin/sh
[ "$1" = get ] && echo '{"ServerURL":"x","Username":"me","Secret":"secret"}'
E
  chmod 755 bin/docker-credential-test
  printf '{"credHelpers":{"127.0.0.1:%s":"test"}}' "$port" >docker/config.json
  PATH=$PWD/bin:$PATH build --from "$ref:v1" -o x.eif
  want 0
  same want.eif x.eif
  rm docker/config.json
  mkdir -p run/containers
  auth=$(printf me:secret | base64)
  printf '{"auths":{"127.0.0.1:%s/a":{"auth":"%s"}}}' "$port" "$auth" \
    >run/containers/auth.json
  rm -f x.eif
  XDG_RUNTIME_DIR=$PWD/run build --from "$ref:v1" -o x.eif
  want 0
  same want.eif x.eif
fi
end

begin tokens
mood token
refused "$ref:v1" 4 "docker login 127.0.0.1:$port"
printf '{"auths":{"127.0.0.1:%s":{"auth":"%s"}}}' "$port" \
  "$(printf me:secret | base64)" >docker/config.json
build --from "$ref:v1" -o x.eif
want 0
same want.eif x.eif
# the password goes only to the server that issues tokens
grep -v /token log | grep "auth=Basic" && bad "the password went elsewhere"
rm docker/config.json
mood realm
refused "$ref:v1" 4 "the address of the token server"
end

# Redirections that must be refused point to addresses without a server.
begin nobody_leads_into_this_network
isolate="unshare -n"
[ "$(id -u)" = 0 ] || isolate="unshare -rn"
cat >alone.sh <<'E'
python3 -c 'import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x41))' || exit 99
rm -rf port cache
python3 "$TOP/tests/e2e/registry_server.py" zipped port log "$1" &
server=$!
waited=0
while [ ! -e port ] && [ $waited -lt 100 ]; do
  sleep 0.1
  waited=$((waited + 1))
done
status=0
timeout 120 "$VERACLAVE" build --boot-dir boot --name app \
  --from "docker://127.0.0.1:$(cat port)/a/b:v1" -o x.eif || status=$?
kill $server
exit $status
E
if ! $isolate true 2>why; then
  confined "a network namespace" why
else
  stop
  for mode in inside lead; do
    rm -f x.eif
    run $isolate sh alone.sh $mode
    want 4
    has err "inside this network"
    [ ! -e x.eif ] || bad "$mode left a file"
  done
fi
end

# waits SECONDS CMD...: the command ends within this many seconds
waits() {
  most=$1
  shift
  started=$(date +%s)
  run "$@"
  [ $(($(date +%s) - started)) -le "$most" ] || bad "it waited longer"
}

begin a_slow_registry_has_an_end
mood drip
waits 20 "$VERACLAVE" build --boot-dir boot --name app --from "$ref:v1" \
  -o x.eif --fetch-timeout 2
want 4
has err "not done after 2 seconds"
has err "--fetch-timeout"
end

begin a_slow_registry_can_be_left
mood drip
interruptible "$VERACLAVE" build --boot-dir boot --name app \
  --from "$ref:v1" -o x.eif >out 2>err &
pid=$!
wait_until grep -q blobs log
kill -s INT $pid
status=0
wait $pid || status=$?
[ $status = 130 ] || bad "status $status after SIGINT"
end

begin breaks_are_mended
for mode in plain once busy away; do
  mood $mode
  build --from "$ref:v1" -o x.eif
  want 0
  same want.eif x.eif
done
mood once
build --from "$ref:v1" -o x.eif
grep -q 'range=bytes=[1-9]' log || bad "no request had a Range header"
end

begin lies_are_refused
mood wrong
refused "$ref:v1" 3 "the digest differs"
[ -z "$(find cache -type f -name "$(python3 -c 'import json, sys
m = json.load(open("zipped/index.json"))["manifests"][0]["digest"][7:]
l = json.load(open("zipped/blobs/sha256/" + m))["layers"][-1]["digest"][7:]
print(l)')")" ] || bad "the wrong layer is in the cache"
mood manifest
refused "$ref@$digest" 3 "sha256:"
mood loop
refused "$ref:v1" 4 "more than 10 redirects"
mood huge
refused "$ref:v1" 3 "longer than 4.0 MiB"
mood cut
refused "$ref:v1" 4 "fetching sha256:"
stop
refused "$ref:v1" 4 "connect"
refused docker://192.0.2.1:5000/../x 2 "not an image reference"
end
