//! Signing a pact (pacts.md, Signing): on one's own phone, with a helper and a witness, or on paper read by two people.
//! Every way ends in `bind::put`, which binds a signature to the exact text, rules and resolution of its round. Taking it
//! back and signing a later version are rows of their own; nothing here tells anybody whether somebody else signed.

mod assisted;
mod bind;
mod book;
mod desk;
mod ground;
mod mine;
mod paper;
mod phone;
mod qr;
mod recheck;
mod round;
mod scan;
mod signers;
mod touch;
mod withdraw;
mod witness;

pub use assisted::{Asked, Assisted, assist};
pub use bind::Signed;
pub use book::{Book, BookLine, RegisterLine, book, register};
pub use desk::{
    Adult, BuildingLine, Colleague, HouseholdLine, HouseholdPage, Overview, Unwitnessed, colleagues, household,
    overview,
};
pub use mine::{Earlier, Mine, MyHousehold, MySignature, mine};
pub use paper::{Difference, Entered, PaperLine, Reading, differences, enter};
pub use phone::{Confirm, Reaffirm, code_for_demo, reaffirm, send_code, sign};
pub use recheck::{Broken, recheck};
pub(crate) use round::on_confirm_result;
pub use round::{BuildingChoice, choose_buildings, chosen_buildings, open};
pub use scan::{NewScan, Scan, keep_scan};
pub(crate) use scan::{damaged, scan_to_read};
pub(crate) use signers::facts;
pub use signers::{Count, Progress, count, progress};
pub use touch::{Touch, begin_touch, touch};
pub use withdraw::withdraw;
pub use witness::{ToWitness, answer, answer_by_code, send_witness_code, to_witness};

/// A tally under this is not told to the public: it could name somebody (pacts.md, Roll and vote).
pub const TOLD_FROM: u32 = 5;
