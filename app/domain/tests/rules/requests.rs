//! What filing needs.

use gongzhi_domain::clock::Policy;
use gongzhi_domain::order::Urgency;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{
    Category, Draft, Kind, NOTE_MAX, PHOTOS_MAX, REPLY_MAX, Rating, TEXT_MAX, Told, Visibility, Whereabouts, field,
    validate, validate_reply, visibility_of, written,
};
use gongzhi_domain::{Named, Reason};

fn lamps() -> Category {
    Category {
        code: "lamps".into(),
        name: Named::new("路灯", "Street lamps"),
        urgency: Urgency::Normal,
        anonymous_allowed: true,
        needs_consent: false,
        policy: Policy::ORDINARY,
    }
}

fn draft() -> Draft {
    Draft {
        kind: Kind::Help,
        text: "楼下的路灯坏了".into(),
        place: Whereabouts { words: "三号楼门口".into(), ..Whereabouts::default() },
        phone: Phone::parse("13800131234").ok(),
        name: String::new(),
        visibility: Visibility::Public,
        photos: 1,
        consent: false,
    }
}

fn problems(draft: &Draft, category: &Category) -> Vec<(String, Reason)> {
    let refused = validate(draft, category).unwrap_err();
    refused.fields().iter().map(|problem| (problem.field.clone(), problem.reason.clone())).collect()
}

#[test]
fn a_complete_draft_can_be_filed() {
    assert_eq!(validate(&draft(), &lamps()), Ok(()));
    let anonymous = Draft { phone: None, ..draft() };
    assert_eq!(validate(&anonymous, &lamps()), Ok(()));
    let nowhere = Draft { place: Whereabouts { nowhere: true, ..Whereabouts::default() }, ..draft() };
    assert_eq!(validate(&nowhere, &lamps()), Ok(()));
}

#[test]
fn every_problem_is_said_at_once() {
    let strict = Category { anonymous_allowed: false, needs_consent: true, ..lamps() };
    let bad = Draft {
        text: "  ".into(),
        place: Whereabouts::default(),
        phone: None,
        name: "名".repeat(41),
        photos: PHOTOS_MAX + 1,
        ..draft()
    };
    assert_eq!(
        problems(&bad, &strict),
        [
            (field::TEXT.into(), Reason::Missing),
            (field::PLACE.into(), Reason::PlaceNeeded),
            (field::PHONE.into(), Reason::NotAnonymous),
            (field::NAME.into(), Reason::TooLong { max: 40 }),
            (field::PHOTOS.into(), Reason::TooManyPhotos { max: PHOTOS_MAX }),
            (field::CONSENT.into(), Reason::ConsentNeeded),
        ]
    );
}

#[test]
fn the_limits_count_characters_not_bytes() {
    let longest = "字".repeat(TEXT_MAX as usize);
    assert!(written(&longest, 1, TEXT_MAX).is_ok());
    assert_eq!(written(&format!("{longest}字"), 1, TEXT_MAX), Err(Reason::TooLong { max: TEXT_MAX }));
    assert_eq!(written("路灯", 4, TEXT_MAX), Err(Reason::TooShort { min: 4 }));
    assert_eq!(written("路灯\u{0}坏了", 4, TEXT_MAX), Err(Reason::Unreadable));
    assert!(written("两行\n可以\t的", 4, TEXT_MAX).is_ok());
    assert!(written("", 0, 10).is_ok());
}

#[test]
fn everything_wrong_with_a_reply_is_said_at_once() {
    let (longest, note) = ("字".repeat(REPLY_MAX as usize), "字".repeat(NOTE_MAX as usize));
    assert_eq!(validate_reply(&longest, &note), Ok(()));
    assert_eq!(validate_reply("路灯已更换。", ""), Ok(()));
    let problems = |public: &str, internal: &str| {
        let refused = validate_reply(public, internal).unwrap_err();
        refused.fields().iter().map(|wrong| (wrong.field.clone(), wrong.reason.clone())).collect::<Vec<_>>()
    };
    let note_too_long = (field::INTERNAL.to_owned(), Reason::TooLong { max: NOTE_MAX });
    assert_eq!(problems(" ", &format!("{note}字")), [(field::REPLY.to_owned(), Reason::Missing), note_too_long]);
    assert_eq!(problems(&format!("{longest}字"), ""), [(field::REPLY.to_owned(), Reason::TooLong { max: REPLY_MAX })]);
}

#[test]
fn a_tip_off_is_private_whatever_was_chosen() {
    for kind in Kind::ALL {
        let stored = visibility_of(*kind, Visibility::Public);
        assert_eq!(stored == Visibility::Private, *kind == Kind::TipOff, "{kind}");
    }
    assert!(!Kind::Praise.is_clocked() && !Kind::Suggestion.is_clocked() && Kind::Complaint.is_clocked());
}

#[test]
fn a_rating_has_one_to_five() {
    assert!(Rating::new(true, Told::Yes, 5, " 谢谢 ").is_ok_and(|rating| rating.comment == "谢谢"));
    for satisfied in [0, 6] {
        let refused = Rating::new(true, Told::Yes, satisfied, "").unwrap_err();
        assert_eq!(refused.fields()[0].reason, Reason::OutOfRange { min: 1, max: 5 });
    }
}
