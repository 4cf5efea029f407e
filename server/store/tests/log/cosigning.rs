//! A second party signs the heads.

use gongzhi_domain::person::Role;
use gongzhi_domain::{Error, Reason as Why};
use gongzhi_proof::note::{SignatureType, SigningKey};
use gongzhi_store::audit;
use gongzhi_store::log::{self, Reason};
use gongzhi_store::testing::World;

use crate::story::{log_receipt, named, proven, said};

fn street() -> SigningKey {
    SigningKey::new("巴镇街道办事处", SignatureType::Cosignature, &[7; 32]).unwrap()
}

#[tokio::test]
async fn a_registered_party_cosigns_and_receipts_carry_it() {
    let world = World::new().await;
    let officer = world.staff(Role::PactOfficer, "OFFICE1", "BYH1").await;
    let db = world.db();
    let leaf = said(&db, 1).await;
    let head = log::checkpoint(&db, Reason::Daily).await.unwrap();
    world.cosigner(&street().public().to_string()).await;

    let mut note = head.note.clone();
    note.signatures.push(street().sign(&note.text, 1_772_416_800));
    // A form sends its lines with carriage returns.
    let typed = note.to_string().replace('\n', "\r\n");
    assert_eq!(log::cosign(&db, &officer, &typed).await.unwrap(), head.seq);
    assert_eq!(log::cosign(&db, &officer, &note.to_string()).await.unwrap(), head.seq, "twice is once");

    let checked = proven(&world, leaf).await;
    assert_eq!(checked.cosigned.len(), 1);
    assert_eq!((checked.cosigned[0].key.name(), checked.cosigned[0].at), ("巴镇街道办事处", 1_772_416_800));
    let file = log::receipt(&db, leaf).await.unwrap().to_json().unwrap();
    assert_eq!(log_receipt(&file).cosigners.len(), 1);

    // A later leaf is proven under a later head, which nobody has cosigned yet.
    let later = said(&db, 2).await;
    assert!(proven(&world, later).await.cosigned.is_empty());
    let overview = log::overview(&db, &world.visitor()).await.unwrap();
    assert_eq!(overview.newest.unwrap().checkpoint.size, 2);
    assert_eq!(overview.cosigned.unwrap().checkpoint.size, 1);
    assert_eq!(overview.cosigners[0].last, Some(1_772_416_800));
    assert!(named(&world).await.is_empty());
    assert_eq!(audit::verify(&db).await.unwrap().broken, None);
}

#[tokio::test]
async fn what_is_no_key_or_no_cosigned_head_is_said_beside_the_field() {
    let world = World::new().await;
    let officer = world.staff(Role::Supervisor, "CENTRE", "152921").await;
    let db = world.db();
    said(&db, 1).await;
    let head = log::checkpoint(&db, Reason::Daily).await.unwrap();
    let own = log::public_keys(&db).await.unwrap()[0].clone();
    let posing = SigningKey::new(own.name(), SignatureType::Cosignature, &[8; 32]).unwrap();
    let plain = SigningKey::new("街道", SignatureType::Plain, &[8; 32]).unwrap();
    let (posing, plain) = (posing.public().to_string(), plain.public().to_string());
    for wrong in ["hello", "a+b+c", &own.to_string(), &posing, &plain, "\u{0}"] {
        let refused = log::register(&db, &officer, wrong).await.unwrap_err();
        assert_eq!(refused, Error::field("key", Why::NotACosigningKey), "{wrong}");
    }
    assert_eq!(log::register(&db, &officer, " ").await.unwrap_err(), Error::field("key", Why::Missing));
    let key = street().public().to_string();
    let ask = log::register(&db, &officer, &key).await.unwrap();
    let again = log::register(&db, &officer, &key).await.unwrap_err();
    assert_eq!(again, Error::field("key", Why::Taken), "while it waits for a second person");
    let other = world.staff(Role::Administrator, "CENTRE", "152921").await;
    log::decide(&db, &other, ask, true).await.unwrap();
    assert_eq!(log::register(&db, &officer, &key).await.unwrap_err(), Error::field("key", Why::Taken));

    let refused = |note: String, reason| {
        let (db, officer) = (db.clone(), officer.clone());
        async move {
            let said = log::cosign(&db, &officer, &note).await.unwrap_err();
            assert_eq!(said, Error::field("note", reason), "{note}");
        }
    };
    let note = head.note.to_string();
    let text = &head.note.text;
    let with = |line: String| format!("{note}{line}\n");
    refused(String::new(), Why::Missing).await;
    refused("hello".into(), Why::NotANote).await;
    refused(note.clone(), Why::UnknownSigner).await;
    let stranger = SigningKey::new("路人", SignatureType::Cosignature, &[9; 32]).unwrap();
    refused(with(stranger.sign(text, 1).to_string()), Why::UnknownSigner).await;
    refused(with(street().sign("another text\n", 1).to_string()), Why::BrokenSignature).await;
    let other = text.replacen('1', "2", 1);
    let line = street().sign(&other, 1);
    refused(format!("{other}\n{line}\n"), Why::OtherNote).await;
    // The beginning of a head is none.
    let part = text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>();
    let line = street().sign(&part, 1);
    refused(format!("{part}\n{line}\n"), Why::OtherNote).await;

    let resident = world.resident("李", "13800001234").await.actor();
    assert!(matches!(log::register(&db, &resident, &key).await, Err(Error::Forbidden { .. })));
    assert!(matches!(log::cosign(&db, &world.visitor(), &note).await, Err(Error::NotSignedIn)));
}

#[tokio::test]
async fn who_cosigns_is_said_by_two_people_of_the_whole_installation() {
    let world = World::new().await;
    let db = world.db();
    said(&db, 1).await;
    let head = log::checkpoint(&db, Reason::Daily).await.unwrap();
    let (key, note) = (street().public().to_string(), {
        let mut note = head.note.clone();
        note.signatures.push(street().sign(&note.text, 1_772_416_800));
        note.to_string()
    });
    for (role, unit, area) in [
        (Role::PactOfficer, "CENTRE", "152921"),
        (Role::Supervisor, "OFFICE1", "BYH1"),
        (Role::Administrator, "OFFICE1", "BYH1"),
    ] {
        let actor = world.staff(role, unit, area).await;
        assert!(matches!(log::register(&db, &actor, &key).await, Err(Error::Forbidden { .. })), "{role} of {area}");
        assert!(matches!(log::asked(&db, &actor).await, Err(Error::Forbidden { .. })), "{role} of {area}");
        let handed = log::cosign(&db, &actor, &note).await.unwrap_err();
        assert_eq!(
            handed,
            Error::field("note", Why::UnknownSigner),
            "{role} of {area} may hand in, but nobody is registered"
        );
    }
    let admin = world.staff(Role::Administrator, "CENTRE", "152921").await;
    let supervisor = world.staff(Role::Supervisor, "CENTRE", "152921").await;
    let ask = log::register(&db, &admin, &key).await.unwrap();
    assert!(log::overview(&db, &admin).await.unwrap().cosigners.is_empty(), "asked is not registered");
    let own = log::decide(&db, &admin, ask, true).await.unwrap_err();
    assert_eq!(own, Error::field("ask", Why::NeedsAnotherPerson));
    log::decide(&db, &admin, ask, false).await.unwrap();
    assert!(log::asked(&db, &admin).await.unwrap().is_empty(), "one takes back what one asked");
    let ask = log::register(&db, &admin, &key).await.unwrap();
    log::decide(&db, &supervisor, ask, true).await.unwrap();
    assert!(matches!(log::decide(&db, &supervisor, ask, true).await, Err(Error::NotFound { .. })));
    log::cosign(&db, &supervisor, &note).await.unwrap();

    let unknown = log::retire(&db, &admin, "nobody+1+x", "不再使用").await.unwrap_err();
    assert!(matches!(unknown, Error::NotFound { .. }));
    let silent = log::retire(&db, &admin, &key, "换").await.unwrap_err();
    assert_eq!(silent, Error::field("reason", Why::TooShort { min: 4 }));
    let ask = log::retire(&db, &admin, &key, "公钥已更换").await.unwrap();
    assert_eq!(log::decide(&db, &admin, ask, true).await, Err(Error::field("ask", Why::NeedsAnotherPerson)));
    log::decide(&db, &supervisor, ask, true).await.unwrap();
    assert!(matches!(log::retire(&db, &admin, &key, "公钥已更换").await, Err(Error::NotFound { .. })), "once");
    assert_eq!(log::register(&db, &admin, &key).await.unwrap_err(), Error::field("key", Why::Taken), "and for ever");

    // What it signed holds and is shown, nothing new of it is taken in.
    let overview = log::overview(&db, &world.visitor()).await.unwrap();
    assert_eq!(overview.cosigners[0].last, Some(1_772_416_800));
    assert_eq!(overview.cosigners[0].retired, Some(world.now()));
    said(&db, 2).await;
    let mut later = log::checkpoint(&db, Reason::Daily).await.unwrap().note;
    later.signatures.push(street().sign(&later.text, 1_772_416_900));
    let refused = log::cosign(&db, &supervisor, &later.to_string()).await.unwrap_err();
    assert_eq!(refused, Error::field("note", Why::UnknownSigner));
    assert!(named(&world).await.is_empty());
    assert_eq!(audit::verify(&db).await.unwrap().broken, None);
}
