#!/bin/sh
# A registry behind TLS and a proxy, both on loopback: certificates, names and
# the choice of the proxy.
# timeout: 300
. "$TOP/tests/lib.sh"

# with_port PORTFILE CMD...: starts a server and waits for its port
with_port() {
  file=$1
  shift
  serve "$@"
  wait_until test -e "$file"
}

build() {
  rm -rf x.eif x.pcrs.json cache
  run timeout 120 env "$@" "$VERACLAVE" build --boot-dir boot --name app \
    --from "$ref" -o x.eif
}

unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY
unset no_proxy NO_PROXY SSL_CERT_FILE SSL_CERT_DIR XDG_RUNTIME_DIR
unset REGISTRY_AUTH_FILE
export XDG_CACHE_HOME="$PWD/cache" DOCKER_CONFIG="$PWD/docker"
mkdir docker bin
front="$TOP/tests/e2e/registry_front.py"
if ! command -v openssl >/dev/null || ! command -v python3 >/dev/null; then
  begin tls
  need openssl python3
  end
  exit 0
fi
python3 "$TOP/tests/trees.py" boot boot
python3 "$TOP/tests/e2e/oci_images.py" layers many 3
"$VERACLAVE" build --boot-dir boot --name app --from oci:many -o want.eif \
  >/dev/null 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 \
  -subj /CN=ca 2>/dev/null
# certificate NAME SAN
certificate() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" \
    -subj "/CN=$1" 2>/dev/null
  echo "subjectAltName=$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
    -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
certificate good DNS:localhost,DNS:registry.test
certificate other DNS:other.test
: >log
with_port port python3 "$TOP/tests/e2e/registry_server.py" many port log token
with_port good.port python3 "$front" tls good.port "$(cat port)" good.pem good.key
with_port other.port python3 "$front" tls other.port "$(cat port)" other.pem \
  other.key
with_port proxy.port python3 "$front" proxy proxy.port proxy.log
good=$(cat good.port)
proxy=http://127.0.0.1:$(cat proxy.port)
cat >bin/docker-credential-here <<'E'
#!/bin/sh
[ "$1" = get ] && echo '{"ServerURL":"x","Username":"me","Secret":"secret"}'
E
chmod 755 bin/docker-credential-here
PATH=$PWD/bin:$PATH
echo '{"credsStore":"here"}' >docker/config.json

begin who_is_not_trusted
ref=docker://localhost:$good/a/b:v1
build A=b
want 4
has err SSL_CERT_FILE
[ ! -e x.eif ] || bad "it left a file"
end

begin another_name
ref=docker://localhost:$(cat other.port)/a/b:v1
build SSL_CERT_FILE=ca.pem
want 4
has err "certificate"
end

begin a_proxy_is_used
ref=docker://registry.test:$good/a/b:v1
: >proxy.log
build SSL_CERT_FILE=ca.pem https_proxy="$proxy"
# the token server is 127.0.0.1 here: that is accepted only from a registry
# that is on this machine itself
want 4
has err "inside this network"
has proxy.log "CONNECT registry.test:$good"
end

# no_proxy applies to names that are not this machine's, so the test has its own
# list of hosts with registry.test.
begin hosts_that_need_no_proxy
printf '127.0.0.1 localhost registry.test\n' >hosts
cat >enter <<'E'
set -e
mount --bind hosts /etc/hosts
exec "$@"
E
enter=
for how in "unshare -rm" "unshare -m"; do
  [ -z "$enter" ] && $how sh enter true 2>enter.log && enter=$how
done
if [ -z "$enter" ]; then
  confined "a mount namespace" enter.log
else
  for no in no_proxy=registry.test NO_PROXY=other.test,registry.test \
    NO_PROXY=.test 'NO_PROXY=*'; do
    : >proxy.log
    : >log
    # shellcheck disable=SC2086 # words
    run timeout 120 env SSL_CERT_FILE=ca.pem https_proxy="$proxy" "$no" \
      $enter sh enter "$VERACLAVE" build --boot-dir boot --name app \
      --from "$ref" -o x.eif
    want 4
    has err "inside this network" # as above: it reached the registry
    [ ! -s proxy.log ] || bad "$no: the proxy was asked"
    has log "/v2/"
  done
  : >proxy.log
  # shellcheck disable=SC2086 # words
  run timeout 120 env SSL_CERT_FILE=ca.pem https_proxy="$proxy" \
    no_proxy=other.test,gistry.test $enter sh enter "$VERACLAVE" build \
    --boot-dir boot --name app --from "$ref" -o x.eif
  has proxy.log "CONNECT registry.test:$good"
fi
end

begin nobody_at_the_proxy
ref=docker://registry.test:$good/a/b:v1
build SSL_CERT_FILE=ca.pem https_proxy=http://127.0.0.1:1
want 4
has err "onnect"
end

begin this_machine_needs_no_proxy
ref=docker://localhost:$good/a/b:v1
: >proxy.log
build SSL_CERT_FILE=ca.pem https_proxy="$proxy"
want 0
same want.eif x.eif
[ ! -s proxy.log ] || bad "the proxy was asked"
end
