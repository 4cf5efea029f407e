//! What changed between two texts, for the moderator and the writer: by character in Chinese, by word
//! where words are spelled with letters.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A piece of a difference, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "span", content = "text", rename_all = "snake_case")]
pub enum Span {
    /// In both.
    Same(String),
    /// Only in the old text.
    Gone(String),
    /// Only in the new text.
    New(String),
}

impl Span {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Same(text) | Self::Gone(text) | Self::New(text) => text,
        }
    }
}

/// Beyond this many comparisons the middle is shown as replaced.
const COMPARISONS_MAX: usize = 6_000_000;

/// The difference between two texts. The old one is `Same` and `Gone` put together, the new one `Same`
/// and `New`. Neighbouring spans are of different kinds and none is empty.
#[must_use]
pub fn diff(old: &str, new: &str) -> Vec<Span> {
    diff_tokens(&tokens(old), &tokens(new))
}

/// The same by grapheme, as Unicode cuts what people take for one character; runs of letters and digits stay whole here too.
/// Its tables are large: for the server.
#[must_use]
pub fn diff_graphemes(old: &str, new: &str) -> Vec<Span> {
    diff_tokens(&graphemes(old), &graphemes(new))
}

fn diff_tokens(old: &[&str], new: &[&str]) -> Vec<Span> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, old_tail) = old_rest.split_at(old_rest.len() - tail);
    let (new_middle, _) = new_rest.split_at(new_rest.len() - tail);

    let mut spans = Spans::default();
    old.iter().take(head).for_each(|token| spans.add_same(token));
    if old_middle.len().saturating_mul(new_middle.len()) > COMPARISONS_MAX {
        old_middle.iter().for_each(|token| spans.add_gone(token));
        new_middle.iter().for_each(|token| spans.add_new(token));
    } else {
        spans.between(old_middle, new_middle);
    }
    old_tail.iter().for_each(|token| spans.add_same(token));
    spans.finish()
}

/// Words of letters and digits, every other grapheme alone.
fn graphemes(text: &str) -> Vec<&str> {
    let mut list = Vec::new();
    let mut from = 0;
    let mut spelled_before = false;
    for (at, grapheme) in text.grapheme_indices(true) {
        let spelled = grapheme.chars().all(is_spelled);
        if at > from && !(spelled && spelled_before) {
            list.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        spelled_before = spelled;
    }
    if from < text.len() {
        list.push(text.get(from..).unwrap_or_default());
    }
    list
}

/// Words of letters and digits, every other character alone; what combines with a character stays
/// with it.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut from = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let continues =
            previous.is_some_and(|before| (is_spelled(before) && is_spelled(c)) || combines(c) || before == '\u{200d}');
        if !continues && at > from {
            tokens.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        previous = Some(c);
    }
    if from < text.len() {
        tokens.push(text.get(from..).unwrap_or_default());
    }
    tokens
}

const fn is_spelled(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{52f}')
}

const fn combines(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[derive(Default)]
struct Spans {
    done: Vec<Span>,
    gone: String,
    new: String,
}

impl Spans {
    fn add_same(&mut self, token: &str) {
        self.flush();
        match self.done.last_mut() {
            Some(Span::Same(text)) => text.push_str(token),
            _ => self.done.push(Span::Same(token.to_owned())),
        }
    }

    fn add_gone(&mut self, token: &str) {
        self.gone.push_str(token);
    }

    fn add_new(&mut self, token: &str) {
        self.new.push_str(token);
    }

    fn flush(&mut self) {
        if !self.gone.is_empty() {
            self.done.push(Span::Gone(std::mem::take(&mut self.gone)));
        }
        if !self.new.is_empty() {
            self.done.push(Span::New(std::mem::take(&mut self.new)));
        }
    }

    fn finish(mut self) -> Vec<Span> {
        self.flush();
        self.done
    }

    /// The longest common subsequence, walked from the front.
    fn between(&mut self, old: &[&str], new: &[&str]) {
        let width = new.len() + 1;
        let mut length = vec![0_u16; (old.len() + 1) * width];
        let at = |i: usize, j: usize| i * width + j;
        let read = |length: &[u16], i: usize, j: usize| length.get(at(i, j)).copied().unwrap_or(0);
        for (i, a) in old.iter().enumerate().rev() {
            for (j, b) in new.iter().enumerate().rev() {
                let best = if a == b {
                    read(&length, i + 1, j + 1) + 1
                } else {
                    read(&length, i + 1, j).max(read(&length, i, j + 1))
                };
                if let Some(cell) = length.get_mut(at(i, j)) {
                    *cell = best;
                }
            }
        }
        let (mut i, mut j) = (0, 0);
        loop {
            match (old.get(i), new.get(j)) {
                (Some(a), Some(b)) if a == b => {
                    self.add_same(a);
                    (i, j) = (i + 1, j + 1);
                }
                (Some(a), Some(_)) if read(&length, i + 1, j) >= read(&length, i, j + 1) => {
                    self.add_gone(a);
                    i += 1;
                }
                (_, Some(b)) => {
                    self.add_new(b);
                    j += 1;
                }
                (Some(a), None) => {
                    self.add_gone(a);
                    i += 1;
                }
                (None, None) => return,
            }
        }
    }
}
