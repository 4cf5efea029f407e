//! Numbers that point to a person: phones, identity cards, bank cards, number plates. They are masked
//! in the public copy whatever their disguise: full width, spaces, dashes, Chinese numerals. Masking
//! too much is mended by a moderator; masking too little is not.

use super::fold_char;
use crate::number::RequestNumber;
use crate::phone::is_invisible;
use serde::{Deserialize, Serialize};

coded! {
    /// What a masked number looked like.
    pub enum MaskKind {
        /// A mobile number.
        Phone = "phone",
        /// A land line.
        Landline = "landline",
        /// An identity card number.
        IdCard = "id_card",
        /// A bank card, or another number as long.
        BankCard = "bank_card",
        /// A number plate.
        Plate = "plate",
    }
}

/// A masked place: which characters (not bytes) of the original and of the masked text, which have the
/// same number of characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// What it looked like.
    pub kind: MaskKind,
    /// The first character.
    pub from: usize,
    /// The character after the last.
    pub to: usize,
}

/// How many characters of disguise may stand between two digits.
const GAP_MAX: usize = 3;

/// The text with private numbers masked, and where. A phone keeps its first three digits, a plate its
/// province and letter; everything else becomes `*`. Characters keep their positions. Request numbers,
/// which are public, stay.
#[must_use]
pub fn mask_private(text: &str) -> (String, Vec<Masked>) {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = Vec::new();
    let mut hidden = vec![false; chars.len()];
    for run in digit_runs(&chars) {
        if let Some(kind) = run.kind(&chars) {
            let keep = if kind == MaskKind::Phone && run.digits.len() == 11 { 3 } else { 0 };
            for (at, _) in run.digits.iter().skip(keep) {
                hide(&mut hidden, *at);
            }
            masked.push(Masked { kind, from: run.from(), to: run.to() });
        }
    }
    for (from, to) in plates(&chars) {
        let touched = masked.iter().any(|other| from < other.to && other.from < to);
        (from + 2..to)
            .filter(|at| chars.get(*at).is_some_and(|c| fold_char(*c).is_ascii_alphanumeric()))
            .for_each(|at| hide(&mut hidden, at));
        if !touched {
            masked.push(Masked { kind: MaskKind::Plate, from, to });
        }
    }
    masked.sort_by_key(|place| place.from);
    let shown = chars.iter().zip(&hidden).map(|(c, hidden)| if *hidden { '*' } else { *c }).collect();
    (shown, masked)
}

fn hide(hidden: &mut [bool], at: usize) {
    if let Some(cell) = hidden.get_mut(at) {
        *cell = true;
    }
}

/// Digits that belong together, each with its place.
struct Run {
    digits: Vec<(usize, u8)>,
    /// Whether the last "digit" is the X of an identity card.
    ends_with_x: bool,
}

impl Run {
    fn from(&self) -> usize {
        self.digits.first().map_or(0, |(at, _)| *at)
    }

    fn to(&self) -> usize {
        self.digits.last().map_or(0, |(at, _)| at + 1)
    }

    fn kind(&self, chars: &[char]) -> Option<MaskKind> {
        let values: Vec<u8> = self.digits.iter().map(|(_, value)| *value).collect();
        if self.is_request_number(chars) {
            return None;
        }
        let holds_phone = values.windows(11).any(|eleven| matches!(eleven, [1, 3..=9, ..]));
        match values.len() {
            18 if self.ends_with_x || is_id_card(&values) => Some(MaskKind::IdCard),
            11.. if holds_phone => Some(MaskKind::Phone),
            13.. => Some(MaskKind::BankCard),
            10..=12 if values.starts_with(&[0]) && values.get(1) != Some(&0) => Some(MaskKind::Landline),
            _ => None,
        }
    }

    /// Whether exactly a request number with the right check character stands here.
    fn is_request_number(&self, chars: &[char]) -> bool {
        let from = self.from();
        let text: String = chars.get(from..(from + 20).min(chars.len())).unwrap_or_default().iter().collect();
        let ends = chars.get(from + 20).is_none_or(|next| !fold_char(*next).is_ascii_alphanumeric());
        ends && self.to() <= from + 20 && RequestNumber::parse(&text).is_ok_and(|number| number.to_string() == text)
    }
}

/// Eighteen digits with the birthday where an identity card has it.
fn is_id_card(values: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        values.get(from..to).unwrap_or_default().iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit))
    };
    (1850..=2199).contains(&number(6, 10)) && (1..=12).contains(&number(10, 12)) && (1..=31).contains(&number(12, 14))
}

fn digit_runs(chars: &[char]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut digits: Vec<(usize, u8)> = Vec::new();
    let mut gap = 0_usize;
    let mut close = |digits: &mut Vec<(usize, u8)>, ends_with_x| {
        if digits.len() >= 10 {
            runs.push(Run { digits: std::mem::take(digits), ends_with_x });
        }
        digits.clear();
    };
    for (at, c) in chars.iter().enumerate() {
        if let Some(value) = digit(*c) {
            digits.push((at, value));
            gap = 0;
        } else if digits.len() == 17 && matches!(fold_char(*c), 'x' | 'X') {
            digits.push((at, 10));
            close(&mut digits, true);
        } else if is_invisible(*c) {
            // Takes no room, so it separates nothing.
        } else if is_gap(*c) && gap < GAP_MAX {
            gap += 1;
        } else {
            close(&mut digits, false);
            gap = 0;
        }
    }
    close(&mut digits, false);
    runs
}

/// The value of a digit in any of the ways people write one.
fn digit(c: char) -> Option<u8> {
    let folded = fold_char(c);
    if let Some(value) = folded.to_digit(10) {
        return u8::try_from(value).ok();
    }
    Some(match c {
        '〇' | '零' | '⓪' => 0,
        '一' | '幺' | '壹' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '①'..='⑨' => u8::try_from(u32::from(c) - u32::from('①') + 1).ok()?,
        '⁰' | '₀' => 0,
        '¹' | '₁' => 1,
        '²' | '₂' => 2,
        '³' | '₃' => 3,
        '⁴'..='⁹' => u8::try_from(u32::from(c) - 0x2070).ok()?,
        '₄'..='₉' => u8::try_from(u32::from(c) - 0x2080).ok()?,
        _ => return None,
    })
}

fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            fold_char(c),
            '-' | '.'
                | '_'
                | '('
                | ')'
                | '·'
                | '•'
                | '–'
                | '—'
                | '―'
                | '−'
                | '‐'
                | '‑'
                | '~'
                | '*'
                | '、'
                | '/'
                | ' '
        )
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领";

/// Number plates, from the province to the last character.
fn plates(chars: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        if PROVINCES.contains(*c)
            && let Some(to) = plate_end(chars, at)
        {
            found.push((at, to));
        }
    }
    found
}

/// Where a plate ends that begins with this province: a letter, perhaps a dot or spaces, five or six
/// letters and digits with at least one digit, the last of which may be 挂 学 警 港 澳.
fn plate_end(chars: &[char], province: usize) -> Option<usize> {
    let folded = |at: usize| chars.get(at).map(|c| fold_char(*c));
    folded(province + 1).filter(char::is_ascii_alphabetic)?;
    let mut at = province + 2;
    while folded(at).is_some_and(is_gap) && at < province + 4 {
        at += 1;
    }
    let mut rest = Vec::new();
    while let Some(c) = folded(at).filter(char::is_ascii_alphanumeric) {
        rest.push(c);
        at += 1;
    }
    if rest.len() == 4 && folded(at).is_some_and(|c| matches!(c, '挂' | '学' | '警' | '港' | '澳')) {
        at += 1;
        rest.push('0');
    }
    (matches!(rest.len(), 5 | 6) && rest.iter().any(char::is_ascii_digit)).then_some(at)
}
