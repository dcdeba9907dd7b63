# veraclave init
. "$TOP/tests/lib.sh"

begin init-writes-what-it-found
mkdir app
echo 'FROM scratch' >app/Dockerfile
run "$VERACLAVE" init app
want 0
has out app/enclave.toml
has err 'dockerfile = "Dockerfile"'
has err 'next:'
has app/enclave.toml 'name = "app"'
has app/enclave.toml 'dockerfile = "Dockerfile"'
has app/enclave.toml '#scrub = "safe"'

has app/.dockerignore '*.eif'
has app/.dockerignore '*.pcrs.json'
has out app/.dockerignore

begin init-replaces-nothing
echo mine >app/.dockerignore
echo mine >app/enclave.toml
run "$VERACLAVE" init app
want 1
has err 'exists already'
has err '--force'
has app/enclave.toml mine
run "$VERACLAVE" init --force --quiet app
want 0
hasnt app/enclave.toml mine
has app/.dockerignore mine
hasnt app/.dockerignore eif
[ ! -s err ] || bad "--quiet speaks"

begin init-in-an-empty-directory
mkdir empty
cd empty
run "$VERACLAVE" init
want 0
has enclave.toml 'debian = "bookworm"'
cd ..

begin init-in-a-root-file-system
# an image in it would be in the next one
mkdir -p root/etc root/usr/bin
: >root/etc/passwd
: >root/usr/bin/app
run "$VERACLAVE" init root
want 0
has err 'veraclave build root -o image.eif'
cd root
run "$VERACLAVE" init --force
want 0
has err 'veraclave build . -o ../image.eif'
cd ..

begin init-without-a-directory
run "$VERACLAVE" init nowhere
want 4

begin init-proposes-a-dockerfile
for f in package.json requirements.txt go.mod Cargo.toml; do
  mkdir "of-$f"
  : >"of-$f/$f"
  run "$VERACLAVE" init "of-$f"
  want 0
  has err "Missing: init found $f and no Dockerfile"
  has err 'veraclave init --dockerfile'
  grep -q '^    FROM ' err || bad "the message shows no Dockerfile"
  grep -q '^    CMD \[' err || bad "the message shows no command"
  has "of-$f/enclave.toml" 'dockerfile = "Dockerfile"'
  has err "next: veraclave init --dockerfile of-$f, then"
  run "$VERACLAVE" build "of-$f" -o x.eif
  want 4
  has err '[dockerfile-missing]'
  has err 'veraclave init --dockerfile'
  grep -q '^#   FROM ' "of-$f/enclave.toml" || bad "the file shows none"
  [ ! -e "of-$f/Dockerfile" ] || bad "it wrote one unasked"
done

begin init-writes-a-dockerfile
for f in package.json requirements.txt go.mod Cargo.toml; do
  # what was shown is what is written; an enclave.toml that is there stays
  sed -n 's/^#   //p; s/^#$//p' "of-$f/enclave.toml" |
    sed -n '/^# Proposed/,/^CMD/p' >shown
  echo '# mine' >>"of-$f/enclave.toml"
  cp "of-$f/enclave.toml" before
  run "$VERACLAVE" init --dockerfile "of-$f"
  want 0
  has out "of-$f/Dockerfile"
  has out "of-$f/.dockerignore"
  hasnt out enclave.toml
  has err "Written by init for $f"
  same before "of-$f/enclave.toml"
  same shown "of-$f/Dockerfile"
  has "of-$f/.dockerignore" .git
  rm "of-$f/enclave.toml"
done

begin init-replaces-no-dockerfile
for name in Dockerfile Containerfile; do
  rm -rf mine
  mkdir mine
  : >mine/go.mod
  echo 'FROM scratch' >mine/$name
  for force in '' --force; do
    # shellcheck disable=SC2086
    run "$VERACLAVE" init --dockerfile $force mine
    want 1
    has err "mine/$name exists already"
    has mine/$name 'FROM scratch'
    [ ! -e mine/enclave.toml ] || bad "it wrote the other file"
  done
done
rm mine/Containerfile
ln -s elsewhere mine/Dockerfile
echo mine >mine/.dockerignore
run "$VERACLAVE" init --dockerfile mine
want 1
[ -L mine/Dockerfile ] || bad "it replaced a link"
rm mine/Dockerfile
run "$VERACLAVE" init --dockerfile mine
want 0
has out mine/enclave.toml
has mine/.dockerignore mine
has mine/Dockerfile golang

begin init-knows-no-sources
run "$VERACLAVE" init --dockerfile empty
want 1
has err '[init-language]'
has err package.json
[ ! -e empty/Dockerfile ] || bad "it wrote a Dockerfile"
end
