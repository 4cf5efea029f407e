//! The whole demo town as it is invented: map, organisations, people, and the requests of a year. It is the same for
//! the same seed and the same moment, and knows no database.

use chrono::{DateTime, Utc};
use gongzhi_domain::person::Role;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

use super::dice;
use super::life::{self, Life};
use super::map::{self, Region};
use super::pacts::officers;
use super::people::{self, Officer, Resident};
use super::places::{self, Places};
use super::stories::{self, Story};
use super::units::{self, Body};

/// The demo town.
pub struct Town {
    /// Areas, parents before children.
    pub regions: Vec<Region>,
    /// Indexes of the grids.
    pub grids: Vec<usize>,
    /// Places of the communities, by region.
    pub places: Vec<Option<Places>>,
    /// Organisations.
    pub units: Vec<Body>,
    /// Everybody who works for one.
    pub staff: Vec<Officer>,
    /// Residents with an account.
    pub residents: Vec<Resident>,
    /// What there is to tell.
    pub stories: Vec<Story>,
    /// What was told, the oldest first.
    pub lives: Vec<Life>,
    /// Where the officers of the pacts begin in `staff`.
    pub pact_officers: usize,
}

impl Town {
    /// Invents the town as it is at a moment.
    ///
    /// # Errors
    /// When a story file cannot be read, which a test rules out.
    pub fn invent(seed: u64, now: DateTime<Utc>) -> Result<Self, toml::de::Error> {
        let regions = map::draw(&mut dice(seed, "map"));
        let units = units::all();
        let mut town = Self {
            grids: (0..regions.len()).filter(|&at| regions[at].level == 3).collect(),
            places: places::name(&regions, &mut dice(seed, "places")),
            staff: people::staff(&regions, &units, &mut dice(seed, "staff")),
            residents: people::residents(&regions, &mut dice(seed, "residents")),
            stories: stories::all()?,
            lives: Vec::new(),
            pact_officers: 0,
            regions,
            units,
        };
        town.lives = life::plan(&town, now, &mut dice(seed, "lives"));
        town.pact_officers = town.staff.len();
        town.staff.extend(officers::staff(&town.regions, &mut dice(seed, "pact officers")));
        town.units.extend(officers::bodies());
        Ok(town)
    }

    /// The places around a grid: those of the community it lies in.
    #[must_use]
    pub fn places_of(&self, grid: usize) -> &Places {
        static NOWHERE: Places = Places::nowhere();
        self.regions[grid].parent.and_then(|community| self.places[community].as_ref()).unwrap_or(&NOWHERE)
    }

    /// Who holds a role in a unit.
    fn holders(&self, role: Role, unit: &str) -> Vec<usize> {
        (0..self.staff.len())
            .filter(|&at| self.staff[at].roles.iter().any(|held| held.0 == role && held.1 == unit))
            .collect()
    }

    fn one_of(&self, role: Role, unit: &str, rng: &mut ChaCha8Rng) -> usize {
        self.holders(role, unit).choose(rng).copied().unwrap_or_default()
    }

    /// A clerk of the service centre who is not the moderator.
    #[must_use]
    pub fn clerk(&self, rng: &mut ChaCha8Rng) -> usize {
        let moderator = self.moderator();
        let clerks: Vec<usize> =
            self.holders(Role::Clerk, units::CENTRE).into_iter().filter(|&at| at != moderator).collect();
        clerks.choose(rng).copied().unwrap_or_default()
    }

    /// The clerk who moderates.
    #[must_use]
    pub fn moderator(&self) -> usize {
        self.staff.iter().position(|officer| officer.sign_in == "moderator").unwrap_or_default()
    }

    /// A dispatcher.
    #[must_use]
    pub fn dispatcher(&self, rng: &mut ChaCha8Rng) -> usize {
        self.one_of(Role::Dispatcher, units::CENTRE, rng)
    }

    /// A follow-up officer.
    #[must_use]
    pub fn follow_up(&self, rng: &mut ChaCha8Rng) -> usize {
        self.one_of(Role::FollowUpOfficer, units::CENTRE, rng)
    }

    /// A handler of a unit and its manager.
    #[must_use]
    pub fn crew(&self, unit: &str, rng: &mut ChaCha8Rng) -> (usize, usize) {
        (
            self.one_of(Role::Handler, unit, rng),
            self.holders(Role::UnitManager, unit).first().copied().unwrap_or_default(),
        )
    }

    /// The grid worker of the community a grid lies in.
    #[must_use]
    pub fn grid_worker(&self, grid: usize) -> usize {
        let community = self.regions[grid].parent.unwrap_or_default();
        let there =
            |officer: &Officer| officer.roles.iter().any(|held| held.0 == Role::GridWorker && held.2 == community);
        self.staff.iter().position(there).unwrap_or_default()
    }
}
