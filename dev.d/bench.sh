# What pages cost (tools/bench): docs/bench.md says how it is measured.

# bench [args]       : the list of cases; args go to the tool, as `--cases 500`.
# bench scale [args] : the pages that show obligations, over a thousand and a million; args as `--engine sqlite`.
# bench search [args]: finding one of fifty thousand clients by each way of asking; args as `--engine sqlite`.
bench() {
  build_release
  find_postgres
  say bench 'building the tool'
  RUSTFLAGS=$link_flags cargo build --quiet --release --locked \
    --manifest-path tools/bench/Cargo.toml --target-dir target/trials
  if [[ ${1:-} == scale || ${1:-} == search ]]; then
    target/trials/release/bench "$@"
    return
  fi
  target/trials/release/bench run --json target/bench.json "$@"
  say bench 'the same as JSON: target/bench.json'
}
