//! How residents sign in: a code by text message, which also proves the number of a request and confirms a signature.
//! A code is good for what it was sent for and for nothing else. Nothing said here depends on whether a number is
//! known (people-and-places.md, Signing in).

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{PactId, PersonId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::{Error, Lang, Reason};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::closing;
use crate::db::Db;
use crate::keys::Purpose;
use crate::limits;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::refuse;
use crate::sessions::{self, Kind, SignedIn};

/// How long a code is good.
pub const LASTS: TimeDelta = TimeDelta::minutes(5);

/// How often a code may be mistyped.
pub const TRIES: i16 = 5;

/// Codes to one number: at most so many in such a span, counted back from now.
const PER_NUMBER: [(i64, TimeDelta); 3] =
    [(1, TimeDelta::minutes(1)), (5, TimeDelta::hours(1)), (10, TimeDelta::days(1))];

/// Codes asked for from one address. Phones share addresses, so this only stops floods.
const PER_ADDRESS: [(i32, TimeDelta); 2] = [(30, TimeDelta::hours(1)), (200, TimeDelta::days(1))];

/// Codes in total, against a bill for messages nobody wanted.
const IN_TOTAL: (i32, TimeDelta) = (5000, TimeDelta::hours(1));

/// Tries to redeem a code from one address, whatever the number.
const TRIES_PER_ADDRESS: (i32, TimeDelta) = (120, TimeDelta::hours(1));

/// The kind under which codes stand in the outbox.
const KIND: &str = "sign_in_code";

/// What a code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFor<'a> {
    /// Signing in, and proving the number of a request.
    SignIn,
    /// Confirming one's signature under this pact.
    Signature {
        /// The pact.
        pact: PactId,
        /// Its number, for the message.
        number: &'a str,
    },
    /// Closing one's account.
    Closing {
        /// Whose.
        person: PersonId,
    },
    /// Saying that one was there when a neighbour signed with help.
    Witness {
        /// The assisted signature.
        asked: Uuid,
        /// The pact's number, for the message.
        number: &'a str,
    },
    /// Adding a passkey.
    Passkey {
        /// Whose.
        person: PersonId,
    },
}

impl CodeFor<'_> {
    const fn purpose(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Signature { .. } => "signature",
            Self::Witness { .. } => "witness",
            Self::Closing { .. } => "closing",
            Self::Passkey { .. } => "passkey",
        }
    }

    const fn subject(self) -> Option<Uuid> {
        match self {
            Self::SignIn => None,
            Self::Signature { pact, .. } => Some(pact.uuid()),
            Self::Witness { asked, .. } => Some(asked),
            Self::Closing { person } | Self::Passkey { person } => Some(person.uuid()),
        }
    }
}

/// Sends a six-digit code to a number, to sign in with. The answer and the time it takes are the same for known and
/// unknown numbers. Refuses with [`Error::TooMany`] above 1 a minute, 5 an hour, 10 a day to one number, 30 an hour and
/// 200 a day from one address, and 5,000 an hour in total.
pub async fn send_code(db: &Db, actor: &Actor, phone: &Phone) -> Result<(), Error> {
    send_code_for(db, actor, phone, CodeFor::SignIn).await
}

/// Sends a six-digit code that is good for one thing. The limits are those of [`send_code`]; the one a minute is counted for
/// each purpose by itself, so that somebody who has just signed in need not wait to sign.
pub(crate) async fn send_code_for(db: &Db, actor: &Actor, phone: &Phone, what: CodeFor<'_>) -> Result<(), Error> {
    for (max, window) in PER_ADDRESS {
        limits::hit(db, "code by address", actor.client.as_bytes(), max, window).await?;
    }
    let (max, window) = IN_TOTAL;
    limits::hit(db, "code", b"", max, window).await?;

    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    let now = db.now();
    let mut tx = db.begin().await?;
    one_at_a_time(&mut tx, &index).await?;
    for (max, window) in PER_NUMBER {
        let sent = sqlx::query!(
            r#"select count(*) as "count!", min(created_at) as first from sign_in_code
               where phone_index = $1 and created_at > $2 and ($3::bigint > 1 or purpose = $4)"#,
            index,
            now - window,
            max,
            what.purpose(),
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
        if sent.count >= max {
            let again = sent.first.map_or(window, |first| first + window - now).num_seconds().max(1);
            return Err(Error::TooMany { retry_after_s: u32::try_from(again).unwrap_or(u32::MAX) });
        }
    }
    let code = format!("{:06}", rand::random_range(0..1_000_000_u32));
    let id = db.new_id();
    sqlx::query!(
        "insert into sign_in_code (id, phone_index, code_hash, created_at, expires_at, tries_left, purpose, subject)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        index,
        db.keys().index(Purpose::SignInCode, &bound(&index, what, &code)),
        now,
        now + LASTS,
        TRIES,
        what.purpose(),
        what.subject(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let message = Message {
        key: &format!("{KIND}:{id}"),
        kind: KIND,
        way: Way::Sms(phone),
        person: None,
        body: &wording(actor.lang, what, &code),
    };
    outbox::put(db, &mut tx, message).await?;
    tx.commit().await.map_err(refuse)
}

/// Redeems a code: the person of the number is signed in, and created when they are new. The latest code
/// counts, once; every wrong try is counted even though it is refused. Refuses with [`Reason::WrongCode`] and
/// the tries left, [`Reason::CodeExpired`] when there is no code to redeem, both for the field `code`.
pub async fn verify(db: &Db, actor: &Actor, phone: &Phone, code: &str, agent: &str) -> Result<SignedIn, Error> {
    count_try(db, actor).await?;
    let mut tx = db.begin().await?;
    let person = match redeem(db, &mut tx, actor, phone, code).await? {
        Ok(person) => person,
        Err(refused) => {
            tx.commit().await.map_err(refuse)?;
            return Err(refused);
        }
    };
    let signed_in = sessions::start(db, &mut tx, person, Kind::Resident, &actor.client, agent).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(signed_in)
}

/// Counts a try to redeem a code from the actor's address, and refuses too many.
pub(crate) async fn count_try(db: &Db, actor: &Actor) -> Result<(), Error> {
    let (max, window) = TRIES_PER_ADDRESS;
    limits::hit(db, "code tried", actor.client.as_bytes(), max, window).await
}

/// Redeems a code in a transaction that does more: signing in, filing. The inner error is the refusal; the
/// transaction is to be committed with it, since a wrong try counts.
pub(crate) async fn redeem(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    phone: &Phone,
    code: &str,
) -> Result<Result<PersonId, Error>, Error> {
    if let Err(refused) = redeem_for(db, tx, phone, CodeFor::SignIn, code).await? {
        return Ok(Err(refused));
    }
    let (person, _new) = people::find_or_create(db, tx, phone, actor.lang).await?;
    if closing::keep(db, &mut *tx, actor, person).await? {
        return Ok(Ok(person));
    }
    // Closed a moment ago: the number is a new person's.
    let (person, _new) = people::find_or_create(db, tx, phone, actor.lang).await?;
    Ok(Ok(person))
}

/// Redeems the latest code that was sent to a number for this very thing; answers which it was. The inner error is the
/// refusal, as with [`redeem`].
pub(crate) async fn redeem_for(
    db: &Db,
    tx: &mut PgConnection,
    phone: &Phone,
    what: CodeFor<'_>,
    code: &str,
) -> Result<Result<Uuid, Error>, Error> {
    let typed = digits(code);
    if typed.is_empty() {
        return Ok(Err(Error::field("code", Reason::Missing)));
    }
    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    let now = db.now();
    one_at_a_time(tx, &index).await?;
    let sent = sqlx::query!(
        "select id, code_hash, tries_left, expires_at, used_at from sign_in_code
         where phone_index = $1 and purpose = $2 and subject is not distinct from $3
         order by created_at desc, id desc limit 1",
        index,
        what.purpose(),
        what.subject(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let Some(sent) = sent.filter(|sent| sent.used_at.is_none() && sent.expires_at > now && sent.tries_left > 0) else {
        return Ok(Err(Error::field("code", Reason::CodeExpired)));
    };
    if !db.keys().matches(Purpose::SignInCode, &bound(&index, what, &typed), &sent.code_hash) {
        let left = sqlx::query_scalar!(
            "update sign_in_code set tries_left = tries_left - 1 where id = $1 returning tries_left",
            sent.id,
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(refuse)?;
        let left = u8::try_from(left).unwrap_or_default();
        return Ok(Err(Error::field("code", Reason::WrongCode { left })));
    }
    sqlx::query!("update sign_in_code set used_at = $2 where id = $1", sent.id, now)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    Ok(Ok(sent.id))
}

/// The code last sent to a number that is still good, read from the outbox: shown on a page when, and only
/// when, the installation is a demonstration. The caller has checked that.
pub async fn latest_code_for_demo(db: &Db, phone: &Phone) -> Result<Option<String>, Error> {
    latest_code_for_demo_of(db, phone, CodeFor::SignIn).await
}

/// The same of a code that is good for something else.
pub async fn latest_code_for_demo_of(db: &Db, phone: &Phone, what: CodeFor<'_>) -> Result<Option<String>, Error> {
    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    let body = sqlx::query_scalar!(
        "select o.body_sealed from sign_in_code c join outbox o on o.key = $3 || ':' || c.id::text
         where c.phone_index = $1 and c.used_at is null and c.expires_at > $2
               and c.purpose = $4 and c.subject is not distinct from $5
         order by c.created_at desc, c.id desc limit 1",
        index,
        db.now(),
        KIND,
        what.purpose(),
        what.subject(),
    )
    .fetch_optional(db.pool())
    .await
    .map_err(refuse)?;
    let Some(body) = body else { return Ok(None) };
    let text = db.keys().open_text(Purpose::Message, &body)?;
    let runs = text.split(|c: char| !c.is_ascii_digit());
    Ok(runs.map(str::to_owned).find(|run| run.len() == 6))
}

/// Removes codes that are older than the longest limit counts back; the hourly sweep. Returns how many went.
pub async fn sweep(db: &Db) -> Result<u64, Error> {
    let before: DateTime<Utc> = db.now() - TimeDelta::days(2);
    let gone = sqlx::query!("delete from sign_in_code where created_at < $1", before).execute(db.pool()).await;
    Ok(gone.map_err(refuse)?.rows_affected())
}

/// Two sendings to one number, or two redemptions of its code, wait for each other.
async fn one_at_a_time(tx: &mut PgConnection, index: &[u8]) -> Result<(), Error> {
    let number = index.first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes));
    sqlx::query!("select pg_advisory_xact_lock($1)", number).execute(tx).await.map_err(refuse)?;
    Ok(())
}

/// What is hashed of a code: bound to its number and what it is good for, so that equal codes do not look alike and one
/// never serves for another.
fn bound(index: &[u8], what: CodeFor<'_>, code: &str) -> Vec<u8> {
    match what.subject() {
        None => [index, code.as_bytes()].concat(),
        Some(subject) => [index, what.purpose().as_bytes(), subject.as_bytes().as_slice(), code.as_bytes()].concat(),
    }
}

/// The digits of a code as people type it: with spaces, full-width.
fn digits(code: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        other => other,
    };
    code.chars().take(40).map(narrow).filter(char::is_ascii_digit).collect()
}

fn wording(lang: Lang, what: CodeFor<'_>, code: &str) -> String {
    match (lang, what) {
        (Lang::Zh, CodeFor::Passkey { .. }) => {
            format!("【共治】添加通行密钥的验证码 {code}，5 分钟内有效。如非本人操作，请勿告诉任何人。")
        }
        (Lang::En, CodeFor::Passkey { .. }) => {
            format!(
                "[Gongzhi] Your code for adding a passkey is {code}, good for 5 minutes. If it was not you, tell it to nobody."
            )
        }
        (Lang::Zh, CodeFor::SignIn) => format!("【共治】验证码 {code}，5 分钟内有效。如非本人操作，请忽略。"),
        (Lang::En, CodeFor::SignIn) => {
            format!("[Gongzhi] Your code is {code}, good for 5 minutes. If you did not ask for it, ignore this.")
        }
        (Lang::Zh, CodeFor::Signature { number, .. }) => {
            format!("【共治】验证码 {code}，用于签署公约 {number}，5 分钟内有效。不要告诉别人；如非本人操作，请忽略。")
        }
        (Lang::En, CodeFor::Signature { number, .. }) => format!(
            "[Gongzhi] {code} is your code to sign pact {number}, good for 5 minutes. Tell nobody. If you did not ask for it, ignore this."
        ),
        (Lang::Zh, CodeFor::Closing { .. }) => {
            format!("【共治】验证码 {code}，用于注销账号，5 分钟内有效。不要告诉别人；如非本人操作，请忽略。")
        }
        (Lang::En, CodeFor::Closing { .. }) => format!(
            "[Gongzhi] {code} is your code to close your account, good for 5 minutes. Tell nobody. If you did not ask for it, ignore this."
        ),
        (Lang::Zh, CodeFor::Witness { number, .. }) => format!(
            "【共治】验证码 {code}：把它告诉协助签名的工作人员，就是证明邻居签署公约 {number} 时您在场。您不在场就不要告诉任何人。5 分钟内有效。"
        ),
        (Lang::En, CodeFor::Witness { number, .. }) => format!(
            "[Gongzhi] {code}: telling it to the helper says you were there when a neighbour signed pact {number}. If you were not, tell nobody. Good for 5 minutes."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(digits(" 123 456 "), "123456");
        assert_eq!(digits("１２３４５６"), "123456");
        assert_eq!(digits("code?"), "");
    }
}
