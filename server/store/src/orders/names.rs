//! Names for histories: of the units and the officers that rows refer to. Officers act under an official
//! name; residents are never named here.

use std::collections::HashMap;

use gongzhi_domain::Named;
use gongzhi_domain::ids::{PersonId, UnitId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::refusal::Trouble;

/// Names that were looked up together.
#[derive(Debug, Default)]
pub(crate) struct Names {
    units: HashMap<UnitId, Named>,
    officers: HashMap<PersonId, Named>,
}

impl Names {
    /// Looks up units and officers.
    pub async fn of(
        conn: &mut PgConnection,
        units: impl IntoIterator<Item = UnitId>,
        officers: impl IntoIterator<Item = PersonId>,
    ) -> Result<Self, Trouble> {
        let units: Vec<Uuid> = units.into_iter().map(UnitId::uuid).collect();
        let officers: Vec<Uuid> = officers.into_iter().map(PersonId::uuid).collect();
        let mut names = Self::default();
        if !units.is_empty() {
            let rows = sqlx::query!("select id, name_zh, name_en from unit where id = any($1)", &units)
                .fetch_all(&mut *conn)
                .await?;
            names.units =
                rows.into_iter().map(|row| (UnitId::from_uuid(row.id), Named::new(row.name_zh, row.name_en))).collect();
        }
        if !officers.is_empty() {
            let rows = sqlx::query!(
                "select person_id, display_name_zh, display_name_en from staff_account where person_id = any($1)",
                &officers,
            )
            .fetch_all(conn)
            .await?;
            let named = |row: (Uuid, String, String)| (PersonId::from_uuid(row.0), Named::new(row.1, row.2));
            names.officers =
                rows.into_iter().map(|row| named((row.person_id, row.display_name_zh, row.display_name_en))).collect();
        }
        Ok(names)
    }

    /// The name of a unit.
    pub fn unit(&self, unit: UnitId) -> Option<Named> {
        self.units.get(&unit).cloned()
    }

    /// The name of an officer; `None` for residents.
    pub fn officer(&self, person: PersonId) -> Option<&Named> {
        self.officers.get(&person)
    }
}
