//! Texts: masking what should not be public, terms for the Chinese search, differences, one line of a
//! long text.

mod diff;
mod mask;
mod search;

pub use diff::{Span, diff, diff_graphemes};
pub use mask::{MaskKind, Masked, mask_private};
pub use search::{QueryTerm, bigrams, query_terms};

/// A character in the width people mean: full-width letters, digits and signs become ASCII, the
/// ideographic space a space.
#[must_use]
pub const fn fold_char(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(folded) => folded,
            None => c,
        },
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// A long text on one line: white space runs become one space, and what is beyond `max` characters
/// becomes `…`. Never longer than `max`, which is at least 1.
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let max = max.max(1);
    if line.chars().count() <= max {
        return line;
    }
    let mut cut: String = line.chars().take(max - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_a_text() {
        assert_eq!(one_line("  路灯\n\n坏了  两天 ", 20), "路灯 坏了 两天");
        assert_eq!(one_line("路灯坏了两天", 4), "路灯坏…");
        assert_eq!(one_line("路 灯坏了", 3), "路…");
        assert_eq!(one_line("abc", 0), "…");
    }
}
