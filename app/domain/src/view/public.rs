//! What residents and everyone else are shown.

use crate::area::{AreaPath, Point};
use crate::content::{ContentState, HideReason};
use crate::ids::{AreaId, AttachmentId, ContentId};
use crate::lang::Named;
use crate::number::{QueryCode, RequestNumber};
use crate::order::{Move, Outcome, Stage, State, Version};
use crate::request::{Kind, Rating, Visibility};
use crate::text::Span;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A request in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestCard {
    /// Its number.
    pub number: RequestNumber,
    /// The first line of the text the reader may see; `None` where none is public.
    pub title: Option<String>,
    /// What kind it is.
    pub kind: Kind,
    /// Its category.
    pub category: Named,
    /// The area it is shown in: never smaller than a grid.
    pub area: Named,
    /// 收转办回; `None` when it left the way.
    pub stage: Option<Stage>,
    /// Where its order is.
    pub state: State,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// How many photos the reader may see.
    pub photos: u32,
    /// The photo to show small.
    pub thumb: Option<AttachmentId>,
    /// By when it is to be answered.
    pub due: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub overdue: bool,
}

/// A page of the public list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestList {
    /// The requests, newest first.
    pub cards: Vec<RequestCard>,
    /// Where the next page begins; `None` on the last.
    pub cursor: Option<String>,
}

/// One request, for everyone or for its writer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestPage {
    /// What a list shows of it.
    pub card: RequestCard,
    /// The text: the public copy, or for the writer what they wrote.
    pub text: Option<String>,
    /// The photos the reader may see.
    pub photos: Vec<Photo>,
    /// Where it is, as far as the reader may know.
    pub place: Place,
    /// What happened.
    pub timeline: Vec<TimelineEntry>,
    /// The reply; the latest, when there were several.
    pub reply: Option<ReplyView>,
    /// The rating, as far as the reader may see it.
    pub rating: Option<Rating>,
    /// What the writer chose.
    pub visibility: Visibility,
    /// Whether the reader is the writer, signed in or by code.
    pub mine: bool,
    /// Whether the reader can rate now.
    pub can_rate: bool,
    /// Whether the reader can say "not solved" now.
    pub can_redo: bool,
    /// Whether the reader can reopen it now.
    pub can_reopen: bool,
    /// Whether the reader can take it back now.
    pub can_cancel: bool,
    /// The question that waits for the writer's answer; for the writer only.
    pub question: Option<String>,
    /// The version a move must name.
    pub version: Version,
    /// Whether something of it waits for moderation.
    pub waiting_moderation: bool,
    /// What moderators did, for the writer only.
    pub notices: Vec<ContentNotice>,
}

/// A photo that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Its id, for `/files/{id}/…`.
    pub id: AttachmentId,
    /// Width of the large copy in pixels.
    pub width: u32,
    /// Height of the large copy in pixels.
    pub height: u32,
    /// Whether it shows how it is after handling.
    pub after: bool,
    /// Whether only the writer and staff see it (still waiting, or turned off).
    pub hidden: bool,
}

coded! {
    /// What happened to a request, as a timeline names it.
    pub enum EventName {
        /// It was filed.
        Filed = "filed",
        /// It was accepted.
        Accepted = "accepted",
        /// It was answered at once.
        AnsweredAtOnce = "answered_at_once",
        /// A rejection was proposed.
        RejectionProposed = "rejection_proposed",
        /// It was rejected.
        Rejected = "rejected",
        /// The rejection was refused.
        RejectionRefused = "rejection_refused",
        /// A question was asked.
        InfoAsked = "info_asked",
        /// The question was answered, or was not.
        InfoGiven = "info_given",
        /// It was dispatched.
        Dispatched = "dispatched",
        /// Handling started.
        HandlingStarted = "handling_started",
        /// The unit said that it is not theirs.
        ReturnAsked = "return_asked",
        /// It was returned.
        Returned = "returned",
        /// The return was refused.
        ReturnRefused = "return_refused",
        /// A co-unit was called in.
        Whistled = "whistled",
        /// A co-unit reported in.
        Arrived = "arrived",
        /// A co-unit gave its part.
        SubReplied = "sub_replied",
        /// A co-unit was rated.
        CoUnitRated = "co_unit_rated",
        /// The resident was contacted.
        Contacted = "contacted",
        /// More time was asked.
        ExtensionAsked = "extension_asked",
        /// More time was granted.
        Extended = "extended",
        /// More time was refused.
        ExtensionRefused = "extension_refused",
        /// A suspension was asked.
        SuspensionAsked = "suspension_asked",
        /// It was suspended.
        Suspended = "suspended",
        /// A suspension was refused.
        SuspensionRefused = "suspension_refused",
        /// It was taken up again.
        Resumed = "resumed",
        /// A reply was handed in.
        ReplySubmitted = "reply_submitted",
        /// The reply was sent back.
        ReplySentBack = "reply_sent_back",
        /// It was answered.
        Replied = "replied",
        /// It was closed.
        Closed = "closed",
        /// It is done again.
        Redone = "redone",
        /// It was opened again.
        Reopened = "reopened",
        /// It was merged.
        Merged = "merged",
        /// It was taken out of a merge.
        Unmerged = "unmerged",
        /// It was taken back.
        Cancelled = "cancelled",
        /// It was kept for safety.
        KeptForSafety = "kept_for_safety",
        /// A superior watches.
        Supervised = "supervised",
        /// Ending by rule was proposed.
        ConclusionProposed = "conclusion_proposed",
        /// It was ended by rule.
        Concluded = "concluded",
        /// Ending by rule was refused.
        ConclusionRefused = "conclusion_refused",
        /// It was rated.
        Rated = "rated",
        /// Its text was published.
        Published = "published",
        /// Its public copy was edited.
        Edited = "edited",
        /// Its text was hidden.
        Hidden = "hidden",
        /// A photo was turned off.
        PhotoOff = "photo_off",
        /// A photo was turned on.
        PhotoOn = "photo_on",
        /// A contact was shown in full.
        ContactRevealed = "contact_revealed",
    }
}

impl From<Move> for EventName {
    fn from(mv: Move) -> Self {
        match mv {
            Move::File => Self::Filed,
            Move::Accept => Self::Accepted,
            Move::AnswerAtOnce => Self::AnsweredAtOnce,
            Move::ProposeRejection => Self::RejectionProposed,
            Move::ConfirmRejection => Self::Rejected,
            Move::RefuseRejection => Self::RejectionRefused,
            Move::AskInfo => Self::InfoAsked,
            Move::GiveInfo => Self::InfoGiven,
            Move::Dispatch => Self::Dispatched,
            Move::StartHandling => Self::HandlingStarted,
            Move::AskReturn => Self::ReturnAsked,
            Move::GrantReturn => Self::Returned,
            Move::RefuseReturn => Self::ReturnRefused,
            Move::Whistle => Self::Whistled,
            Move::LogArrival => Self::Arrived,
            Move::SubmitSubReply => Self::SubReplied,
            Move::RateCoUnit => Self::CoUnitRated,
            Move::LogContact => Self::Contacted,
            Move::AskExtension => Self::ExtensionAsked,
            Move::GrantExtension => Self::Extended,
            Move::RefuseExtension => Self::ExtensionRefused,
            Move::AskSuspension => Self::SuspensionAsked,
            Move::GrantSuspension => Self::Suspended,
            Move::RefuseSuspension => Self::SuspensionRefused,
            Move::Resume => Self::Resumed,
            Move::SubmitReply => Self::ReplySubmitted,
            Move::SendBack => Self::ReplySentBack,
            Move::ApproveReply => Self::Replied,
            Move::Close => Self::Closed,
            Move::Redo => Self::Redone,
            Move::Reopen => Self::Reopened,
            Move::Merge => Self::Merged,
            Move::Unmerge => Self::Unmerged,
            Move::Cancel => Self::Cancelled,
            Move::KeepForSafety => Self::KeptForSafety,
            Move::Supervise => Self::Supervised,
            Move::ProposeConclusion => Self::ConclusionProposed,
            Move::Conclude => Self::Concluded,
            Move::RefuseConclusion => Self::ConclusionRefused,
        }
    }
}

impl EventName {
    /// Whether everyone sees it in the timeline; the rest is for staff.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(
            self,
            Self::Filed
                | Self::Accepted
                | Self::AnsweredAtOnce
                | Self::Rejected
                | Self::InfoAsked
                | Self::InfoGiven
                | Self::Dispatched
                | Self::HandlingStarted
                | Self::Returned
                | Self::Whistled
                | Self::Contacted
                | Self::Extended
                | Self::Suspended
                | Self::Resumed
                | Self::Replied
                | Self::Closed
                | Self::Redone
                | Self::Reopened
                | Self::Merged
                | Self::Unmerged
                | Self::Cancelled
                | Self::Concluded
                | Self::Rated
        )
    }
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: EventName,
    /// By which unit; `None` for residents and the clock.
    pub unit: Option<Named>,
    /// By whom; at the desk only.
    pub who: Option<String>,
    /// What was said with it, as far as the reader may see it.
    pub note: Option<String>,
    /// Minutes since the line before.
    pub took_minutes: Option<u32>,
}

/// A reply as residents read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyView {
    /// When it was given.
    pub at: DateTime<Utc>,
    /// By which unit.
    pub unit: Named,
    /// What came of it.
    pub outcome: Outcome,
    /// What it says.
    pub text: String,
    /// How it looks now.
    pub photos_after: Vec<Photo>,
}

/// What a moderator did to the writer's words or picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentNotice {
    /// Of which content.
    pub content: ContentId,
    /// How it stands now.
    pub state: ContentState,
    /// Why it was hidden.
    pub reason: Option<HideReason>,
    /// What the moderator added.
    pub note: String,
    /// What was changed in the public copy; empty when nothing was.
    pub spans: Vec<Span>,
    /// How many photos were turned off.
    pub photos_off: u32,
}

/// The name of an area in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaName {
    /// Its id.
    pub id: AreaId,
    /// Its path.
    pub path: AreaPath,
    /// Its name.
    pub name: Named,
}

/// A place as it is shown or found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The areas it lies in, from the top.
    pub chain: Vec<AreaName>,
    /// The code of the grid, if it lies in one.
    pub grid: Option<String>,
    /// The point; snapped for everyone but the writer and staff.
    pub point: Option<Point>,
    /// The place in words; for the writer and staff only.
    pub words: Option<String>,
}

/// A category on the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChoice {
    /// Its stable word.
    pub code: String,
    /// What it is called.
    pub name: Named,
    /// Whether it may be filed anonymously.
    pub anonymous_allowed: bool,
    /// Whether it asks for the consent to sensitive data.
    pub needs_consent: bool,
}

/// What somebody gets who has filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The number.
    pub number: RequestNumber,
    /// The query code; `None` when the same form was sent again and the code was given then.
    pub code: Option<QueryCode>,
    /// What happens next.
    pub next: Stage,
    /// By when.
    pub due: Option<DateTime<Utc>>,
    /// Whether somebody can be told by text message.
    pub reached: bool,
}

/// Whether filing made a request or found the one the same form had made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "filed", content = "receipt", rename_all = "snake_case")]
pub enum Filed {
    /// It was made now.
    Now(Receipt),
    /// The form had been sent before: the same number.
    Before(Receipt),
}
