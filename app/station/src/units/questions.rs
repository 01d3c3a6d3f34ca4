//! What is asked of a unit, when it is set up and when it is changed.

use backend::StaffScope;
use backend::members::{Receiver, receivers};
use backend::units::{Place, Profile, Unit, Units};
use domain::access::{Action, Object};
use domain::ids::{MemberId, UnitId};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::units::{Duties, Goals, Particular, UnitKind};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::field::{Field, Input, Need, TextKind, When, Width, error_summary, field};
use pages::components::notice::refusal as refusal_notice;
use pages::handling::Form;
use pages::receivers::receiver_option;
use pages::ui::{Ui, Words};

/// What the system said no to, when it is not a matter of single fields.
pub(super) fn said(ui: Ui, scope: &StaffScope, refusal: Option<&Refusal>) -> Option<AnyView> {
    let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)))?;
    let at = At(&scope.organisation().slug);
    Some(refusal_notice(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}"))))
}

/// Who could head a unit: whoever works here.
pub(super) async fn heads(scope: &StaffScope) -> Result<Vec<Receiver>, Refusal> {
    receivers(scope, &[(Object::Unit, Action::Read)]).await
}

/// What was written of it.
pub(super) fn profile(form: &Form) -> Profile {
    let typed = |name: &str| form.get(name).to_owned();
    Profile { name: typed("name"), duties: typed("duties"), address: typed("address"), goals: typed("goals") }
}

/// Where it is to stand, and who is to head it.
pub(super) fn place(form: &Form, errors: &mut Vec<FieldError>) -> Place {
    Place { parent: maybe(form, "parent", errors), head: maybe(form, "head", errors) }
}

/// Something that may be left empty, but not be anything.
fn maybe<T: std::str::FromStr>(form: &Form, name: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    match form.get(name) {
        "" => None,
        raw => raw.parse().map_err(|_| errors.push(FieldError::new(name, Problem::NotAChoice))).ok(),
    }
}

/// What has been answered so far, with what is wrong with it.
pub(super) struct Answered<'a> {
    pub(super) ui: Ui,
    pub(super) form: &'a Form,
    pub(super) errors: &'a [FieldError],
}

impl Answered<'_> {
    /// A question of the form.
    pub(super) fn ask(&self, name: &str, label: &'static str, need: Need, input: Input) -> Field {
        let error = self.errors.iter().find(|error| error.field == name);
        Field {
            name: name.to_owned(),
            label: label.into(),
            need,
            error: error.map(|error| error.problem.say(self.ui.lang).into()),
            input,
            ..Field::default()
        }
    }

    fn typed(&self, name: &str) -> String {
        self.form.get(name).to_owned()
    }

    /// What is written of a unit: of one kind, or of whichever kind is chosen in the same form.
    pub(super) fn written(&self, kind: Option<UnitKind>) -> Vec<Field> {
        let ui = self.ui;
        let name = Input::line(self.typed("name"), TextKind::Plain, Width::Medium);
        let area = |name: &str, max: usize| Input::Area { value: self.typed(name), rows: 3, max: Some(max) };
        let duties = self.ask("duties", ui.t("职责", "Duties"), Need::Optional, area("duties", Duties::MAX));
        let help =
            ui.t("负责什么，对谁负责。可以以后补写。", "What it answers for, and to whom. It may be written later.");
        let of_kind = UnitKind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one));
        let particular = of_kind.filter_map(|one| {
            let question = match one.particular()? {
                Particular::Address => {
                    let line = Input::text(self.typed("address"));
                    self.ask("address", ui.t("地址", "Address"), Need::Required, line)
                }
                Particular::Goals => {
                    self.ask("goals", ui.t("目标", "Goals"), Need::Optional, area("goals", Goals::MAX))
                }
            };
            Some(Field { when: kind.is_none().then(|| self.only_for(one)), ..question })
        });
        std::iter::once(self.ask("name", ui.t("名称", "Name"), Need::Required, name))
            .chain(particular)
            .chain([Field { help: Some(help.into()), ..duties }])
            .collect()
    }

    /// It is asked only where this kind is chosen above.
    fn only_for(&self, kind: UnitKind) -> When {
        let (ui, name) = (self.ui, self.ui.name(kind));
        When {
            field: "kind".to_owned(),
            is: vec![kind.code().to_owned()],
            is_not: Vec::new(),
            words: ui.words(|| format!("仅当类型为“{name}”时填写。"), || format!("Only for a {name}.")).into(),
            on: self.form.get("kind") == kind.code(),
        }
    }

    /// Below what it is to stand: all that could have something of these kinds directly below.
    pub(super) fn parent(&self, units: &Units, kinds: &[UnitKind]) -> Field {
        let ui = self.ui;
        let takes = |parent: Option<UnitKind>| kinds.iter().any(|kind| UnitKind::below(parent).contains(kind));
        let house = takes(None).then(|| (String::new(), Words::from(ui.t("本机构直属", "The organisation itself"))));
        let way = |id: UnitId| {
            let above = units.structure.way_to(id);
            let names = above.into_iter().chain(units.structure.get(id)).map(|unit| unit.name.as_str());
            Words::from(names.collect::<Vec<_>>().join(" › "))
        };
        let there = units.structure.walk().into_iter().filter(|unit| takes(Some(unit.kind)) && unit.until.is_none());
        let options = house.into_iter().chain(there.map(|unit| (unit.id.to_string(), way(unit.id))));
        let input = Input::Select { options: options.collect(), value: self.typed("parent") };
        self.ask("parent", ui.t("上级", "Below"), Need::Required, input)
    }

    /// Who is to head it. Who heads it now stays a choice, even one who could not be chosen anew.
    pub(super) fn head(&self, heads: &[Receiver], now: Option<&Unit>) -> Field {
        let ui = self.ui;
        let vacant = (String::new(), Words::from(ui.t("暂时空缺", "Nobody for now")));
        let known = |id: MemberId| heads.iter().any(|head| head.id == id);
        let present = now.and_then(|unit| unit.head.as_ref()).filter(|(id, _)| !known(*id));
        let present = present.map(|(id, name)| (id.to_string(), Words::from(name.clone())));
        let option = |head: &Receiver| receiver_option(ui, head.id, &head.name, &head.roles, head.open_cases);
        let options = std::iter::once(vacant).chain(present).chain(heads.iter().map(option)).collect();
        let input = Input::Select { options, value: self.typed("head") };
        self.ask("head", ui.t("负责人", "Head"), Need::Optional, input)
    }

    /// What needs correcting, each line named by its question and leading to it.
    pub(super) fn summary(&self, questions: &[Field]) -> AnyView {
        let line = |error: &FieldError| {
            let problem = error.problem.say(self.ui.lang);
            let label = questions.iter().find(|question| question.name == error.field).map(|question| &question.label);
            let words =
                label.map_or_else(|| problem.clone(), |label| format!("{label}{}{problem}", self.ui.t("：", ": ")));
            (error.field.clone(), words.into())
        };
        error_summary(self.ui, self.errors.iter().map(line).collect())
    }
}

/// The questions, one under the other.
pub(super) fn fields(ui: Ui, questions: Vec<Field>) -> AnyView {
    questions.into_iter().map(|question| field(ui, question)).collect_view().into_any()
}
