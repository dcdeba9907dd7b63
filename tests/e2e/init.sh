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

begin init-replaces-nothing
echo mine >app/enclave.toml
run "$VERACLAVE" init app
want 1
has err 'is there already'
has err '--force'
has app/enclave.toml mine
run "$VERACLAVE" init --force --quiet app
want 0
hasnt app/enclave.toml mine
[ ! -s err ] || bad "--quiet speaks"

begin init-in-an-empty-directory
mkdir empty
cd empty
run "$VERACLAVE" init
want 0
has enclave.toml 'debian = "bookworm"'
cd ..

begin init-without-a-directory
run "$VERACLAVE" init nowhere
want 4

begin init-says-that-the-dockerfile-is-missing
for f in package.json requirements.txt go.mod Cargo.toml; do
  mkdir "of-$f"
  : >"of-$f/$f"
  run "$VERACLAVE" init "of-$f"
  want 0
  has err "Missing: init found $f and no Dockerfile"
  has "of-$f/enclave.toml" 'dockerfile = "Dockerfile"'
done
