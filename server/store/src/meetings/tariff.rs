//! The vote that passes a tariff of points: a draft is put to a meeting of its area, counted by hand while the meeting runs, and
//! decided when two have signed the minutes. From the moment it is put the draft does not change; where it fails it can be changed
//! and put to another meeting.

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{MeetingId, RoomId, TariffId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::meeting::{Attendance, HandCount, MeetingKind, MeetingState};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::passes;
use gongzhi_domain::request::written;
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::amend::FEWER_MAX;
use super::{Meeting, not_now, person_of, present};
use crate::audit;
use crate::db::Db;
use crate::log::{self, LeafKind, NewLeaf};
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::scope::Scope;

/// The vote on a tariff at a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffVote {
    /// Which tariff.
    pub tariff: TariffId,
    /// The area it is for.
    pub area: Named,
    /// The how-many-th version of the area.
    pub version: i32,
    /// At which meeting.
    pub meeting: MeetingId,
    /// Whose meeting it is.
    pub kind: MeetingKind,
    /// When the meeting begins, or began.
    pub planned_at: DateTime<Utc>,
    /// The pact the meeting is about.
    pub pact: Option<String>,
    /// Or the room.
    pub room: Option<RoomId>,
    /// How many had come, once the meeting is over.
    pub came: Option<Attendance>,
    /// What was counted.
    pub count: Option<HandCount>,
    /// Why fewer were counted as present than had come; empty where all were.
    pub fewer: String,
    /// Whether it passed; `None` until the minutes are closed.
    pub passed: Option<bool>,
    /// When that was.
    pub decided_at: Option<DateTime<Utc>>,
}

impl TariffVote {
    /// The same for everybody: numbers that would point at people are left out.
    #[must_use]
    pub fn for_everybody(mut self) -> Self {
        self.count = self.count.filter(|count| count.is_public());
        self.came = self.came.filter(|_| self.count.is_some());
        self
    }
}

/// A meeting to which a tariff can be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    /// Which meeting.
    pub id: MeetingId,
    /// In the area with this code.
    pub area: String,
    /// Whose meeting it is.
    pub kind: MeetingKind,
    /// When it begins.
    pub planned_at: DateTime<Utc>,
    /// What it is about: the title of its pact or room.
    pub about: Named,
}

/// Puts a draft to the vote of a meeting of its area, with how long points are to last. From now on it does not change. Sending the
/// form twice puts it once.
///
/// Refused: whoever does not manage the tariff there; a draft without items, or one that lies before a meeting or has passed
/// ([`Reason::UnderVote`]); a meeting of another area, of party members alone, or over (`meeting`).
pub async fn put_tariff(
    db: &Db,
    actor: &Actor,
    tariff: TariffId,
    meeting: MeetingId,
    expires_months: Option<i16>,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (draft, role) = Draft::held(&mut tx, actor, tariff).await?;
    if expires_months.is_some_and(|months| !(12..=120).contains(&months)) {
        return Err(Error::field("expires_months", Reason::OutOfRange { min: 12, max: 120 }));
    }
    let none = || Error::field("meeting", Reason::NotAChoice);
    let meeting = Meeting::read(&mut tx, meeting, true).await.map_err(|_| none())?;
    let before = sqlx::query_scalar!(
        "select meeting_id from tariff_vote where tariff_id = $1 and passed is distinct from false",
        tariff.uuid()
    );
    match before.fetch_optional(&mut *tx).await.map_err(refuse)? {
        Some(before) if before == meeting.id.uuid() => return Ok(()),
        Some(_) => return Err(Error::field("meeting", Reason::UnderVote)),
        None => {}
    }
    let coming = meeting.state == MeetingState::Planned || meeting.is_running();
    if meeting.area != draft.area || !meeting.kind.decides_tariffs() || !coming {
        return Err(none());
    }
    let items =
        sqlx::query_scalar!(r#"select count(*) as "count!" from tariff_item where tariff_id = $1"#, tariff.uuid());
    if items.fetch_one(&mut *tx).await.map_err(refuse)? == 0 {
        return Err(Error::field("meeting", Reason::TooShort { min: 1 }));
    }
    sqlx::query!("update tariff set expires_months = $2 where id = $1", tariff.uuid(), expires_months)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!(
        "insert into tariff_vote (tariff_id, meeting_id, area_id, kind, put_by, put_at)
         select $1, $2, area_id, $3, $4, $5 from tariff where id = $1",
        tariff.uuid(),
        meeting.id.uuid(),
        meeting.kind.code(),
        person_of(actor)?.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"meeting": meeting.id, "expires_months": expires_months});
    record(db, &mut tx, actor, role, tariff, "put_to_vote", after).await?;
    tx.commit().await.map_err(refuse)
}

/// Takes a draft back from a meeting at which it was not counted; it can be changed again.
///
/// Refused: whoever does not manage the tariff there; one that lies before no meeting, or was counted.
pub async fn take_tariff_back(db: &Db, actor: &Actor, tariff: TariffId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (_, role) = Draft::held(&mut tx, actor, tariff).await?;
    let gone = sqlx::query_scalar!(
        "delete from tariff_vote where tariff_id = $1 and adopted is null returning meeting_id",
        tariff.uuid()
    );
    let Some(meeting) = gone.fetch_optional(&mut *tx).await.map_err(refuse)? else {
        return Err(Error::field("meeting", Reason::UnderVote));
    };
    record(db, &mut tx, actor, role, tariff, "take_from_vote", json!({"meeting": meeting})).await?;
    tx.commit().await.map_err(refuse)
}

/// Writes down what was counted when a tariff was put to the vote of a meeting. While the meeting runs a count can be corrected; the
/// log keeps both. Refused like a count of an amendment: [`super::count`].
pub async fn count_tariff(
    db: &Db,
    actor: &Actor,
    id: MeetingId,
    tariff: TariffId,
    hands: HandCount,
    fewer: &str,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (meeting, role) = Meeting::held(&mut tx, actor, id, None).await?;
    let before = sqlx::query_scalar!(
        "select adopted from tariff_vote where tariff_id = $1 and meeting_id = $2 for update",
        tariff.uuid(),
        id.uuid()
    );
    let before =
        before.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Points })?;
    if !meeting.is_running() {
        return Err(not_now("in_favour"));
    }
    hands.check()?;
    let came = present::counted(&mut tx, &meeting).await?;
    if hands.present > came {
        return Err(Error::field("present", Reason::OutOfRange { min: 1, max: i64::from(came) }));
    }
    let fewer = if hands.present < came { fewer.trim() } else { "" };
    written(fewer, u32::from(hands.present < came), FEWER_MAX).map_err(|reason| Error::field("fewer", reason))?;
    let fewer = mask_private(fewer).0;
    let number = |many: u32| i32::try_from(many).unwrap_or(i32::MAX);
    sqlx::query!(
        "update tariff_vote set present = $3, in_favour = $4, against = $5, abstained = $6, adopted = $7, counted_by = $8,
             counted_at = $9, fewer = $10 where tariff_id = $1 and meeting_id = $2",
        tariff.uuid(),
        id.uuid(),
        number(hands.present),
        number(hands.in_favour),
        number(hands.against),
        number(hands.abstained),
        hands.adopted(),
        person_of(actor)?.uuid(),
        db.now(),
        fewer,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"tariff": tariff, "before": before, "count": hands, "came": came, "fewer": fewer, "adopted": hands.adopted()});
    meeting.record(db, &mut tx, actor, role, "meeting.count_tariff", after).await?;
    tx.commit().await.map_err(refuse)
}

/// The meetings to come, or running, of the areas whose tariff the actor manages; the next first, at most 100.
pub async fn for_tariffs(db: &Db, actor: &Actor) -> Result<Vec<Calling>, Error> {
    if !actor.has(Action::ManageTariff) {
        actor.may(Action::ManageTariff, &Target::none())?;
    }
    let rows = sqlx::query!(
        r#"select m.id, m.kind, m.planned_at, a.code, coalesce(p.title_zh, r.title_zh) as "zh!", coalesce(p.title_en, r.title_en) as "en!"
           from meeting m join area a on a.id = m.area_id
                left join pact p on p.id = m.pact_id left join room r on r.id = m.room_id
           where (m.state = 'planned' or (m.state = 'open' and m.ended_at is null)) and m.kind <> 'party_members'
             and exists (select from unnest($1::text[]) as s (path) where m.area_path >= s.path and m.area_path < s.path || '/')
           order by m.planned_at limit 100"#,
        &Scope::of(actor, Action::ManageTariff, None).paths(),
    );
    let rows = rows.fetch_all(db.read()).await.map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Calling {
                id: MeetingId::from_uuid(row.id),
                area: row.code,
                kind: parsed(&row.kind)?,
                planned_at: row.planned_at,
                about: Named::new(row.zh, row.en),
            })
        })
        .collect()
}

/// The votes on some tariffs, or at a meeting, those that were put last first.
pub(crate) async fn votes(
    conn: &mut PgConnection,
    tariffs: &[Uuid],
    meeting: Option<Uuid>,
) -> Result<Vec<TariffVote>, Trouble> {
    let rows = sqlx::query!(
        r#"select v.tariff_id, v.meeting_id, v.kind, v.present, v.in_favour, v.against, v.abstained, v.fewer, v.passed, v.decided_at,
               t.version, a.name_zh, a.name_en, m.planned_at, m.room_id, m.present as came, m.entitled, p.number as "number?"
           from tariff_vote v join tariff t on t.id = v.tariff_id join area a on a.id = v.area_id join meeting m on m.id = v.meeting_id
                left join pact p on p.id = m.pact_id
           where v.tariff_id = any($1) or v.meeting_id = $2 order by v.put_at desc, v.tariff_id"#,
        tariffs,
        meeting,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TariffVote {
                tariff: TariffId::from_uuid(row.tariff_id),
                area: Named::new(row.name_zh, row.name_en),
                version: row.version,
                meeting: MeetingId::from_uuid(row.meeting_id),
                kind: parsed(&row.kind)?,
                planned_at: row.planned_at,
                pact: row.number,
                room: row.room_id.map(RoomId::from_uuid),
                came: row.came.zip(row.entitled).map(|(present, entitled)| Attendance {
                    present: present.unsigned_abs(),
                    entitled: entitled.unsigned_abs(),
                }),
                count: hands(row.present, row.in_favour, row.against, row.abstained),
                fewer: row.fewer,
                passed: row.passed,
                decided_at: row.decided_at,
            })
        })
        .collect()
}

fn hands(
    present: Option<i32>,
    in_favour: Option<i32>,
    against: Option<i32>,
    abstained: Option<i32>,
) -> Option<HandCount> {
    Some(HandCount {
        present: present?.unsigned_abs(),
        in_favour: in_favour?.unsigned_abs(),
        against: against?.unsigned_abs(),
        abstained: abstained?.unsigned_abs(),
    })
}

/// Whether the minutes can be signed as far as tariffs go: none that was put to this meeting is uncounted.
pub(super) async fn is_counted(tx: &mut PgConnection, meeting: &Meeting) -> Result<bool, Trouble> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from tariff_vote where meeting_id = $1 and adopted is null) as "open!""#,
        meeting.id.uuid()
    );
    Ok(!open.fetch_one(tx).await?)
}

/// Whether a meeting can be said to be over: no vote on a tariff counted more than have come now.
pub(super) async fn fits(tx: &mut PgConnection, meeting: &Meeting, came: Attendance) -> Result<(), Trouble> {
    let most = sqlx::query_scalar!("select max(present) from tariff_vote where meeting_id = $1", meeting.id.uuid());
    let most = most.fetch_one(tx).await?.unwrap_or_default().unsigned_abs();
    if most > came.present {
        return Err(Error::field("tariff_count", Reason::OutOfRange { min: 1, max: i64::from(came.present) }).into());
    }
    Ok(())
}

/// A meeting was called off: what was put to it can be changed again.
pub(super) async fn let_go(tx: &mut PgConnection, meeting: &Meeting) -> Result<(), Trouble> {
    sqlx::query!("delete from tariff_vote where meeting_id = $1 and adopted is null", meeting.id.uuid())
        .execute(tx)
        .await?;
    Ok(())
}

/// The minutes are closed: what was counted is decided, and the log says so.
pub(super) async fn decide(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    meeting: &Meeting,
) -> Result<(), Trouble> {
    let came = present::attendance(&mut *tx, meeting).await?;
    for vote in votes(&mut *tx, &[], Some(meeting.id.uuid())).await? {
        let Some(hands) = vote.count else { return Err(fault("a vote was not counted").into()) };
        let (tariff, passed) = (vote.tariff, passes(meeting.kind, came, hands));
        sqlx::query!(
            "update tariff_vote set passed = $3, decided_at = $4, leaf_id = $5 where tariff_id = $1 and meeting_id = $2",
            tariff.uuid(),
            meeting.id.uuid(),
            passed,
            db.now(),
            prove(db, &mut *tx, tariff, meeting, passed).await?,
        )
        .execute(&mut *tx)
        .await?;
        let after = json!({"meeting": meeting.id, "came": came, "count": hands, "passed": passed});
        record(db, &mut *tx, actor, role, tariff, "decide", after).await?;
    }
    Ok(())
}

/// The leaf of a decided vote: the whole tariff and, where they point at nobody, the numbers.
async fn prove(
    db: &Db,
    tx: &mut PgConnection,
    tariff: TariffId,
    meeting: &Meeting,
    passed: bool,
) -> Result<Uuid, Trouble> {
    let statement = sqlx::query_scalar!(
        r#"select tariff_vote_says($1, $2) || jsonb_build_object('passed', $3::boolean) as "says!""#,
        tariff.uuid(),
        meeting.id.uuid(),
        passed,
    );
    let statement = statement.fetch_one(&mut *tx).await?;
    let subject = format!("tariff:{tariff}");
    let leaf = NewLeaf { kind: LeafKind::VoteCount, subject: &subject, statement: &statement };
    Ok(log::append(db, tx, leaf).await?.uuid())
}

/// A draft as its rules find it, held.
struct Draft {
    area: AreaPath,
}

impl Draft {
    async fn held(tx: &mut PgConnection, actor: &Actor, id: TariffId) -> Result<(Self, Role), Trouble> {
        if !actor.has(Action::ManageTariff) {
            actor.may(Action::ManageTariff, &Target::none())?;
        }
        let row = sqlx::query!("select area_path, effective_on from tariff where id = $1 for update", id.uuid());
        let row = row.fetch_optional(tx).await?.ok_or(Error::NotFound { what: What::Points })?;
        let area = AreaPath::parse(&row.area_path).map_err(fault)?;
        let role = actor.may(Action::ManageTariff, &Target::in_area(area.clone()))?;
        if row.effective_on.is_some() {
            return Err(Error::NotFound { what: What::Points }.into());
        }
        Ok((Self { area }, role))
    }
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    tariff: TariffId,
    action: &str,
    after: serde_json::Value,
) -> Result<(), Error> {
    let subject = format!("tariff:{tariff}");
    let action = format!("tariff.{action}");
    let entry =
        audit::Entry { stream: &subject, action: &action, subject: &subject, after: Some(after), ..Default::default() };
    audit::append(db, tx, actor, role, entry).await
}
