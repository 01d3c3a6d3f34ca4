# Trials of endurance (tools/trials): what crashes, double presses, exchanged servers and attackers leave behind.

# The parts of `./dev test --long`, in this order.
readonly TRIALS=(kills doubles edits rolling front neighbour attack tampering)

make_trials() {
  say trials 'building the tool'
  # It stands apart from the workspace, whose compiler may be Clippy by now.
  RUSTC_WORKSPACE_WRAPPER='' RUSTFLAGS=$link_flags cargo build --quiet --release --locked \
    --manifest-path tools/trials/Cargo.toml --target-dir target/trials
  have sqlite3 || install trials sqlite3
}

# counted COMMAND [args] : one test.
counted() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

try() { counted target/trials/release/trials "$@"; }

# A short run of what needs one engine only, so that the tool itself stays alive. Over the demo that
# the end-to-end tests made.
count_trials() {
  local demo
  make_trials
  demo=$(compgen -G 'target/e2e/demo-*' | head -n 1) || die trials 'the end-to-end tests made no demo'
  local -a short=(--binary "$built/banyan" --engine sqlite --demo "$demo" --seconds 15)
  try kills "${short[@]}" --count 10
  try doubles "${short[@]}" --count 50
  try edits "${short[@]}" --count 50
}

# The long runs, each bounded at about ten minutes, on the release binary. Results are added to the
# table in docs/endurance.md.
long_trials() {
  local part
  local -a parts=("$@")
  ((${#parts[@]})) || parts=("${TRIALS[@]}")
  for part in "${parts[@]}"; do
    [[ " ${TRIALS[*]} " == *" $part "* ]] || die trials "no part '$part'; there are ${TRIALS[*]}"
  done
  counting=yes
  # Chains are tampered with by a Rust test; everything else drives the program.
  if [[ ${parts[*]} != tampering ]]; then
    build_release
    make_trials
  fi
  find_postgres
  for part in "${parts[@]}"; do stage "$part" "long_$part"; done
  ((failed == 0))
}

long() { try "$@" --binary target/dist/banyan --record docs/endurance.md; }

both() {
  local engine
  for engine in sqlite postgres; do long "$@" --engine "$engine"; done
}

# A thousand for each engine.
long_kills() { for seed in 1 2 3 4; do both kills --count 250 --seed "$seed"; done; }
long_doubles() { both doubles; }
long_edits() { both edits; }
long_rolling() {
  have nginx || install trials nginx-light
  long rolling --engine postgres
}
long_front() {
  have nginx || install trials nginx-light
  long front --engine postgres
}
long_neighbour() { long neighbour --engine postgres; }
long_attack() {
  install trials sqlmap wapiti
  long attack --engine sqlite
}
long_tampering() {
  start_postgres
  BANYAN_LONG=1 counted run_unit --profile long tampering
}
