//! Whether the applicant knows how it stands: what is on its way, and what is left to do where nothing is.

use super::act::Worded;
use super::desk::ApplicationDesk;
use backend::applications::{ApplicationAct, Delivery};
use domain::delivery::DeliveryState;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::notice::notice_with;
use pages::ui::{Ui, Words};

/// That the applicant does not know yet, and what is to be done about it; nothing, where the applicant was told.
pub(super) fn untold(desk: &ApplicationDesk<'_>) -> AnyView {
    let (ui, file) = (desk.ui, desk.file);
    if file.is_told() {
        return ().into_any();
    }
    let under_way = file.deliveries.first().filter(|delivery| delivery.told == file.state);
    let act = ApplicationAct::Tell;
    let open = format!("{}?open={}#{}", desk.at().application(file.id), act.key(), act.key());
    let call = desk.may(act).then(|| Button::plain(act.words(ui)).link(open));
    let (tone, words) = match under_way {
        Some(delivery) if delivery.state.is_open() => (Tone::Info, on_its_way(ui, delivery)),
        Some(delivery) if delivery.state == DeliveryState::GivenUp => (Tone::Due, given_up(ui, delivery)),
        _ => (
            Tone::Due,
            ui.t(
                "没有可用的消息渠道。请打电话、当面或书面告知申请人，再登记方式和时间。",
                "No message can reach the applicant. Please call, write or say it face to face, and note how and when.",
            )
            .into(),
        ),
    };
    let title = ui.t("申请人还不知道新的状态", "The applicant does not know the new state yet");
    notice_with(tone, Some(title.into()), view! { <p>{words}</p> }.into_any(), call)
}

fn on_its_way(ui: Ui, delivery: &Delivery) -> Words {
    let (way, state, due) = (ui.name(delivery.way), ui.name(delivery.state), ui.moment(delivery.due));
    ui.words(|| format!("{way}：{state}，{due}发送。"), || format!("{way}: {state}; goes {due}.")).into()
}

fn given_up(ui: Ui, delivery: &Delivery) -> Words {
    let (way, why) = (ui.name(delivery.way), delivery.cause.map(|cause| ui.name(cause)).unwrap_or_default());
    ui.words(
        || format!("{way}无法送达（{why}）。请打电话、当面或书面告知申请人，再登记方式和时间。"),
        || format!("{way}: not delivered ({why}). Please call, write or say it face to face, and note how and when."),
    )
    .into()
}
