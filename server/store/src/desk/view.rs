//! What each view of the desk asks of an order (requests.md, "At the desk").

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::order::State;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::view::InboxView;

use crate::calendar::end_of_local_day;
use crate::db::Db;

/// The views that are counted beside the list.
pub(super) const COUNTED: &[InboxView] = &[
    InboxView::Mine,
    InboxView::ToAccept,
    InboxView::ToDispatch,
    InboxView::MyUnits,
    InboxView::ToApprove,
    InboxView::DueToday,
    InboxView::Overdue,
    InboxView::Supervised,
    InboxView::ToFollowUp,
];

/// The states in which somebody has something to do with a limit.
const RUNNING: &[State] = &[State::Received, State::Accepted, State::Dispatched, State::Handling, State::ReplyReview];

/// What an order in a view fulfils; the parameters of `order_in_view`.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub states: Vec<String>,
    pub due_before: Option<DateTime<Utc>>,
    pub supervised: bool,
    pub waits_for: Option<&'static str>,
    /// This area, without what lies below it.
    pub area_alone: Option<String>,
    /// What the reader's units were given, even where the reader has areas.
    pub by_unit: bool,
}

impl Asked {
    fn in_states(states: &[State]) -> Self {
        Self { states: states.iter().map(ToString::to_string).collect(), ..Self::default() }
    }

    /// What a view asks for this reader; `None` when it has nothing for them.
    pub fn by(view: InboxView, db: &Db, actor: &Actor, root: Option<&AreaPath>) -> Option<Self> {
        let is_manager = || actor.roles().contains(&Role::UnitManager);
        Some(match view {
            InboxView::Mine => return Self::of_next_steps(actor),
            InboxView::MyUnits => Self {
                by_unit: true,
                ..Self::in_states(&[
                    State::Dispatched,
                    State::Handling,
                    State::NeedInfo,
                    State::Suspended,
                    State::ReplyReview,
                ])
            },
            InboxView::ToAccept => Self::in_states(&[State::Received]),
            InboxView::ToDispatch => Self::in_states(&[State::Accepted]),
            InboxView::ToApprove => Self { by_unit: is_manager(), ..Self::in_states(&[State::ReplyReview]) },
            InboxView::DueToday => Self { due_before: Some(end_of_local_day(db.today())), ..Self::in_states(RUNNING) },
            InboxView::Overdue => Self { due_before: Some(db.now()), ..Self::in_states(RUNNING) },
            InboxView::Returned => Self { waits_for: Some("return"), ..Self::in_states(RUNNING) },
            InboxView::Supervised => Self { supervised: true, ..Self::in_states(State::OPEN) },
            InboxView::Unrouted => Self { area_alone: root.map(ToString::to_string), ..Self::in_states(RUNNING) },
            InboxView::ToFollowUp => Self::in_states(&[State::Replied]),
            InboxView::All => Self::in_states(State::ALL),
        })
    }

    /// The states whose next step belongs to one of the actor's roles. Whoever works in a unit only is shown what
    /// the unit was given; a clerk who also works in one is shown the office's share.
    fn of_next_steps(actor: &Actor) -> Option<Self> {
        let roles = actor.roles();
        let is = |role: Role| roles.contains(&role);
        let unit_work = is(Role::Handler) || is(Role::UnitManager);
        let by_unit = unit_work && !is(Role::Clerk) && !is(Role::Dispatcher) && !is(Role::FollowUpOfficer);
        let steps: &[(bool, &[State])] = &[
            (is(Role::Clerk), &[State::Received]),
            (is(Role::Dispatcher), &[State::Accepted]),
            (is(Role::Handler) && by_unit, &[State::Dispatched, State::Handling]),
            (is(Role::UnitManager) && by_unit, &[State::ReplyReview]),
            (is(Role::FollowUpOfficer), &[State::Replied]),
        ];
        let states: Vec<State> =
            steps.iter().filter(|(theirs, _)| *theirs).flat_map(|(_, states)| states.iter().copied()).collect();
        (!states.is_empty()).then(|| Self { by_unit, ..Self::in_states(&states) })
    }
}
