# The TOML reader against Python's, over documents that are made up, and the
# same with bytes changed.
. "$TOP/tests/lib.sh"

begin toml-as-python-reads-it
if ! python3 -c 'import tomllib' 2>/dev/null; then
  skip "python3 has no tomllib"
else
  run python3 "$TOP/tests/e2e/toml_peer.py" "$TOP/build/tests/toml-dump" 3000
  want 0
  has out "documents agree"
fi
