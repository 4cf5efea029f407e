//! An order as the rules need it: its row, who has it, whose it is, the flags and times that follow
//! from its history. Read before every move and by every page of one order.

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::calendar::Minutes;
use gongzhi_domain::clock::{Hours, Policy};
use gongzhi_domain::ids::{AreaId, OrderId, PersonId, UnitId};
use gongzhi_domain::order::{Flags, Move, State, Times, Urgency, Version};
use gongzhi_domain::permission::Target;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, UnknownCode, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::refusal::{Trouble, fault};

/// A code that PostgreSQL holds and this program knows.
pub(crate) fn known<T: std::str::FromStr<Err = UnknownCode>>(code: &str) -> Result<T, Error> {
    code.parse().map_err(fault)
}

/// An order with everything a rule asks about it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub id: OrderId,
    pub state: State,
    pub version: Version,
    pub category: String,
    pub urgency: Urgency,
    pub area_id: AreaId,
    pub area: AreaPath,
    pub lead: Option<UnitId>,
    pub co: Vec<UnitId>,
    pub handler: Option<PersonId>,
    pub opened_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    /// The residents of its requests.
    pub owners: Vec<PersonId>,
    /// The units its requests complain about.
    pub accused: Vec<UnitId>,
    pub tip_off: bool,
    /// Whether limits run for any of its requests.
    pub clocked: bool,
    pub policy: Policy,
    pub flags: Flags,
    pub dispatched_at: Option<DateTime<Utc>>,
}

impl Order {
    /// Reads an order. Inside a transaction that will change it, [`lock`] comes first.
    pub async fn read(conn: &mut PgConnection, id: OrderId, now: DateTime<Utc>) -> Result<Self, Trouble> {
        let row = sqlx::query!(
            r#"select w.state, w.version, w.category, w.urgency, w.area_id, w.area_path, w.lead_unit_id, w.handler_id,
                   w.round, w.supervise, w.pending, w.opened_at, w.changed_at, w.due_at, w.closed_at,
                   c.urgency as category_urgency, c.dispatch_minutes, c.reply_minutes, c.work_time,
                   array(select u.unit_id from order_unit u
                         where u.order_id = w.id and u.part = 'co' and u.until is null order by u.unit_id) as "co!: Vec<Uuid>",
                   (select max(u.since) from order_unit u
                    where u.order_id = w.id and u.part = 'lead' and u.until is null) as dispatched_at,
                   coalesce(r.owners, '{}') as "owners!: Vec<Uuid>", coalesce(r.accused, '{}') as "accused!: Vec<Uuid>",
                   coalesce(r.tip_off, false) as "tip_off!", coalesce(r.question, false) as "question!",
                   coalesce(r.clocked, false) as "clocked!",
                   e.returns as "returns!", coalesce(e.asked_return, false) as "asked_return!",
                   coalesce(e.extended, false) as "extended!", coalesce(e.reopened, false) as "reopened!",
                   coalesce(e.contacted, false) as "contacted!",
                   (select b.from_state from order_event b
                    where b.order_id = w.id and b.to_state = 'need_info' and b.from_state <> b.to_state
                    order by b.seq desc limit 1) as before,
                   (select b.from_state from order_event b
                    where b.order_id = w.id and b.to_state = 'merged' and b.from_state <> b.to_state
                    order by b.seq desc limit 1) as before_merge
               from work_order w
               join category c on c.code = w.category
               cross join lateral (
                   select array_agg(person_id) filter (where person_id is not null) as owners,
                       array_agg(accused_unit_id) filter (where accused_unit_id is not null) as accused,
                       bool_or(kind = 'tip_off') as tip_off, bool_and(kind = 'question') as question,
                       bool_or(kind not in ('suggestion', 'praise')) as clocked
                   from request where order_id = w.id) r
               cross join lateral (
                   select count(*) filter (where move = 'grant_return') as returns,
                       bool_or(move = 'ask_return' and unit_id = w.lead_unit_id) as asked_return,
                       bool_or(move = 'grant_extension' and round = w.round) as extended,
                       bool_or(move = 'reopen' and role in ('resident', 'visitor')) as reopened,
                       bool_or(move = 'log_contact' and round = w.round) as contacted
                   from order_event where order_id = w.id) e
               where w.id = $1"#,
            id.uuid(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Order })?;

        let urgency: Urgency = known(&row.urgency)?;
        let hours = if row.work_time { Hours::Work } else { Hours::AllDay };
        let own_policy = Policy::of_category(1, minutes(row.dispatch_minutes), minutes(row.reply_minutes), hours);
        let flags = Flags {
            urgent: urgency != Urgency::Normal,
            supervise: u8::try_from(row.supervise).unwrap_or_default(),
            overdue: row.due_at.is_some_and(|due| due < now),
            waiting: row.pending.as_deref().map(known).transpose()?,
            before: row.before.as_deref().map(known).transpose()?,
            before_merge: row.before_merge.as_deref().map(known).transpose()?,
            has_lead: row.lead_unit_id.is_some(),
            returns: u8::try_from(row.returns).unwrap_or(u8::MAX),
            lead_asked_return: row.asked_return,
            extended: row.extended,
            resident_reopened: row.reopened,
            has_co_units: !row.co.is_empty(),
            contacted: row.contacted,
            question: row.question,
            master_replied: false,
            round: u8::try_from(row.round).unwrap_or(u8::MAX),
        };
        Ok(Self {
            id,
            state: known(&row.state)?,
            version: Version(row.version),
            category: row.category,
            urgency,
            area_id: AreaId::from_uuid(row.area_id),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            lead: row.lead_unit_id.map(UnitId::from_uuid),
            co: row.co.into_iter().map(UnitId::from_uuid).collect(),
            handler: row.handler_id.map(PersonId::from_uuid),
            opened_at: row.opened_at,
            changed_at: row.changed_at,
            due_at: row.due_at,
            closed_at: row.closed_at,
            owners: row.owners.into_iter().map(PersonId::from_uuid).collect(),
            accused: row.accused.into_iter().map(UnitId::from_uuid).collect(),
            tip_off: row.tip_off,
            clocked: row.clocked,
            policy: policy(urgency, known(&row.category_urgency)?, own_policy),
            flags,
            dispatched_at: row.dispatched_at,
        })
    }

    /// What permissions need to know of it: the asker's own request where one of its requests is theirs.
    pub fn target(&self, actor: &Actor) -> Target {
        let own = actor.person.filter(|person| self.owners.contains(person));
        Target {
            owner: own.or_else(|| self.owners.first().copied()),
            area: Some(self.area.clone()),
            units: self.lead.into_iter().chain(self.co.iter().copied()).collect(),
            accused_units: self.accused.clone(),
            tip_off: self.tip_off,
            ..Target::none()
        }
    }

    /// The same for a move: the order is the lead unit's; co-units only report in and file their part.
    pub fn target_of(&self, actor: &Actor, mv: Move) -> Target {
        let mut target = self.target(actor);
        if !matches!(mv, Move::LogArrival | Move::SubmitSubReply) {
            target.units = self.lead.into_iter().collect();
        }
        target
    }

    /// When the things happened that time spans count from.
    pub fn times(&self) -> Times {
        Times {
            since: Some(self.changed_at),
            dispatched: self.dispatched_at,
            due: self.due_at,
            closed: self.closed_at,
            review: None,
        }
    }
}

/// Waits for whoever is moving the order, then holds it until the transaction ends.
pub(crate) async fn lock(tx: &mut PgConnection, id: OrderId) -> Result<(), Trouble> {
    sqlx::query_scalar!("select version from work_order where id = $1 for update", id.uuid())
        .fetch_optional(tx)
        .await?
        .ok_or(Error::NotFound { what: What::Order })?;
    Ok(())
}

/// The limits that hold: the category's own, or those of the urgency a clerk chose instead.
pub(crate) fn policy(urgency: Urgency, of_category: Urgency, own: Policy) -> Policy {
    match urgency {
        chosen if chosen == of_category => own,
        Urgency::Emergency => Policy::EMERGENCY,
        Urgency::Urgent => Policy::UTILITY,
        Urgency::Normal => Policy::ORDINARY,
    }
}

pub(crate) fn minutes(of_row: i32) -> Minutes {
    Minutes(u32::try_from(of_row).unwrap_or_default())
}
