# The stages of `./dev test`, and the count of what passed and what failed.

passed=0
failed=0
# How the product is built for its tests: quickly made here, quickly run by `./dev test`.
profile=dev

# Programs with a workspace of their own.
readonly TOOLS=(site trials bench)

check_format() {
  local tool
  cargo fmt --all --check
  for tool in "${TOOLS[@]}"; do cargo fmt --manifest-path "tools/$tool/Cargo.toml" --check; done
}

check_lints() { cargo clippy --workspace --all-targets --quiet -- -D warnings; }

# From here on the compiler itself is Clippy: where everything is built anyway, it is not read twice.
lint_as_built() {
  export RUSTC_WORKSPACE_WRAPPER=clippy-driver
  RUSTFLAGS+=' -Dwarnings'
}

check_scripts() {
  if have shellcheck; then
    shellcheck -x dev
  else
    say scripts 'shellcheck is not installed: not checked'
  fi
}

check_licences() {
  if have cargo-deny; then
    cargo deny --offline check bans licenses sources
  else
    say licences 'cargo-deny is not installed: not checked'
  fi
}

# Whether docs/requirements.md is what the tests say (domain/tests/requirements).
check_requirements() { cargo test --workspace --quiet --test requirements; }

# Papers are put on paper by tests too.
need_fonts() {
  [[ $(fc-list :lang=zh 2>/dev/null) ]] || install fonts fonts-noto-cjk
}

# The Rust tests of the workspace, by nextest where it is installed.
run_unit() {
  need_fonts
  if have cargo-nextest; then
    cargo nextest run --config-file dev.d/nextest.toml "$@"
  else
    say unit 'cargo-nextest is not installed: cargo test'
    cargo test "$@"
  fi
}

count_unit() {
  start_postgres
  if ! have cargo-nextest; then
    count_libtest run_unit --workspace --profile "$profile" --no-fail-fast --lib --bins --tests
    return
  fi
  local report=target/nextest/ci/junit.xml
  rm -f "$report"
  run_unit --workspace --cargo-profile "$profile" --profile ci || [[ -f $report ]] || die unit 'the tests do not compile'
  count "$(xml_total "$report" tests)" "$(xml_total "$report" failures)" "$(xml_total "$report" errors)"
}

count_doc() { count_libtest cargo test --workspace --profile "$profile" --doc --quiet; }

# The server, and what judges answers beside the browser, with the features that the tests are built with: after those,
# nothing is built anew.
build_as_tested() {
  say server "cargo, profile $profile, as tested"
  cargo build --workspace --profile "$profile" --bin banyan --example verdicts
  built=$root/target/$([[ $profile == dev ]] && echo debug || echo "$profile")
}

# Compiles what the browser gets, so that later steps find it made.
make_ahead() {
  build_wasm wasm-dev "--cfg erase_components"
  make_site_tool
}

prepare_end_to_end() {
  build_as_tested
  make_site site
  make_verdicts
  need_node
  have chromium || install browser chromium fonts-noto-cjk
  if [[ ! end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ]]; then
    say end2end 'npm ci'
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent --prefix end2end >&2
  fi
}

run_end_to_end() {
  (cd end2end && BANYAN_BIN=${BANYAN_BIN:-$built/banyan} node_modules/.bin/playwright test "$@")
}

count_end_to_end() {
  local report=$root/target/e2e/report.json tests failures
  prepare_end_to_end
  rm -f "$report"
  REPORT=$report run_end_to_end || [[ -f $report ]] || die end2end 'did not run'
  read -r tests failures < <(node -p '
    const { expected, flaky, unexpected } = require(process.argv[1]).stats;
    `${expected + flaky + unexpected} ${unexpected}`' "$report")
  count "$tests" "$failures" 0
}

# count TESTS FAILURES ERRORS : no test at all is a failure too.
count() {
  local bad=$(($2 + $3))
  (($1 > 0)) || die count 'no test was run'
  passed=$((passed + $1 - bad))
  failed=$((failed + bad))
}

# The first value of an attribute, which stands on the root of a JUnit report.
xml_total() { grep -o -m 1 " $2=\"[0-9]*\"" "$1" | head -n 1 | tr -dc 0-9; }

# Adds up the lines that `cargo test` prints for each binary.
count_libtest() {
  local log status=0
  log=$(mktemp)
  "$@" 2>&1 | tee "$log" || status=$?
  local good bad
  read -r good bad < <(awk '/^test result:/ { good += $4; bad += $6 } END { print good + 0, bad + 0 }' "$log")
  rm "$log"
  ((status == 0 || bad > 0)) || die count 'the tests do not compile'
  passed=$((passed + good))
  failed=$((failed + bad))
}
