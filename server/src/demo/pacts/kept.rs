//! A pact in force: how it is kept, or why it had to go.

use gongzhi_domain::Error;
use gongzhi_domain::pact::{Move, Stage};
use serde_json::json;

use super::play::Play;

impl Play<'_> {
    pub(super) async fn keep(&mut self, last: bool) -> Result<(), Error> {
        if last {
            self.credit().await?;
            return self.neighbourly().await;
        }
        let moment = self.told.came_to(Stage::Ended, self.place.now);
        let note = self.told.ended_note.as_ref().map_or("", |note| note.zh.as_str());
        self.go_at(moment, Move::End, note, &json!({"ending": self.told.ending})).await
    }
}
