//! The clock ledger of an order: rows are added by moves, as the States table says, and never
//! changed. When something is due is computed by the domain from these rows and the calendar.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::calendar::WorkCalendar;
use gongzhi_domain::clock::{self, Clock, ClockEvent, Entry, Hours, Policy};
use gongzhi_domain::ids::OrderId;
use gongzhi_domain::order::State;
use sqlx::PgConnection;

use super::load::known;
use crate::refusal::Trouble;

/// The rows of an order in the order in which they were written.
pub(crate) async fn read(conn: &mut PgConnection, order: OrderId) -> Result<Vec<Entry>, Trouble> {
    let rows = sqlx::query!(
        "select clock, event, at, until, policy_version from clock_entry where order_id = $1 order by seq",
        order.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let entry = |clock: &str, event: &str, at, until, policy_version| -> Result<Entry, Error> {
        Ok(Entry { clock: known(clock)?, event: known(event)?, at, policy_version, until })
    };
    rows.into_iter()
        .map(|row| entry(&row.clock, &row.event, row.at, row.until, row.policy_version).map_err(Trouble::from))
        .collect()
}

/// Adds what a move does to the clocks and answers the whole ledger. Halting a clock that does not
/// run, or resuming one that is not paused, changes nothing and is not written.
pub(crate) async fn write(
    tx: &mut PgConnection,
    order: OrderId,
    round: u8,
    events: &[(Clock, ClockEvent)],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, Trouble> {
    let mut ledger = read(&mut *tx, order).await?;
    let written = ledger.len();
    for (clock, event) in events {
        if has_effect(&ledger, *clock, *event) {
            ledger.push(Entry::new(*clock, *event, now, policy.version));
        }
    }
    let added = ledger.get(written..).unwrap_or_default();
    if added.is_empty() {
        return Ok(ledger);
    }
    let seqs: Vec<i32> = (written + 1..).take(added.len()).map(|seq| i32::try_from(seq).unwrap_or(i32::MAX)).collect();
    let clocks: Vec<String> = added.iter().map(|entry| entry.clock.to_string()).collect();
    let events: Vec<String> = added.iter().map(|entry| entry.event.to_string()).collect();
    let limits: Vec<i32> =
        added.iter().map(|entry| i32::try_from(policy.limit(entry.clock).minutes.0).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        "insert into clock_entry (order_id, seq, clock, event, at, round, limit_minutes, work_time, policy_version)
         select $1, n.seq, n.clock, n.event, $6, $7, n.minutes, $8, $9
         from unnest($2::integer[], $3::text[], $4::text[], $5::integer[]) as n (seq, clock, event, minutes)",
        order.uuid(),
        &seqs,
        &clocks,
        &events,
        &limits,
        now,
        i16::from(round),
        policy.hours == Hours::Work,
        policy.version,
    )
    .execute(tx)
    .await?;
    Ok(ledger)
}

fn has_effect(ledger: &[Entry], clock: Clock, event: ClockEvent) -> bool {
    let last = ledger.iter().rev().find(|entry| entry.clock == clock && entry.event != ClockEvent::Extend);
    let last = last.map(|entry| entry.event);
    let runs = matches!(last, Some(ClockEvent::Start | ClockEvent::StartHalved | ClockEvent::Resume));
    match event {
        ClockEvent::Start | ClockEvent::StartHalved => true,
        ClockEvent::Pause => runs,
        ClockEvent::Resume => last == Some(ClockEvent::Pause),
        ClockEvent::Stop | ClockEvent::Extend => runs || last == Some(ClockEvent::Pause),
    }
}

/// When the step that an order in this state waits for is due. `None` where no clock runs, and where
/// the calendar of a year is not loaded: unknown, never guessed.
pub(crate) fn due_at(
    state: State,
    ledger: &[Entry],
    policy: &Policy,
    calendar: &WorkCalendar,
) -> Option<DateTime<Utc>> {
    let waits_for = match state {
        State::Received => Clock::Accept,
        State::Accepted => Clock::Dispatch,
        State::Dispatched | State::Handling | State::ReplyReview => Clock::Handling,
        _ => return None,
    };
    clock::due(waits_for, ledger, policy, calendar).unwrap_or_else(|unknown| {
        tracing::warn!(year = unknown.year, "a due time is unknown because the calendar is not loaded");
        None
    })
}
