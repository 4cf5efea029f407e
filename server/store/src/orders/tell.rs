//! Who is told of what, in their language: rows of the outbox, written in the transaction of the change.
//! Receipts and replies go by text message too; the rest waits in the portal.

use gongzhi_domain::Lang;
use gongzhi_domain::content::ContentKind;
use gongzhi_domain::ids::{ContentId, OrderId, PersonId};
use gongzhi_domain::number::{QueryCode, RequestNumber};
use gongzhi_domain::order::{Hears, Move, State, Transition, Version};
use sqlx::PgConnection;

use crate::db::Db;
use crate::outbox::{self, Message, Way};
use crate::people;
use crate::refusal::{Trouble, fault};

/// Tells the resident of a new request its number and code.
pub(crate) async fn of_filing(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    lang: Lang,
    number: RequestNumber,
    code: &QueryCode,
) -> Result<(), Trouble> {
    let body = match lang {
        Lang::Zh => format!("【共治】已收到您的诉求 {number}，查询码 {code}。受理后会再告知您。"),
        Lang::En => {
            format!("[Gongzhi] We have your request {number}, query code {code}. You will hear when it is accepted.")
        }
    };
    send(db, tx, person, true, &format!("filed:{number}"), "filed", &body).await
}

/// Tells those whom the States table names of a move. Members of units see it at their desk.
pub(super) async fn of_move(
    db: &Db,
    tx: &mut PgConnection,
    order: OrderId,
    row: &Transition,
    to: State,
    version: Version,
) -> Result<(), Trouble> {
    if !row.told.contains(&Hears::Residents) {
        return Ok(());
    }
    let told = sqlx::query!(
        r#"select r.number, p.id, p.lang from request r join person p on p.id = r.person_id where r.order_id = $1"#,
        order.uuid(),
    )
    .fetch_all(&mut *tx)
    .await?;
    for resident in told {
        let lang = Lang::parse(&resident.lang).unwrap_or_default();
        let number = RequestNumber::parse(&resident.number).map_err(fault)?;
        let Some(body) = wording(lang, row.mv, number) else { continue };
        let by_message = to == State::Replied;
        let key = format!("{}:{order}:{version}:{number}", row.mv);
        send(db, &mut *tx, PersonId::from_uuid(resident.id), by_message, &key, row.mv.code(), &body).await?;
    }
    Ok(())
}

/// Tells an author what a moderator decided about their words or pictures, whatever they belong to.
pub(crate) async fn of_verdict(
    db: &Db,
    tx: &mut PgConnection,
    author: Option<PersonId>,
    kind: ContentKind,
    number: Option<RequestNumber>,
    content: ContentId,
    version: Version,
) -> Result<(), Trouble> {
    let Some(author) = author else { return Ok(()) };
    let lang = sqlx::query_scalar!("select lang from person where id = $1", author.uuid()).fetch_one(&mut *tx).await?;
    let lang = Lang::parse(&lang).unwrap_or_default();
    let body = match (lang, number) {
        (Lang::Zh, Some(number)) => {
            format!("【共治】诉求 {number} 公开的文字或图片有调整，打开诉求页面可看到改动和原因。")
        }
        (Lang::En, Some(number)) => {
            format!("[Gongzhi] What is public of your request {number} was changed. Its page shows what and why.")
        }
        (Lang::Zh, None) => {
            let what = in_words(kind, lang);
            format!("【共治】您写的{what}公开的文字有调整，打开原来的页面可看到改动和原因。")
        }
        (Lang::En, None) => {
            let what = in_words(kind, lang);
            format!("[Gongzhi] What is public of your {what} was changed. The page you wrote it on shows what and why.")
        }
    };
    send(db, tx, author, false, &format!("verdict:{content}:{version}"), "verdict", &body).await
}

/// What somebody wrote, for a sentence about it.
const fn in_words(kind: ContentKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        ContentKind::Opinion => ("意见", "opinion"),
        ContentKind::Topic => ("议题", "topic"),
        ContentKind::Nomination => ("推荐", "nomination"),
        ContentKind::ResultObjection => ("异议", "objection"),
        ContentKind::Comment => ("留言", "comment"),
        ContentKind::Rating => ("评价", "rating"),
        _ => ("内容", "text"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

async fn send(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
    by_message: bool,
    key: &str,
    kind: &str,
    body: &str,
) -> Result<(), Trouble> {
    let phone = if by_message { people::open_phone(db, &mut *tx, person).await? } else { None };
    let way = phone.as_ref().map_or(Way::Portal, Way::Sms);
    outbox::put(db, tx, Message { key, kind, way, person: Some(person), body }).await?;
    Ok(())
}

/// What a resident is told of a move; `None` where nothing is worth a message.
fn wording(lang: Lang, mv: Move, number: RequestNumber) -> Option<String> {
    let (zh, en) = match mv {
        Move::Accept => ("已受理", "was accepted"),
        Move::Dispatch => ("已转交承办单位", "was passed on to the unit that handles it"),
        Move::ApproveReply | Move::AnswerAtOnce => {
            ("已有答复，请查看并评价", "was answered. Please read the reply and rate it")
        }
        Move::Close => ("已办结", "is closed"),
        Move::Redo | Move::Reopen => ("将重新办理", "is being handled again"),
        _ => return None,
    };
    Some(match lang {
        Lang::Zh => format!("【共治】诉求 {number} {zh}。"),
        Lang::En => format!("[Gongzhi] Your request {number} {en}."),
    })
}
