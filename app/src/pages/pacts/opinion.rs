//! Saying what one thinks: three large buttons and a few words. What was said before, how it stands, and its answer.

use gongzhi_api::form::Flash;
use gongzhi_domain::content::ContentState;
use gongzhi_domain::ids::ClauseId;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::opinion::WORDS_MAX;
use gongzhi_domain::pact::{Channel, Stance, Stances};
use gongzhi_domain::view::pacts::{AnswerLine, MyOpinion, OpinionLine};
use gongzhi_words::{pact_terms, td_string, terms};
use leptos::prelude::*;

use super::card::number_word;
use crate::components::{Badge, Button, Checkbox, Choice, Diff, Form, Look, RadioCards, TextArea, TextInput, Tone};
use crate::visit::Visit;

/// What an opinion is about, for its form.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The pact.
    pub number: String,
    /// The version that is read.
    pub text_no: i32,
    /// The clause; `None` for the whole text.
    pub clause: Option<ClauseId>,
}

impl Subject {
    fn hidden(&self) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="number" value=self.number.clone() />
            <input type="hidden" name="text_no" value=self.text_no.to_string() />
            <input type="hidden" name="clause" value=self.clause_value() />
        }
    }

    fn clause_value(&self) -> String {
        self.clause.map(|clause| clause.to_string()).unwrap_or_default()
    }

    /// What was typed for this subject before.
    pub fn typed(&self, flash: &Flash) -> Flash {
        flash.of(&[("number", &self.number), ("clause", &self.clause_value())])
    }
}

/// The form: agree at once, or change and object with words. `before` is what the reader said already.
pub fn form(
    subject: &Subject,
    title: &'static str,
    before: Option<&MyOpinion>,
    flash: &Flash,
    back: String,
) -> AnyView {
    let lang = Visit::current().lang;
    let typed = subject.typed(flash);
    let chosen = match typed.value("stance").parse::<Stance>() {
        Ok(stance) => Some(stance),
        Err(_) => before.map(|before| before.stance),
    };
    let words = before.map(|before| before.words.clone()).unwrap_or_default();
    let buttons = Stance::ALL
        .iter()
        .map(|stance| {
            let class = match stance {
                Stance::Agree => "stance stance-agree",
                Stance::Change => "stance stance-change",
                Stance::Object => "stance stance-object",
            };
            let pressed = if chosen == Some(*stance) { "true" } else { "false" };
            view! {
                <button class=class type="submit" name="stance" value=stance.code() aria-pressed=pressed>
                    {pact_terms::stance(*stance, lang)}
                </button>
            }
        })
        .collect_view();
    let hidden = subject.hidden();
    view! {
        <section class="card stack" id="say">
            <h2>{title}</h2>
            <Form verb="give-opinion" back=back typed=typed>
                {hidden}
                <div class="stances" role="group" aria-label=title id="f-stance">{buttons}</div>
                <TextArea
                    name="words"
                    label=td_string!(lang, pacts.words)
                    hint=td_string!(lang, pacts.words_hint, max = WORDS_MAX)
                    value=words
                    rows=3
                    max=WORDS_MAX
                />
                <p class="quiet">{td_string!(lang, pacts.words_public)}</p>
            </Form>
        </section>
    }
    .into_any()
}

/// The way in for somebody who has not signed in.
pub fn sign_in(back: &str) -> AnyView {
    let lang = Visit::current().lang;
    let href = format!("/me/sign-in?next={}", gongzhi_api::form::encode(back));
    view! { <Button look=Look::Secondary wide=true href=href>{td_string!(lang, pacts.sign_in_first)}</Button> }
        .into_any()
}

/// The form by which a helper writes down what a resident says.
pub fn helping(subject: &Subject, flash: &Flash, back: String) -> AnyView {
    let lang = Visit::current().lang;
    let typed = subject.typed(flash);
    let open = typed.error.is_some();
    let stances = Choice::all(Stance::ALL.iter().map(|stance| (stance.code(), pact_terms::stance(*stance, lang))));
    let channels = [Channel::Assisted, Channel::Paper];
    let channels = Choice::all(channels.iter().map(|channel| (channel.code(), pact_terms::channel(*channel, lang))));
    let hidden = subject.hidden();
    view! {
        <details class="filter" open=open id="help">
            <summary>{td_string!(lang, pacts.help_title)}</summary>
            <p class="quiet">{td_string!(lang, pacts.help_text)}</p>
            <Form verb="enter-opinion" back=back typed=typed apart="help">
                {hidden}
                <TextInput
                    name="phone"
                    label=td_string!(lang, pacts.help_phone)
                    kind="tel"
                    inputmode="tel"
                    required=true
                />
                <RadioCards
                    name="channel"
                    label=td_string!(lang, pacts.help_channel)
                    options=channels
                    value=Channel::Assisted.code()
                    required=true
                    columns=true
                />
                <RadioCards
                    name="stance"
                    label=td_string!(lang, pacts.help_stance)
                    options=stances
                    required=true
                    columns=true
                />
                <TextArea name="words" label=td_string!(lang, pacts.words) rows=3 max=WORDS_MAX />
                <Checkbox name="read_back" label=td_string!(lang, pacts.help_read_back) required=true />
                <Button look=Look::Secondary>{td_string!(lang, pacts.help_send)}</Button>
            </Form>
        </details>
    }
    .into_any()
}

/// What the reader said, how its words stand, and the answer.
pub fn mine(said: &MyOpinion, open: bool) -> AnyView {
    let lang = Visit::current().lang;
    let stance = pact_terms::stance(said.stance, lang);
    let on = td_string!(lang, pacts.mine_on, no = number_word(said.text_no, lang));
    let words = (!said.words.is_empty()).then(|| view! { <p class="written">{said.words.clone()}</p> });
    let state = match said.state {
        Some(ContentState::Waiting) => view! { <p class="quiet">{td_string!(lang, pacts.mine_waiting)}</p> }.into_any(),
        Some(ContentState::Hidden | ContentState::Spam) => {
            let why = said.hidden.map_or("", |reason| terms::hide_reason(reason, lang)).to_owned();
            view! { <p class="quiet">{td_string!(lang, pacts.mine_hidden, why = why)}</p> }.into_any()
        }
        Some(ContentState::Published) => match &said.public {
            Some(public) => view! {
                <p class="quiet">{td_string!(lang, pacts.mine_edited)}</p>
                <Diff old=said.words.clone() new=public.clone() />
            }
            .into_any(),
            None => ().into_any(),
        },
        None => ().into_any(),
    };
    let note = (!said.note.is_empty())
        .then(|| view! { <p class="quiet">{td_string!(lang, pacts.mine_note, note = said.note.clone())}</p> });
    let answer = match &said.answer {
        Some(given) => answer(given, lang),
        None if open || said.words.is_empty() => ().into_any(),
        None => view! { <p class="quiet">{td_string!(lang, pacts.not_answered)}</p> }.into_any(),
    };
    view! {
        <div class="opinion opinion-mine">
            <p class="row">
                <Badge tone=tone(said.stance) text=stance />
                <span class="quiet">{on}</span>
            </p>
            {words}
            {state}
            {note}
            {answer}
        </div>
    }
    .into_any()
}

/// What somebody said, as everybody may read it.
pub fn other(said: &OpinionLine) -> AnyView {
    let lang = Visit::current().lang;
    let on = td_string!(lang, pacts.mine_on, no = number_word(said.text_no, lang));
    let answer = said.answer.as_ref().map(|given| answer(given, lang));
    view! {
        <li class="opinion">
            <p class="row">
                <Badge tone=tone(said.stance) text=pact_terms::stance(said.stance, lang) />
                <span class="quiet">{on}</span>
            </p>
            <p class="written">{said.words.clone()}</p>
            {answer}
        </li>
    }
    .into_any()
}

/// What others said, in a list; or that nobody did.
pub fn others(said: &[OpinionLine]) -> AnyView {
    let lang = Visit::current().lang;
    let content = if said.is_empty() {
        view! { <p class="quiet">{td_string!(lang, pacts.others_empty)}</p> }.into_any()
    } else {
        view! { <ul class="opinions">{said.iter().map(other).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="stack" id="others">
            <h2>{td_string!(lang, pacts.others_title)}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// An answer with its reason.
pub fn answer(given: &AnswerLine, lang: Lang) -> AnyView {
    let title = td_string!(lang, pacts.answer_title, answer = pact_terms::answer(given.answer, lang));
    view! {
        <div class="opinion-answer">
            <p><b>{title}</b></p>
            <p class="written">{given.reason.clone()}</p>
        </div>
    }
    .into_any()
}

/// How many say what, in words.
pub fn counts(stances: &Stances, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    if stances.agree > 0 {
        said.push(td_string!(lang, pacts.said_agree, count = stances.agree).to_string());
    }
    if stances.change > 0 {
        said.push(td_string!(lang, pacts.said_change, count = stances.change).to_string());
    }
    if stances.object > 0 {
        said.push(td_string!(lang, pacts.said_object, count = stances.object).to_string());
    }
    said
}

const fn tone(stance: Stance) -> Tone {
    match stance {
        Stance::Agree => Tone::Jade,
        Stance::Change => Tone::Sky,
        Stance::Object => Tone::Amber,
    }
}
