//! Rewards 兑换: what there is, for the people of which area, what it costs, how many are left. The stock counts what nobody has reserved and is never below
//! nothing.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, RewardId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde_json::json;

use crate::audit;
use crate::db::Db;
use crate::refusal::{fault, refuse};
use crate::scope::Scope;

/// Something points can be given back for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// Which it is.
    pub id: RewardId,
    /// What it is.
    pub name: Named,
    /// Where and when it is handed out.
    pub place: Named,
    /// What it costs.
    pub cost: i32,
    /// How many are left.
    pub stock: i32,
    /// Whether it is offered.
    pub active: bool,
    /// Where it is offered: for the people of this area.
    pub area: Named,
    /// Whether the reader is one of them, by where they live or where their points, or their household's, were credited. `None` where
    /// nobody is signed in, and at the desk.
    pub within_reach: Option<bool>,
}

/// What is offered: first what the reader can take, then the cheapest; also what has run out, so that people see that it was there.
pub async fn catalogue(db: &Db, actor: &Actor) -> Result<Vec<Reward>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, r.name_zh, r.name_en, r.where_zh, r.where_en, r.cost, r.stock, r.active, a.name_zh as area_zh, a.name_en as area_en,
               case when $1::uuid is not null then exists (
                   select from (select id from points_account where person_id = $1
                                union select p.id from points_account p join residence d on d.household_id = p.household_id
                                      where d.person_id = $1 and d.capacity <> 'owner' and d.since <= $2 and (d.until is null or d.until > $2)
                                union all select null) as own (account)
                   where reward_is_within_reach(r.area_path, $1, own.account, $2)) end as within_reach
           from reward r join area a on a.id = r.area_id where r.active
           order by within_reach desc nulls last, r.cost, r.id limit 200"#,
        actor.person.map(PersonId::uuid),
        db.today(),
    );
    Ok(rows.fetch_all(db.pool()).await.map_err(refuse)?.into_iter().map(Row::reward).collect())
}

/// The units that can hand rewards out: code and name.
pub async fn counters(db: &Db) -> Result<Vec<(String, Named)>, Error> {
    let rows = sqlx::query!("select code, name_zh, name_en from unit order by code").fetch_all(db.read()).await;
    let named = |row: (String, String, String)| (row.0, Named::new(row.1, row.2));
    Ok(rows.map_err(refuse)?.into_iter().map(|row| named((row.code, row.name_zh, row.name_en))).collect())
}

/// The rewards of the areas in which the actor manages them, those that are not offered too.
pub async fn managed(db: &Db, actor: &Actor) -> Result<Vec<Reward>, Error> {
    require(actor)?;
    let rows = sqlx::query_as!(
        Row,
        "select r.id, r.name_zh, r.name_en, r.where_zh, r.where_en, r.cost, r.stock, r.active, a.name_zh as area_zh, a.name_en as area_en,
             null::boolean as within_reach
         from reward r join area a on a.id = r.area_id
         where exists (select from unnest($1::text[]) as p (path) where r.area_path >= p.path and r.area_path < p.path || '/')
         order by r.active desc, r.cost, r.id limit 200",
        &Scope::of(actor, Action::ManageRewards, None).paths(),
    );
    Ok(rows.fetch_all(db.pool()).await.map_err(refuse)?.into_iter().map(Row::reward).collect())
}

struct Row {
    id: uuid::Uuid,
    name_zh: String,
    name_en: String,
    where_zh: String,
    where_en: String,
    cost: i32,
    stock: i32,
    active: bool,
    area_zh: String,
    area_en: String,
    within_reach: Option<bool>,
}

impl Row {
    fn reward(self) -> Reward {
        Reward {
            id: RewardId::from_uuid(self.id),
            name: Named::new(self.name_zh, self.name_en),
            place: Named::new(self.where_zh, self.where_en),
            cost: self.cost,
            stock: self.stock,
            active: self.active,
            area: Named::new(self.area_zh, self.area_en),
            within_reach: self.within_reach,
        }
    }
}

/// A reward as it is entered.
#[derive(Debug, Clone, Default)]
pub struct NewReward {
    /// The code of the area it is offered in.
    pub area: String,
    /// The code of the unit that hands it out.
    pub unit: String,
    /// What it is, Chinese and English.
    pub name: (String, String),
    /// Where and when, Chinese and English.
    pub place: (String, String),
    /// What it costs, 1 to 100,000.
    pub cost: i32,
    /// How many there are, 0 to 100,000.
    pub stock: i32,
}

/// Enters a reward. Refused: whoever does not manage rewards there; texts that are missing; numbers outside their range.
pub async fn add_reward(db: &Db, actor: &Actor, new: &NewReward) -> Result<RewardId, Error> {
    require(actor)?;
    let mut wrong = Vec::new();
    for (field, text, max) in [
        ("name_zh", &new.name.0, 40),
        ("name_en", &new.name.1, 80),
        ("where_zh", &new.place.0, 100),
        ("where_en", &new.place.1, 200),
    ] {
        if let Err(reason) = written(text, 1, max) {
            wrong.push(FieldError::new(field, reason));
        }
    }
    wrong.extend(numbers(new.cost, new.stock));
    let areas = db.areas().await?;
    let area = areas.by_code(new.area.trim());
    if area.is_none() {
        wrong.push(FieldError::new("area", Reason::NotAChoice));
    }
    let unit = sqlx::query_scalar!("select id from unit where code = $1", new.unit.trim());
    let unit = unit.fetch_optional(db.pool()).await.map_err(refuse)?;
    if unit.is_none() {
        wrong.push(FieldError::new("unit", Reason::NotAChoice));
    }
    let (Some(area), Some(unit), true) = (area, unit, wrong.is_empty()) else {
        return Err(Error::Invalid { fields: wrong });
    };
    let role = actor.may(Action::ManageRewards, &Target::in_area(area.path.clone()))?;
    let mut tx = db.begin().await?;
    let id = db.new_id();
    sqlx::query!(
        "insert into reward (id, area_id, area_path, unit_id, name_zh, name_en, where_zh, where_en, cost, stock, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        area.id.uuid(),
        area.path.as_str(),
        unit,
        new.name.0.trim(),
        new.name.1.trim(),
        new.place.0.trim(),
        new.place.1.trim(),
        new.cost,
        new.stock,
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("reward:{id}");
    let entry = audit::Entry {
        stream: &subject,
        action: "reward.add",
        subject: &subject,
        after: Some(json!({"name": new.name.0, "cost": new.cost, "stock": new.stock})),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(RewardId::from_uuid(id))
}

/// Changes what a reward costs from now on, how many are left and whether it is offered. What is reserved keeps its cost.
/// `seen` is the stock that was shown: a number left as it was shown leaves the stock alone, whatever was reserved meanwhile.
///
/// # Errors
/// [`Error::Stale`] when another stock is entered and the one that was shown has changed: somebody reserved a piece, or a
/// piece went back.
pub async fn change_reward(
    db: &Db,
    actor: &Actor,
    reward: RewardId,
    cost: i32,
    (seen, stock): (i32, i32),
    active: bool,
) -> Result<(), Error> {
    require(actor)?;
    let mut tx = db.begin().await?;
    let row = sqlx::query!("select area_path, cost, stock, active from reward where id = $1 for update", reward.uuid());
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Reward })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::ManageRewards, &Target::in_area(area))?;
    let wrong = numbers(cost, stock);
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    let stock = match (stock == seen, row.stock == seen) {
        (true, _) => row.stock,
        (false, true) => stock,
        (false, false) => return Err(Error::Stale { now: Version(row.stock) }),
    };
    sqlx::query!(
        "update reward set cost = $2, stock = $3, active = $4, changed_by = $5, changed_at = $6 where id = $1",
        reward.uuid(),
        cost,
        stock,
        active,
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let subject = format!("reward:{reward}");
    let entry = audit::Entry {
        stream: &subject,
        action: "reward.change",
        subject: &subject,
        before: Some(json!({"cost": row.cost, "stock": row.stock, "active": row.active})),
        after: Some(json!({"cost": cost, "stock": stock, "active": active})),
        ..Default::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)
}

fn numbers(cost: i32, stock: i32) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    for (field, number, min) in [("cost", cost, 1), ("stock", stock, 0)] {
        if !(min..=100_000).contains(&number) {
            wrong.push(FieldError::new(field, Reason::OutOfRange { min: min.into(), max: 100_000 }));
        }
    }
    wrong
}

fn require(actor: &Actor) -> Result<(), Error> {
    let action = Action::ManageRewards;
    if actor.has(action) { Ok(()) } else { actor.may(action, &Target::none()).map(|_| ()) }
}
