//! Who may do what: one table of (action, role, relation) and the function that reads it. What the
//! relation is follows from the target; three rules of conflict stand beside the table, because they
//! take a right away from somebody who would otherwise have it.

mod action;
mod table;

pub use action::Action;
pub use table::TABLE;

use crate::area::AreaPath;
use crate::error::{Error, Result};
use crate::ids::{PersonId, UnitId};
use crate::person::{Actor, Membership, Role};

coded! {
    /// How the target stands to the actor in one of their roles.
    pub enum Relation {
        /// Their own request, person or session, or a request they proved the query code of.
        Own = "own",
        /// Given to the unit of the membership.
        Assigned = "assigned",
        /// Within the area of the membership.
        Inside = "inside",
        /// Anything else, and everything that has no place in the tree.
        Outside = "outside",
    }
}

/// What an action is about, as far as permissions need to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Whose it is: the one who filed, the person of a session, the writer of a text.
    pub owner: Option<PersonId>,
    /// Where it lies; `None` for what has no place.
    pub area: Option<AreaPath>,
    /// The units it is given to: lead and co-units of an order, the unit of a membership; for an
    /// order with a proposed rejection also the unit whose clerk proposed it.
    pub units: Vec<UnitId>,
    /// Units that are complained about.
    pub accused_units: Vec<UnitId>,
    /// People who are complained about.
    pub accused_people: Vec<PersonId>,
    /// Whether it is, or holds, a tip-off.
    pub tip_off: bool,
    /// Whether the caller proved number and query code: the request counts as their own.
    pub granted: bool,
}

impl Target {
    /// Something without owner, place or unit: a public page, the desk as a whole.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Something that belongs to a person.
    #[must_use]
    pub fn of_person(owner: PersonId) -> Self {
        Self { owner: Some(owner), ..Self::default() }
    }

    /// Something that lies in an area.
    #[must_use]
    pub fn in_area(area: AreaPath) -> Self {
        Self { area: Some(area), ..Self::default() }
    }

    /// The same, given to these units.
    #[must_use]
    pub fn with_units(mut self, units: impl IntoIterator<Item = UnitId>) -> Self {
        self.units.extend(units);
        self
    }

    /// The same, with the query code proved.
    #[must_use]
    pub fn with_code_proved(mut self) -> Self {
        self.granted = true;
        self
    }
}

/// Whether a role may do an action to something that stands in this relation.
#[must_use]
pub fn allowed(role: Role, action: Action, relation: Relation) -> bool {
    grants(action).iter().any(|(granted, relations)| *granted == role && relations.contains(&relation))
}

/// The roles that have an action at all, with the relations they have it in.
#[must_use]
pub fn grants(action: Action) -> &'static [(Role, &'static [Relation])] {
    TABLE.iter().find(|(listed, _)| *listed == action).map_or(&[], |(_, grants)| grants)
}

/// What an actor can reach with an action: the condition of a desk query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Everything in and below these areas.
    pub areas: Vec<AreaPath>,
    /// Everything given to these units.
    pub units: Vec<UnitId>,
    /// Everything, wherever it is.
    pub everywhere: bool,
}

impl Reach {
    /// Whether nothing can be reached.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.everywhere && self.areas.is_empty() && self.units.is_empty()
    }
}

impl Actor {
    /// Whether the actor may do this to that, and as what. The role returned is the one the history
    /// records.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] for a visitor who might succeed after signing in, else
    /// [`Error::Forbidden`].
    pub fn may(&self, action: Action, target: &Target) -> Result<Role> {
        let refused = if self.is_signed_in() || self.system { Error::Forbidden { action } } else { Error::NotSignedIn };
        self.roles_for(action, target).next().ok_or(refused)
    }

    /// Every role in which the actor may do this to that, the one a history should name first.
    pub fn roles_for<'a>(&'a self, action: Action, target: &'a Target) -> impl Iterator<Item = Role> + 'a {
        let strict = if target.tip_off && !self.owns(target) { action.on_tip_off() } else { action };
        grants(strict)
            .iter()
            .filter(move |(role, relations)| self.stands(*role, strict, target, relations))
            .map(|(role, _)| *role)
    }

    /// Whether the actor has the action anywhere at all: whether to show the door to it.
    #[must_use]
    pub fn has(&self, action: Action) -> bool {
        let roles = self.roles();
        grants(action).iter().any(|(role, _)| roles.contains(role))
    }

    /// What lists under this action may hold for the actor. Conflicts (own unit, the accused) are
    /// not areas: the caller excludes them by row.
    #[must_use]
    pub fn reach(&self, action: Action) -> Reach {
        let mut reach = Reach::default();
        if self.system && grants(action).iter().any(|(role, _)| *role == Role::System) {
            reach.everywhere = true;
        }
        for membership in &self.memberships {
            if allowed(membership.role, action, Relation::Inside) && !reach.areas.contains(&membership.area_path) {
                reach.areas.push(membership.area_path.clone());
            }
            if allowed(membership.role, action, Relation::Assigned) && !reach.units.contains(&membership.unit) {
                reach.units.push(membership.unit);
            }
            reach.everywhere |= allowed(membership.role, action, Relation::Outside);
        }
        reach
    }

    fn owns(&self, target: &Target) -> bool {
        target.granted || (self.person.is_some() && self.person == target.owner)
    }

    fn stands(&self, role: Role, action: Action, target: &Target, relations: &[Relation]) -> bool {
        match role {
            Role::System => self.system && !relations.is_empty(),
            Role::Visitor | Role::Resident => {
                let is = !self.system && (role == Role::Resident) == self.is_signed_in();
                let relation = if self.owns(target) { Relation::Own } else { Relation::Outside };
                is && relations.contains(&relation)
            }
            staff => {
                self.is_signed_in()
                    && !self.conflicted(action, target)
                    && self
                        .memberships
                        .iter()
                        .filter(|membership| membership.role == staff)
                        .any(|membership| relations.iter().any(|relation| holds(membership, *relation, target)))
            }
        }
    }

    /// Whether a rule of conflict takes the action away from this member of staff.
    fn conflicted(&self, action: Action, target: &Target) -> bool {
        let is_accused = self.person.is_some_and(|person| target.accused_people.contains(&person));
        let of_accused_unit = target.accused_units.iter().any(|unit| self.belongs_to(*unit));
        match action {
            // Never one's own words, nor those about oneself or one's unit (people-and-places.md,
            // Moderation).
            Action::Moderate => is_accused || of_accused_unit || self.owns_by_person(target),
            // Never for their own unit, nor for what they asked themselves (Units and members).
            Action::FollowUp => {
                is_accused || self.owns_by_person(target) || target.units.iter().any(|unit| self.belongs_to(*unit))
            }
            // Nobody handles a complaint about themselves; a tip-off never reaches the accused unit.
            _ => is_accused || (target.tip_off && of_accused_unit),
        }
    }

    fn owns_by_person(&self, target: &Target) -> bool {
        self.person.is_some() && self.person == target.owner
    }
}

fn holds(membership: &Membership, relation: Relation, target: &Target) -> bool {
    match relation {
        Relation::Own => false,
        Relation::Assigned => target.units.contains(&membership.unit),
        Relation::Inside => target.area.as_ref().is_some_and(|area| membership.area_path.contains(area)),
        Relation::Outside => true,
    }
}
