//! The words of the roll and the vote that stand on several pages.

use gongzhi_domain::lang::Lang;
use gongzhi_domain::roll::{Body, Change};
use gongzhi_domain::view::NotEligible;
use gongzhi_words::td_string;

/// A body.
pub fn body(it: Body, lang: Lang) -> &'static str {
    match it {
        Body::Statutory => td_string!(lang, votes.body_statutory),
        Body::Representatives => td_string!(lang, votes.body_representatives),
        Body::PartyMembers => td_string!(lang, votes.body_party_members),
    }
}

/// What an amendment changed.
pub fn change(it: Change, lang: Lang) -> &'static str {
    match it {
        Change::HomeAdd => td_string!(lang, votes.change_home_add),
        Change::HomeStrike => td_string!(lang, votes.change_home_strike),
        Change::Add => td_string!(lang, votes.change_add),
        Change::Strike => td_string!(lang, votes.change_strike),
        Change::AdultAdd => td_string!(lang, votes.change_adult_add),
        Change::AdultStrike => td_string!(lang, votes.change_adult_strike),
        Change::Area => td_string!(lang, votes.change_area),
        Change::Join => td_string!(lang, votes.change_join),
        Change::MemberAdd => td_string!(lang, votes.change_member_add),
        Change::MemberStrike => td_string!(lang, votes.change_member_strike),
    }
}

/// Why somebody cannot vote, and what to do.
pub fn not(it: NotEligible, lang: Lang) -> &'static str {
    match it {
        NotEligible::SignedOut => td_string!(lang, votes.not_signed_out),
        NotEligible::Closed => td_string!(lang, votes.not_closed),
        NotEligible::NotOnRoll => td_string!(lang, votes.not_on_roll),
        NotEligible::Another => td_string!(lang, votes.not_another),
        NotEligible::Rivals => td_string!(lang, votes.not_rivals),
        NotEligible::Nobody => td_string!(lang, votes.not_nobody),
        NotEligible::Proxy => td_string!(lang, votes.not_proxy),
    }
}

/// A floor area in square metres with what is behind the point, where there is anything.
pub fn area(cm2: u64, lang: Lang) -> String {
    let (whole, part) = (cm2 / 10_000, cm2 % 10_000);
    let number =
        if part == 0 { whole.to_string() } else { format!("{whole}.{part:04}").trim_end_matches('0').to_owned() };
    td_string!(lang, votes.roll_square_metres, n = number)
}
