//! Deliberation rooms of the demo town: one that came to a decision and saw it carried out, one in which people still talk.

use chrono::TimeDelta;
use gongzhi_domain::Error;
use gongzhi_domain::ids::RoomId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::order::Version;
use gongzhi_store::rooms::{self, Move, NewTopic};
use gongzhi_store::{fault, moderation, seed};
use serde::Deserialize;

use super::play::{Place, publish};

const FILE: &str = include_str!("told/rooms.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rooms: Vec<Room>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    area: String,
    days: i64,
    title: Named,
    topic: String,
    posts: Vec<String>,
    #[serde(default)]
    decision: Option<Decision>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    decision: String,
    grounds: String,
    carried_by: String,
    due_in: i64,
    result: String,
}

/// Plays both rooms; their neighbours are the first behind each door of the area.
pub(super) async fn play(place: &Place<'_>, committee: usize) -> Result<(), Error> {
    let file: File = toml::from_str(FILE).map_err(fault)?;
    let host = place.town.staff.get(committee).ok_or_else(|| fault("no committee"))?;
    for room in &file.rooms {
        let people: Vec<_> = place
            .dwellings
            .iter()
            .filter(|door| door.grid.starts_with(&room.area))
            .filter_map(|door| door.people.first())
            .collect();
        let someone =
            |at: usize| people.get((5 + at * 3) % people.len().max(1)).ok_or_else(|| fault("nobody lives there"));
        let began = place.now - TimeDelta::days(room.days);
        let db = place.db.at(began);
        let id = RoomId::from_uuid(db.new_id());
        let (title, text) = room.topic.split_once('\n').unwrap_or((&room.topic, ""));
        let topic = NewTopic { area: room.area.clone(), title: title.to_owned(), text: text.to_owned() };
        rooms::propose(&db, &someone(0)?.actor, id, &topic).await?;
        let looked_at = place.db.at(began + TimeDelta::hours(2));
        look(place, &looked_at, id).await?;
        let open = Move::Open { title: room.title.clone() };
        let mut version = rooms::go_on(&place.db.at(began + TimeDelta::hours(5)), host, id, Version(1), &open).await?;
        for (at, post) in room.posts.iter().enumerate() {
            let hours = 9 + 11 * i64::try_from(at).map_err(fault)?;
            let said = place.db.at(began + TimeDelta::hours(hours));
            rooms::say(&said, &someone(at + 1)?.actor, id, said.new_id(), post).await?;
            look(place, &place.db.at(began + TimeDelta::hours(hours + 1)), id).await?;
        }
        let Some(made) = &room.decision else { continue };
        let decided = place.db.at(began + TimeDelta::days(6));
        let decide = Move::Decide {
            decision: made.decision.clone(),
            grounds: made.grounds.clone(),
            carried_by: made.carried_by.clone(),
            due_on: Some(decided.today() + TimeDelta::days(made.due_in)),
        };
        version = rooms::go_on(&decided, host, id, version, &decide).await?;
        let done = place.db.at(began + TimeDelta::days(24));
        rooms::go_on(&done, host, id, version, &Move::Close { result: made.result.clone() }).await?;
    }
    Ok(())
}

/// A moderator looks at what waits in a room.
async fn look(place: &Place<'_>, db: &gongzhi_store::Db, room: RoomId) -> Result<(), Error> {
    for (content, version) in seed::said_in_room(place.db, room).await? {
        moderation::rule(db, place.moderator, content, version, &publish()).await?;
    }
    Ok(())
}
