//! Request numbers and query codes: what a resident is given on the receipt and can read out over the
//! phone. A number is `YYYYMMDD-AAAA-NNNN-C` (ARCHITECTURE.md, Small decisions): day, street code at
//! filing, daily sequence, check character by ISO 7064 MOD 37,36. It never changes.

use crate::error::Reason;
use crate::text::fold_char;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The largest sequence of one street on one day; beyond 9,999 the middle part simply grows.
pub const SEQUENCE_MAX: u32 = 999_999;

/// The number of a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestNumber {
    day: NaiveDate,
    street: [u8; 4],
    sequence: u32,
}

impl RequestNumber {
    /// A new number. `street` is four letters or digits; `sequence` counts from 1 each day.
    /// `None` when a part does not fit the format.
    #[must_use]
    pub fn new(day: NaiveDate, street: &str, sequence: u32) -> Option<Self> {
        if !(1..=SEQUENCE_MAX).contains(&sequence) || !(1970..=9999).contains(&day.year()) {
            return None;
        }
        let street: [u8; 4] = street.as_bytes().try_into().ok()?;
        let street = street.map(|byte| byte.to_ascii_uppercase());
        street.iter().all(u8::is_ascii_alphanumeric).then_some(Self { day, street, sequence })
    }

    /// The day it was filed, in the area's zone.
    #[must_use]
    pub const fn day(self) -> NaiveDate {
        self.day
    }

    /// The street code at filing.
    #[must_use]
    pub fn street(self) -> String {
        self.street.iter().map(|byte| char::from(*byte)).collect()
    }

    /// Which request of that street and day it is.
    #[must_use]
    pub const fn sequence(self) -> u32 {
        self.sequence
    }

    /// The check character.
    #[must_use]
    pub fn check(self) -> char {
        check_character(&self.body())
    }

    fn body(self) -> String {
        format!("{}{}{:04}", self.day.format("%Y%m%d"), self.street(), self.sequence)
    }

    /// Reads a number as people type it: lower case, full width, with or without dashes and spaces.
    ///
    /// # Errors
    /// [`Reason::Missing`], [`Reason::NotARequestNumber`] for another shape, and
    /// [`Reason::CheckCharacter`] when only the check character is wrong (a typing slip).
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let packed = pack(text, 24).ok_or(Reason::NotARequestNumber)?;
        if packed.is_empty() {
            return Err(Reason::Missing);
        }
        let number = Self::unpack(&packed).ok_or(Reason::NotARequestNumber)?;
        if packed.ends_with(number.check()) { Ok(number) } else { Err(Reason::CheckCharacter) }
    }

    fn unpack(packed: &str) -> Option<Self> {
        let (day, rest) = packed.split_at_checked(8)?;
        let (street, rest) = rest.split_at_checked(4)?;
        let (sequence, _check) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let canonical = sequence.len() == 4 || (sequence.len() <= 6 && !sequence.starts_with('0'));
        if sequence.len() < 4 || !canonical || !sequence.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if !day.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::new(NaiveDate::parse_from_str(day, "%Y%m%d").ok()?, street, sequence.parse().ok()?)
    }
}

impl std::fmt::Display for RequestNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let day = self.day.format("%Y%m%d");
        write!(f, "{day}-{}-{:04}-{}", self.street(), self.sequence, self.check())
    }
}

impl std::fmt::Debug for RequestNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for RequestNumber {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RequestNumber {
    type Error = Reason;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RequestNumber> for String {
    fn from(number: RequestNumber) -> Self {
        number.to_string()
    }
}

/// Letters and digits in upper case and half width; separators gone. `None` for any other character
/// or more than `max` characters.
fn pack(text: &str, max: usize) -> Option<String> {
    let mut packed = String::new();
    for c in text.trim().chars().map(fold_char) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => packed.push(c.to_ascii_uppercase()),
            '-' | '_' | '.' | '–' | '—' | '−' | '‐' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
        if packed.len() > max {
            return None;
        }
    }
    Some(packed)
}

/// ISO/IEC 7064 MOD 37,36 (hybrid system): finds every single wrong character and nearly every swap of
/// two neighbours.
fn check_character(body: &str) -> char {
    let mut product = 36_u32;
    for byte in body.bytes() {
        let mut sum = (product + value_of(byte)) % 36;
        if sum == 0 {
            sum = 36;
        }
        product = (sum * 2) % 37;
    }
    let at = ((37 - product) % 36) as usize;
    ALPHABET.get(at).map_or('0', |byte| char::from(*byte))
}

fn value_of(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}

/// The letters and digits of a query code: none that looks like another one when printed small or
/// written by hand (no 0 O, 1 I L, 2 Z, 5 S, 8 B).
pub const QUERY_ALPHABET: &[u8; 25] = b"34679ACDEFGHJKMNPQRTUVWXY";

const QUERY_LETTERS: u64 = 25;

/// Characters of a query code.
pub const QUERY_CODE_LENGTH: usize = 8;

/// The secret on the receipt that opens one request together with its number, for people without an
/// account. Stored only as an HMAC; `Debug` never prints it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QueryCode(String);

impl QueryCode {
    /// A code from 64 random bits of the caller's generator.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let mut rest = random;
        let code = (0..QUERY_CODE_LENGTH).map(|_| {
            let at = usize::try_from(rest % QUERY_LETTERS).unwrap_or(0);
            rest /= QUERY_LETTERS;
            QUERY_ALPHABET.get(at).map_or('3', |byte| char::from(*byte))
        });
        Self(code.collect())
    }

    /// Reads a code as people type it: lower case, full width, spaces and dashes.
    ///
    /// # Errors
    /// [`Reason::Missing`] or [`Reason::NotAQueryCode`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let packed = pack(text, QUERY_CODE_LENGTH).ok_or(Reason::NotAQueryCode)?;
        if packed.is_empty() {
            return Err(Reason::Missing);
        }
        let known = packed.bytes().all(|byte| QUERY_ALPHABET.contains(&byte));
        if known && packed.len() == QUERY_CODE_LENGTH { Ok(Self(packed)) } else { Err(Reason::NotAQueryCode) }
    }

    /// The code without its gap, for the HMAC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for QueryCode {
    /// Two groups of four, easier to read out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, second) = self.0.split_at_checked(4).unwrap_or((&self.0, ""));
        write!(f, "{first} {second}")
    }
}

impl std::fmt::Debug for QueryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QueryCode(…)")
    }
}

impl std::str::FromStr for QueryCode {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for QueryCode {
    type Error = Reason;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<QueryCode> for String {
    fn from(code: QueryCode) -> Self {
        code.0
    }
}
