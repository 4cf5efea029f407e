//! Local rules: a version of a rule profile for an area and everything below it. One person writes it from the version that holds
//! there, another puts it in force; from then on pacts that begin there freeze it, and those under way keep theirs (pacts.md,
//! Kinds and rules).

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::PersonId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::profile::{Number, Source};
use gongzhi_domain::pact::{Kind, RuleProfile};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::profiles::{self, sha256};
use crate::audit;
use crate::db::Db;
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::scope::Scope;

/// The longest name of a local rule, in characters; its English name may be twice as long.
pub const LAW_MAX: u32 = 80;
/// The longest article.
pub const ARTICLE_MAX: u32 = 40;
/// The longest reason.
pub const REASON_MAX: u32 = 500;

/// A version of the rules of a kind, as everybody may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its kind and number, its numbers and their sources.
    pub profile: RuleProfile,
    /// Where it holds; `None`: the law's own, wherever no local rule does.
    pub area: Option<Named>,
    /// Whether it is the newest of its kind there.
    pub in_force: bool,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why it was made; empty for the law's own.
    pub reason: String,
    /// Its hash, by which pacts and receipts name it.
    pub sha256: String,
    /// The version that held there before, for the difference.
    pub before: Option<RuleProfile>,
}

/// Every version of every kind: the law's first, then by area, the newest first.
pub async fn list(db: &Db, actor: &Actor) -> Result<Vec<Version>, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    read(db, None, None).await
}

/// One version of a kind.
///
/// Refused: a version that is none.
pub async fn one(db: &Db, actor: &Actor, kind: Kind, version: i32) -> Result<Version, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    read(db, Some(kind), Some(version)).await?.pop().ok_or(Error::NotFound { what: What::Rules })
}

async fn read(db: &Db, kind: Option<Kind>, version: Option<i32>) -> Result<Vec<Version>, Error> {
    let rows = sqlx::query!(
        r#"select r.body, r.sha256, r.reason, r.created_at, a.name_zh as "name_zh?", a.name_en as "name_en?", b.body as "before?",
                  not exists (select from rule_profile n where n.kind = r.kind and n.version > r.version
                      and n.area_id is not distinct from r.area_id) as "in_force!"
           from rule_profile r left join area a on a.id = r.area_id left join rule_profile b on b.id = r.replaces
           where ($1::text is null or r.kind = $1) and ($2::integer is null or r.version = $2)
           order by r.kind, r.area_path nulls first, r.version desc"#,
        kind.map(Kind::code),
        version,
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                profile: serde_json::from_value(row.body).map_err(fault)?,
                area: row.name_zh.map(|zh| Named::new(zh, row.name_en.unwrap_or_default())),
                in_force: row.in_force,
                since: row.created_at,
                reason: row.reason,
                sha256: hex::encode(row.sha256),
                before: row.before.map(serde_json::from_value).transpose().map_err(fault)?,
            })
        })
        .collect()
}

/// A local version that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which it is.
    pub id: Uuid,
    /// Where it is to hold.
    pub area: Named,
    /// The local rule.
    pub rule: Source,
    /// Why.
    pub reason: String,
    /// The version it was written from.
    pub base: RuleProfile,
    /// What it is to be.
    pub profile: RuleProfile,
    /// Who wrote it: somebody else puts it in force.
    pub drafted_by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether another version has come into force there since: then it is to be written anew.
    pub overtaken: bool,
}

/// The local versions that wait in the actor's areas, oldest first.
pub async fn waiting(db: &Db, actor: &Actor) -> Result<Vec<Draft>, Error> {
    require(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ids = sqlx::query_scalar!(
        "select id from rule_draft d where outcome is null
           and exists (select from unnest($1::text[]) as p (path) where d.area_path >= p.path and d.area_path < p.path || '/')
         order by drafted_at, id",
        &Scope::of(actor, Action::ManageRules, None).paths(),
    );
    let mut drafts = Vec::new();
    for id in ids.fetch_all(&mut *conn).await.map_err(refuse)? {
        drafts.extend(draft_with(db, &mut conn, id).await?.map(|(_, draft)| draft));
    }
    Ok(drafts)
}

/// One of them.
///
/// Refused: one that is none, or was decided; whoever manages no rules there.
pub async fn draft(db: &Db, actor: &Actor, id: Uuid) -> Result<Draft, Error> {
    require(actor)?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let (path, draft) = draft_with(db, &mut conn, id).await?.ok_or(Error::NotFound { what: What::Rules })?;
    actor.may(Action::ManageRules, &Target::in_area(path))?;
    Ok(draft)
}

async fn draft_with(db: &Db, conn: &mut PgConnection, id: Uuid) -> Result<Option<(AreaPath, Draft)>, Trouble> {
    let row = sqlx::query!(
        "select d.kind, d.area_path, d.base_id, d.body, d.law_zh, d.law_en, d.article, d.reason, d.drafted_by, d.drafted_at,
                a.name_zh, a.name_en, b.body as base
         from rule_draft d join area a on a.id = d.area_id join rule_profile b on b.id = d.base_id
         where d.id = $1 and d.outcome is null",
        id,
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let path = AreaPath::parse(&row.area_path).map_err(fault)?;
    let (holds, _) = profiles::newest(db, conn, parsed(&row.kind)?, &path).await?;
    let draft = Draft {
        id,
        area: Named::new(row.name_zh, row.name_en),
        rule: Source { law: Named::new(row.law_zh, row.law_en), article: row.article },
        reason: row.reason,
        base: serde_json::from_value(row.base).map_err(fault)?,
        profile: serde_json::from_value(row.body).map_err(fault)?,
        drafted_by: PersonId::from_uuid(row.drafted_by),
        at: row.drafted_at,
        overtaken: holds != row.base_id,
    };
    Ok(Some((path, draft)))
}

/// The form for a new version: where its reader may write one, and what holds in the chosen area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// The areas: code, path, name.
    pub areas: Vec<(String, AreaPath, Named)>,
    /// The chosen one.
    pub area: Option<(String, Named)>,
    /// What holds there now for the kind.
    pub base: RuleProfile,
}

/// What the form shows. An area that is none, or not the reader's, counts as not chosen.
///
/// Refused: whoever manages no rules.
pub async fn writing(db: &Db, actor: &Actor, kind: Kind, area: Option<&str>) -> Result<Writing, Error> {
    require(actor)?;
    let reach = actor.reach(Action::ManageRules);
    let tree = db.areas().await?;
    let areas = tree.choices().into_iter().filter_map(|choice| {
        let area = tree.by_code(&choice.code)?;
        let within = reach.areas.iter().any(|within| within.contains(&area.path));
        within.then(|| (choice.code, area.path.clone(), choice.name))
    });
    let areas: Vec<_> = areas.collect();
    let chosen = area.and_then(|code| areas.iter().find(|(known, ..)| known == code.trim())).cloned();
    let mut tx = db.begin().await?;
    let base = match &chosen {
        Some((_, path, _)) => profiles::newest(db, &mut tx, kind, path).await?.1,
        None => RuleProfile::built_in(kind),
    };
    tx.commit().await.map_err(refuse)?;
    Ok(Writing { areas, area: chosen.map(|(code, _, name)| (code, name)), base })
}

/// A local version to be written.
#[derive(Debug, Clone)]
pub struct NewRules {
    /// The kind of pacts it is for.
    pub kind: Kind,
    /// The code of the area.
    pub area: String,
    /// The local rule: its name and article.
    pub rule: Source,
    /// Why it is written down.
    pub reason: String,
    /// The numbers it sets; those left out stay.
    pub numbers: Vec<(Number, u16)>,
}

/// Writes a local version for a second person to put in force, from the one that holds there now. Answers which it is.
///
/// Refused: whoever manages no rules there; a rule without a name or article, a reason that is none, a number out of its bounds,
/// numbers that are all as they were; while another one waits for the same kind and area.
pub async fn write(db: &Db, actor: &Actor, new: &NewRules) -> Result<Uuid, Error> {
    let areas = db.areas().await?;
    require(actor)?;
    let area = areas.by_code(new.area.trim()).ok_or_else(|| Error::field("area", Reason::NotAChoice))?;
    let role = actor.may(Action::ManageRules, &Target::in_area(area.path.clone()))?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut tx = db.begin().await?;
    let (base_id, base) = profiles::newest(db, &mut tx, new.kind, &area.path).await?;
    let rule = Source {
        law: Named::new(new.rule.law.zh.trim(), new.rule.law.en.trim()),
        article: new.rule.article.trim().to_owned(),
    };
    let mut wrong = Vec::new();
    for (field, text, min, max) in [
        ("law", &rule.law.zh, 4, LAW_MAX),
        ("law_en", &rule.law.en, 0, LAW_MAX * 2),
        ("article", &rule.article, 1, ARTICLE_MAX),
        ("reason", &new.reason, 4, REASON_MAX),
    ] {
        wrong.extend(written(text, min, max).err().map(|reason| FieldError::new(field, reason)));
    }
    let profile = match base.with_local(&rule, &new.numbers) {
        Ok(profile) => profile,
        Err(problems) => {
            wrong.extend(problems);
            base.clone()
        }
    };
    if wrong.is_empty() && profile.changed(&base).is_empty() {
        wrong.push(FieldError::new("numbers", Reason::NothingChanged));
    }
    if !wrong.is_empty() {
        // One thing is said of a field.
        let mut said: Vec<FieldError> = Vec::new();
        for problem in wrong {
            if said.iter().all(|known| known.field != problem.field) {
                said.push(problem);
            }
        }
        return Err(Error::Invalid { fields: said });
    }
    let id = db.new_id();
    sqlx::query!(
        "insert into rule_draft (id, kind, area_id, area_path, base_id, body, law_zh, law_en, article, reason, drafted_by, drafted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        new.kind.code(),
        area.id.uuid(),
        area.path.as_str(),
        base_id,
        serde_json::to_value(&profile).map_err(fault)?,
        rule.law.zh,
        rule.law.en,
        rule.article,
        new.reason.trim(),
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"kind": new.kind, "area": area.path.as_str(), "draft": id, "base": base_id, "numbers": told(&profile, &base)});
    record(db, &mut tx, actor, role, new.kind, "write", after, Some(new.reason.trim())).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Puts a local version in force, at once, for the pacts that begin from now on. Answers its kind and number.
///
/// Refused: whoever wrote it, or manages no rules there; a version that was written from one that no longer holds.
pub async fn put_in_force(db: &Db, actor: &Actor, id: Uuid) -> Result<(Kind, u16), Error> {
    require(actor)?;
    let mut tx = db.begin().await?;
    let (held, role) = hold(&mut tx, actor, id).await?;
    if Some(held.drafted_by) == actor.person.map(PersonId::uuid) {
        return Err(Error::field("draft", Reason::NeedsAnotherPerson));
    }
    // Two versions of a kind wait for each other: each is written from the one before, and numbered after it.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('rules:' || $1, 0))", held.kind.code())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let (base_id, base) = profiles::newest(db, &mut tx, held.kind, &held.area).await?;
    if base_id != held.base_id {
        return Err(Error::field("draft", Reason::OtherVersion));
    }
    let last = sqlx::query_scalar!("select max(version) from rule_profile where kind = $1", held.kind.code());
    let last = last.fetch_one(&mut *tx).await.map_err(refuse)?.unwrap_or_default();
    let profile: RuleProfile = serde_json::from_value(held.body).map_err(fault)?;
    let numbers = told(&profile, &base);
    let newest = RuleProfile { version: u16::try_from(last).map_err(fault)?, ..base };
    let profile = profile.next_version(&newest).map_err(|fields| Error::Invalid { fields })?;
    let body = serde_json::to_value(&profile).map_err(fault)?;
    let row = db.new_id();
    sqlx::query!(
        "insert into rule_profile (id, kind, version, body, sha256, created_by, created_at, area_id, area_path, reason, replaces,
             confirmed_by)
         select $1, kind, $2, $3, $4, drafted_by, $5, area_id, area_path, reason, base_id, $6 from rule_draft where id = $7",
        row,
        i32::from(profile.version),
        body,
        &sha256(&body)?,
        db.now(),
        actor.person.map(PersonId::uuid),
        id,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    decide(db, &mut tx, actor, id, Some(row)).await?;
    let after = json!({"kind": held.kind, "area": held.area.as_str(), "draft": id, "profile": row, "version": profile.version,
        "numbers": numbers});
    record(db, &mut tx, actor, role, held.kind, "put_in_force", after, None).await?;
    tx.commit().await.map_err(refuse)?;
    Ok((held.kind, profile.version))
}

/// Drops a local version that waits: whoever wrote it takes it back, or another turns it down.
pub async fn drop(db: &Db, actor: &Actor, id: Uuid) -> Result<(), Error> {
    require(actor)?;
    let mut tx = db.begin().await?;
    let (held, role) = hold(&mut tx, actor, id).await?;
    decide(db, &mut tx, actor, id, None).await?;
    let after = json!({"kind": held.kind, "area": held.area.as_str(), "draft": id});
    record(db, &mut tx, actor, role, held.kind, "drop", after, None).await?;
    tx.commit().await.map_err(refuse)
}

/// A draft that is being decided; nobody else decides it meanwhile.
struct Held {
    kind: Kind,
    area: AreaPath,
    base_id: Uuid,
    body: serde_json::Value,
    drafted_by: Uuid,
}

async fn hold(tx: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<(Held, Role), Error> {
    let row = sqlx::query!(
        "select kind, area_path, base_id, body, drafted_by from rule_draft where id = $1 and outcome is null for update",
        id,
    );
    let row = row.fetch_optional(tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Rules })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::ManageRules, &Target::in_area(area.clone()))?;
    let kind = parsed(&row.kind)?;
    Ok((Held { kind, area, base_id: row.base_id, body: row.body, drafted_by: row.drafted_by }, role))
}

async fn decide(db: &Db, tx: &mut PgConnection, actor: &Actor, id: Uuid, profile: Option<Uuid>) -> Result<(), Error> {
    sqlx::query!(
        "update rule_draft set outcome = $2, decided_by = $3, decided_at = $4, profile_id = $5 where id = $1",
        id,
        if profile.is_some() { "in_force" } else { "dropped" },
        actor.person.map(PersonId::uuid),
        db.now(),
        profile,
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// What changes, for the audit: each number with its value before and after.
fn told(profile: &RuleProfile, base: &RuleProfile) -> serde_json::Value {
    let changed = profile.changed(base).into_iter();
    changed.map(|number| json!([number.code(), base.number(number), profile.number(number)])).collect()
}

fn require(actor: &Actor) -> Result<(), Error> {
    let action = Action::ManageRules;
    if actor.has(action) { Ok(()) } else { actor.may(action, &Target::none()).map(|_| ()) }
}

#[expect(clippy::too_many_arguments, reason = "what an audit row is made of")]
async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    kind: Kind,
    action: &str,
    after: serde_json::Value,
    reason: Option<&str>,
) -> Result<(), Error> {
    let stream = format!("rules:{kind}");
    let action = format!("rules.{action}");
    let entry = audit::Entry {
        stream: &stream,
        action: &action,
        subject: &stream,
        after: Some(after),
        reason,
        ..Default::default()
    };
    audit::append(db, tx, actor, role, entry).await
}
