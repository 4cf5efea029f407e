//! What was typed into the form of a correction of the roll, read as the change it is.

use gongzhi_domain::error::{Error, FieldError, Reason};
use gongzhi_domain::ids::BuildingId;
use gongzhi_domain::roll::{Body, Change};
use gongzhi_store::roll::{At, Changed};
use uuid::Uuid;

use super::{small, whole};
use crate::account::needed;
use crate::orders::choice;

/// The fields that the changes ask, each of them some.
pub(super) struct Typed {
    pub unit: Option<String>,
    pub into: Option<String>,
    pub body: Option<String>,
    pub building: Option<String>,
    pub door: Option<String>,
    pub phone: Option<String>,
    pub flat: Option<String>,
    pub area: Option<String>,
}

impl Typed {
    /// All of them by name.
    pub fn fields(&self) -> [(&'static str, Option<&String>); 8] {
        [
            ("unit", self.unit.as_ref()),
            ("into", self.into.as_ref()),
            ("body", self.body.as_ref()),
            ("building", self.building.as_ref()),
            ("door", self.door.as_ref()),
            ("phone", self.phone.as_ref()),
            ("flat", self.flat.as_ref()),
            ("area", self.area.as_ref()),
        ]
    }

    /// The change that they describe; everything wrong with it at once.
    pub fn changed(&self, change: Change) -> Result<Changed, Error> {
        let mut reading = Reading { typed: self, wrong: Vec::new() };
        let done = match change {
            Change::HomeAdd => Changed::HomeAdd {
                at: reading.at(),
                phone: self.phone.clone().unwrap_or_default(),
                area_cm2: reading.if_typed(self.area.as_ref(), |typed| square_metres("area", typed)),
            },
            Change::HomeStrike => Changed::HomeStrike { unit: reading.number("unit"), flat: reading.flat() },
            Change::Add => Changed::Add { unit: reading.number("unit"), flat: reading.flat(), phone: reading.phone() },
            Change::Strike => {
                Changed::Strike { unit: reading.number("unit"), flat: reading.flat(), phone: reading.phone() }
            }
            Change::AdultAdd => Changed::AdultAdd { at: reading.at(), phone: reading.phone() },
            Change::AdultStrike => Changed::AdultStrike { unit: reading.number("unit") },
            Change::Area => Changed::Area {
                unit: reading.number("unit"),
                flat: reading.flat(),
                area_cm2: reading.keep(square_metres("area", self.area.as_deref())).unwrap_or_default(),
            },
            Change::Join => Changed::Join { unit: reading.number("unit"), into: reading.number("into") },
            Change::MemberAdd => Changed::MemberAdd { body: reading.body(), phone: reading.phone() },
            Change::MemberStrike => Changed::MemberStrike { body: reading.body(), unit: reading.number("unit") },
        };
        if reading.wrong.is_empty() { Ok(done) } else { Err(Error::Invalid { fields: reading.wrong }) }
    }
}

/// The fields as they are read, with what is wrong so far.
struct Reading<'a> {
    typed: &'a Typed,
    wrong: Vec<FieldError>,
}

impl Reading<'_> {
    fn keep<T>(&mut self, read: Result<T, Error>) -> Option<T> {
        read.map_err(|error| self.wrong.extend_from_slice(error.fields())).ok()
    }

    fn if_typed(&mut self, typed: Option<&String>, read: impl Fn(Option<&str>) -> Result<i64, Error>) -> Option<i64> {
        let typed = typed.filter(|typed| !typed.trim().is_empty())?;
        self.keep(read(Some(typed)))
    }

    fn number(&mut self, field: &'static str) -> i32 {
        let typed = if field == "into" { &self.typed.into } else { &self.typed.unit };
        self.keep(whole(field, typed.as_deref())).map(small).unwrap_or_default()
    }

    /// Which flat; nothing typed is nothing said.
    fn flat(&mut self) -> Option<u32> {
        let flat = self.if_typed(self.typed.flat.as_ref(), |typed| whole("flat", typed))?;
        Some(u32::try_from(flat).unwrap_or_default())
    }

    fn phone(&mut self) -> String {
        self.keep(needed("phone", self.typed.phone.as_deref())).unwrap_or_default().to_owned()
    }

    fn body(&mut self) -> Body {
        self.keep(choice("body", self.typed.body.as_deref())).unwrap_or(Body::Statutory)
    }

    fn at(&mut self) -> At {
        let building = self.keep(choice("building", self.typed.building.as_deref()));
        let building = building.unwrap_or_else(|| BuildingId::from_uuid(Uuid::nil()));
        let door = self.keep(needed("door", self.typed.door.as_deref())).unwrap_or_default().to_owned();
        At { building, door }
    }
}

/// Square metres with up to two decimals, in square centimetres.
fn square_metres(field: &str, typed: Option<&str>) -> Result<i64, Error> {
    let wrong = || Error::field(field, Reason::NotANumber);
    let typed = needed(field, typed)?;
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    if part.len() > 2 || !part.chars().all(|c| c.is_ascii_digit()) {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    whole.checked_mul(10_000).and_then(|whole| whole.checked_add(part * 100)).ok_or_else(wrong)
}
