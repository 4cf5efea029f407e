//! 积分: what I have, how it is earned, what it can be given back for. Never for voting, signing, an opinion or a report; never a
//! fine, a rank or a limit (pacts.md, Keeping and points).

mod mine;
mod reservation;
mod rewards;
mod tariff;
pub(super) mod vote;
pub(super) mod words;

pub use mine::MyPoints;
pub use reservation::OneReservation;
pub use rewards::Rewards;
pub use tariff::PointsTariff;
