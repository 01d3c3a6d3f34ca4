//! Reads our own pages as a person does: where they lead, and which forms they offer.

/// Whose way in ends before anybody asks: nobody chooses them.
const ENDS: [&str; 2] = ["disabled", "revoked"];

/// A form that is posted, filled in as far as the page does it itself.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// A tag with its attributes, and the text up to the next one.
struct Tag<'h> {
    name: &'h str,
    attributes: Vec<(&'h str, String)>,
    text: &'h str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// Where the page leads.
pub fn links(html: &str) -> Vec<String> {
    tags(html).iter().filter(|tag| tag.name == "a").filter_map(|tag| Some(tag.get("href")?.to_owned())).collect()
}

/// Where one can search, and under which name what is sought is posted: it belongs in no address.
pub fn searches(html: &str) -> Vec<(String, String)> {
    let mut searches = Vec::new();
    let mut action = None;
    for tag in tags(html) {
        match tag.name {
            "form" if tag.get("method") == Some("post") => action = tag.get("action").map(str::to_owned),
            "form" | "/form" => action = None,
            "input" if tag.get("type") == Some("search") => {
                let name = tag.get("name").unwrap_or_default().to_owned();
                searches.extend(action.clone().map(|action| (action, name)));
            }
            _ => {}
        }
    }
    searches
}

/// The forms that are posted.
pub fn forms(html: &str, answer: impl Fn(&str, Kind) -> String) -> Vec<Form> {
    let tags = tags(html);
    let mut forms = Vec::new();
    let mut begun: Option<Form> = None;
    // What the buttons send that have a name; one that has none is pressed rather.
    let (mut named, mut plain) = (Vec::new(), false);
    // The choice whose options are being read: its name, and what is chosen so far.
    let mut choice: Option<(String, String)> = None;
    for tag in &tags {
        match (tag.name, &mut begun) {
            ("form", _) if tag.get("method") == Some("post") => {
                (named, plain) = (Vec::new(), false);
                begun = Some(Form { action: tag.get("action").unwrap_or_default().to_owned(), fields: Vec::new() });
            }
            ("/form", Some(form)) => {
                form.fields.extend(named.drain(..).take(usize::from(!plain)));
                forms.extend(begun.take());
            }
            ("button", Some(_)) => match tag.get("name") {
                Some(name) => named.push((name.to_owned(), tag.get("value").unwrap_or_default().to_owned())),
                None => plain |= tag.get("type") != Some("button"),
            },
            ("input", Some(form)) => {
                // What the page has chosen already stays chosen.
                if tag.has("checked") {
                    form.fields.retain(|(name, _)| tag.get("name") != Some(name));
                }
                form.fields.extend(input(tag, &form.fields, &answer));
            }
            ("textarea", Some(form)) => {
                let name = tag.get("name").unwrap_or_default().to_owned();
                // Browsers drop a first line break.
                let value = unescaped(tag.text.strip_prefix('\n').unwrap_or(tag.text));
                let value = if value.is_empty() { answer(&name, Kind::Text) } else { value };
                form.fields.push((name, value));
            }
            ("select", Some(_)) => choice = Some((tag.get("name").unwrap_or_default().to_owned(), String::new())),
            ("option", Some(_)) => {
                let value = tag.get("value").unwrap_or_default();
                if let Some((_, chosen)) = &mut choice
                    && !ENDS.iter().any(|name| tag.text.contains(name))
                    && (chosen.is_empty() || tag.has("selected") && !value.is_empty())
                {
                    *chosen = value.to_owned();
                }
            }
            ("/select", Some(form)) => form.fields.extend(choice.take()),
            _ => {}
        }
    }
    forms
}

/// What a field asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Day,
    Moment,
}

fn input(
    tag: &Tag<'_>,
    before: &[(String, String)],
    answer: impl Fn(&str, Kind) -> String,
) -> Option<(String, String)> {
    let name = tag.get("name")?.to_owned();
    let value = tag.get("value").unwrap_or_default().to_owned();
    let kind = match (tag.get("type"), tag.get("inputmode")) {
        // Whose page it is: whoever tries a form at others' addresses has come to it on a page of their own.
        (Some("hidden"), _) if name == "whose" => return None,
        (Some("hidden"), _) => return Some((name, value)),
        // Nobody chooses a file here.
        (Some("file"), _) => return None,
        (Some("radio" | "checkbox"), _) => {
            // One of each is enough.
            let first = !before.iter().any(|(key, _)| *key == name);
            return (first && !value.is_empty()).then_some((name, value));
        }
        (Some("date"), _) => Kind::Day,
        (Some("datetime-local"), _) => Kind::Moment,
        (_, Some("numeric")) => Kind::Number,
        _ => Kind::Text,
    };
    let value = if value.is_empty() { answer(&name, kind) } else { value };
    Some((name, value))
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>')).unwrap_or(rest.len());
            let key = &rest[..end];
            rest = &rest[end..];
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                attributes.push((key, unescaped(value)));
                rest = after;
            } else if key.is_empty() {
                break;
            } else {
                attributes.push((key, String::new()));
            }
        }
        rest = rest.strip_prefix('>').unwrap_or(rest);
        let text = &rest[..rest.find('<').unwrap_or(rest.len())];
        tags.push(Tag { name, attributes, text });
    }
    tags
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[test]
fn a_page_is_read_as_it_stands() {
    let html = r#"<!DOCTYPE html><a class="x" href="/o/a?b=1&amp;c=2">x</a><form action="/list"><select name="kind"></select></form><form method="post" action="/search"><input type="search" name="q"></form>
        <form class="form" method="post" action="/o/a/new" novalidate><input type="hidden" name="whose" value="acc_1"><input type="hidden" name="operation" value="opr_1"/>
        <input type="radio" name="sex" value="f"><input type="radio" name="sex" value="m"><input type="date" name="on">
        <input type="radio" name="month" value="3"><input type="radio" name="month" value="6" checked><input type="radio" name="month" value="12">
        <select name="to"><option value="">-</option><option value="mem_1">A</option></select>
        <textarea name="note">a &lt; b</textarea><textarea name="more">
</textarea></form>"#;
    assert_eq!(links(html), ["/o/a?b=1&c=2"]);
    assert_eq!(searches(html), [("/search".to_owned(), "q".to_owned())]);
    let read = forms(html, |name, kind| format!("{name} {kind:?}"));
    let fields: Vec<(&str, &str)> = read[1].fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let actions: Vec<&str> = read.iter().map(|form| &*form.action).collect();
    assert_eq!(actions, ["/search", "/o/a/new"]);
    assert_eq!(
        fields,
        [
            ("operation", "opr_1"),
            ("sex", "f"),
            ("on", "on Day"),
            ("month", "6"),
            ("to", "mem_1"),
            ("note", "a < b"),
            ("more", "more Text"),
        ]
    );
}
