# What the list of cases costs (tools/bench): docs/bench.md says how it is measured.

# bench [args] : args go to the tool, as `--cases 500`.
bench() {
  build_release
  find_postgres
  say bench 'building the tool'
  RUSTFLAGS=$link_flags cargo build --quiet --release --locked \
    --manifest-path tools/bench/Cargo.toml --target-dir target/trials
  target/trials/release/bench run --json target/bench.json "$@"
  say bench 'the same as JSON: target/bench.json'
}
