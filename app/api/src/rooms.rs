//! Deliberation rooms: topics, posts, and what staff do with a room.
#![expect(missing_docs, reason = "#[server] makes a struct of the arguments, which are documented at the function")]

use leptos::prelude::*;

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    Here,
    form::Form,
    households::day,
    orders::{choice, version_in},
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    ids::{KeyId, RoomId},
    lang::Named,
    room::RoomMove,
};
#[cfg(feature = "ssr")]
use gongzhi_store::rooms;

/// Proposes a topic.
///
/// # Errors
/// Field errors; too many a day; nobody signed in.
#[server(prefix = "/api", endpoint = "propose-topic")]
pub async fn propose_topic(
    key: Option<String>,
    area: Option<String>,
    title: Option<String>,
    text: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("topic", back.as_deref())
        .with("area", area.as_ref())
        .with("title", title.as_ref())
        .with("text", text.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: RoomId = choice("key", key.as_deref())?;
        let new = rooms::NewTopic {
            area: area.unwrap_or_default(),
            title: title.unwrap_or_default(),
            text: text.unwrap_or_default(),
        };
        let room = rooms::propose(&here.db, &here.actor, id, &new).await?;
        Ok(format!("/rooms/{room}?done=proposed"))
    }
    .await;
    form.answer(outcome).await
}

/// Says something in a room.
///
/// # Errors
/// Field errors; a room that is not open; too much an hour; nobody signed in.
#[server(prefix = "/api", endpoint = "say-in-room")]
pub async fn say_in_room(
    room: Option<String>,
    key: Option<String>,
    text: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("say", back.as_deref()).with("room", room.as_ref()).with("text", text.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let room: RoomId = choice("room", room.as_deref())?;
        let key: KeyId = choice("key", key.as_deref())?;
        rooms::say(&here.db, &here.actor, room, key.uuid(), text.as_deref().unwrap_or_default()).await?;
        Ok(format!("/rooms/{room}?done=said#say"))
    }
    .await;
    form.answer(outcome).await
}

/// Opens, declines, decides or closes a room: `act` names the move.
///
/// # Errors
/// Field errors; a stale version; a state that does not allow it; a role that may not.
#[server(prefix = "/api", endpoint = "move-room")]
pub async fn move_room(
    room: Option<String>,
    version: Option<String>,
    act: Option<String>,
    title: Option<String>,
    title_en: Option<String>,
    reason: Option<String>,
    decision: Option<String>,
    grounds: Option<String>,
    carried_by: Option<String>,
    due_on: Option<String>,
    result: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("room", back.as_deref())
        .with("act", act.as_ref())
        .with("title", title.as_ref())
        .with("title_en", title_en.as_ref())
        .with("reason", reason.as_ref())
        .with("decision", decision.as_ref())
        .with("grounds", grounds.as_ref())
        .with("carried_by", carried_by.as_ref())
        .with("due_on", due_on.as_ref())
        .with("result", result.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let id: RoomId = choice("room", room.as_deref())?;
        let saw = version_in(version.as_deref())?;
        let mv = match choice("act", act.as_deref())? {
            RoomMove::Open => {
                rooms::Move::Open { title: Named::new(title.unwrap_or_default(), title_en.unwrap_or_default()) }
            }
            RoomMove::Decline => rooms::Move::Decline { reason: reason.unwrap_or_default() },
            RoomMove::Decide => rooms::Move::Decide {
                decision: decision.unwrap_or_default(),
                grounds: grounds.unwrap_or_default(),
                carried_by: carried_by.unwrap_or_default(),
                due_on: day("due_on", due_on.as_deref())?,
            },
            RoomMove::Close => rooms::Move::Close { result: result.unwrap_or_default() },
        };
        rooms::go_on(&here.db, &here.actor, id, saw, &mv).await?;
        Ok(format!("/desk/rooms/{id}"))
    }
    .await;
    form.answer(outcome).await
}
