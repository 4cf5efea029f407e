//! The stages of pacts.md as data: every move with who assents, what it needs and when it is possible.
//!
//! Four readings are ours. A stage is left late when nobody came to it in time: being late is shown, never a way out. No
//! quorum and a lost vote are stated as soon as nothing said against the count is open; only a valid result waits out its
//! days. While the clock stands still the pact moves on by being resumed or by an ordered correction alone. An ordered
//! correction that nobody takes up again ends the pact.

use super::Evidence as E;
use super::Move as M;
use super::Office::{Branch, Chair, Committee, Drafter, Street, Supervision, Teller};
use super::Stage::{Down1, Down2, Down3, Ended, InForce, Notice, Publish, Sign, Up1, Up2, Up3};
use super::profile::Windows;
use super::quorum::Outcome;
use super::stage::Facts;
use super::{Ending, Evidence, Move, Office, Stage};

coded! {
    /// What a move needs to be there.
    pub enum Need {
        /// The minutes of the party study.
        PartyStudy = "party_study",
        /// The topics.
        Topics = "topics",
        /// A draft with clauses, within the limits.
        Draft = "draft",
        /// A text that differs from the published one.
        NewVersion = "new_version",
        /// The text delivered to every household.
        Delivery = "delivery",
        /// An answer with a reason to every opinion.
        OpinionAnswers = "opinion_answers",
        /// A text in which the adopted opinions show.
        AdoptedChanges = "adopted_changes",
        /// The party members' meeting, closed with minutes.
        PartyMeeting = "party_meeting",
        /// The representatives' meeting, closed with minutes.
        RepresentativesMeeting = "representatives_meeting",
        /// A decision on every amendment.
        Amendments = "amendments",
        /// The street office's legal review.
        LegalReview = "legal_review",
        /// The women's-rights check.
        WomensRightsCheck = "womens_rights_check",
        /// The final text with its hash.
        TextHash = "text_hash",
        /// The roll.
        Roll = "roll",
        /// An answer to every objection to the roll.
        RollAnswers = "roll_answers",
        /// The agenda of the vote.
        Agenda = "agenda",
        /// Every paper entered by two people who read the same.
        PaperEntries = "paper_entries",
        /// An answer to every objection to the result.
        ResultAnswers = "result_answers",
        /// An objection to the result, to be upheld.
        ResultObjection = "result_objection",
        /// The photo of the posted text on its first day.
        PostingDay1 = "posting_day_1",
        /// The photo of the posted text on its fifteenth day.
        PostingDay15 = "posting_day_15",
        /// The receipt of the office where it is filed.
        FilingReceipt = "filing_receipt",
        /// A legal objection that is open.
        LawObjection = "law_objection",
        /// An answer to every legal objection.
        LawAnswers = "law_answers",
        /// The order to correct.
        CorrectionOrder = "correction_order",
        /// The day of the review.
        ReviewDay = "review_day",
        /// The pact that takes its place, in force.
        Successor = "successor",
    }
}

impl Need {
    /// Whether it is there.
    #[must_use]
    pub fn is_met(self, facts: &Facts) -> bool {
        let has = |evidence: Evidence| facts.evidence.contains(&evidence);
        match self {
            Self::PartyStudy => has(E::PartyStudy),
            Self::Topics => has(E::Topics),
            Self::Draft => facts.draft_ready,
            Self::NewVersion => facts.draft_ready && facts.draft_changed,
            Self::Delivery => facts.households > 0 && facts.delivered >= facts.households,
            Self::OpinionAnswers => facts.opinions_open == 0,
            Self::AdoptedChanges => facts.opinions_adopted == 0 || facts.draft_changed,
            Self::PartyMeeting => facts.party_meeting_closed,
            Self::RepresentativesMeeting => facts.representatives_meeting_closed,
            Self::Amendments => facts.amendments_open == 0,
            Self::LegalReview => has(E::LegalReview),
            Self::WomensRightsCheck => has(E::WomensRightsCheck),
            Self::TextHash => facts.text_hash,
            Self::Roll => facts.roll_drawn,
            Self::RollAnswers => facts.roll_objections_open == 0,
            Self::Agenda => has(E::Agenda),
            Self::PaperEntries => facts.papers_open == 0,
            Self::ResultAnswers => facts.result_objections_open == 0,
            Self::ResultObjection => has(E::ResultObjection),
            Self::PostingDay1 => has(E::PostingDay1),
            Self::PostingDay15 => has(E::PostingDay15),
            Self::FilingReceipt => facts.rules.filing.is_none() || has(E::FilingReceipt),
            Self::LawObjection => facts.law_objections_open > 0,
            Self::LawAnswers => facts.law_objections_open == 0,
            Self::CorrectionOrder => has(E::CorrectionOrder),
            Self::ReviewDay => facts.review_on.is_some(),
            Self::Successor => facts.successor_in_force,
        }
    }
}

/// A window of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Consultation.
    Consult,
    /// Analysis.
    Analyse,
    /// Objections to the result.
    ResultObjections,
    /// Posted in public.
    Publish,
}

impl Windows {
    /// The days of a window.
    #[must_use]
    pub const fn days(&self, span: Span) -> u16 {
        match span {
            Span::Consult => self.consult.days,
            Span::Analyse => self.analyse.days,
            Span::ResultObjections => self.result_objections.days,
            Span::Publish => self.publish.days,
        }
    }
}

/// When a move is possible within its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At any time.
    Open,
    /// When these days are over.
    AtLeast(Span),
    /// At any time, expected within these days.
    AtMost(Span),
    /// When the days of notice are over; with a recorded reason, when the days to object to the roll are.
    NoticeOrShort,
    /// When everybody has signed, or the days of signing are over.
    SignedOrOver,
    /// After the day of the review.
    ReviewDay,
}

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this stage; its clock begins anew and nothing is paused.
    Stage(Stage),
    /// The stage stays.
    Same,
}

/// Assents that a move needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Any of these offices.
    pub any_of: &'static [Office],
    /// From so many different people.
    pub people: u8,
}

coded! {
    /// Who is told of a move.
    pub enum Hears {
        /// Every household it concerns.
        Residents = "residents",
        /// Who wrote an opinion.
        Writers = "writers",
        /// Who holds an office of the pact.
        Officers = "officers",
        /// Who stands on the roll.
        Voters = "voters",
        /// Who signed.
        Signers = "signers",
    }
}

/// Whether a row is open while the clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paused {
    /// Only while it runs.
    No,
    /// Only while it stands still.
    Only,
    /// In both cases.
    Either,
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The stages it leads on from.
    pub from: &'static [Stage],
    /// The move.
    pub mv: Move,
    /// Where it leads.
    pub to: To,
    /// The result it belongs to, if it belongs to one.
    pub outcome: Option<Outcome>,
    /// With [`Move::End`]: the ending.
    pub ending: Option<Ending>,
    /// Who assents; empty for what the clock or another pact alone brings about.
    pub seats: &'static [Seat],
    /// Whether it happens by itself when it is due.
    pub clock: bool,
    /// When it is possible.
    pub window: Window,
    /// What has to be there.
    pub needs: &'static [Need],
    /// Whether a reason is given in public.
    pub reason: bool,
    /// Whether it is possible while the clock stands still.
    pub paused: Paused,
    /// The usual way on; the others are for what went wrong.
    pub usual: bool,
    /// Who is told.
    pub told: &'static [Hears],
}

impl Row {
    /// Whether it leads on from where the pact is, with its result, paused or not.
    #[must_use]
    pub fn fits(&self, facts: &Facts) -> bool {
        self.from.contains(&facts.stage)
            && (self.outcome.is_none() || self.outcome == facts.outcome)
            && match self.paused {
                Paused::No => facts.paused_at.is_none(),
                Paused::Only => facts.paused_at.is_some(),
                Paused::Either => true,
            }
    }
}

const fn one(any_of: &'static [Office]) -> Seat {
    Seat { any_of, people: 1 }
}

const OPEN: &[Stage] = &[Up1, Down1, Up2, Down2, Up3, Notice, Down3, Stage::Result, Sign, Publish];
const BRANCH_AND_COMMITTEE: &[Seat] = &[one(&[Branch]), one(&[Committee])];
const COMMITTEE: &[Seat] = &[one(&[Committee])];
const DRAFTER: &[Seat] = &[one(&[Drafter])];
const CHAIR_AND_TWO_TELLERS: &[Seat] = &[one(&[Chair]), Seat { any_of: &[Teller], people: 2 }];
const SUPERVISION: &[Seat] = &[one(&[Supervision])];
const STREET_AND_SUPERVISION: &[Seat] = &[one(&[Street]), one(&[Supervision])];
const STREET_OR_SUPERVISION: &[Seat] = &[one(&[Street, Supervision])];

/// The usual row; the others say what differs.
const ROW: Row = Row {
    from: &[],
    mv: M::OpenConsult,
    to: To::Same,
    outcome: None,
    ending: None,
    seats: &[],
    clock: false,
    window: Window::Open,
    needs: &[],
    reason: false,
    paused: Paused::No,
    usual: true,
    told: &[],
};

/// Every row.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    Row {
        from: &[Up1], mv: M::OpenConsult, to: To::Stage(Down1), seats: BRANCH_AND_COMMITTEE,
        needs: &[Need::PartyStudy, Need::Topics, Need::Draft],
        told: &[Hears::Residents, Hears::Officers], ..ROW
    },
    Row {
        from: &[Down1], mv: M::RestartConsult, to: To::Same, seats: COMMITTEE,
        needs: &[Need::NewVersion],
        reason: true, usual: false, told: &[Hears::Residents, Hears::Writers], ..ROW
    },
    Row {
        from: &[Down1], mv: M::CloseConsult, to: To::Stage(Up2), seats: COMMITTEE,
        window: Window::AtLeast(Span::Consult), needs: &[Need::Delivery],
        told: &[Hears::Writers, Hears::Officers], ..ROW
    },
    Row {
        from: &[Up2], mv: M::SubmitAnalysis, to: To::Stage(Down2), seats: DRAFTER,
        window: Window::AtMost(Span::Analyse), needs: &[Need::OpinionAnswers, Need::Draft, Need::AdoptedChanges],
        told: &[Hears::Writers, Hears::Officers], ..ROW
    },
    Row {
        from: &[Down2], mv: M::CloseDeliberation, to: To::Stage(Up3), seats: COMMITTEE,
        needs: &[Need::PartyMeeting, Need::RepresentativesMeeting, Need::Amendments, Need::Draft],
        told: &[Hears::Officers], ..ROW
    },
    Row {
        from: &[Up3], mv: M::Freeze, to: To::Stage(Notice), seats: BRANCH_AND_COMMITTEE,
        needs: &[Need::Draft, Need::LegalReview, Need::WomensRightsCheck, Need::TextHash],
        told: &[Hears::Residents, Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Notice], mv: M::OpenVote, to: To::Stage(Down3), seats: COMMITTEE,
        window: Window::NoticeOrShort, needs: &[Need::TextHash, Need::Agenda, Need::Roll, Need::RollAnswers],
        told: &[Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Down3], mv: M::CloseVote, to: To::Stage(Stage::Result), seats: CHAIR_AND_TWO_TELLERS,
        needs: &[Need::PaperEntries],
        told: &[Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Stage::Result], mv: M::ConfirmResult, to: To::Stage(Sign), outcome: Some(Outcome::Passed), seats: SUPERVISION,
        window: Window::AtLeast(Span::ResultObjections), needs: &[Need::ResultAnswers],
        told: &[Hears::Residents, Hears::Voters], ..ROW
    },
    Row {
        from: &[Stage::Result], mv: M::NoQuorum, to: To::Stage(Notice), outcome: Some(Outcome::NoQuorum), seats: SUPERVISION,
        needs: &[Need::ResultAnswers],
        told: &[Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Stage::Result], mv: M::Rejected, to: To::Stage(Up2), outcome: Some(Outcome::Rejected), seats: SUPERVISION,
        needs: &[Need::ResultAnswers],
        told: &[Hears::Residents, Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Stage::Result], mv: M::DeclareInvalid, to: To::Stage(Notice), seats: STREET_AND_SUPERVISION,
        needs: &[Need::ResultObjection],
        reason: true, usual: false, told: &[Hears::Voters, Hears::Officers], ..ROW
    },
    Row {
        from: &[Sign], mv: M::CloseSigning, to: To::Stage(Publish), seats: COMMITTEE, clock: true,
        window: Window::SignedOrOver,
        told: &[Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: &[Publish], mv: M::IntoForce, to: To::Stage(InForce), seats: BRANCH_AND_COMMITTEE,
        window: Window::AtLeast(Span::Publish), needs: &[Need::PostingDay1, Need::PostingDay15, Need::FilingReceipt],
        told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: &[Up3, Notice], mv: M::MaterialChange, to: To::Stage(Down2), seats: BRANCH_AND_COMMITTEE,
        reason: true, usual: false, told: &[Hears::Residents, Hears::Officers], ..ROW
    },
    Row {
        from: &[Stage::Result, Sign, Publish, InForce], mv: M::OrderCorrection, to: To::Stage(Up2), seats: STREET_AND_SUPERVISION,
        needs: &[Need::CorrectionOrder],
        reason: true, paused: Paused::Either, usual: false, told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: OPEN, mv: M::Pause, to: To::Same, seats: STREET_OR_SUPERVISION,
        needs: &[Need::LawObjection],
        reason: true, usual: false, told: &[Hears::Residents, Hears::Officers], ..ROW
    },
    Row {
        from: OPEN, mv: M::Resume, to: To::Same, seats: STREET_OR_SUPERVISION,
        needs: &[Need::LawAnswers],
        paused: Paused::Only, told: &[Hears::Residents, Hears::Officers], ..ROW
    },
    Row {
        from: &[InForce], mv: M::End, to: To::Stage(Ended), ending: Some(Ending::Expired), clock: true,
        window: Window::ReviewDay, needs: &[Need::ReviewDay],
        told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: &[InForce], mv: M::End, to: To::Stage(Ended), ending: Some(Ending::Superseded), clock: true,
        needs: &[Need::Successor],
        usual: false, told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: &[InForce], mv: M::End, to: To::Stage(Ended), ending: Some(Ending::CorrectionOrdered), seats: STREET_AND_SUPERVISION,
        needs: &[Need::CorrectionOrder],
        reason: true, usual: false, told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
    Row {
        from: &[InForce], mv: M::End, to: To::Stage(Ended), ending: Some(Ending::Annulled), seats: STREET_AND_SUPERVISION,
        reason: true, usual: false, told: &[Hears::Residents, Hears::Signers, Hears::Officers], ..ROW
    },
];
