//! The tariff 积分标准: what is thanked with how many points, up to which cap, on what evidence. It is passed by a vote of its
//! own and takes effect as a version; what is not a [`Source`] cannot stand in it.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::error::{Error, FieldError, Reason, Result};
use crate::meeting::{Attendance, HandCount, MeetingKind};
use crate::request::written;

coded! {
    /// What points are given for. Voting, signing, an opinion and a report are no sources, and the database knows none
    /// of them either (pacts.md, "never given for voting, signing, an opinion or reporting a neighbour").
    pub enum Source {
        /// 志愿服务: a shift, a patrol, an errand of the community.
        Volunteering = "volunteering",
        /// 邻里互助: a neighbour helped.
        MutualHelp = "mutual_help",
        /// 公共环境: stairway, yard, street kept in order.
        SharedSpace = "shared_space",
        /// 调解: helped two sides to agree.
        Mediation = "mediation",
        /// 文体活动: gave or prepared something for all.
        Culture = "culture",
        /// 安全: fire drill, flood watch.
        Safety = "safety",
        /// 学习: taught or held a course.
        Learning = "learning",
    }
}

coded! {
    /// How long a cap counts.
    pub enum Period {
        /// From Monday on.
        Week = "week",
        /// From the first of the month on.
        Month = "month",
        /// From the first of January on.
        Year = "year",
    }
}

impl Period {
    /// The day on which the period of `day` began.
    #[must_use]
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day),
            Self::Month => day.with_day(1).unwrap_or(day),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day),
        }
    }
}

coded! {
    /// Who is credited.
    pub enum GoesTo {
        /// The person who did it.
        Person = "person",
        /// Their household.
        Household = "household",
    }
}

coded! {
    /// The fields of a new item, as its form names them.
    pub enum TariffField {
        /// What it is called, Chinese.
        NameZh = "name_zh",
        /// What it is called, English.
        NameEn = "name_en",
        /// What one has to show, Chinese.
        EvidenceZh = "evidence_zh",
        /// What one has to show, English.
        EvidenceEn = "evidence_en",
        /// Who checks, Chinese.
        ChecksZh = "checks_zh",
        /// Who checks, English.
        ChecksEn = "checks_en",
    }
}

/// Whether a tariff passed by its own vote (pacts.md, Keeping and points): more than half of those present were for it,
/// `2 * in_favour > present`, at a meeting that decides about tariffs and to which enough had come. The vote is void where more
/// were counted than had come.
#[must_use]
pub const fn passes(kind: MeetingKind, came: Attendance, hands: HandCount) -> bool {
    kind.decides_tariffs() && came.is_enough(kind) && hands.present <= came.present && hands.adopted()
}

/// An item as it is drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// What it is called, Chinese and English.
    pub name: (String, String),
    /// What it is given for.
    pub source: Source,
    /// Who is credited.
    pub goes_to: GoesTo,
    /// Points for one time, 1 to 1,000.
    pub points: i32,
    /// The most points in one period, at least those of one time.
    pub cap: i32,
    /// The period of the cap.
    pub period: Period,
    /// What one has to show, Chinese and English.
    pub evidence: (String, String),
    /// Who checks, Chinese and English.
    pub checks: (String, String),
}

impl NewItem {
    /// Whether everything is there and fits together; all that is wrong at once.
    ///
    /// # Errors
    /// Field problems under the names of the form.
    pub fn check(&self) -> Result<()> {
        let texts = [
            (TariffField::NameZh, &self.name.0, 1, 40),
            (TariffField::NameEn, &self.name.1, 1, 80),
            (TariffField::EvidenceZh, &self.evidence.0, 1, 100),
            (TariffField::EvidenceEn, &self.evidence.1, 1, 200),
            (TariffField::ChecksZh, &self.checks.0, 1, 60),
            (TariffField::ChecksEn, &self.checks.1, 1, 120),
        ];
        let mut wrong: Vec<FieldError> = texts
            .into_iter()
            .filter_map(|(field, text, min, max)| Some(FieldError::new(field.code(), written(text, min, max).err()?)))
            .collect();
        if !(1..=1000).contains(&self.points) {
            wrong.push(FieldError::new("points", Reason::OutOfRange { min: 1, max: 1000 }));
        }
        if self.cap < self.points || self.cap > 100_000 {
            wrong.push(FieldError::new("cap", Reason::OutOfRange { min: self.points.max(1).into(), max: 100_000 }));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: wrong }) }
    }
}
