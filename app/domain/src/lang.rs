//! The two languages of the pages, and names that exist in both. Chinese is the default, English the
//! second (README.md, Words).

use serde::{Deserialize, Serialize};

/// A language a page can be shown in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Every language, the default first.
    pub const ALL: &'static [Self] = &[Self::Zh, Self::En];

    /// The BCP 47 tag: what stands in `<html lang>`, in the cookie and in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `zh`, `zh-Hans-CN` or `en_GB`; `None` when it is another language.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        if first.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if first.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The language to answer in: the cookie's when it names one, else the best of `Accept-Language`,
    /// else Chinese. Malformed headers are ignored, never an error.
    #[must_use]
    pub fn choose(cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        cookie.and_then(Self::parse).or_else(|| accept_language.and_then(Self::best_of)).unwrap_or_default()
    }

    fn best_of(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',').take(32) {
            let mut fields = part.split(';');
            let Some(lang) = fields.next().and_then(Self::parse) else {
                continue;
            };
            let weight = fields
                .find_map(|field| field.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(_, so_far)| weight > so_far) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Lang {
    type Err = crate::UnknownCode;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::parse(tag).ok_or_else(|| crate::UnknownCode { of: "Lang", code: tag.to_owned() })
    }
}

/// A name in both languages: of an area, a unit, a category.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The Chinese name, always there.
    pub zh: String,
    /// The English name; empty when nobody has given one.
    pub en: String,
}

impl Named {
    /// A name from its two parts.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The name in a language; the other one where this one is empty.
    #[must_use]
    pub fn in_(&self, lang: Lang) -> &str {
        let (wanted, other) = match lang {
            Lang::Zh => (&self.zh, &self.en),
            Lang::En => (&self.en, &self.zh),
        };
        if wanted.is_empty() { other } else { wanted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_wins_over_the_browser() {
        assert_eq!(Lang::choose(Some("en"), Some("zh-CN,zh;q=0.9")), Lang::En);
        assert_eq!(Lang::choose(Some("nonsense"), Some("en-GB,en;q=0.8")), Lang::En);
        assert_eq!(Lang::choose(None, Some("fr, en;q=0.5, zh;q=0.7")), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("mn, de;q=0.5")), Lang::Zh);
        assert_eq!(Lang::choose(None, Some("zh;q=0, en;q=0.1")), Lang::En);
        assert_eq!(Lang::choose(None, Some(";;;q=,,")), Lang::Zh);
        assert_eq!(Lang::choose(None, None), Lang::Zh);
    }

    #[test]
    fn a_missing_name_falls_back_to_the_other_language() {
        let only_zh = Named::new("巴彦浩特镇", "");
        assert_eq!(only_zh.in_(Lang::En), "巴彦浩特镇");
        assert_eq!(Named::new("甲", "A").in_(Lang::En), "A");
        assert_eq!(Named::new("甲", "A").in_(Lang::Zh), "甲");
    }

    #[test]
    fn codes_are_read_back() {
        for lang in Lang::ALL {
            assert_eq!(lang.code().parse::<Lang>().ok(), Some(*lang));
        }
    }
}
