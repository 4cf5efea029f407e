//! What residents of the demo town write about, in both languages, and how it was answered. The stories are data in
//! `stories/*.toml`, one table a story under the name of its category. `[a|b]` in a text is one of the alternatives,
//! `{compound}` and the like are filled with the places of the neighbourhood; so two hundred stories read as two
//! thousand people wrote them.

use std::collections::BTreeMap;

use gongzhi_domain::lang::{Lang, Named};
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::map::Setting;
use super::names;
use super::places::{self, Places};

const FILES: &[&str] = &[
    include_str!("stories/streets.toml"),
    include_str!("stories/supply.toml"),
    include_str!("stories/clean.toml"),
    include_str!("stories/home.toml"),
    include_str!("stories/people.toml"),
];

/// Where a story can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scene {
    /// In a housing compound of the town.
    Compound,
    /// On a street of the town.
    Street,
    /// In a village by the river.
    Village,
    /// In the steppe.
    Steppe,
    /// Anywhere.
    Any,
}

impl Scene {
    /// Whether it can happen in such an area.
    #[must_use]
    pub fn suits(self, setting: Setting) -> bool {
        match self {
            Self::Compound | Self::Street => setting == Setting::Urban,
            Self::Village => setting == Setting::Village,
            Self::Steppe => setting == Setting::Steppe,
            Self::Any => true,
        }
    }
}

/// One story, with alternatives and gaps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// The code of its category: the name of its table.
    #[serde(skip)]
    pub category: String,
    /// Where it can happen.
    pub at: Scene,
    /// Code of the kind of request.
    #[serde(default = "help")]
    pub kind: String,
    /// Code of the visibility its writer would choose.
    #[serde(default = "public")]
    pub visibility: String,
    /// First and last month in which it happens, as `11-3`; all year without.
    #[serde(default)]
    pub months: Option<String>,
    /// How much more often than others it happens.
    #[serde(default = "once")]
    pub weight: u32,
    /// The unit that answers, where it is not the category's usual one.
    #[serde(default)]
    pub unit: Option<String>,
    /// The photo a resident would take.
    #[serde(default)]
    pub see: Option<String>,
    /// The photo of the work done.
    #[serde(default)]
    pub after: Option<String>,
    /// Code of the outcome.
    #[serde(default = "solved")]
    pub outcome: String,
    zh: String,
    re_zh: String,
    en: String,
    re_en: String,
}

fn help() -> String {
    "help".to_owned()
}

fn public() -> String {
    "public".to_owned()
}

fn solved() -> String {
    "solved".to_owned()
}

const fn once() -> u32 {
    1
}

impl Story {
    /// Whether it happens in a month (1–12); a range may run over New Year.
    #[must_use]
    pub fn in_season(&self, month: u32) -> bool {
        let Some((first, last)) = self.months.as_deref().and_then(|range| range.split_once('-')) else { return true };
        let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else { return true };
        if first <= last { (first..=last).contains(&month) } else { month >= first || month <= last }
    }
}

/// Every story.
///
/// # Errors
/// When a file is not as [`Story`] describes; a test reads them all.
pub fn all() -> Result<Vec<Story>, toml::de::Error> {
    let mut stories = Vec::new();
    for file in FILES {
        let categories: BTreeMap<String, Vec<Story>> = toml::from_str(file)?;
        for (category, of_it) in categories {
            stories.extend(of_it.into_iter().map(|story| Story { category: category.clone(), ..story }));
        }
    }
    Ok(stories)
}

/// A story as one person told it, and as it was answered.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The language it was written in.
    pub lang: Lang,
    /// What the resident wrote.
    pub text: String,
    /// What the unit will answer.
    pub reply: String,
    /// Where it is, in words.
    pub place: String,
}

/// Tells a story in a neighbourhood. `phone` is the writer's number, given away in a few texts.
#[must_use]
pub fn tell(story: &Story, places: &Places, phone: &str, lang: Lang, rng: &mut ChaCha8Rng) -> Telling {
    let gaps = Gaps::fill(story, places, phone, rng);
    let (text, reply) = match lang {
        Lang::Zh => (&story.zh, &story.re_zh),
        Lang::En => (&story.en, &story.re_en),
    };
    let body = gaps.told_in(&choose(text, rng), lang);
    let text = frame(&body, story, phone, lang, rng);
    let reply = gaps.told_in(&choose(reply, rng), lang);
    Telling { lang, text, reply, place: gaps.place(story.at, lang) }
}

/// Politeness around a text, as people put it; most leave it out.
fn frame(body: &str, story: &Story, phone: &str, lang: Lang, rng: &mut ChaCha8Rng) -> String {
    let asks = story.kind == "question" || story.kind == "suggestion";
    let (before, after): (&[&str], &[&str]) = match (lang, story.kind.as_str()) {
        (_, "praise") => (&[""], &[""]),
        (Lang::Zh, _) if asks => (
            &["", "", "", "您好，", "你好！", "工作人员好，"],
            &["", "", "", "谢谢！", "谢谢解答。", "盼回复。", "麻烦了。"],
        ),
        (Lang::Zh, _) => (
            &["", "", "", "", "", "您好，", "反映一下：", "你好，", "各位领导，"],
            &["", "", "", "", "谢谢！", "盼解决。", "辛苦了。", "急！", "拜托了。", "多谢。"],
        ),
        (Lang::En, _) if asks => (&["", "", "Hello. ", "Good morning. "], &["", "", " Thank you.", " Many thanks."]),
        (Lang::En, _) => {
            (&["", "", "", "Hello. ", "Hi there. "], &["", "", "", " Thank you.", " Thanks!", " I hope you can help."])
        }
    };
    let before = before.choose(rng).copied().unwrap_or_default();
    let mut after = after.choose(rng).copied().unwrap_or_default();
    let mut body = body.to_owned();
    if rng.random_bool(0.05) && !body.contains(phone) {
        after = "";
        body.push_str(&match lang {
            Lang::Zh => format!("我的电话是{phone}，随时可以联系。"),
            Lang::En => format!(" You can reach me on {phone}."),
        });
    }
    format!("{before}{body}{after}")
}

/// What fills the gaps of one telling.
struct Gaps {
    compound: Named,
    road: Named,
    places: Places,
    name: Named,
    evening: Named,
    count: usize,
    building: u32,
    entrance: u32,
    floor: u32,
    day: u32,
    degrees: u32,
    warm: u32,
    phone: String,
}

impl Gaps {
    fn fill(story: &Story, places: &Places, phone: &str, rng: &mut ChaCha8Rng) -> Self {
        let one = |from: &[Named], rng: &mut ChaCha8Rng| from.choose(rng).cloned().unwrap_or_default();
        Self {
            compound: one(&places.compounds, rng),
            road: one(&places.roads, rng),
            places: places.clone(),
            name: if story.at == Scene::Steppe { names::herder(rng) } else { names::surname(rng) },
            evening: places::evening(rng),
            count: rng.random_range(0..5),
            building: rng.random_range(1..24),
            entrance: rng.random_range(1..5),
            floor: rng.random_range(3..12),
            day: rng.random_range(3..27),
            degrees: rng.random_range(11..17),
            warm: rng.random_range(20..23),
            phone: phone.to_owned(),
        }
    }

    fn told_in(&self, text: &str, lang: Lang) -> String {
        let count = match lang {
            Lang::Zh => ["两", "三", "四", "五", "六"][self.count % 5],
            Lang::En => ["two", "three", "four", "five", "six"][self.count % 5],
        };
        let filled = text
            .replace("{compound}", self.compound.in_(lang))
            .replace("{road}", self.road.in_(lang))
            .replace("{community}", self.places.community.in_(lang))
            .replace("{gacha}", self.places.community.in_(lang))
            .replace("{school}", self.places.school.in_(lang))
            .replace("{market}", self.places.market.in_(lang))
            .replace("{park}", self.places.park.in_(lang))
            .replace("{name}", self.name.in_(lang))
            .replace("{time}", self.evening.in_(lang))
            // An ordinal or a team takes 二, never 两.
            .replace("第{n}", &format!("第{}", if self.count == 0 { "二" } else { count }))
            .replace("{n}社", &format!("{}社", if self.count == 0 { "二" } else { count }))
            .replace("the {n}th", ["the second", "the third", "the fourth", "the fifth", "the sixth"][self.count % 5])
            .replace("{n2}", &format!("{}{}", self.building % 10, self.floor % 10))
            .replace("{n}", count)
            .replace("{b}", &self.building.to_string())
            .replace("{u}", &self.entrance.to_string())
            .replace("{floor}", &self.floor.to_string())
            .replace("{d}th", &ordinal(self.day))
            .replace("{d}", &self.day.to_string())
            .replace("{temp}", &self.degrees.to_string())
            .replace("{warm}", &self.warm.to_string())
            .replace("{tel}", &self.phone);
        match lang {
            Lang::Zh => filled,
            Lang::En => filled.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",").replace(" .", "."),
        }
    }

    fn place(&self, scene: Scene, lang: Lang) -> String {
        let text = match (scene, lang) {
            (Scene::Compound, Lang::Zh) => "{compound}{b}号楼",
            (Scene::Compound, Lang::En) => "{compound}, building {b}",
            (Scene::Street, _) => "{road}",
            (Scene::Village | Scene::Steppe | Scene::Any, _) => "{community}",
        };
        self.told_in(text, lang)
    }
}

fn ordinal(day: u32) -> String {
    match day {
        1 | 21 => format!("{day}st"),
        2 | 22 => format!("{day}nd"),
        3 | 23 => format!("{day}rd"),
        _ => format!("{day}th"),
    }
}

/// Takes one of every `[a|b]`.
fn choose(text: &str, rng: &mut ChaCha8Rng) -> String {
    let mut chosen = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        chosen.push_str(before);
        let Some((alternatives, tail)) = after.split_once(']') else {
            chosen.push_str(after);
            return chosen;
        };
        let alternatives: Vec<&str> = alternatives.split('|').collect();
        chosen.push_str(alternatives.choose(rng).copied().unwrap_or_default());
        rest = tail;
    }
    chosen.push_str(rest);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::dice;

    #[test]
    fn there_are_about_150_stories_of_every_category() {
        let stories = all().expect("the story files are read");
        assert!(stories.len() >= 145, "{}", stories.len());
        let categories: std::collections::BTreeSet<_> = stories.iter().map(|s| s.category.as_str()).collect();
        assert_eq!(categories.len(), 14);
        for setting in [Setting::Urban, Setting::Village, Setting::Steppe] {
            for month in 1..=12 {
                assert!(
                    stories.iter().any(|s| s.at.suits(setting) && s.at != Scene::Any && s.in_season(month)),
                    "{setting:?} in month {month}"
                );
            }
        }
    }

    #[test]
    fn seasons_run_over_new_year() {
        let stories = all().expect("the story files are read");
        let heating = stories.iter().find(|s| s.months.as_deref() == Some("10-4")).expect("heating has a season");
        assert!(heating.in_season(12) && heating.in_season(4) && heating.in_season(10));
        assert!(!heating.in_season(7));
    }

    #[test]
    fn every_telling_is_whole_in_both_languages() {
        let regions = crate::demo::map::draw(&mut dice(crate::demo::SEED, "map"));
        let places = places::name(&regions, &mut dice(crate::demo::SEED, "places"));
        let mut rng = dice(3, "tellings");
        for story in all().expect("the story files are read") {
            for (region, places) in regions.iter().zip(&places) {
                let Some(places) = places else { continue };
                if !story.at.suits(region.setting) || rng.random_bool(0.6) {
                    continue;
                }
                for lang in [Lang::Zh, Lang::En] {
                    let telling = tell(&story, places, "13800000042", lang, &mut rng);
                    for text in [&telling.text, &telling.reply, &telling.place] {
                        assert!(!text.contains(['{', '}', '[', ']', '|']), "{text}");
                        for wrong in [
                            "，，", "，。", "。。", "？，", "！，", "。，", "  ", " ,", "..", "?.", "两社", " a a ",
                            "，！", "、，",
                        ] {
                            assert!(!text.contains(wrong), "{wrong:?} in {text}");
                        }
                        assert!(text.chars().count() <= 600 && text.chars().count() >= 2, "{text}");
                        let han = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                        assert_eq!(han, lang == Lang::Zh, "{text}");
                    }
                }
            }
        }
    }
}
