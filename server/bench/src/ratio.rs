//! The arithmetic of a comparison: each round gives one figure of the portal and
//! one of its yardstick, taken one after the other; what is reported is the middle
//! of the rounds' ratios, with the least and the greatest.

use std::fmt;

/// One round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Round {
    /// The portal's figure.
    pub measured: f64,
    /// The yardstick's.
    pub yardstick: f64,
}

/// The ratios of several rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
}

impl Ratio {
    /// The ratios of measured to yardstick. `None` without a round, or where a
    /// yardstick is not a positive number: that is no measurement.
    #[must_use]
    pub fn of(rounds: &[Round]) -> Option<Self> {
        let sound = |round: &Round| round.yardstick.is_finite() && round.yardstick > 0.0 && round.measured.is_finite();
        if !rounds.iter().all(sound) {
            return None;
        }
        let ratios: Vec<f64> = rounds.iter().map(|round| round.measured / round.yardstick).collect();
        Some(Self {
            median: median(&ratios)?,
            least: ratios.iter().copied().reduce(f64::min)?,
            most: ratios.iter().copied().reduce(f64::max)?,
        })
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.median, self.least, self.most)
    }
}

/// What a figure or a ratio has to keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Budget {
    /// Whether a figure keeps it.
    #[must_use]
    pub fn is_kept_by(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

/// The middle of some figures, the mean of the two middle ones where their number is even; `None` of none.
#[must_use]
pub fn median(figures: &[f64]) -> Option<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted.get(middle.wrapping_sub(1)).map(|lower| f64::midpoint(*lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(measured: f64, yardstick: f64) -> Round {
        Round { measured, yardstick }
    }

    #[test]
    fn the_middle_is_the_middle_whatever_the_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        // A machine that was twice as slow in one round changes both figures, and no ratio.
        let ratio = Ratio::of(&[round(50.0, 100.0), round(25.0, 50.0), round(60.0, 100.0)]).expect("rounds");
        assert_eq!((ratio.median, ratio.least, ratio.most), (0.5, 0.5, 0.6));
        assert_eq!(ratio.to_string(), "0.50 (0.50 to 0.60)");
    }

    #[test]
    fn what_is_no_measurement_gives_no_ratio() {
        assert_eq!(Ratio::of(&[]), None);
        assert_eq!(Ratio::of(&[round(1.0, 2.0), round(1.0, 0.0)]), None);
        assert_eq!(Ratio::of(&[round(f64::NAN, 1.0)]), None);
        assert_eq!(Ratio::of(&[round(1.0, f64::INFINITY)]), None);
    }

    #[test]
    fn a_budget_is_kept_at_its_edge() {
        assert!(Budget::AtLeast(0.5).is_kept_by(0.5) && !Budget::AtLeast(0.5).is_kept_by(0.499));
        assert!(Budget::AtMost(1.5).is_kept_by(1.5) && !Budget::AtMost(1.5).is_kept_by(1.501));
        assert!(!Budget::AtLeast(0.5).is_kept_by(f64::NAN) && !Budget::AtMost(1.5).is_kept_by(f64::NAN));
    }
}
