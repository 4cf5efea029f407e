//! Who is told of a move and of an answer, in their language: messages in the portal, written in the transaction of the change.

use gongzhi_domain::Lang;
use gongzhi_domain::ids::{OpinionId, PersonId};
use gongzhi_domain::pact::table::{Hears, Row};
use gongzhi_domain::pact::{Move, Stage};
use sqlx::PgConnection;
use uuid::Uuid;

use super::load::Pact;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::Trouble;

/// Tells those whom the domain's table names of a move; each once, whatever they are in the pact.
pub(super) async fn of_move(db: &Db, tx: &mut PgConnection, pact: &Pact, row: &Row, note: &str) -> Result<(), Trouble> {
    let mut people: Vec<Uuid> = Vec::new();
    for hears in row.told {
        people.extend(hearing(db, &mut *tx, pact, *hears).await?);
    }
    people.sort_unstable();
    people.dedup();
    let key = format!("pact:{}:{}", pact.id, pact.version);
    send(db, tx, &people, &key, "pact_move", |lang| wording(lang, pact, row.mv, note)).await
}

/// Tells writers that their opinion was answered.
pub(super) async fn of_answer(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    answer: Uuid,
    people: &[Uuid],
) -> Result<(), Trouble> {
    let key = format!("opinion_answer:{answer}");
    send(db, tx, people, &key, "opinion_answer", |lang| match lang {
        Lang::Zh => format!("【共治】您对《{}》的意见有答复了，打开公约页面可看到。", pact.title.zh),
        Lang::En => format!(
            "[Gongzhi] Your opinion on \u{201c}{}\u{201d} was answered. The pact's page shows how.",
            pact.title.in_(Lang::En)
        ),
    })
    .await
}

/// Tells somebody that a helper wrote down an opinion in their name: whoever did not say it hears of it.
pub(super) async fn of_entry(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    opinion: OpinionId,
    person: PersonId,
) -> Result<(), Trouble> {
    let key = format!("opinion_entered:{opinion}:{}", db.now().timestamp_micros());
    send(db, tx, &[person.uuid()], &key, "opinion_entered", |lang| match lang {
        Lang::Zh => format!("【共治】工作人员按您说的登记了对《{}》的意见。不是您说的，可在公约页面改。", pact.title.zh),
        Lang::En => format!(
            "[Gongzhi] A helper wrote down your opinion on \u{201c}{}\u{201d}. If you did not say it, change it on the pact's page.",
            pact.title.in_(Lang::En)
        ),
    })
    .await
}

/// Tells somebody that their office of a pact was ended by another.
pub(super) async fn of_end(db: &Db, tx: &mut PgConnection, pact: &Pact, person: PersonId) -> Result<(), Trouble> {
    let key = format!("office_ended:{}:{}", pact.id, db.now().timestamp_micros());
    send(db, tx, &[person.uuid()], &key, "office_ended", |lang| match lang {
        Lang::Zh => format!("【共治】您在《{}》中的职务已被免去。", pact.title.zh),
        Lang::En => format!("[Gongzhi] Your office of \u{201c}{}\u{201d} was ended.", pact.title.in_(Lang::En)),
    })
    .await
}

/// Writes one message to each of these people, in one statement a language: a move may concern a whole community.
async fn send<F>(db: &Db, tx: &mut PgConnection, people: &[Uuid], key: &str, kind: &str, body: F) -> Result<(), Trouble>
where
    F: Fn(Lang) -> String + Send + Sync,
{
    for lang in Lang::ALL {
        let text = body(*lang);
        let reached =
            sqlx::query_scalar!("select id from person where id = any($1) and lang = $2", people, lang.code(),)
                .fetch_all(&mut *tx)
                .await?;
        let ids: Vec<Uuid> = reached.iter().map(|_| db.new_id()).collect();
        let keys: Vec<String> = reached.iter().map(|person| format!("{key}:{person}")).collect();
        let mut bodies: Vec<Vec<u8>> = Vec::with_capacity(reached.len());
        for _ in &reached {
            bodies.push(db.keys().seal_text(Purpose::Message, &text)?);
        }
        sqlx::query!(
            "insert into outbox (id, key, kind, way, person_id, body_sealed, created_at, try_after, delivered_at)
             select m.id, m.key, $5, 'portal', m.person, m.body, $6, $6, $6
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[]) as m (id, key, person, body)
             on conflict on constraint outbox_key_is_used_once do nothing",
            &ids,
            &keys,
            &reached,
            &bodies,
            kind,
            db.now(),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn hearing(db: &Db, tx: &mut PgConnection, pact: &Pact, hears: Hears) -> Result<Vec<Uuid>, Trouble> {
    Ok(match hears {
        Hears::Residents => {
            sqlx::query_scalar!(
                r#"select distinct r.person_id as "id!" from pact_household h join residence r on r.household_id = h.household_id
                   where h.pact_id = $1 and r.since <= $2 and (r.until is null or r.until > $2)"#,
                pact.id.uuid(),
                db.today(),
            )
            .fetch_all(tx)
            .await?
        }
        Hears::Writers => {
            sqlx::query_scalar!("select distinct person_id from opinion where pact_id = $1", pact.id.uuid()).fetch_all(tx).await?
        }
        Hears::Officers => pact.offices.iter().map(|(person, _)| PersonId::uuid(*person)).collect(),
        Hears::Voters => {
            sqlx::query_scalar!(
                r#"with present as (select id from roll where pact_id = $1 order by no desc limit 1)
                   select e.person_id as "id!" from roll_entry e
                   where e.roll_id = (select id from present) and e.struck_in is null and e.person_id is not null
                   union
                   select p.holder_id from proxy p where p.roll_id = (select id from present)"#,
                pact.id.uuid(),
            )
            .fetch_all(tx)
            .await?
        }
        Hears::Signers => {
            sqlx::query_scalar!(
                r#"select distinct person_id as "id!" from signature_counted where pact_id = $1"#,
                pact.id.uuid(),
            )
                .fetch_all(tx)
                .await?
        }
    })
}

fn wording(lang: Lang, pact: &Pact, mv: Move, note: &str) -> String {
    let (zh, en) = match mv {
        Move::OpenConsult => {
            ("开始征求意见，请看条款、说意见", "is open for opinions. Please read its clauses and say what you think")
        }
        Move::RestartConsult => ("有新稿，重新征求意见", "has a new draft and is open for opinions again"),
        Move::CloseConsult => {
            ("征求意见结束，起草小组逐条答复", "is no longer open for opinions. Each one will be answered")
        }
        Move::SubmitAnalysis => ("意见已逐条答复，新稿已公布", "has a new draft; every opinion is answered"),
        Move::CloseDeliberation => ("协商结束，进入定稿", "was deliberated; the final text is being checked"),
        Move::Freeze => ("定稿公告，表决前请看条款", "is announced for the vote. Please read the final text"),
        Move::OpenVote => ("开始表决", "is being voted on"),
        Move::CloseVote => ("表决结束，结果已公布", "was voted on; the result is shown"),
        Move::ConfirmResult => ("已通过，请签名", "was passed. Please sign"),
        Move::NoQuorum => ("参加人数不够，将重新公告表决", "did not reach the quorum and will be voted on again"),
        Move::Rejected => ("未通过，将修改", "was not passed; the text will be worked on"),
        Move::DeclareInvalid => ("表决结果无效，将重新表决", "has an invalid result and will be voted on again"),
        Move::CloseSigning => ("签名结束，开始公布", "is no longer open for signing; it is posted now"),
        Move::IntoForce => ("今日起生效", "is in force from today"),
        Move::MaterialChange => ("定稿有实质改动，重新协商", "has a change of substance and is deliberated again"),
        Move::OrderCorrection => ("被责令改正，将修改", "was ordered to be corrected"),
        Move::Pause => ("因合法性异议暂停", "is paused by a legal objection"),
        Move::Resume => ("异议已答复，继续进行", "goes on; the legal objection is answered"),
        Move::End => ("不再适用", "no longer applies"),
    };
    debug_assert!(pact.stage != Stage::Up1, "no move leads back to the first draft");
    match (lang, note) {
        (Lang::Zh, "") => format!("【共治】《{}》{zh}。", pact.title.zh),
        (Lang::Zh, note) => format!("【共治】《{}》{zh}。说明：{note}", pact.title.zh),
        (Lang::En, "") => format!("[Gongzhi] \u{201c}{}\u{201d} {en}.", pact.title.in_(Lang::En)),
        (Lang::En, note) => format!("[Gongzhi] \u{201c}{}\u{201d} {en}. Note: {note}", pact.title.in_(Lang::En)),
    }
}
