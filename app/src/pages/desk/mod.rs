//! The desk: where staff accept, dispatch, handle, answer and moderate. Laptop first, works on a phone.

mod cosigners;
mod frame;
mod homes;
mod inbox;
mod keeping;
mod log;
mod many;
mod meetings;
mod moderation;
mod moves;
mod order;
mod pacts;
mod points;
mod rules;
mod sign_in;
mod signing;
mod votes;

pub use homes::{
    BuildingDesk, DeliveryDesk, DoorsDesk, HouseholdsDesk, ImportDesk, NewBuildingDesk, PactDeliveryDesk, RoomDesk,
    RoomsDesk, RoundDesk,
};
pub(crate) use homes::{area_choices, square_metres};
pub use inbox::InboxPage;
pub use keeping::{KeepingDesk, KeepingMatter};
pub use log::CosignDesk;
pub use meetings::{MeetingDesk, MeetingsDesk, PlanMeeting};
pub use moderation::ModerationPage;
pub use order::OrderDeskPage;
pub use pacts::{AnalysisDesk, DraftDesk, NewPactDesk, PactsDesk, WorkshopDesk};
pub use points::{PointsAudit, PointsCounter, PointsDesk, PointsStock, TariffDesk};
pub use rules::{RulesDesk, RulesDraft, WriteRules};
pub use sign_in::StaffSignIn;
pub use signing::{SigningBook, SigningDesk};
pub use votes::{RollDeskPage, RollPrint, VoteDeskPage};
