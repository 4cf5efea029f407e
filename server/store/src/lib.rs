//! What the portal remembers: every transaction and query, the migrations, encryption at rest, the audit
//! chain. A use case is one public function and one transaction, named by a verb of the domain; its first
//! line asks whether the actor may. Rules themselves live in `gongzhi-domain`, pages and HTTP elsewhere.

pub mod areas;
pub mod audit;
pub mod cached;
pub mod calendar;
pub mod categories;
pub mod closing;
mod cursor;
pub mod db;
pub mod delivery;
pub mod desk;
pub mod flash;
pub mod households;
pub mod keeping;
pub mod keys;
pub mod limits;
pub mod log;
pub mod map;
pub mod meetings;
pub mod migrate;
pub mod moderation;
pub mod orders;
pub mod outbox;
pub mod pacts;
pub mod passkeys;
pub mod people;
pub mod photos;
pub mod points;
pub mod refusal;
pub mod requests;
pub mod roll;
pub mod rooms;
mod scope;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod signing;
pub mod staff;
#[cfg(feature = "testing")]
pub mod testing;
pub mod units;
pub mod votes;

pub use db::{Connect, Db, Transaction};
pub use keys::{Keys, Purpose};
pub use refusal::{Trouble, fault, refuse};
