# timeout: 900
# Docker itself as the judge: what it exports and packs with linuxkit's rules
# is what we pack from a saved image, and a process that it starts finds the
# arguments, environment, directory, user and groups that our image describes.
. "$TOP/tests/lib.sh"

data=$PWD/docker
d() { docker -H "unix://$data/socket" "$@"; }

# A daemon of our own: no network, no overlay, its own data.
start_docker() {
  if [ "$(id -u)" != 0 ]; then
    skip "dockerd needs root"
    return 1
  fi
  need docker dockerd cc && mountable || return 1
  mkdir -p "$data"
  serve dockerd --iptables=false --ip6tables=false --bridge=none -s vfs \
    --data-root "$data/data" --exec-root "$data/exec" \
    -H "unix://$data/socket" -p "$data/pid" >"$data/log" 2>&1
  wait_until d version && return 0
  skip "dockerd does not start here: $(tail -n 1 "$data/log")"
  return 1
}

stop_docker() {
  stop
  unmount "$data"
}

make_tree() {
  mkdir -p r/etc r/bin r/a r/b/x r/dev r/var r/tmp
  for f in etc/hosts etc/hostname b/x/f b.c b-d bin/app; do
    echo "$f" >r/$f
  done
  ln -s ../proc/self/mounts r/etc/mtab
  ln -s nowhere r/etc/resolv.conf
  ln r/bin/app r/a/zz
  ln r/bin/app r/var/aa
  mkfifo r/var/fifo
  chmod 1777 r/tmp
  tar -C r --owner=3 --group=4 -cf r.tar .
}

export_case() {
  make_tree
  d import -c 'CMD ["/bin/app","x"]' -c 'ENV A=1' r.tar t:1 >/dev/null
  d save t:1 -o saved.tar
  d export "$(d create t:1)" -o exported.tar
  run "$VERACLAVE" ramdisk --from saved.tar --profile nitro-cli \
    --allow-missing-command -o saved.cpio
  want 0
  run "$VERACLAVE" ramdisk --from tar:exported.tar --profile nitro-cli \
    --allow-missing-command \
    --cmd /bin/app --cmd x -e A=1 -o exported.cpio
  want 0
  same saved.cpio exported.cpio
}

make_users() {
  cat >who.c <<'C'
#include <stdio.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv)
{
	char cwd[4096];
	gid_t group[1024];
	int n = getgroups(1024, group);
	for (int i = 0; i < argc; i++)
		printf("arg=%s\n", argv[i]);
	for (char **e = environ; *e; e++)
		if (strncmp(*e, "HOSTNAME=", 9))
			printf("env=%s\n", *e);
	printf("cwd=%s\nuid=%u\ngid=%u\n", getcwd(cwd, sizeof cwd), getuid(),
	       getgid());
	for (int i = 0; i < n; i++)
		printf("group=%u\n", group[i]);
}
C
  mkdir -p u/etc u/bin
  cc -static -o u/bin/who who.c || bad "who.c does not compile"
  cat >u/etc/passwd <<'P'
root:x:0:0:root:/su:/bin/sh
app:x:1000:1001:App:/var/app:/bin/sh
app2:x:1000:1002::/other:
1001:x:2000:2000::/digits:
P
  cat >u/etc/group <<'G'
root:x:0:
adm:x:4:root,app
app:x:1001:
video:x:44:other,app
again:x:1001:app
G
  tar -C u -cf u.tar .
}

# Groups are a set, whose order is the kernel's or the image's.
sorted() {
  grep -v '^group=' "$1"
  grep '^group=' "$1" | sort
}

# user_case SPEC: the same for both, or refused by both
user_case() {
  set -- "$1" -c 'ENTRYPOINT ["/bin/who","-e"]' -c 'CMD ["c","d"]' \
    -c 'ENV A=1' -c 'ENV B=2' -c 'WORKDIR /srv/x'
  spec=$1
  shift
  [ -z "$spec" ] || set -- "$@" -c "USER $spec"
  d import "$@" u.tar u:1 >/dev/null
  d save u:1 -o u.save
  theirs=0
  d run --rm --network none u:1 >theirs 2>theirs.err || theirs=$?
  rm -f u.cpio process
  run "$VERACLAVE" ramdisk --from u.save --scrub none -o u.cpio
  if [ $theirs != 0 ]; then
    # 125: refused before anything ran
    [ $theirs = 125 ] || bad "docker ended with $theirs for \"$spec\""
    want 3
    return
  fi
  want 0
  cpio -i --quiet process <u.cpio
  tr '\0' '\n' <process | tail -n +2 >ours
  sorted theirs >theirs.sorted
  sorted ours >ours.sorted
  diff theirs.sorted ours.sorted >difference || bad "\"$spec\": $(cat difference)"
}

begin export_order_and_injected_paths
if start_docker; then
  export_case
fi
without=$case_skip

begin process_and_users
if [ -n "$without" ]; then
  skip "$without"
else
  make_users
  for spec in "" root app 1000 app2 app:adm app:77 :44 1001 4242 4242:video \
    0:0 nobody app:none; do
    user_case "$spec"
  done
fi
end
stop_docker
