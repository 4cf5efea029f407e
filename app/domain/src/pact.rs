//! A pact 公约: a text that neighbours agree on in three rounds up and down, vote on and sign. Its kinds,
//! stages and moves, and the rules of pacts.md as plain functions: nothing here reads a clock or a database.

pub mod ballot;
pub mod clause;
pub mod next;
pub mod opinion;
pub mod profile;
pub mod quorum;
pub mod stage;
pub mod statement;
pub mod table;
mod words;
pub mod zigzag;

pub use clause::{Change, Clause, ClauseDiff};
pub use next::{Ahead, Next, ahead, what_next};
pub use opinion::Stances;
pub use profile::{Basis, Counting, RuleProfile};
pub use quorum::{Count, Outcome, Reckoning, Tally, reckon};
pub use stage::{Facts, Ready, Refusal, Wanted, assents_missing, check, check_clock, may_assent};
pub use table::{Need, TABLE};
pub use words::{Answer, Capacity, Channel, Choice, Evidence, Secrecy, Stance, Way};
pub use zigzag::{Passed, Point, Step, zigzag};

coded! {
    /// What sort of pact it is; the law that governs it follows from it (pacts.md, Kinds and rules).
    pub enum Kind {
        /// 居民公约 of an urban residents' committee.
        ResidentConvention = "resident_convention",
        /// 村规民约 of a village.
        VillageRules = "village_rules",
        /// 管理规约 of the owners of a compound.
        OwnersCovenant = "owners_covenant",
        /// 楼栋约定: a compound's or stairway's own pledge; it binds those who sign it.
        BuildingPledge = "building_pledge",
    }
}

coded! {
    /// Where a pact is on its way (pacts.md, Stages).
    pub enum Stage {
        /// 一上: branch and committee draft it.
        Up1 = "up1",
        /// 一下: every household is asked.
        Down1 = "down1",
        /// 二上: the drafters answer every opinion.
        Up2 = "up2",
        /// 二下: party members and representatives deliberate.
        Down2 = "down2",
        /// 三上: the final text is checked and frozen.
        Up3 = "up3",
        /// 公告: text, agenda and roll are announced.
        Notice = "notice",
        /// 三下: the vote.
        Down3 = "down3",
        /// 结果: the result waits for objections.
        Result = "result",
        /// 一签: each household signs.
        Sign = "sign",
        /// 公布: the signed text hangs on the board and is filed.
        Publish = "publish",
        /// 生效: it is kept.
        InForce = "in_force",
        /// 终止: it no longer applies, see [`Ending`].
        Ended = "ended",
    }
}

impl Stage {
    /// Whether it is still on its way: neither in force nor ended. Only such a pact can be paused.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::InForce | Self::Ended)
    }
}

coded! {
    /// Why a pact ended.
    pub enum Ending {
        /// Another pact took its place.
        Superseded = "superseded",
        /// Its time ran out without a review.
        Expired = "expired",
        /// An authority ordered it to be corrected, and it was not taken up again.
        CorrectionOrdered = "correction_ordered",
        /// It was declared void.
        Annulled = "annulled",
    }
}

coded! {
    /// What a person is in one pact; nobody is two things in the same pact.
    pub enum Office {
        /// 党支部: the party branch.
        Branch = "branch",
        /// 居（村）委会 or the owners' committee.
        Committee = "committee",
        /// 起草小组: the drafting group.
        Drafter = "drafter",
        /// 会议主持人: chairs the vote.
        Chair = "chair",
        /// 计票人: counts the vote; two are needed.
        Teller = "teller",
        /// 监督委员会: the supervision committee.
        Supervision = "supervision",
        /// 街道（乡镇）: the street office or township.
        Street = "street",
    }
}

coded! {
    /// What can be done to a pact (pacts.md, Stages).
    pub enum Move {
        /// The draft goes to every household.
        OpenConsult = "open_consult",
        /// A new version begins the consultation anew.
        RestartConsult = "restart_consult",
        /// The consultation ends.
        CloseConsult = "close_consult",
        /// Every opinion is answered, a second version is there.
        SubmitAnalysis = "submit_analysis",
        /// Both meetings are over, their amendments decided.
        CloseDeliberation = "close_deliberation",
        /// The final text is frozen, the roll drawn and announced.
        Freeze = "freeze",
        /// The vote opens.
        OpenVote = "open_vote",
        /// The vote is closed and counted.
        CloseVote = "close_vote",
        /// The result stands; signing begins.
        ConfirmResult = "confirm_result",
        /// Too few took part: it is announced again.
        NoQuorum = "no_quorum",
        /// It was voted down: the text is worked on again.
        Rejected = "rejected",
        /// An objection to the result was upheld: it is announced and voted again.
        DeclareInvalid = "declare_invalid",
        /// Signing ends.
        CloseSigning = "close_signing",
        /// It has hung on the board and is filed: it applies.
        IntoForce = "into_force",
        /// The frozen text has to change in substance.
        MaterialChange = "material_change",
        /// An authority orders a correction.
        OrderCorrection = "order_correction",
        /// A grounded legal objection stops the clock.
        Pause = "pause",
        /// The objection is answered, the clock goes on.
        Resume = "resume",
        /// It ends, see [`Ending`].
        End = "end",
    }
}
