//! What the signer sees: the text that is signed, for which of their households, what stands there already, and what changed
//! since they signed an earlier version. It holds nothing about anybody else.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{ClauseId, HouseholdId, PersonId, SignatureId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Capacity, Channel, Kind, Stage};
use gongzhi_domain::person::Actor;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ground::{Ground, hex};
use super::phone::signer;
use super::round::building_name;
use super::signers::as_what;
use crate::db::Db;
use crate::keys::Purpose;
use crate::passkeys;
use crate::people;
use crate::refusal::{parsed, refuse};

/// The signer's page.
#[derive(Debug, Clone)]
pub struct Mine {
    /// The pact's number.
    pub number: String,
    /// What it is called.
    pub title: Named,
    /// What sort of pact it is.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// Whether signatures are taken now.
    pub is_open: bool,
    /// Until when they are.
    pub closes_at: DateTime<Utc>,
    /// The version that is signed, and its clauses; `None` before signing has begun.
    pub text_no: Option<i32>,
    /// The hash of its text.
    pub text: String,
    /// Its clauses, first to last: Chinese, which binds, and the translation.
    pub clauses: Vec<Named>,
    /// Whether they have a passkey to confirm with.
    pub has_passkey: bool,
    /// The number a code goes to, masked; `None` when the signer has none.
    pub phone: Option<String>,
    /// The households they may sign for.
    pub households: Vec<MyHousehold>,
    /// Signatures they have made under this pact, the newest first.
    pub signatures: Vec<MySignature>,
}

/// A household one may sign for.
#[derive(Debug, Clone)]
pub struct MyHousehold {
    /// Which.
    pub id: HouseholdId,
    /// Building and door.
    pub place: Named,
    /// As what one signs.
    pub capacity: Capacity,
    /// One's signature under the present version, while it stands.
    pub signature: Option<SignatureId>,
    /// One's signature under an earlier version, with what it was, to sign the present one after.
    pub earlier: Option<Earlier>,
}

/// A standing signature under an earlier version.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Which.
    pub id: SignatureId,
    /// The version.
    pub text_no: i32,
    /// What changed since: the words before and now of each clause that is not the same; either is empty for one that is gone
    /// or new.
    pub changed: Vec<(String, String)>,
}

/// A signature of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MySignature {
    /// Which.
    pub id: SignatureId,
    /// Its leaf in the log, for the receipt.
    pub leaf: Uuid,
    /// Under which version.
    pub text_no: i32,
    /// The hash of that text.
    pub text: String,
    /// For which household: building and door.
    pub place: Named,
    /// As what.
    pub capacity: Capacity,
    /// How.
    pub channel: Channel,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was taken back, and whether it had left the count or ends from then on only.
    pub withdrawn: Option<(DateTime<Utc>, bool)>,
}

/// The actor's own page of a pact.
///
/// # Errors
/// [`Error::NotSignedIn`] for a visitor.
pub async fn mine(db: &Db, actor: &Actor, number: &str) -> Result<Mine, Error> {
    let person = signer(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    let round = ground.round(&mut conn).await?;
    let text_no = round.as_ref().map(|round| round.text_no);
    let clauses = match text_no {
        Some(no) => clauses(&mut conn, &ground, no).await?.into_iter().map(|(_, words)| words).collect(),
        None => Vec::new(),
    };
    let signatures = signatures(db, &mut conn, &ground, person).await?;
    let households = households(db, &mut conn, &ground, person, text_no).await?;
    Ok(Mine {
        is_open: ground.is_open(db),
        closes_at: ground.closes_at(db),
        text: round.map(|round| round.text_hex()).unwrap_or_default(),
        text_no,
        clauses,
        phone: people::masked_phone(db, &mut conn, person).await?,
        has_passkey: passkeys::has_one(&mut conn, person).await?,
        households,
        signatures,
        number: ground.number,
        title: ground.title,
        kind: ground.kind,
        stage: ground.stage,
    })
}

async fn clauses(conn: &mut PgConnection, ground: &Ground, no: i32) -> Result<Vec<(ClauseId, Named)>, Error> {
    let rows = sqlx::query!(
        "select clause_id, text, english from pact_clause where pact_id = $1 and version_no = $2 order by position",
        ground.id.uuid(),
        no,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (ClauseId::from_uuid(row.clause_id), Named::new(row.text, row.english))).collect())
}

async fn households(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    person: PersonId,
    text_no: Option<i32>,
) -> Result<Vec<MyHousehold>, Error> {
    let rows = sqlx::query!(
        r#"select s.household_id as "household!", array_agg(s.lives_as) as "lives_as!: Vec<String>", h.door_sealed,
                  b.compound_zh, b.compound_en, b.name_zh, b.name_en
           from pact_signer s join household h on h.id = s.household_id join building b on b.id = h.building_id
           where s.pact_id = $1 and s.person_id = $2
           group by s.household_id, h.id, b.id order by b.compound_zh, b.name_zh, h.position"#,
        ground.id.uuid(),
        person.uuid(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    let mut mine = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(capacity) = as_what(ground.kind, &row.lives_as) else { continue };
        let standing = standing(conn, ground, person, row.household).await?;
        let signature = standing.iter().find(|(_, no)| Some(*no) == text_no).map(|(id, _)| *id);
        let before = standing.iter().filter(|(_, no)| text_no.is_some_and(|now| *no < now)).max_by_key(|(_, no)| *no);
        let earlier = match (signature, before, text_no) {
            (None, Some((id, no)), Some(now)) => {
                Some(Earlier { id: *id, text_no: *no, changed: changed(conn, ground, *no, now).await? })
            }
            _ => None,
        };
        let door = db.keys().open_text(Purpose::Home, &row.door_sealed)?;
        let building = building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en);
        mine.push(MyHousehold {
            id: HouseholdId::from_uuid(row.household),
            place: place(&building, &door),
            capacity,
            signature,
            earlier,
        });
    }
    Ok(mine)
}

/// The person's signatures for a household that were not taken back, with their versions.
async fn standing(
    conn: &mut PgConnection,
    ground: &Ground,
    person: PersonId,
    household: Uuid,
) -> Result<Vec<(SignatureId, i32)>, Error> {
    let rows = sqlx::query!(
        "select s.id, s.text_no from signature s
         where s.pact_id = $1 and s.person_id = $2 and s.household_id = $3
               and not exists (select from signature_event e where e.signature_id = s.id and e.kind = 'withdrawal')",
        ground.id.uuid(),
        person.uuid(),
        household,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (SignatureId::from_uuid(row.id), row.text_no)).collect())
}

/// The clauses whose words differ between two versions: changed and new in the order of now, then those that are gone.
async fn changed(
    conn: &mut PgConnection,
    ground: &Ground,
    before: i32,
    now: i32,
) -> Result<Vec<(String, String)>, Error> {
    let (before, now) = (clauses(conn, ground, before).await?, clauses(conn, ground, now).await?);
    let words = |of: &[(ClauseId, Named)], id: ClauseId| {
        of.iter().find(|(other, _)| *other == id).map(|(_, words)| words.zh.clone()).unwrap_or_default()
    };
    let mut changed: Vec<(String, String)> = now
        .iter()
        .map(|(id, after)| (words(&before, *id), after.zh.clone()))
        .filter(|(before, after)| before != after)
        .collect();
    let gone = before.iter().filter(|(id, _)| !now.iter().any(|(other, _)| other == id));
    changed.extend(gone.map(|(_, words)| (words.zh.clone(), String::new())));
    Ok(changed)
}

async fn signatures(
    db: &Db,
    conn: &mut PgConnection,
    ground: &Ground,
    person: PersonId,
) -> Result<Vec<MySignature>, Error> {
    let rows = sqlx::query!(
        r#"select s.id, s.leaf_id, s.text_no, s.text_sha256, s.capacity, s.channel, s.at, h.door_sealed,
                  b.compound_zh, b.compound_en, b.name_zh, b.name_en, e.at as "withdrawn_at?", e.effect as "effect?"
           from signature s
           join household h on h.id = s.household_id join building b on b.id = h.building_id
           left join signature_event e on e.signature_id = s.id and e.kind = 'withdrawal'
           where s.person_id = $1 and s.pact_id = $2 order by s.at desc, s.id desc limit 100"#,
        person.uuid(),
        ground.id.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            let door = db.keys().open_text(Purpose::Home, &row.door_sealed)?;
            let building = building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en);
            let left = row.effect.as_deref() == Some("leaves_count");
            Ok(MySignature {
                id: SignatureId::from_uuid(row.id),
                leaf: row.leaf_id,
                text_no: row.text_no,
                text: hex(&row.text_sha256),
                place: place(&building, &door),
                capacity: parsed(&row.capacity)?,
                channel: parsed(&row.channel)?,
                at: row.at,
                withdrawn: row.withdrawn_at.map(|at| (at, left)),
            })
        })
        .collect()
}

fn place(building: &Named, door: &str) -> Named {
    Named::new(format!("{} {door}", building.zh), format!("{} {door}", building.en))
}
