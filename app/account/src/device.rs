//! What a browser calls itself, in plain words.

use pages::ui::Ui;

/// Browsers by a word of theirs; those that call themselves by another's name as well come first.
const BROWSERS: &[(&str, &str, &str)] = &[
    ("MicroMessenger", "微信", "WeChat"),
    ("DingTalk", "钉钉", "DingTalk"),
    ("Lark", "飞书", "Feishu"),
    ("360SE", "360 浏览器", "360"),
    ("QQBrowser", "QQ 浏览器", "QQ Browser"),
    ("Edg", "Edge 浏览器", "Edge"),
    ("OPR", "Opera 浏览器", "Opera"),
    ("Firefox", "火狐浏览器", "Firefox"),
    ("Chrome", "Chrome 浏览器", "Chrome"),
    ("Safari", "Safari 浏览器", "Safari"),
];

/// What they run on; the same order.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("HarmonyOS", "鸿蒙设备", "HarmonyOS"),
    ("Android", "安卓手机", "Android"),
    ("iPhone", "苹果手机", "iPhone"),
    ("iPad", "苹果平板", "iPad"),
    ("Windows", "Windows 电脑", "Windows"),
    ("Mac OS", "苹果电脑", "Mac"),
    ("Linux", "Linux 电脑", "Linux"),
];

/// `Edge 浏览器 · Windows 电脑`.
pub(super) fn device(ui: Ui, agent: &str) -> String {
    let named = |table: &[(&str, &'static str, &'static str)]| {
        table.iter().find(|(word, ..)| agent.contains(word)).map(|(_, zh, en)| ui.t(zh, en))
    };
    let parts: Vec<&str> = [named(BROWSERS), named(SYSTEMS)].into_iter().flatten().collect();
    if parts.is_empty() {
        ui.t("无法识别的设备", "A device that does not say").to_owned()
    } else {
        parts.join(" · ")
    }
}
