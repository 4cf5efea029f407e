//! The words for what the rules of points name, for residents' and desk's pages alike.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::points::{AuditVerdict, EntryKind, GoesTo, Period, Source};
use gongzhi_store::points::{Item, ReservationState};
use gongzhi_words::{td_string, when};

/// What points are given for.
pub fn source(it: Source, lang: Lang) -> &'static str {
    match it {
        Source::Volunteering => td_string!(lang, points.source_volunteering),
        Source::MutualHelp => td_string!(lang, points.source_mutual_help),
        Source::SharedSpace => td_string!(lang, points.source_shared_space),
        Source::Mediation => td_string!(lang, points.source_mediation),
        Source::Culture => td_string!(lang, points.source_culture),
        Source::Safety => td_string!(lang, points.source_safety),
        Source::Learning => td_string!(lang, points.source_learning),
    }
}

/// How long a cap counts, as its choice.
pub fn period(it: Period, lang: Lang) -> &'static str {
    match it {
        Period::Week => td_string!(lang, points.period_week),
        Period::Month => td_string!(lang, points.period_month),
        Period::Year => td_string!(lang, points.period_year),
    }
}

/// Who is credited.
pub fn goes_to(it: GoesTo, lang: Lang) -> &'static str {
    match it {
        GoesTo::Person => td_string!(lang, points.goes_to_person),
        GoesTo::Household => td_string!(lang, points.goes_to_household),
    }
}

/// What an entry booked, as its holder reads it.
pub fn entry(it: EntryKind, lang: Lang) -> &'static str {
    match it {
        EntryKind::Credit => td_string!(lang, points.entry_credit),
        EntryKind::Reserve => td_string!(lang, points.entry_reserve),
        EntryKind::Release => td_string!(lang, points.entry_release),
        EntryKind::Redeem => td_string!(lang, points.entry_redeem),
        EntryKind::Expire => td_string!(lang, points.entry_expire),
        EntryKind::Reversal => td_string!(lang, points.entry_reversal),
    }
}

/// Where a reservation stands.
pub fn reservation(it: ReservationState, lang: Lang) -> &'static str {
    match it {
        ReservationState::Held => td_string!(lang, points.reservation_held),
        ReservationState::Fulfilled => td_string!(lang, points.reservation_fulfilled),
        ReservationState::Released => td_string!(lang, points.reservation_released),
    }
}

/// What was found when a credit was looked at again.
pub fn verdict(it: AuditVerdict, lang: Lang) -> &'static str {
    match it {
        AuditVerdict::Right => td_string!(lang, points.verdict_right),
        AuditVerdict::Wrong => td_string!(lang, points.verdict_wrong),
        AuditVerdict::Unclear => td_string!(lang, points.verdict_unclear),
    }
}

/// "每次 5 分，每月最多 20 分".
pub fn worth(item: &Item, lang: Lang) -> String {
    let (points, cap) = (item.points, item.cap);
    match item.period {
        Period::Week => td_string!(lang, points.worth_week, points = points, cap = cap),
        Period::Month => td_string!(lang, points.worth_month, points = points, cap = cap),
        Period::Year => td_string!(lang, points.worth_year, points = points, cap = cap),
    }
}

/// A day, said as people say it.
pub fn day(day: NaiveDate, now: DateTime<Utc>, lang: Lang) -> String {
    when::day(day.and_time(NaiveTime::MIN).and_utc(), now, lang)
}
