//! Messages to those who live where a text is brought. One a person, however many homes they have.

use std::collections::BTreeSet;

use gongzhi_domain::Lang;
use gongzhi_domain::ids::{PersonId, RoundId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::phone::Phone;
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::Purpose;
use crate::outbox::{self, Message, Way};
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault};

/// Writes the messages, and for every household somebody of which gets one the event that says so and which messages they are: it has
/// the text once one of them was delivered.
pub(super) async fn push(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    stage: Stage,
    round: RoundId,
) -> Result<(), Trouble> {
    let today = db.today();
    let people = sqlx::query!(
        r#"select distinct p.id, p.lang, p.phone_sealed as "phone!"
           from pact_household h join residence r on r.household_id = h.household_id
           join person p on p.id = r.person_id
           where h.pact_id = $1 and r.adult and r.since <= $2 and (r.until is null or r.until > $2) and p.phone_sealed is not null"#,
        pact.id.uuid(),
        today,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut told = BTreeSet::new();
    let mut letters = Vec::with_capacity(people.len());
    for person in people {
        if !told.insert(person.id) {
            continue;
        }
        let full = db.keys().open_text(Purpose::Phone, &person.phone)?;
        let phone = Phone::parse(&full).map_err(|reason| fault(format_args!("a stored number: {reason}")))?;
        let body = wording(Lang::parse(&person.lang).unwrap_or_default(), pact, stage);
        letters.push((format!("round:{round}:{}", person.id), phone, PersonId::from_uuid(person.id), body));
    }
    let messages: Vec<Message<'_>> = letters
        .iter()
        .map(|(key, phone, person, body)| Message {
            key,
            kind: "pact_text",
            way: Way::Sms(phone),
            person: Some(*person),
            body,
        })
        .collect();
    outbox::put_many(db, &mut *tx, &messages).await?;
    sqlx::query!(
        "insert into delivery_event (round_id, household_id, seq, way, outcome, pushed, posted, reached, at)
         select distinct $1::uuid, h.household_id, 1, 'push', 'sent', true, false, false, $3::timestamptz
         from pact_household h join residence r on r.household_id = h.household_id join person p on p.id = r.person_id
         where h.pact_id = $2 and r.adult and r.since <= $4 and (r.until is null or r.until > $4) and p.phone_sealed is not null",
        round.uuid(),
        pact.id.uuid(),
        db.now(),
        today,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into delivery_push (round_id, household_id, key)
         select distinct $1::uuid, h.household_id, 'round:' || $1::uuid || ':' || r.person_id
         from pact_household h join residence r on r.household_id = h.household_id join person p on p.id = r.person_id
         where h.pact_id = $2 and r.adult and r.since <= $3 and (r.until is null or r.until > $3) and p.phone_sealed is not null",
        round.uuid(),
        pact.id.uuid(),
        today,
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn wording(lang: Lang, pact: &Pact, stage: Stage) -> String {
    let (title, number) = (pact.title.in_(lang), &pact.number);
    match (lang, stage) {
        (Lang::Zh, Stage::Notice) => {
            format!("【共治】《{title}》定稿已公示，表决前请过目。打开门户“议事”，编号 {number}。")
        }
        (Lang::Zh, _) => {
            format!("【共治】《{title}》征求大家意见：逐条可以说同意、要改、反对。打开门户“议事”，编号 {number}。")
        }
        (Lang::En, Stage::Notice) => {
            format!("[Gongzhi] The final text of “{title}” is published before the vote. See Pacts, {number}.")
        }
        (Lang::En, _) => format!("[Gongzhi] “{title}”: say what you think of each clause. See Pacts, {number}."),
    }
}
