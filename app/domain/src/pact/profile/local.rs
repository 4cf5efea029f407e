//! A local rule: which numbers of a profile a street's or township's own rule may set, and within what bounds
//! (pacts.md, Kinds and rules). Shares, who decides and who votes are the law's alone.

use super::{DAYS_MAX, Windows};
use super::{Days, PROXIES_MAX, REVIEW_YEARS_MAX, RuleProfile, Source, laws};
use crate::error::{FieldError, Reason};

coded! {
    /// A number of a profile that a local rule may set; its code is the name of its field.
    pub enum Number {
        /// Days of the consultation, at least.
        Consult = "consult",
        /// Days of the analysis, at most.
        Analyse = "analyse",
        /// Days of notice before the vote, at least.
        Notice = "notice",
        /// Days to object to the roll.
        RollObjections = "roll_objections",
        /// Days to answer such an objection.
        RollAnswers = "roll_answers",
        /// Days to object to the result.
        ResultObjections = "result_objections",
        /// Days of signing, at most.
        Sign = "sign",
        /// Days posted in public, at least.
        Publish = "publish",
        /// Years until the review, at most.
        ReviewYears = "review_years",
        /// Voting units one proxy may act for; 0: there are no proxies.
        Proxies = "proxies",
    }
}

coded! {
    /// From where a number comes.
    pub enum Origin {
        /// An article of a law.
        Law = "law",
        /// A local rule.
        Local = "local",
        /// Our own default, where neither says anything.
        Ours = "ours",
    }
}

impl Source {
    /// Whether it is a law, a local rule that was named, or nobody but us.
    #[must_use]
    pub fn origin(&self) -> Origin {
        if laws::is_silent(self) {
            Origin::Ours
        } else if laws::is_law(&self.law) {
            Origin::Law
        } else {
            Origin::Local
        }
    }

    /// Whether a local rule may be called so: not by the name of a law, nor by that of nobody.
    #[must_use]
    pub fn names_a_local_rule(&self) -> bool {
        self.origin() == Origin::Local
    }
}

impl RuleProfile {
    /// A number that local rules may set.
    #[must_use]
    pub fn number(&self, number: Number) -> u16 {
        match number {
            Number::ReviewYears => self.windows.review_years.into(),
            Number::Proxies if !self.proxies.allowed => 0,
            Number::Proxies => self.proxies.most.into(),
            days => self.windows.of(days).map_or(0, |days| days.days),
        }
    }

    /// Where that number comes from; `None` for our own default.
    #[must_use]
    pub fn source(&self, number: Number) -> Option<&Source> {
        match number {
            Number::ReviewYears => self.windows.review_source.as_ref(),
            Number::Proxies => self.proxies.source.as_ref(),
            days => self.windows.of(days).map(|days| &days.source),
        }
    }

    /// The same in a word.
    #[must_use]
    pub fn origin(&self, number: Number) -> Origin {
        self.source(number).map_or(Origin::Ours, Source::origin)
    }

    /// The numbers that are others than before, or come from elsewhere.
    #[must_use]
    pub fn changed(&self, before: &Self) -> Vec<Number> {
        let differs = |number: &Number| {
            self.number(*number) != before.number(*number) || self.source(*number) != before.source(*number)
        };
        Number::ALL.iter().copied().filter(differs).collect()
    }

    /// Between which values a local rule may set a number. What an article of a law gives as the least stays the least; proxies
    /// exist only where the law knows them.
    #[must_use]
    pub fn bounds(&self, number: Number) -> (u16, u16) {
        let law = Self::built_in(self.kind);
        match number {
            Number::ReviewYears => (1, REVIEW_YEARS_MAX.into()),
            Number::Proxies if law.proxies.allowed => (0, PROXIES_MAX.into()),
            Number::Proxies => (0, 0),
            days if law.origin(days) == Origin::Law => (law.number(days), DAYS_MAX),
            _ => (1, DAYS_MAX),
        }
    }

    /// These rules with what a local rule sets: a number that stays keeps its source, one that is the law's again is the law's,
    /// every other one has the local rule for its source. The version is for whoever writes it down.
    ///
    /// # Errors
    /// A number out of its bounds, by field; `law` for a name that is a law's.
    pub fn with_local(&self, rule: &Source, numbers: &[(Number, u16)]) -> Result<Self, Vec<FieldError>> {
        let law = Self::built_in(self.kind);
        let mut problems = Vec::new();
        if !rule.names_a_local_rule() {
            problems.push(FieldError::new("law", Reason::NotAChoice));
        }
        let mut local = self.clone();
        for (number, value) in numbers {
            let (min, max) = self.bounds(*number);
            if !(min..=max).contains(value) {
                let reason = Reason::OutOfRange { min: min.into(), max: max.into() };
                problems.push(FieldError::new(number.code(), reason));
            } else if *value != self.number(*number) {
                let of_the_law = *value == law.number(*number);
                let source = if of_the_law { law.source(*number).cloned() } else { Some(rule.clone()) };
                local.set(*number, *value, source);
            }
        }
        // Two numbers may each be within their bounds and still not fit each other.
        let named: Vec<String> = problems.iter().map(|problem| problem.field.clone()).collect();
        problems.extend(local.problems().into_iter().filter(|problem| !named.contains(&problem.field)));
        if problems.is_empty() { Ok(local) } else { Err(problems) }
    }

    fn set(&mut self, number: Number, value: u16, source: Option<Source>) {
        let small = u8::try_from(value).unwrap_or(u8::MAX);
        match number {
            Number::ReviewYears => (self.windows.review_years, self.windows.review_source) = (small, source),
            Number::Proxies => {
                (self.proxies.allowed, self.proxies.most) = (small > 0, small);
                self.proxies.source = source;
            }
            days => {
                if let (Some(window), Some(source)) = (self.windows.of_mut(days), source) {
                    *window = Days { days: value, source };
                }
            }
        }
    }
}

impl Windows {
    fn of(&self, number: Number) -> Option<&Days> {
        Some(match number {
            Number::Consult => &self.consult,
            Number::Analyse => &self.analyse,
            Number::Notice => &self.notice,
            Number::RollObjections => &self.roll_objections,
            Number::RollAnswers => &self.roll_answers,
            Number::ResultObjections => &self.result_objections,
            Number::Sign => &self.sign,
            Number::Publish => &self.publish,
            Number::ReviewYears | Number::Proxies => return None,
        })
    }

    fn of_mut(&mut self, number: Number) -> Option<&mut Days> {
        Some(match number {
            Number::Consult => &mut self.consult,
            Number::Analyse => &mut self.analyse,
            Number::Notice => &mut self.notice,
            Number::RollObjections => &mut self.roll_objections,
            Number::RollAnswers => &mut self.roll_answers,
            Number::ResultObjections => &mut self.result_objections,
            Number::Sign => &mut self.sign,
            Number::Publish => &mut self.publish,
            Number::ReviewYears | Number::Proxies => return None,
        })
    }
}
