//! Fields that are answered by choosing.

use leptos::prelude::*;

use super::field::{Field, Wiring};

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

    /// Choices without explanations: what is sent, what is read.
    pub fn all<V: Into<String>, L: Into<String>>(choices: impl IntoIterator<Item = (V, L)>) -> Vec<Self> {
        choices.into_iter().map(|(value, label)| Self::new(value, label)).collect()
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
    /// The value chosen until another is.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it has to be answered.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let wiring = Wiring::of(&name, hint);
    let control = wiring.control(value);
    // Where no choice is empty one always is answered, and nobody needs to be told that it need not be.
    let answered = !options.iter().any(|option| option.value.is_empty());
    let options = options
        .into_iter()
        .map(|option| {
            let chosen = option.value == control.value;
            view! { <option value=option.value selected=chosen>{option.label}</option> }
        })
        .collect::<Vec<_>>();
    view! {
        <Field wiring=wiring label=label required=required || answered>
            <select
                class="input select"
                id=control.id
                name=name
                required=required
                aria-describedby=control.describes
                aria-invalid=control.invalid
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
    /// The value chosen until another is.
    #[prop(optional, into)]
    value: String,
    /// How to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it has to be answered.
    #[prop(optional)]
    required: bool,
    /// Beside each other where there is room, for short words.
    #[prop(optional)]
    columns: bool,
) -> impl IntoView {
    let wiring = Wiring::of(&name, hint);
    let control = wiring.control(value);
    let cards = if columns { "radio-cards radio-cards-columns" } else { "radio-cards" };
    let options = options
        .into_iter()
        .enumerate()
        .map(|(index, option)| {
            let id = if index == 0 { control.id.clone() } else { format!("{}-{index}", control.id) };
            let checked = option.value == control.value;
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
        <fieldset class=wiring.class() aria-describedby=control.describes>
            <legend class="field-label">{label}</legend>
            {wiring.hint()}
            {wiring.error()}
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
    /// Whether it is ticked until somebody unticks it.
    #[prop(optional)]
    checked: bool,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it has to be ticked.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let wiring = Wiring::of(&name, hint);
    let checked = wiring.is_ticked(checked);
    let control = wiring.control(String::new());
    view! {
        <div class=wiring.class()>
            {wiring.error()}
            <label class="checkbox">
                <input
                    type="checkbox"
                    id=control.id
                    name=name
                    value=value
                    checked=checked
                    required=required
                    aria-describedby=control.describes
                    aria-invalid=control.invalid
                />
                <span>{label}</span>
            </label>
            {wiring.hint()}
        </div>
    }
}
