//! The demo town 青木旗 (Qingmu Banner), which does not exist: 147 grids, 38 organisations, some 600 officers and residents,
//! the 2,000 requests of a year and twelve pacts, one in each stage, invented from one seed and loaded by the portal's own
//! use cases. It shows what the portal is like in use, and is what the end-to-end tests walk through.

pub mod clock;
mod life;
mod load;
mod map;
mod mesh;
mod names;
mod pacts;
mod people;
mod photos;
mod phrases;
mod places;
mod stories;
mod town;
mod units;

pub use load::{NotLoaded, Summary, is_loaded, load};
pub use people::PASSWORD;

use chrono::{DateTime, Utc};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// The seed of the town everybody sees.
pub const SEED: u64 = 147;

/// A way into the demo town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What they are there.
    pub role: &'static str,
    /// What is typed as the name; for a resident the phone number.
    pub name: String,
    /// The password; none for a resident, who is sent a code.
    pub password: Option<&'static str>,
    /// The secret of the authenticator, base32; none for a resident.
    pub totp_secret: Option<&'static str>,
}

impl SignIn {
    /// The six digits the authenticator shows at a moment; `None` for a resident.
    #[must_use]
    pub fn code_at(&self, moment: DateTime<Utc>) -> Option<String> {
        gongzhi_store::staff::totp_at(&secret(self.totp_secret?), moment).ok()
    }
}

/// The fixed sign-ins: a resident, then one officer of each kind.
#[must_use]
pub fn sign_ins() -> Vec<SignIn> {
    let resident = SignIn { role: "resident", name: "13800000001".to_owned(), password: None, totp_secret: None };
    let staff = people::fixed().map(|(name, role, totp)| SignIn {
        role,
        name: name.to_owned(),
        password: Some(PASSWORD),
        totp_secret: Some(totp),
    });
    std::iter::once(resident).chain(staff).collect()
}

/// The sign-ins as a table to be printed, with the codes that are valid now.
#[must_use]
pub fn sign_in_table(now: DateTime<Utc>) -> String {
    let mut table = format!("{:<19}{:<14}{:<19}{:<10}authenticator secret\n", "role", "name", "password", "code now");
    for way in sign_ins() {
        let code = way.code_at(now).unwrap_or_else(|| "by SMS".to_owned());
        let (password, secret) = (way.password.unwrap_or("–"), way.totp_secret.unwrap_or("–"));
        table.push_str(&format!("{:<19}{:<14}{password:<19}{code:<10}{secret}\n", way.role, way.name));
    }
    table
}

/// The bytes of a base32 secret of 32 characters.
fn secret(base32: &str) -> [u8; 20] {
    let mut bytes = [0_u8; 20];
    for (k, c) in base32.bytes().take(32).enumerate() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            _ => 0,
        };
        for bit in 0..5 {
            if value & (16 >> bit) != 0 {
                let place = k * 5 + bit;
                bytes[place / 8] |= 128 >> (place % 8);
            }
        }
    }
    bytes
}

/// Dice for one subject, so that a change to one part of the town leaves the others as they were.
fn dice(seed: u64, subject: &str) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    for (slot, byte) in key[8..].iter_mut().zip(subject.bytes()) {
        *slot = byte;
    }
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use gongzhi_domain::content::ContentState;
    use gongzhi_domain::order::{Flags, Move, Mover, State, legal_for};

    use super::life::{REQUESTS, Step, Writer};
    use super::town::Town;
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-18T07:30:00Z".parse().expect("a moment")
    }

    fn town() -> Town {
        Town::invent(SEED, now()).expect("the stories are read")
    }

    #[test]
    fn the_same_seed_and_moment_give_the_same_town() {
        let (one, other) = (town(), town());
        assert_eq!(one.lives.len(), REQUESTS);
        for (a, b) in one.lives.iter().zip(&other.lives) {
            assert_eq!((&a.told.text, a.filed, a.grid, &a.steps), (&b.told.text, b.filed, b.grid, &b.steps));
        }
        assert_ne!(
            one.lives[7].told.text,
            Town::invent(SEED + 1, now()).expect("the stories are read").lives[7].told.text
        );
    }

    #[test]
    fn hardly_a_text_is_told_twice() {
        let town = town();
        let mut told: HashMap<&str, usize> = HashMap::new();
        for life in &town.lives {
            *told.entry(&life.told.text).or_default() += 1;
        }
        assert!(told.values().all(|n| *n <= 2), "{:?}", told.iter().max_by_key(|(_, n)| **n));
        let english = town.lives.iter().filter(|life| life.told.lang == gongzhi_domain::Lang::En).count();
        assert!((140..=360).contains(&english), "{english} in English");
    }

    #[test]
    fn every_number_in_a_text_is_invented() {
        for life in &town().lives {
            let digits: Vec<&str> =
                life.told.text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 11).collect();
            assert!(digits.iter().all(|run| run.len() == 11 && run.starts_with("1380000")), "{digits:?}");
        }
        assert!(town().lives.iter().any(|life| life.told.text.contains("1380000")), "masking is shown");
    }

    #[test]
    fn every_life_is_legal_and_in_order_of_time() {
        let mut ends: BTreeMap<State, usize> = BTreeMap::new();
        let mut rounds = 0;
        for life in &town().lives {
            let (mut state, mut flags) = (State::Received, Flags::default());
            let mut before = life.filed;
            for (at, step) in &life.steps {
                assert!(*at >= before && *at <= now(), "{step:?} at {at}");
                before = *at;
                let (mv, mover) = match step {
                    Step::Moderate { .. } => continue,
                    Step::Accept { .. } => (Move::Accept, Mover::Clerk),
                    Step::Dispatch { .. } => (Move::Dispatch, Mover::Dispatcher),
                    Step::Start { .. } => (Move::StartHandling, Mover::Handler),
                    Step::Contact { .. } => (Move::LogContact, Mover::Handler),
                    Step::Reply { .. } => (Move::SubmitReply, Mover::Handler),
                    Step::SendBack { .. } => (Move::SendBack, Mover::Manager),
                    Step::Approve { .. } => (Move::ApproveReply, Mover::Manager),
                    Step::Rate { .. } => (Move::Close, Mover::Resident),
                    Step::NotSolved { .. } => (Move::Redo, Mover::Resident),
                    Step::FollowUp { .. } => (Move::Close, Mover::FollowUp),
                    Step::Silence => (Move::Close, Mover::Clock),
                };
                if matches!(step, Step::Rate { .. } | Step::NotSolved { .. }) {
                    assert!(matches!(life.writer, Writer::Resident(_)));
                }
                let row = legal_for(state, &flags, mv, &[mover]).unwrap_or_else(|error| panic!("{step:?}: {error}"));
                state = row.lands(state, &flags).expect("it lands somewhere");
                match mv {
                    Move::Dispatch => flags.has_lead = true,
                    Move::LogContact => flags.contacted = true,
                    Move::Redo => {
                        flags.contacted = false;
                        flags.round += 1;
                        rounds += 1;
                    }
                    _ => {}
                }
            }
            *ends.entry(state).or_default() += 1;
        }
        for state in [
            State::Received,
            State::Accepted,
            State::Dispatched,
            State::Handling,
            State::ReplyReview,
            State::Replied,
            State::Closed,
        ] {
            assert!(ends.get(&state).is_some_and(|n| *n >= 2), "{state}: {ends:?}");
        }
        assert!(rounds >= 20, "{rounds} second rounds");
    }

    #[test]
    fn everything_a_moderator_decides_is_shown() {
        let town = town();
        let verdicts = |wanted: fn(&life::Verdict) -> bool| {
            town.lives
                .iter()
                .filter(|life| !life.private)
                .flat_map(|life| &life.steps)
                .filter(|(_, step)| matches!(step, Step::Moderate { verdict, .. } if wanted(verdict)))
                .count()
        };
        assert!(verdicts(|v| matches!(v, life::Verdict::Edit(_))) >= 5);
        assert!(verdicts(|v| matches!(v, life::Verdict::Hide)) >= 5, "{:?}", ContentState::Hidden);
        assert!(verdicts(|v| matches!(v, life::Verdict::WithoutPhoto)) >= 1);
        let waiting = town
            .lives
            .iter()
            .filter(|life| !life.private && !life.steps.iter().any(|(_, step)| matches!(step, Step::Moderate { .. })))
            .count();
        assert!(waiting >= 3, "{waiting} wait for a moderator");
    }

    #[test]
    fn secrets_are_the_bytes_an_authenticator_reads() {
        for way in sign_ins() {
            if let Some(totp) = way.totp_secret {
                assert_eq!(gongzhi_store::staff::totp_base32(&secret(totp)), totp);
                assert!(way.code_at(now()).is_some_and(|code| code.len() == 6));
            }
        }
        assert_eq!(sign_ins().len(), 19);
    }
}
