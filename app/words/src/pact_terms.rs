//! The words for what the rules of pacts name: kinds, stages, offices, moves, what is missing. One place, so that the
//! pact's page, the desk, the result and a refusal say the same.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::pact::quorum::LineOf;
use gongzhi_domain::pact::{
    Answer, Basis, Capacity, Channel, Choice, Ending, Evidence, Kind, Move, Need, Office, Outcome, Passed, Point,
    Secrecy, Stage, Stance, Way,
};

use crate::td_string;

/// What sort of pact it is.
#[must_use]
pub fn kind(it: Kind, lang: Lang) -> &'static str {
    match it {
        Kind::ResidentConvention => td_string!(lang, pact_terms.kind_resident_convention),
        Kind::VillageRules => td_string!(lang, pact_terms.kind_village_rules),
        Kind::OwnersCovenant => td_string!(lang, pact_terms.kind_owners_covenant),
        Kind::BuildingPledge => td_string!(lang, pact_terms.kind_building_pledge),
    }
}

/// Where a pact is.
#[must_use]
pub fn stage(it: Stage, lang: Lang) -> &'static str {
    match it {
        Stage::Up1 => td_string!(lang, pact_terms.stage_up1),
        Stage::Down1 => td_string!(lang, pact_terms.stage_down1),
        Stage::Up2 => td_string!(lang, pact_terms.stage_up2),
        Stage::Down2 => td_string!(lang, pact_terms.stage_down2),
        Stage::Up3 => td_string!(lang, pact_terms.stage_up3),
        Stage::Notice => td_string!(lang, pact_terms.stage_notice),
        Stage::Down3 => td_string!(lang, pact_terms.stage_down3),
        Stage::Result => td_string!(lang, pact_terms.stage_result),
        Stage::Sign => td_string!(lang, pact_terms.stage_sign),
        Stage::Publish => td_string!(lang, pact_terms.stage_publish),
        Stage::InForce => td_string!(lang, pact_terms.stage_in_force),
        Stage::Ended => td_string!(lang, pact_terms.stage_ended),
    }
}

/// A point of the path, in a word.
#[must_use]
pub fn point(it: Point, lang: Lang) -> &'static str {
    match it {
        Point::Begun => td_string!(lang, pact_terms.point_begun),
        Point::Up1 => td_string!(lang, pact_terms.point_up1),
        Point::Down1 => td_string!(lang, pact_terms.point_down1),
        Point::Up2 => td_string!(lang, pact_terms.point_up2),
        Point::Down2 => td_string!(lang, pact_terms.point_down2),
        Point::Up3 => td_string!(lang, pact_terms.point_up3),
        Point::Down3 => td_string!(lang, pact_terms.point_down3),
        Point::Sign => td_string!(lang, pact_terms.point_sign),
        Point::InForce => td_string!(lang, pact_terms.point_in_force),
    }
}

/// Whether a point is behind, here or ahead; read out beside the drawing.
#[must_use]
pub fn passed(it: Passed, lang: Lang) -> &'static str {
    match it {
        Passed::Done => td_string!(lang, pact_terms.passed_done),
        Passed::Now => td_string!(lang, pact_terms.passed_now),
        Passed::Later => td_string!(lang, pact_terms.passed_later),
    }
}

/// Why a pact ended.
#[must_use]
pub fn ending(it: Ending, lang: Lang) -> &'static str {
    match it {
        Ending::Superseded => td_string!(lang, pact_terms.ending_superseded),
        Ending::Expired => td_string!(lang, pact_terms.ending_expired),
        Ending::CorrectionOrdered => td_string!(lang, pact_terms.ending_correction_ordered),
        Ending::Annulled => td_string!(lang, pact_terms.ending_annulled),
    }
}

/// What a person is in one pact.
#[must_use]
pub fn office(it: Office, lang: Lang) -> &'static str {
    match it {
        Office::Branch => td_string!(lang, pact_terms.office_branch),
        Office::Committee => td_string!(lang, pact_terms.office_committee),
        Office::Drafter => td_string!(lang, pact_terms.office_drafter),
        Office::Chair => td_string!(lang, pact_terms.office_chair),
        Office::Teller => td_string!(lang, pact_terms.office_teller),
        Office::Supervision => td_string!(lang, pact_terms.office_supervision),
        Office::Street => td_string!(lang, pact_terms.office_street),
    }
}

/// What can be done to a pact, as the words of a button or a line of the calendar.
#[must_use]
pub fn step(it: Move, lang: Lang) -> &'static str {
    match it {
        Move::OpenConsult => td_string!(lang, pact_terms.step_open_consult),
        Move::RestartConsult => td_string!(lang, pact_terms.step_restart_consult),
        Move::CloseConsult => td_string!(lang, pact_terms.step_close_consult),
        Move::SubmitAnalysis => td_string!(lang, pact_terms.step_submit_analysis),
        Move::CloseDeliberation => td_string!(lang, pact_terms.step_close_deliberation),
        Move::Freeze => td_string!(lang, pact_terms.step_freeze),
        Move::OpenVote => td_string!(lang, pact_terms.step_open_vote),
        Move::CloseVote => td_string!(lang, pact_terms.step_close_vote),
        Move::ConfirmResult => td_string!(lang, pact_terms.step_confirm_result),
        Move::NoQuorum => td_string!(lang, pact_terms.step_no_quorum),
        Move::Rejected => td_string!(lang, pact_terms.step_rejected),
        Move::DeclareInvalid => td_string!(lang, pact_terms.step_declare_invalid),
        Move::CloseSigning => td_string!(lang, pact_terms.step_close_signing),
        Move::IntoForce => td_string!(lang, pact_terms.step_into_force),
        Move::MaterialChange => td_string!(lang, pact_terms.step_material_change),
        Move::OrderCorrection => td_string!(lang, pact_terms.step_order_correction),
        Move::Pause => td_string!(lang, pact_terms.step_pause),
        Move::Resume => td_string!(lang, pact_terms.step_resume),
        Move::End => td_string!(lang, pact_terms.step_end),
    }
}

/// What is still missing.
#[must_use]
pub fn need(it: Need, lang: Lang) -> &'static str {
    match it {
        Need::PartyStudy => td_string!(lang, pact_terms.need_party_study),
        Need::Topics => td_string!(lang, pact_terms.need_topics),
        Need::Draft => td_string!(lang, pact_terms.need_draft),
        Need::NewVersion => td_string!(lang, pact_terms.need_new_version),
        Need::Delivery => td_string!(lang, pact_terms.need_delivery),
        Need::OpinionAnswers => td_string!(lang, pact_terms.need_opinion_answers),
        Need::AdoptedChanges => td_string!(lang, pact_terms.need_adopted_changes),
        Need::PartyMeeting => td_string!(lang, pact_terms.need_party_meeting),
        Need::RepresentativesMeeting => td_string!(lang, pact_terms.need_representatives_meeting),
        Need::Amendments => td_string!(lang, pact_terms.need_amendments),
        Need::LegalReview => td_string!(lang, pact_terms.need_legal_review),
        Need::WomensRightsCheck => td_string!(lang, pact_terms.need_womens_rights_check),
        Need::TextHash => td_string!(lang, pact_terms.need_text_hash),
        Need::Roll => td_string!(lang, pact_terms.need_roll),
        Need::RollAnswers => td_string!(lang, pact_terms.need_roll_answers),
        Need::Agenda => td_string!(lang, pact_terms.need_agenda),
        Need::PaperEntries => td_string!(lang, pact_terms.need_paper_entries),
        Need::ResultAnswers => td_string!(lang, pact_terms.need_result_answers),
        Need::ResultObjection => td_string!(lang, pact_terms.need_result_objection),
        Need::PostingDay1 => td_string!(lang, pact_terms.need_posting_day_1),
        Need::PostingDay15 => td_string!(lang, pact_terms.need_posting_day_15),
        Need::FilingReceipt => td_string!(lang, pact_terms.need_filing_receipt),
        Need::LawObjection => td_string!(lang, pact_terms.need_law_objection),
        Need::LawAnswers => td_string!(lang, pact_terms.need_law_answers),
        Need::CorrectionOrder => td_string!(lang, pact_terms.need_correction_order),
        Need::ReviewDay => td_string!(lang, pact_terms.need_review_day),
        Need::Successor => td_string!(lang, pact_terms.need_successor),
    }
}

/// What is recorded beside a pact.
#[must_use]
pub fn evidence(it: Evidence, lang: Lang) -> &'static str {
    match it {
        Evidence::PartyStudy => td_string!(lang, pact_terms.evidence_party_study),
        Evidence::Topics => td_string!(lang, pact_terms.evidence_topics),
        Evidence::LegalReview => td_string!(lang, pact_terms.evidence_legal_review),
        Evidence::WomensRightsCheck => td_string!(lang, pact_terms.evidence_womens_rights_check),
        Evidence::Agenda => td_string!(lang, pact_terms.evidence_agenda),
        Evidence::ShortNotice => td_string!(lang, pact_terms.evidence_short_notice),
        Evidence::PostingDay1 => td_string!(lang, pact_terms.evidence_posting_day_1),
        Evidence::PostingDay15 => td_string!(lang, pact_terms.evidence_posting_day_15),
        Evidence::FilingReceipt => td_string!(lang, pact_terms.evidence_filing_receipt),
        Evidence::LawObjection => td_string!(lang, pact_terms.evidence_law_objection),
        Evidence::LawObjectionAnswer => td_string!(lang, pact_terms.evidence_law_objection_answer),
        Evidence::CorrectionOrder => td_string!(lang, pact_terms.evidence_correction_order),
        Evidence::ResultObjection => td_string!(lang, pact_terms.evidence_result_objection),
        Evidence::ResultObjectionAnswer => td_string!(lang, pact_terms.evidence_result_objection_answer),
    }
}

/// What somebody says to a clause.
#[must_use]
pub fn stance(it: Stance, lang: Lang) -> &'static str {
    match it {
        Stance::Agree => td_string!(lang, pact_terms.stance_agree),
        Stance::Change => td_string!(lang, pact_terms.stance_change),
        Stance::Object => td_string!(lang, pact_terms.stance_object),
    }
}

/// What became of an opinion.
#[must_use]
pub fn answer(it: Answer, lang: Lang) -> &'static str {
    match it {
        Answer::Adopted => td_string!(lang, pact_terms.answer_adopted),
        Answer::Partly => td_string!(lang, pact_terms.answer_partly),
        Answer::NotAdopted => td_string!(lang, pact_terms.answer_not_adopted),
    }
}

/// What a ballot says.
#[must_use]
pub fn choice(it: Choice, lang: Lang) -> &'static str {
    match it {
        Choice::Yes => td_string!(lang, pact_terms.choice_yes),
        Choice::No => td_string!(lang, pact_terms.choice_no),
        Choice::Abstain => td_string!(lang, pact_terms.choice_abstain),
    }
}

/// Whether the vote is secret.
#[must_use]
pub fn secrecy(it: Secrecy, lang: Lang) -> &'static str {
    match it {
        Secrecy::Open => td_string!(lang, pact_terms.secrecy_open),
        Secrecy::Secret => td_string!(lang, pact_terms.secrecy_secret),
    }
}

/// As what somebody votes or signs.
#[must_use]
pub fn capacity(it: Capacity, lang: Lang) -> &'static str {
    match it {
        Capacity::Resident => td_string!(lang, pact_terms.capacity_resident),
        Capacity::Villager => td_string!(lang, pact_terms.capacity_villager),
        Capacity::Owner => td_string!(lang, pact_terms.capacity_owner),
        Capacity::Representative => td_string!(lang, pact_terms.capacity_representative),
        Capacity::PartyMember => td_string!(lang, pact_terms.capacity_party_member),
        Capacity::Signer => td_string!(lang, pact_terms.capacity_signer),
    }
}

/// How something came in.
#[must_use]
pub fn channel(it: Channel, lang: Lang) -> &'static str {
    match it {
        Channel::Phone => td_string!(lang, pact_terms.channel_phone),
        Channel::Assisted => td_string!(lang, pact_terms.channel_assisted),
        Channel::Paper => td_string!(lang, pact_terms.channel_paper),
    }
}

/// How a text reached a household.
#[must_use]
pub fn way(it: Way, lang: Lang) -> &'static str {
    match it {
        Way::Push => td_string!(lang, pact_terms.way_push),
        Way::Door => td_string!(lang, pact_terms.way_door),
        Way::Post => td_string!(lang, pact_terms.way_post),
    }
}

/// What one vote is.
#[must_use]
pub fn basis(it: Basis, lang: Lang) -> &'static str {
    match it {
        Basis::Households => td_string!(lang, pact_terms.basis_households),
        Basis::Adults => td_string!(lang, pact_terms.basis_adults),
        Basis::Representatives => td_string!(lang, pact_terms.basis_representatives),
        Basis::Owners => td_string!(lang, pact_terms.basis_owners),
        Basis::OwnersSpecial => td_string!(lang, pact_terms.basis_owners_special),
        Basis::Signers => td_string!(lang, pact_terms.basis_signers),
    }
}

/// How a vote ended.
#[must_use]
pub fn outcome(it: Outcome, lang: Lang) -> &'static str {
    match it {
        Outcome::Passed => td_string!(lang, pact_terms.outcome_passed),
        Outcome::Rejected => td_string!(lang, pact_terms.outcome_rejected),
        Outcome::NoQuorum => td_string!(lang, pact_terms.outcome_no_quorum),
    }
}

/// What a line of the arithmetic asks.
#[must_use]
pub fn line(it: LineOf, lang: Lang) -> &'static str {
    match it {
        LineOf::QuorumHeads => td_string!(lang, pact_terms.line_quorum_heads),
        LineOf::QuorumArea => td_string!(lang, pact_terms.line_quorum_area),
        LineOf::PassHeads => td_string!(lang, pact_terms.line_pass_heads),
        LineOf::PassArea => td_string!(lang, pact_terms.line_pass_area),
    }
}

/// Several things one after the other: `甲、乙`, `a, b`.
#[must_use]
pub fn list(names: impl IntoIterator<Item = &'static str>, lang: Lang) -> String {
    let between = match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    };
    names.into_iter().collect::<Vec<_>>().join(between)
}
