//! What a signature binds, as one JSON value (pacts.md, Signing). Its canonical form and hash are made by the proof crate.

use super::{Capacity, Channel};
use crate::ids::HouseholdId;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl TryFrom<&[u8]> for Sha256 {
    type Error = std::array::TryFromSliceError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

impl std::fmt::Display for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Everything a signature is bound to. Another text, rule, resolution, person, home, way or time makes another statement.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// The pact's number.
    pub pact: &'a str,
    /// The version of the text, from 1.
    pub version: i32,
    /// The hash of title, clauses and attachments as they were shown.
    pub text: Sha256,
    /// The hash of the rules it was passed under.
    pub rule_profile: Sha256,
    /// The resolution that passed it, as the number of the move that confirmed the result.
    pub resolution: &'a str,
    /// The signer under a name of this pact alone; nobody can tell from it who it is, or find them in another pact.
    pub signer: Sha256,
    /// As what they sign.
    pub capacity: Capacity,
    /// For which home.
    pub household: HouseholdId,
    /// How it came in.
    pub channel: Channel,
    /// The hash of what shows that it was them: the confirmation, the helper and witness, or the scan.
    pub evidence: Sha256,
    /// When.
    pub at: DateTime<Utc>,
}

impl Statement<'_> {
    /// The value: text and whole numbers only, the time in UTC with the microseconds a database keeps.
    #[must_use]
    pub fn value(&self) -> Value {
        json!({
            "says": "gongzhi signature/1",
            "pact": self.pact,
            "version": self.version,
            "text_sha256": self.text.to_string(),
            "rule_profile_sha256": self.rule_profile.to_string(),
            "resolution": self.resolution,
            "signer": self.signer.to_string(),
            "capacity": self.capacity.code(),
            "household": self.household.to_string(),
            "channel": self.channel.code(),
            "evidence_sha256": self.evidence.to_string(),
            "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        })
    }
}
