//! What a list may hold for its reader, as conditions a query can use: areas and units in which a role has
//! the action, narrowed to an area the reader chose.

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::UnitId;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use uuid::Uuid;

/// What a form sent for a choice; an empty one was not made.
pub(crate) fn chosen(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Areas, none of which lies in another, and units.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    areas: Vec<AreaPath>,
    units: Vec<UnitId>,
}

impl Scope {
    /// What the actor reaches with an action, within an area when one is given.
    pub fn of(actor: &Actor, action: Action, within: Option<&AreaPath>) -> Self {
        let reach = actor.reach(action);
        let narrowed: Vec<AreaPath> = match within {
            None => reach.areas,
            Some(chosen) => reach
                .areas
                .into_iter()
                .filter_map(|area| {
                    if area.contains(chosen) { Some(chosen.clone()) } else { chosen.contains(&area).then_some(area) }
                })
                .collect(),
        };
        let mut areas: Vec<AreaPath> = Vec::new();
        for area in &narrowed {
            let covered = narrowed.iter().any(|other| other != area && other.contains(area));
            if !covered && !areas.contains(area) {
                areas.push(area.clone());
            }
        }
        Self { areas, units: reach.units }
    }

    /// The areas as paths; everything below `p` is `path >= p and path < p || '/'`.
    pub fn paths(&self) -> Vec<String> {
        self.areas.iter().map(|area| area.as_str().to_owned()).collect()
    }

    /// The units.
    pub fn units(&self) -> Vec<Uuid> {
        self.units.iter().map(|unit| unit.uuid()).collect()
    }

    /// Whether lists go by area; whoever has no area sees what their units were given.
    pub fn has_areas(&self) -> bool {
        !self.areas.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_subtree_ends_at_the_slash() {
        for below in ["BQ.T01", "BQ.T01.C02", "BQ.T01.C02.G9"] {
            assert!(("BQ.T01".."BQ.T01/").contains(&below), "{below}");
        }
        for beside in ["BQ", "BQ.T00", "BQ.T010", "BQ.T01A", "BQ.T02"] {
            assert!(!("BQ.T01".."BQ.T01/").contains(&beside), "{beside}");
        }
    }
}
