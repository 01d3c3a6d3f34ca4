# What a machine needs, what of it is there, and how to get the rest. Changes nothing.

doctor() {
  lacking=0
  if rustup_has_wasm; then
    found rust "rustup's stable with $WASM"
  elif debian_is_complete; then
    found rust "Debian's rustc-web, with a $WASM of our own making"
  else
    lacks rust "rustup target add $WASM, or apt-get install ${DEBIAN_RUST[*]} (./dev tries both)"
  fi
  look cc cc 'apt-get install gcc libc6-dev'
  look node npm 'apt-get install nodejs npm'
  look browser chromium 'apt-get install chromium fonts-noto-cjk'
  if [[ $(fc-list :lang=zh 2>/dev/null) ]]; then
    found fonts 'Chinese can be shown'
  else
    lacks fonts 'apt-get install fonts-noto-cjk'
  fi
  if find_postgres_bin; then
    found postgres "$postgres_bin"
  else
    lacks postgres 'apt-get install postgresql'
  fi

  wish linker mold 'links faster: apt-get install mold'
  wish nextest cargo-nextest 'tests run in parallel: cargo install cargo-nextest --locked'
  wish scripts shellcheck 'checks this script: apt-get install shellcheck'
  wish licences cargo-deny 'checks licences: cargo install cargo-deny --locked'
  say cache "$cache, $(du -sh "$cache" | cut -f1)"
  ((lacking == 0)) || die doctor "$lacking missing"
  say doctor 'nothing is missing'
}

found() { say "$1" "$2"; }

lacks() {
  lacking=$((lacking + 1))
  say "$1" "MISSING: $2"
}

# look NAME PROGRAM HOW : a program that must be there.
look() { if have "$2"; then found "$1" "$(command -v "$2")"; else lacks "$1" "$3"; fi; }

# wish NAME PROGRAM HOW : a program that is good to have.
wish() { if have "$2"; then found "$1" "$(command -v "$2")"; else say "$1" "not installed; $3"; fi; }
