//! What the rooms keep of what was logged: a changed byte in a text, a signature, a tally, a ballot or a roll is found and named.

use gongzhi_domain::pact::{Choice, Kind, Secrecy};
use gongzhi_domain::person::Actor;
use gongzhi_store::log::{self, Reason};
use gongzhi_store::sign_in::{CodeFor, latest_code_for_demo_of};
use gongzhi_store::signing::{self, Confirm};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::{phone, to_sign};
use gongzhi_store::testing::votes::{Door, Hall};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use crate::story::named;

/// Three people sign a pact, one takes it back.
async fn signed(world: &World) {
    let db = world.db();
    let pact = to_sign(&db, Kind::ResidentConvention, 3).await;
    for n in 0..3 {
        let actor = Actor { client: format!("198.51.100.{n}"), ..Actor::resident(pact.people[n].1, "") };
        let household = pact.people[n].0;
        signing::send_code(&db, &actor, &pact.number, household).await.unwrap();
        let what = CodeFor::Signature { pact: pact.pact, number: &pact.number };
        let code = latest_code_for_demo_of(&db, &phone(n), what).await.unwrap().unwrap();
        let confirm = Confirm { household, text: pact.text(&db).await, code, key: Uuid::new_v4() };
        let signature = signing::sign(&db, &actor, &pact.number, &confirm).await.unwrap().id();
        if n == 2 {
            signing::withdraw(&db, &actor, &pact.number, signature).await.unwrap();
        }
    }
}

/// Twelve households vote and are counted.
async fn counted(world: &World, secrecy: Secrecy) {
    let hall = Hall::new(world, Kind::ResidentConvention, secrecy, &Door::ones(12)).await;
    hall.announce(world).await;
    hall.open(world).await;
    for n in 0..12_u8 {
        let choice = if n < 8 { Choice::Yes } else { Choice::No };
        hall.votes(world, usize::from(n), i32::from(n) + 1, choice).await.unwrap();
    }
    assert!(hall.close(world).await.unwrap());
}

/// Makes a change no use case could make, looks what is named, and takes it back. `None` when the table itself refuses the change.
async fn with_damage(world: &World, pool: &PgPool, table: &str, change: &str) -> Option<Vec<String>> {
    let sql = |text: String| async move {
        sqlx::raw_sql(AssertSqlSafe(format!("set session_replication_role = replica; {text}"))).execute(pool).await
    };
    sql(format!("create table kept as select * from {table}")).await.unwrap();
    let changed = sql(format!("update {table} set {change} where ctid = (select min(ctid) from {table})")).await;
    let found = named(world).await;
    // Columns that are made from others cannot be put back by hand.
    let columns: String = sqlx::query_scalar(AssertSqlSafe(format!(
        "select string_agg(quote_ident(attname), ', ') from pg_attribute
         where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''"
    )))
    .fetch_one(pool)
    .await
    .unwrap();
    sql(format!("delete from {table}; insert into {table} ({columns}) select {columns} from kept; drop table kept"))
        .await
        .unwrap();
    changed.is_ok().then_some(found)
}

/// One byte of a column of bytes.
fn byte(column: &str) -> String {
    format!("{column} = set_byte({column}, 7, get_byte({column}, 7) # 1)")
}

/// The last character of a column of text.
fn letter(column: &str) -> String {
    format!("{column} = left({column}, -1) || chr(ascii(right({column}, 1)) # 1)")
}

/// The last digit of an id.
fn id(column: &str) -> String {
    format!(
        "{column} = overlay({column}::text placing case right({column}::text, 1) when '0' then '1' else '0' end from 36)::uuid"
    )
}

async fn each_is_named(world: &World, damages: &[(&str, String, &str)]) {
    log::checkpoint(&world.db(), Reason::Stage).await.unwrap();
    let pool = world.superuser().await;
    assert_eq!(named(world).await, [""; 0]);
    for (table, change, expected) in damages {
        let found = with_damage(world, &pool, table, change).await;
        let found = found.unwrap_or_else(|| panic!("{table}: {change} was refused"));
        assert!(found.iter().any(|wrong| wrong.contains(expected)), "{table}: {change}: {found:?}");
    }
    assert_eq!(named(world).await, [""; 0], "all was put back");
}

#[tokio::test]
async fn a_changed_byte_of_a_text_or_a_signature_is_named() {
    let world = World::new().await;
    signed(&world).await;
    let later = |column: &str| format!("{column} = {column} + interval '1 microsecond'");
    each_is_named(
        &world,
        &[
            ("pact_clause", letter("text"), "text of pact"),
            ("pact_clause", id("clause_id"), "text of pact"),
            ("pact_clause", "position = 9".into(), "text of pact"),
            ("pact_version", letter("title_zh"), "text of pact"),
            ("pact_version", byte("text_sha256"), "text of pact"),
            ("pact", letter("number"), "pact is"),
            ("signature", id("person_id"), "the signer is not the one"),
            ("signature", id("household_id"), "household is"),
            ("signature", id("leaf_id"), "its row is gone"),
            ("signature", byte("pseudonym"), "signer is"),
            ("signature", byte("text_sha256"), "text_sha256 is"),
            ("signature", byte("profile_sha256"), "rule_profile_sha256 is"),
            ("signature", byte("evidence_sha256"), "the evidence is not"),
            ("signature", byte("statement_sha256"), "the hash of its statement"),
            ("signature", letter("resolution"), "resolution is"),
            ("signature", "capacity = 'owner'".into(), "capacity is"),
            ("signature", "evidence = evidence || '{\"code\": \"x\"}'".into(), "the evidence is not"),
            ("signature", "text_no = text_no + 1".into(), "version is"),
            ("signature", later("at"), "at is"),
            ("signature_event", later("at"), "at is"),
            ("signature_event", "effect = 'forward'".into(), "effect is"),
            ("signature_event", byte("statement_sha256"), "the hash of its statement"),
            ("signature_event", id("leaf_id"), "its row is gone"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_changed_byte_of_a_tally_a_ballot_or_a_roll_is_named() {
    for (secrecy, ballots) in [(Secrecy::Open, "participation"), (Secrecy::Secret, "ballot")] {
        let world = World::new().await;
        counted(&world, secrecy).await;
        let other = "choice = case choice when 'yes' then 'no' else 'yes' end";
        let yes = "numbers = jsonb_set(numbers, '{heads,yes}', '9')";
        each_is_named(
            &world,
            &[
                ("tally", yes.into(), "numbers is"),
                ("tally", byte("roll_sha256"), "roll_sha256 is"),
                ("tally", byte("register_sha256"), "register_sha256 is"),
                ("tally", "passed = not passed".into(), "passed is"),
                ("tally", "quorate = not quorate".into(), "quorate is"),
                ("tally", id("leaf_id"), "its row is gone"),
                (ballots, other.into(), "ballots say yes now"),
                ("participation", letter("receipt"), "the register of those who took part"),
                ("roll", byte("sha256"), "sha256 is"),
                ("roll", byte("list_sealed"), "the list is not the one"),
                ("roll", "basis = 'adults'".into(), "basis is"),
                ("roll", "no = no + 1".into(), "roll is"),
                ("pact_move", "to_stage = 'in_force'".into(), "to is"),
                ("pact_move", "details = details || '{\"late\": true, \"x\": 1}'".into(), "details is"),
                ("pact_move", "seq = seq + 100".into(), "seq is"),
            ],
        )
        .await;
    }
}
