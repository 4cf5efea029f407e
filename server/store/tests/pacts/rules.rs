//! Local rules: written by one, put in force by another, for an area and everything below it; pacts under way keep theirs.

use gongzhi_domain::error::{Reason, What};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::profile::{Number, Origin, Source};
use gongzhi_domain::pact::{Kind, RuleProfile};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, FieldError};
use gongzhi_store::pacts::rules::{self, NewRules};
use gongzhi_store::testing::World;
use gongzhi_store::{audit, pacts};

use crate::story::new_pact;

async fn officer(world: &World) -> Actor {
    world.staff(Role::PactOfficer, "OFFICE1", "BYH1").await
}

fn local(area: &str, numbers: &[(Number, u16)]) -> NewRules {
    NewRules {
        kind: Kind::ResidentConvention,
        area: area.to_owned(),
        rule: Source { law: Named::new("巴镇居民公约管理办法", ""), article: "12".to_owned() },
        reason: "镇里规定公告二十天".to_owned(),
        numbers: numbers.to_vec(),
    }
}

/// Written by one, put in force by the other.
async fn holds(world: &World, one: &Actor, other: &Actor, new: &NewRules) -> u16 {
    let draft = rules::write(&world.db(), one, new).await.unwrap();
    rules::put_in_force(&world.db(), other, draft).await.unwrap().1
}

async fn notice_of_a_new_pact(world: &World, actor: &Actor, area: &str) -> (String, u16, u16) {
    let mut new = new_pact(actor);
    new.area = area.to_owned();
    let number = pacts::create(&world.db(), actor, &new).await.unwrap();
    let page = pacts::page(&world.db(), &world.visitor(), &number).await.unwrap();
    (number, page.profile.windows.notice.days, page.profile.version)
}

#[tokio::test]
async fn a_local_rule_binds_its_area_and_what_lies_below_from_the_next_pact_on() {
    let world = World::new().await;
    pacts::seed_profiles(&world.db()).await.unwrap();
    let (one, other) = (officer(&world).await, world.staff(Role::Supervisor, "OFFICE1", "BYH1").await);
    let elsewhere = world.staff(Role::PactOfficer, "OFFICE2", "WNS1").await;
    let (before, days, version) = notice_of_a_new_pact(&world, &one, "BYH1A").await;
    assert_eq!((days, version), (10, 1));
    let hash = sqlx::query_scalar::<_, Vec<u8>>("select sha256 from rule_profile where kind = 'resident_convention'");
    let hash = hash.fetch_one(&world.superuser().await).await.unwrap();

    assert_eq!(holds(&world, &one, &other, &local("BYH1", &[(Number::Notice, 20)])).await, 2);
    assert_eq!(notice_of_a_new_pact(&world, &one, "BYH1A").await.1, 20, "below");
    assert_eq!(notice_of_a_new_pact(&world, &one, "BYH1").await.1, 20, "itself");
    assert_eq!(notice_of_a_new_pact(&world, &elsewhere, "WNS1A").await.1, 10, "the next street is not bound");
    // The nearest area wins, and what it leaves alone stays its street's.
    let mut near = local("BYH1A", &[(Number::Publish, 30)]);
    near.rule.law.zh = "东关社区试行办法".into();
    assert_eq!(holds(&world, &one, &other, &near).await, 3);
    let (number, days, version) = notice_of_a_new_pact(&world, &one, "BYH1A1").await;
    assert_eq!((days, version), (20, 3));
    let profile = pacts::page(&world.db(), &world.visitor(), &number).await.unwrap().profile;
    assert_eq!(profile.windows.publish.days, 30);
    let source = |number| profile.source(number).map(|source| source.law.zh.as_str());
    assert_eq!(source(Number::Notice), Some("巴镇居民公约管理办法"));
    assert_eq!(source(Number::Publish), Some("东关社区试行办法"));
    assert_eq!(profile.origin(Number::Notice), Origin::Local);
    assert_eq!(profile.origin(Number::Consult), Origin::Ours);
    assert_eq!(notice_of_a_new_pact(&world, &one, "BYH1B").await.2, 2, "the other community follows the street");

    // Pacts under way keep theirs, and so does the hash they are signed under.
    let page = pacts::page(&world.db(), &world.visitor(), &before).await.unwrap();
    assert_eq!((page.profile.windows.notice.days, page.profile.version), (10, 1));
    let now = sqlx::query_scalar::<_, Vec<u8>>(
        "select sha256 from rule_profile where kind = 'resident_convention' and version = 1",
    );
    assert_eq!(now.fetch_one(&world.superuser().await).await.unwrap(), hash);

    // Everybody reads all of it.
    let listed = rules::list(&world.db(), &world.visitor()).await.unwrap();
    let shown: Vec<_> = listed
        .iter()
        .filter(|version| version.profile.kind == Kind::ResidentConvention)
        .map(|version| (version.profile.version, version.area.as_ref().map(|area| area.zh.clone()), version.in_force))
        .collect();
    assert_eq!(shown, [(1, None, true), (2, Some("巴镇".into()), true), (3, Some("东关社区".into()), true)]);
    let two = rules::one(&world.db(), &world.visitor(), Kind::ResidentConvention, 2).await.unwrap();
    assert_eq!(two.profile.changed(&two.before.unwrap()), [Number::Notice]);
    assert_eq!(two.reason, "镇里规定公告二十天");
    let none = rules::one(&world.db(), &world.visitor(), Kind::VillageRules, 9).await.unwrap_err();
    assert_eq!(none, Error::NotFound { what: What::Rules });
    assert_eq!(audit::verify(&world.db()).await.unwrap().broken, None);
}

#[tokio::test]
async fn what_is_written_is_put_in_force_by_another_while_its_base_still_holds() {
    let world = World::new().await;
    pacts::seed_profiles(&world.db()).await.unwrap();
    let db = world.db();
    let (one, other) = (officer(&world).await, officer(&world).await);
    let stranger = world.staff(Role::PactOfficer, "OFFICE2", "WNS1").await;
    let clerk = world.staff(Role::Clerk, "CENTRE", "152921").await;
    let forbidden = Err(Error::Forbidden { action: Action::ManageRules });
    for who in [&stranger, &clerk] {
        assert_eq!(rules::write(&db, who, &local("BYH1", &[(Number::Notice, 20)])).await, forbidden);
    }
    let draft = rules::write(&db, &one, &local("BYH1", &[(Number::Notice, 20)])).await.unwrap();
    let again = rules::write(&db, &other, &local("BYH1", &[(Number::Notice, 21)])).await.unwrap_err();
    assert_eq!(again, Error::Duplicate { what: What::Rules }, "one waits at a time");
    assert_eq!(rules::put_in_force(&db, &one, draft).await, Err(Error::field("draft", Reason::NeedsAnotherPerson)));
    assert!(matches!(rules::put_in_force(&db, &stranger, draft).await, Err(Error::Forbidden { .. })));
    assert!(matches!(rules::draft(&db, &stranger, draft).await, Err(Error::Forbidden { .. })));
    assert!(rules::waiting(&db, &stranger).await.unwrap().is_empty());
    assert_eq!(rules::waiting(&db, &other).await.unwrap().len(), 1);

    // One below that was written from the law's is overtaken when the street's comes into force.
    let below = rules::write(&db, &one, &local("BYH1A", &[(Number::Sign, 20)])).await.unwrap();
    rules::put_in_force(&db, &other, draft).await.unwrap();
    assert_eq!(rules::put_in_force(&db, &other, draft).await, Err(Error::NotFound { what: What::Rules }), "once");
    assert!(rules::draft(&db, &other, below).await.unwrap().overtaken);
    assert_eq!(rules::put_in_force(&db, &other, below).await, Err(Error::field("draft", Reason::OtherVersion)));
    rules::drop(&db, &one, below).await.unwrap();
    assert!(rules::waiting(&db, &one).await.unwrap().is_empty());
    let superuser = world.superuser().await;
    for statement in ["update rule_profile set body = '{}'", "delete from rule_profile", "delete from rule_draft"] {
        assert!(sqlx::query(statement).execute(db.pool()).await.is_err(), "{statement}");
    }
    let alone = "update rule_draft set decided_by = drafted_by where outcome = 'in_force'";
    assert!(sqlx::query(alone).execute(&superuser).await.is_err(), "the table refuses one person too");
}

#[tokio::test]
async fn a_local_rule_stays_within_its_bounds_and_has_a_name() {
    let world = World::new().await;
    pacts::seed_profiles(&world.db()).await.unwrap();
    let one = officer(&world).await;
    let refused = async |new: NewRules| match rules::write(&world.db(), &one, &new).await {
        Err(Error::Invalid { fields }) => fields,
        other => panic!("{other:?}"),
    };
    let range = |min, max| Reason::OutOfRange { min, max };
    let wrong = [(Number::Notice, 9), (Number::Consult, 367), (Number::ReviewYears, 4), (Number::Proxies, 1)];
    assert_eq!(
        refused(local("BYH1", &wrong)).await,
        [
            FieldError::new("notice", range(10, 366)),
            FieldError::new("consult", range(1, 366)),
            FieldError::new("review_years", range(1, 3)),
            FieldError::new("proxies", range(0, 0)),
        ]
    );
    // More days to object to the roll than the notice has.
    assert_eq!(
        refused(local("BYH1", &[(Number::RollObjections, 12)])).await,
        [FieldError::new("notice", range(12, 366))]
    );
    let same = local("BYH1", &[(Number::Notice, 10)]);
    assert_eq!(refused(same).await, [FieldError::new("numbers", Reason::NothingChanged)]);
    let mut nameless = local("BYH1", &[(Number::Notice, 20)]);
    (nameless.rule.article, nameless.reason) = (String::new(), "好".into());
    let fields = refused(nameless).await;
    assert_eq!(fields.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["article", "reason"]);
    let mut posing = local("BYH1", &[(Number::Notice, 20)]);
    posing.rule.law.zh = RuleProfile::built_in(Kind::VillageRules).decides_source.law.zh;
    assert_eq!(refused(posing).await, [FieldError::new("law", Reason::NotAChoice)], "no local rule is called a law");
    assert_eq!(refused(local("NOWHERE", &[])).await, [FieldError::new("area", Reason::NotAChoice)]);

    // Owners' proxies may be fewer, or none; never more.
    let mut owners = local("BYH1", &[(Number::Proxies, 4)]);
    owners.kind = Kind::OwnersCovenant;
    assert_eq!(refused(owners.clone()).await, [FieldError::new("proxies", range(0, 3))]);
    owners.numbers = vec![(Number::Proxies, 0)];
    let draft = rules::write(&world.db(), &one, &owners).await.unwrap();
    let draft = rules::draft(&world.db(), &one, draft).await.unwrap();
    assert!(!draft.profile.proxies.allowed && draft.profile.proxies.written);
    assert_eq!(draft.profile.origin(Number::Proxies), Origin::Local);
}
