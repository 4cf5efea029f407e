//! A pact as the rules need it: its row, the profile frozen for it, and who holds which office. Read before every
//! move and by every page of one pact.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{AreaId, PactId, PersonId, UnitId};
use gongzhi_domain::pact::{Ending, Kind, Office, RuleProfile, Secrecy, Stage};
use gongzhi_domain::permission::Target;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Named, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::refusal::{Trouble, fault, parsed};

/// A pact with everything a rule asks about its row.
#[derive(Debug, Clone)]
pub struct Pact {
    /// Which it is.
    pub id: PactId,
    /// Its number, which stands in its address (`BY03-2026-02`).
    pub number: String,
    /// What sort of pact it is.
    pub kind: Kind,
    /// Where it is on its way.
    pub stage: Stage,
    /// Counts the moves; a mover names the one they saw.
    pub version: i32,
    /// For whom it is made.
    pub area_id: AreaId,
    /// The same as a path.
    pub area: AreaPath,
    /// The committee whose pact it is.
    pub unit: UnitId,
    /// The row of the profile that is frozen for it.
    pub profile_id: Uuid,
    /// The law's numbers that hold for it.
    pub profile: RuleProfile,
    /// Whether its vote is open or secret.
    pub secrecy: Secrecy,
    /// What it is called.
    pub title: Named,
    /// What it is for.
    pub purpose: Named,
    /// The version of the text that counts now; `None` before the first is published.
    pub text_no: Option<i32>,
    /// The pact whose place it takes when it comes into force.
    pub supersedes: Option<PactId>,
    /// Who began it.
    pub opened_by: PersonId,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// When the stage, or its restarted window, began.
    pub stage_since: DateTime<Utc>,
    /// When it was last moved.
    pub changed_at: DateTime<Utc>,
    /// Since when a grounded legal objection stops the clock.
    pub paused_at: Option<DateTime<Utc>>,
    /// How long the clock of the present stage stood still before.
    pub paused_for: TimeDelta,
    /// From which day it applies.
    pub in_force_on: Option<NaiveDate>,
    /// By which day it is to be looked at again.
    pub review_on: Option<NaiveDate>,
    /// Why it ended.
    pub ending: Option<Ending>,
    /// Who acts as what in it, today.
    pub offices: Vec<(PersonId, Office)>,
}

impl Pact {
    /// Reads a pact. With `lock` it is held until the transaction ends, so that nobody else moves it.
    ///
    /// Refused: [`Error::NotFound`] when there is none.
    pub async fn read(conn: &mut PgConnection, id: PactId, lock: bool) -> Result<Self, Trouble> {
        if lock {
            sqlx::query_scalar!("select version from pact where id = $1 for update", id.uuid())
                .fetch_optional(&mut *conn)
                .await?;
        }
        let row = sqlx::query!(
            r#"select p.number, p.kind, p.stage, p.version, p.area_id, p.area_path, p.unit_id, p.profile_id, r.body,
                   p.secrecy, p.title_zh, p.title_en, p.purpose_zh, p.purpose_en, p.text_no, p.supersedes, p.opened_by,
                   p.opened_at, p.stage_since, p.changed_at, p.paused_at,
                   (extract(epoch from p.paused_for) * 1000)::bigint as "paused_ms!", p.in_force_on, p.review_on, p.ending,
                   array(select o.person_id from pact_office o where o.pact_id = p.id and o.until is null
                         order by o.since, o.person_id) as "holders!: Vec<Uuid>",
                   array(select o.office from pact_office o where o.pact_id = p.id and o.until is null
                         order by o.since, o.person_id) as "offices!: Vec<String>"
               from pact p join rule_profile r on r.id = p.profile_id where p.id = $1"#,
            id.uuid(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Pact })?;
        let mut offices = Vec::with_capacity(row.holders.len());
        for (holder, office) in row.holders.into_iter().zip(&row.offices) {
            offices.push((PersonId::from_uuid(holder), parsed(office)?));
        }
        Ok(Self {
            id,
            number: row.number,
            kind: parsed(&row.kind)?,
            stage: parsed(&row.stage)?,
            version: row.version,
            area_id: AreaId::from_uuid(row.area_id),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            unit: UnitId::from_uuid(row.unit_id),
            profile_id: row.profile_id,
            profile: serde_json::from_value(row.body).map_err(fault)?,
            secrecy: parsed(&row.secrecy)?,
            title: Named::new(row.title_zh, row.title_en),
            purpose: Named::new(row.purpose_zh, row.purpose_en),
            text_no: row.text_no,
            supersedes: row.supersedes.map(PactId::from_uuid),
            opened_by: PersonId::from_uuid(row.opened_by),
            opened_at: row.opened_at,
            stage_since: row.stage_since,
            changed_at: row.changed_at,
            paused_at: row.paused_at,
            paused_for: TimeDelta::milliseconds(row.paused_ms),
            in_force_on: row.in_force_on,
            review_on: row.review_on,
            ending: row.ending.as_deref().map(parsed).transpose()?,
            offices,
        })
    }

    /// Reads the pact with a number; how it is written does not matter.
    ///
    /// Refused: [`Error::NotFound`] when there is none.
    pub async fn by_number(conn: &mut PgConnection, number: &str, lock: bool) -> Result<Self, Trouble> {
        let id = id_of(&mut *conn, number).await?;
        Self::read(conn, id, lock).await
    }

    /// What permissions need to know of it: where it lies and whose it is.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::in_area(self.area.clone()).with_units([self.unit])
    }

    /// What somebody is in it.
    #[must_use]
    pub fn office_of(&self, person: PersonId) -> Option<Office> {
        self.offices.iter().find(|(holder, _)| *holder == person).map(|(_, office)| *office)
    }

    /// What the actor is in it; nobody without a person holds an office.
    #[must_use]
    pub fn office_of_actor(&self, actor: &Actor) -> Option<Office> {
        actor.person.and_then(|person| self.office_of(person))
    }

    /// The stream of its audit rows.
    #[must_use]
    pub fn stream(&self) -> String {
        format!("pact:{}", self.number)
    }
}

/// The pact with a number; spaces around it and small letters are forgiven.
pub(crate) async fn id_of(conn: &mut PgConnection, number: &str) -> Result<PactId, Trouble> {
    let number = number.trim().to_uppercase();
    // What has another form than a number is none, whatever PostgreSQL would say of its characters.
    if !number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Error::NotFound { what: What::Pact }.into());
    }
    let id = sqlx::query_scalar!("select id from pact where number = $1", number).fetch_optional(conn).await?;
    Ok(id.map(PactId::from_uuid).ok_or(Error::NotFound { what: What::Pact })?)
}
