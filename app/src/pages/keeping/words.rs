//! The words for what the rules of keeping name.

use gongzhi_domain::keeping::{Move, Outcome, State};
use gongzhi_domain::lang::Lang;
use gongzhi_store::keeping::{Event, Part};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Step, Timeline, TimelineItem};

/// Where a matter stands.
pub fn state(it: State, lang: Lang) -> &'static str {
    match it {
        State::Received => td_string!(lang, keeping.state_received),
        State::Reply => td_string!(lang, keeping.state_reply),
        State::Panel => td_string!(lang, keeping.state_panel),
        State::Decided => td_string!(lang, keeping.state_decided),
        State::AppealPanel => td_string!(lang, keeping.state_appeal_panel),
        State::Closed => td_string!(lang, keeping.state_closed),
    }
}

/// What was done.
pub fn mv(it: Move, lang: Lang) -> &'static str {
    match it {
        Move::Report => td_string!(lang, keeping.move_report),
        Move::TurnAway => td_string!(lang, keeping.move_turn_away),
        Move::TakeUp => td_string!(lang, keeping.move_take_up),
        Move::Answer => td_string!(lang, keeping.move_answer),
        Move::AnswerOver => td_string!(lang, keeping.move_answer_over),
        Move::Find => td_string!(lang, keeping.move_find),
        Move::Appeal => td_string!(lang, keeping.move_appeal),
        Move::AppealOver => td_string!(lang, keeping.move_appeal_over),
        Move::FindAgain => td_string!(lang, keeping.move_find_again),
    }
}

/// What came of it.
pub fn outcome(it: Outcome, lang: Lang) -> &'static str {
    match it {
        Outcome::Closed => td_string!(lang, keeping.outcome_closed),
        Outcome::Reminder => td_string!(lang, keeping.outcome_reminder),
        Outcome::Mediation => td_string!(lang, keeping.outcome_mediation),
    }
}

/// What the reader is in a matter.
pub fn part(it: Part, lang: Lang) -> &'static str {
    match it {
        Part::Reporter => td_string!(lang, keeping.part_reporter),
        Part::Concerned => td_string!(lang, keeping.part_concerned),
        Part::Panel => td_string!(lang, keeping.part_panel),
    }
}

/// The course of a matter, with what was late.
pub fn course(events: &[Event], lang: Lang) -> AnyView {
    let lines = events.iter().map(|event| {
        let aside = match event.late {
            Some(true) => td_string!(lang, keeping.was_late),
            Some(false) => td_string!(lang, keeping.was_in_time),
            None => "",
        };
        let step = if event.late == Some(true) { Step::Alarm } else { Step::Done };
        view! { <TimelineItem title=mv(event.mv, lang) at=event.at aside=aside step=step /> }
    });
    let lines = lines.collect::<Vec<_>>();
    view! { <Timeline>{lines}</Timeline> }.into_any()
}
