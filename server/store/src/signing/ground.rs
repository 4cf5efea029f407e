//! What signing needs to know of a pact: where it stands, what is signed and for whom it is.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::PactId;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Kind, Stage};
use gongzhi_domain::{Error, Reason, What};
use sqlx::PgConnection;

use super::WINDOW_DAYS;
use crate::db::Db;
use crate::refusal::{fault, parsed, refuse};

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
    stage_since: DateTime<Utc>,
    paused_us: i64,
    days: i32,
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
        if number.len() > 40 {
            return Err(Error::NotFound { what: What::Pact });
        }
        if hold {
            sqlx::query!("select 1 as one from pact where number = $1 for share", number)
                .fetch_optional(&mut *conn)
                .await
                .map_err(refuse)?;
        }
        let row = sqlx::query!(
            r#"select p.id, p.number, p.kind, p.stage, p.title_zh, p.title_en, p.area_path, p.text_no,
                      p.paused_at is not null as "is_paused!", p.stage_since,
                      (extract(epoch from p.paused_for) * 1000000)::bigint as "paused_us!",
                      (r.body #>> '{windows,sign,days}')::integer as days
               from pact p join rule_profile r on r.id = p.profile_id where p.number = $1"#,
            number,
        )
        .fetch_optional(conn)
        .await
        .map_err(refuse)?
        .ok_or(Error::NotFound { what: What::Pact })?;
        Ok(Self {
            id: PactId::from_uuid(row.id),
            number: row.number,
            kind: parsed(&row.kind)?,
            stage: parsed(&row.stage)?,
            title: Named::new(row.title_zh, row.title_en),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            text_no: row.text_no,
            is_paused: row.is_paused,
            stage_since: row.stage_since,
            paused_us: row.paused_us,
            days: row.days.unwrap_or(WINDOW_DAYS),
        })
    }

    /// Until when signatures are taken.
    pub fn closes_at(&self) -> DateTime<Utc> {
        self.stage_since + TimeDelta::days(i64::from(self.days)) + TimeDelta::microseconds(self.paused_us)
    }

    /// Whether signatures are taken at this moment.
    pub fn is_open(&self, db: &Db) -> bool {
        self.stage == Stage::Sign && !self.is_paused && db.now() <= self.closes_at()
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
