//! Masking, search terms, differences.

use gongzhi_domain::text::{MaskKind, Span, bigrams, diff, mask_private, query_terms};
use proptest::prelude::*;

fn kinds(text: &str) -> Vec<MaskKind> {
    mask_private(text).1.iter().map(|place| place.kind).collect()
}

fn masked(text: &str) -> String {
    mask_private(text).0
}

#[test]
fn phones_in_every_disguise() {
    assert_eq!(masked("请打13800131234找我"), "请打138********找我");
    for (text, secret) in [
        ("138-0013-1234", "1234"),
        ("138 0013 1234", "1234"),
        ("138.0013.1234", "0013"),
        ("１３８００１３１２３４", "１２３４"),
        ("+86 138 0013 1234", "0013"),
        ("1 3 8 0 0 1 3 1 2 3 4", "1 2 3 4"),
        ("138\u{200b}0013\u{200b}1234", "1234"),
        ("一三八零零一三一二三四", "一二三四"),
        ("幺三八〇〇一三1234", "1234"),
        ("138（0013）1234", "0013"),
        ("138——0013——1234", "1234"),
        ("①③⑧00131234", "1234"),
    ] {
        assert_eq!(kinds(text), [MaskKind::Phone], "{text}");
        assert!(!masked(text).contains(secret), "{text} → {}", masked(text));
    }
    assert_eq!(kinds("0483-8221234"), [MaskKind::Landline]);
}

#[test]
fn cards_and_plates() {
    assert_eq!(kinds("身份证152921198503071234"), [MaskKind::IdCard]);
    assert_eq!(kinds("身份证15292119850307123x。"), [MaskKind::IdCard]);
    assert_eq!(masked("15292119850307123X"), "*".repeat(18));
    assert_eq!(kinds("卡号 6222 0200 1234 5678 905"), [MaskKind::BankCard]);
    assert_eq!(kinds("蒙MA1234那辆车"), [MaskKind::Plate]);
    assert_eq!(masked("蒙M·A1234那辆车"), "蒙M·*****那辆车");
    assert_eq!(masked("蒙m d12345"), "蒙m ******");
    assert_eq!(kinds("京Ａ１２３４５"), [MaskKind::Plate]);
    assert_eq!(kinds("蒙A1234警"), [MaskKind::Plate]);
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "3号楼2单元501室",
        "2026年11月22日14:30",
        "2026-11-22 14:30",
        "拨打12345、110、119",
        "花了1200元，等了15天",
        "G307国道K105+200",
        "三个月了，一直没人管",
        "京东快递ABC",
        "GPS 38.8333, 105.6667",
    ] {
        assert_eq!(masked(text), text);
    }
    let number =
        gongzhi_domain::number::RequestNumber::new(chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(), "1529", 12);
    let cited = format!("上次的编号是{}，没有解决", number.unwrap());
    assert_eq!(masked(&cited), cited, "a request number is public");
}

/// The digits of a text in order, however they are written in it.
fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xfee0),
            '0'..='9' => Some(c),
            _ => None,
        })
        .collect()
}

fn holds_phone(digits: &str) -> bool {
    digits.as_bytes().windows(11).any(|eleven| eleven[0] == b'1' && eleven[1] >= b'3')
}

proptest! {
    #[test]
    fn no_phone_gets_through(
        before in "[\u{4e00}-\u{9fa5}，。a-z ]{0,12}",
        second in 3..=9_u8,
        rest in "[0-9]{9}",
        gaps in prop::collection::vec(prop::sample::select(&["", "", " ", "-", " - ", "·", "\u{200b}", "　", "－"][..]), 10),
        wide in prop::collection::vec(any::<bool>(), 11),
        after in "[\u{4e00}-\u{9fa5}，。a-z ]{0,12}",
    ) {
        let phone = format!("1{second}{rest}");
        let mut typed = String::new();
        for (at, c) in phone.chars().enumerate() {
            let wide = wide[at];
            typed.push(if wide { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c });
            typed.push_str(gaps.get(at).copied().unwrap_or(""));
        }
        let text = format!("{before}{typed}{after}");
        let (shown, places) = mask_private(&text);
        prop_assert!(!holds_phone(&digits(&shown)), "{} → {}", text, shown);
        prop_assert!(digits(&shown).len() <= 3 + digits(&before).len() + digits(&after).len());
        prop_assert!(!places.is_empty());
    }

    #[test]
    fn masking_keeps_positions_and_settles(text in "[\u{4e00}-\u{4e20}蒙京A-Z0-9０-９ \\-xX·]{0,80}") {
        let (shown, places) = mask_private(&text);
        prop_assert_eq!(shown.chars().count(), text.chars().count());
        for (old, new) in text.chars().zip(shown.chars()) {
            prop_assert!(old == new || new == '*');
        }
        let length = text.chars().count();
        prop_assert!(places.iter().all(|place| place.from < place.to && place.to <= length));
        prop_assert!(places.windows(2).all(|pair| pair[0].from <= pair[1].from));
        if places.is_empty() {
            prop_assert_eq!(&shown, &text);
        }
    }

    #[test]
    fn masking_never_panics(text in "\\PC{0,60}") {
        let _ = mask_private(&text);
        let _ = bigrams(&text);
        let _ = query_terms(&text);
    }

    #[test]
    fn a_difference_holds_both_texts(old in "[ab 路灯坏了修好é\u{301}👍🏽]{0,30}", new in "[ab 路灯坏了修好é\u{301}👍🏽]{0,30}") {
        let spans = diff(&old, &new);
        let keep = |wanted: fn(&Span) -> bool| -> String { spans.iter().filter(|s| wanted(s)).map(Span::text).collect() };
        prop_assert_eq!(keep(|span| !matches!(span, Span::New(_))), old.clone());
        prop_assert_eq!(keep(|span| !matches!(span, Span::Gone(_))), new.clone());
        prop_assert!(spans.iter().all(|span| !span.text().is_empty()));
        prop_assert!(spans.windows(2).all(|pair| std::mem::discriminant(&pair[0]) != std::mem::discriminant(&pair[1])));
        if old == new {
            prop_assert!(spans.iter().all(|span| matches!(span, Span::Same(_))));
        }
    }

    #[test]
    fn what_is_in_a_text_is_found(
        before in "[\u{4e00}-\u{4e30}a-c ，]{0,20}",
        part in "[\u{4e00}-\u{4e30}]{1,6}",
        after in "[\u{4e00}-\u{4e30}a-c ，]{0,20}",
    ) {
        let text = format!("{before}{part}{after}");
        let index = bigrams(&text);
        let terms = query_terms(&part);
        prop_assert!(!terms.is_empty());
        for term in terms {
            prop_assert!(
                index.iter().any(|known| if term.prefix { known.starts_with(&term.term) } else { *known == term.term }),
                "{:?} of {} not in {:?}", term, text, index
            );
        }
    }
}

#[test]
fn search_terms() {
    assert_eq!(bigrams("路灯坏了，LED灯"), ["路灯", "灯坏", "坏了", "了", "led", "灯"]);
    assert_eq!(bigrams("ＡＢＣ 路"), ["abc", "路"]);
    let terms: Vec<(String, bool)> =
        query_terms("路灯 12345 灯 ' & !").into_iter().map(|term| (term.term, term.prefix)).collect();
    assert_eq!(terms, [("路灯".into(), false), ("12345".into(), true), ("灯".into(), true)]);
    assert!(query_terms("，。!").is_empty());
}

#[test]
fn a_difference_reads_well() {
    assert_eq!(
        diff("请找王主任13800131234", "请找主任138********"),
        [
            Span::Same("请找".into()),
            Span::Gone("王".into()),
            Span::Same("主任".into()),
            Span::Gone("13800131234".into()),
            Span::New("138********".into()),
        ]
    );
    assert!(diff("", "").is_empty());
}
