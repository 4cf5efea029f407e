//! How a text reaches every household (pacts.md, Stages: "delivery to each household (push, at the door, post)"). What was done at
//! a door is a row of events; how the door stands is read from them.

use serde::{Deserialize, Serialize};

coded! {
    /// By which way a text went.
    pub enum Way {
        /// A message to the phones of those who live there.
        Push = "push",
        /// Somebody at the door.
        Door = "door",
        /// The post.
        Post = "post",
    }
}

coded! {
    /// What was done, or came of it.
    pub enum Outcome {
        /// A message was sent.
        Sent = "sent",
        /// It was handed over at the door.
        HandedOver = "handed_over",
        /// Nobody opened.
        NobodyHome = "nobody_home",
        /// They did not want it.
        Refused = "refused",
        /// It was posted.
        Posted = "posted",
        /// The last thing said of the door or the post was a mistake.
        Undone = "undone",
    }
}

impl Outcome {
    /// What can be said at the door, in the order of the buttons.
    pub const AT_THE_DOOR: &'static [Self] = &[Self::HandedOver, Self::NobodyHome, Self::Refused];

    /// The way it belongs to; `None` for what takes something back.
    #[must_use]
    pub const fn way(self) -> Option<Way> {
        match self {
            Self::Sent => Some(Way::Push),
            Self::HandedOver | Self::NobodyHome | Self::Refused => Some(Way::Door),
            Self::Posted => Some(Way::Post),
            Self::Undone => None,
        }
    }
}

/// How a household stands in a round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether somebody there was sent a message.
    pub pushed: bool,
    /// What was said last at the door, and not taken back.
    pub door: Option<Outcome>,
    /// Whether it was posted.
    pub posted: bool,
}

impl Standing {
    /// Whether the household was brought the text, or was offered it and refused: then it counts as delivered. Nobody at home does
    /// not, nor does a message that was sent: that counts once it has arrived, which the outbox knows.
    #[must_use]
    pub const fn reached(self) -> bool {
        self.posted || matches!(self.door, Some(Outcome::HandedOver | Outcome::Refused))
    }

    /// How it stands after everything that was done, oldest first. Taking back takes back the last thing said of the door or the
    /// post; a message that was sent stays sent.
    #[must_use]
    pub fn after(events: &[Outcome]) -> Self {
        let mut said: Vec<Outcome> = Vec::new();
        let mut pushed = false;
        for event in events {
            match event {
                Outcome::Sent => pushed = true,
                Outcome::Undone => {
                    said.pop();
                }
                other => said.push(*other),
            }
        }
        let door = said.iter().rev().find(|outcome| outcome.way() == Some(Way::Door)).copied();
        Self { pushed, door, posted: said.contains(&Outcome::Posted) }
    }

    /// Whether there is anything that could be taken back.
    #[must_use]
    pub const fn can_undo(self) -> bool {
        self.door.is_some() || self.posted
    }
}

/// How far a text has come: households of an area and how many have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Households there are.
    pub households: u32,
    /// Those that have the text, by any way.
    pub reached: u32,
    /// Those at which a message has arrived.
    pub pushed: u32,
    /// Those where something was said at the door.
    pub visited: u32,
    /// Those that were visited, found nobody and have the text by no other way.
    pub nobody_home: u32,
    /// Those it was posted to.
    pub posted: u32,
}

impl Progress {
    /// Those that do not have it.
    #[must_use]
    pub const fn missing(self) -> u32 {
        self.households.saturating_sub(self.reached)
    }

    /// Whole hundredths that have it, rounded down, so that 100 means all; 0 where there is no household.
    #[must_use]
    pub fn percent(self) -> u8 {
        if self.households == 0 {
            return 0;
        }
        u8::try_from(u64::from(self.reached) * 100 / u64::from(self.households)).unwrap_or(100)
    }
}
