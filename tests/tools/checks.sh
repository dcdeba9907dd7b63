# The checks of tools/checks, each on a small tree that breaks its rule once
# and must be named with file and line, and on a clean tree that must pass.
. "$TOP/tests/lib.sh"
checks=$TOP/tools/checks

# tree: a clean little project in ./tree
tree() {
  rm -rf tree
  mkdir -p tree/src/base tree/src/sys tree/src/codec tree/src/crypto
  cp "$TOP/.clang-format" "$TOP/.clang-tidy" tree/
  printf '#pragma once\n\n#include <stddef.h>\n\nsize_t hex_size(size_t n);\n' \
    >tree/src/codec/hex.h
  printf '#include "codec/hex.h"\n\nsize_t\nhex_size(size_t n)\n{\n\treturn 2 * n;\n}\n' \
    >tree/src/codec/hex.c
}

# check NAME STATUS: runs one check over the tree
check() {
  run "$checks/$1" --root tree
  want "$2"
}

# flags CHECK WHERE TEXT: the check refuses the tree, naming place and advice
flags() {
  check "$1" 1
  has out "$2"
  has out "$3"
}

for name in floors sizes banned words idioms format headers cppcheck; do
  begin "clean-$name"
  tree
  check $name 0
done

begin floors-upward
tree
echo '#include "sys/fs.h"' >>tree/src/codec/hex.c
flags floors src/codec/hex.c:8 "codec may not include sys"

begin floors-system-header
tree
echo '#include <fcntl.h>' >>tree/src/codec/hex.c
flags floors src/codec/hex.c:8 "codec may not include <fcntl.h>"

begin floors-openssl-outside-crypto
tree
echo '#include <openssl/evp.h>' >tree/src/sys/x.c
flags floors src/sys/x.c:1 "sys may not include <openssl/evp.h>"

begin floors-tests-keep-to-their-floor
tree
printf '#include <unistd.h>\n#include "crypto/x.h"\n' \
  >tree/src/codec/hex_test.c
flags floors src/codec/hex_test.c:2 "codec may not include crypto"
hasnt out "unistd"

begin floors-own-header-first
tree
printf '#include <string.h>\n#include "codec/hex.h"\n' >tree/src/codec/hex.c
flags floors src/codec/hex.c:1 "first"

begin floors-ring
tree
printf '#include "codec/b.h"\n' >tree/src/codec/a.h
printf '#include "codec/a.h"\n' >tree/src/codec/b.h
flags floors src/codec/a.h:1 ring

begin floors-new-folder
tree
mkdir tree/src/attic
echo '#pragma once' >tree/src/attic/x.h
flags floors src/attic/x.h:1 "has no row"

begin floors-comment-is-not-an-include
tree
printf '/*\n#include "sys/fs.h"\n*/\n' >>tree/src/codec/hex.c
check floors 0

begin floors-documented
tree
mkdir tree/docs
cp "$TOP/docs/ARCHITECTURE.md" tree/docs
for folder in $(sed -n 's/^\([a-z]*\):.*/\1/p' "$checks/floors.table"); do
  case $folder in
    enclave) at=tree/enclave ;;
    veraclave) at=tree/include/veraclave ;;
    *) at=tree/src/$folder ;;
  esac
  mkdir -p "$at"
  echo '#pragma once' >"$at/empty.h"
done
check floors 0
sed -i 's/^\(| `src\/codec` .*| \)base |/\1base, sys |/' tree/docs/ARCHITECTURE.md
flags floors docs/ARCHITECTURE.md:1 "row of codec differs"
cp "$TOP/docs/ARCHITECTURE.md" tree/docs
rm -r tree/src/keys
flags floors floors.table:1 "there is no folder keys"
mkdir tree/src/keys
echo '#pragma once' >tree/src/keys/empty.h
sed -i 's/^\(    src\/ .* \)ramdisk /\1initrd /' tree/docs/ARCHITECTURE.md
flags floors docs/ARCHITECTURE.md:1 "the picture names initrd"

begin sizes-long-function
tree
{
  printf 'int long_one(void);\n\nint\nlong_one(void)\n{\n'
  for i in $(seq 1 60); do printf '\t;\n'; done
  printf '\treturn 0;\n}\n'
} >tree/src/codec/long.c
flags sizes src/codec/long.c:4 "long_one has 64 lines"

begin sizes-table-is-not-a-function
tree
{
  printf 'static const int t[] = {\n'
  for i in $(seq 1 100); do printf '\t%s,\n' "$i"; done
  printf '};\n'
} >tree/src/codec/table.c
check sizes 0

begin sizes-parameters
tree
printf 'void\nwide(int a, int b, int c, int (*d)(int, int), int e, int f,\n     int g)\n{\n}\n' \
  >tree/src/codec/wide.c
flags sizes src/codec/wide.c:2 "takes 7 parameters"

begin sizes-six-parameters-are-fine
tree
printf 'void\nwide(int a, int b, int c, int (*d)(int, int), int e, int f)\n{\n}\n' \
  >tree/src/codec/wide.c
check sizes 0

begin sizes-long-file-and-header
tree
for i in $(seq 1 601); do echo; done >tree/src/codec/long.c
for i in $(seq 1 151); do echo; done >tree/src/codec/long.h
flags sizes src/codec/long.c "601 lines"
has out "151 lines"

begin sizes-columns-count-tabs
tree
printf '\t\t\t\t\t\t\t\t\t/* 12345678 */\n' >tree/src/codec/deep.h
flags sizes src/codec/deep.h:1 "86 columns"

for word in 'strcpy(a, b)' 'sprintf(a, b)' 'malloc(3)' 'atoi(a)' \
  'strtok(a, b)' 'gmtime(&t)' 'rand()' 'goto out' 'getenv("A")' 'exit(1)' \
  'assert(a)' '__attribute__((x))' 'typedef struct a b' 'extern int a' \
  'time (NULL)' '/* TODO: later */'; do
  begin "banned-$(echo "$word" | tr -cs 'a-zA-Z_' ' ' |
    sed 's/^ *//; s/ .*//')"
  tree
  printf 'x;\n\t%s;\n' "$word" >tree/src/codec/x.c
  flags banned src/codec/x.c:2 ": "
done

begin banned-not-in-words-or-literals
tree
printf '/* strcpy( */\nconst char *s = "malloc(";\nint my_exit(int);\nint a = p.time(1) + p->free(2);\n' \
  >tree/src/codec/x.c
check banned 0

begin banned-base-may-allocate
tree
printf 'x = malloc(3);\n' >tree/src/base/x.c
check banned 0

begin banned-tests-may-free
tree
printf 'free(x);\n' >tree/src/codec/x_test.c
check banned 0
printf 'strcpy(x, y);\n' >tree/src/codec/x_test.c
flags banned src/codec/x_test.c:1 strcpy

begin idioms-in-a-comment-over-two-lines
tree
printf '/* What is odd is passed\n * over. */\n' >>tree/src/codec/hex.c
flags idioms src/codec/hex.c:8 '"passed over": write'

begin idioms-in-literals-that-are-put-together
tree
printf 'const char *hex_help = "tokens are "\n\t"had from there";\n' \
  >>tree/src/codec/hex.c
flags idioms src/codec/hex.c:8 '"are had": write'

begin idioms-in-a-page
tree
mkdir tree/docs
printf '# Roots\n\nWhose word it is.\n' >tree/docs/roots.md
flags idioms docs/roots.md:3 '"Whose word it": write'

begin idioms-not-in-code
tree
printf 'int passed; /* set */\nint over;\n' >>tree/src/codec/hex.c
check idioms 0

begin words-machine-path
tree
printf 'see /%s/someone/x\n' home >tree/notes.md
flags words notes.md:1 "path of one machine"

begin words-registry
tree
printf 'FROM %s.io/library/x\n' docker >tree/notes.md
flags words notes.md:1 "public registry"

begin words-mirror
tree
printf 'deb http://%s.debian.org/debian x main\n' deb >tree/notes.md
printf 'source = "https://%s.io"\n' crates >tree/Cargo.lock
flags words notes.md:1 "package mirror"
hasnt out Cargo.lock

begin words-white-space
tree
printf 'x \n' >tree/a.md
printf 'x' >tree/b.md
flags words a.md:1 "trailing white space"
has out "b.md:1: no newline"

begin words-leaves-testdata-alone
tree
mkdir -p tree/src/codec/testdata
printf 'x \r' >tree/src/codec/testdata/bad-end
check words 0

begin format-layout
tree
printf 'int  f( void );\n' >>tree/src/codec/hex.h
flags format src/codec/hex.h:6 "clang-format -i"

begin headers-incomplete
tree
printf '#pragma once\n\nsize_t f(void);\n' >tree/src/codec/hex.h
flags headers src/codec/hex.h:1 "does not compile alone with gcc"
has out "with clang"

begin headers-twice
tree
printf 'struct a {\n\tint b;\n};\n' >tree/src/codec/hex.h
flags headers src/codec/hex.h:1 "does not compile alone"

begin cppcheck-finds
tree
printf 'int f(void);\n\nint\nf(void)\n{\n\tint a[2] = { 1, 2 };\n\treturn a[2];\n}\n' \
  >tree/src/codec/x.c
flags cppcheck src/codec/x.c:7 "out of bounds"

# library FOLDER SOURCE: compiles it into the tree's build-gcc
library() {
  mkdir -p "tree/build-gcc/src/$1"
  printf '%s\n' "$2" >"tree/src/$1/x.c"
  gcc -w -O1 -c "tree/src/$1/x.c" -o x.c.o &&
    rm -f "tree/build-gcc/src/$1/lib$1.a" &&
    ar rcs "tree/build-gcc/src/$1/lib$1.a" x.c.o || bad "no library"
}

begin imports-codec-opens-a-file
tree
library codec '#include <fcntl.h>
int f(void) { return open("x", 0); }'
flags imports src/codec/x.c:1 "imports open"

begin imports-codec-reads-the-clock
tree
library codec '#include <time.h>
long f(void) { return time(0); }'
flags imports src/codec/x.c:1 "imports time"

begin imports-jansson-file
tree
library codec 'void *json_load_file(), *json_loadb();
void *f(void) { return json_loadb(), json_load_file("x", 0, 0); }'
flags imports src/codec/x.c:1 "imports json_load_file"
hasnt out json_loadb

begin imports-files-beyond-4-gib
tree
library codec '#define _FILE_OFFSET_BITS 64
#include <fcntl.h>
int f(void) { return open("x", 0); }'
flags imports src/codec/x.c:1 "imports open,"

begin imports-fine
tree
library codec '#include <string.h>
int below(const void *);
int f(const void *a, const void *b) { return memcmp(a, b, below(a)); }'
library base 'int below(const void *p) { return *(const char *)p; }'
check imports 0

begin imports-without-a-build
tree
flags imports build-gcc "ninja"

# project: the tree as a meson project
project() {
  tree
  printf "project('x', 'c')\nstatic_library('x', 'src/codec/hex.c', include_directories: 'src')\n" \
    >tree/meson.build
}

begin compile-clean
project
check gcc 0
check clang 0

begin compile-warning
project
echo 'static int unused_one(void) { return 1; }' >>tree/src/codec/hex.c
flags gcc src/codec/hex.c unused_one
flags clang src/codec/hex.c unused_one

begin tidy-clean-then-found
project
check clang 0
check tidy 0
cat >tree/src/codec/hex.c <<'C'
#include "codec/hex.h"

size_t
hex_size(size_t n)
{
	return n ? hex_size(n - 1) : 0;
}
C
flags tidy src/codec/hex.c misc-no-recursion

begin driver-refuses-unknown-names
run "$TOP/tools/check" nosuch
want 2
has err "there is no nosuch"

end
