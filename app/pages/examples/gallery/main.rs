//! Writes the gallery of components as pages into a folder, to be looked at in a browser:
//! `cargo run -p pages --example gallery -- <folder> <address of main.css>`.

mod parts;

use std::path::PathBuf;
use std::sync::Arc;

use domain::lang::Lang;
use domain::packs::PackSet;
use domain::time::{Day, Moment};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use pages::components::layout::{Audience, Page, document};
use pages::ui::{Assets, Nonce, Theme, Ui};
use parts::{PAGES, gallery};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "gallery".to_owned()));
    let css = arguments.next().unwrap_or_else(|| "../style/main.css".to_owned());
    std::fs::create_dir_all(&folder)?;
    let sheet = format!("@import \"{css}\";\n{}", include_str!("gallery.css"));
    std::fs::write(folder.join("gallery.css"), sheet)?;
    let touch_js = css.replace("main.css", "static/touch.js");
    let assets: &'static Assets =
        Box::leak(Box::new(Assets { touch_js, css: "gallery.css".to_owned(), ..Assets::default() }));
    for lang in Lang::ALL {
        for page in PAGES {
            let ui = Ui {
                lang,
                now: Moment::at(Day::new(2026, 11, 21).map_err(|_| "no such day")?, 14, 30),
                theme: Theme::System,
                large_print: false,
                narrow: false,
                answers_form: false,
                demo: page == "gate" || page == "apply",
                packs: PackSet::ALL,
                nonce: Nonce::default(),
                assets,
            };
            std::fs::write(folder.join(format!("{page}.{lang}.html")), html(ui, page))?;
        }
    }
    Ok(())
}

/// A view becomes a string under an owner of its own, as on the server.
fn html(ui: Ui, page: &'static str) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| {
        let face =
            if matches!(page, "apply" | "receipt" | "application") { Audience::Resident } else { Audience::Staff };
        document(ui, Page { title: page.into(), face, ..Page::default() }, gallery(ui, page)).to_html()
    })
}
