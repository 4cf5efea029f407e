//! Terms for searching Chinese text: `PostgreSQL` takes a run of Chinese as one word, so runs are cut
//! into overlapping pairs here and stored as a `tsvector` (ARCHITECTURE.md, Small decisions).

use super::fold_char;
use serde::{Deserialize, Serialize};

/// Terms longer than this are cut: nobody searches for them.
const WORD_MAX: usize = 40;

/// The terms of a text for the index: overlapping pairs of each run of Chinese characters and its last
/// character alone (so that a single character can be found by prefix), and every other word in lower
/// case. Each once, in the order of the text.
#[must_use]
pub fn bigrams(text: &str) -> Vec<String> {
    let mut terms = Terms::default();
    for run in runs(text) {
        match run {
            Run::Han(chars) => {
                pairs(&chars).for_each(|pair| terms.add(pair));
                terms.add(chars.iter().rev().take(1).collect());
            }
            Run::Word(word) => terms.add(word),
        }
    }
    terms.list
}

/// One term of a search; all must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryTerm {
    /// The term: letters and digits only, safe inside a quoted `tsquery` lexeme.
    pub term: String,
    /// Whether terms that begin with it count too (`term:*`).
    pub prefix: bool,
}

/// The terms to search for: pairs for runs of Chinese, a single character and the last word typed by
/// prefix. Empty for a query without letters or digits.
#[must_use]
pub fn query_terms(query: &str) -> Vec<QueryTerm> {
    let mut terms = Terms::default();
    let mut prefixes = Vec::new();
    for run in runs(query) {
        match run {
            Run::Han(chars) if chars.len() == 1 => prefixes.push(chars.iter().collect::<String>()),
            Run::Han(chars) => pairs(&chars).for_each(|pair| terms.add(pair)),
            Run::Word(word) => prefixes.push(word),
        }
    }
    let exact = terms.list.into_iter().map(|term| QueryTerm { term, prefix: false });
    exact.chain(prefixes.into_iter().map(|term| QueryTerm { term, prefix: true })).collect()
}

#[derive(Default)]
struct Terms {
    seen: std::collections::HashSet<String>,
    list: Vec<String>,
}

impl Terms {
    fn add(&mut self, term: String) {
        if !term.is_empty() && self.seen.insert(term.clone()) {
            self.list.push(term);
        }
    }
}

enum Run {
    Han(Vec<char>),
    Word(String),
}

fn pairs(chars: &[char]) -> impl Iterator<Item = String> + '_ {
    chars.windows(2).map(|pair| pair.iter().collect())
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut han: Vec<char> = Vec::new();
    let mut word = String::new();
    for c in text.chars().map(fold_char).chain(std::iter::once(' ')) {
        if !is_han(c) && !han.is_empty() {
            runs.push(Run::Han(std::mem::take(&mut han)));
        }
        let in_word = c.is_alphanumeric() && !is_han(c);
        if !in_word && !word.is_empty() {
            runs.push(Run::Word(std::mem::take(&mut word)));
        }
        if is_han(c) {
            han.push(c);
        } else if in_word && word.chars().count() < WORD_MAX {
            word.extend(c.to_lowercase());
        }
    }
    runs
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}
