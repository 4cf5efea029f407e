//! Identifiers as types, so that an order's id cannot be passed where a request's is meant. They are
//! `UUIDv7` made by the store; this crate only carries them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$meta:meta])* $Name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $Name(Uuid);

        impl $Name {
            /// Wraps an identifier read from the database or made by the store.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare identifier, for the database.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0.as_hyphenated(), f)
            }
        }

        impl std::str::FromStr for $Name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text.trim()).map(Self)
            }
        }

        impl From<Uuid> for $Name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$Name> for Uuid {
            fn from(id: $Name) -> Self {
                id.0
            }
        }
    )+};
}

id! {
    /// A node of the administrative tree.
    AreaId,
    /// An organisation that can be given work.
    UnitId,
    /// A human being: a resident, a member of staff, often both.
    PersonId,
    /// What one resident asked.
    RequestId,
    /// One piece of handling, for one or more requests.
    OrderId,
    /// A photo or another file.
    AttachmentId,
    /// A piece of writing or a picture that is looked at before it is public.
    ContentId,
    /// One sign-in on one device.
    SessionId,
    /// One row of an order's history.
    EventId,
    /// A key made when a form is opened, so that sending it twice files once.
    KeyId,
    /// A building of a compound.
    BuildingId,
    /// A door behind which people live.
    HouseholdId,
    /// A pact 公约.
    PactId,
    /// A clause of a pact; it stays when its words or its place change.
    ClauseId,
    /// What a resident said of a clause.
    OpinionId,
    /// Somebody's home in a household.
    ResidenceId,
    /// A text on its way to every door.
    RoundId,
    /// Another wording, moved at a meeting.
    AmendmentId,
    /// Somebody who was invited to a meeting, or came.
    AttenderId,
    /// A meeting.
    MeetingId,
    /// A deliberation room 有事好商量.
    RoomId,
    /// A vote.
    VoteId,
    /// A signature under a pact.
    SignatureId,
    /// A leaf of the log of evidence.
    LeafId,
    /// A version of what points are given for.
    TariffId,
    /// One line of a tariff.
    TariffItemId,
    /// One booking of points.
    PointsEntryId,
    /// A credit or reversal that waits for a second person.
    PointsProposalId,
    /// Something points can be given back for.
    RewardId,
    /// A reward set aside for somebody.
    ReservationId,
    /// A report that a clause of a pact was not kept.
    BreachId,
    /// A good neighbour who was named.
    NominationId,
}
