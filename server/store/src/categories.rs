//! What a request can be about, with its limits: the list the filing form offers, the guess made
//! from a resident's words, and the default list a new installation starts with. Which unit gets
//! the work is decided at the desk; a category only remembers who usually answers.

use gongzhi_domain::order::Urgency;
use gongzhi_domain::view::CategoryChoice;
use gongzhi_domain::{Error, Named};

use crate::{Db, fault, refuse};

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

/// A row of the list an installation starts with.
struct Preset {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    words: &'static [&'static str],
    urgency: &'static str,
    dispatch_minutes: i32,
    reply_minutes: i32,
    work_time: bool,
    anonymous_allowed: bool,
}

/// Minutes of work time in `n` work days of 8 hours.
const fn work_days(n: i32) -> i32 {
    n * 8 * 60
}

/// Minutes in `n` hours, counted day and night.
const fn hours(n: i32) -> i32 {
    n * 60
}

/// Limits: requests.md, "Clocks": dispatch within 1 h, 2 h or 24 h; reply within 2 h, 24 h, 7 d or 15 d.
const DEFAULTS: &[Preset] = &[
    Preset {
        code: "hazard",
        zh: "安全隐患",
        en: "Danger",
        urgency: "emergency",
        words: &[
            "危险",
            "隐患",
            "燃气",
            "煤气",
            "漏气",
            "起火",
            "着火",
            "坍塌",
            "倒塌",
            "坠落",
            "裸露电线",
            "井盖",
            "消防通道",
            "danger",
            "gas",
            "fire",
            "manhole",
            "collapse",
        ],
        dispatch_minutes: hours(1),
        reply_minutes: hours(2),
        work_time: false,
        anonymous_allowed: true,
    },
    Preset {
        code: "water",
        zh: "供水排水",
        en: "Water and drains",
        urgency: "urgent",
        words: &[
            "停水",
            "漏水",
            "水管",
            "自来水",
            "水压",
            "下水道",
            "污水",
            "积水",
            "内涝",
            "堵塞",
            "water",
            "leak",
            "pipe",
            "drain",
            "sewage",
            "flood",
        ],
        dispatch_minutes: hours(2),
        reply_minutes: hours(24),
        work_time: false,
        anonymous_allowed: true,
    },
    Preset {
        code: "power",
        zh: "供电",
        en: "Electricity",
        urgency: "urgent",
        words: &["停电", "跳闸", "电压", "电线", "变压器", "断电", "power", "electricity", "outage", "voltage"],
        dispatch_minutes: hours(2),
        reply_minutes: hours(24),
        work_time: false,
        anonymous_allowed: true,
    },
    Preset {
        code: "heating",
        zh: "供暖",
        en: "Heating",
        urgency: "urgent",
        words: &["暖气", "供暖", "供热", "不热", "室温", "地暖", "heating", "radiator", "cold room"],
        dispatch_minutes: hours(2),
        reply_minutes: hours(24),
        work_time: false,
        anonymous_allowed: true,
    },
    Preset {
        code: "lighting",
        zh: "路灯照明",
        en: "Street lighting",
        urgency: "normal",
        words: &["路灯", "照明", "灯不亮", "楼道灯", "太黑", "streetlight", "street light", "lamp", "dark at night"],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "sanitation",
        zh: "垃圾环卫",
        en: "Rubbish and cleaning",
        urgency: "normal",
        words: &[
            "垃圾",
            "环卫",
            "清运",
            "异味",
            "臭味",
            "公厕",
            "脏乱",
            "小广告",
            "保洁",
            "rubbish",
            "garbage",
            "trash",
            "smell",
            "toilet",
            "litter",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "roads",
        zh: "道路交通",
        en: "Roads and traffic",
        urgency: "normal",
        words: &[
            "路面",
            "坑洼",
            "道路",
            "人行道",
            "红绿灯",
            "斑马线",
            "公交",
            "塌陷",
            "积雪",
            "road",
            "pothole",
            "pavement",
            "traffic light",
            "bus",
            "crossing",
            "ice",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(15),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "parking",
        zh: "停车",
        en: "Parking",
        urgency: "normal",
        words: &[
            "停车",
            "车位",
            "占道",
            "乱停",
            "堵门",
            "充电桩",
            "僵尸车",
            "parking",
            "parked",
            "charging",
            "blocked by a car",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "noise",
        zh: "噪音扰民",
        en: "Noise",
        urgency: "normal",
        words: &[
            "噪音",
            "噪声",
            "扰民",
            "广场舞",
            "施工声",
            "半夜",
            "音响",
            "太吵",
            "noise",
            "noisy",
            "loud",
            "music at night",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "greening",
        zh: "园林绿化",
        en: "Trees and green space",
        urgency: "normal",
        words: &[
            "树木",
            "树枝",
            "修剪",
            "绿化",
            "草坪",
            "杂草",
            "飞絮",
            "虫害",
            "tree",
            "branch",
            "lawn",
            "weeds",
            "park bench",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(15),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "property",
        zh: "物业服务",
        en: "Property management",
        urgency: "normal",
        words: &[
            "物业",
            "电梯",
            "门禁",
            "物业费",
            "保安",
            "维修基金",
            "楼道",
            "外墙",
            "property",
            "elevator",
            "lift",
            "entrance door",
            "caretaker",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: true,
    },
    Preset {
        code: "dispute",
        zh: "矛盾纠纷",
        en: "Disputes",
        urgency: "normal",
        words: &[
            "纠纷",
            "邻居",
            "吵架",
            "欠薪",
            "工资",
            "拖欠",
            "草场",
            "宅基地",
            "调解",
            "赔偿",
            "dispute",
            "neighbour",
            "wages",
            "boundary",
            "mediation",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(15),
        work_time: true,
        anonymous_allowed: false,
    },
    Preset {
        code: "welfare",
        zh: "民政社保",
        en: "Care and benefits",
        urgency: "normal",
        words: &[
            "低保",
            "医保",
            "社保",
            "养老",
            "残疾",
            "独居",
            "老人",
            "救助",
            "补贴",
            "pension",
            "insurance",
            "benefit",
            "elderly",
            "disability",
            "subsidy",
        ],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(7),
        work_time: true,
        anonymous_allowed: false,
    },
    Preset {
        code: "advice",
        zh: "建议与其他",
        en: "Advice and other",
        urgency: "normal",
        words: &["建议", "希望", "咨询", "请问", "能否", "感谢", "表扬", "suggest", "advice", "question", "thank"],
        dispatch_minutes: hours(24),
        reply_minutes: work_days(15),
        work_time: true,
        anonymous_allowed: true,
    },
];

/// The category of a request whose writer named none and whose words suggest none.
pub const OTHER: &str = "advice";

/// Puts the default categories into an installation that lacks them; what an administrator has
/// changed stays. Answers how many were added.
pub async fn seed(db: &Db) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let mut added = 0;
    for (position, category) in DEFAULTS.iter().enumerate() {
        let words: Vec<String> = category.words.iter().map(ToString::to_string).collect();
        added += sqlx::query!(
            "insert into category (code, position, name_zh, name_en, words, urgency, dispatch_minutes, reply_minutes,
                 work_time, anonymous_allowed)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (code) do nothing",
            category.code,
            i16::try_from(position).unwrap_or(i16::MAX),
            category.zh,
            category.en,
            &words,
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
                words: row.words.iter().map(ToString::to_string).collect(),
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
