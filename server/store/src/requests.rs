//! Requests: what one resident asked. Filing, reading, asking by number and code, rating. How the work
//! moves afterwards is `orders`; what of it is public is `moderation`.

mod ask;
mod contact;
mod file;
mod number;
mod page;
mod public;
pub(crate) mod rated;

pub use ask::{ask, receipt, sweep};
pub use contact::{Contact, reveal_contact};
pub use file::{FileRequest, PlaceGiven, Who, file};
pub use page::page;
pub(crate) use page::{minutes_between, photo_view, place_of};
pub use public::{Counts, ListQuery, counts, mine, public_list};
pub use rated::rate;

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{AreaId, OrderId, PersonId, RequestId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::{Kind, Visibility};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, fault, parsed};

/// A browser, known only by a keyed hash of its nameless form cookie: what it staged, filed or proved the
/// query code of is open to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder(Vec<u8>);

impl Holder {
    /// The holder of a form cookie.
    #[must_use]
    pub fn of(db: &Db, cookie: &str) -> Self {
        Self(db.keys().index(Purpose::FormCookie, format!("{cookie}\0holder").as_bytes()))
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(…)")
    }
}

/// A request as the permission table needs it, found by its number.
pub(crate) struct Found {
    pub id: RequestId,
    pub order: OrderId,
    pub content: Uuid,
    pub kind: Kind,
    pub visibility: Visibility,
    pub owner: Option<PersonId>,
    pub area_id: AreaId,
    pub area: AreaPath,
    pub listed: bool,
    pub accused: Vec<UnitId>,
    pub granted: bool,
    pub units: Vec<UnitId>,
}

impl Found {
    pub async fn by_number(
        conn: &mut PgConnection,
        db: &Db,
        holder: Option<&Holder>,
        number: RequestNumber,
    ) -> Result<Self, Trouble> {
        let row = sqlx::query!(
            r#"select r.id, r.order_id, r.content_id, r.kind, r.visibility, r.person_id, r.area_id, r.area_path, r.listed,
                   r.accused_unit_id,
                   exists (select from request_grant g
                           where g.request_id = r.id and g.holder = $2 and g.expires_at > $3) as "granted!",
                   array(select u.unit_id from order_unit u where u.order_id = r.order_id and u.until is null) as "units!: Vec<Uuid>"
               from request r where r.number = $1"#,
            number.to_string(),
            holder.map(Holder::bytes),
            db.now(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Request })?;
        Ok(Self {
            id: RequestId::from_uuid(row.id),
            order: OrderId::from_uuid(row.order_id),
            content: row.content_id,
            kind: parsed(&row.kind)?,
            visibility: parsed(&row.visibility)?,
            owner: row.person_id.map(PersonId::from_uuid),
            area_id: AreaId::from_uuid(row.area_id),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            listed: row.listed,
            accused: row.accused_unit_id.into_iter().map(UnitId::from_uuid).collect(),
            granted: row.granted,
            units: row.units.into_iter().map(UnitId::from_uuid).collect(),
        })
    }

    pub fn target(&self) -> Target {
        Target {
            owner: self.owner,
            area: Some(self.area.clone()),
            units: self.units.clone(),
            accused_units: self.accused.clone(),
            tip_off: self.kind == Kind::TipOff,
            granted: self.granted,
            ..Target::none()
        }
    }

    /// Whether the reader is the writer, signed in or by code.
    pub fn is_own(&self, actor: &Actor) -> bool {
        actor.may(Action::ReadOwnRequest, &self.target()).is_ok()
    }
}
