//! An audit chain in plain words: what it is, where it ends, what was signed of it, and whether it is whole. The station and
//! the evaluator read the same.

use crate::components::badge::Tone;
use crate::components::button::{Button, hidden_fields, print};
use crate::components::facts::facts;
use crate::components::field::{Field, Input, field};
use crate::components::icons::Icon;
use crate::components::notice::notice;
use crate::components::section::{section, split};
use crate::handling::Request;
use crate::ui::{Ui, Words};
use backend::audit::{Checkpoint, Verdict};
use backend::trail::{ChainStanding, Examination, fingerprint};
use domain::time::Span;
use leptos::prelude::*;

/// What is known of a chain.
pub struct Shown {
    pub standing: ChainStanding,
    /// What was found, when somebody asked to verify.
    pub examination: Option<Examination>,
    /// The number of the entry whose fingerprint somebody wants to compare.
    pub asked: Option<i64>,
    /// The page's own address.
    pub here: String,
}

/// Whether the address asks to verify. It only reads, so it may be an address.
pub fn wants_verifying(request: &Request) -> bool {
    request.query.get("verify") == "yes"
}

/// The number of the entry that the address asks for.
pub fn asked(request: &Request) -> Option<i64> {
    request.query.maybe("entry")
}

/// The whole of it.
pub fn chain(ui: Ui, shown: Shown) -> AnyView {
    let Shown { standing, examination, asked, here } = shown;
    let found = examination.as_ref().map(|examination| verdict(ui, examination));
    let main = view! { {found}{explained(ui)}{ends(ui, &standing, &here)}{compare(ui, &standing, asked, &here)} };
    let side = match &standing.checkpoint {
        Some(checkpoint) => receipt(ui, &standing, checkpoint),
        None => section(
            ui.t("最近一份存证", "The last checkpoint"),
            notice(
                Tone::Due,
                ui.t("还没有存证。平台运行后每分钟会做一次。", "None yet: the platform makes one every minute."),
            ),
        ),
    };
    split(main.into_any(), side)
}

fn explained(ui: Ui) -> AnyView {
    let lines = [
        ui.t(
            "每条操作记录都带着上一条的指纹，一条扣一条。改动、删除或插入其中任何一条，后面的指纹就全对不上。",
            "Each entry carries the fingerprint of the one before it. Change, remove or insert one, and no fingerprint after it \
             fits any more.",
        ),
        ui.t(
            "有新记录时，平台每分钟给最后一条的指纹签名，存到数据库之外，叫作存证。就算有人能直接改数据库、把末尾整段重写，也会和存证对不上。",
            "When there is something new, the platform signs the last fingerprint every minute and keeps it outside the \
             database: a checkpoint. Even someone who can rewrite the end of the database cannot make it fit the checkpoint.",
        ),
        ui.t(
            "把存证打印或抄下来自己保管，以后随时可以回到这一页核对。",
            "Print or copy a checkpoint and keep it yourself; it can be compared on this page at any time.",
        ),
    ];
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    section(ui.t("怎样防止改动", "How it is protected"), view! { <ul class="prose-list">{lines}</ul> }.into_any())
}

fn ends(ui: Ui, standing: &ChainStanding, here: &str) -> AnyView {
    let lines: Vec<(Words, Words)> = vec![
        (ui.t("记录条数", "Entries").into(), standing.entries.to_string().into()),
        (ui.t("最近一条", "Latest").into(), standing.latest.map(|at| ui.moment(at)).unwrap_or_default().into()),
        (ui.t("末条指纹", "Its fingerprint").into(), fingerprint(&standing.head).into()),
    ];
    let button = Button::primary(ui.t("从头核对一遍", "Verify from the beginning")).icon(Icon::Good).submit();
    let body = view! {
        {facts(lines)}
        <form class="form" method="get" action=here.to_owned()>
            {hidden_fields(vec![("verify", "yes".to_owned())])}
            <div class="form__foot">{button}</div>
        </form>
    };
    section(ui.t("现在的状态", "As it stands"), body.into_any())
}

fn verdict(ui: Ui, examination: &Examination) -> AnyView {
    let took = seconds(ui, examination.took);
    let checkpoints = examination.checkpoints;
    match examination.verdict {
        Verdict::Whole { entries } => notice(
            Tone::Good,
            ui.words(
                || format!("完整：{entries} 条记录逐条核对，前后相扣，与 {checkpoints} 份存证一致。用时 {took}。"),
                || {
                    format!(
                        "Whole: {entries} entries recomputed, each follows from the one before, in accord with \
                         {checkpoints} checkpoints. It took {took}."
                    )
                },
            ),
        ),
        Verdict::Broken { seq } => notice(
            Tone::Late,
            ui.words(
                || format!("第 {seq} 条对不上：它或它前面的记录被改动、删除或插入过。请不要再动数据库，立即告知平台运营和区里。用时 {took}。"),
                || {
                    format!(
                        "Entry {seq} does not fit: it, or what lies before it, was changed, removed or inserted. Leave the \
                         database as it is and tell the operator and the district at once. It took {took}."
                    )
                },
            ),
        ),
        Verdict::Rewritten { after, seq } => notice(
            Tone::Late,
            ui.words(
                || format!("第 {seq} 条与当时的存证不一致：第 {after} 条之后的记录被删除或整段重写过。请不要再动数据库，立即告知平台运营和区里。用时 {took}。"),
                || {
                    format!(
                        "Entry {seq} is not the one that was signed: what comes after entry {after} was removed or written \
                         anew. Leave the database as it is and tell the operator and the district at once. It took {took}."
                    )
                },
            ),
        ),
    }
}

fn seconds(ui: Ui, took: Span) -> String {
    let millis = took.in_millis().max(0);
    let shown = format!("{}.{:02}", millis / 1_000, millis % 1_000 / 10);
    ui.words(|| format!("{shown} 秒"), || format!("{shown} s"))
}

/// Somebody has a checkpoint in hand: which fingerprint has that entry here?
fn compare(ui: Ui, standing: &ChainStanding, asked: Option<i64>, here: &str) -> AnyView {
    let number = Field {
        name: "entry".to_owned(),
        label: ui.t("存证上的记录条数", "Number of entries on the checkpoint").into(),
        input: Input::Number {
            value: asked.map(|asked| asked.to_string()).unwrap_or_default(),
            unit: Some(ui.t("条", "entries").into()),
            decimals: false,
        },
        ..Field::default()
    };
    let answer = asked.map(|asked| match &standing.asked {
        Some(hash) => notice(
            Tone::Info,
            ui.words(
                || {
                    format!(
                        "第 {asked} 条的指纹是 {}。和您手里的一致，就说明到这一条为止没有被改过。",
                        fingerprint(hash)
                    )
                },
                || {
                    format!(
                        "Entry {asked} has the fingerprint {}. If yours is the same, nothing up to it was changed.",
                        fingerprint(hash)
                    )
                },
            ),
        ),
        None => notice(
            Tone::Late,
            ui.words(
                || format!("这里没有第 {asked} 条。如果存证上有，说明末尾的记录被删除过。"),
                || format!("There is no entry {asked} here. If a checkpoint names it, the end was removed."),
            ),
        ),
    });
    let body = view! {
        {answer}
        <form class="form" method="get" action=here.to_owned()>
            {field(ui, number)}
            <div class="form__foot">{Button::plain(ui.t("看这一条的指纹", "Show its fingerprint")).submit()}</div>
        </form>
    };
    section(ui.t("核对手里的存证", "Compare a checkpoint that you hold"), body.into_any())
}

/// A checkpoint to be printed or copied.
fn receipt(ui: Ui, standing: &ChainStanding, checkpoint: &Checkpoint) -> AnyView {
    let mut lines: Vec<(Words, Words)> = vec![
        (ui.t("时间", "When").into(), checkpoint.at.clone().into()),
        (ui.t("机构", "Organisation").into(), checkpoint.slug.clone().into()),
        (ui.t("记录条数", "Entries").into(), checkpoint.entries.to_string().into()),
        (ui.t("指纹", "Fingerprint").into(), fingerprint(&checkpoint.head).into()),
        (ui.t("签名密钥", "Signed by the key").into(), checkpoint.key.clone().into()),
    ];
    lines.extend(standing.key.map(|key| (Words::from(ui.t("公钥", "Public key")), Words::from(key.to_string()))));
    let body = view! {
        {facts(lines)}
        <details class="fold">
            <summary>{ui.t("存证原文（一行，可另存为文件用程序核对）", "The checkpoint itself: one line, to be kept as a file")}</summary>
            <p class="chain__line">{checkpoint.line()}</p>
        </details>
        {print(ui)}
    };
    section(ui.t("最近一份存证", "The last checkpoint"), body.into_any())
}
