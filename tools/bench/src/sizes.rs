//! What travels to a browser: wasm, styles, scripts, and a page of each face; raw, and as brotli.

use crate::rounds::read;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::io::Write as _;
use std::path::Path;
use trials::browser::Browser;
use trials::road::{PASSWORD, STATION};

/// One thing that travels, in bytes.
#[derive(Serialize)]
pub struct Size {
    pub what: String,
    pub raw: usize,
    pub brotli: usize,
}

/// Files are compressed once, as well as it goes; pages each time, quickly.
const FILES: u32 = 11;
const PAGES: u32 = 4;

pub fn all(site: &Path, base: &str, worker: &mut Browser) -> Result<Vec<Size>> {
    let mut sizes = files(site).unwrap_or_default();
    let mut nobody = Browser::new(base);
    let mut admin = Browser::signed_in(base, "qingrong.admin", PASSWORD)?;
    let mut evaluator = Browser::signed_in(base, "evaluator.lin", PASSWORD)?;
    let engagement = evaluator.get("/")?.location;
    let cases = format!("{engagement}/cases");
    let pages: [(&str, &mut Browser, &str); 7] = [
        ("resident: front page", &mut nobody.window(), &format!("/s/{STATION}")),
        ("resident: application form", &mut nobody, &format!("/s/{STATION}/apply/escort")),
        ("staff: today", &mut worker.window(), &format!("/o/{STATION}")),
        ("staff: 50 cases", worker, &format!("/o/{STATION}/cases")),
        ("district: overview", &mut admin, "/d/qingrong"),
        ("evaluator: overview", &mut evaluator.window(), &engagement),
        ("evaluator: case files", &mut evaluator, &cases),
    ];
    for (what, browser, path) in pages {
        let page = browser.get(path)?;
        anyhow::ensure!(page.status == 200, "{path} answered {}", page.status);
        sizes.push(size(&format!("HTML, {what}"), page.body.as_bytes(), PAGES)?);
    }
    Ok(sizes)
}

fn files(site: &Path) -> Result<Vec<Size>> {
    let manifest: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(&read(&site.join("manifest.json"))?)?;
    ["banyan_bg.wasm", "banyan.js", "islands.js", "touch.js", "banyan.css"]
        .iter()
        .map(|name| {
            let file = site.join(manifest.get(*name).context("a name in the manifest")?);
            size(name, &read(&file)?, FILES)
        })
        .collect()
}

fn size(what: &str, bytes: &[u8], quality: u32) -> Result<Size> {
    let mut small = Vec::new();
    let mut packer = brotli::CompressorWriter::new(&mut small, 65_536, quality, 22);
    packer.write_all(bytes)?;
    drop(packer);
    Ok(Size { what: what.to_owned(), raw: bytes.len(), brotli: small.len() })
}
