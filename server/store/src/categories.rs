//! What a request can be about, with its limits: the list the filing form offers, the guess made
//! from a resident's words, and the default list a new installation starts with. Which unit gets
//! the work is decided at the desk; a category only remembers who usually answers.

mod defaults;

use gongzhi_domain::order::Urgency;
use gongzhi_domain::view::CategoryChoice;
use gongzhi_domain::{Error, Named};

use crate::{Db, fault, refuse};
use defaults::DEFAULTS;

/// One thing a request can be about, with the limits of requests.md, "Clocks".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The word that stands for it in addresses and rows, e.g. `street_light`.
    pub code: String,
    /// What people call it.
    pub name: Named,
    /// Words in a resident's text that suggest it.
    pub words: Vec<String>,
    /// How urgent it is unless the clerk says otherwise.
    pub urgency: Urgency,
    /// Minutes from acceptance to dispatch, day and night.
    pub dispatch_minutes: i32,
    /// Minutes from dispatch to the reply; see [`Category::work_time`].
    pub reply_minutes: i32,
    /// Whether the reply limit counts work time only (8 hours a work day).
    pub work_time: bool,
    /// Whether a resident may file without saying who they are.
    pub anonymous_allowed: bool,
}

/// The active categories in the order in which they are offered.
pub async fn list(db: &Db) -> Result<Vec<Category>, Error> {
    let rows = sqlx::query!(
        "select code, name_zh, name_en, words, urgency, dispatch_minutes, reply_minutes, work_time, anonymous_allowed
         from category where active order by position, code"
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Category {
                code: row.code,
                name: Named { zh: row.name_zh, en: row.name_en },
                words: row.words,
                urgency: row.urgency.parse().map_err(fault)?,
                dispatch_minutes: row.dispatch_minutes,
                reply_minutes: row.reply_minutes,
                work_time: row.work_time,
                anonymous_allowed: row.anonymous_allowed,
            })
        })
        .collect()
}

/// The active categories as the filing form offers them.
pub async fn choices(db: &Db) -> Result<Vec<CategoryChoice>, Error> {
    let choice = |category: Category| CategoryChoice {
        code: category.code,
        name: category.name,
        anonymous_allowed: category.anonymous_allowed,
        needs_consent: false,
    };
    Ok(list(db).await?.into_iter().map(choice).collect())
}

/// The category whose words are found most in `text`, longer words counting more; none when no
/// word is found. A suggestion to the person who writes or to the clerk, never a decision.
pub async fn suggest(db: &Db, text: &str) -> Result<Option<Category>, Error> {
    Ok(best(list(db).await?, text))
}

/// The pure part of [`suggest`]: earlier categories win a tie.
pub fn best(categories: Vec<Category>, text: &str) -> Option<Category> {
    let text = text.to_lowercase();
    let mut found: Option<(usize, Category)> = None;
    for category in categories {
        let weight: usize = category
            .words
            .iter()
            .filter(|word| text.contains(word.to_lowercase().as_str()))
            .map(|word| word.chars().count())
            .sum();
        if weight > found.as_ref().map_or(0, |(best, _)| *best) {
            found = Some((weight, category));
        }
    }
    found.map(|(_, category)| category)
}

/// The category of a request whose writer named none and whose words suggest none.
pub const OTHER: &str = "advice";

/// Puts the default categories into an installation that lacks them; what an administrator has
/// changed stays. Answers how many were added.
pub async fn seed(db: &Db) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let mut added = 0;
    for (position, category) in DEFAULTS.iter().enumerate() {
        added += sqlx::query!(
            "insert into category (code, position, name_zh, name_en, words, urgency, dispatch_minutes, reply_minutes,
                 work_time, anonymous_allowed)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (code) do nothing",
            category.code,
            i16::try_from(position).unwrap_or(i16::MAX),
            category.zh,
            category.en,
            &category.words(),
            category.urgency,
            category.dispatch_minutes,
            category.reply_minutes,
            category.work_time,
            category.anonymous_allowed,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?
        .rows_affected();
    }
    tx.commit().await.map_err(refuse)?;
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults() -> Vec<Category> {
        DEFAULTS
            .iter()
            .map(|row| Category {
                code: row.code.into(),
                name: Named { zh: row.zh.into(), en: row.en.into() },
                words: row.words(),
                urgency: Urgency::Normal,
                dispatch_minutes: row.dispatch_minutes,
                reply_minutes: row.reply_minutes,
                work_time: row.work_time,
                anonymous_allowed: row.anonymous_allowed,
            })
            .collect()
    }

    #[test]
    fn words_suggest_the_matter_in_both_languages() {
        let guess = |text| best(defaults(), text).map(|category| category.code);
        assert_eq!(guess("巷子里的路灯坏了三天").as_deref(), Some("lighting"));
        assert_eq!(guess("三号楼 Water leak in the basement").as_deref(), Some("water"));
        assert_eq!(guess("家里暖气不热，室温只有十五度").as_deref(), Some("heating"));
        assert_eq!(guess("嗯"), None);
    }
}
