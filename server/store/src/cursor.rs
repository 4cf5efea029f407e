//! Where the next page of a list begins: the sort key and the id of the last row shown, as an opaque word
//! for an address. A cursor somebody made up is a wrong page, not a fault.

use chrono::{DateTime, Utc};
use gongzhi_domain::{Error, What};
use uuid::Uuid;

/// A sort key that can stand in a cursor.
pub(crate) trait Key: Sized {
    fn to_number(self) -> i64;
    fn from_number(number: i64) -> Option<Self>;
}

impl Key for DateTime<Utc> {
    fn to_number(self) -> i64 {
        self.timestamp_micros()
    }

    fn from_number(number: i64) -> Option<Self> {
        Self::from_timestamp_micros(number)
    }
}

/// Writes a cursor.
pub(crate) fn write<K: Key>(key: K, id: Uuid) -> String {
    format!("{:x}_{}", key.to_number().cast_unsigned(), id.as_simple())
}

/// Reads a cursor.
pub(crate) fn read<K: Key>(text: &str) -> Result<(K, Uuid), Error> {
    let parts = || {
        let (key, id) = text.split_once('_')?;
        let key = u64::from_str_radix(key, 16).ok()?.cast_signed();
        Some((K::from_number(key)?, Uuid::try_parse(id).ok()?))
    };
    parts().ok_or(Error::NotFound { what: What::Page })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nonsense_is_no_page() {
        let at = DateTime::from_timestamp_micros(1_763_800_000_123_456).unwrap_or_default();
        let id = Uuid::from_u128(7);
        assert_eq!(read(&write(at, id)).ok(), Some((at, id)));
        for nonsense in ["", "_", "zz_1", "1_", "ffffffffffffffffff_00000000000000000000000000000007"] {
            assert!(read::<DateTime<Utc>>(nonsense).is_err(), "{nonsense}");
        }
    }
}
