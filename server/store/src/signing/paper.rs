//! The signature book on paper: each line is read by two people, apart from each other, from a scan of its page. Where they agree the signature counts;
//! where they differ it is stopped until a third has looked and says why.

use chrono::NaiveDate;
use gongzhi_domain::ids::{HouseholdId, PersonId, SignatureId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Channel;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::assisted::place_of;
use super::bind::{self, New, Signed};
use super::ground::{Ground, Round, hex};
use super::phone::{allowed, tell};
use super::round::building_name;
use super::scan::{Scan, scan_of, text_fits};
use super::signers;
use crate::audit;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::refuse;
use crate::scope::Scope;

/// What stands on a line of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A signature, of this day.
    Signed(NaiveDate),
    /// Nothing.
    Blank,
}

impl Reading {
    const fn code(self) -> &'static str {
        match self {
            Self::Signed(_) => "signed",
            Self::Blank => "blank",
        }
    }

    const fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Signed(day) => Some(day),
            Self::Blank => None,
        }
    }
}

/// One person's reading of one line.
#[derive(Debug, Clone)]
pub struct PaperLine {
    /// The household of the line.
    pub household: HouseholdId,
    /// Whose line.
    pub person: PersonId,
    /// What stands there.
    pub reading: Reading,
    /// The scan of the page it stands on.
    pub scan: Option<Uuid>,
    /// The beginning of the text's hash as it is printed on the page, eight digits at least: a page of another version is no
    /// signature under this one. Asked for where the QR code of the page could not be read.
    pub text: String,
    /// Why it is read so, from the third, who settles a difference.
    pub reason: String,
}

/// What came of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// The first of two.
    First,
    /// Both say that it is signed.
    Signed(SignatureId),
    /// Both say that nothing stands there.
    Blank,
    /// They differ: a third has to look.
    Differs,
}

/// Enters what one person read of one line of the book.
///
/// # Errors
/// [`Reason::Missing`] for `scan` without a scan of the page, [`Reason::NotAChoice`] for one of another building or version;
/// [`Reason::OtherVersion`] for `text`; [`Reason::NeedsAnotherPerson`] for `form` when the same person reads it again or it is
/// their own line; [`Reason::Taken`] for `form` when it is settled already; field errors for day and reason.
pub async fn enter(db: &Db, actor: &Actor, number: &str, line: &PaperLine) -> Result<Entered, Error> {
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let place = place_of(&mut tx, &ground, line.household).await?;
    let role = actor.may(Action::EnterPaperSignature, &Target::in_area(place))?;
    let by = actor.person.ok_or(Error::NotSignedIn)?;
    let capacity = allowed(&mut tx, &ground, line.household, line.person).await?;
    let round = ground.open_round(db, &mut tx).await?;
    one_at_a_time(&mut tx, line).await?;
    let (go, before) = readings(&mut tx, &ground, &round, line).await?;
    let scan = match line.scan {
        Some(scan) => scan_of(&mut tx, &ground, &round, line.household, scan).await?,
        None => None,
    };
    check(db, line, &round, by, &before, scan.as_ref().map(|(scan, _)| scan))?;
    let (scan, sha256) = scan.ok_or_else(|| Error::field("scan", Reason::Missing))?;
    let id = db.new_id();
    let reason = if before.len() == 2 { line.reason.trim() } else { "" };
    sqlx::query!(
        "insert into paper_signature_entry (id, pact_id, text_no, household_id, person_id, go, turn, reading, signed_on, page,
                                            reason, entered_by, entered_at, scan_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id,
        ground.id.uuid(),
        round.text_no,
        line.household.uuid(),
        line.person.uuid(),
        go,
        i16::try_from(before.len() + 1).unwrap_or(i16::MAX),
        line.reading.code(),
        line.reading.day(),
        scan.page,
        reason,
        by.uuid(),
        db.now(),
        scan.id,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let agreeing = before.iter().rev().find(|earlier| earlier.reading == line.reading);
    let (entered, other) = match (before.as_slice(), agreeing) {
        ([], _) => (Entered::First, None),
        ([_], None) => (Entered::Differs, None),
        (_, Some(earlier)) => (Entered::Blank, Some(earlier)),
        // A third who sees what neither of the first two saw: their reading, with the reason, is what counts.
        ([first, ..], None) => (Entered::Blank, Some(first)),
    };
    let entered = match (other, line.reading) {
        (Some(other), Reading::Signed(day)) => {
            let new = New {
                ground: &ground,
                round: &round,
                household: line.household,
                person: line.person,
                capacity,
                channel: Channel::Paper,
                evidence: json!({
                    "kind": "paper",
                    "page": scan.page,
                    "signed_on": day.to_string(),
                    "readings": [other.id.to_string(), id.to_string()],
                    "scans": both(other.scan_sha256.as_deref(), &sha256),
                }),
                helped_by: None,
                entries: Some((other.id, id)),
                key: id,
            };
            let signed = bind::put(db, &mut tx, new).await?;
            if let Signed::Now(made) = signed {
                tell(db, &mut tx, &ground, line.person, made).await?;
            }
            Entered::Signed(signed.id())
        }
        _ => entered,
    };
    note(db, &mut tx, actor, role, line, &scan, id, entered).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(entered)
}

/// An earlier reading of the same line.
struct Earlier {
    id: Uuid,
    reading: Reading,
    by: Uuid,
    /// The hash of the scan it was made from; `None` for one that is older than scans.
    scan_sha256: Option<Vec<u8>>,
}

/// The hashes of the pages two readings were made from, each once.
fn both(other: Option<&[u8]>, this: &[u8]) -> Vec<String> {
    let mut scans: Vec<String> = other.into_iter().chain([this]).map(hex).collect();
    scans.sort();
    scans.dedup();
    scans
}

/// The readings that the present one belongs to, and the how-many-th time the line is read. A line that was settled as blank,
/// or of which the signature was taken back, is read anew: people sign a book later, or again.
async fn readings(
    conn: &mut PgConnection,
    ground: &Ground,
    round: &Round,
    line: &PaperLine,
) -> Result<(i16, Vec<Earlier>), Error> {
    let rows = sqlx::query!(
        r#"select e.go, e.id, e.signed_on, e.entered_by, c.sha256 as "sha256?"
           from paper_signature_entry e left join signature_scan c on c.id = e.scan_id
           where e.pact_id = $1 and e.text_no = $2 and e.household_id = $3 and e.person_id = $4 order by e.go desc, e.turn"#,
        ground.id.uuid(),
        round.text_no,
        line.household.uuid(),
        line.person.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let Some(last) = rows.first().map(|row| row.go) else { return Ok((1, Vec::new())) };
    let earlier = rows.into_iter().take_while(|row| row.go == last).map(|row| Earlier {
        id: row.id,
        reading: row.signed_on.map_or(Reading::Blank, Reading::Signed),
        by: row.entered_by,
        scan_sha256: row.sha256,
    });
    let earlier: Vec<Earlier> = earlier.collect();
    let is_settled = match earlier.as_slice() {
        [first, second] => first.reading == second.reading,
        settled => settled.len() > 2,
    };
    let standing = signers::standing(conn, ground.id, round.text_no, line.household, line.person).await?;
    if is_settled && standing.is_none() { Ok((last + 1, Vec::new())) } else { Ok((last, earlier)) }
}

/// Everything that is wrong with a reading, at once.
fn check(
    db: &Db,
    line: &PaperLine,
    round: &Round,
    by: PersonId,
    before: &[Earlier],
    scan: Option<&Scan>,
) -> Result<(), Error> {
    let mut wrong = Vec::new();
    if scan.is_none() {
        let reason = if line.scan.is_none() { Reason::Missing } else { Reason::NotAChoice };
        wrong.push(FieldError::new("scan", reason));
    }
    let is_told = scan.is_some_and(|scan| !scan.by_hand) && line.text.trim().is_empty();
    if !is_told && let Err(reason) = text_fits(round, &line.text) {
        wrong.push(FieldError::new("text", reason));
    }
    if let Reading::Signed(day) = line.reading {
        if day > db.today() {
            wrong.push(FieldError::new("signed_on", Reason::NotADate));
        } else if day < crate::calendar::local_day(round.opened_at) {
            wrong.push(FieldError::new("signed_on", Reason::NotOpenNow));
        }
    }
    if by == line.person || before.iter().any(|earlier| earlier.by == by.uuid()) {
        wrong.push(FieldError::new("form", Reason::NeedsAnotherPerson));
    }
    match before {
        [first, second] if first.reading == second.reading => wrong.push(FieldError::new("form", Reason::Taken)),
        [_, _] if line.reason.trim().is_empty() => wrong.push(FieldError::new("reason", Reason::Missing)),
        [_, _] if line.reason.chars().count() > 500 => {
            wrong.push(FieldError::new("reason", Reason::TooLong { max: 500 }));
        }
        [_, _, _, ..] => wrong.push(FieldError::new("form", Reason::Taken)),
        _ => {}
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: wrong }) }
}

/// Two readings of one line wait for each other, so that the second knows that it is the second.
async fn one_at_a_time(tx: &mut PgConnection, line: &PaperLine) -> Result<(), Error> {
    let name = format!("{}{}", line.household, line.person);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 17))", name).fetch_one(tx).await.map_err(refuse)?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "what the audit log is told")]
async fn note(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    line: &PaperLine,
    scan: &Scan,
    id: Uuid,
    entered: Entered,
) -> Result<(), Error> {
    let outcome = match entered {
        Entered::First => "first",
        Entered::Signed(_) => "signed",
        Entered::Blank => "blank",
        Entered::Differs => "differs",
    };
    let subject = format!("paper_signature:{id}");
    let entry = audit::Entry {
        stream: &subject,
        action: "signature.paper",
        subject: &subject,
        after: Some(json!({ "reading": line.reading.code(), "page": scan.page, "scan": scan.id, "outcome": outcome })),
        reason: (!line.reason.trim().is_empty()).then_some(line.reason.trim()),
        acting_for: Some(line.person),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await
}

/// A line that two people read differently and nobody has settled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The household of the line.
    pub household: HouseholdId,
    /// Whose line.
    pub person: PersonId,
    /// The building.
    pub building: Named,
    /// The door, opened: this is shown to those who enter the book.
    pub door: String,
    /// What the two read, with the page each found it on.
    pub readings: Vec<(Reading, i32)>,
    /// Whether the reader is one of the two, and so cannot settle it.
    pub is_mine: bool,
}

/// The lines of a pact that are stopped, in the part of it that the actor works in.
pub async fn differences(db: &Db, actor: &Actor, number: &str) -> Result<Vec<Difference>, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let paths = super::desk::reach(actor, Action::EnterPaperSignature, &ground)?;
    stopped(db, &mut conn, actor, &ground, &paths).await
}

pub(super) async fn stopped(
    db: &Db,
    conn: &mut PgConnection,
    actor: &Actor,
    ground: &Ground,
    scope: &Scope,
) -> Result<Vec<Difference>, Error> {
    let rows = sqlx::query!(
        r#"select e.household_id, e.person_id, b.compound_zh, b.compound_en, b.name_zh, b.name_en, h.door_sealed,
                  array_agg(e.signed_on order by e.turn) as "days!: Vec<Option<NaiveDate>>",
                  array_agg(e.page order by e.turn) as "pages!", array_agg(e.entered_by order by e.turn) as "people!"
           from paper_signature_entry e
           join household h on h.id = e.household_id
           join building b on b.id = h.building_id
           where e.pact_id = $1 and e.text_no = $2
             and exists (select from unnest($3::text[]) as p (path) where h.area_path >= p.path and h.area_path < p.path || '/')
           group by e.household_id, e.person_id, e.go, b.id, h.id
           having count(*) = 2 and (min(e.reading) <> max(e.reading) or min(e.signed_on) <> max(e.signed_on))
           order by b.compound_zh, b.name_zh, h.position
           limit 200"#,
        ground.id.uuid(),
        ground.text_no,
        &scope.paths(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let me = actor.person.map(PersonId::uuid);
    rows.into_iter()
        .map(|row| {
            let door = db.keys().open_text(Purpose::Home, &row.door_sealed)?;
            let read = |day: Option<NaiveDate>| day.map_or(Reading::Blank, Reading::Signed);
            Ok(Difference {
                household: HouseholdId::from_uuid(row.household_id),
                person: PersonId::from_uuid(row.person_id),
                building: building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en),
                door,
                readings: row.days.into_iter().map(read).zip(row.pages).collect(),
                is_mine: me.is_some_and(|me| row.people.contains(&me) || row.person_id == me),
            })
        })
        .collect()
}
