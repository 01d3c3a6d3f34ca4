//! What a resident keeps: a large code, what happens next and by when.

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// A receipt.
#[derive(Debug, Clone, Default)]
pub struct ReceiptCard {
    /// What was received: 申请已收到.
    pub title: Words,
    /// The number under which the station keeps it; it opens nothing.
    pub number: Words,
    /// The code, in groups that can be read aloud: `QS01-7K3M-9P2X`.
    pub code: Words,
    /// The address of the status page as a QR code, if one was made.
    pub qr: Option<Qr>,
    /// What happens next, in order, each with its time.
    pub next: Vec<Words>,
}

/// A QR code: rows of dark and light modules.
#[derive(Debug, Clone, Default)]
pub struct Qr {
    /// Modules per side.
    pub side: usize,
    /// `side * side` modules, dark is true.
    pub dark: Vec<bool>,
}

impl Qr {
    /// The code of an address; none when it is longer than a code can hold.
    #[must_use]
    pub fn of(address: &str) -> Option<Self> {
        let code = qrcode::QrCode::new(address).ok()?;
        let dark = code.to_colors().into_iter().map(|module| module == qrcode::Color::Dark).collect();
        Some(Self { side: code.width(), dark })
    }

    /// The code as a drawing.
    #[must_use]
    pub fn view(&self, class: &'static str, label: &'static str) -> AnyView {
        view! {
            <svg class=class viewBox=format!("0 0 {0} {0}", self.side) role="img" aria-label=label.to_owned()>
                <path d=self.path() fill="currentColor"/>
            </svg>
        }
        .into_any()
    }

    /// One path over all dark modules, runs joined.
    fn path(&self) -> String {
        let mut path = String::new();
        for (y, row) in self.dark.chunks(self.side.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
                }
                x += run.len();
            }
        }
        path
    }
}

/// A receipt; prints on one sheet.
#[must_use]
pub fn receipt(ui: Ui, receipt: ReceiptCard) -> AnyView {
    let qr = receipt.qr.map(|qr| qr.view("receipt__qr", ui.t("查询二维码", "QR code of the status page")));
    let next = (!receipt.next.is_empty()).then(|| {
        let steps = receipt.next.into_iter().map(|step| view! { <li>{step}</li> }.into_any());
        view! {
            <div class="receipt__next">
                <h2>{ui.t("接下来", "What happens next")}</h2>
                <ol>{steps.collect_view()}</ol>
            </div>
        }
    });
    let number = (!receipt.number.is_empty()).then(|| {
        view! { <p class="receipt__number"><span class="receipt__label">{ui.t("受理编号", "Number")}</span>{receipt.number}</p> }
    });
    view! {
        <div class="receipt">
            <div class="receipt__head">{icon(Icon::Good)}<h1>{receipt.title}</h1></div>
            <div class="receipt__code">
                <div>
                    <span class="receipt__label">{ui.t("回执码", "Receipt code")}</span>
                    <strong class="receipt__value">{receipt.code}</strong>
                    {number}
                </div>
                {qr}
            </div>
            <p class="receipt__keep">
                {icon(Icon::Camera)}
                <span>{ui.t("请拍照或截图保存。查询进度只需要这个回执码。", "Please take a photo or a screenshot. This code is all you need to ask how it stands.")}</span>
            </p>
            {next}
        </div>
    }
    .into_any()
}
