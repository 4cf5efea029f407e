//! The desk's inbox: what a member of staff may read, in the views of requests.md, "At the desk". Lists go
//! by area for those who answer for an area, by unit for those who work in one. A page is made in four steps, a file
//! each: what the view asks, what the reader reaches, which orders that are (after a search, when there is one), and
//! their cards.

mod cards;
mod keys;
mod reader;
mod search;
mod view;

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::{Calls, Inbox, InboxView};
use gongzhi_domain::{Error, What};

use self::reader::Reader;
use self::view::{Asked, COUNTED};
use crate::db::Db;
use crate::scope::chosen;

/// What of the inbox is asked for.
#[derive(Debug, Clone)]
pub struct InboxQuery {
    /// Which view.
    pub view: InboxView,
    /// The code of an area: only what lies in it.
    pub area: Option<String>,
    /// The code of a category.
    pub category: Option<String>,
    /// Words of the text, or a whole request number.
    pub words: String,
    /// Where the page begins.
    pub cursor: Option<String>,
}

impl InboxQuery {
    fn area(&self) -> Option<&str> {
        chosen(self.area.as_deref())
    }

    fn category(&self) -> Option<&str> {
        chosen(self.category.as_deref())
    }

    fn cursor(&self) -> Option<&str> {
        chosen(self.cursor.as_deref())
    }
}

/// One page of a view, with how many orders each view holds. Refuses whoever is no member of staff; a list
/// never holds what its reader may not read.
pub async fn inbox(db: &Db, actor: &Actor, query: &InboxQuery) -> Result<Inbox, Error> {
    actor.may(Action::ReadDesk, &Target::none())?;
    let areas = db.areas().await?;
    let within = match query.area() {
        None => None,
        Some(code) => Some(&areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path),
    };
    let root = areas.root().map(|root| &root.path);
    let reader = Reader::of(actor, within);
    let counts = counted(db, actor, &reader, root).await?;
    let asked = Asked::by(query.view, db, actor, root);
    let page = keys::page(db, &reader, asked.as_ref(), query).await?;
    let cards = cards::of(db, &areas, &page.orders).await?;
    Ok(Inbox { counts, cards, cursor: page.cursor })
}

/// How many orders each view holds for the reader: the rail of every page of the desk.
pub async fn counts(db: &Db, actor: &Actor) -> Result<Vec<Calls>, Error> {
    actor.may(Action::ReadDesk, &Target::none())?;
    let areas = db.areas().await?;
    let root = areas.root().map(|root| &root.path);
    counted(db, actor, &Reader::of(actor, None), root).await
}

async fn counted(db: &Db, actor: &Actor, reader: &Reader, root: Option<&AreaPath>) -> Result<Vec<Calls>, Error> {
    let mut counts = Vec::with_capacity(COUNTED.len());
    for view in COUNTED {
        let count = match Asked::by(*view, db, actor, root) {
            Some(asked) => keys::count(db, reader, &asked).await?,
            None => 0,
        };
        counts.push(Calls { view: *view, count });
    }
    Ok(counts)
}
