# libveraclave as a program of somebody else finds it: installed, by pkg-config.
. "$TOP/tests/lib.sh"

build=$(dirname "$VERACLAVE")
here=$PWD
at=$here/tree

# Installs into $at, once; skips the case where that cannot be.
installed() {
  if [ ! -e "$build/src/api/libveraclave.so" ]; then
    skip "this build has no libveraclave.so"
    return 1
  fi
  need cc pkg-config meson nm || return 1
  [ -d "$at" ] || DESTDIR=$at meson install -C "$build" --no-rebuild \
    --quiet >installing 2>&1 || {
    bad "it does not install"
    return 1
  }
  pc=$(find "$at" -name veraclave.pc)
  libdir=$(dirname "$(dirname "$pc")")
}

# compiled SOURCE OUT FLAGS...
compiled() {
  PKG_CONFIG_PATH=$libdir/pkgconfig PKG_CONFIG_SYSROOT_DIR=$at \
    PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
    pkg-config --cflags --libs veraclave >flags || bad "pkg-config fails"
  source=$1 program=$2
  shift 2
  # shellcheck disable=SC2046 # a list of words
  cc "$@" "$source" $(cat flags) -Wl,-rpath,"$libdir" -o "$program" ||
    bad "$source does not build"
}

pcrs() {
  printf '{"schema":"nitro-pcrs/1","name":"app","version":"7","pcrs":{'
  for i in 0 1 2; do
    printf '"%s":"%096d",' $i $((i + $1))
  done
  printf '"8":null}}\n'
}

begin example-with-the-public-header-alone
if installed; then
  compiled "$TOP/examples/verify/verify.c" verify -std=c17 -Wall -Wextra \
    -Wpedantic -Werror
  "$VERACLAVE" simulate -q init root >init
  pcrs 1 >pcrs.json
  pcrs 2 >other.json
  run "$VERACLAVE" simulate -q --root root --pcrs pcrs.json -- \
    "$VERACLAVE" nsm attest --nonce 6e6f6e6365 -o doc.cbor
  want 0
  run ./verify doc.cbor pcrs.json 6e6f6e6365 root/root.der
  want 0
  has out "release app 7, trust sim"
  run ./verify doc.cbor other.json 6e6f6e6365 root/root.der
  want 1
  has out pcr-application
  run ./verify doc.cbor pcrs.json 6e6f6e6366 root/root.der
  want 1
  has out nonce-differs
  run ./verify doc.cbor pcrs.json 6e6f6e6365
  want 1
  has out chain-root-untrusted
  run ./verify pcrs.json pcrs.json
  want 1
  run ./verify doc.cbor doc.cbor
  want 2
fi

begin header-compiles-as-c11-and-c++
if installed && need c++; then
  printf '#include <veraclave/verify.h>\nint main() { return !veraclave_version(); }\n' >x.cc
  printf '#include <veraclave/verify.h>\nint main(void) { return !veraclave_version(); }\n' >x.c
  compiled x.c x11 -std=c11 -Wall -Wextra -Wpedantic -Werror
  run ./x11
  want 0
  c++ -Wall -Wextra -Wpedantic -Werror x.cc \
    $(cat flags) -Wl,-rpath,"$libdir" -o x++ || bad "no C++"
  run ./x++
  want 0
fi

# What the header declares, the library exports and the pages describe.
begin header-exports-and-pages-agree
if installed; then
  cat "$TOP"/include/veraclave/*.h | sed 's|/\*.*\*/||' | grep -o 'veraclave_[a-z0-9_]*(' |
    tr -d '(' | sort -u >declared
  nm -D --defined-only "$libdir/libveraclave.so" |
    sed -n 's/.* \(veraclave_[a-z0-9_]*\)@@VERACLAVE_0.1$/\1/p' | sort >exported
  same declared exported
  cat "$TOP"/man/man3/*.3 | sed -n 's/^\.F[no] \(veraclave_[a-z0-9_]*\).*/\1/p' |
    sort -u >paged
  same declared paged
  nm -D --defined-only "$libdir/libveraclave.so" | grep -v ' A ' |
    grep -v veraclave_ >more || :
  [ ! -s more ] || bad "more is exported: $(head -3 more)"
  man=$(dirname "$(find "$at" -name veraclave_appraise.3)")
  while read -r name; do
    [ -s "$man/$name.3" ] || bad "no page is found for $name"
  done <declared
fi

begin library-pages-lint
if need mandoc; then
  run mandoc -Tlint -W style "$TOP"/man/man3/*
  grep -v 'referenced manual not found' out >left || :
  if [ -s left ]; then
    bad "mandoc complains"
    cat left
  fi
fi

# No more than it needs, and nothing that reaches out.
begin library-needs-little
if installed; then
  readelf -d "$libdir/libveraclave.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
    sort >needs
  printf 'libc.so.6\nlibcrypto.so.3\nlibjansson.so.4\n' >wanted
  same needs wanted
  nm -D --undefined-only "$libdir/libveraclave.so" | sed 's/.* U //; s/@.*//' >uses
  for f in open open64 openat fopen fopen64 socket connect getenv \
    secure_getenv clock_gettime time gettimeofday printf puts exit fork execve; do
    ! grep -qx "$f" uses || bad "it calls $f"
  done
fi
end
