//! A wrong roll is wholly put right by upheld objections, whatever it counts.

use gongzhi_domain::pact::{Basis, Choice, Kind, Outcome, Secrecy};
use gongzhi_domain::roll::{Body, Change};
use gongzhi_domain::{Error, Reason};
use gongzhi_store::roll::{self, At, Changed, Proxy};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::phone;
use gongzhi_store::testing::votes::{Door, Hall};
use gongzhi_store::{log, votes};

use crate::{builds, corrects, whole};

fn number(n: usize) -> String {
    phone(n).full().to_owned()
}

async fn announced(kind: Kind, basis: Option<Basis>, doors: &[Door], members: &[(usize, Body)]) -> (World, Hall) {
    let world = World::new().await;
    let hall = Hall::new(&world, kind, Secrecy::Open, doors).await;
    let db = world.db();
    if let Some(basis) = basis {
        roll::choose_basis(&db, &hall.committee, &hall.number, basis, "居民会议授权，街道批复").await.unwrap();
    }
    for (n, body) in members {
        roll::name_member(&db, &hall.committee, &hall.number, *body, &number(*n), true).await.unwrap();
    }
    hall.announce(&world).await;
    (world, hall)
}

#[tokio::test]
async fn a_household_left_off_votes_and_one_that_is_not_there_does_not() {
    // Door 104 stands empty; persons 4 to 6 live in homes that were left off.
    let doors = [Door(vec![0], 0), Door(vec![1], 0), Door(vec![2, 3], 0), Door(vec![], 0)];
    let mut all = doors.to_vec();
    all.push(Door(vec![4, 5, 6], 0));
    let world = World::new().await;
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Open, &all).await;
    sqlx::query("update household set active = false where position = 4").execute(world.db().pool()).await.unwrap();
    hall.announce(&world).await;
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 4)]);

    let couple = builds(&world, &hall, 10, Door(vec![4, 5], 0), "resident").await;
    let empty = builds(&world, &hall, 11, Door(vec![], 0), "resident").await;
    let add = |at: &At, phone: String| Changed::HomeAdd { at: at.clone(), phone, area_cm2: None };
    corrects(&world, &hall, add(&couple, String::new())).await.unwrap();
    corrects(&world, &hall, add(&empty, String::new())).await.unwrap();
    let facts = whole(&world, &hall).await;
    assert_eq!(facts.units, [(Body::Statutory, 6)]);
    assert_eq!(facts.amendments.iter().map(|it| it.change).collect::<Vec<_>>(), [Change::HomeAdd, Change::HomeAdd]);
    let twice = corrects(&world, &hall, add(&couple, String::new())).await;
    assert_eq!(twice, Err(Error::field("door", Reason::OnTheRoll)));
    let nowhere = At { door: "9单元909室".to_owned(), ..couple.clone() };
    assert_eq!(
        corrects(&world, &hall, add(&nowhere, String::new())).await,
        Err(Error::field("door", Reason::NoSuchHome))
    );
    let closed = At { door: "1单元105室".to_owned(), ..couple.clone() };
    assert_eq!(
        corrects(&world, &hall, add(&closed, String::new())).await,
        Err(Error::field("door", Reason::NoSuchHome))
    );
    let area = Changed::Area { unit: 1, flat: None, area_cm2: 5 };
    assert_eq!(corrects(&world, &hall, area).await, Err(Error::field("change", Reason::NotAChoice)));

    // Somebody moves into the empty one; who lives alone loses the vote, the door keeps its own.
    let into = Changed::Add { unit: 6, flat: None, phone: number(6) };
    corrects(&world, &hall, into.clone()).await.unwrap();
    assert_eq!(corrects(&world, &hall, into).await, Err(Error::field("phone", Reason::OnTheRoll)));
    corrects(&world, &hall, Changed::Strike { unit: 1, flat: None, phone: number(0) }).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 6)]);
    // A home that is not there goes with its vote, and with what was said about it.
    hall.agree(&world, 3, &[2], 2).await;
    corrects(&world, &hall, Changed::HomeStrike { unit: 3, flat: None }).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 5)]);
    let again = Changed::HomeStrike { unit: 3, flat: None };
    assert_eq!(corrects(&world, &hall, again).await, Err(Error::field("unit", Reason::NotOnTheRoll)));
    assert_eq!(crate::rows(&world, "voter_claim").await, 0);
    let mine = roll::page(&world.db(), &hall.actor(2), &hall.number).await.unwrap();
    assert!(mine.mine.is_empty());
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where kind = 'roll_amended' and person_id = $1")
        .bind(hall.people[2].uuid())
        .fetch_one(world.db().pool())
        .await
        .unwrap();
    assert_eq!(told, 1, "whoever loses a vote is told");

    // The added ones vote by phone and on paper, the struck one does neither.
    hall.agree(&world, 5, &[4, 5], 5).await;
    hall.open(&world).await;
    hall.votes(&world, 5, 5, Choice::Yes).await.unwrap();
    assert!(hall.votes(&world, 2, 3, Choice::Yes).await.is_err());
    assert!(hall.votes(&world, 0, 1, Choice::Yes).await.is_err());
    let vote = hall.vote(&world, Body::Statutory).await;
    for clerk in &hall.clerks[..2] {
        let db = world.db();
        let read = |unit| votes::enter_ballot(&db, clerk, &hall.number, vote, unit, "yes", "");
        assert_eq!(read(3).await, Err(Error::field("unit", Reason::NotAChoice)));
        read(6).await.unwrap();
    }
    hall.votes(&world, 1, 2, Choice::Yes).await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    let heads = result.counted[0].numbers.heads.unwrap();
    assert_eq!((heads.total, heads.present, heads.yes), (5, 3, 3), "the quorum is measured against what stands");
    assert_eq!(result.counted[0].numbers.outcome, Outcome::Passed);
    whole(&world, &hall).await;
}

#[tokio::test]
async fn an_adult_left_off_is_a_vote_of_their_own_and_one_struck_is_none() {
    let doors = [Door(vec![0, 1], 0), Door(vec![2], 0), Door(vec![3], 0)];
    let (world, hall) = announced(Kind::ResidentConvention, Some(Basis::Adults), &doors, &[]).await;
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 4)]);
    let door = builds(&world, &hall, 20, Door(vec![], 0), "resident").await;
    let late = world.resident("周", "13800135790").await.person;
    let adult = |phone: &str| Changed::AdultAdd { phone: phone.to_owned(), at: door.clone() };
    assert_eq!(corrects(&world, &hall, adult(&number(2))).await, Err(Error::field("phone", Reason::OnTheRoll)));
    assert_eq!(corrects(&world, &hall, adult("13800135799")).await, Err(Error::field("phone", Reason::NobodySignedIn)));
    corrects(&world, &hall, adult("13800135790")).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 5)]);
    corrects(&world, &hall, Changed::AdultStrike { unit: 4 }).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 4)], "an adult struck is out of the total");
    // Whoever was struck wrongly is put on again, under a new number.
    corrects(&world, &hall, adult(&number(3))).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 5)]);
    corrects(&world, &hall, Changed::AdultStrike { unit: 6 }).await.unwrap();
    let home = Changed::HomeAdd { at: door.clone(), phone: String::new(), area_cm2: None };
    assert_eq!(corrects(&world, &hall, home).await, Err(Error::field("change", Reason::NotAChoice)));

    hall.open(&world).await;
    let (vote, unit) = (hall.vote(&world, Body::Statutory).await, hall.unit(&world, Body::Statutory, 5).await);
    let actor = gongzhi_domain::person::Actor::resident(late, "");
    let key = gongzhi_domain::ids::KeyId::from_uuid(uuid::Uuid::new_v4());
    votes::cast(&world.db(), &actor, &hall.number, vote, unit, Choice::Yes, key).await.unwrap();
    assert!(hall.votes(&world, 3, 4, Choice::Yes).await.is_err());
}

#[tokio::test]
async fn flats_go_to_their_owners_and_the_area_follows() {
    // 0 owns two flats, 1 one, 2 and 3 one together.
    let flats = [Door(vec![0], 800_000), Door(vec![0], 900_000), Door(vec![1], 500_000), Door(vec![2, 3], 700_000)];
    let mut doors = flats.to_vec();
    doors.push(Door(vec![4], 0));
    let world = World::new().await;
    let hall = Hall::new(&world, Kind::OwnersCovenant, Secrecy::Open, &doors).await;
    sqlx::query("update household set active = false where position = 4").execute(world.db().pool()).await.unwrap();
    let local = "update rule_profile set body = jsonb_set(body, '{proxies}', '{\"allowed\": true, \"written\": true, \"most\": 3}')";
    sqlx::query(local).execute(&world.superuser().await).await.unwrap();
    hall.announce(&world).await;
    let totals = async || {
        let facts = whole(&world, &hall).await;
        (facts.units[0].1, facts.area_cm2.unwrap())
    };
    assert_eq!(totals().await, (3, 2_900_000));
    let add = |at: At, phone: &str, area_cm2| Changed::HomeAdd { at, phone: phone.to_owned(), area_cm2 };

    // A flat left off joins the unit of the same owners, another one is a unit; without an area neither.
    let same = builds(&world, &hall, 10, Door(vec![3, 2], 300_000), "owner").await;
    corrects(&world, &hall, add(same, "", None)).await.unwrap();
    assert_eq!(totals().await, (3, 3_200_000));
    let bare = builds(&world, &hall, 11, Door(vec![], 0), "owner").await;
    let without = corrects(&world, &hall, add(bare.clone(), &number(4), None)).await;
    assert_eq!(without, Err(Error::field("area", Reason::Missing)));
    corrects(&world, &hall, add(bare, &number(4), Some(400_000))).await.unwrap();
    assert_eq!(totals().await, (4, 3_600_000));

    // One of two flats has a second owner: it is a unit by itself; when that was wrong it goes back.
    corrects(&world, &hall, Changed::Add { unit: 1, flat: Some(2), phone: number(1) }).await.unwrap();
    assert_eq!(totals().await, (5, 3_600_000));
    corrects(&world, &hall, Changed::Strike { unit: 5, flat: None, phone: number(1) }).await.unwrap();
    assert_eq!(totals().await, (4, 3_600_000));
    // A flat that is not there is taken off; of several it is said which.
    let some = Changed::HomeStrike { unit: 1, flat: None };
    assert_eq!(corrects(&world, &hall, some).await, Err(Error::field("flat", Reason::Missing)));
    corrects(&world, &hall, Changed::HomeStrike { unit: 1, flat: Some(1) }).await.unwrap();
    assert_eq!(totals().await, (4, 2_800_000));

    // Two units of the same buyer are one; the proxy of people who are no longer the same is not kept.
    let proxy = |unit| Proxy { unit, phone: number(3), paper: "委托书存居委会".to_owned() };
    roll::give_proxy(&world.db(), &hall.committee, &hall.number, &proxy(2)).await.unwrap();
    corrects(&world, &hall, Changed::Join { unit: 2, into: 4 }).await.unwrap();
    assert_eq!(totals().await, (3, 2_800_000));
    assert_eq!(crate::rows(&world, "proxy").await, 0);
    let itself = Changed::Join { unit: 4, into: 4 };
    assert_eq!(corrects(&world, &hall, itself).await, Err(Error::field("into", Reason::NotAChoice)));
    corrects(&world, &hall, Changed::Area { unit: 4, flat: Some(1), area_cm2: 600_000 }).await.unwrap();
    assert_eq!(totals().await, (3, 2_900_000));

    hall.agree(&world, 3, &[2, 3], 2).await;
    hall.open(&world).await;
    assert!(hall.votes(&world, 1, 2, Choice::Yes).await.is_err(), "its flats went to another unit");
    hall.votes(&world, 4, 4, Choice::Yes).await.unwrap();
    hall.votes(&world, 2, 3, Choice::Yes).await.unwrap();
    assert!(hall.close(&world).await.unwrap());
    let result = votes::result(&world.db(), &world.visitor(), &hall.number).await.unwrap();
    let numbers = &result.counted[0].numbers;
    let area = numbers.area_cm2.unwrap();
    assert_eq!((area.total, area.yes), (2_900_000, 2_000_000));
    assert_eq!(numbers.heads.map(|heads| heads.total), Some(3));
    whole(&world, &hall).await;
}

#[tokio::test]
async fn members_of_a_body_are_put_on_and_taken_off() {
    let members = [(0, Body::Representatives), (1, Body::Representatives), (2, Body::PartyMembers)];
    let doors = Door::ones(5);
    let (world, hall) = announced(Kind::ResidentConvention, Some(Basis::Representatives), &doors, &members).await;
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 2), (Body::PartyMembers, 1)]);
    let add = |body, n| Changed::MemberAdd { body, phone: number(n) };
    corrects(&world, &hall, add(Body::Representatives, 3)).await.unwrap();
    let twice = corrects(&world, &hall, add(Body::Statutory, 3)).await;
    assert_eq!(twice, Err(Error::field("phone", Reason::OnTheRoll)), "here the representatives decide");
    corrects(&world, &hall, add(Body::PartyMembers, 3)).await.unwrap();
    corrects(&world, &hall, Changed::MemberStrike { body: Body::Statutory, unit: 1 }).await.unwrap();
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 2), (Body::PartyMembers, 2)]);
    // Another roll would be drawn from the same members.
    let named: i64 = sqlx::query_scalar(
        "select count(*) from roll_member m where (select count(*) from voting_unit u join roll_entry e on e.unit_id = u.id
             where u.struck_in is null and e.person_id = m.person_id
               and u.body = case m.body when 'representatives' then 'statutory' else m.body end) = 1",
    )
    .fetch_one(world.db().pool())
    .await
    .unwrap();
    assert_eq!((named, crate::rows(&world, "roll_member").await), (4, 4));
    for unit in [2, 3] {
        let last = corrects(&world, &hall, Changed::MemberStrike { body: Body::Statutory, unit }).await;
        assert_eq!(last.is_ok(), unit == 2, "a roll on which nobody has a vote is none: {last:?}");
    }

    // Beside households a body can be wrong too, even one that had nobody.
    let (world, hall) = announced(Kind::ResidentConvention, None, &doors, &[]).await;
    corrects(&world, &hall, add(Body::PartyMembers, 1)).await.unwrap();
    let none = corrects(&world, &hall, add(Body::Statutory, 1)).await;
    assert_eq!(none, Err(Error::field("body", Reason::NotAChoice)));
    assert_eq!(whole(&world, &hall).await.units, [(Body::Statutory, 5), (Body::PartyMembers, 1)]);
    hall.open(&world).await;
    let (vote, unit) = (hall.vote(&world, Body::PartyMembers).await, hall.unit(&world, Body::PartyMembers, 1).await);
    let key = gongzhi_domain::ids::KeyId::from_uuid(uuid::Uuid::new_v4());
    votes::cast(&world.db(), &hall.actor(1), &hall.number, vote, unit, Choice::Yes, key).await.unwrap();
}

#[tokio::test]
async fn the_database_refuses_what_no_correction_leaves_behind() {
    let (world, hall) = announced(Kind::ResidentConvention, None, &Door::ones(2), &[]).await;
    let pool = world.superuser().await;
    let broken = async |statement: &'static str| {
        let refused = sqlx::query(statement).execute(&pool).await.unwrap_err();
        refused.as_database_error().and_then(|error| error.constraint()).unwrap_or_default().to_owned()
    };
    let unit = "insert into voting_unit (id, roll_id, body, position, area_cm2) select gen_random_uuid(), id, 'statutory', 9, 0 from roll";
    assert_eq!(broken(unit).await, "voting_unit_has_entries_while_it_stands");
    let entries = "update roll_entry set struck_in = 1 where unit_id = (select id from voting_unit where position = 1)";
    assert_eq!(broken(entries).await, "voting_unit_has_entries_while_it_stands");
    let struck = "update voting_unit set struck_in = 1 where position = 1";
    assert_eq!(broken(struck).await, "voting_unit_has_entries_while_it_stands");
    let area = "update voting_unit set area_cm2 = 5 where position = 1";
    assert_eq!(broken(area).await, "voting_unit_area_is_that_of_its_flats");
    let home = "insert into roll_entry (id, roll_id, unit_id, household_id, area_cm2, capacity)
                select gen_random_uuid(), e.roll_id, u.id, e.household_id, 0, 'resident' from roll_entry e, voting_unit u
                where u.position = 2 and e.unit_id <> u.id";
    assert_eq!(broken(home).await, "roll_entry_home_counts_once");
    // Changed behind the portal's back, the log says so.
    let gone = "with e as (update roll_entry set struck_in = 1 where unit_id = (select id from voting_unit where position = 2) returning 1)
                update voting_unit set struck_in = 1 where position = 2 and exists (select from e)";
    sqlx::query(gone).execute(&pool).await.unwrap();
    log::sequence(&world.db()).await.unwrap();
    let broken = format!("{:?}", log::verify(&world.db()).await.unwrap().broken);
    assert!(broken.contains(&format!("roll 1 of pact {}", hall.number)), "{broken}");
    assert!(broken.contains("2 units stand on the list, and 1 vote"), "{broken}");
}
