# Manual pages, references and completions, all made from tables.
. "$TOP/tests/lib.sh"

pages=$TOP/build/man

begin man-pages-lint
if need mandoc; then
  run mandoc -Tlint -W style "$pages"/man*/*
  # pages refer to each other before they are installed
  grep -v 'referenced manual not found' out >left || :
  if [ -s left ]; then
    bad "mandoc complains"
    cat left
  fi
fi

begin man-pages-fit-a-terminal
if need mandoc; then
  for page in "$pages"/man*/*; do
    # bold and underlined letters are printed over others
    mandoc -Tascii -O width=78 "$page" | sed "s/.$(printf '\b')//g" >text
    [ -s text ] || bad "$page is empty"
    if awk 'length > 80 { bad = 1; print } END { exit bad }' text; then
      :
    else
      bad "$page is wider than 80 columns"
    fi
  done
fi

begin man-page-of-every-verb
"$VERACLAVE" help >all
sed -n '/^Topics/q; s/^  \([a-z][a-z-]*\) .*/\1/p' all >verbs
[ -s verbs ] || bad "help lists no verb"
for verb in $(cat verbs); do
  [ -s "$pages/man1/veraclave-$verb.1" ] || bad "no page for $verb"
  run "$VERACLAVE" help "$verb"
  want 0
  cp out help
  run "$VERACLAVE" "$verb" --help
  want 0
  same out help
done
[ -s "$pages/man1/veraclave.1" ] || bad "no page for the program"

begin reference-is-of-this-version
run "$VERACLAVE" help --markdown enclave.toml
want 0
same out "$TOP/docs/enclave-toml.md"
run "$VERACLAVE" help --markdown formats
want 0
same out "$TOP/docs/formats/json.md"
run "$VERACLAVE" help --markdown policy.toml
want 0
same out "$TOP/docs/formats/policy.md"

begin policy-toml-has-help-and-a-page
run "$VERACLAVE" help policy.toml
want 0
# every key that the parser knows, as its own table has them
for key in schema trust max_age max_skew need_nonce recipient allow_debug \
  signers image revoked name pcrs not_before not_after reason; do
  grep -q "^  $key (" out || bad "no help for the key $key"
done
[ -s "$pages/man5/policy.toml.5" ] || bad "no page"
has "$pages/man5/policy.toml.5" '.Dt POLICY.TOML 5'
has "$TOP/README.md" 'man policy.toml'
# what the page shows is a policy, but for the length of values
sed -n '/^Example$/,$p' out | tail -n +3 |
  sed "s/\.\.\.\"/$(printf '11%.0s' $(seq 46))\"/g" >policy.toml
[ -s policy.toml ] || bad "no example"
echo no document >doc
run "$VERACLAVE" verify doc --policy policy.toml --nonce 00
hasnt err '[policy]'
has out doc-text
sed 's/max_age/max_agf/' policy.toml >misspelt.toml
run "$VERACLAVE" verify doc --policy misspelt.toml --nonce 00
want 3
has err '[policy]'

begin completions-are-scripts
for shell in bash zsh fish; do
  run "$VERACLAVE" completion $shell
  want 0
  [ -s out ] || bad "nothing for $shell"
  cp out completion.$shell
  if command -v $shell >/dev/null 2>&1; then
    run $shell -n completion.$shell
    want 0
  fi
done
run "$VERACLAVE" completion tcsh
want 2
has err "choose bash, zsh or fish"

begin completion-of-bash-completes
if need bash; then
  cat >try.bash <<'END'
source completion.bash
COMP_WORDS=(veraclave ini) COMP_CWORD=1
_veraclave
echo "${COMPREPLY[@]}"
COMP_WORDS=(veraclave init --fo) COMP_CWORD=2
_veraclave
echo "${COMPREPLY[@]}"
touch one.json one.txt
for words in "pcrs pro" "nsm att" "explain nsm-abs" "help pcr" "help pol" \
  "verify --pcrs one"; do
  COMP_WORDS=(veraclave $words) COMP_CWORD=$(($(wc -w <<<"$words")))
  _veraclave
  echo "${COMPREPLY[@]}"
done
END
  run bash try.bash
  want 0
  printf 'init\n--force\npromote\nattest\nnsm-absent\npcr pcrs\npolicy.toml\none.json\n' \
    >wanted
  same out wanted
fi

begin completion-of-files-by-type
has completion.zsh ':FILE:_files -g "*.json"'
has completion.zsh ':FILE:_files -g "*.toml"'
has completion.zsh ':DIR:_files -/'
for words in "verify.*-l pcrs .*suffix .json)" "verify.*-l policy .*suffix .toml)" \
  "run.*-l eif-path .*suffix .eif)" "build.*-l boot-dir .*_directories)"; do
  grep -q "from $words" completion.fish || bad "fish does not have $words"
done
# whatever bash completes by type, the others do, too
for end in json toml eif pem; do
  n=$(grep -c "'!\*\.$end'" completion.bash)
  [ "$n" -gt 0 ] || bad "bash completes no .$end"
  [ "$(grep -c "_files -g \"\*\.$end\"" completion.zsh)" = "$n" ] ||
    bad "zsh does not complete .$end as often as bash"
  [ "$(grep -c "suffix .$end)" completion.fish)" = "$n" ] ||
    bad "fish does not complete .$end as often as bash"
done

begin completion-of-fish-completes
if need fish; then
  mkdir -p types/folder
  touch types/one.json types/two.txt types/three.toml
  cat >try.fish <<'END'
source ../completion.fish
for line in 'verify --pcrs ' 'verify --policy ' 'build --boot-dir '
  complete -C "veraclave $line" | string split -f 1 \t | head -n 1
end
complete -C 'veraclave help pol' | string split -f 1 \t
END
  (cd types && HOME=$PWD/.. run fish ../try.fish && cat out >../completed)
  printf 'one.json\nthree.toml\nfolder/\npolicy.toml\n' >wanted
  same completed wanted
fi

begin install-puts-all-in-place
if need meson; then
  DESTDIR=$PWD/dest run meson install -C "$TOP/build" --no-rebuild
  want 0
  (cd dest && find . -type f) >files
  has files bin/veraclave
  has files share/man/man1/veraclave-init.1
  has files share/man/man5/enclave.toml.5
  has files share/man/man5/policy.toml.5
  has files share/man/man7/veraclave-formats.7
  has files share/bash-completion/completions/veraclave
  has files share/zsh/site-functions/_veraclave
  has files share/fish/vendor_completions.d/veraclave.fish
fi

begin install-libraries-where-the-loader-looks
if need meson cc; then
  run meson setup fresh "$TOP"
  want 0
  run meson introspect fresh --installed
  want 0
  has out '"/usr/local/lib/libnsm.so.1.0.0"'
fi

# A newcomer waits for the program, not for its tests.
begin make-builds-no-tests
if need meson cc ninja; then
  [ -d fresh ] || run meson setup fresh "$TOP"
  run ninja -C fresh -v -n program
  want 0
  has out libveraclave.so
  has out man
  grep -E '_(test|fuzz)' out >tests-of-it && bad "it makes $(wc -l <tests-of-it) parts of tests"
  run ninja -C fresh -n test-programs
  has out _test
fi
