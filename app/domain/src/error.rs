//! Every way a use case can refuse, as one enum that travels to the page: what, which field, and what
//! could be done instead. The words people read are made from it in their language; the `Display` text
//! here is for logs.

use crate::lang::Named;
use crate::order::{Move, State, Version};
use crate::permission::Action;
use serde::{Deserialize, Serialize};

/// A result whose error is the domain's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The name of a move, as an error reports it.
pub type MoveName = Move;

coded! {
    /// A thing that was not found, or exists already.
    pub enum What {
        /// A request.
        Request = "request",
        /// A work order.
        Order = "order",
        /// An area.
        Area = "area",
        /// A unit.
        Unit = "unit",
        /// A person.
        Person = "person",
        /// A membership.
        Membership = "membership",
        /// A photo or file.
        Attachment = "attachment",
        /// A moderated piece of writing or picture.
        Content = "content",
        /// A category of requests.
        Category = "category",
        /// A session.
        Session = "session",
        /// A page.
        Page = "page",
        /// A rating.
        Rating = "rating",
        /// A building.
        Building = "building",
        /// A household.
        Household = "household",
        /// Somebody's home in a household.
        Residence = "residence",
        /// A text on its way to every door.
        Delivery = "delivery",
        /// A meeting.
        Meeting = "meeting",
        /// Another wording, moved at a meeting.
        Amendment = "amendment",
        /// A deliberation room.
        Room = "room",
        /// A place on the map.
        Place = "place",
        /// A pact.
        Pact = "pact",
        /// A version of the rules of pacts, or a draft of one.
        Rules = "rules",
        /// A key that cosigns the log, or the asking for one.
        Cosigner = "cosigner",
        /// The roll of a pact's vote, or a line of it.
        Roll = "roll",
        /// A vote.
        Vote = "vote",
        /// A ballot that was cast.
        Ballot = "ballot",
        /// A signature under a pact.
        Signature = "signature",
        /// A passkey.
        Passkey = "passkey",
        /// A clause or a version of a pact's text.
        Clause = "clause",
        /// An opinion on a clause.
        Opinion = "opinion",
        /// A tariff, an entry or a proposal of points.
        Points = "points",
        /// A reward or a reservation of one.
        Reward = "reward",
        /// A report that a clause was not kept.
        Breach = "breach",
        /// A nomination of a good neighbour.
        Nomination = "nomination",
    }
}

/// Why a use case refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum Error {
    /// The action needs somebody who is signed in.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in, but no role of theirs may do this to that.
    #[error("may not {action}")]
    Forbidden {
        /// What was tried.
        action: Action,
    },
    /// It does not exist, or the asker may not know that it does.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for.
        what: What,
    },
    /// Something typed or chosen is wrong; every problem at once.
    #[error("invalid: {}", list(fields))]
    Invalid {
        /// The problems, in the order of the form.
        fields: Vec<FieldError>,
    },
    /// The order's state does not allow this move (requests.md, "Anything else is refused").
    #[error("{mv} is not possible in state {state}")]
    IllegalMove {
        /// The state the order is in.
        state: State,
        /// The move that was tried.
        mv: MoveName,
        /// What could be done instead; who by stands in `order::movers`.
        possible: Vec<MoveName>,
    },
    /// Somebody else moved the order first (HTTP 409).
    #[error("stale: now at version {now}")]
    Stale {
        /// The version it has now.
        now: Version,
    },
    /// A limit per person, number or address was reached.
    #[error("too many tries, again in {retry_after_s} s")]
    TooMany {
        /// Seconds until the next try can succeed.
        retry_after_s: u32,
    },
    /// A body or a file is larger than allowed.
    #[error("larger than {max} bytes")]
    TooLarge {
        /// The largest size in bytes.
        max: u64,
    },
    /// It exists already.
    #[error("{what} exists already")]
    Duplicate {
        /// What exists.
        what: What,
    },
    /// The work-day calendar of that year is not loaded: due times in it are unknown, never guessed
    /// (ARCHITECTURE.md, Small decisions).
    #[error("the calendar of {year} is not loaded")]
    UnknownYear {
        /// The year that is missing.
        year: i32,
    },
    /// The pact's stage, its result or a pause does not allow this move (pacts.md, Stages).
    #[error("{mv} is not possible in stage {stage}")]
    PactMove {
        /// The stage the pact is in.
        stage: crate::pact::Stage,
        /// The move that was tried.
        mv: crate::pact::Move,
        /// What is possible instead.
        possible: Vec<crate::pact::Move>,
    },
    /// A window still runs; from then on it is possible.
    #[error("possible from {from}")]
    TooEarly {
        /// From when.
        from: chrono::DateTime<chrono::Utc>,
    },
    /// Something has to be there before the pact can be moved.
    #[error("still missing: {}", needs.iter().map(|need| need.code()).collect::<Vec<_>>().join(", "))]
    StillMissing {
        /// What, in the order of the rules.
        needs: Vec<crate::pact::Need>,
    },
    /// An account cannot be closed while something others wait for is not done.
    #[error("in the way: {}", what.iter().map(|it| it.code()).collect::<Vec<_>>().join(", "))]
    InTheWay {
        /// What, in the order of the rules.
        what: Vec<crate::account::InTheWay>,
    },
    /// A fault of ours; the log holds the details under this id.
    #[error("internal error {id}")]
    Internal {
        /// What support can find in the log.
        id: String,
    },
}

impl Error {
    /// One problem with one field.
    #[must_use]
    pub fn field(name: impl Into<String>, reason: Reason) -> Self {
        Self::Invalid { fields: vec![FieldError::new(name, reason)] }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound { .. } => 404,
            Self::Invalid { .. } => 422,
            Self::IllegalMove { .. }
            | Self::Stale { .. }
            | Self::Duplicate { .. }
            | Self::PactMove { .. }
            | Self::TooEarly { .. }
            | Self::StillMissing { .. }
            | Self::InTheWay { .. } => 409,
            Self::TooMany { .. } => 429,
            Self::TooLarge { .. } => 413,
            Self::UnknownYear { .. } => 503,
            Self::Internal { .. } => 500,
        }
    }

    /// The field problems, empty for every other error.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            _ => &[],
        }
    }
}

fn list(fields: &[FieldError]) -> String {
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// One problem with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl FieldError {
    /// A problem with a field.
    #[must_use]
    pub fn new(field: impl Into<String>, reason: Reason) -> Self {
        Self { field: field.into(), reason }
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

/// What can be wrong with a field, with the numbers its message needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Nothing was given.
    #[error("missing")]
    Missing,
    /// More characters than allowed.
    #[error("longer than {max}")]
    TooLong {
        /// Characters allowed.
        max: u32,
    },
    /// Fewer characters than needed.
    #[error("shorter than {min}")]
    TooShort {
        /// Characters needed.
        min: u32,
    },
    /// Not a number.
    #[error("not a number")]
    NotANumber,
    /// A number outside its range.
    #[error("not between {min} and {max}")]
    OutOfRange {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
    },
    /// Not a mobile number of mainland China.
    #[error("not a phone number")]
    NotAPhone,
    /// Not shaped like a request number.
    #[error("not a request number")]
    NotARequestNumber,
    /// Shaped like a request number, but the check character says it was mistyped.
    #[error("the check character does not fit")]
    CheckCharacter,
    /// Not shaped like a query code.
    #[error("not a query code")]
    NotAQueryCode,
    /// Number and code do not belong together; the answer never says which of them is unknown.
    #[error("number and code do not fit")]
    NoSuchPair,
    /// The one-time code is wrong.
    #[error("wrong code, {left} tries left")]
    WrongCode {
        /// Tries left before a new code is needed.
        left: u8,
    },
    /// The one-time code is too old, or was used.
    #[error("code expired")]
    CodeExpired,
    /// The device's answer is not one of theirs, or not of this site.
    #[error("passkey not accepted")]
    PasskeyRefused,
    /// The device was asked too long ago, or has answered before.
    #[error("passkey asked too long ago")]
    PasskeyExpired,
    /// The sign-in name, the password or the second factor is wrong; never says which.
    #[error("wrong name, password or code")]
    WrongCredentials,
    /// Not one of the choices.
    #[error("not one of the choices")]
    NotAChoice,
    /// Not a date or time.
    #[error("not a date")]
    NotADate,
    /// A date that lies in the past where a coming one is needed.
    #[error("lies in the past")]
    InThePast,
    /// The person has said it themselves; nobody else changes it.
    #[error("said by the person themselves")]
    SaidThemselves,
    /// The photo is of a day on which it proves nothing yet.
    #[error("the photo is too early")]
    PhotoTooEarly,
    /// A date further away than allowed.
    #[error("more than {days} days away")]
    TooFarAway {
        /// Days allowed.
        days: u16,
    },
    /// Too late: the move was possible until then.
    #[error("only possible within {hours} hours")]
    TooLate {
        /// Hours during which it was possible.
        hours: u32,
    },
    /// Too late to take it back, or somebody else has decided since.
    #[error("could be taken back for {seconds} s")]
    UndoOver {
        /// Seconds during which it was possible.
        seconds: u32,
    },
    /// Not a picture this portal reads.
    #[error("not an image")]
    NotAnImage,
    /// A picture with more pixels than is read.
    #[error("more than {max_megapixels} megapixels")]
    TooManyPixels {
        /// Megapixels allowed.
        max_megapixels: u32,
    },
    /// A file that is too large.
    #[error("larger than {max} bytes")]
    FileTooLarge {
        /// Bytes allowed.
        max: u64,
    },
    /// More photos than allowed.
    #[error("more than {max} photos")]
    TooManyPhotos {
        /// Photos allowed.
        max: u32,
    },
    /// No place, and the sender did not say that there is none.
    #[error("a place is needed")]
    PlaceNeeded,
    /// The place lies outside what this portal serves.
    #[error("outside the area served")]
    OutsideArea,
    /// The category does not allow anonymous filing.
    #[error("may not be anonymous")]
    NotAnonymous,
    /// Not a public key for cosigning.
    #[error("not a cosigning key")]
    NotACosigningKey,
    /// Not a signed note.
    #[error("not a signed note")]
    NotANote,
    /// A note that is no head of this log, or not as the log signed it.
    #[error("no head of this log")]
    OtherNote,
    /// No registered key signed the note.
    #[error("signed by no registered key")]
    UnknownSigner,
    /// The signature of a registered key does not hold.
    #[error("the signature does not hold")]
    BrokenSignature,
    /// The consent beside this field is needed.
    #[error("consent is needed")]
    ConsentNeeded,
    /// The second signer is the first one again.
    #[error("needs a second person")]
    NeedsAnotherPerson,
    /// Characters that cannot be stored or shown (control characters).
    #[error("unreadable characters")]
    Unreadable,
    /// A form that did not arrive to its end.
    #[error("broke off")]
    BrokenOff,
    /// Taken by somebody else.
    #[error("taken")]
    Taken,
    /// It is over, or not yet open.
    #[error("not open")]
    Closed,
    /// A mobile number with which nobody has signed in.
    #[error("nobody has signed in with this number")]
    NobodySignedIn,
    /// No home of the pact lies behind this door.
    #[error("no such home")]
    NoSuchHome,
    /// A home or person who stands on the roll already.
    #[error("on the roll already")]
    OnTheRoll,
    /// Nothing on the roll has this number, or the person does not stand there.
    #[error("not on the roll")]
    NotOnTheRoll,
    /// Not the secret half of a teller's key, or not of the right one.
    #[error("not a teller's key")]
    NotATellerKey,
    /// A secret vote needs two tellers who have made their keys.
    #[error("two tellers have to make their keys first")]
    TellersWithoutKeys,
    /// A secret vote that is measured by floor area has no box for papers.
    #[error("no paper box where floor area counts")]
    NoPaperBox,
    /// The cap of the tariff's item is used up for this period.
    #[error("the cap is used up")]
    CapReached,
    /// The balance does not cover it.
    #[error("not enough points")]
    NotEnoughPoints,
    /// None of it is left.
    #[error("sold out")]
    SoldOut,
    /// It would be for oneself or one's own household.
    #[error("for oneself or one's own household")]
    OwnHousehold,
    /// It is for the people of an area to which neither the person nor their points belong.
    #[error("for the residents of {}", .area.zh)]
    ForResidentsOf {
        /// The area.
        area: Named,
    },
    /// A draft that lies before a meeting, or has passed there: it does not change any more.
    #[error("it is being voted on")]
    UnderVote,
    /// No vote of its own has passed it, or the minutes of that meeting are not closed.
    #[error("no vote of its own passed it")]
    NotPassed,
    /// No reward waits under this code.
    #[error("no reward waits under this code")]
    NothingToFetch,
    /// One side of the matter, or somebody of their household.
    #[error("a side of the matter or a relative")]
    Related,
    /// A person who is not among those this is for.
    #[error("not among those it is for")]
    NotAmongThem,
    /// No meeting takes this code now.
    #[error("no meeting takes this code now")]
    NoMeeting,
    /// It is not open for this now.
    #[error("not open now")]
    NotOpenNow,
    /// Everything is as it was.
    #[error("nothing is changed")]
    NothingChanged,
    /// It belongs to another version of the text.
    #[error("of another version of the text")]
    OtherVersion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_wire() {
        let errors = [
            Error::NotSignedIn,
            Error::Forbidden { action: Action::Moderate },
            Error::field("text", Reason::TooLong { max: 2000 }),
            Error::IllegalMove { state: State::Closed, mv: Move::Dispatch, possible: vec![Move::Reopen] },
            Error::Stale { now: Version(3) },
            Error::TooMany { retry_after_s: 60 },
        ];
        for error in errors {
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error, "{json}");
        }
    }

    #[test]
    fn statuses() {
        assert_eq!(Error::NotSignedIn.status(), 401);
        assert_eq!(Error::field("a", Reason::Missing).status(), 422);
        assert_eq!(Error::Stale { now: Version(1) }.status(), 409);
    }
}
