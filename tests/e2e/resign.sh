# resign: what QEMU's module left unsigned, and nothing else. The document is
# put together here byte by byte; tests/interop has one of a guest.
. "$TOP/tests/lib.sh"

"$VERACLAVE" simulate init --class qemu q >log
"$VERACLAVE" simulate init s >log
"$VERACLAVE" simulate init --class development d >log

begin resign/unsigned-documents-of-qemu
if need python3; then
  python3 - <<'END'
import struct


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for kind, form, top in ((24, ">B", 1 << 8), (25, ">H", 1 << 16),
                            (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if n < top:
            return bytes([major << 5 | kind]) + struct.pack(form, n)


def data(b):
    return head(2, len(b)) + b


def text(s):
    return head(3, len(s)) + s.encode()


def document(alg, cert, sig, app):
    pcrs = {i: bytes([16 + i]) * 48 for i in range(16)}
    pcrs[2] = app
    del pcrs[4]
    fields = (
        ("module_id", text("i-234-enc5678")), ("digest", text("SHA384")),
        ("timestamp", head(0, 1768478400123)),
        ("pcrs", head(5, len(pcrs)) + b"".join(
            head(0, i) + data(v) for i, v in pcrs.items())),
        ("certificate", data(cert)), ("cabundle", head(4, 1) + data(cert)),
        ("public_key", b"\xf6"), ("user_data", data(b"hello")),
        ("nonce", data(b"\0\xff")))
    payload = head(5, len(fields)) + b"".join(text(k) + v for k, v in fields)
    return b"\x84" + data(b"\xa1\x01" + alg) + b"\xa0" + data(payload) + \
        data(sig)


zeros = bytes(64)
for name, doc in (
        ("doc", document(b"\x20", zeros, zeros, b"\x12" * 48)),
        ("changed", document(b"\x20", zeros, zeros, b"\x13" * 48)),
        ("es384", document(b"\x38\x22", zeros, bytes(96), b"\x12" * 48)),
        ("cert", document(b"\x20", b"\1" * 64, zeros, b"\x12" * 48)),
        ("sig", document(b"\x20", zeros, b"\1" * 64, b"\x12" * 48))):
    with open(name, "wb") as f:
        f.write(doc)
END
  h0=$(printf '10%.0s' $(seq 48))
  h1=$(printf '11%.0s' $(seq 48))
  h2=$(printf '12%.0s' $(seq 48))
  cat >pcrs.json <<END
{"schema": "nitro-pcrs/1", "name": "app", "version": "1",
 "pcrs": {"0": "$h0", "1": "$h1", "2": "$h2", "8": "$(printf '18%.0s' $(seq 48))"}}
END
  run "$VERACLAVE" verify doc --pcrs pcrs.json --trust qemu:q/root.der
  want 1
  has out '[doc-qemu]'
  run "$VERACLAVE" resign doc --root q -o signed
  want 0
  judge() {
    judge_file=$1
    shift
    run "$VERACLAVE" verify "$judge_file" --pcrs pcrs.json --nonce 00ff \
      --user-data 68656c6c6f --at 1768478460 "$@"
  }
  judge signed --trust qemu:q/root.der --max-age 100
  want 0
  has out 'trust: qemu'
  has out 'warning: no hardware stands behind this'
  has out 'release: app 1'
  for trust in '' sim:s/root.der qemu:other/root.der; do
    "$VERACLAVE" simulate init --class qemu other >log 2>&1
    judge signed ${trust:+--trust "$trust"}
    want 1
    has out '[chain-root-untrusted]'
    has out 'trust: none'
  done
  judge signed --trust sim:q/root.der
  want 2
  has err 'root-class'
  # As old as what was signed.
  run "$VERACLAVE" verify signed --pcrs pcrs.json --trust qemu:q/root.der
  want 1
  has out '[leaf-expired]'
  has out 'trust: qemu'
  # From a pipe, as text, and to one.
  base64 doc | "$VERACLAVE" resign - --root q >piped || bad "status $?"
  judge piped --trust qemu:q/root.der
  want 0
  "$VERACLAVE" resign changed --root q -o changed.signed
  judge changed.signed --trust qemu:q/root.der
  want 1
  has out '[pcr-application]'
fi

begin resign/refuses-all-else
if need python3; then
  for f in es384 cert sig signed; do
    rm -f twice
    run "$VERACLAVE" resign "$f" --root q -o twice
    want 1
    has err doc-not-qemu
    [ ! -e twice ] || bad "$f was signed"
  done
  head -c 500 doc >cut
  run "$VERACLAVE" resign cut --root q -o twice
  want 3
  has err doc-truncated
  run "$VERACLAVE" resign pcrs.json --root q -o twice
  want 3
  run "$VERACLAVE" resign absent --root q -o twice
  want 4
  [ ! -e twice ] || bad "a file was made"
fi

begin resign/the-root-is-named-and-of-its-class
if need python3; then
  run "$VERACLAVE" resign doc -o twice
  want 2
  has err '--class qemu'
  for dir in s d; do
    run "$VERACLAVE" resign doc --root $dir -o twice
    want 2
    has err root-class
  done
  run "$VERACLAVE" resign doc --root absent -o twice
  want 4
  [ ! -e twice ] || bad "a file was made"
fi
end
