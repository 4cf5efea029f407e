//! Whether enough took part and whether enough said yes, in whole numbers only (pacts.md, Kinds and rules). Every
//! result comes with the lines of its arithmetic, so that a page can show them and anybody can do them again.

use super::profile::{Basis, Counting, Source};
use serde::{Deserialize, Serialize};

coded! {
    /// How the two sides of a line have to stand to each other.
    pub enum Relation {
        /// `>`
        MoreThan = "more_than",
        /// `≥`
        AtLeast = "at_least",
    }
}

impl Relation {
    /// The sign between the two sides.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::MoreThan => ">",
            Self::AtLeast => "≥",
        }
    }
}

/// A share of a whole, without a fraction: `times * part`, then the relation, then `of * whole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Threshold {
    /// What the part is multiplied by.
    pub times: u32,
    /// How the sides stand.
    pub relation: Relation,
    /// What the whole is multiplied by.
    pub of: u32,
}

impl Threshold {
    /// `2 * part > whole`: more than half.
    pub const MORE_THAN_HALF: Self = Self { times: 2, relation: Relation::MoreThan, of: 1 };
    /// `3 * part >= 2 * whole`: two thirds or more.
    pub const TWO_THIRDS: Self = Self { times: 3, relation: Relation::AtLeast, of: 2 };
    /// `4 * part >= 3 * whole`: three quarters or more.
    pub const THREE_QUARTERS: Self = Self { times: 4, relation: Relation::AtLeast, of: 3 };

    /// Whether a part reaches it. A factor has 32 bits and a number 64, so that no product overflows 128.
    #[must_use]
    pub const fn holds(self, part: u64, whole: u64) -> bool {
        let (left, right) = (self.left(part), self.right(whole));
        match self.relation {
            Relation::MoreThan => left > right,
            Relation::AtLeast => left >= right,
        }
    }

    /// The smallest part that reaches it; `None` when even all of the whole would not.
    #[must_use]
    pub fn needed(self, whole: u64) -> Option<u64> {
        let times = u128::from(self.times.max(1));
        let right = self.right(whole);
        let part = match self.relation {
            Relation::MoreThan => right / times + 1,
            Relation::AtLeast => right.div_ceil(times),
        };
        u64::try_from(part).ok().filter(|part| *part <= whole && self.holds(*part, whole))
    }

    const fn left(self, part: u64) -> u128 {
        self.times as u128 * part as u128
    }

    const fn right(self, whole: u64) -> u128 {
        self.of as u128 * whole as u128
    }
}

/// What was counted of one measure: people, households or square centimetres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Count {
    /// All that could take part.
    pub total: u64,
    /// What took part.
    pub present: u64,
    /// What said yes.
    pub yes: u64,
    /// What said no.
    pub no: u64,
    /// What abstained.
    pub abstain: u64,
}

impl Count {
    /// Whether the numbers fit each other: nobody votes without taking part, nobody takes part who could not.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let voted = u128::from(self.yes) + u128::from(self.no) + u128::from(self.abstain);
        voted <= u128::from(self.present) && self.present <= self.total
    }
}

/// A counted vote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tally {
    /// By heads: households, adults, representatives, owners or signers.
    pub heads: Count,
    /// By floor area in square centimetres; with owners only.
    pub area_cm2: Option<Count>,
}

coded! {
    /// Which line of the arithmetic it is.
    pub enum LineOf {
        /// Whether enough heads took part.
        QuorumHeads = "quorum_heads",
        /// Whether enough floor area took part.
        QuorumArea = "quorum_area",
        /// Whether enough heads said yes.
        PassHeads = "pass_heads",
        /// Whether enough floor area said yes.
        PassArea = "pass_area",
    }
}

/// One line, with every number that was put into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which line it is.
    pub line: LineOf,
    /// The share that is asked for.
    pub threshold: Threshold,
    /// The part: what took part, or what said yes.
    pub part: u64,
    /// The whole: all that could, or what took part.
    pub whole: u64,
    /// Whether it holds.
    pub holds: bool,
    /// The article it comes from.
    pub source: Source,
}

impl Line {
    fn of(line: LineOf, threshold: Threshold, part: u64, whole: u64, source: &Source) -> Self {
        Self { line, threshold, part, whole, holds: threshold.holds(part, whole), source: source.clone() }
    }

    /// The number left of the sign.
    #[must_use]
    pub const fn left(&self) -> u128 {
        self.threshold.left(self.part)
    }

    /// The number right of the sign.
    #[must_use]
    pub const fn right(&self) -> u128 {
        self.threshold.right(self.whole)
    }

    /// The line as people check it, as in `2 × 347 = 694 > 618`.
    #[must_use]
    pub fn formula(&self) -> String {
        let side = |factor: u32, number: u64, product: u128| {
            if factor == 1 { number.to_string() } else { format!("{factor} × {number} = {product}") }
        };
        let sign = match (self.threshold.relation, self.holds) {
            (relation, true) => relation.sign(),
            (Relation::MoreThan, false) => "≤",
            (Relation::AtLeast, false) => "<",
        };
        let right = if self.threshold.of == 1 {
            self.whole.to_string()
        } else {
            format!("{} = {} × {}", self.right(), self.threshold.of, self.whole)
        };
        format!("{} {sign} {right}", side(self.threshold.times, self.part, self.left()))
    }
}

coded! {
    /// How a vote ended.
    pub enum Outcome {
        /// Enough took part and enough said yes.
        Passed = "passed",
        /// Enough took part, too few said yes.
        Rejected = "rejected",
        /// Too few took part.
        NoQuorum = "no_quorum",
    }
}

/// The whole arithmetic of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// What was counted.
    pub basis: Basis,
    /// The numbers.
    pub tally: Tally,
    /// Quorum first, then the yes; heads before area.
    pub lines: Vec<Line>,
    /// How it ended.
    pub outcome: Outcome,
}

impl Reckoning {
    /// Does every line again; whether a result that was stored or sent is what its numbers say.
    #[must_use]
    pub fn is_right(&self, counting: &Counting) -> bool {
        reckon(counting, &self.tally).as_ref() == Ok(self)
    }
}

/// A tally that cannot be: more votes than people, area missing where it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the numbers of the tally do not fit each other")]
pub struct Unsound;

/// The result of a tally. Nobody present is no quorum where there is one, and never a yes.
///
/// # Errors
/// [`Unsound`] when the numbers do not fit each other, or area is missing where it is counted or given where not.
pub fn reckon(counting: &Counting, tally: &Tally) -> Result<Reckoning, Unsound> {
    let heads = &tally.heads;
    let area = tally.area_cm2.as_ref();
    if !heads.is_sound() || area.is_some_and(|area| !area.is_sound()) || area.is_some() != counting.basis.has_area() {
        return Err(Unsound);
    }
    let mut lines = Vec::new();
    let mut measured = |quorum: LineOf, pass: LineOf, count: &Count| {
        let enough =
            counting.quorum.as_ref().map(|rule| Line::of(quorum, rule.share, count.present, count.total, &rule.source));
        let passes = Line::of(pass, counting.pass.share, count.yes, count.present, &counting.pass.source);
        lines.extend(enough);
        lines.push(passes);
    };
    measured(LineOf::QuorumHeads, LineOf::PassHeads, heads);
    if let Some(area) = area {
        measured(LineOf::QuorumArea, LineOf::PassArea, area);
    }
    lines.sort_by_key(|line| line.line);
    let all = |kinds: [LineOf; 2]| lines.iter().filter(|line| kinds.contains(&line.line)).all(|line| line.holds);
    let outcome = if heads.present == 0 || !all([LineOf::QuorumHeads, LineOf::QuorumArea]) {
        Outcome::NoQuorum
    } else if all([LineOf::PassHeads, LineOf::PassArea]) {
        Outcome::Passed
    } else {
        Outcome::Rejected
    };
    Ok(Reckoning { basis: counting.basis, tally: *tally, lines, outcome })
}
