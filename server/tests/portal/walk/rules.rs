//! Local rules as the walk asks about them: a version that waits in everybody's area, or outside of it, written by somebody who
//! never walks.

use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Kind;
use gongzhi_domain::pact::profile::{Number, Source};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_store::pacts::rules::{self, NewRules};
use uuid::Uuid;

use super::{Asking, Fields};
use crate::town::Town;

/// Who writes them: for everybody's area, and for one outside of it.
pub struct Rules {
    writers: [Actor; 2],
}

impl Rules {
    pub async fn new(town: &Town) -> Self {
        let inside = town.world.staff(Role::Supervisor, "OFFICE1", "BYH1").await;
        Self { writers: [inside, town.world.staff(Role::Supervisor, "OFFICE2", "WNS1").await] }
    }

    pub async fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        if path != "/desk/rules/{id}" {
            return None;
        }
        Some(path.replace("{id}", &self.waits(asking).await.to_string()))
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        Some(match path {
            "/api/write-rules" => {
                // One waits at a time.
                let writer = self.writer(asking);
                for draft in rules::waiting(&asking.town.world.db(), writer).await.unwrap() {
                    rules::drop(&asking.town.world.db(), writer, draft.id).await.unwrap();
                }
                let text = |value: &str| value.to_owned();
                vec![
                    ("kind", text("building_pledge")),
                    ("area", area(asking)),
                    ("law", text("街道公约管理办法")),
                    ("article", text("12")),
                    ("reason", text("按街道规定")),
                    ("sign", Self::days(asking, writer).await.to_string()),
                ]
            }
            "/api/put-rules-in-force" | "/api/drop-rules" => {
                vec![("draft", self.waits(asking).await.to_string())]
            }
            _ => return None,
        })
    }

    fn writer(&self, asking: &Asking<'_>) -> &Actor {
        &self.writers[usize::from(!asking.standing.inside)]
    }

    /// Days of signing that nobody has set yet.
    async fn days(asking: &Asking<'_>, writer: &Actor) -> u16 {
        let area = area(asking);
        let now = rules::writing(&asking.town.world.db(), writer, Kind::BuildingPledge, Some(&area)).await.unwrap();
        now.base.number(Number::Sign) + 1
    }

    /// A version that waits, written when there is none.
    async fn waits(&self, asking: &Asking<'_>) -> Uuid {
        let (db, writer) = (asking.town.world.db(), self.writer(asking));
        for draft in rules::waiting(&db, writer).await.unwrap() {
            if Some(draft.drafted_by) == writer.person {
                return draft.id;
            }
            // Whoever walks may have written it, and puts nothing of their own in force.
            rules::drop(&db, writer, draft.id).await.unwrap();
        }
        let new = NewRules {
            kind: Kind::BuildingPledge,
            area: area(asking),
            rule: Source { law: Named::new("街道公约管理办法", ""), article: "12".into() },
            reason: "按街道规定".into(),
            numbers: vec![(Number::Sign, Self::days(asking, writer).await)],
        };
        rules::write(&db, writer, &new).await.unwrap()
    }
}

fn area(asking: &Asking<'_>) -> String {
    if asking.standing.inside { "BYH1".to_owned() } else { "WNS1".to_owned() }
}
