//! The pages, one file or folder a door of the portal.

pub mod areas;
pub mod ask;
pub mod bundle;
pub mod desk;
pub mod home;
pub mod legal;
pub mod me;
pub mod offline;
pub mod phone;
pub mod photos;
pub mod reading;
pub mod requests;
pub mod style;
