//! The pages, one file or folder a door of the portal.

pub mod areas;
pub mod ask;
pub mod bundle;
pub mod desk;
pub mod home;
pub mod keeping;
pub mod legal;
pub mod log;
pub mod me;
pub mod meetings;
pub mod offline;
pub mod pacts;
pub mod phone;
pub mod photos;
pub mod points;
pub mod reading;
pub mod requests;
pub mod rooms;
pub mod rules;
pub mod signing;
pub mod style;
pub mod votes;
