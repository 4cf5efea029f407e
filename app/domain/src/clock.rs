//! The limits of an order, computed from a ledger of rows and the calendar; nothing here is stored as a
//! counter (requests.md, Clocks). A clock is started, paused, resumed, stopped; what it has used and
//! when it is due follows from its rows and from the policy that holds now, so that recategorising an
//! order recomputes from receipt and keeps the pauses.

mod reading;

pub use reading::{Health, Reading, due, read, used};

use crate::calendar::{Minutes, UnknownYear, WorkCalendar};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

coded! {
    /// What is measured.
    pub enum Clock {
        /// From filing to acceptance.
        Accept = "accept",
        /// From acceptance to dispatch.
        Dispatch = "dispatch",
        /// From dispatch to the first contact with the resident.
        Contact = "contact",
        /// From dispatch to the reply.
        Handling = "handling",
        /// From filing to the end.
        Total = "total",
    }
}

coded! {
    /// What happened to a clock.
    pub enum ClockEvent {
        /// It begins; what it measured in an earlier round stays in the ledger.
        Start = "start",
        /// It begins with half the limit (States #18).
        StartHalved = "start_halved",
        /// It stands still.
        Pause = "pause",
        /// It goes on.
        Resume = "resume",
        /// It ends.
        Stop = "stop",
        /// Its due time was moved (States #11).
        Extend = "extend",
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which clock.
    pub clock: Clock,
    /// What happened to it.
    pub event: ClockEvent,
    /// When.
    pub at: DateTime<Utc>,
    /// The version of the policy that held then, for the record.
    pub policy_version: i32,
    /// The new due time, for [`ClockEvent::Extend`] only.
    pub until: Option<DateTime<Utc>>,
}

impl Entry {
    /// A row without a new due time.
    #[must_use]
    pub const fn new(clock: Clock, event: ClockEvent, at: DateTime<Utc>, policy_version: i32) -> Self {
        Self { clock, event, at, policy_version, until: None }
    }
}

coded! {
    /// Which hours a limit counts.
    pub enum Hours {
        /// Work hours of work days.
        Work = "work",
        /// All of them, 24 × 7.
        AllDay = "all_day",
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How many minutes.
    pub minutes: Minutes,
    /// Of which hours.
    pub hours: Hours,
}

impl Limit {
    /// A limit in hours that count day and night.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self { minutes: Minutes::hours(hours), hours: Hours::AllDay }
    }

    /// A limit in work days of eight hours.
    #[must_use]
    pub const fn work_days(days: u32) -> Self {
        Self { minutes: Minutes::hours(days.saturating_mul(8)), hours: Hours::Work }
    }

    /// The moment it has passed.
    ///
    /// # Errors
    /// [`UnknownYear`] for work hours in a year that is not loaded.
    pub fn from(self, at: DateTime<Utc>, calendar: &WorkCalendar) -> Result<DateTime<Utc>, UnknownYear> {
        self.hours.add(at, self.minutes.duration(), calendar)
    }

    /// Half of it (States #18), at least a minute.
    #[must_use]
    pub const fn halved(self) -> Self {
        let half = self.minutes.0 / 2;
        Self { minutes: Minutes(if half == 0 { 1 } else { half }), hours: self.hours }
    }
}

impl Hours {
    /// The moment at which that much of these hours has passed.
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn add(
        self,
        from: DateTime<Utc>,
        span: Duration,
        calendar: &WorkCalendar,
    ) -> Result<DateTime<Utc>, UnknownYear> {
        match self {
            Self::Work => calendar.add_work_time(from, span),
            Self::AllDay => Ok(from.checked_add_signed(span.max(Duration::zero())).unwrap_or(from)),
        }
    }

    /// How much of these hours lies between two moments.
    ///
    /// # Errors
    /// [`UnknownYear`].
    pub fn between(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        calendar: &WorkCalendar,
    ) -> Result<Duration, UnknownYear> {
        match self {
            Self::Work => calendar.work_time_between(from, to),
            Self::AllDay => Ok((to - from).max(Duration::zero())),
        }
    }
}

/// The limits of a category, as its row holds them. All count the same hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Grows with every change of the limits.
    pub version: i32,
    /// Which hours count.
    pub hours: Hours,
    /// From filing to acceptance.
    pub accept: Minutes,
    /// From acceptance to dispatch.
    pub dispatch: Minutes,
    /// From dispatch to the first contact.
    pub contact: Minutes,
    /// From dispatch to the reply.
    pub reply: Minutes,
}

impl Policy {
    /// Emergencies: dispatched within the hour, answered within two, day and night.
    pub const EMERGENCY: Self = Self::of_category(1, Minutes::hours(1), Minutes::hours(2), Hours::AllDay);
    /// Water, power, heat: dispatched within two hours, answered within 24, day and night.
    pub const UTILITY: Self = Self::of_category(1, Minutes::hours(2), Minutes::hours(24), Hours::AllDay);
    /// The rest: dispatched within a work day, answered within seven.
    pub const ORDINARY: Self = Self::of_category(1, Minutes::hours(8), Minutes::hours(7 * 8), Hours::Work);
    /// What takes longer: dispatched within a work day, answered within fifteen.
    pub const COMPLEX: Self = Self::of_category(1, Minutes::hours(8), Minutes::hours(15 * 8), Hours::Work);

    /// The limits of a category from its fields. Accepting takes at most two hours and the first
    /// contact at most a day (States #1, #5), and neither longer than the step after it may.
    #[must_use]
    pub const fn of_category(version: i32, dispatch: Minutes, reply: Minutes, hours: Hours) -> Self {
        let day = match hours {
            Hours::Work => Minutes::hours(8),
            Hours::AllDay => Minutes::hours(24),
        };
        Self {
            version,
            hours,
            accept: smaller(Minutes::hours(2), dispatch),
            dispatch,
            contact: smaller(day, reply),
            reply,
        }
    }

    /// The limit of one clock. The total is what all steps together may take.
    #[must_use]
    pub const fn limit(&self, clock: Clock) -> Limit {
        let minutes = match clock {
            Clock::Accept => self.accept,
            Clock::Dispatch => self.dispatch,
            Clock::Contact => self.contact,
            Clock::Handling => self.reply,
            Clock::Total => Minutes(self.accept.0.saturating_add(self.dispatch.0).saturating_add(self.reply.0)),
        };
        Limit { minutes, hours: self.hours }
    }
}

const fn smaller(a: Minutes, b: Minutes) -> Minutes {
    if a.0 < b.0 { a } else { b }
}
