//! One link of the chain: a row of the log with the hash of the row before it and its own, and the bytes that are
//! hashed. They never change: a row written years ago has to fit its hash.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The hash before the first row of a stream.
pub(super) const GENESIS: [u8; 32] = [0; 32];

/// A row as it is stored.
pub(super) struct Row {
    pub stream: String,
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub person_id: Option<Uuid>,
    pub acting_for: Option<Uuid>,
    pub role: String,
    pub action: String,
    pub subject: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<String>,
    pub client: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Row {
    /// The row with the hash that fits it.
    pub fn sealed(self) -> Self {
        Self { hash: self.digest().to_vec(), ..self }
    }

    /// SHA-256 over every field but the hash itself, each with its length before it so that no two rows share their
    /// bytes. The moment counts in microseconds, as PostgreSQL keeps it.
    pub fn digest(&self) -> [u8; 32] {
        let mut sha = Sha256::new();
        let mut field = |bytes: Option<&[u8]>| match bytes {
            None => sha.update([0]),
            Some(bytes) => {
                sha.update([1]);
                sha.update((bytes.len() as u64).to_be_bytes());
                sha.update(bytes);
            }
        };
        field(Some(b"gongzhi audit 1"));
        field(Some(&self.prev_hash));
        field(Some(self.stream.as_bytes()));
        field(Some(&self.seq.to_be_bytes()));
        field(Some(&self.at.timestamp_micros().to_be_bytes()));
        field(self.person_id.as_ref().map(|id| id.as_bytes().as_slice()));
        field(self.acting_for.as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(self.role.as_bytes()));
        field(Some(self.action.as_bytes()));
        field(Some(self.subject.as_bytes()));
        field(self.before.as_ref().map(canonical).as_deref());
        field(self.after.as_ref().map(canonical).as_deref());
        field(self.reason.as_ref().map(String::as_bytes));
        field(Some(self.client.as_bytes()));
        sha.finalize().into()
    }
}

/// JSON as PostgreSQL gives it back whatever way it keeps it: fractions as text, since `jsonb` may write
/// them differently.
pub(super) fn storable(value: Value) -> Value {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.into_iter().map(storable).collect()),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, storable(value))).collect(),
        other => other,
    }
}

/// The bytes of a JSON value that do not depend on the order of its members.
fn canonical(value: &Value) -> Vec<u8> {
    fn write(value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by_key(|(name, _)| name.as_bytes());
                out.push(b'{');
                for (name, value) in sorted {
                    out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
                    out.push(b':');
                    write(value, out);
                    out.push(b',');
                }
                out.push(b'}');
            }
            Value::Array(items) => {
                out.push(b'[');
                for item in items {
                    write(item, out);
                    out.push(b',');
                }
                out.push(b']');
            }
            plain => out.extend_from_slice(plain.to_string().as_bytes()),
        }
    }
    let mut out = Vec::new();
    write(value, &mut out);
    out
}
