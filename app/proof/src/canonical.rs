//! JSON of which there is only one way to write it (RFC 8785): no spaces, members in the order of their UTF-16 code units, the
//! shortest escapes. Numbers are whole: what is signed or logged counts heads, square centimetres and points, never fractions, and a
//! fraction has more than one spelling in most languages.

use serde::Serialize;
use serde_json::{Map, Value};

/// The largest number that every JSON reader keeps exactly: 2^53 − 1.
pub const NUMBER_MAX: i64 = (1 << 53) - 1;

/// Why a value has no canonical form here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// A fraction, or a number beyond ±(2^53 − 1).
    #[error("a number is no whole number that every reader keeps exactly")]
    Number,
    /// Something that JSON cannot say, like a map with keys that are no text.
    #[error("it cannot be said in JSON")]
    Shape,
}

/// Writes a value canonically.
///
/// # Errors
/// [`NotCanonical::Number`] for a number that is no whole number within ±(2^53 − 1).
pub fn write(value: &Value) -> Result<String, NotCanonical> {
    let mut out = String::new();
    put(value, &mut out)?;
    Ok(out)
}

/// Writes anything that serialises canonically.
///
/// # Errors
/// As [`write`], and [`NotCanonical::Shape`] for what is not JSON.
pub fn write_any<T: Serialize>(thing: &T) -> Result<String, NotCanonical> {
    write(&serde_json::to_value(thing).map_err(|_| NotCanonical::Shape)?)
}

fn put(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Object(members) => object(members, out)?,
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                put(item, out)?;
            }
            out.push(']');
        }
        Value::Number(number) => match number.as_i64() {
            Some(whole) if (-NUMBER_MAX..=NUMBER_MAX).contains(&whole) => out.push_str(&whole.to_string()),
            _ => return Err(NotCanonical::Number),
        },
        // serde_json's escapes are those of RFC 8785: \b \t \n \f \r \" \\ and \u00xx for other control characters.
        plain => out.push_str(&plain.to_string()),
    }
    Ok(())
}

fn object(members: &Map<String, Value>, out: &mut String) -> Result<(), NotCanonical> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (n, (name, value)) in sorted.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        put(value, out)?;
    }
    out.push('}');
    Ok(())
}
