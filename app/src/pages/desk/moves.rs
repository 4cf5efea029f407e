//! The moves that are legal now for the reader, each a form with its button. What is not legal is not shown.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::{ContactOutcome, ContactWay, Move, Outcome, Urgency};
use gongzhi_domain::request::{NOTE_MAX, PHOTOS_MAX, REPLY_MAX, Told};
use gongzhi_domain::view::desk::{OrderPage, UnitChoice};
use gongzhi_store::categories;
use gongzhi_store::photos::StagedFor;
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use crate::components::{Button, Choice, Folded, Form, Look, PhotoPicker, RadioCards, Select, TextArea, TextInput};
use crate::pages::photos;

/// The order as its page shows it, and what was typed into one of its forms before.
struct Shown<'a> {
    here: &'a Here,
    page: &'a OrderPage,
    typed: &'a Flash,
}

/// The forms, one a legal move.
///
/// # Errors
/// When the database does not answer.
pub async fn forms(here: &Here, page: &OrderPage, typed: &Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let shown = Shown { here, page, typed };
    let mut forms = Vec::new();
    let mut done = Vec::new();
    for legal in &page.moves {
        // Closing and redoing are one form: what the resident said decides.
        let mv = if legal.mv == Move::Redo { Move::Close } else { legal.mv };
        if done.contains(&mv) {
            continue;
        }
        done.push(mv);
        let form = match mv {
            Move::Accept => Some(shown.accept().await?),
            Move::Dispatch => Some(shown.dispatch()),
            Move::StartHandling => {
                Some(shown.at_once("start-handling", "B", Look::Secondary, td_string!(lang, desk.start_handling)))
            }
            Move::LogContact => Some(shown.log_contact()),
            Move::SubmitReply => Some(shown.submit_reply().await?),
            Move::SendBack => Some(shown.send_back()),
            Move::ApproveReply => {
                Some(shown.at_once("approve-reply", "P", Look::Primary, td_string!(lang, desk.approve_reply)))
            }
            Move::Close => Some(shown.follow_up()),
            _ => None,
        };
        forms.extend(form);
    }
    if forms.is_empty() {
        return Ok(view! { <p class="quiet">{td_string!(lang, desk.no_moves)}</p> }.into_any());
    }
    Ok(view! {
        <section class="moves" aria-label=td_string!(lang, desk.moves)>{forms}</section>
    }
    .into_any())
}

impl Shown<'_> {
    /// A move that asks nothing: a button.
    fn at_once(&self, verb: &'static str, key: &'static str, look: Look, name: &'static str) -> AnyView {
        let order = self.page.card.id.to_string();
        view! {
            <Form verb=verb version=self.page.card.version inline=true>
                <input type="hidden" name="order" value=order />
                <Button look=look key=key>{name}</Button>
            </Form>
        }
        .into_any()
    }

    /// A move that asks something: its form under its name, which opens it; open when it was just refused.
    fn asking<F>(&self, verb: &'static str, key: &'static str, name: &'static str, fields: F) -> AnyView
    where
        F: FnOnce() -> AnyView + Send + 'static,
    {
        self.form(verb, key, name, false, fields)
    }

    fn form<F>(&self, verb: &'static str, key: &'static str, name: &'static str, files: bool, fields: F) -> AnyView
    where
        F: FnOnce() -> AnyView + Send + 'static,
    {
        let (order, version) = (self.page.card.id.to_string(), self.page.card.version);
        let typed = self.typed_into(verb);
        let refused = typed.error.is_some();
        view! {
            <Folded name=name key=key open=refused group="move">
                <Form verb=verb version=version typed=typed multipart=files>
                    <input type="hidden" name="order" value=order />
                    {fields()}
                </Form>
            </Folded>
        }
        .into_any()
    }

    /// What was typed into the form of one move.
    fn typed_into(&self, verb: &str) -> Flash {
        self.typed.of(&[("verb", verb)])
    }

    async fn accept(&self) -> Result<AnyView, Error> {
        let (lang, card) = (self.here.lang, &self.page.card);
        let all = categories::list(&self.here.db).await?;
        let categories = Choice::all(all.iter().map(|category| (category.code.as_str(), category.name.in_(lang))));
        let category = all.into_iter().find(|category| category.name == card.category).map(|category| category.code);
        let urgencies = [Urgency::Normal, Urgency::Urgent, Urgency::Emergency];
        let urgencies = Choice::all(urgencies.map(|urgency| (urgency.code(), terms::urgency(urgency, lang))));
        let urgency = card.urgency.code();
        let name = td_string!(lang, desk.accept);
        Ok(self.asking("accept-order", "A", name, move || {
            view! {
                <p class="quiet">{td_string!(lang, desk.accept_hint)}</p>
                <Select
                    name="category"
                    label=td_string!(lang, desk.category)
                    options=categories
                    value=category.unwrap_or_default()
                    required=true
                />
                <RadioCards
                    name="urgency"
                    label=td_string!(lang, desk.urgency)
                    options=urgencies
                    value=urgency
                    required=true
                    columns=true
                />
                <Button>{name}</Button>
            }
            .into_any()
        }))
    }

    fn dispatch(&self) -> AnyView {
        let (lang, units) = (self.here.lang, &self.page.units);
        let leads = Choice::all(units.iter().map(|unit| (unit.id.to_string(), unit_name(unit, lang))));
        let cos = std::iter::once(Choice::new("", td_string!(lang, desk.no_co))).chain(leads.clone()).collect();
        let suggested = units.iter().find(|unit| !unit.basis.is_empty());
        let (lead, basis) = suggested.map(|unit| (unit.id.to_string(), unit.basis.clone())).unwrap_or_default();
        let name = td_string!(lang, desk.dispatch);
        self.asking("dispatch-order", "D", name, move || {
            view! {
                <p class="quiet">{td_string!(lang, desk.dispatch_hint)}</p>
                <Select name="lead" label=td_string!(lang, desk.lead) options=leads value=lead required=true />
                <Select name="co" label=td_string!(lang, desk.co) options=cos />
                <TextInput name="basis" label=td_string!(lang, desk.basis) value=basis required=true />
                <Button>{name}</Button>
            }
            .into_any()
        })
    }

    fn log_contact(&self) -> AnyView {
        let lang = self.here.lang;
        let ways = Choice::all(ContactWay::ALL.iter().map(|way| (way.code(), terms::contact_way(*way, lang))));
        let outcomes = ContactOutcome::ALL.iter().map(|it| (it.code(), terms::contact_outcome(*it, lang)));
        let outcomes = Choice::all(outcomes);
        let name = td_string!(lang, desk.log_contact);
        self.asking("log-contact", "C", name, move || {
            view! {
                <RadioCards
                    name="way"
                    label=td_string!(lang, desk.contact_how)
                    options=ways
                    value=ContactWay::Phone.code()
                    required=true
                    columns=true
                />
                <RadioCards
                    name="outcome"
                    label=td_string!(lang, desk.contact_outcome)
                    options=outcomes
                    required=true
                    columns=true
                />
                <TextArea name="note" label=td_string!(lang, desk.contact_note) rows=2 max=NOTE_MAX />
                <Button>{name}</Button>
            }
            .into_any()
        })
    }

    async fn submit_reply(&self) -> Result<AnyView, Error> {
        let lang = self.here.lang;
        let results = Choice::all(Outcome::ALL.iter().map(|outcome| (outcome.code(), terms::outcome(*outcome, lang))));
        let name = td_string!(lang, desk.submit_reply);
        let staged = photos::staged(self.here, StagedFor::Reply(self.page.card.id)).await?;
        let staged = photos::returned(&staged, &self.typed_into("submit-reply")).unwrap_or_default();
        Ok(self.form("submit-reply", "R", name, true, move || {
            view! {
                <p class="quiet">{td_string!(lang, desk.submit_reply_hint)}</p>
                <RadioCards name="result" label=td_string!(lang, desk.result) options=results required=true columns=true />
                <TextArea name="reply" label=td_string!(lang, desk.public_reply) rows=5 max=REPLY_MAX required=true />
                <PhotoPicker
                    label=td_string!(lang, desk.photos_after)
                    max=usize::try_from(PHOTOS_MAX).unwrap_or_default()
                    staged=staged
                />
                <TextArea name="internal" label=td_string!(lang, desk.internal_note) rows=2 max=NOTE_MAX />
                <Button>{name}</Button>
            }
            .into_any()
        }))
    }

    fn send_back(&self) -> AnyView {
        let lang = self.here.lang;
        let name = td_string!(lang, desk.send_back);
        self.asking("send-back-reply", "X", name, move || {
            view! {
                <TextArea name="remark" label=td_string!(lang, desk.remark) rows=3 max=NOTE_MAX required=true />
                <Button look=Look::Secondary>{name}</Button>
            }
            .into_any()
        })
    }

    fn follow_up(&self) -> AnyView {
        let lang = self.here.lang;
        let told = |told: &Told| (told.code(), terms::told(*told, lang));
        let contacted = Choice::all([Told::Yes, Told::No].iter().map(told));
        let solved = Choice::all(Told::ALL.iter().map(told));
        let marks = Choice::all((1..=5).rev().map(|mark| (mark.to_string(), mark.to_string())));
        let name = td_string!(lang, desk.follow_up);
        self.asking("follow-up", "V", name, move || {
            view! {
                <RadioCards name="contacted" label=td_string!(lang, desk.contacted) options=contacted required=true columns=true />
                <RadioCards name="solved" label=td_string!(lang, desk.solved) options=solved required=true columns=true />
                <RadioCards name="satisfied" label=td_string!(lang, desk.satisfied) options=marks required=true columns=true />
                <TextArea name="note" label=td_string!(lang, desk.follow_up_note) rows=2 max=NOTE_MAX />
                <Button>{name}</Button>
            }
            .into_any()
        })
    }
}

/// A unit with how much it has open, marked when it usually answers for such a matter.
fn unit_name(unit: &UnitChoice, lang: Lang) -> String {
    let open = td_string!(lang, desk.open_orders, n = unit.open_orders);
    let suggested = if unit.basis.is_empty() { "" } else { td_string!(lang, desk.suggested) };
    format!("{}{suggested} · {open}", unit.name.in_(lang))
}
