//! The words for what stands in the way of closing an account.

use gongzhi_domain::account::InTheWay;
use gongzhi_domain::lang::Lang;

use crate::td_string;

/// What it is, and what to do about it.
#[must_use]
pub fn in_the_way(it: InTheWay, lang: Lang) -> &'static str {
    match it {
        InTheWay::Membership => td_string!(lang, closing.way_membership),
        InTheWay::Office => td_string!(lang, closing.way_office),
        InTheWay::Vote => td_string!(lang, closing.way_vote),
        InTheWay::Signing => td_string!(lang, closing.way_signing),
        InTheWay::Panel => td_string!(lang, closing.way_panel),
        InTheWay::Report => td_string!(lang, closing.way_report),
        InTheWay::Objection => td_string!(lang, closing.way_objection),
        InTheWay::Reward => td_string!(lang, closing.way_reward),
        InTheWay::Credit => td_string!(lang, closing.way_credit),
    }
}
