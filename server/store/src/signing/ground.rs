//! What signing needs to know of a pact: where it stands, what is signed and for whom it is.

use chrono::{DateTime, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::PactId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Facts, Kind, Stage};
use gongzhi_domain::{Error, Reason};
use sqlx::PgConnection;

use crate::db::Db;
use crate::pacts::{Pact, id_of};
use crate::refusal::{fault, refuse};

/// A pact as signing sees it.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub id: PactId,
    pub number: String,
    pub kind: Kind,
    pub stage: Stage,
    pub title: Named,
    pub area: AreaPath,
    pub text_no: Option<i32>,
    pub is_paused: bool,
    /// What the rules ask of its clock: when the stage began and how long it stood still.
    clock: Facts,
}

/// What is being signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Round {
    pub text_no: i32,
    pub text_sha256: Vec<u8>,
    pub profile_sha256: Vec<u8>,
    pub resolution: String,
    pub opened_at: DateTime<Utc>,
}

impl Ground {
    /// The pact with a number. With `hold`, it cannot move before the transaction ends; many may hold it at once.
    pub async fn read(conn: &mut PgConnection, number: &str, hold: bool) -> Result<Self, Error> {
        let id = id_of(&mut *conn, number).await?;
        if hold {
            sqlx::query!("select 1 as one from pact where id = $1 for share", id.uuid())
                .fetch_optional(&mut *conn)
                .await
                .map_err(refuse)?;
        }
        let pact = Pact::read(conn, id, false).await?;
        let mut clock = Facts::new(pact.profile, pact.stage, pact.stage_since);
        clock.paused_at = pact.paused_at;
        clock.paused_for = pact.paused_for;
        Ok(Self {
            id,
            number: pact.number,
            kind: pact.kind,
            stage: pact.stage,
            title: pact.title,
            area: pact.area,
            text_no: pact.text_no,
            is_paused: pact.paused_at.is_some(),
            clock,
        })
    }

    /// Until when signatures are taken: the end of the last day of the window its rules set, as the clock that ends the
    /// stage has it.
    pub fn closes_at(&self, db: &Db) -> DateTime<Utc> {
        self.clock.window_ends(self.clock.rules.windows.sign.days, db.now())
    }

    /// Whether signatures are taken at this moment.
    pub fn is_open(&self, db: &Db) -> bool {
        self.stage == Stage::Sign && !self.is_paused && db.now() < self.closes_at(db)
    }

    /// The round that is signed now.
    ///
    /// # Errors
    /// [`Reason::NotOpenNow`] for the field `form` when signing has not begun, is over or stands still.
    pub async fn open_round(&self, db: &Db, conn: &mut PgConnection) -> Result<Round, Error> {
        if !self.is_open(db) {
            return Err(Error::field("form", Reason::NotOpenNow));
        }
        self.round(conn).await?.ok_or_else(|| fault(format_args!("{} is signed without a round", self.number)))
    }

    /// The round of the version that counts now; `None` before signing has begun.
    pub async fn round(&self, conn: &mut PgConnection) -> Result<Option<Round>, Error> {
        sqlx::query_as!(
            Round,
            "select text_no, text_sha256, profile_sha256, resolution, opened_at from signing_round
             where pact_id = $1 and text_no = $2",
            self.id.uuid(),
            self.text_no,
        )
        .fetch_optional(conn)
        .await
        .map_err(refuse)
    }
}

impl Round {
    /// The hash of the text as it is read and printed: 64 hexadecimal digits.
    pub fn text_hex(&self) -> String {
        hex(&self.text_sha256)
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
