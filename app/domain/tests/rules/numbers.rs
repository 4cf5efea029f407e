//! Request numbers and query codes.

use chrono::NaiveDate;
use gongzhi_domain::Reason;
use gongzhi_domain::number::{QUERY_ALPHABET, QueryCode, RequestNumber};
use proptest::prelude::*;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn number() -> impl Strategy<Value = RequestNumber> {
    (0..20_000_i64, "[0-9A-Z]{4}", 1..1_000_000_u32).prop_map(|(days, street, sequence)| {
        RequestNumber::new(day() + chrono::Duration::days(days - 10_000), &street, sequence).unwrap()
    })
}

#[test]
fn a_number_reads_like_the_specification_says() {
    let number = RequestNumber::new(day(), "b001", 12).unwrap();
    let text = number.to_string();
    assert!(text.starts_with("20261122-B001-0012-"), "{text}");
    assert_eq!(text.len(), 20);
    assert_eq!((number.day(), number.street().as_str(), number.sequence()), (day(), "B001", 12));
}

/// Worked by hand from ISO/IEC 7064 MOD 37,36: for `1` the product is ((36+1)%36)*2 % 37 = 2, so the
/// check value is (37-2)%36 = 35, `Z`; the test is that body and check sum to 1.
#[test]
fn the_check_character_is_the_standards() {
    let value = |c: char| c.to_digit(36).unwrap();
    let number = RequestNumber::new(day(), "B001", 12).unwrap();
    let packed: String = number.to_string().chars().filter(|c| *c != '-').collect();
    let mut product = 36;
    let (check, body) = (packed.chars().last().unwrap(), &packed[..packed.len() - 1]);
    for c in body.chars() {
        let sum = (product + value(c)) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    assert_eq!((product + value(check)) % 36, 1);
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    for (street, sequence) in [("B01", 1), ("B0012", 1), ("B-01", 1), ("街道01", 1), ("B001", 0), ("B001", 1_000_000)]
    {
        assert!(RequestNumber::new(day(), street, sequence).is_none(), "{street} {sequence}");
    }
    assert_eq!(RequestNumber::parse(" "), Err(Reason::Missing));
    for wrong in ["2026", "20261322-B001-0001-A", "20261122-B001-00A1-A", "hello", "20261122/B001/0001/A"] {
        assert_eq!(RequestNumber::parse(wrong), Err(Reason::NotARequestNumber), "{wrong}");
    }
}

#[test]
fn a_query_code_keeps_its_secret_in_logs() {
    let code = QueryCode::from_random(0x1234_5678_9abc_def0);
    assert!(!format!("{code:?}").contains(code.as_str()));
    assert_eq!(code.to_string().len(), 9);
    for look_alike in b"0O1IL2Z5S8B" {
        assert!(!QUERY_ALPHABET.contains(look_alike));
    }
    assert_eq!(QueryCode::parse(""), Err(Reason::Missing));
    for wrong in ["ACDE", "ACDEFGHJK", "ACDEFGH0", "ACDE-FGH!"] {
        assert_eq!(QueryCode::parse(wrong), Err(Reason::NotAQueryCode), "{wrong}");
    }
}

/// The hybrid systems of ISO 7064 find nearly every swap, not every one.
#[test]
fn swapped_neighbours_are_nearly_always_noticed() {
    let (mut swaps, mut unnoticed) = (0_u32, 0_u32);
    for sequence in 1..3_000 {
        let number = RequestNumber::new(day(), "B7K2", sequence).unwrap().to_string();
        let packed: Vec<char> = number.chars().filter(|c| *c != '-').collect();
        for at in 0..packed.len() - 1 {
            let mut swapped = packed.clone();
            swapped.swap(at, at + 1);
            if swapped != packed {
                swaps += 1;
                let typed: String = swapped.iter().collect();
                unnoticed += u32::from(RequestNumber::parse(&typed).is_ok());
            }
        }
    }
    assert!(unnoticed * 100 < swaps, "{unnoticed} of {swaps}");
}

fn full_width(text: &str) -> String {
    text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c)).collect()
}

proptest! {
    #[test]
    fn a_number_is_read_back_however_it_is_typed(number in number()) {
        let text = number.to_string();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            full_width(&text),
            format!("  {text}\n"),
        ] {
            prop_assert_eq!(RequestNumber::parse(&typed), Ok(number));
        }
        let json = serde_json::to_string(&number).unwrap();
        prop_assert_eq!(serde_json::from_str::<RequestNumber>(&json).unwrap(), number);
    }

    #[test]
    fn one_wrong_character_is_noticed(number in number(), at in 0..17_usize, by in 1..36_u32) {
        let packed: Vec<char> = number.to_string().chars().filter(|c| *c != '-').collect();
        let mut wrong = packed.clone();
        let at = at % wrong.len();
        wrong[at] = char::from_digit((packed[at].to_digit(36).unwrap() + by) % 36, 36).unwrap();
        let typed: String = wrong.iter().collect();
        prop_assert!(RequestNumber::parse(&typed).is_err(), "{}", typed);
    }

    #[test]
    fn numbers_sort_by_day_first(a in number(), b in number()) {
        if a.day() < b.day() {
            prop_assert!(a < b);
        }
    }

    #[test]
    fn a_query_code_is_read_back(random: u64) {
        let code = QueryCode::from_random(random);
        prop_assert_eq!(QueryCode::parse(&code.to_string().to_lowercase()), Ok(code.clone()));
        prop_assert_eq!(QueryCode::parse(&full_width(code.as_str())), Ok(code));
    }

    #[test]
    fn nothing_typed_makes_reading_panic(text in "\\PC{0,40}") {
        let _ = RequestNumber::parse(&text);
        let _ = QueryCode::parse(&text);
        let _ = gongzhi_domain::phone::Phone::parse(&text);
    }
}
