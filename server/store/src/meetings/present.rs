//! How many came to a meeting, of how many who are entitled.

use gongzhi_domain::meeting::{Attendance, MeetingCapacity, MeetingKind};
use sqlx::PgConnection;

use super::Meeting;
use crate::refusal::Trouble;

/// How many came who count at this meeting.
pub(super) async fn counted(conn: &mut PgConnection, meeting: &Meeting) -> Result<u32, Trouble> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from meeting_person where meeting_id = $1 and came_at is not null and capacity = any($2)"#,
        meeting.id.uuid(),
        &capacities(meeting.kind),
    )
    .fetch_one(conn)
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many came who count, of how many who are entitled: those expected, or those invited when they are more. As it was when the
/// meeting was over, once it is.
pub(super) async fn attendance(conn: &mut PgConnection, meeting: &Meeting) -> Result<Attendance, Trouble> {
    if let Some(frozen) = meeting.attendance {
        return Ok(frozen);
    }
    let invited = sqlx::query_scalar!(
        r#"select count(*) as "count!" from meeting_person where meeting_id = $1 and invited_at is not null and capacity = any($2)"#,
        meeting.id.uuid(),
        &capacities(meeting.kind),
    )
    .fetch_one(&mut *conn)
    .await?;
    let entitled = meeting.expected.max(u32::try_from(invited).unwrap_or(u32::MAX));
    Ok(Attendance { present: counted(conn, meeting).await?, entitled })
}

fn capacities(kind: MeetingKind) -> Vec<String> {
    MeetingCapacity::ALL.iter().filter(|it| kind.counts(**it)).map(ToString::to_string).collect()
}
