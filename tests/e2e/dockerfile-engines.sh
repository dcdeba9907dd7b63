#!/bin/sh
# A Dockerfile built by two engines that share nothing gives the same enclave
# image: buildah, and the BuildKit inside Debian's docker. Their base image is
# a Debian root file system with python3 made here, since a test asks no
# registry for anything.
# timeout: 1800
. "$TOP/tests/lib.sh"

# Debian's docker client knows the BuildKit of Debian's docker server
PATH=/usr/bin:$PATH
export PATH

stop_docker() {
  stop
  unmount "$PWD/docker"
}
trap 'stop_docker; end' EXIT

start_docker() {
  mkdir -p docker
  serve dockerd --iptables=false --ip6tables=false --bridge=none -s vfs \
    --data-root "$PWD/docker/data" --exec-root "$PWD/docker/exec" \
    -p "$PWD/docker/pid" -H "unix://$PWD/docker/sock" >docker/log 2>&1
  export DOCKER_HOST="unix://$PWD/docker/sock"
  if ! wait_until docker version; then
    tail -n 5 docker/log | sed 's/^/# /'
    return 1
  fi
}

build() {
  run "$VERACLAVE" build --boot-dir boot --name app --network none "$@"
}

# The base: made once, by its recipe.
recipe='bookworm minbase python3-minimal 1'
base=$XDG_CACHE_HOME/veraclave/tests/base-$(echo "$recipe" | cksum |
  cut -d ' ' -f 1).tar
make_base() {
  [ ! -e "$base" ] || return 0
  mkdir -p "$(dirname "$base")"
  SOURCE_DATE_EPOCH=0 mmdebstrap --variant=minbase --include=python3-minimal \
    bookworm "$base.$$.tar" >base.log 2>&1 && mv "$base.$$.tar" "$base"
}

python3 "$TOP/tests/trees.py" boot boot
export DOCKER_CONFIG="$PWD/dockerconfig" BUILDAH_ISOLATION=chroot
mkdir -p dockerconfig context/sub
echo '{}' >dockerconfig/config.json
cat >storage.conf <<E
[storage]
driver = "vfs"
graphroot = "$PWD/storage/graph"
runroot = "$PWD/storage/run"
E
export CONTAINERS_STORAGE_CONF="$PWD/storage.conf"
echo 'print("hello")' >context/app.py
echo data >context/sub/data
ln -s data context/sub/link
cat >context/Dockerfile <<'E'
FROM localhost/base:1 AS tools
ARG WHO=nobody
RUN echo "for $WHO" >/who

FROM localhost/base:1 AS app
RUN useradd --create-home --uid 1234 app && mkdir -p /srv/app/cache
RUN date >/tmp/when && python3 -c 'import sys; print(sys.version)' >/v
COPY --from=tools /who /srv/app/who
COPY sub /srv/app/sub
COPY app.py /srv/app/
RUN rm -r /srv/app/cache && chown -R app /srv/app
ENV MODE=test
WORKDIR /srv/app
USER app
ENTRYPOINT ["python3"]
CMD ["app.py"]

FROM app AS other
RUN echo other >/srv/app/other
E

begin the_same_from_two_engines
if [ "$(id -u)" != 0 ]; then
  skip "docker's server and buildah's chroot are for root"
elif ! need dockerd docker buildah skopeo mmdebstrap || ! mountable; then
  : # said already
elif ! make_base; then
  skip "mmdebstrap could not make a base image: $(tail -n 1 base.log)"
elif ! start_docker; then
  skip "dockerd does not run here"
else
  docker import "$base" localhost/base:1 >/dev/null || bad "docker import"
  docker save localhost/base:1 -o base.tar || bad "docker save"
  skopeo --insecure-policy copy -q docker-archive:base.tar \
    containers-storage:localhost/base:1 || bad "skopeo"
  args="--target app --build-arg WHO=me"
  # shellcheck disable=SC2086 # words
  build --from context --engine docker $args -o docker.eif
  want 0
  has err "built by docker"
  # shellcheck disable=SC2086
  build --from dockerfile:context/Dockerfile --engine buildah $args \
    -o buildah.eif
  want 0
  has err "built by buildah"
  same docker.eif buildah.eif
  size=$(stat -c %s buildah.eif)
  [ "$size" -gt 100000000 ] || bad "the image has only $size bytes"
  build --from context --engine buildah --build-arg WHO=me -o other.eif
  want 0
  differ other.eif buildah.eif
  # nothing of ours stays behind, here or in the engines
  [ -z "$(ls "$TMPDIR")" ] || bad "left in TMPDIR: $(ls "$TMPDIR")"
  docker images | grep veraclave-build && bad "docker keeps our name"
  buildah images | grep veraclave-build && bad "buildah keeps our name"
  build --from context --engine docker --target none -o none.eif
  want 4
  has err "its own messages are above"
  [ ! -e none.eif ] || bad "a failed build left a file"
fi
without=$case_skip
end

# What a stopped engine leaves is told by it, before and after.
kept() {
  buildah containers --all --quiet
  buildah images --all --quiet
  docker images --all --quiet
  docker ps --all --quiet
}

for engine in buildah docker; do
  begin "stopped_in_${engine}"
  if [ -n "$without" ]; then
    skip "$without"
  else
    mkdir -p slow
    printf 'FROM localhost/base:1\nRUN sleep 98%s\n' $$ >slow/Dockerfile
    kept >before
    "$VERACLAVE" build --boot-dir boot --from slow --engine $engine \
      --network none --cmd /x -o slow.eif >out 2>err &
    pid=$!
    for _ in $(seq 300); do
      grep -q -x -z "[9]8$$" /proc/[0-9]*/cmdline 2>/dev/null && break
      kill -0 $pid 2>/dev/null || break
      sleep 0.2
    done
    kill $pid
    status=0
    wait $pid || status=$?
    last_run="build (SIGTERM)"
    want 143
    for _ in 1 2 3 4 5 6 7 8 9 10; do # docker's server is told, not waited for
      grep -q -x -z "[9]8$$" /proc/[0-9]*/cmdline 2>/dev/null || break
      sleep 0.5
    done
    grep -l -x -z "[9]8$$" /proc/[0-9]*/cmdline 2>/dev/null &&
      bad "a step of the build still runs"
    kept >after
    same before after
    [ ! -e slow.eif ] || bad "a stopped build left a file"
    [ -z "$(ls "$TMPDIR")" ] || bad "left in TMPDIR: $(ls "$TMPDIR")"
  fi
  end
done
stop_docker

begin the_same_from_buildctl
if ! need buildctl buildkitd; then
  : # Debian 12 has no package of it
elif [ ! -e buildah.eif ]; then
  skip "there is nothing to compare with"
else
  skip "no server is started for it"
  if [ -n "${BUILDKIT_HOST-}" ]; then
    case_skip=
    mkdir added
    cp "$base" added/base.tar
    printf 'FROM scratch\nADD base.tar /\nCMD ["/bin/true"]\n' \
      >added/Dockerfile
    build --from added --engine buildctl -o a.eif
    want 0
    build --from added --engine buildah -o b.eif
    want 0
    same a.eif b.eif
  fi
fi
end

begin no_engine
mkdir -p nothing
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot --from context \
  -o x.eif
want 4
has err "no engine on this machine can build a Dockerfile"
has err "apt-get install buildah"
PATH=$PWD/nothing run "$VERACLAVE" build --boot-dir boot --from context \
  --engine buildctl -o x.eif
want 4
has err "buildctl cannot be used here"
[ ! -e x.eif ] || bad "it left a file"
end
