//! Pages of the signature book as pictures: kept before anybody reads them, shown beside what is read from them, and compared
//! with the hashes that the signatures name. A picture is one of the photos: re-encoded, sealed, and named by its hash.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{AttachmentId, BuildingId, HouseholdId, PactId, SignatureId};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, FieldError, Reason};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::assisted::place_of;
use super::ground::{Ground, Round, hex};
use super::qr;
use crate::audit;
use crate::db::Db;
use crate::photos::{self, Size, StagedFor};
use crate::refusal::{fault, refuse};
use crate::requests::Holder;

/// A page that is to be kept.
#[derive(Debug, Clone)]
pub struct NewScan {
    /// A household of the building whose book it is.
    pub household: HouseholdId,
    /// The page of the book.
    pub page: i32,
    /// The beginning of the text's hash as it is printed on the page; needed when its QR code cannot be read.
    pub text: String,
    /// The picture this browser staged for it.
    pub photo: Option<AttachmentId>,
    /// The browser that staged it.
    pub holder: Option<Holder>,
}

/// A page that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Its id; the picture lies under the same one.
    pub id: Uuid,
    /// The page of the book.
    pub page: i32,
    /// Whether its QR code could not be read, so that whoever reads the page compares the check code themselves.
    pub by_hand: bool,
    /// When it was kept.
    pub at: DateTime<Utc>,
}

/// Keeps a page of the book of the household's building.
///
/// # Errors
/// Field errors for `page` and a missing picture (`photos`); [`Reason::OtherVersion`] for `photos` when the code on the page is of
/// another pact or text, for `text` when the typed one is; [`Reason::Missing`] for `text` when neither tells the text.
pub async fn keep_scan(db: &Db, actor: &Actor, number: &str, new: &NewScan) -> Result<Scan, Error> {
    let mut tx = db.begin().await?;
    let ground = Ground::read(&mut tx, number, true).await?;
    let place = place_of(&mut tx, &ground, new.household).await?;
    let role = actor.may(Action::EnterPaperSignature, &Target::in_area(place))?;
    let by = actor.person.ok_or(Error::NotSignedIn)?;
    let round = ground.open_round(db, &mut tx).await?;
    let photo = check(new)?;
    let building = building_of(&mut tx, new.household).await?;
    let taken = photos::take(&mut tx, new.holder.as_ref(), StagedFor::SigningPage(ground.id), photo).await?;
    let jpeg = photos::file(db, &taken.sha256, Size::Full).await?;
    let jpeg = jpeg.ok_or_else(|| fault("a staged photo without its file"))?;
    // A picture that the reader of codes fails on is one whose code cannot be read.
    let said = tokio::task::spawn_blocking(move || qr::read(&jpeg)).await.unwrap_or_default();
    told(&ground, &round, new, said.as_ref())?;
    let told_by = if said.is_some() { "qr" } else { "typed" };
    let (id, at) = (db.new_id(), db.now());
    let inserted = sqlx::query!(
        "insert into signature_scan (id, pact_id, text_no, building_id, page, sha256, told_by, width, height, bytes, uploaded_by,
                                     uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict on constraint scan_is_kept_once do nothing",
        id,
        ground.id.uuid(),
        round.text_no,
        building.uuid(),
        new.page,
        taken.sha256,
        told_by,
        taken.width,
        taken.height,
        taken.bytes,
        by.uuid(),
        at,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?
    .rows_affected();
    if inserted == 0 {
        let before = before(&mut tx, &ground, &round, building, new.page, &taken.sha256).await?;
        tx.commit().await.map_err(refuse)?;
        return Ok(before);
    }
    let subject = format!("signature_scan:{id}");
    let entry = audit::Entry {
        stream: &subject,
        action: "signature.scan",
        subject: &subject,
        after: Some(
            json!({ "page": new.page, "building": building, "sha256": hex(&taken.sha256), "told_by": told_by }),
        ),
        reason: Some(&ground.number),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(Scan { id, page: new.page, by_hand: said.is_none(), at })
}

fn check(new: &NewScan) -> Result<AttachmentId, Error> {
    let mut wrong = Vec::new();
    if !(1..=9999).contains(&new.page) {
        wrong.push(FieldError::new("page", Reason::OutOfRange { min: 1, max: 9999 }));
    }
    if new.photo.is_none() {
        wrong.push(FieldError::new("photos", Reason::Missing));
    }
    match new.photo {
        Some(photo) if wrong.is_empty() => Ok(photo),
        _ => Err(Error::Invalid { fields: wrong }),
    }
}

/// That the page is of the text that is signed, by its code or by what was typed.
fn told(ground: &Ground, round: &Round, new: &NewScan, said: Option<&qr::Said>) -> Result<(), Error> {
    match said {
        Some(said) if said.pact != ground.number || said.text != round.text_hex() => {
            Err(Error::field("photos", Reason::OtherVersion))
        }
        Some(_) if new.text.trim().is_empty() => Ok(()),
        _ => text_fits(round, &new.text).map_err(|reason| Error::field("text", reason)),
    }
}

/// Whether a typed check code, eight digits at least, is the beginning of the text's hash.
pub(super) fn text_fits(round: &Round, typed: &str) -> Result<(), Reason> {
    let typed = typed.trim().to_ascii_lowercase();
    match typed.len() {
        0 => Err(Reason::Missing),
        8.. if round.text_hex().starts_with(&typed) => Ok(()),
        _ => Err(Reason::OtherVersion),
    }
}

async fn building_of(conn: &mut PgConnection, household: HouseholdId) -> Result<BuildingId, Error> {
    let building = sqlx::query_scalar!("select building_id from household where id = $1", household.uuid());
    building.fetch_one(conn).await.map(BuildingId::from_uuid).map_err(refuse)
}

/// The same picture of the same page, kept earlier.
async fn before(
    conn: &mut PgConnection,
    ground: &Ground,
    round: &Round,
    building: BuildingId,
    page: i32,
    sha256: &[u8],
) -> Result<Scan, Error> {
    sqlx::query_as!(
        Scan,
        r#"select id, page, told_by = 'typed' as "by_hand!", uploaded_at as at from signature_scan
           where pact_id = $1 and text_no = $2 and building_id = $3 and page = $4 and sha256 = $5"#,
        ground.id.uuid(),
        round.text_no,
        building.uuid(),
        page,
        sha256,
    )
    .fetch_one(conn)
    .await
    .map_err(refuse)
}

/// The pages kept of the book of a household's building, for the version that is signed now, the newest first.
pub(super) async fn scans(
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
) -> Result<Vec<Scan>, Error> {
    sqlx::query_as!(
        Scan,
        r#"select c.id, c.page, c.told_by = 'typed' as "by_hand!", c.uploaded_at as at
           from signature_scan c join household h on h.building_id = c.building_id
           where c.pact_id = $1 and c.text_no = $2 and h.id = $3 order by c.uploaded_at desc, c.id desc limit 100"#,
        ground.id.uuid(),
        ground.text_no,
        household.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)
}

/// A page that a line of this household can be read from, and its hash; `None` when there is none by that id.
pub(super) async fn scan_of(
    conn: &mut PgConnection,
    ground: &Ground,
    round: &Round,
    household: HouseholdId,
    id: Uuid,
) -> Result<Option<(Scan, Vec<u8>)>, Error> {
    let row = sqlx::query!(
        r#"select c.id, c.page, c.told_by = 'typed' as "by_hand!", c.uploaded_at as at, c.sha256
           from signature_scan c join household h on h.building_id = c.building_id
           where c.id = $1 and c.pact_id = $2 and c.text_no = $3 and h.id = $4"#,
        id,
        ground.id.uuid(),
        round.text_no,
        household.uuid(),
    )
    .fetch_optional(conn)
    .await
    .map_err(refuse)?;
    Ok(row.map(|row| (Scan { id: row.id, page: row.page, by_hand: row.by_hand, at: row.at }, row.sha256)))
}

/// The hash of a page that the actor may look at: those who enter the book where its building stands, and those who read the
/// book. Opening it in full is in the audit log. `None` for everybody else, and when there is none by that id.
pub(crate) async fn scan_to_read(
    db: &Db,
    actor: &Actor,
    id: AttachmentId,
    size: Size,
) -> Result<Option<Vec<u8>>, Error> {
    if !actor.has(Action::EnterPaperSignature) && !actor.has(Action::ReadSigningBook) {
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        "select c.sha256, a.path, p.number from signature_scan c
         join building b on b.id = c.building_id join area a on a.id = b.area_id join pact p on p.id = c.pact_id
         where c.id = $1",
        id.uuid(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let Some(row) = row else { return Ok(None) };
    let target = Target::in_area(AreaPath::parse(&row.path).map_err(fault)?);
    let may = |action| actor.may(action, &target);
    let Ok(role) = may(Action::EnterPaperSignature).or_else(|_| may(Action::ReadSigningBook)) else { return Ok(None) };
    if size == Size::Full {
        let subject = format!("signature_scan:{id}");
        let entry = audit::Entry {
            stream: &subject,
            action: "signing.read_scan",
            subject: &subject,
            reason: Some(&row.number),
            ..audit::Entry::default()
        };
        audit::append(db, &mut tx, actor, role, entry).await?;
        tx.commit().await.map_err(refuse)?;
    }
    Ok(Some(row.sha256))
}

/// What is wrong with the page a signature was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Its file is gone, or cannot be opened.
    Lost,
    /// Its file shows something else than was kept.
    Changed,
    /// The signature names other pages than its readings do.
    Other,
}

impl Damage {
    /// What is said of it in a report.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Lost => "the scan of its page is gone or cannot be opened",
            Self::Changed => "the scan of its page was changed",
            Self::Other => "it names other scans than its readings were made from",
        }
    }
}

/// Looks at the page of every signature on paper, of one pact or of all, and names those that do not fit.
pub(crate) async fn damaged(
    db: &Db,
    conn: &mut PgConnection,
    pact: Option<PactId>,
) -> Result<Vec<(SignatureId, Damage)>, Error> {
    let rows = sqlx::query!(
        r#"select s.id, s.evidence,
                  array(select encode(c.sha256, 'hex') from paper_signature_entry e join signature_scan c on c.id = e.scan_id
                        where e.id in (s.first_entry, s.second_entry)) as "read!"
           from signature s where s.channel = 'paper' and ($1::uuid is null or s.pact_id = $1) order by s.id"#,
        pact.map(PactId::uuid),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let mut seen: BTreeMap<String, Option<Damage>> = BTreeMap::new();
    let mut damaged = Vec::new();
    for row in rows {
        let named = named(&row.evidence);
        let read: BTreeSet<String> = row.read.into_iter().collect();
        let mut found = (named != read).then_some(Damage::Other);
        for sha256 in named {
            let damage = match seen.get(&sha256) {
                Some(damage) => *damage,
                None => look(db, &sha256).await?,
            };
            seen.insert(sha256, damage);
            found = found.or(damage);
        }
        damaged.extend(found.map(|damage| (SignatureId::from_uuid(row.id), damage)));
    }
    Ok(damaged)
}

/// The pages that the evidence of a signature names; none in one that is older than scans.
fn named(evidence: &Value) -> BTreeSet<String> {
    let scans = evidence.get("scans").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    scans.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn look(db: &Db, sha256: &str) -> Result<Option<Damage>, Error> {
    let Ok(name) = ::hex::decode(sha256) else { return Ok(Some(Damage::Other)) };
    Ok(match photos::file(db, &name, Size::Full).await? {
        None => Some(Damage::Lost),
        Some(jpeg) if gongzhi_proof::sha256(&jpeg).as_slice() != name => Some(Damage::Changed),
        Some(_) => None,
    })
}
