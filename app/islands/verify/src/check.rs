//! From a receipt's file to a verdict and the facts a page shows, each under a code for which the page has the words.

use gongzhi_proof::{Checked, Fault, Key, Receipt, SignedText};
use serde_json::Value;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `whole`, `own_key` for a key that cannot be read, or the part that is wrong: one of [`PARTS`].
    pub verdict: &'static str,
    /// What is proven, in the order to show it: a code and what to say. Empty unless the receipt is whole.
    pub facts: Vec<(&'static str, String)>,
}

/// Every verdict there is.
pub const PARTS: [&str; 16] = [
    "whole",
    "own_key",
    "file",
    "key",
    "checkpoint",
    "cosignature",
    "leaf",
    "proof",
    "text",
    "move",
    "text_statement",
    "roll",
    "tally",
    "signature",
    "withdrawal",
    "points_entry",
];

/// Checks a receipt. `own` is the key the reader knows from elsewhere, may be empty; `portal` are the keys this portal publishes, one
/// a line: its log's, and those of cosigners. A key of one's own takes the place of the portal's.
#[must_use]
pub fn check(file: &str, own: &str, portal: &str) -> Outcome {
    let broken = |verdict| Outcome { verdict, facts: Vec::new() };
    let published = portal.lines().filter_map(|line| line.trim().parse::<Key>().ok());
    let trusted: Vec<Key> = match own.trim() {
        "" => published.collect(),
        own => match own.parse() {
            Ok(own) => vec![own],
            Err(_) => return broken("own_key"),
        },
    };
    let receipt = match Receipt::parse(file) {
        Ok(receipt) => receipt,
        Err(fault) => return broken(fault.part()),
    };
    match receipt.verify(&trusted) {
        Ok(checked) => Outcome { verdict: "whole", facts: facts(&checked, receipt.text.as_ref()) },
        Err(Fault::Statement { kind }) => broken(Fault::Statement { kind }.part()),
        Err(fault) => broken(fault.part()),
    }
}

fn facts(checked: &Checked, text: Option<&SignedText>) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("kind", checked.leaf.kind.code().to_owned()),
        ("subject", checked.leaf.subject.clone()),
        ("logged", checked.leaf.at.replace('T', " ").replace('Z', " UTC")),
        ("statement", members(&checked.statement)),
    ];
    if let Some(text) = text {
        let clauses = text.clauses.iter().zip(1..).map(|(clause, n)| format!("{n}. {}", clause.text));
        facts.push(("text", [text.title.clone()].into_iter().chain(clauses).collect::<Vec<_>>().join("\n")));
    }
    facts.push(("place", format!("{} / {}", checked.index + 1, checked.checkpoint.size)));
    facts.push(("root", checked.checkpoint.short_root()));
    if let Some(at) = checked.checkpoint.at() {
        facts.push(("signed", moment(at)));
    }
    facts.push(("log", checked.key.to_string()));
    let cosigned = checked.cosigned.iter().map(|by| {
        let at = moment(i64::try_from(by.at).unwrap_or_default());
        format!("{} · {at}{}", by.key.name(), if by.trusted { "" } else { " (?)" })
    });
    let cosigned = cosigned.collect::<Vec<_>>().join("\n");
    if !cosigned.is_empty() {
        facts.push(("cosigned", cosigned));
    }
    facts
}

/// A statement, a member a line.
fn members(statement: &Value) -> String {
    let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match statement.as_object() {
        Some(members) => {
            members.iter().map(|(name, value)| format!("{name}: {}", said(value))).collect::<Vec<_>>().join("\n")
        }
        None => said(statement),
    }
}

/// A moment in seconds since 1970 as a day and a time of UTC (the proleptic Gregorian calendar, by the days of 400 years).
fn moment(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year_of_era + era * 400 + next;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days_and_times() {
        assert_eq!(moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(moment(951_782_399), "2000-02-28 23:59:59 UTC");
        assert_eq!(moment(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(moment(1_795_337_400), "2026-11-22 08:50:00 UTC");
        assert_eq!(moment(4_107_542_400), "2100-03-01 00:00:00 UTC");
    }

    #[test]
    fn every_verdict_is_known_to_the_page() {
        for part in Fault::PARTS {
            assert!(PARTS.contains(part), "{part}");
        }
        assert_eq!(check("hello", "", "").verdict, "file");
        assert_eq!(check("{}", "not a key", "").verdict, "own_key");
    }
}
