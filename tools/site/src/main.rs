//! Makes the folder that the server serves as `/pkg`, with a `manifest.json` that maps each file's
//! logical name to its place:
//!
//! - the WebAssembly module and its JavaScript glue, by wasm-bindgen;
//! - one style sheet out of `main.css` and what it imports;
//! - the static files as they are.
//!
//! With `--release` the module is optimised, every name carries a hash of the content, and each file
//! has a `.br` and a `.gz` beside it.

mod styles;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

const NAME: &str = "banyan";

#[derive(Parser)]
struct Arguments {
    /// The module as cargo made it.
    #[arg(long)]
    wasm: PathBuf,
    /// The folder of style sheets; `main.css` names the others, `static/` is copied as it is.
    #[arg(long)]
    style: PathBuf,
    /// The script that loads the module where it is needed.
    #[arg(long)]
    loader: PathBuf,
    /// The folder to make; an older one is replaced in one step.
    #[arg(long)]
    out: PathBuf,
    /// Optimise, hash the names, compress. Needs the path of `wasm-opt`.
    #[arg(long, value_name = "WASM_OPT")]
    release: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let made = arguments.out.with_extension("new");
    let old = arguments.out.with_extension("old");
    remove(&made)?;
    remove(&old)?;

    let pkg = made.join("pkg");
    fs::create_dir_all(&pkg)?;
    collect(&arguments, &pkg)?;

    let mut manifest = BTreeMap::new();
    for name in names(&pkg)? {
        let served = match arguments.release {
            Some(_) => publish(&pkg, &name)?,
            None => name.clone(),
        };
        manifest.insert(name, format!("pkg/{served}"));
    }
    let text = serde_json::to_string_pretty(&manifest)?;
    fs::write(made.join("manifest.json"), text + "\n")?;

    if arguments.out.exists() {
        fs::rename(&arguments.out, &old)?;
    }
    fs::rename(&made, &arguments.out)?;
    remove(&old)
}

/// Puts every file into `pkg` under its logical name.
fn collect(arguments: &Arguments, pkg: &Path) -> Result<()> {
    let release = arguments.release.as_deref();
    Bindgen::new()
        .input_path(&arguments.wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(release.is_some())
        .remove_producers_section(release.is_some())
        .generate(pkg)?;
    if let Some(wasm_opt) = release {
        optimise(wasm_opt, &pkg.join(format!("{NAME}_bg.wasm")))?;
    }

    let mut css = styles::bundle(&arguments.style.join("main.css"))?;
    if release.is_some() {
        css = styles::strip(&css);
    }
    fs::write(pkg.join(format!("{NAME}.css")), css)?;

    let loader = arguments.loader.file_name().context("the loader has no file name")?;
    fs::copy(&arguments.loader, pkg.join(loader))?;

    let fixed = arguments.style.join("static");
    for name in names(&fixed)? {
        let copy = pkg.join(&name);
        ensure!(!copy.exists(), "{name} in {} takes a name that is in use", fixed.display());
        fs::copy(fixed.join(&name), copy)?;
    }
    Ok(())
}

fn optimise(wasm_opt: &Path, module: &Path) -> Result<()> {
    let status = Command::new(wasm_opt)
        .args(["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "-o"])
        .args([module, module])
        .status()
        .with_context(|| format!("cannot run {}", wasm_opt.display()))?;
    ensure!(status.success(), "wasm-opt: {status}");
    Ok(())
}

/// Gives the file a name with its hash, and compressed copies. Returns the new name.
fn publish(pkg: &Path, name: &str) -> Result<String> {
    let content = fs::read(pkg.join(name))?;
    let hashed = hashed_name(name, &content);
    fs::rename(pkg.join(name), pkg.join(&hashed))?;

    let brotli = pkg.join(format!("{hashed}.br"));
    let mut parameters = brotli::enc::BrotliEncoderParams::default();
    parameters.quality = 11;
    parameters.lgwin = 22;
    brotli::BrotliCompress(&mut content.as_slice(), &mut fs::File::create(brotli)?, &parameters)?;

    let gzip = fs::File::create(pkg.join(format!("{hashed}.gz")))?;
    let mut encoder = flate2::write::GzEncoder::new(gzip, flate2::Compression::best());
    encoder.write_all(&content)?;
    encoder.finish()?;
    Ok(hashed)
}

/// `banyan.css` → `banyan.0a1b2c3d4e5f6071.css`
fn hashed_name(name: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    match name.split_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

/// The files of a folder, in order; a folder that does not exist has none.
fn names(folder: &Path) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        ensure!(entry.file_type()?.is_file(), "{} is no file", entry.path().display());
        names.push(entry.file_name().into_string().ok().context("a file name is no UTF-8")?);
    }
    names.sort();
    Ok(names)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_its_content_and_keeps_its_ending() {
        let one = hashed_name("banyan.css", b"a");
        assert_ne!(one, hashed_name("banyan.css", b"b"));
        assert_eq!(one, "banyan.ca978112ca1bbdca.css");
    }
}
