# One Rust compiler for both sides. Leptos names an island by a hash of its source text as the
# compiler prints it, so the server and the WebAssembly must come from the same rustc.
#
# What is already on the machine wins over what would have to be fetched:
#   1. rustup's stable, if it has the wasm target;
#   2. Debian's rustc-web, if it is installed, with a wasm standard library of our own making;
#   3. rustup's stable, if it can add the target;
#   4. Debian's rustc-web, to be installed.
# BANYAN_TOOLCHAIN=rustup|debian decides it by hand.

readonly WASM=wasm32-unknown-unknown
readonly DEBIAN_RUST=(rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy rustfmt-web)

choose_toolchain() {
  local choice=${BANYAN_TOOLCHAIN:-}
  if [[ -z $choice ]]; then
    if rustup_has_wasm; then choice=rustup
    elif debian_is_complete; then choice=debian
    elif rustup_can_add_wasm; then choice=rustup
    else choice=debian; fi
  fi
  case $choice in
    rustup) use_rustup ;;
    debian) use_debian ;;
    *) die toolchain "BANYAN_TOOLCHAIN is '$choice'; it may be rustup or debian" ;;
  esac
  use_linker
}

rustup_is_new_enough() {
  local least version
  have rustup || return 1
  least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  version=$(rustup run stable rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
  printf '%s\n' "$least" "$version" | sort --check=quiet --version-sort
}

rustup_has_wasm() {
  rustup_is_new_enough && [[ $(rustup target list --toolchain stable --installed) == *"$WASM"* ]]
}

rustup_can_add_wasm() {
  rustup_is_new_enough || return 1
  say toolchain "asking rustup for $WASM"
  timeout 60 rustup target add --toolchain stable "$WASM" >&2
}

use_rustup() {
  rustup_has_wasm || rustup_can_add_wasm || die toolchain "rustup's stable has no $WASM"
  PATH="$(dirname "$(rustup which --toolchain stable cargo)"):$PATH"
  wasm_rustc=rustc
  say toolchain "rustup: $(rustc --version)"
}

debian_is_complete() { have dpkg-query && [[ -z $(missing "${DEBIAN_RUST[@]}" "$(debian_linker)") ]]; }

# rust-lld is a link to the lld of the LLVM that rustc was built with; the package is named after it.
debian_linker() { basename "$(readlink /usr/bin/rust-lld || echo lld)"; }

use_debian() {
  install toolchain "${DEBIAN_RUST[@]}"
  install toolchain "$(debian_linker)"
  # Cargo looks for its subcommands in ~/.cargo/bin first, unless PATH says otherwise.
  PATH="/usr/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
  local sysroot
  sysroot=$cache/wasm-sysroot-$(dpkg-query -W -f='${Version}' rustc-web)
  [[ -d $sysroot ]] || make_wasm_sysroot "$sysroot"
  wasm_rustc=$sysroot/rustc
  say toolchain "Debian: $(rustc --version | cut -d' ' -f1-2) and its own $WASM"
}

# Debian ships the sources of the standard library but no wasm build of it. Made once, out of an
# empty crate; the bootstrap switch is needed here and nowhere else.
make_wasm_sysroot() {
  local sysroot=$1 began=$SECONDS work library folder
  work=$(mktemp -d "$cache/making.XXXXXX")
  library=lib/rustlib/$WASM/lib
  say toolchain "building the standard library for $WASM, once (about two minutes)"

  mkdir -p "$work/empty/src" "$work/sysroot/$library"
  touch "$work/empty/src/lib.rs"
  cat >"$work/empty/Cargo.toml" <<'TOML'
[package]
name = "empty"
edition = "2024"

[profile.release]
panic = "abort"

[workspace]
TOML
  RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes cargo build --quiet --release \
    -Zbuild-std=std,panic_abort --target "$WASM" \
    --manifest-path "$work/empty/Cargo.toml" --target-dir "$work/target"

  for folder in /usr/lib/rustlib/*; do ln -s "$folder" "$work/sysroot/lib/rustlib/"; done
  cp "$work/target/$WASM"/release/deps/*.rlib "$work/sysroot/$library/"
  rm "$work/sysroot/$library"/libempty-*.rlib
  cat >"$work/sysroot/rustc" <<'SH'
#!/bin/sh
exec /usr/bin/rustc --sysroot "$(dirname "$0")" "$@"
SH
  chmod +x "$work/sysroot/rustc"
  mv -T "$work/sysroot" "$sysroot"
  rm -r "$work"
  say toolchain "standard library made in $((SECONDS - began)) s"
}

# Native code links with mold where it is there. Components are erased in development: a page then
# compiles in a third of the time. Release builds are not erased, on either side.
use_linker() {
  link_flags=
  if have mold; then link_flags=-Clink-arg=-fuse-ld=mold; fi
  export RUSTFLAGS="--cfg erase_components${link_flags:+ $link_flags}"
}
