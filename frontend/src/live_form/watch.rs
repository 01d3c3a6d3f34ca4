//! What the island does in the browser.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use domain::forms::{Answers, FormTemplate, Judged, Setting, birth_date, judge};
use domain::identity::{IdentityNumber, full_years};
use domain::lang::Lang;
use domain::refusal::{FieldError, Problem};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, Event, File, FocusEvent, FormData, HtmlElement, HtmlFormElement, HtmlTemplateElement,
    SubmitEvent,
};

/// The question that fills others in.
const IDENTITY_NUMBER: &str = "identity_number";
/// Where a complaint stands: before whatever the question is answered with.
const CONTROLS: &str = ":scope > .input, :scope > .select-box, :scope > .choices, :scope > .field__row, \
                        :scope > .choice, :scope > .scale, :scope > .file";

/// A form under watch.
struct Watch {
    document: Document,
    host: Element,
    form: HtmlFormElement,
    questions: FormTemplate,
    setting: Setting,
    lang: Lang,
    /// The questions at which a complaint stands now.
    wrong: RefCell<BTreeSet<String>>,
}

/// Begins to watch the form inside `host`.
pub(super) fn begin(host: &Element, questions: FormTemplate, setting: Setting, lang: Lang) {
    let found = || {
        let form = host.query_selector("form").ok().flatten()?.dyn_into::<HtmlFormElement>().ok()?;
        Some((host.owner_document()?, form))
    };
    let Some((document, form)) = found() else { return };
    let wrong = RefCell::default();
    let watch = Rc::new(Watch { document, host: host.clone(), form, questions, setting, lang, wrong });
    watch.remember_complaints();
    watch.look();
    listen(&watch, "input", |watch, event| {
        watch.look();
        watch.judge_again(&name_of(event));
    });
    listen(&watch, "change", |watch, event| {
        watch.look();
        watch.judge_again(&name_of(event));
    });
    listen(&watch, "focusout", |watch, event| {
        // A complaint that appears while the button is being pressed would move the button away.
        if !goes_to_button(event) {
            watch.judge(&name_of(event));
        }
    });
    listen(&watch, "submit", Watch::submit);
}

fn listen(watch: &Rc<Watch>, event: &str, then: impl Fn(&Watch, &Event) + 'static) {
    let watching = watch.clone();
    let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| then(&watching, &event));
    // The listener lives as long as the page.
    let _ = watch.form.add_event_listener_with_callback(event, heard.into_js_value().unchecked_ref());
}

fn name_of(event: &Event) -> String {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.and_then(|target| target.get_attribute("name")).unwrap_or_default()
}

fn goes_to_button(event: &Event) -> bool {
    let next = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
    next.and_then(|next| next.dyn_into::<Element>().ok()).is_some_and(|next| next.tag_name() == "BUTTON")
}

/// A button that has a name asks for something else than to hand the form in: to keep a draft, to add a row.
fn asks_for_something_else(event: &Event) -> bool {
    let pressed = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
    pressed.is_some_and(|button| button.has_attribute("name"))
}

impl Watch {
    /// What stands in the form now; several choices of one question joined, as the server joins them.
    fn answers(&self) -> Answers {
        let Ok(data) = FormData::new_with_form(&self.form) else { return Answers::new() };
        // A file that was chosen answers its question; under which id, the server says when it has it.
        let chosen = |(place, value): (usize, JsValue)| match value.dyn_ref::<File>() {
            Some(file) => (!file.name().is_empty()).then(|| format!("att_{place:032x}")),
            None => value.as_string(),
        };
        let joined = |key: &str| {
            let values = data.get_all(key).into_iter().enumerate().filter_map(chosen);
            values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(",")
        };
        self.names().into_iter().map(|name| (name.clone(), joined(&name))).collect()
    }

    /// What is asked on the page: a field's name, a cell's, and for each row its own, for one of which nothing is chosen yet.
    fn names(&self) -> BTreeSet<String> {
        let Ok(named) = self.form.query_selector_all("[name]") else { return BTreeSet::new() };
        let elements = (0..named.length()).filter_map(|place| named.item(place)?.dyn_into::<Element>().ok());
        let names = elements.filter_map(|element| element.get_attribute("name"));
        names.filter(|name| self.questions.asks(name) || name.ends_with('.')).collect()
    }

    /// What the form says of what stands in it.
    fn judged(&self, answers: &Answers) -> Judged {
        judge(&self.questions, answers, self.setting)
    }

    /// Everything that is wrong, in the form's order.
    fn problems(&self, answers: &Answers) -> Vec<FieldError> {
        self.judged(answers).errors
    }

    /// Folds and unfolds, and says what follows.
    fn look(&self) {
        let answers = self.answers();
        let judged = self.judged(&answers);
        for name in answers.keys().chain(self.questions.fields().map(|field| &field.key)) {
            // An address folds with its county.
            let asked = name.strip_suffix(".county").unwrap_or(name);
            let waits = self.questions.named(name).is_some_and(|field| field.visible_if.is_some());
            if let Some(place) = self.place(name).filter(|_| waits || self.in_section_that_waits(name)) {
                let _ = place.class_list().toggle_with_force("field--off", judged.hidden.contains(asked));
            }
        }
        self.tell_computed(&judged);
        self.tell_identity(&answers);
    }

    fn in_section_that_waits(&self, name: &str) -> bool {
        let waits = self.questions.sections.iter().filter(|section| section.visible_if.is_some());
        waits.flat_map(|section| &section.fields).any(|field| field.key == name)
    }

    /// What is computed from the answers so far, and what it means.
    fn tell_computed(&self, judged: &Judged) {
        let Ok(places) = self.form.query_selector_all("output.field__computed") else { return };
        for place in (0..places.length()).filter_map(|at| places.item(at)?.dyn_into::<Element>().ok()) {
            let answer = judged.answers.get(&place.id()).map_or("", String::as_str);
            let band = self.questions.named(&place.id()).and_then(|field| field.band(answer));
            let say = |part: &str, words: &str| {
                let part = place.query_selector(part).ok().flatten();
                if let Some(part) = part.filter(|part| part.text_content().unwrap_or_default() != words) {
                    part.set_text_content(Some(words));
                }
            };
            say("b", answer);
            say(".field__band", band.map_or("", |band| band.label.say(self.lang)));
            let _ = match band {
                Some(band) => place.set_attribute("data-tone", band.tone.code()),
                None => place.remove_attribute("data-tone"),
            };
        }
    }

    /// Leaving a question: a complaint if what stands in it cannot be right; nothing was typed yet is no reason.
    fn judge(&self, name: &str) {
        let answers = self.answers();
        if answers.get(name).is_some_and(|answer| !answer.is_empty()) {
            self.show(
                name,
                self.problems(&answers).iter().find(|error| error.field == name).map(|error| &error.problem),
            );
        }
    }

    /// While a question with a complaint is answered anew: the complaint goes as soon as it may.
    fn judge_again(&self, name: &str) {
        if self.wrong.borrow().contains(name) {
            let answers = self.answers();
            self.show(
                name,
                self.problems(&answers).iter().find(|error| error.field == name).map(|error| &error.problem),
            );
        }
    }

    /// Sends nothing that the server would send back.
    fn submit(&self, event: &Event) {
        if asks_for_something_else(event) {
            return;
        }
        let problems = self.problems(&self.answers());
        let before: Vec<String> = self.wrong.borrow().iter().cloned().collect();
        for name in before {
            if !problems.iter().any(|error| error.field == name) {
                self.show(&name, None);
            }
        }
        for error in &problems {
            self.show(&error.field, Some(&error.problem));
        }
        if let Some(first) = problems.iter().find_map(|error| self.place(&error.field)) {
            event.prevent_default();
            let control = first.query_selector("input, select, textarea").ok().flatten();
            if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
                let _ = control.focus();
            }
        }
    }

    /// The question on the page.
    fn place(&self, name: &str) -> Option<Element> {
        self.document.get_element_by_id(name)?.closest(".field").ok().flatten()
    }

    /// Complaints that the server wrote are ours from now on.
    fn remember_complaints(&self) {
        let mut wrong = self.wrong.borrow_mut();
        let tables = self.questions.fields().map(|field| field.key.clone());
        for name in self.names().into_iter().chain(tables) {
            if self.document.get_element_by_id(&format!("{name}-error")).is_some() {
                wrong.insert(name);
            }
        }
    }

    /// Writes, changes or takes away the complaint at a question.
    fn show(&self, name: &str, problem: Option<&Problem>) {
        let Some(place) = self.place(name) else { return };
        let id = format!("{name}-error");
        if let Some(old) = self.document.get_element_by_id(&id) {
            old.remove();
        }
        let _ = place.class_list().toggle_with_force("field--error", problem.is_some());
        self.describe(name, problem.is_some());
        self.mark(&place, problem.is_some());
        match problem {
            Some(problem) => {
                self.wrong.borrow_mut().insert(name.to_owned());
                if let Some(line) = self.complaint(&id, &problem.say(self.lang)) {
                    let control = place.query_selector(CONTROLS).ok().flatten();
                    let _ = place.insert_before(&line, control.as_deref());
                }
            }
            None => {
                self.wrong.borrow_mut().remove(name);
                self.strike(name);
            }
        }
    }

    /// A complaint as the server draws it, from the pattern in the page.
    fn complaint(&self, id: &str, words: &str) -> Option<Element> {
        let pattern = self.host.query_selector("template").ok().flatten()?.dyn_into::<HtmlTemplateElement>().ok()?;
        let line =
            pattern.content().first_element_child()?.clone_node_with_deep(true).ok()?.dyn_into::<Element>().ok()?;
        line.set_id(id);
        line.query_selector("span").ok().flatten()?.set_text_content(Some(words));
        Some(line)
    }

    /// Tells those who hear the page where the complaint and the help stand.
    fn describe(&self, name: &str, wrong: bool) {
        let Some(field) = self.document.get_element_by_id(name) else { return };
        let there = |id: &String| self.document.get_element_by_id(id).is_some();
        let error = wrong.then(|| format!("{name}-error"));
        let rest = [format!("{name}-says"), format!("{name}-help")].into_iter().filter(there);
        let ids: Vec<String> = error.into_iter().chain(rest).collect();
        let _ = match ids.is_empty() {
            true => field.remove_attribute("aria-describedby"),
            false => field.set_attribute("aria-describedby", &ids.join(" ")),
        };
    }

    fn mark(&self, place: &Element, wrong: bool) {
        let Ok(controls) = place.query_selector_all("input, select, textarea") else { return };
        for control in (0..controls.length()).filter_map(|place| controls.item(place)) {
            if let Some(control) = control.dyn_ref::<Element>() {
                let _ = match wrong {
                    true => control.set_attribute("aria-invalid", "true"),
                    false => control.remove_attribute("aria-invalid"),
                };
            }
        }
    }

    /// Takes a line off the list above the form; the list goes with its last line.
    fn strike(&self, name: &str) {
        let Some(list) = self.document.get_element_by_id("errors") else { return };
        let line = list.query_selector(&format!("a[href='#{name}']")).ok().flatten();
        if let Some(line) = line.and_then(|link| link.closest("li").ok().flatten()) {
            line.remove();
        }
        if list.query_selector("li").ok().flatten().is_none() {
            list.remove();
        }
    }

    /// Birth date, sex and age, under the identity number they follow from.
    fn tell_identity(&self, answers: &Answers) {
        let Some(place) = self.place(IDENTITY_NUMBER) else { return };
        let id = format!("{IDENTITY_NUMBER}-says");
        let typed = answers.get(IDENTITY_NUMBER).map_or("", String::as_str);
        let words = IdentityNumber::parse(typed)
            .ok()
            .zip(birth_date(answers))
            .filter(|(_, birth)| *birth <= self.setting.today);
        let words = words.map_or_else(String::new, |(number, birth)| {
            let (age, sex) = (full_years(birth, self.setting.today), number.sex().say(self.lang));
            let (year, month, day) = (birth.year(), birth.month(), birth.day());
            self.lang.pick(
                format!("{year}年{month}月{day}日出生，{sex}，{age} 周岁"),
                format!("{sex}, born {birth}, aged {age}"),
            )
        });
        let line = self.document.get_element_by_id(&id).or_else(|| {
            let line = self.document.create_element("p").ok()?;
            line.set_id(&id);
            line.set_class_name("field__says");
            let _ = line.set_attribute("aria-live", "polite");
            place.append_child(&line).ok()?;
            Some(line)
        });
        if let Some(line) = line
            && line.text_content().unwrap_or_default() != words
        {
            line.set_text_content(Some(&words));
        }
    }
}
