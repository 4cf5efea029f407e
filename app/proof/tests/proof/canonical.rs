//! Canonical JSON beside an implementation of RFC 8785 with other people's tests.

use gongzhi_proof::canonical::{NotCanonical, write};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn values() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f\u{e000}-\u{ffff}\u{10000}-\u{10ffff}]{0,6}".prop_map(Value::from),
    ];
    plain.prop_recursive(4, 32, 6, |inner| {
        let names = prop_oneof![any::<String>(), "[\u{e000}-\u{ffff}\u{10000}-\u{10ffff}]{1,2}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

proptest! {
    #[test]
    fn it_writes_what_rfc_8785_asks(value in values()) {
        let written = write(&value).unwrap();
        prop_assert_eq!(&written, &serde_json_canonicalizer::to_string(&value).unwrap());
        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    }

    #[test]
    fn fractions_and_large_numbers_are_refused(fraction in any::<f64>().prop_filter("finite", |f| f.is_finite()), large in 9_007_199_254_740_992_u64..) {
        prop_assert_eq!(write(&json!([fraction])), Err(NotCanonical::Number));
        prop_assert_eq!(write(&json!([large])), Err(NotCanonical::Number));
    }
}

#[test]
fn names_are_sorted_by_their_utf16_units() {
    // The example of RFC 8785, 3.2.3.
    let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
    assert_eq!(
        write(&value).unwrap(),
        "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
    );
}
