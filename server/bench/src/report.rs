//! The table that is printed at the end: what was measured, beside what, and
//! whether the budget is kept.

use std::fmt;

use crate::ratio::{Budget, Ratio};

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The portal's figure, with its unit.
    pub measured: String,
    /// The yardstick's figure and what it is.
    pub yardstick: String,
    /// The ratio of the two; empty where the figure itself is judged.
    pub ratio: String,
    /// The budget; `None` where there is none and the line is for information.
    pub budget: Option<(Budget, bool)>,
}

impl Row {
    /// A line that is judged by its ratio.
    #[must_use]
    pub fn by_ratio(what: &str, measured: String, yardstick: String, ratio: Ratio, budget: Budget) -> Self {
        Self {
            what: what.to_owned(),
            measured,
            yardstick,
            ratio: ratio.to_string(),
            budget: Some((budget, budget.is_kept_by(ratio.median))),
        }
    }

    fn cells(&self) -> [String; 6] {
        let (budget, kept) = match &self.budget {
            Some((budget, true)) => (budget.to_string(), "kept".to_owned()),
            Some((budget, false)) => (budget.to_string(), "MISSED".to_owned()),
            None => (String::new(), String::new()),
        };
        [self.what.clone(), self.measured.clone(), self.yardstick.clone(), self.ratio.clone(), budget, kept]
    }
}

/// All lines, and what a reader has to know of them.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The lines.
    pub rows: Vec<Row>,
    /// Remarks, one a line.
    pub notes: Vec<String>,
}

impl Report {
    /// Adds another part's lines and remarks.
    pub fn add(&mut self, part: Self) {
        self.rows.extend(part.rows);
        self.notes.extend(part.notes);
    }
}

const HEAD: [&str; 6] = ["what", "portal", "yardstick", "ratio (least to greatest)", "budget", ""];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = HEAD.map(str::to_owned);
        let lines: Vec<[String; 6]> = std::iter::once(head).chain(self.rows.iter().map(Row::cells)).collect();
        let mut widths = [0; 6];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for (at, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            writeln!(f, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
            if at == 0 {
                writeln!(f, "|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"))?;
            }
        }
        for note in &self.notes {
            writeln!(f, "- {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_even_and_says_what_was_missed() {
        let ratio = |median| Ratio { median, least: median, most: median };
        let row = |what, median| Row::by_ratio(what, "1".into(), "2".into(), ratio(median), Budget::AtLeast(0.5));
        let notes = vec!["a remark".to_owned()];
        let report = Report { rows: vec![row("one", 0.6), row("another", 0.4)], notes }.to_string();
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines.len(), 5, "{report}");
        let widths: Vec<usize> = lines.iter().take(4).map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| Some(width) == widths.first()), "{report}");
        assert!(lines[2].contains("kept") && lines[3].contains("MISSED"), "{report}");
        assert_eq!(lines[4], "- a remark");
    }
}
