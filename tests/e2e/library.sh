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

# What describe says, in the words of examples/inspect.
described() {
  python3 - "$1" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
print("version", d["EifVersion"])
print("architecture", d["Architecture"])
for i in 0, 1, 2, 8:
    if f"PCR{i}" in d["Measurements"]:
        print(f"PCR{i}", d["Measurements"][f"PCR{i}"])
print("digest", d["File"]["EifDigest"])
for s in d["Sections"]:
    print("section", s["Type"], s["Size"], s["Flags"], s["Sha384"])
END
}

begin example-inspect-agrees-with-describe
if installed && need python3; then
  compiled "$TOP/examples/inspect/inspect.c" inspect -std=c17 -Wall -Wextra \
    -Wpedantic -Werror
  if require "$FIXTURES/nitro/eif"; then
    good=0 refused=0
    for f in "$FIXTURES"/nitro/eif/*.eif "$FIXTURES"/nitro/eif/malformed/*.eif; do
      "$VERACLAVE" describe "$f" >json 2>said
      theirs=$?
      run ./inspect "$f"
      if [ $theirs = 0 ]; then
        want 0
        good=$((good + 1))
        described json >lines
        grep -v '^sign' out >ours
        same lines ours
        case $(grep -c '"SignatureCheck": true' json) in
        1) has out "signature good" ;;
        *) hasnt out "signature good" ;;
        esac
      else
        want 1
        refused=$((refused + 1))
      fi
      # the dates of certificates are not judged here
      sed -n 's/.*\[\([a-z-]*\)\]$/\1/p' err | sort >codes
      sed -n 's/.*\[\([a-z-]*\)\]$/\1/p' said | grep -v '^cert-' | sort >theirs
      cmp -s codes theirs || bad "$f: other codes: $(cat codes err said)"
    done
    [ $good -gt 15 ] && [ $refused -gt 25 ] || bad "$good good, $refused refused"
  fi
fi

begin header-compiles-as-c11-and-c++
if installed && need c++; then
  printf '#include <veraclave/%s.h>\n' verify eif batch >x.c
  cp x.c x.cc
  echo 'int main() { return !veraclave_version(); }' >>x.cc
  echo 'int main(void) { return !veraclave_version(); }' >>x.c
  compiled x.c x11 -std=c11 -Wall -Wextra -Wpedantic -Werror
  run ./x11
  want 0
  c++ -Wall -Wextra -Wpedantic -Werror x.cc \
    $(cat flags) -Wl,-rpath,"$libdir" -o x++ || bad "no C++"
  run ./x++
  want 0
fi

# What the headers declare, the library exports and the pages describe; names
# with _fn are types of functions.
begin header-exports-and-pages-agree
if installed; then
  cat "$TOP"/include/veraclave/*.h | sed 's|/\*.*\*/||' | grep -o 'veraclave_[a-z0-9_]*(' |
    tr -d '(' | grep -v '_fn$' | sort -u >declared
  nm -D --defined-only "$libdir/libveraclave.so" |
    sed -n 's/.* \(veraclave_[a-z0-9_]*\)@@VERACLAVE_0.1$/\1/p' | sort >exported
  same declared exported
  cat "$TOP"/man/man3/*.3 | sed -n 's/^\.F[no] \(veraclave_[a-z0-9_]*\).*/\1/p' |
    grep -v '_fn$' | sort -u >paged
  same declared paged
  nm -D --defined-only "$libdir/libveraclave.so" | grep -v ' A ' |
    grep -v ' veraclave_' >more || :
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
  printf 'libc.so.6\nlibcrypto.so.3\nlibdeflate.so.0\nlibjansson.so.4\n' >wanted
  same needs wanted
  nm -D --undefined-only "$libdir/libveraclave.so" | sed 's/.* U //; s/@.*//' >uses
  for f in open open64 openat fopen fopen64 read write socket connect getenv \
    secure_getenv clock_gettime time gettimeofday printf puts exit fork execve \
    ioctl uname getrandom 'PKCS8.*' 'EVP_DigestSign.*' 'deflate.*' 'inflate.*' \
    'p11_.*' 'i2d_PrivateKey'; do
    ! grep -qx "$f" uses || bad "it calls $f"
  done
fi
end
