# What the browser gets: WebAssembly, glue, styles, pictures, in one folder with a manifest.json.

# make_site FOLDER : for development, into FOLDER.
make_site() {
  build_wasm wasm-dev "--cfg erase_components"
  make_site_tool
  say site "into $1"
  assemble_site wasm-dev "$1"
}

# The same optimised, with hashed names and compressed copies.
make_release_site() {
  build_wasm wasm-release ''
  make_site_tool
  get_wasm_opt
  say site "into $1, optimised, hashed and compressed"
  assemble_site wasm-release "$1" --release "$wasm_opt"
}

# `frontend` is an ordinary library; that it becomes a module of its own is said here, so that
# native builds never link one.
build_wasm() {
  local profile=$1 flags=$2
  shift 2
  say wasm "cargo, profile $profile"
  RUSTC=$wasm_rustc RUSTC_WORKSPACE_WRAPPER='' RUSTFLAGS=$flags cargo rustc --package frontend --lib --crate-type cdylib \
    --target "$WASM" --profile "$profile" --target-dir target/front "$@"
}

# What the browser's code says of answers to forms, as a module that can be asked, and beside it what the server's code says.
make_verdicts() {
  local folder=target/e2e/verdicts
  mkdir -p "$folder"
  build_wasm wasm-dev "--cfg erase_components" --features verdicts
  assemble_site wasm-dev "$folder/site"
  cp "$folder/site/pkg/banyan.js" "$folder/site/pkg/banyan.mjs"
  "$built/examples/verdicts" "$folder/cases.json" 5000
}

assemble_site() {
  local profile=$1 folder=$2
  shift 2
  "$site_tool" --wasm "target/front/$WASM/$profile/frontend.wasm" \
    --style style --loader frontend/islands.js --out "$folder" "$@"
}

# The tool in tools/site, made (and its tests run) once for each state of its sources.
make_site_tool() {
  local pinned spoken state work began=$SECONDS
  pinned=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
  spoken=$(sed -n 's/^wasm-bindgen-cli-support = "=\(.*\)"/\1/p' tools/site/Cargo.toml)
  [[ $pinned == "$spoken" ]] ||
    die site "wasm-bindgen is $pinned in Cargo.toml but $spoken in tools/site: they must be equal"

  state=$(cat tools/site/Cargo.toml tools/site/Cargo.lock tools/site/src/*.rs | sha256sum | cut -c1-12)
  site_tool=$cache/site-$state
  [[ ! -x $site_tool ]] || return 0
  say site "building the tool that makes it, once (about two minutes)"
  work=$(mktemp -d "$cache/making.XXXXXX")
  RUSTFLAGS=$link_flags cargo test --quiet --release --locked \
    --manifest-path tools/site/Cargo.toml --target-dir "$work" >&2
  RUSTFLAGS=$link_flags cargo build --quiet --release --locked \
    --manifest-path tools/site/Cargo.toml --target-dir "$work"
  mv "$work/release/site" "$site_tool"
  rm -r "$work"
  say site "tool made in $((SECONDS - began)) s"
}

# Binaryen from npm. (Debian 12 has version 108, whose output fails at run time.)
get_wasm_opt() {
  local state home
  state=$(sha256sum tools/wasm-opt/package-lock.json | cut -c1-12)
  home=$cache/wasm-opt-$state
  wasm_opt=$home/node_modules/.bin/wasm-opt
  [[ ! -x $wasm_opt ]] || return 0
  need_node
  say site "fetching wasm-opt, once"
  mkdir -p "$home"
  cp tools/wasm-opt/package*.json "$home/"
  npm ci --silent --ignore-scripts --prefix "$home" >&2
}

need_node() { have npm || install node nodejs npm; }
