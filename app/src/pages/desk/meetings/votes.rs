//! Other wordings: moved, counted by hand, the arithmetic in sight.

use gongzhi_api::Here;
use gongzhi_api::form::Flash;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::meeting::AMENDMENT_MAX;
use gongzhi_store::meetings::{AmendmentLine, DeskMeeting};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::count;
use crate::components::{Badge, Button, Choice, Diff, Folded, Form, Look, Select, TextArea, TextInput, Tone};
use crate::pages::meetings::about;

/// What is voted on; nothing where nothing is and nothing can be.
pub(super) fn part(here: &Here, meeting: &DeskMeeting, flash: &Flash, running: bool, lang: Lang) -> AnyView {
    if meeting.amendments.is_empty() && !meeting.may_amend {
        return ().into_any();
    }
    let rows = meeting.amendments.iter().map(|line| one(meeting, line, flash, running, lang)).collect::<Vec<_>>();
    let form = meeting.may_amend.then(|| {
        let typed = flash.of(&[("verb", "amend")]);
        let open = typed.error.is_some();
        let clauses = std::iter::once(Choice::new("", td_string!(lang, meetings.amend_new)))
            .chain(meeting.clauses.iter().zip(1_usize..).map(|(clause, no)| {
                let begin: String = clause.text.chars().take(24).collect();
                Choice::new(clause.id.to_string(), format!("{no}. {begin}"))
            }))
            .collect::<Vec<_>>();
        let (id, key) = (meeting.card.id.to_string(), here.db.new_id().to_string());
        view! {
            <Folded name=td_string!(lang, meetings.amend) key="A" open=open small=true>
                <Form
                    verb="amend-clause"
                    back=format!("/desk/meetings/{id}#amendments")
                    typed=typed
                    apart="amend"
                    key=key
                >
                    <input type="hidden" name="meeting" value=id />
                    <Select name="clause" label=td_string!(lang, meetings.amend_clause) options=clauses />
                    <TextArea
                        name="text"
                        label=td_string!(lang, meetings.amend_text)
                        hint=td_string!(lang, meetings.amend_hint)
                        max=AMENDMENT_MAX
                    />
                    <TextArea name="english" label=td_string!(lang, meetings.amend_english) rows=2 />
                    <TextInput name="moved_by" label=td_string!(lang, meetings.amend_by) />
                    <Button>{td_string!(lang, meetings.amend_button)}</Button>
                </Form>
            </Folded>
        }
    });
    view! {
        <section class="stack" id="amendments">
            <h3>{td_string!(lang, meetings.amendments)}</h3>
            {form}
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn one(meeting: &DeskMeeting, line: &AmendmentLine, flash: &Flash, running: bool, lang: Lang) -> AnyView {
    let id = line.id.to_string();
    let result = match line.count {
        None => view! { <Badge tone=Tone::Amber text=td_string!(lang, meetings.not_counted) /> }.into_any(),
        Some(count) if count.adopted() => {
            view! { <Badge tone=Tone::Jade text=td_string!(lang, meetings.adopted) /> }.into_any()
        }
        Some(_) => view! { <Badge text=td_string!(lang, meetings.not_adopted) /> }.into_any(),
    };
    let arithmetic = line.count.map(|hands| count::arithmetic(hands, &line.fewer, lang));
    let words = match (line.before.is_empty(), line.text.is_empty()) {
        (_, true) => view! {
            <p class="written"><del>{line.before.clone()}</del></p>
            <p>{td_string!(lang, meetings.amendment_out)}</p>
        }
        .into_any(),
        (true, false) => view! { <p class="written">{line.text.clone()}</p> }.into_any(),
        (false, false) => view! { <Diff old=line.before.clone() new=line.text.clone() /> }.into_any(),
    };
    let by = (!line.moved_by.is_empty()).then(|| {
        view! { <p class="quiet">{td_string!(lang, meetings.amend_by)}" "{line.moved_by.clone()}</p> }
    });
    let back = format!("/desk/meetings/{}#a-{id}", meeting.card.id);
    let count = running.then(|| {
        let typed = flash.of(&[("verb", "count"), ("amendment", &id)]);
        let of = vec![("amendment", id.clone())];
        count::form("count-amendment", &back, of, line.count, &line.fewer, meeting.counted, typed)
    });
    let may_take_back = line.count.is_none() && meeting.card.state == gongzhi_domain::meeting::MeetingState::Open;
    let take_back = may_take_back.then(|| {
        let of = format!(" {}", line.position);
        view! {
            <Form verb="take-back-amendment" back=back inline=true>
                <input type="hidden" name="amendment" value=id />
                <Button look=Look::Quiet small=true>
                    {td_string!(lang, meetings.take_back)}
                    <span class="hidden-text">{of}</span>
                </Button>
            </Form>
        }
    });
    view! {
        <li class="home-door" id=format!("a-{}", line.id)>
            <p class="row row-apart">
                <b>{line.position}". "{about(line, lang)}</b>
                {result}
            </p>
            {words}
            {by}
            {arithmetic}
            {count}
            {take_back}
        </li>
    }
    .into_any()
}
