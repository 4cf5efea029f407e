//! Looking again: a twentieth of each month's credits by a seed nobody knows before, and the pairs that vouch for each other
//! unusually often. Both are for the supervisor and the auditor, show masked numbers, and rank nobody.

use chrono::{DateTime, Datelike as _, Months, NaiveDate, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, PointsEntryId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::points::{self, AuditVerdict, COLLUSION_DAYS, Dealings, Period};
use gongzhi_domain::request::{NOTE_MAX, written};
use gongzhi_domain::{Error, Reason, What};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{fault, parsed, refuse};
use crate::scope::Scope;

/// Draws the sample of the month before today, once; answers how many were drawn. The seed is derived from the
/// installation's key and the month: the same for every replica, known to nobody who credits.
pub async fn draw_sample(db: &Db) -> Result<u64, Error> {
    let this = Period::Month.start(db.today());
    let month = this.checked_sub_months(Months::new(1)).unwrap_or(this);
    let mut tx = db.begin().await?;
    let key = i64::from(month.num_days_from_ce());
    sqlx::query!("select pg_advisory_xact_lock(712015, $1)", i32::try_from(key).unwrap_or_default())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let drawn = sqlx::query_scalar!(r#"select exists (select from points_audit where month = $1) as "drawn!""#, month);
    if drawn.fetch_one(&mut *tx).await.map_err(refuse)? {
        return Ok(0);
    }
    let rows = sqlx::query!(
        "select e.id, p.area_path from points_entry e join points_proposal p on p.entry_id = e.id
         where e.kind = 'credit' and e.day >= $1 and e.day < $2",
        month,
        this,
    );
    let mut areas: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for row in rows.fetch_all(&mut *tx).await.map_err(refuse)? {
        areas.entry(row.area_path).or_default().push(row.id);
    }
    let mut drawn = 0;
    for (area, entries) in areas {
        for entry in points::audit_sample(seed(db, month, &area), &entries) {
            sqlx::query!(
                "insert into points_audit (month, entry_id, area_path) values ($1, $2, $3)",
                month,
                entry,
                area
            )
            .execute(&mut *tx)
            .await
            .map_err(refuse)?;
            drawn += 1;
        }
    }
    tx.commit().await.map_err(refuse)?;
    Ok(drawn)
}

fn seed(db: &Db, month: NaiveDate, area: &str) -> u64 {
    let index = db.keys().index(Purpose::AuditSample, format!("{month} {area}").as_bytes());
    index.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// A credit that is looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCard {
    /// The month of the sample, by its first day.
    pub month: NaiveDate,
    /// Which credit.
    pub entry: PointsEntryId,
    /// What for.
    pub item: Named,
    /// How many points.
    pub points: i32,
    /// The neighbour's number, masked.
    pub phone: Option<String>,
    /// When it was done.
    pub day: NaiveDate,
    /// What was written: what was done and how one knows.
    pub note: String,
    /// Who proposed it and who checked it.
    pub by: (Named, Named),
    /// What was found; `None` while nobody looked.
    pub verdict: Option<AuditVerdict>,
    /// What was noted.
    pub found: String,
}

/// The samples of the reader's areas, the newest month first, 100 at most.
pub async fn audit_sample(db: &Db, actor: &Actor) -> Result<Vec<AuditCard>, Error> {
    require(actor, Action::ReadPointsAudit)?;
    let rows = sqlx::query!(
        r#"select a.month, a.entry_id, a.verdict, a.note, p.day, p.note_sealed, p.person_id, i.name_zh, i.name_en, i.points,
               coalesce(m.display_name_zh, '') as "maker_zh!", coalesce(m.display_name_en, '') as "maker_en!",
               coalesce(c.display_name_zh, '') as "checker_zh!", coalesce(c.display_name_en, '') as "checker_en!"
           from points_audit a
           join points_entry e on e.id = a.entry_id
           join points_proposal p on p.entry_id = e.id
           join tariff_item i on i.id = e.item_id
           left join staff_account m on m.person_id = e.maker
           left join staff_account c on c.person_id = e.checker
           where exists (select from unnest($1::text[]) as s (path) where a.area_path >= s.path and a.area_path < s.path || '/')
           order by a.month desc, (a.verdict is not null), p.day, a.entry_id limit 100"#,
        &Scope::of(actor, Action::ReadPointsAudit, None).paths(),
    );
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let mut cards = Vec::new();
    for row in rows.fetch_all(&mut *conn).await.map_err(refuse)? {
        cards.push(AuditCard {
            month: row.month,
            entry: PointsEntryId::from_uuid(row.entry_id),
            item: Named::new(row.name_zh, row.name_en),
            points: row.points,
            phone: people::masked_phone(db, &mut conn, PersonId::from_uuid(row.person_id)).await?,
            day: row.day,
            note: db.keys().open_text(Purpose::Internal, &row.note_sealed)?,
            by: (Named::new(row.maker_zh, row.maker_en), Named::new(row.checker_zh, row.checker_en)),
            verdict: row.verdict.map(|verdict| parsed(&verdict)).transpose()?,
            found: row.note,
        });
    }
    Ok(cards)
}

/// Records what was found. Refused: whoever may not in that area; who proposed, checked or received the credit; anything but
/// "right" without a note; a credit that is not in the sample.
pub async fn verdict(
    db: &Db,
    actor: &Actor,
    entry: PointsEntryId,
    verdict: AuditVerdict,
    note: &str,
) -> Result<(), Error> {
    require(actor, Action::AuditPoints)?;
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        "select a.area_path, a.verdict, a.note, e.maker, e.checker, e.person_id from points_audit a join points_entry e on e.id = a.entry_id
         where a.entry_id = $1 for update of a",
        entry.uuid(),
    );
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Points })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::AuditPoints, &Target::in_area(area))?;
    let me = actor.person.map(PersonId::uuid);
    if [row.maker, row.checker, row.person_id].contains(&me) {
        return Err(Error::field("verdict", Reason::NeedsAnotherPerson));
    }
    let least = u32::from(verdict != AuditVerdict::Right) * 4;
    written(note, least, NOTE_MAX).map_err(|reason| Error::field("note", reason))?;
    sqlx::query!(
        "update points_audit set verdict = $2, note = $3, checked_by = $4, checked_at = $5 where entry_id = $1",
        entry.uuid(),
        verdict.code(),
        note.trim(),
        me,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("entry:{entry}");
    let before = row.verdict.map(|verdict| json!({"verdict": verdict, "note": row.note}));
    let row = audit::Entry {
        stream: &subject,
        action: "points.audit",
        subject: &subject,
        before,
        after: Some(json!({"verdict": verdict, "note": note.trim()})),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, row).await?;
    tx.commit().await.map_err(refuse)
}

/// A pair worth a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairCard {
    /// Who vouched: the officer's name, or the masked number.
    pub vouched: String,
    /// Who was credited: masked number.
    pub credited: String,
    /// How often, how often the other way round, of how many.
    pub dealings: Dealings<Uuid>,
    /// The last time.
    pub last: Option<DateTime<Utc>>,
}

/// The pairs of the last 90 days in the reader's areas that vouch for each other unusually often.
pub async fn unusual_pairs(db: &Db, actor: &Actor) -> Result<Vec<PairCard>, Error> {
    require(actor, Action::ReadPointsAudit)?;
    let since = db.today() - TimeDelta::days(COLLUSION_DAYS);
    let rows = sqlx::query!(
        r#"select e.maker as "maker!", e.checker as "checker!", e.person_id as "person!", e.at
           from points_entry e join points_proposal p on p.entry_id = e.id
           where e.kind = 'credit' and e.day >= $1
             and exists (select from unnest($2::text[]) as s (path) where p.area_path >= s.path and p.area_path < s.path || '/')"#,
        since,
        &Scope::of(actor, Action::ReadPointsAudit, None).paths(),
    );
    let mut last = BTreeMap::new();
    let mut credits = Vec::new();
    for row in rows.fetch_all(db.pool()).await.map_err(refuse)? {
        for vouched in [row.maker, row.checker] {
            credits.push((vouched, row.person));
            let at = last.entry((vouched, row.person)).or_insert(row.at);
            *at = row.at.max(*at);
        }
    }
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let mut cards = Vec::new();
    for dealings in points::unusual_pairs(&credits) {
        let name =
            sqlx::query_scalar!("select display_name_zh from staff_account where person_id = $1", dealings.vouched);
        let name = name.fetch_optional(&mut *conn).await.map_err(refuse)?;
        let masked = async |conn: &mut sqlx::PgConnection, person| {
            Ok::<_, Error>(people::masked_phone(db, conn, PersonId::from_uuid(person)).await?.unwrap_or_default())
        };
        cards.push(PairCard {
            vouched: match name {
                Some(name) => name,
                None => masked(&mut conn, dealings.vouched).await?,
            },
            credited: masked(&mut conn, dealings.credited).await?,
            last: last.get(&(dealings.vouched, dealings.credited)).copied(),
            dealings,
        });
    }
    Ok(cards)
}

fn require(actor: &Actor, action: Action) -> Result<(), Error> {
    if actor.has(action) { Ok(()) } else { actor.may(action, &Target::none()).map(|_| ()) }
}
