//! Keeping a pact as the walk asks about it: reports in everybody's area and outside of it, in which the asker is meant, sits on the
//! panel or has no part; nominations of oneself and of others.

use gongzhi_domain::ids::{BreachId, ClauseId, NominationId, PersonId};
use gongzhi_domain::pact::Kind;
use gongzhi_store::keeping::{self, NewNomination, Report};
use gongzhi_store::testing::signing::{ToSign, to_sign_in};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Asking, Fields, own_or};
use crate::town::Town;

const COMMUNITIES: [[&str; 2]; 2] = [["BYH1A", "BYH1A1"], ["WNS1A", "WNS1A1"]];

/// A pact in force in everybody's area, and one outside of it.
pub struct Keeping {
    pacts: [ToSign; 2],
    brush: PgPool,
}

impl Keeping {
    pub async fn new(town: &Town) -> Self {
        let db = town.world.db();
        let [here, there] = COMMUNITIES;
        let pacts = [
            to_sign_in(&db, Kind::ResidentConvention, 1, here).await,
            to_sign_in(&db, Kind::ResidentConvention, 1, there).await,
        ];
        for pact in &pacts {
            pact.stands_in(&db, "in_force").await;
        }
        Self { pacts, brush: town.world.superuser().await }
    }

    pub async fn address(&self, asking: &Asking<'_>, path: &str) -> Option<String> {
        if path.starts_with("/pacts/{number}/keeping") {
            return Some(path.replace("{number}", &self.pact(asking).number));
        }
        let of = match path {
            "/me/keeping/{id}" => Part::Meant("reply"),
            "/desk/keeping/{id}" => Part::None("received"),
            _ => return None,
        };
        Some(path.replace("{id}", &self.breach(asking, of).await.to_string()))
    }

    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Option<Fields> {
        let text = |value: &str| value.to_owned();
        let key = || ("key", Uuid::new_v4().to_string());
        let pact = self.pact(asking);
        let breach = async |part: Part| ("breach", self.breach(asking, part).await.to_string());
        let nomination = async |state: &'static str| ("nomination", self.nominated(asking, state).await.to_string());
        Some(match path {
            "/api/report-breach" => vec![
                key(),
                ("keeping", pact.pact.to_string()),
                ("clause", pact.clauses[0].to_string()),
                ("place", text("3号楼门口")),
                ("happened_on", asking.town.world.db().today().to_string()),
                ("words", text("遛犬不牵绳")),
            ],
            "/api/answer-breach" => vec![breach(Part::Meant("reply")).await, ("words", text("当时牵着绳子"))],
            "/api/appeal-breach" => vec![breach(Part::Meant("decided")).await, ("words", text("请另请人评议"))],
            "/api/find-on-breach" => vec![
                breach(Part::Panel).await,
                ("declared", text("1")),
                ("finding", text("reminder")),
                ("note", text("提醒即可")),
            ],
            "/api/leave-panel" => vec![breach(Part::Panel).await],
            "/api/triage-breach" => vec![
                breach(Part::None("received")).await,
                ("version", text("1")),
                ("decision", text("turn_away")),
                ("note", text("不是公约里的事")),
            ],
            "/api/call-panel" => vec![
                breach(Part::Other("panel")).await,
                ("phone1", asking.town.phone()),
                ("phone2", asking.town.phone()),
                ("phone3", asking.town.phone()),
            ],
            "/api/nominate-neighbour" => vec![
                key(),
                ("phone", asking.town.phone()),
                ("area", text(COMMUNITIES[usize::from(!asking.standing.inside)][0])),
                ("reason", text("每天帮楼上的老人买菜，风雨不误")),
            ],
            "/api/endorse-neighbour" | "/api/pick-neighbour" => vec![nomination("open").await],
            "/api/answer-nomination" => {
                vec![nomination("picked").await, ("decision", text("yes")), ("shown_name", text("热心的邻居"))]
            }
            _ => return None,
        })
    }

    fn pact(&self, asking: &Asking<'_>) -> &ToSign {
        &self.pacts[usize::from(!asking.standing.inside)]
    }

    /// A report by somebody else, in which the asker has a part or not.
    async fn breach(&self, asking: &Asking<'_>, part: Part) -> BreachId {
        let (town, pact) = (asking.town, self.pact(asking));
        let reporter = town.world.resident("赵", &town.phone()).await;
        let new = Report {
            key: Uuid::new_v4(),
            pact: pact.pact,
            clause: ClauseId::from_uuid(pact.clauses[0]),
            place: "3号楼门口".into(),
            happened_on: town.world.db().today(),
            words: "遛犬不牵绳".into(),
            photos: Vec::new(),
            holder: None,
        };
        let breach = keeping::report(&town.world.db(), &reporter.actor(), &new).await.unwrap();
        let (state, meant) = match part {
            Part::None(state) => (state, None),
            Part::Meant(state) => (state, Some(own_or(asking, "孙").await)),
            Part::Other(state) => (state, Some(town.world.resident("孙", &town.phone()).await.person)),
            Part::Panel => ("panel", Some(town.world.resident("孙", &town.phone()).await.person)),
        };
        sqlx::query("update breach set state = $2, concerned_id = $3 where id = $1")
            .bind(breach.uuid())
            .bind(state)
            .bind(meant.map(PersonId::uuid))
            .execute(&self.brush)
            .await
            .unwrap();
        if matches!(part, Part::Panel) {
            sqlx::query(
                "insert into breach_panel (breach_id, round, seat, person_id, person_index, households, called_at)
                 values ($1, 1, 1, $2, ''::bytea, '{}', $3)",
            )
            .bind(breach.uuid())
            .bind(own_or(asking, "周").await.uuid())
            .bind(town.world.now())
            .execute(&self.brush)
            .await
            .unwrap();
        }
        breach
    }

    /// A nomination by somebody else that was looked at, of the asker or of another.
    async fn nominated(&self, asking: &Asking<'_>, state: &str) -> NominationId {
        let town = asking.town;
        let by = town.world.resident("赵", &town.phone()).await;
        let new = NewNomination {
            key: Uuid::new_v4(),
            phone: town.phone(),
            area: COMMUNITIES[usize::from(!asking.standing.inside)][0].into(),
            reason: "每天帮楼上的老人买菜，风雨不误".into(),
        };
        let id = keeping::nominate(&town.world.db(), &by.actor(), &new).await.unwrap();
        sqlx::query(
            "update content set state = 'published', decided_at = created_at
             where id = (select content_id from nomination where id = $1)",
        )
        .bind(id.uuid())
        .execute(&self.brush)
        .await
        .unwrap();
        sqlx::query("update nomination set state = $2, nominee_id = coalesce($3, nominee_id) where id = $1")
            .bind(id.uuid())
            .bind(state)
            .bind(asking.person.filter(|_| asking.standing.own).map(PersonId::uuid))
            .execute(&self.brush)
            .await
            .unwrap();
        id
    }
}

/// Who the asker is in a report, where they are somebody in it, and the state it is in.
#[derive(Clone, Copy)]
enum Part {
    /// Nobody is meant yet.
    None(&'static str),
    /// Somebody else is meant.
    Other(&'static str),
    /// The asker is meant, when it is to be their own.
    Meant(&'static str),
    /// The asker sits on the panel, when it is to be their own.
    Panel,
}
