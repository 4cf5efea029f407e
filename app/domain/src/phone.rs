//! Mobile numbers of mainland China: read forgivingly, shown masked. A full number leaves this type
//! only through [`Phone::full`], so that every place that shows or stores one can be found.

use crate::error::Reason;
use crate::text::fold_char;
use serde::Deserialize;

/// A mobile number: eleven digits, `1` then `3`–`9`.
///
/// It is not `Serialize`: a number goes to the database encrypted and to pages masked, never as JSON.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people type it: `+86`, `0086` or `86` before it, spaces, dashes, brackets,
    /// full-width digits.
    ///
    /// # Errors
    /// [`Reason::Missing`] when there is nothing, else [`Reason::NotAPhone`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        if text.trim().is_empty() {
            return Err(Reason::Missing);
        }
        let mut digits = String::new();
        for c in text.trim().chars().map(fold_char) {
            match c {
                '0'..='9' | '+' => digits.push(c),
                '-' | '.' | '(' | ')' | '–' | '—' => {}
                c if c.is_whitespace() || is_invisible(c) => {}
                _ => return Err(Reason::NotAPhone),
            }
            if digits.len() > 16 {
                return Err(Reason::NotAPhone);
            }
        }
        let national = ["+86", "0086", "86"]
            .iter()
            .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11))
            .unwrap_or(&digits);
        let mut bytes = national.bytes();
        let shaped = national.len() == 11
            && bytes.next() == Some(b'1')
            && bytes.next().is_some_and(|second| (b'3'..=b'9').contains(&second))
            && bytes.all(|byte| byte.is_ascii_digit());
        if shaped { Ok(Self(national.to_owned())) } else { Err(Reason::NotAPhone) }
    }

    /// All eleven digits: for encryption, the blind index, the SMS gateway and a logged reveal.
    #[must_use]
    pub fn full(&self) -> &str {
        &self.0
    }

    /// `138****1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(3).collect();
        let tail: String = self.0.chars().skip(7).collect();
        format!("{head}****{tail}")
    }
}

/// Characters that take no room and can hide between digits.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

impl std::str::FromStr for Phone {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Phone {
    type Error = Reason;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_people_type_it() {
        for typed in [
            "13800131234",
            " 138 0013 1234 ",
            "138-0013-1234",
            "+86 13800131234",
            "0086-138-0013-1234",
            "8613800131234",
            "１３８００１３１２３４",
            "(138)00131234",
            "138\u{200b}00131234",
        ] {
            assert_eq!(Phone::parse(typed).as_ref().map(Phone::full), Ok("13800131234"), "{typed}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(Phone::parse("  "), Err(Reason::Missing));
        for typed in ["1380013123", "138001312345", "12800131234", "0483-8221234", "1380013123a", "+8523800131234", "+"]
        {
            assert_eq!(Phone::parse(typed), Err(Reason::NotAPhone), "{typed}");
        }
    }

    #[test]
    fn it_never_prints_itself_in_full() {
        let phone = Phone::parse("13800131234").unwrap();
        assert_eq!(phone.to_string(), "138****1234");
        assert!(!format!("{phone:?}").contains("0013"));
    }
}
