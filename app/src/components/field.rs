//! Fields of a form: label, hint, what is wrong, and the control wired to all three, so
//! that a screen reader says them together. What was typed and what is wrong a field learns from its form, by its
//! name. Controls are found as `f-NAME`.

use gongzhi_words::td_string;
use leptos::prelude::*;

use super::form::Surroundings;
use crate::visit::Visit;

/// The id of the control of a field, as the error summary links to it.
#[must_use]
pub fn control_id(name: &str) -> String {
    format!("f-{name}")
}

/// A field as its form knows it: where label, hint, message and control find each other, what was typed and what is
/// wrong with it.
#[derive(Debug, Clone)]
pub(super) struct Wiring {
    name: String,
    /// Whether anything of this form was typed before.
    is_returned: bool,
    typed: Option<String>,
    hint: Option<String>,
    error: Option<String>,
}

impl Wiring {
    /// The field `name` of the form around it.
    pub(super) fn of(name: &str, hint: Option<String>) -> Self {
        let form = Surroundings::current();
        Self {
            name: form.name_of(name),
            is_returned: !form.typed.typed.is_empty(),
            error: form.typed.message(Visit::current().lang, name),
            typed: form.typed.typed.get(name).cloned(),
            hint,
        }
    }

    /// The class of the whole field.
    pub(super) fn class(&self) -> &'static str {
        if self.error.is_some() { "field field-wrong" } else { "field" }
    }

    /// What the control carries; `initial` stands in it until something was typed.
    pub(super) fn control(&self, initial: String) -> Control {
        Control {
            id: control_id(&self.name),
            value: self.typed.clone().unwrap_or(initial),
            describes: self.describes(),
            invalid: self.error.is_some().then_some("true"),
        }
    }

    /// Whether a box is ticked; a box that came back without its tick was not.
    pub(super) fn is_ticked(&self, initial: bool) -> bool {
        if self.is_returned { self.typed.as_ref().is_some_and(|typed| !typed.is_empty()) } else { initial }
    }

    fn describes(&self) -> Option<String> {
        let (hint, error) = (self.hint.as_ref().map(|_| "hint"), self.error.as_ref().map(|_| "error"));
        let ids: Vec<String> = hint.into_iter().chain(error).map(|part| self.part(part)).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn part(&self, part: &str) -> String {
        format!("f-{}-{part}", self.name)
    }

    /// The hint under the label.
    pub(super) fn hint(&self) -> impl IntoView + use<> {
        let id = self.part("hint");
        self.hint.clone().map(|hint| view! { <p class="field-hint" id=id>{hint}</p> })
    }

    /// The message beside the control.
    pub(super) fn error(&self) -> impl IntoView + use<> {
        let lang = Visit::current().lang;
        let id = self.part("error");
        self.error.clone().map(|error| {
            view! {
                <p class="field-error" id=id>
                    <span class="hidden-text">{td_string!(lang, common.error)}</span>
                    <span>{error}</span>
                </p>
            }
        })
    }
}

/// What a control carries of its field.
pub(super) struct Control {
    pub(super) id: String,
    pub(super) value: String,
    /// `aria-describedby`.
    pub(super) describes: Option<String>,
    /// `aria-invalid`.
    pub(super) invalid: Option<&'static str>,
}

/// Label, hint and message around a control.
#[component]
pub(super) fn Field(
    /// How it is wired.
    wiring: Wiring,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// Without it the label says that the field may stay empty.
    required: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <div class=wiring.class()>
            <label class="field-label" for=control_id(&wiring.name)>
                {label}
                {(!required)
                    .then(|| view! { <span class="field-mark">{td_string!(lang, common.optional)}</span> })}
            </label>
            {wiring.hint()}
            {wiring.error()}
            {children()}
        </div>
    }
}

/// One line of text.
#[component]
pub fn TextInput(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What stands in it until something is typed.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it has to be filled.
    #[prop(optional)]
    required: bool,
    /// The `type`: text, tel, email, password, search, date, number.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows: numeric, tel, email.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What a browser may fill in: tel, one-time-code, username, current-password.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// A code: set in equal widths and larger.
    #[prop(optional)]
    code: bool,
) -> impl IntoView {
    let wiring = Wiring::of(&name, hint);
    let control = wiring.control(value);
    view! {
        <Field wiring=wiring label=label required=required>
            <input
                class=if code { "input input-code" } else { "input" }
                id=control.id
                name=name
                type=kind
                value=control.value
                required=required
                inputmode=inputmode
                autocomplete=autocomplete
                aria-describedby=control.describes
                aria-invalid=control.invalid
            />
        </Field>
    }
}

/// Several lines of text. What was typed is never cut: a limit is a hint and `data-max` for
/// the counter, and the server's answer says what is too long.
#[component]
pub fn TextArea(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What stands in it until something is typed, any text at all.
    #[prop(optional, into)]
    value: String,
    /// How to answer; with `max` alone the hint tells the limit.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it has to be filled.
    #[prop(optional)]
    required: bool,
    /// Lines shown at first.
    #[prop(default = 4)]
    rows: u8,
    /// Characters allowed.
    #[prop(optional)]
    max: Option<u32>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let hint = hint.or_else(|| max.map(|max| td_string!(lang, common.characters_max, max = max)));
    let wiring = Wiring::of(&name, hint);
    let control = wiring.control(value);
    view! {
        <Field wiring=wiring label=label required=required>
            <textarea
                class="input"
                id=control.id
                name=name
                rows=rows.to_string()
                required=required
                data-max=max.map(|max| max.to_string())
                aria-describedby=control.describes
                aria-invalid=control.invalid
                inner_html=textarea_html(&control.value)
            ></textarea>
        </Field>
    }
}

/// The text as the inside of `<textarea>`: leptos 0.8 does not escape that element's children.
/// The line break in front is the one the HTML parser drops, so that a text that begins with one keeps it.
fn textarea_html(text: &str) -> String {
    format!("\n{}", escaped(text))
}

/// Text as HTML where leptos would write it as it stands.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    html
}
