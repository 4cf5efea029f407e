//! The table of stages against a second reading of the chapter, and what must hold of any such table.

use super::{any_facts, beijing, complete};
use chrono::Duration;
use gongzhi_domain::Error;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::pact::stage::{begin_of, day_of, seats};
use gongzhi_domain::pact::table::{Need, Paused, Row, To, Window};
use gongzhi_domain::pact::{
    Ending, Evidence, Kind, Move, Office, Outcome, Refusal, Stage, TABLE, assents_missing, check, check_clock,
    may_assent,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The chapter's rows, read once more by hand: stages, move, stage after (`=` the same), who (`+` and, `/` or, `T2` two tellers,
/// `*` by itself too), window, needs. B branch, C committee, D drafters, H chair, S supervision, X street.
const SPEC: &str = "
    up1     | open_consult       | down1    | B+C   | -            | party_study topics draft
    down1   | restart_consult    | =        | C     | -            | new_version
    down1   | close_consult      | up2      | C     | >=15         | delivery
    up2     | submit_analysis    | down2    | D     | <=30         | opinion_answers draft adopted_changes
    down2   | close_deliberation | up3      | C     | -            | party_meeting representatives_meeting amendments draft
    up3     | freeze             | notice   | B+C   | -            | draft legal_review womens_rights_check text_hash
    notice  | open_vote          | down3    | C     | notice       | text_hash agenda roll roll_answers
    down3   | close_vote         | result   | H+T2  | -            | paper_entries
    result  | confirm_result     | sign     | S     | >=5          | result_answers
    result  | no_quorum          | notice   | S     | -            | result_answers
    result  | rejected           | up2      | S     | -            | result_answers
    result  | declare_invalid    | notice   | X+S   | -            | result_objection
    sign    | close_signing      | publish  | C*    | all or 30    |
    publish | into_force         | in_force | B+C   | >=15         | posting_day_1 posting_day_15 filing_receipt
    up3 notice | material_change | down2    | B+C   | -            |
    result sign publish in_force | order_correction | up2 | X+S | - | correction_order
    up1 down1 up2 down2 up3 notice down3 result sign publish | pause  | = | X/S | - | law_objection
    up1 down1 up2 down2 up3 notice down3 result sign publish | resume | = | X/S | - | law_answers
    in_force | end expired            | ended | *   | review       | review_day
    in_force | end superseded         | ended | *   | -            | successor
    in_force | end correction_ordered | ended | X+S | -            | correction_order
    in_force | end annulled           | ended | X+S | -            |
";

fn words<T: std::fmt::Display>(list: impl IntoIterator<Item = T>) -> String {
    list.into_iter().map(|word| word.to_string()).collect::<Vec<_>>().join(" ")
}

fn letter(office: &Office) -> &'static str {
    match office {
        Office::Branch => "B",
        Office::Committee => "C",
        Office::Drafter => "D",
        Office::Chair => "H",
        Office::Teller => "T",
        Office::Supervision => "S",
        Office::Street => "X",
    }
}

fn said(row: &Row) -> Vec<String> {
    let rules = gongzhi_domain::pact::RuleProfile::built_in(Kind::ResidentConvention).windows;
    let to = match row.to {
        To::Stage(stage) => stage.to_string(),
        To::Same => "=".to_owned(),
    };
    let who = row.seats.iter().map(|seat| {
        let offices = seat.any_of.iter().map(letter).collect::<Vec<_>>().join("/");
        if seat.people == 1 { offices } else { format!("{offices}{}", seat.people) }
    });
    let who = who.collect::<Vec<_>>().join("+") + if row.clock { "*" } else { "" };
    let window = match row.window {
        Window::Open => "-".to_owned(),
        Window::AtLeast(span) => format!(">={}", rules.days(span)),
        Window::AtMost(span) => format!("<={}", rules.days(span)),
        Window::NoticeOrShort => "notice".to_owned(),
        Window::SignedOrOver => format!("all or {}", rules.sign.days),
        Window::ReviewDay => "review".to_owned(),
    };
    let mv = row.ending.map_or_else(|| row.mv.to_string(), |ending| format!("{} {ending}", row.mv));
    vec![words(row.from), mv, to, who, window, words(row.needs)]
}

#[test]
fn the_table_is_the_chapter() {
    let spec: Vec<Vec<String>> = SPEC
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').map(|cell| words(cell.split_whitespace())).collect())
        .collect();
    let table: Vec<Vec<String>> = TABLE.iter().map(said).collect();
    assert_eq!(table, spec);
}

#[test]
fn the_table_is_whole() {
    for mv in Move::ALL {
        assert!(TABLE.iter().any(|row| row.mv == *mv), "{mv} has no row");
        let people: BTreeSet<String> = TABLE
            .iter()
            .filter(|row| row.mv == *mv && !row.seats.is_empty())
            .map(|row| format!("{:?}", row.seats))
            .collect();
        assert!(people.len() <= 1, "{mv} is made by different people");
    }
    for need in Need::ALL {
        assert!(TABLE.iter().any(|row| row.needs.contains(need)), "nothing needs {need}");
    }
    for ending in Ending::ALL {
        assert_eq!(TABLE.iter().filter(|row| row.ending == Some(*ending)).count(), 1, "{ending}");
    }
    for row in TABLE {
        assert!(!row.from.is_empty() && !row.told.is_empty(), "{row:?}");
        assert!(row.clock || !row.seats.is_empty(), "nobody makes {row:?}");
        let offices: Vec<&Office> = row.seats.iter().flat_map(|seat| seat.any_of).collect();
        assert_eq!(offices.len(), offices.iter().collect::<BTreeSet<_>>().len(), "an office sits twice: {row:?}");
        assert_eq!(row.ending.is_some(), row.to == To::Stage(Stage::Ended));
    }
}

#[test]
fn every_stage_is_reached_and_left() {
    let mut reached = BTreeSet::from([Stage::Up1]);
    for _ in Stage::ALL {
        for row in TABLE.iter().filter(|row| row.usual) {
            if let (To::Stage(to), true) = (row.to, row.from.iter().any(|from| reached.contains(from))) {
                reached.insert(to);
            }
        }
    }
    assert_eq!(reached.len(), Stage::ALL.len());
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Ended) {
        assert!(
            TABLE.iter().any(|row| row.usual && row.from.contains(stage) && row.to != To::Same),
            "{stage} is never left"
        );
    }
    assert!(!TABLE.iter().any(|row| row.from.contains(&Stage::Ended)), "the end is the end");
}

#[test]
fn the_whole_way_from_draft_to_in_force() {
    for kind in Kind::ALL {
        let mut at = beijing("2026-03-01 09:00");
        let mut stage = Stage::Up1;
        for mv in [
            Move::OpenConsult,
            Move::CloseConsult,
            Move::SubmitAnalysis,
            Move::CloseDeliberation,
            Move::Freeze,
            Move::OpenVote,
            Move::CloseVote,
            Move::ConfirmResult,
            Move::CloseSigning,
            Move::IntoForce,
        ] {
            let facts = complete(*kind, stage, at);
            if let Err(Refusal::TooEarly { from }) = check(&facts, mv, at) {
                assert!(
                    matches!(check(&facts, mv, from - Duration::seconds(1)), Err(Refusal::TooEarly { .. })),
                    "{kind} {mv}"
                );
                at = from;
            }
            stage = check(&facts, mv, at).unwrap_or_else(|refusal| panic!("{kind} {mv}: {refusal}")).to;
        }
        assert_eq!(stage, Stage::InForce);
        // 15 + 10 + 5 + 30 + 15 days, five of the starting days not counted; owners and their notice five more.
        let days = (day_of(at) - day_of(beijing("2026-03-01 09:00"))).num_days();
        assert_eq!(days, if *kind == Kind::OwnersCovenant { 85 } else { 80 }, "{kind}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let since = beijing("2026-03-01 09:00");
    let mut facts = complete(Kind::ResidentConvention, Stage::Up3, since);
    facts.evidence.remove(&Evidence::WomensRightsCheck);
    facts.text_hash = false;
    let refusal = check(&facts, Move::Freeze, since).unwrap_err();
    assert_eq!(refusal, Refusal::Missing { needs: vec![Need::WomensRightsCheck, Need::TextHash] });
    let error = Error::from(refusal);
    assert_eq!(error.status(), 409);
    assert_eq!(serde_json::from_str::<Error>(&serde_json::to_string(&error).unwrap()).unwrap(), error);

    let facts = complete(Kind::BuildingPledge, Stage::Publish, since);
    let mut unfiled = facts.clone();
    unfiled.evidence.remove(&Evidence::FilingReceipt);
    let late = since + Duration::days(40);
    assert!(check(&unfiled, Move::IntoForce, late).is_ok(), "a pledge is not filed");
    let mut unfiled = complete(Kind::OwnersCovenant, Stage::Publish, since);
    unfiled.evidence.remove(&Evidence::FilingReceipt);
    assert_eq!(
        check(&unfiled, Move::IntoForce, late).unwrap_err(),
        Refusal::Missing { needs: vec![Need::FilingReceipt] }
    );
}

#[test]
fn an_adopted_opinion_shows_in_the_text() {
    let since = beijing("2026-03-01 09:00");
    let mut facts = complete(Kind::VillageRules, Stage::Up2, since);
    facts.draft_changed = false;
    assert_eq!(
        check(&facts, Move::SubmitAnalysis, since).unwrap_err(),
        Refusal::Missing { needs: vec![Need::AdoptedChanges] }
    );
    facts.opinions_adopted = 0;
    assert!(check(&facts, Move::SubmitAnalysis, since).is_ok(), "nothing was adopted, the text may stay");
    facts.opinions_open = 1;
    assert_eq!(
        check(&facts, Move::SubmitAnalysis, since).unwrap_err(),
        Refusal::Missing { needs: vec![Need::OpinionAnswers] }
    );
}

#[test]
fn a_result_leads_where_its_numbers_lead() {
    let since = beijing("2026-03-01 09:00");
    let later = since + Duration::days(10);
    let ways = [
        (Outcome::Passed, Move::ConfirmResult, Stage::Sign),
        (Outcome::NoQuorum, Move::NoQuorum, Stage::Notice),
        (Outcome::Rejected, Move::Rejected, Stage::Up2),
    ];
    for (outcome, right, to) in ways {
        let mut facts = complete(Kind::ResidentConvention, Stage::Result, since);
        facts.outcome = Some(outcome);
        for (_, mv, _) in ways {
            match check(&facts, mv, later) {
                Ok(ready) => assert_eq!((mv, ready.to), (right, to)),
                Err(refusal) => {
                    assert_ne!(mv, right);
                    let Refusal::NotHere { possible, .. } = refusal else { panic!("{refusal}") };
                    assert!(possible.contains(&right) && !possible.contains(&mv));
                }
            }
        }
        facts.outcome = None;
        assert!(ways.iter().all(|(_, mv, _)| check(&facts, *mv, later).is_err()), "an uncounted vote leads nowhere");
    }
}

#[test]
fn endings_and_who_brings_them_about() {
    let since = beijing("2026-03-01 09:00");
    let mut facts = complete(Kind::ResidentConvention, Stage::InForce, since);
    assert!(matches!(check(&facts, Move::End, since), Err(Refusal::NotHere { .. })), "an end has a reason");
    facts.ending = Some(Ending::Expired);
    assert_eq!(check(&facts, Move::End, since).unwrap_err(), Refusal::Missing { needs: vec![Need::ReviewDay] });
    let day = day_of(since) + Duration::days(1_000);
    facts.review_on = Some(day);
    let over = begin_of(day + Duration::days(1));
    assert_eq!(
        check_clock(&facts, Move::End, over - Duration::seconds(1)).unwrap_err(),
        Refusal::TooEarly { from: over }
    );
    assert_eq!(check_clock(&facts, Move::End, over).unwrap().to, Stage::Ended);
    facts.ending = Some(Ending::Superseded);
    assert_eq!(check_clock(&facts, Move::End, since).unwrap_err(), Refusal::Missing { needs: vec![Need::Successor] });
    facts.ending = Some(Ending::Annulled);
    assert!(check(&facts, Move::End, since).is_ok());
    assert!(check_clock(&facts, Move::End, since).is_err(), "the clock annuls nothing");
}

#[test]
fn assents_are_of_different_people() {
    let [a, b, c] = [1, 2, 3].map(|n| PersonId::from_uuid(uuid::Uuid::from_u128(n)));
    let missing = |mv, given: &[(PersonId, Office)]| {
        assents_missing(mv, given).into_iter().map(|wanted| (wanted.any_of, wanted.people)).collect::<Vec<_>>()
    };
    assert_eq!(missing(Move::Freeze, &[]), [(vec![Office::Branch], 1), (vec![Office::Committee], 1)]);
    assert_eq!(missing(Move::Freeze, &[(a, Office::Branch)]), [(vec![Office::Committee], 1)]);
    assert_eq!(missing(Move::Freeze, &[(a, Office::Branch), (a, Office::Committee)]), [(vec![Office::Committee], 1)]);
    assert_eq!(missing(Move::Freeze, &[(a, Office::Branch), (b, Office::Committee)]), []);
    assert_eq!(
        missing(Move::CloseVote, &[(a, Office::Chair), (b, Office::Teller), (b, Office::Teller)]),
        [(vec![Office::Teller], 1)]
    );
    assert_eq!(missing(Move::CloseVote, &[(a, Office::Chair), (b, Office::Teller), (c, Office::Teller)]), []);
    assert_eq!(missing(Move::Pause, &[]), [(vec![Office::Street, Office::Supervision], 1)]);
    assert_eq!(missing(Move::Pause, &[(a, Office::Supervision)]), []);
    assert_eq!(missing(Move::End, &[(a, Office::Street)]), [(vec![Office::Supervision], 1)]);
    assert!(may_assent(Move::CloseVote, Office::Teller) && !may_assent(Move::CloseVote, Office::Committee));
    for mv in [Move::OpenConsult, Move::Freeze, Move::CloseVote, Move::MaterialChange, Move::OrderCorrection, Move::End]
    {
        assert!(
            seats(mv).iter().map(|seat| seat.people).sum::<u8>() >= 2,
            "{mv} cannot be undone and needs two people"
        );
    }
}

proptest! {
    /// A refusal always says something that helps, and what it says is true.
    #[test]
    fn refusals_are_true(facts in any_facts(), hours in 0_i64..3_000) {
        let now = beijing("2026-01-01 00:00") + Duration::hours(hours);
        for mv in Move::ALL {
            match check(&facts, *mv, now) {
                Ok(ready) => {
                    prop_assert!(ready.row.from.contains(&facts.stage));
                    prop_assert!(facts.paused_at.is_none() || ready.row.paused != Paused::No);
                    prop_assert!(ready.row.needs.iter().all(|need| need.is_met(&facts)));
                }
                Err(Refusal::TooEarly { from }) => {
                    prop_assert!(from > now);
                    let then = check(&facts, *mv, from);
                    prop_assert!(!matches!(then, Err(Refusal::TooEarly { .. })), "{} refused again: {:?}", mv, then);
                }
                Err(Refusal::Missing { needs }) => prop_assert!(!needs.is_empty() && needs.iter().all(|need| !need.is_met(&facts))),
                Err(Refusal::NotHere { possible, .. }) => {
                    prop_assert!(!possible.contains(mv) || *mv == Move::End);
                    prop_assert!(possible.iter().all(|other| facts.rows().any(|row| row.mv == *other)));
                }
            }
        }
    }
}
