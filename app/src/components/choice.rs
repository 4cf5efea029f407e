//! Fields that are answered by choosing.

use leptos::prelude::*;

use super::field::{Field, control_id, described_by, error_line, hint_line};

/// One thing to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line that explains it (radio cards only).
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without an explanation.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    /// The same with a line that explains it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One of many, folded. For up to six choices [`RadioCards`] reads better.
#[component]
pub fn Select(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What can be chosen; give an empty value first when nothing is chosen yet.
    options: Vec<Choice>,
    /// The value chosen before.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Whether it has to be answered.
    #[prop(optional)]
    required: bool,
    /// The name it is sent under, where several forms of a page ask the same and `name` keeps them apart.
    #[prop(optional, into)]
    send_as: Option<String>,
) -> impl IntoView {
    let id = control_id(&name);
    let sent = send_as.unwrap_or_else(|| name.clone());
    let describes = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let field = name.clone();
    let options = options
        .into_iter()
        .map(|option| {
            let chosen = option.value == value;
            view! { <option value=option.value selected=chosen>{option.label}</option> }
        })
        .collect::<Vec<_>>();
    view! {
        <Field name=field label=label hint=hint error=error required=required>
            <select
                class="input select"
                id=id
                name=sent
                required=required
                aria-describedby=describes
                aria-invalid=invalid
            >
                {options}
            </select>
        </Field>
    }
}

/// One of a few, each a card that a thumb can hit. `f-NAME` is the first of them.
#[component]
pub fn RadioCards(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What can be chosen.
    options: Vec<Choice>,
    /// The value chosen before.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Whether it has to be answered.
    #[prop(optional)]
    required: bool,
    /// Beside each other where there is room, for short words.
    #[prop(optional)]
    columns: bool,
) -> impl IntoView {
    let describes = described_by(&name, hint.is_some(), error.is_some());
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    let cards = if columns { "radio-cards radio-cards-columns" } else { "radio-cards" };
    let options = options
        .into_iter()
        .enumerate()
        .map(|(index, option)| {
            let id = if index == 0 { control_id(&name) } else { format!("f-{name}-{index}") };
            let checked = option.value == value;
            view! {
                <label class="radio-card">
                    <input
                        type="radio"
                        id=id
                        name=name.clone()
                        value=option.value
                        checked=checked
                        required=required
                    />
                    <span class="radio-card-face">
                        <span>{option.label}</span>
                        {option.hint.map(|hint| view! { <small>{hint}</small> })}
                    </span>
                </label>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class=class aria-describedby=describes>
            <legend class="field-label">{label}</legend>
            {hint_line(&name, hint)}
            {error_line(&name, error)}
            <div class=cards>{options}</div>
        </fieldset>
    }
}

/// Yes or no. Sends `value` when it is ticked and nothing when it is not.
#[component]
pub fn Checkbox(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is agreed to.
    #[prop(into)]
    label: String,
    /// What is sent.
    #[prop(default = "1".to_owned(), into)]
    value: String,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, from the flash.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Whether it has to be ticked.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let id = control_id(&name);
    let describes = described_by(&name, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = if error.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=class>
            {error_line(&name, error)}
            <label class="checkbox">
                <input
                    type="checkbox"
                    id=id
                    name=name.clone()
                    value=value
                    checked=checked
                    required=required
                    aria-describedby=describes
                    aria-invalid=invalid
                />
                <span>{label}</span>
            </label>
            {hint_line(&name, hint)}
        </div>
    }
}
