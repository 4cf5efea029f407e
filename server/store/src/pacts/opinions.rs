//! What people say of a draft: agree, change or object, of one clause or of the whole text. Anybody who has signed in may; where
//! they live is noted beside it when it is known, never shown. An opinion changes until the consultation closes. Its words wait
//! for a moderator; who said it is never told.

use chrono::TimeDelta;
use gongzhi_domain::ids::{ClauseId, ContentId, HouseholdId, OpinionId, PersonId};
use gongzhi_domain::order::Version;
use gongzhi_domain::pact::opinion::check_words;
use gongzhi_domain::pact::{Channel, Stage, Stance};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Lang, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use super::load::Pact;
use super::tell;
use crate::db::Db;
use crate::moderation::{NewContent, Waits, rewrite_content, waits_for, withdraw_content, write_content};
use crate::refusal::{Trouble, parsed, refuse, retrying};
use crate::{audit, households, limits, people};

/// As many opinions as one person gives or changes in an hour.
const PER_HOUR: i32 = 120;

/// What somebody says.
#[derive(Debug, Clone)]
pub struct Saying {
    /// The version of the text they read.
    pub text_no: i32,
    /// Of which clause; `None` of the whole text.
    pub clause: Option<ClauseId>,
    /// What they say.
    pub stance: Stance,
    /// In which words; may be empty when they agree.
    pub words: String,
}

/// How an opinion came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    person: PersonId,
    channel: Channel,
    helper: Option<PersonId>,
}

/// Gives the actor's own opinion, or changes it.
///
/// Refused: whoever has not signed in; a pact that is not open for opinions (field `stance`, [`Reason::NotAChoice`]);
/// [`Error::Stale`] when another version was published since; a clause that is none of this version; change or object
/// without words, or too many words (`words`).
pub async fn give(db: &Db, actor: &Actor, number: &str, saying: &Saying) -> Result<OpinionId, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let entry = Entry { person, channel: Channel::Phone, helper: None };
    take(db, actor, number, saying, entry).await
}

/// Writes down the opinion of a resident, who is known by their phone number, at the door, at the window or from paper. The
/// helper is recorded.
///
/// Refused: whoever does not help people in the pact's area, or enters their own number (field `phone`,
/// [`Reason::NeedsAnotherPerson`]); a channel that needs no helper; what was not read back to the resident (`read_back`,
/// [`Reason::ConsentNeeded`]); an opinion that the resident gave on their own phone (`phone`, [`Reason::SaidThemselves`]); everything
/// [`give`] refuses. The resident is told.
pub async fn enter(
    db: &Db,
    actor: &Actor,
    number: &str,
    saying: &Saying,
    phone: &Phone,
    channel: Channel,
    read_back: bool,
) -> Result<OpinionId, Error> {
    let helper = actor.person.ok_or(Error::NotSignedIn)?;
    if channel == Channel::Phone {
        return Err(Error::field("channel", Reason::NotAChoice));
    }
    if !read_back {
        return Err(Error::field("read_back", Reason::ConsentNeeded));
    }
    let mut tx = db.begin().await?;
    let pact = Pact::by_number(&mut tx, number, false).await?;
    actor.may(Action::EnterOpinion, &pact.target())?;
    let (person, _) = people::find_or_create(db, &mut tx, phone, Lang::Zh).await?;
    tx.commit().await.map_err(refuse)?;
    if person == helper {
        return Err(Error::field("phone", Reason::NeedsAnotherPerson));
    }
    take(db, actor, number, saying, Entry { person, channel, helper: Some(helper) }).await
}

async fn take(db: &Db, actor: &Actor, number: &str, saying: &Saying, entry: Entry) -> Result<OpinionId, Error> {
    check_words(saying.stance, &saying.words).map_err(|field| Error::Invalid { fields: vec![field] })?;
    limits::hit(db, "opinion", entry.helper.unwrap_or(entry.person).uuid().as_bytes(), PER_HOUR, TimeDelta::hours(1))
        .await?;
    retrying(move || async move {
        let mut tx = db.begin().await?;
        let id = write(db, &mut tx, actor, number, saying, entry).await?;
        tx.commit().await.map_err(refuse)?;
        Ok::<_, Trouble>(id)
    })
    .await
}

async fn write(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    number: &str,
    saying: &Saying,
    entry: Entry,
) -> Result<OpinionId, Trouble> {
    let id = super::load::id_of(&mut *tx, number).await?;
    // Beside others who say something, but not while the pact is moved.
    sqlx::query_scalar!("select version from pact where id = $1 for share", id.uuid()).fetch_one(&mut *tx).await?;
    let pact = Pact::read(&mut *tx, id, false).await?;
    let action = if entry.helper.is_some() { Action::EnterOpinion } else { Action::GiveOpinion };
    let role = actor.may(action, &pact.target())?;
    if pact.stage != Stage::Down1 {
        return Err(Error::field("stance", Reason::NotAChoice).into());
    }
    if pact.text_no != Some(saying.text_no) {
        return Err(Error::Stale { now: Version(pact.version) }.into());
    }
    if let Some(clause) = saying.clause {
        is_of(&mut *tx, &pact, saying.text_no, clause).await?;
    }
    // One person's opinions on one pact are written one after the other.
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 12))",
        format!("opinion:{}:{}", pact.id, entry.person),
    )
    .fetch_one(&mut *tx)
    .await?;
    let words = saying.words.trim();
    let before = mine(&mut *tx, &pact, saying.text_no, saying.clause, entry.person).await?;
    if entry.helper.is_some() && before.as_ref().is_some_and(|before| before.channel == Channel::Phone) {
        return Err(Error::field("phone", Reason::SaidThemselves).into());
    }
    let content = match (before.as_ref().and_then(|before| before.content), words) {
        (None, "") => None,
        (Some(old), "") => {
            withdraw_content(db, &mut *tx, old).await?;
            None
        }
        (Some(old), _) => {
            let unchanged = before.as_ref().is_some_and(|before| opens_to(db, &before.sealed, words));
            if !unchanged
                && let Waits::Moderator(reasons) = waits_for(&mut *tx, Some(entry.person), words, false).await?
            {
                rewrite_content(db, &mut *tx, old, words, &reasons).await?;
            }
            Some(old)
        }
        (None, _) => {
            let new = NewContent {
                kind: "opinion",
                area: pact.area_id,
                path: &pact.area,
                author: Some(entry.person),
                original: words,
                waits_for: waits_for(&mut *tx, Some(entry.person), words, false).await?,
            };
            Some(ContentId::from_uuid(write_content(db, &mut *tx, new).await?))
        }
    };
    let household = home(db, &mut *tx, &pact, entry.person).await?;
    let opinion = before.as_ref().map_or_else(|| OpinionId::from_uuid(db.new_id()), |before| before.id);
    sqlx::query!(
        "insert into opinion (id, pact_id, version_no, clause_id, person_id, household_id, stance, content_id, channel, helper_id,
             given_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
         on conflict (id) do update set stance = $7, content_id = $8, channel = $9, helper_id = $10, household_id = $6,
             changed_at = $11",
        opinion.uuid(),
        pact.id.uuid(),
        saying.text_no,
        saying.clause.map(ClauseId::uuid),
        entry.person.uuid(),
        household.map(HouseholdId::uuid),
        saying.stance.code(),
        content.map(ContentId::uuid),
        entry.channel.code(),
        entry.helper.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    record(db, tx, actor, role, &pact, opinion, saying, entry, before.map(|before| before.stance)).await?;
    if entry.helper.is_some() {
        tell::of_entry(db, tx, &pact, opinion, entry.person).await?;
    }
    Ok(opinion)
}

/// Whether a sealed text is these words.
fn opens_to(db: &Db, sealed: &[u8], words: &str) -> bool {
    db.keys().open_text(crate::Purpose::Content, sealed).is_ok_and(|old| old == words)
}

/// An opinion that its person gave before.
struct Before {
    id: OpinionId,
    stance: Stance,
    channel: Channel,
    content: Option<ContentId>,
    sealed: Vec<u8>,
}

async fn mine(
    tx: &mut PgConnection,
    pact: &Pact,
    text_no: i32,
    clause: Option<ClauseId>,
    person: PersonId,
) -> Result<Option<Before>, Trouble> {
    let row = sqlx::query!(
        r#"select o.id, o.stance, o.channel, o.content_id, c.original_sealed as "sealed?"
           from opinion o left join content c on c.id = o.content_id
           where o.pact_id = $1 and o.version_no = $2 and o.clause_id is not distinct from $3 and o.person_id = $4"#,
        pact.id.uuid(),
        text_no,
        clause.map(ClauseId::uuid),
        person.uuid(),
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Before {
        id: OpinionId::from_uuid(row.id),
        stance: parsed(&row.stance)?,
        channel: parsed(&row.channel)?,
        content: row.content_id.map(ContentId::from_uuid),
        sealed: row.sealed.unwrap_or_default(),
    }))
}

async fn is_of(tx: &mut PgConnection, pact: &Pact, text_no: i32, clause: ClauseId) -> Result<(), Trouble> {
    let there = sqlx::query_scalar!(
        r#"select exists (select from pact_clause where pact_id = $1 and version_no = $2 and clause_id = $3) as "there!""#,
        pact.id.uuid(),
        text_no,
        clause.uuid(),
    )
    .fetch_one(tx)
    .await?;
    if there { Ok(()) } else { Err(Error::NotFound { what: What::Clause }.into()) }
}

/// The household of a person in the pact's area, if one is known.
async fn home(db: &Db, tx: &mut PgConnection, pact: &Pact, person: PersonId) -> Result<Option<HouseholdId>, Trouble> {
    let homes = households::of(&mut *tx, person, db.today()).await?;
    Ok(homes.into_iter().find(|home| pact.area.contains(&home.area)).map(|home| home.household))
}

#[expect(clippy::too_many_arguments, reason = "what one audit row says")]
async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    pact: &Pact,
    opinion: OpinionId,
    saying: &Saying,
    entry: Entry,
    before: Option<Stance>,
) -> Result<(), Trouble> {
    let stream = format!("opinion:{opinion}");
    let after = json!({
        "pact": pact.number, "text_no": saying.text_no, "clause": saying.clause, "stance": saying.stance, "channel": entry.channel,
    });
    let entry = audit::Entry {
        stream: &stream,
        action: if before.is_some() { "opinion.change" } else { "opinion.give" },
        subject: &stream,
        before: before.map(|stance| json!({"stance": stance})),
        after: Some(after),
        acting_for: entry.helper.map(|_| entry.person),
        ..audit::Entry::default()
    };
    Ok(audit::append(db, tx, actor, role, entry).await?)
}
