//! What is looked at before a filing is written: every field, the category, the grid, and why the public
//! copy waits for a moderator.

use chrono::TimeDelta;
use gongzhi_domain::area::{AreaPath, Datum, Point};
use gongzhi_domain::content::{Newcomer, wait_reasons};
use gongzhi_domain::ids::{AreaId, PersonId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{self, NAME_MAX, PHOTOS_MAX, PLACE_WORDS_MAX, TEXT_MAX, TEXT_MIN, Visibility, field};
use gongzhi_domain::text::{bigrams, mask_private};
use gongzhi_domain::{Error, FieldError, Reason, What};
use sqlx::PgConnection;

use super::{FileRequest, Who};
use crate::areas::Area;
use crate::categories::{self, Category};
use crate::db::Db;
use crate::moderation::Waits;
use crate::photos::StagedFor;
use crate::refusal::{Trouble, refuse};

/// A filing that can be written.
pub(super) struct Checked {
    pub category: Category,
    pub area: Located,
    pub root: AreaId,
    pub street: String,
    pub point: Option<Point>,
    pub phone: Option<Phone>,
    pub like_earlier: bool,
}

/// The area a request falls to.
pub(super) struct Located {
    pub id: AreaId,
    pub path: AreaPath,
}

impl Located {
    fn of(area: &Area) -> Self {
        Self { id: area.id, path: area.path.clone() }
    }
}

/// Checks every field and answers with all that is wrong, in the order of the form.
pub(super) async fn check(db: &Db, actor: &Actor, filing: &FileRequest) -> Result<Checked, Error> {
    let mut wrong = Vec::new();
    let mut problem = |name: &str, reason| wrong.push(FieldError::new(name, reason));
    if let Err(reason) = request::written(&filing.text, TEXT_MIN, TEXT_MAX) {
        problem(field::TEXT, reason);
    }
    let all = categories::list(db).await?;
    let chosen = filing.category.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let category = match chosen {
        Some(code) => all.iter().find(|category| category.code == code).cloned(),
        None => categories::best(all.clone(), &filing.text)
            .or_else(|| all.into_iter().find(|c| c.code == categories::OTHER)),
    };
    if category.is_none() {
        problem(field::CATEGORY, Reason::NotAChoice);
    }

    let place = &filing.place;
    let datum = place.datum.unwrap_or(Datum::Wgs84);
    let point = place.point.and_then(|(lat, lon)| Point::given(lat, lon, datum));
    let areas = db.areas().await?;
    let root = areas.root().ok_or(Error::NotFound { what: What::Area })?;
    let code = place.area_code.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let chosen_area = code.and_then(|code| areas.by_code(code)).filter(|area| !area.ended);
    if place.point.is_some() && point.is_none() || code.is_some() && chosen_area.is_none() {
        problem(field::PLACE, Reason::OutsideArea);
    } else if point.is_none() && chosen_area.is_none() && place.words.trim().is_empty() && !place.nowhere {
        problem(field::PLACE, Reason::PlaceNeeded);
    }
    if let Err(reason) = request::written(&place.words, 0, PLACE_WORDS_MAX) {
        problem(field::PLACE_WORDS, reason);
    }
    let area = Located::of(point.and_then(|point| areas.locate(point)).or(chosen_area).unwrap_or(root));

    let phone = match &filing.who {
        Who::Me if actor.person.is_none() => {
            problem(field::PHONE, Reason::Missing);
            None
        }
        Who::Number { phone, code, name } => {
            let phone = Phone::parse(phone).map_err(|reason| problem(field::PHONE, reason)).ok();
            if code.trim().is_empty() {
                problem("code", Reason::Missing);
            }
            if let Err(reason) = request::written(name, 0, NAME_MAX) {
                problem(field::NAME, reason);
            }
            phone
        }
        Who::Anonymous if category.as_ref().is_some_and(|category| !category.anonymous_allowed) => {
            problem(field::PHONE, Reason::NotAnonymous);
            None
        }
        Who::Me | Who::Anonymous | Who::For(_) => None,
    };
    if filing.photos.len() > PHOTOS_MAX as usize {
        problem(field::PHOTOS, Reason::TooManyPhotos { max: PHOTOS_MAX });
    } else if !are_staged(db, filing).await? {
        problem(field::PHOTOS, Reason::NotAChoice);
    }
    let Some(category) = category.filter(|_| wrong.is_empty()) else {
        return Err(Error::Invalid { fields: wrong });
    };
    let like_earlier = is_like_earlier(db, filing, &area, &category).await?;
    Ok(Checked { street: areas.street_code(area.id), root: root.id, area, category, point, phone, like_earlier })
}

/// Whether this browser staged every photo that is named, for this form.
async fn are_staged(db: &Db, filing: &FileRequest) -> Result<bool, Error> {
    if filing.photos.is_empty() {
        return Ok(true);
    }
    let ids: Vec<uuid::Uuid> = filing.photos.iter().map(|photo| photo.uuid()).collect();
    let staged = sqlx::query_scalar!(
        r#"select count(*) as "count!" from attachment
           where id = any($1) and state = 'staged' and staged_by = $2 and staged_for = $3"#,
        &ids,
        filing.holder.bytes(),
        StagedFor::Filing.code(),
    )
    .fetch_one(db.pool())
    .await
    .map_err(refuse)?;
    Ok(usize::try_from(staged).is_ok_and(|staged| staged == ids.len()))
}

/// Whether a public request of the last 60 days in the same area and category says much the same: more
/// than half of all their terms are common.
async fn is_like_earlier(db: &Db, filing: &FileRequest, area: &Located, category: &Category) -> Result<bool, Error> {
    let earlier = sqlx::query_scalar!(
        "select c.public_text from request r join content c on c.id = r.content_id
         where r.listed and r.area_path = $1 and r.category = $2 and r.filed_at > $3
         order by r.filed_at desc limit 30",
        area.path.as_str(),
        category.code,
        db.now() - TimeDelta::days(60),
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    let new = bigrams(&mask_private(&filing.text).0);
    Ok(earlier.iter().any(|text| {
        let old = bigrams(text);
        let common = new.iter().filter(|term| old.contains(term)).count();
        common * 2 > new.len() + old.len() - common
    }))
}

/// Why the public copy waits, or that nothing of it becomes public.
pub(super) async fn waits(
    tx: &mut PgConnection,
    filing: &FileRequest,
    checked: &Checked,
    visibility: Visibility,
    person: Option<PersonId>,
) -> Result<Waits, Trouble> {
    if visibility == Visibility::Private {
        return Ok(Waits::Nobody);
    }
    let (public, masked) = mask_private(&filing.text);
    let row = sqlx::query!(
        r#"select (select count(*) from (select 1 from request r where r.person_id = $1 and r.listed limit 100) as p) as "before!",
               exists (select from sensitive_word where position(lower(word) in lower($2)) > 0) as "sensitive!""#,
        person.map(PersonId::uuid),
        public,
    )
    .fetch_one(tx)
    .await?;
    let newcomer = Newcomer {
        published_before: u32::try_from(row.before).unwrap_or_default(),
        pictures: u32::try_from(filing.photos.len()).unwrap_or(u32::MAX),
        masked: &masked,
        sensitive: row.sensitive,
        like_earlier: checked.like_earlier,
        trusted_after: None,
    };
    Ok(Waits::Moderator(wait_reasons(&newcomer)))
}
