//! Asks about a pact at a stage, as whoever holds an office of it.

use gongzhi_server::http::routes::{Kind, Route};

use crate::browser::{Answer, Browser};
use crate::pact_scenes::{self, PactScene, Sent};
use crate::town::Town;

/// Asks for a page of a pact, or sends a form about it.
pub(super) async fn about_pact(town: &Town, row: &Route, browser: &mut Browser, scene: &PactScene) -> Answer {
    if row.kind == Kind::Page {
        let path = row.path.replace("{number}", &scene.number).replace("{clause}", &scene.clause.to_string());
        return browser.get(&path).await;
    }
    let today = town.world.db().today().to_string();
    match pact_scenes::filled(row.path, scene, &today) {
        Sent::Fields(fields) => {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(row.path, &fields).await
        }
        Sent::Parts(parts) => {
            let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            browser.post_parts(row.path, &parts).await
        }
    }
}
