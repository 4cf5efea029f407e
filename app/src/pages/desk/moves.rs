//! The moves that are legal now for the reader, each a form with its button. What is not legal is not shown.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::error::Error;
use gongzhi_domain::order::{Move, Outcome, Urgency};
use gongzhi_domain::request::{NOTE_MAX, REPLY_MAX};
use gongzhi_domain::view::desk::OrderPage;
use gongzhi_store::categories;
use gongzhi_words::{td_string, terms};
use leptos::prelude::*;

use crate::components::{Button, Choice, Form, Look, RadioCards, Select, TextArea, TextInput};

/// The forms, the most likely move first and open.
///
/// # Errors
/// When the database does not answer.
pub async fn forms(here: &Here, page: &OrderPage, typed: &Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
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
            Move::Accept => Some(accept(here, page, typed).await?),
            Move::Dispatch => Some(dispatch(here, page, typed)),
            Move::StartHandling => Some(start(here, page)),
            Move::LogContact => Some(log_contact(here, page, typed)),
            Move::SubmitReply => Some(submit_reply(here, page, typed)),
            Move::SendBack => Some(send_back(here, page, typed)),
            Move::ApproveReply => Some(approve(here, page)),
            Move::Close => Some(follow_up(here, page, typed)),
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

/// One move, folded unless it is the first: its name opens it.
fn folded(name: &str, key: &'static str, content: AnyView) -> AnyView {
    view! {
        <details class="move" name="move">
            <summary class="button button-secondary" aria-keyshortcuts=key>
                {name.to_owned()}
                <kbd class="key" aria-hidden="true">{key}</kbd>
            </summary>
            {content}
        </details>
    }
    .into_any()
}

fn order_field(page: &OrderPage) -> impl IntoView + use<> {
    view! { <input type="hidden" name="order" value=page.card.id.to_string() /> }
}

async fn accept(here: &Here, page: &OrderPage, typed: &Flash) -> Result<AnyView, Error> {
    let (page, typed) = (page.clone(), typed.clone());
    let lang = here.lang;
    let all = categories::list(&here.db).await?;
    let options = all.iter().map(|category| Choice::new(category.code.clone(), category.name.in_(lang))).collect();
    let chosen = all.iter().find(|category| category.name == page.card.category).map(|category| category.code.clone());
    let urgencies = [Urgency::Normal, Urgency::Urgent, Urgency::Emergency]
        .map(|urgency| Choice::new(urgency.code(), terms::urgency(urgency, lang)))
        .to_vec();
    let category =
        if typed.value("category").is_empty() { chosen.unwrap_or_default() } else { typed.value("category") };
    let urgency =
        if typed.value("urgency").is_empty() { page.card.urgency.code().to_owned() } else { typed.value("urgency") };
    let form = view! {
        <Form verb="accept-order" version=page.card.version>
            {order_field(&page)}
            <p class="quiet">{td_string!(lang, desk.accept_hint)}</p>
            <Select
                name="category"
                label=td_string!(lang, desk.category)
                options=options
                value=category
                required=true
                error=typed.message(lang, "category")
            />
            <RadioCards
                name="urgency"
                label=td_string!(lang, desk.urgency)
                options=urgencies
                value=urgency
                required=true
                columns=true
                error=typed.message(lang, "urgency")
            />
            <Button>{td_string!(lang, desk.accept)}</Button>
        </Form>
    };
    Ok(folded(td_string!(lang, desk.accept), "A", form.into_any()))
}

fn dispatch(here: &Here, page: &OrderPage, typed: &Flash) -> AnyView {
    let (lang, page, typed) = (here.lang, page.clone(), typed.clone());
    let name = |unit: &gongzhi_domain::view::desk::UnitChoice| {
        let open = td_string!(lang, desk.open_orders, n = unit.open_orders);
        let suggested = if unit.basis.is_empty() { "" } else { td_string!(lang, desk.suggested) };
        format!("{}{suggested} · {open}", unit.name.in_(lang))
    };
    let leads: Vec<Choice> = page.units.iter().map(|unit| Choice::new(unit.id.to_string(), name(unit))).collect();
    let suggested = page.units.iter().find(|unit| !unit.basis.is_empty());
    let lead = if typed.value("lead").is_empty() {
        suggested.map(|unit| unit.id.to_string()).unwrap_or_default()
    } else {
        typed.value("lead")
    };
    let basis = if typed.value("basis").is_empty() {
        suggested.map(|unit| unit.basis.clone()).unwrap_or_default()
    } else {
        typed.value("basis")
    };
    let mut cos = vec![Choice::new("", td_string!(lang, desk.no_co))];
    cos.extend(leads.clone());
    let form = view! {
        <Form verb="dispatch-order" version=page.card.version>
            {order_field(&page)}
            <p class="quiet">{td_string!(lang, desk.dispatch_hint)}</p>
            <Select
                name="lead"
                label=td_string!(lang, desk.lead)
                options=leads
                value=lead
                required=true
                error=typed.message(lang, "lead")
            />
            <Select
                name="co"
                label=td_string!(lang, desk.co)
                options=cos
                value=typed.value("co")
                error=typed.message(lang, "co")
            />
            <TextInput
                name="basis"
                label=td_string!(lang, desk.basis)
                value=basis
                required=true
                error=typed.message(lang, "basis")
            />
            <Button>{td_string!(lang, desk.dispatch)}</Button>
        </Form>
    };
    folded(td_string!(lang, desk.dispatch), "D", form.into_any())
}

fn start(here: &Here, page: &OrderPage) -> AnyView {
    let (lang, page) = (here.lang, page.clone());
    view! {
        <Form verb="start-handling" version=page.card.version inline=true>
            {order_field(&page)}
            <Button look=Look::Secondary key="B">{td_string!(lang, desk.start_handling)}</Button>
        </Form>
    }
    .into_any()
}

fn log_contact(here: &Here, page: &OrderPage, typed: &Flash) -> AnyView {
    let (lang, page, typed) = (here.lang, page.clone(), typed.clone());
    let ways = vec![
        Choice::new("phone", td_string!(lang, desk.how_phone)),
        Choice::new("visit", td_string!(lang, desk.how_visit)),
        Choice::new("message", td_string!(lang, desk.how_message)),
    ];
    let outcomes = vec![
        Choice::new("reached", td_string!(lang, desk.contact_reached)),
        Choice::new("no_answer", td_string!(lang, desk.contact_no_answer)),
        Choice::new("refused", td_string!(lang, desk.contact_refused)),
    ];
    let way = if typed.value("way").is_empty() { "phone".to_owned() } else { typed.value("way") };
    let form = view! {
        <Form verb="log-contact" version=page.card.version>
            {order_field(&page)}
            <RadioCards
                name="way"
                label=td_string!(lang, desk.contact_how)
                options=ways
                value=way
                required=true
                columns=true
                error=typed.message(lang, "way")
            />
            <RadioCards
                name="outcome"
                label=td_string!(lang, desk.contact_outcome)
                options=outcomes
                value=typed.value("outcome")
                required=true
                columns=true
                error=typed.message(lang, "outcome")
            />
            <TextArea
                name="note"
                label=td_string!(lang, desk.contact_note)
                value=typed.value("note")
                rows=2
                max=NOTE_MAX
                error=typed.message(lang, "note")
            />
            <Button>{td_string!(lang, desk.log_contact)}</Button>
        </Form>
    };
    folded(td_string!(lang, desk.log_contact), "C", form.into_any())
}

fn submit_reply(here: &Here, page: &OrderPage, typed: &Flash) -> AnyView {
    let (lang, page, typed) = (here.lang, page.clone(), typed.clone());
    let results = Outcome::ALL
        .iter()
        .map(|outcome| Choice::new(outcome.code(), terms::outcome(*outcome, lang)))
        .collect::<Vec<_>>();
    let form = view! {
        <Form verb="submit-reply" version=page.card.version>
            {order_field(&page)}
            <p class="quiet">{td_string!(lang, desk.submit_reply_hint)}</p>
            <RadioCards
                name="result"
                label=td_string!(lang, desk.result)
                options=results
                value=typed.value("result")
                required=true
                columns=true
                error=typed.message(lang, "result")
            />
            <TextArea
                name="reply"
                label=td_string!(lang, desk.public_reply)
                value=typed.value("reply")
                rows=5
                max=REPLY_MAX
                required=true
                error=typed.message(lang, "reply")
            />
            <TextArea
                name="internal"
                label=td_string!(lang, desk.internal_note)
                value=typed.value("internal")
                rows=2
                max=NOTE_MAX
                error=typed.message(lang, "internal")
            />
            <Button>{td_string!(lang, desk.submit_reply)}</Button>
        </Form>
    };
    folded(td_string!(lang, desk.submit_reply), "R", form.into_any())
}

fn send_back(here: &Here, page: &OrderPage, typed: &Flash) -> AnyView {
    let (lang, page, typed) = (here.lang, page.clone(), typed.clone());
    let form = view! {
        <Form verb="send-back-reply" version=page.card.version>
            {order_field(&page)}
            <TextArea
                name="remark"
                label=td_string!(lang, desk.remark)
                value=typed.value("remark")
                rows=3
                max=NOTE_MAX
                required=true
                error=typed.message(lang, "remark")
            />
            <Button look=Look::Secondary>{td_string!(lang, desk.send_back)}</Button>
        </Form>
    };
    folded(td_string!(lang, desk.send_back), "X", form.into_any())
}

fn approve(here: &Here, page: &OrderPage) -> AnyView {
    let (lang, page) = (here.lang, page.clone());
    view! {
        <Form verb="approve-reply" version=page.card.version inline=true>
            {order_field(&page)}
            <Button key="P">{td_string!(lang, desk.approve_reply)}</Button>
        </Form>
    }
    .into_any()
}

fn follow_up(here: &Here, page: &OrderPage, typed: &Flash) -> AnyView {
    let (lang, page, typed) = (here.lang, page.clone(), typed.clone());
    let yes_no =
        move || vec![Choice::new("yes", td_string!(lang, desk.yes)), Choice::new("no", td_string!(lang, desk.no))];
    let mut solved = yes_no();
    solved.insert(1, Choice::new("partly", td_string!(lang, desk.partly)));
    let marks = (1..=5).rev().map(|mark| Choice::new(mark.to_string(), mark.to_string())).collect::<Vec<_>>();
    let form = view! {
        <Form verb="follow-up" version=page.card.version>
            {order_field(&page)}
            <RadioCards
                name="contacted"
                label=td_string!(lang, desk.contacted)
                options=yes_no()
                value=typed.value("contacted")
                required=true
                columns=true
                error=typed.message(lang, "contacted")
            />
            <RadioCards
                name="solved"
                label=td_string!(lang, desk.solved)
                options=solved
                value=typed.value("solved")
                required=true
                columns=true
                error=typed.message(lang, "solved")
            />
            <RadioCards
                name="satisfied"
                label=td_string!(lang, desk.satisfied)
                options=marks
                value=typed.value("satisfied")
                required=true
                columns=true
                error=typed.message(lang, "satisfied")
            />
            <TextArea
                name="note"
                label=td_string!(lang, desk.follow_up_note)
                value=typed.value("note")
                rows=2
                max=NOTE_MAX
                error=typed.message(lang, "note")
            />
            <Button>{td_string!(lang, desk.follow_up)}</Button>
        </Form>
    };
    folded(td_string!(lang, desk.follow_up), "V", form.into_any())
}
