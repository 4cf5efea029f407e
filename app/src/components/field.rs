//! Fields of a form: label, hint, what is wrong, and the control wired to all three, so
//! that a screen reader says them together. Controls are found as `f-NAME`.

use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::visit::Visit;

/// The id of the control of a field, as the error summary links to it.
#[must_use]
pub fn control_id(name: &str) -> String {
    format!("f-{name}")
}

/// The value of `aria-describedby` for a control inside [`Field`].
#[must_use]
pub fn described_by(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("f-{name}-hint f-{name}-error")),
        (true, false) => Some(format!("f-{name}-hint")),
        (false, true) => Some(format!("f-{name}-error")),
        (false, false) => None,
    }
}

/// Label, hint and error around a control of your own. The control needs
/// [`control_id`], [`described_by`] and, with an error, `aria-invalid="true"`.
#[component]
pub fn Field(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// How to answer.
    #[prop(optional_no_strip)]
    hint: Option<String>,
    /// What is wrong with the answer, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Without it the label says that the field may stay empty.
    #[prop(optional)]
    required: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let id = control_id(&name);
    let wrong = if error.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=wrong>
            <label class="field-label" for=id>
                {label}
                {(!required)
                    .then(|| view! { <span class="field-mark">{td_string!(lang, common.optional)}</span> })}
            </label>
            {hint_line(&name, hint)}
            {error_line(&name, error)}
            {children()}
        </div>
    }
}

/// The hint under a label.
pub(super) fn hint_line(name: &str, hint: Option<String>) -> impl IntoView + use<> {
    let id = format!("f-{name}-hint");
    hint.map(|hint| view! { <p class="field-hint" id=id>{hint}</p> })
}

/// The message beside a control.
pub(super) fn error_line(name: &str, error: Option<String>) -> impl IntoView + use<> {
    let lang = Visit::current().lang;
    let id = format!("f-{name}-error");
    error.map(|error| {
        view! {
            <p class="field-error" id=id>
                <span class="hidden-text">{td_string!(lang, common.error)}</span>
                <span>{error}</span>
            </p>
        }
    })
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
    /// What was typed before.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
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
    /// The name it is sent under, where several forms of a page ask the same and `name` keeps them apart.
    #[prop(optional, into)]
    send_as: Option<String>,
) -> impl IntoView {
    let id = control_id(&name);
    let sent = send_as.unwrap_or_else(|| name.clone());
    let describes = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = if code { "input input-code" } else { "input" };
    let field = name.clone();
    view! {
        <Field name=field label=label hint=hint error=error required=required>
            <input
                class=class
                id=id
                name=sent
                type=kind
                value=value
                required=required
                inputmode=inputmode
                autocomplete=autocomplete
                aria-describedby=describes
                aria-invalid=invalid
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
    /// What was typed before, any text at all.
    #[prop(optional, into)]
    value: String,
    /// How to answer; with `max` alone the hint tells the limit.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Whether it has to be filled.
    #[prop(optional)]
    required: bool,
    /// Lines shown at first.
    #[prop(default = 4)]
    rows: u8,
    /// Characters allowed.
    #[prop(optional)]
    max: Option<u32>,
    /// The name it is sent under, where several forms of a page ask the same and `name` keeps them apart.
    #[prop(optional, into)]
    send_as: Option<String>,
) -> impl IntoView {
    let lang = Visit::current().lang;
    let sent = send_as.unwrap_or_else(|| name.clone());
    let hint = hint.or_else(|| max.map(|max| td_string!(lang, common.characters_max, max = max)));
    let id = control_id(&name);
    let describes = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let field = name.clone();
    view! {
        <Field name=field label=label hint=hint error=error required=required>
            <textarea
                class="input"
                id=id
                name=sent
                rows=rows.to_string()
                required=required
                data-max=max.map(|max| max.to_string())
                aria-describedby=describes
                aria-invalid=invalid
                inner_html=textarea_html(&value)
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
