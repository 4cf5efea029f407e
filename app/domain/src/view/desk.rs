//! What staff are shown at the desk.

use super::public::{EventName, Photo, Place, ReplyView, TimelineEntry};
use crate::clock::{Clock, Health, Hours, Reading};
use crate::content::{ContentKind, ContentState, Verdict, WaitReason};
use crate::ids::{AttachmentId, ContentId, OrderId, RequestId, UnitId};
use crate::lang::Named;
use crate::number::RequestNumber;
use crate::order::{Flags, Move, Mover, Need, Stage, State, Urgency, Version};
use crate::request::{Channel, Kind, Visibility};
use crate::text::{Masked, Span};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

coded! {
    /// A view of the inbox (requests.md, At the desk).
    pub enum InboxView {
        /// What I can do something about.
        Mine = "mine",
        /// What my units have.
        MyUnits = "my_units",
        /// Waits to be accepted.
        ToAccept = "to_accept",
        /// Waits to be dispatched.
        ToDispatch = "to_dispatch",
        /// Waits for approval.
        ToApprove = "to_approve",
        /// Due today.
        DueToday = "due_today",
        /// Overdue.
        Overdue = "overdue",
        /// Returned, or asked to be.
        Returned = "returned",
        /// Supervised.
        Supervised = "supervised",
        /// In no grid.
        Unrouted = "unrouted",
        /// To follow up.
        ToFollowUp = "to_follow_up",
        /// Everything the reader may read.
        All = "all",
    }
}

/// How many orders one view holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// The view.
    pub view: InboxView,
    /// How many.
    pub count: u32,
}

/// One page of the inbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    /// What each view holds.
    pub counts: Vec<Calls>,
    /// The orders of this view.
    pub cards: Vec<OrderCard>,
    /// Where the next page begins; `None` on the last.
    pub cursor: Option<String>,
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderCard {
    /// Its id.
    pub id: OrderId,
    /// The number of its first request.
    pub number: RequestNumber,
    /// The first line of that request's original text.
    pub title: String,
    /// What kind it is.
    pub kind: Kind,
    /// Its category.
    pub category: Named,
    /// Where it is.
    pub area: Named,
    /// Its state.
    pub state: State,
    /// 收转办回.
    pub stage: Option<Stage>,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What stands beside the state.
    pub flags: Flags,
    /// The lead unit.
    pub lead: Option<Named>,
    /// When its first request was filed.
    pub filed_at: DateTime<Utc>,
    /// When the clock that runs now is due.
    pub due: Option<DateTime<Utc>>,
    /// How that clock looks.
    pub health: Health,
    /// How many requests it answers.
    pub requests: u32,
    /// How many photos there are.
    pub photos: u32,
    /// The version.
    pub version: Version,
}

/// A clock as a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// Which clock.
    pub clock: Clock,
    /// Minutes used.
    pub used_minutes: u32,
    /// Minutes it may take.
    pub limit_minutes: u32,
    /// Which hours count.
    pub hours: Hours,
    /// When it is due.
    pub due: Option<DateTime<Utc>>,
    /// How it looks.
    pub state: Health,
}

impl From<Reading> for ClockView {
    fn from(reading: Reading) -> Self {
        Self {
            clock: reading.clock,
            used_minutes: reading.used.0,
            limit_minutes: reading.limit.0,
            hours: reading.hours,
            due: reading.due,
            state: reading.health,
        }
    }
}

impl ClockView {
    /// How full the bar is, 0 to 100.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let share = u64::from(self.used_minutes) * 100 / u64::from(self.limit_minutes.max(1));
        u8::try_from(share.min(100)).unwrap_or(100)
    }
}

/// A move the reader may make now: a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveView {
    /// The move.
    pub mv: Move,
    /// What it must bring.
    pub needs: Vec<Need>,
    /// Who makes it, for the tooltip.
    pub by: Vec<Mover>,
}

impl From<&crate::order::Transition> for MoveView {
    fn from(row: &crate::order::Transition) -> Self {
        Self { mv: row.mv, needs: row.needs.to_vec(), by: row.by.to_vec() }
    }
}

/// A request of an order, as staff see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// Its id.
    pub id: RequestId,
    /// Its number.
    pub number: RequestNumber,
    /// What kind it is.
    pub kind: Kind,
    /// The original text.
    pub text: String,
    /// Its photos, hidden ones too.
    pub photos: Vec<Photo>,
    /// Where it is, exactly.
    pub place: Place,
    /// The name, masked; empty when none was given.
    pub contact_name: String,
    /// The number, masked; `None` for an anonymous request.
    pub contact_phone: Option<String>,
    /// Whether the reader may see the contact in full, with a reason.
    pub can_reveal: bool,
    /// What the resident chose.
    pub visibility: Visibility,
    /// How it came in.
    pub channel: Channel,
    /// When.
    pub filed_at: DateTime<Utc>,
    /// Whether its resident withdrew (States #22).
    pub detached: bool,
}

/// A unit an order can be dispatched to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitChoice {
    /// Its id.
    pub id: UnitId,
    /// Its name.
    pub name: Named,
    /// Why it is offered, from the catalogue; empty when it is only one of all.
    pub basis: String,
    /// How many open orders it has.
    pub open_orders: u32,
}

/// One order with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderPage {
    /// What a list shows of it.
    pub card: OrderCard,
    /// Its requests.
    pub requests: Vec<OrderRequest>,
    /// What happened, everything.
    pub history: Vec<TimelineEntry>,
    /// Its clocks.
    pub clocks: Vec<ClockView>,
    /// What the reader may do now.
    pub moves: Vec<MoveView>,
    /// The lead unit.
    pub lead: Option<UnitChoice>,
    /// The co-units.
    pub co_units: Vec<UnitChoice>,
    /// Where it can be dispatched to; empty when the reader cannot dispatch now.
    pub units: Vec<UnitChoice>,
    /// The reply that was given, or waits for approval.
    pub reply: Option<ReplyView>,
    /// The content and version to name when a photo of the reply is turned off or on; for whoever moderates it, once it
    /// was given.
    pub reply_moderated: Option<(ContentId, Version)>,
    /// What only staff read, newest first.
    pub internal_notes: Vec<TimelineEntry>,
    /// The five moments 发现 受理 化解 确认 反馈, as far as they have come.
    pub moments: Vec<(EventName, DateTime<Utc>)>,
}

/// A photo in the moderation queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModerationPhoto {
    /// Its id.
    pub id: AttachmentId,
    /// Width of the large copy in pixels.
    pub width: u32,
    /// Height of the large copy in pixels.
    pub height: u32,
    /// Whether it is turned off.
    pub off: bool,
}

/// One thing that waits for a moderator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModerationItem {
    /// Its id.
    pub content: ContentId,
    /// What it is.
    pub kind: ContentKind,
    /// How it stands.
    pub state: ContentState,
    /// The number of the request it belongs to, if it does.
    pub number: Option<RequestNumber>,
    /// What else it belongs to: the title of a pact, a room.
    pub about: Option<Named>,
    /// What was written.
    pub original: String,
    /// The public copy with private numbers masked.
    pub public: String,
    /// What was masked, in characters of the original.
    pub masked: Vec<Masked>,
    /// The difference between both.
    pub spans: Vec<Span>,
    /// Why it waits.
    pub reasons: Vec<WaitReason>,
    /// Its photos.
    pub photos: Vec<ModerationPhoto>,
    /// Where it belongs.
    pub area: Named,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The version a verdict must name.
    pub version: Version,
}

/// One page of the moderation queue, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModerationQueue {
    /// What waits.
    pub items: Vec<ModerationItem>,
    /// How many wait in all.
    pub waiting: u32,
    /// Where the next page begins; `None` on the last.
    pub cursor: Option<String>,
    /// The verdicts the reader may give.
    pub verdicts: Vec<Verdict>,
}
