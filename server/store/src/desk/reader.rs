//! What a member of staff reaches, as the lists of the desk ask for it.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::UnitId;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use uuid::Uuid;

use crate::scope::Scope;

/// The reader of a list; the parameters of `readable_order`.
pub(super) struct Reader {
    areas: Vec<String>,
    /// Has no area at all and sees what their units were given.
    only_units: bool,
    /// The units through which they read orders.
    pub units: Vec<Uuid>,
    /// Who they are: their own requests are handled by others.
    pub person: Option<Uuid>,
    /// Every unit they belong to: what accuses one of them is not for them.
    pub own_units: Vec<Uuid>,
    /// Where they may read tip-offs.
    pub tip_off_areas: Vec<String>,
}

impl Reader {
    /// What an actor reaches, within an area when one is given.
    pub fn of(actor: &Actor, within: Option<&AreaPath>) -> Self {
        let orders = Scope::of(actor, Action::ReadOrder, within);
        Self {
            areas: orders.paths(),
            only_units: !orders.has_areas(),
            units: orders.units(),
            person: actor.person.map(|person| person.uuid()),
            own_units: actor.units().into_iter().map(UnitId::uuid).collect(),
            tip_off_areas: Scope::of(actor, Action::ReadTipOff, within).paths(),
        }
    }

    /// The areas a list goes by; `None` when it goes by units.
    pub fn areas(&self, by_unit: bool) -> Option<&[String]> {
        (!self.only_units && !by_unit).then_some(self.areas.as_slice())
    }

    /// The unit of whoever has no area and one unit.
    pub fn only_unit(&self) -> Option<Uuid> {
        match self.units.as_slice() {
            [unit] if self.only_units => Some(*unit),
            _ => None,
        }
    }
}
