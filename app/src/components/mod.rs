//! The design system: server-rendered components named as their CSS classes. Each takes
//! its language and the present from [`crate::visit::Visit`]; `/desk/style` shows every
//! one of them in every state.

mod badge;
mod button;
mod choice;
mod clocks;
mod desk;
mod diff;
mod errors;
mod field;
mod form;
mod icon;
mod list;
mod map;
mod notice;
mod page;
mod photo;
mod qr;
mod receipt;
mod stages;
mod tabs;
#[cfg(test)]
mod tests;
mod timeline;
mod when;

pub use badge::{Badge, Tone};
pub use button::{Button, Key, Look};
pub use choice::{Checkbox, Choice, RadioCards, Select};
pub use clocks::{Clock, ClockLook, Clocks};
pub use desk::{Desk, Folded, Queue};
pub use diff::Diff;
pub use errors::{EmptyState, ErrorState, ErrorSummary};
pub use field::{TextArea, TextInput, control_id};
pub use form::{Form, name_apart};
pub use icon::{Icon, Sign};
pub use list::{Card, Facts, List, ListItem, Pager};
pub use map::MapFrame;
pub use notice::{Emergency, Notice, Weight};
pub use page::{BottomBar, Door, Footer, Page, Preferences, TopBar, WindowTitle};
pub use photo::{Photo, PhotoPicker};
pub use qr::Qr;
pub use receipt::Receipt;
pub use stages::Stages;
pub use tabs::{Tab, Tabs};
pub use timeline::{Step, Timeline, TimelineItem};
pub use when::{Stretch, When};
