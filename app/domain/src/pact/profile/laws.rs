//! The built-in profiles: the two organic laws as revised on 2025-10-28, in force since 2026-01-01, the Civil Code,
//! and our own defaults where the law is silent (pacts.md, Kinds and rules).

use super::{Basis, Counting, Days, Filing, Proxies, RuleProfile, Share, Source, Windows};
use crate::lang::Named;
use crate::pact::quorum::Threshold;
use crate::pact::{Capacity, Kind, Secrecy};

/// 城市居民委员会组织法
fn urban(article: &str) -> Source {
    source("城市居民委员会组织法（2025年修订）", "Organic Law of Urban Residents' Committees (2025)", article)
}

/// 村民委员会组织法
fn village(article: &str) -> Source {
    source("村民委员会组织法（2025年修正）", "Organic Law of Villagers' Committees (2025)", article)
}

/// 民法典
fn civil_code(article: &str) -> Source {
    source("民法典", "Civil Code", article)
}

/// Whether a name is that of one of the laws.
pub(super) fn is_law(name: &Named) -> bool {
    [urban(""), village(""), civil_code("")].iter().any(|law| law.law.zh == name.zh)
}

/// Whether a source is none: our own default, or the place that is kept for a local rule nobody has named yet.
pub(super) fn is_silent(source: &Source) -> bool {
    [ours(), local()].iter().any(|silent| silent.law.zh == source.law.zh)
}

/// Where the law leaves it to local rules.
fn local() -> Source {
    source("本地规定", "local rules", "")
}

/// Our own default.
fn ours() -> Source {
    source("本平台默认规则", "default of this portal", "")
}

fn source(zh: &str, en: &str, article: &str) -> Source {
    Source { law: Named::new(zh, en), article: article.to_owned() }
}

fn share(share: Threshold, source: Source) -> Share {
    Share { share, source }
}

const fn days(days: u16, source: Source) -> Days {
    Days { days, source }
}

fn counting(basis: Basis, capacity: Capacity, quorum: Option<Share>, pass: Share) -> Counting {
    Counting { basis, quorum, pass, capacity, authorised: matches!(basis, Basis::Representatives) }
}

fn windows(notice: Days, publish: Days) -> Windows {
    Windows {
        consult: days(15, ours()),
        analyse: days(30, ours()),
        notice,
        roll_objections: days(5, ours()),
        roll_answers: days(3, ours()),
        result_objections: days(5, ours()),
        sign: days(30, ours()),
        publish,
        review_years: 3,
        review_source: None,
    }
}

const NO_PROXIES: Proxies = Proxies { allowed: false, written: true, most: 0, source: None };

fn note() -> Named {
    Named::new("使用前请与街道办事处（乡镇）核对。", "Check with the street office before use.")
}

pub(super) fn built_in(kind: Kind) -> RuleProfile {
    match kind {
        Kind::ResidentConvention => resident_convention(),
        Kind::VillageRules => village_rules(),
        Kind::OwnersCovenant => owners_covenant(),
        Kind::BuildingPledge => building_pledge(),
    }
}

fn resident_convention() -> RuleProfile {
    use Threshold as T;
    let pass = || share(T::MORE_THAN_HALF, urban("27"));
    RuleProfile {
        kind: Kind::ResidentConvention,
        version: 1,
        name: Named::new("居民公约", "Residents' convention"),
        decides: Named::new(
            "居民会议；可以授权居民代表会议",
            "The residents' meeting; it may authorise the representatives' meeting",
        ),
        decides_source: urban("30"),
        countings: vec![
            counting(Basis::Households, Capacity::Resident, Some(share(T::MORE_THAN_HALF, urban("27"))), pass()),
            counting(Basis::Adults, Capacity::Resident, Some(share(T::MORE_THAN_HALF, urban("27"))), pass()),
            counting(
                Basis::Representatives,
                Capacity::Representative,
                Some(share(T::TWO_THIRDS, urban(""))),
                share(T::MORE_THAN_HALF, urban("")),
            ),
        ],
        secrecy: Secrecy::Open,
        secrecies: vec![Secrecy::Secret],
        windows: windows(days(10, urban("26")), days(15, urban("34"))),
        proxies: NO_PROXIES,
        filing: Some(Filing {
            office: Named::new("区人民政府或街道办事处", "The district government or the street office"),
            source: urban("31"),
        }),
        note: note(),
    }
}

fn village_rules() -> RuleProfile {
    use Threshold as T;
    let pass = || share(T::MORE_THAN_HALF, village("26"));
    RuleProfile {
        kind: Kind::VillageRules,
        version: 1,
        name: Named::new("村规民约", "Village rules"),
        decides: Named::new("村民会议，不得授权他人决定", "The villagers' meeting; it cannot be delegated"),
        decides_source: village("31"),
        countings: vec![
            counting(Basis::Households, Capacity::Villager, Some(share(T::TWO_THIRDS, village("26"))), pass()),
            counting(Basis::Adults, Capacity::Villager, Some(share(T::MORE_THAN_HALF, village("26"))), pass()),
        ],
        secrecy: Secrecy::Open,
        secrecies: vec![Secrecy::Secret],
        windows: windows(days(10, village("25")), days(15, village("35"))),
        proxies: NO_PROXIES,
        filing: Some(Filing {
            office: Named::new("乡、民族乡、镇人民政府", "The township government"),
            source: village("31"),
        }),
        note: note(),
    }
}

fn owners_covenant() -> RuleProfile {
    use Threshold as T;
    let quorum = || Some(share(T::TWO_THIRDS, civil_code("278")));
    RuleProfile {
        kind: Kind::OwnersCovenant,
        version: 1,
        name: Named::new("管理规约", "Owners' covenant"),
        decides: Named::new("全体业主共同决定", "All owners together"),
        decides_source: civil_code("278"),
        countings: vec![
            counting(Basis::Owners, Capacity::Owner, quorum(), share(T::MORE_THAN_HALF, civil_code("278"))),
            counting(
                Basis::OwnersSpecial,
                Capacity::Owner,
                quorum(),
                share(T::THREE_QUARTERS, civil_code("278 (6)–(8)")),
            ),
        ],
        secrecy: Secrecy::Open,
        secrecies: vec![Secrecy::Secret],
        windows: windows(days(15, local()), days(15, local())),
        proxies: Proxies { allowed: true, written: true, most: super::PROXIES_MAX, source: None },
        filing: Some(Filing { office: Named::new("按本地规定", "As local rules say"), source: local() }),
        note: note(),
    }
}

fn building_pledge() -> RuleProfile {
    RuleProfile {
        kind: Kind::BuildingPledge,
        version: 1,
        name: Named::new("楼栋约定", "Building pledge"),
        decides: Named::new("签名的人自己；只约束签名的人", "Those who sign; it binds nobody else"),
        decides_source: ours(),
        countings: vec![counting(Basis::Signers, Capacity::Signer, None, share(Threshold::MORE_THAN_HALF, ours()))],
        secrecy: Secrecy::Open,
        secrecies: Vec::new(),
        windows: windows(days(10, ours()), days(15, ours())),
        proxies: NO_PROXIES,
        filing: None,
        note: note(),
    }
}
