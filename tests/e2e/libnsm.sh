# libnsm.so: a program written for AWS's library, on the device and the socket.
. "$TOP/tests/lib.sh"

lib=$(dirname "$VERACLAVE")/libnsm
"$VERACLAVE" simulate -q init root >init
pcr16=$({ head -c 48 /dev/zero; printf abcd; } | sha384sum | cut -d ' ' -f 1)

judge() {
  run "$VERACLAVE" verify "$1" --pcr "16=$pcr16" --allow-debug --nonce \
    6e6f6e6365 --expect-empty user-data --trust sim:root/root.der
  want 0
}

possible() {
  if [ ! -e "$lib/libnsm.so" ]; then
    skip "this build has no libnsm.so"
  elif ! ldd "$lib/libnsm.so" >needs || grep -q asan needs; then
    skip "a library with sanitizers needs such programs"
  elif need cc; then
    cp "$TOP/libnsm/nsm.h" nsm.h
    cc -I. -o client "$TOP/tests/e2e/libnsm_client.c" -L"$lib" -lnsm \
      -Wl,-rpath,"$lib" && return 0
    bad "the client does not build"
  fi
  return 1
}

begin device
if possible; then
  run "$VERACLAVE" simulate --root root --debug -- ./client d.cbor
  want 0
  judge d.cbor
fi

begin socket
if possible; then
  simulator nsm.sock --root root --debug 2>served
  run env VERACLAVE_NSM_SOCKET=nsm.sock ./client s.cbor
  want 0
  judge s.cbor
  stop
  want 0
fi

begin exports-what-aws-exports
if possible; then
  nm -D --defined-only "$lib/libnsm.so" | sed 's/.* //' | sort >names
  for f in nsm_describe_pcr nsm_extend_pcr nsm_get_attestation_doc \
    nsm_get_description nsm_get_random nsm_lib_exit nsm_lib_init \
    nsm_lock_pcr nsm_lock_pcrs; do
    echo $f
  done >wanted
  same names wanted
  hasnt needs libcrypto
  hasnt needs libcurl
fi
end
