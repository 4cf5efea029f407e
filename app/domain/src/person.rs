//! People and what they are here: roles, memberships, and the actor that every use case is given. What
//! a role may do stands in [`crate::permission`].

use crate::area::AreaPath;
use crate::ids::{PersonId, SessionId, UnitId};
use crate::lang::{Lang, Named};
use serde::Serialize;

coded! {
    /// What somebody is, for permissions and for the history (people-and-places.md, Units and members).
    pub enum Role {
        /// Somebody who has not signed in. They may read what is public and file.
        Visitor = "visitor",
        /// Everyone who has signed in, staff too: for what is their own.
        Resident = "resident",
        /// Runs shifts, rosters and hours of a unit.
        VolunteerCoordinator = "volunteer_coordinator",
        /// 网格长: answers for a grid and assigns within it.
        GridHead = "grid_head",
        /// 指导员: advises a grid.
        Adviser = "adviser",
        /// 网格员: patrols a grid and files for others.
        GridWorker = "grid_worker",
        /// 邻长: knows the neighbours' doors.
        NeighbourHead = "neighbour_head",
        /// Accepts, fills in, proposes rejections, moderates, assists at the window.
        Clerk = "clerk",
        /// Dispatches, decides returns, merges.
        Dispatcher = "dispatcher",
        /// Handles the orders of a unit.
        Handler = "handler",
        /// Approves replies and rejections, asks extensions and suspensions, appoints members.
        UnitManager = "unit_manager",
        /// 回访: asks residents afterwards, never for their own unit.
        FollowUpOfficer = "follow_up_officer",
        /// Watches everything below the area; grants extensions and suspensions.
        Supervisor = "supervisor",
        /// Runs the pact process of a committee.
        PactOfficer = "pact_officer",
        /// Reads histories and the audit log; changes nothing.
        Auditor = "auditor",
        /// Areas, units, members, calendars, texts, retention; no private contents.
        Administrator = "administrator",
        /// The portal itself: the clock, routing rules, imports.
        System = "system",
    }
}

impl Role {
    /// The roles that are given by a membership.
    pub const STAFF: &'static [Self] = &[
        Self::VolunteerCoordinator,
        Self::GridHead,
        Self::Adviser,
        Self::GridWorker,
        Self::NeighbourHead,
        Self::Clerk,
        Self::Dispatcher,
        Self::Handler,
        Self::UnitManager,
        Self::FollowUpOfficer,
        Self::Supervisor,
        Self::PactOfficer,
        Self::Auditor,
        Self::Administrator,
    ];

    /// Whether the role is given by a membership and opens the desk.
    #[must_use]
    pub fn is_staff(self) -> bool {
        Self::STAFF.contains(&self)
    }
}

/// A person's role in a unit, within an area 任职.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The unit they belong to.
    pub unit: UnitId,
    /// Where that unit sits in the tree.
    pub unit_area_path: AreaPath,
    /// What they are there.
    pub role: Role,
    /// The area they act in: this node and everything below.
    pub area_path: AreaPath,
    /// The unit's name, for histories and headings.
    pub unit_name: Named,
}

/// Who is asking, with everything a rule needs to know about them. Made by the server from a session,
/// never read from a client (so it is not `Deserialize`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actor {
    /// The signed-in person; `None` for visitors and the system.
    pub person: Option<PersonId>,
    /// The name shown in histories; empty for visitors.
    pub name: String,
    /// The session the request came with.
    pub session: Option<SessionId>,
    /// Their roles in units today.
    pub memberships: Vec<Membership>,
    /// The language to answer in.
    pub lang: Lang,
    /// The client's address, for limits and the audit log.
    pub client: String,
    /// The id of the HTTP request, for the log.
    pub request_id: String,
    /// Whether this is the portal itself; only [`Actor::system`] sets it.
    pub system: bool,
}

impl Actor {
    /// Somebody who has not signed in. Fill in `lang`, `client` and `request_id` by struct update.
    #[must_use]
    pub const fn visitor() -> Self {
        Self {
            person: None,
            name: String::new(),
            session: None,
            memberships: Vec::new(),
            lang: Lang::Zh,
            client: String::new(),
            request_id: String::new(),
            system: false,
        }
    }

    /// The portal itself: the clock, routing rules, imports, the demo town.
    #[must_use]
    pub fn system() -> Self {
        Self { name: "gongzhi".to_owned(), system: true, ..Self::visitor() }
    }

    /// A signed-in person without memberships.
    #[must_use]
    pub fn resident(person: PersonId, name: impl Into<String>) -> Self {
        Self { person: Some(person), name: name.into(), ..Self::visitor() }
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.person.is_some()
    }

    /// Whether they hold any role in a unit.
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        !self.memberships.is_empty()
    }

    /// Every role they can act in, each once: visitor or resident first, then those of memberships.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let first = match (self.system, self.person) {
            (true, _) => Role::System,
            (false, Some(_)) => Role::Resident,
            (false, None) => Role::Visitor,
        };
        let mut roles = vec![first];
        if self.person.is_some() {
            for membership in &self.memberships {
                if !roles.contains(&membership.role) {
                    roles.push(membership.role);
                }
            }
        }
        roles
    }

    /// Whether they belong to this unit in any role.
    #[must_use]
    pub fn belongs_to(&self, unit: UnitId) -> bool {
        self.memberships.iter().any(|membership| membership.unit == unit)
    }

    /// The units they belong to, each once.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = Vec::new();
        for membership in &self.memberships {
            if !units.contains(&membership.unit) {
                units.push(membership.unit);
            }
        }
        units
    }
}
