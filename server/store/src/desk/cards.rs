//! What a list of the desk shows of an order: one card, from one query for the whole page.

use chrono::{DateTime, Utc};
use gongzhi_domain::clock::Health;
use gongzhi_domain::ids::{AreaId, OrderId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::{Flags, State, Urgency, Version};
use gongzhi_domain::text::{mask_private, one_line};
use gongzhi_domain::view::OrderCard;
use gongzhi_domain::{Error, Named};
use uuid::Uuid;

use crate::areas::AreaTree;
use crate::db::Db;
use crate::keys::Purpose;
use crate::orders::load::known;
use crate::refusal::{fault, parsed, refuse};

/// Characters of a text in a list.
const TITLE_MAX: usize = 80;

/// The cards of these orders, in their order.
pub(super) async fn of(db: &Db, areas: &AreaTree, orders: &[Uuid]) -> Result<Vec<OrderCard>, Error> {
    let now = db.now();
    rows(db, orders).await?.into_iter().map(|row| row.card(db, areas, now)).collect()
}

struct Row {
    id: Uuid,
    number: String,
    original: Vec<u8>,
    kind: String,
    name_zh: String,
    name_en: String,
    area_id: Uuid,
    state: String,
    version: i32,
    urgency: String,
    round: i16,
    supervise: i16,
    pending: Option<String>,
    lead_zh: Option<String>,
    lead_en: Option<String>,
    filed_at: DateTime<Utc>,
    due: Option<DateTime<Utc>>,
    requests: i64,
    photos: i64,
    before: Option<String>,
}

async fn rows(db: &Db, orders: &[Uuid]) -> Result<Vec<Row>, Error> {
    sqlx::query_as!(
        Row,
        r#"select w.id, r.number, c.original_sealed as original, r.kind, g.name_zh, g.name_en, w.area_id, w.state, w.version,
               w.urgency, w.round, w.supervise, w.pending, u.name_zh as "lead_zh?", u.name_en as "lead_en?", r.filed_at, w.due_at as due,
               (select count(*) from request o where o.order_id = w.id) as "requests!",
               (select count(*) from attachment a where a.content_id = c.id) as "photos!",
               case when w.state = 'need_info' then
                   (select b.from_state from order_event b where b.order_id = w.id and b.to_state = w.state
                        and b.from_state <> b.to_state order by b.seq desc limit 1) end as before
           from unnest($1::uuid[]) with ordinality as page (id, at)
           join work_order w on w.id = page.id
           join lateral (select * from request o where o.order_id = w.id order by o.id limit 1) r on true
           join content c on c.id = r.content_id
           join category g on g.code = w.category
           left join unit u on u.id = w.lead_unit_id
           order by page.at"#,
        orders,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)
}

impl Row {
    fn card(self, db: &Db, areas: &AreaTree, now: DateTime<Utc>) -> Result<OrderCard, Error> {
        let state: State = known(&self.state)?;
        let original = db.keys().open_text(Purpose::Content, &self.original)?;
        let overdue = self.due.is_some_and(|due| due < now);
        let before = self.before.as_deref().map(parsed).transpose()?;
        let urgency: Urgency = parsed(&self.urgency)?;
        let flags = Flags {
            urgent: urgency != Urgency::Normal,
            supervise: u8::try_from(self.supervise).unwrap_or_default(),
            overdue,
            waiting: self.pending.as_deref().map(parsed).transpose()?,
            before,
            round: u8::try_from(self.round).unwrap_or(u8::MAX),
            ..Flags::default()
        };
        Ok(OrderCard {
            id: OrderId::from_uuid(self.id),
            number: RequestNumber::parse(&self.number).map_err(fault)?,
            title: one_line(&mask_private(&original).0, TITLE_MAX),
            kind: parsed(&self.kind)?,
            category: Named::new(self.name_zh, self.name_en),
            area: areas.get(AreaId::from_uuid(self.area_id)).map(|area| area.name.clone()).unwrap_or_default(),
            state,
            stage: state.stage(before),
            urgency,
            flags,
            lead: self.lead_zh.map(|zh| Named::new(zh, self.lead_en.unwrap_or_default())),
            filed_at: self.filed_at,
            due: self.due,
            health: match self.due {
                None => Health::Idle,
                Some(_) if overdue => Health::Overdue,
                Some(_) => Health::Running,
            },
            requests: u32::try_from(self.requests).unwrap_or_default(),
            photos: u32::try_from(self.photos).unwrap_or_default(),
            version: Version(self.version),
        })
    }
}
