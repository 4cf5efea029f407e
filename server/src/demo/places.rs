//! What things are called in an area of the demo town: its housing compounds, roads, school, market and park.
//! Stories name them, so that two requests from one neighbourhood sound like it.

use gongzhi_domain::lang::Named;
use rand::RngExt as _;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand_chacha::ChaCha8Rng;

use super::map::{Region, Setting};

/// The places of one community, village or gacha.
#[derive(Debug, Clone)]
pub struct Places {
    /// The community itself with its kind.
    pub community: Named,
    /// Housing compounds; of the nearest town for villages.
    pub compounds: Vec<Named>,
    /// Streets.
    pub roads: Vec<Named>,
    /// The primary school.
    pub school: Named,
    /// The market.
    pub market: Named,
    /// The park.
    pub park: Named,
}

impl Places {
    /// No places at all.
    #[must_use]
    pub const fn nowhere() -> Self {
        const NAMELESS: Named = Named { zh: String::new(), en: String::new() };
        Self {
            community: NAMELESS,
            compounds: Vec::new(),
            roads: Vec::new(),
            school: NAMELESS,
            market: NAMELESS,
            park: NAMELESS,
        }
    }
}

#[rustfmt::skip]
const COMPOUND_FIRST: &[(&str, &str)] = &[
    ("锦绣", "Jinxiu"), ("金色", "Jinse"), ("阳光", "Yangguang"), ("翠湖", "Cuihu"), ("和顺", "Heshun"), ("丽景", "Lijing"), ("书香", "Shuxiang"),
    ("安泰", "Antai"), ("瑞祥", "Ruixiang"), ("福满", "Fuman"), ("东方", "Dongfang"), ("银杏", "Yinxing"), ("枫林", "Fenglin"), ("云锦", "Yunjin"),
    ("长青", "Changqing"), ("祥和", "Xianghe"), ("康居", "Kangju"), ("嘉和", "Jiahe"), ("绿洲", "Lüzhou"), ("天合", "Tianhe"), ("沁园", "Qinyuan"),
];
#[rustfmt::skip]
const COMPOUND_LAST: &[(&str, &str)] = &[("家园", "Gardens"), ("小区", "Estate"), ("花园", "Park Homes"), ("苑", "Court"), ("新村", "New Village")];
#[rustfmt::skip]
const ROADS: &[(&str, &str)] = &[
    ("和平路", "Heping Road"), ("新华街", "Xinhua Street"), ("巴彦路", "Bayan Road"), ("民主路", "Minzhu Road"), ("团结街", "Tuanjie Street"),
    ("建设路", "Jianshe Road"), ("胡杨路", "Huyang Road"), ("骆驼街", "Camel Street"), ("玉河路", "Yuhe Road"), ("腾飞路", "Tengfei Road"),
    ("学府路", "Xuefu Road"), ("南苑路", "Nanyuan Road"), ("渡口街", "Dukou Street"), ("沙枣路", "Shazao Road"), ("文化巷", "Wenhua Lane"),
    ("迎宾大道", "Yingbin Avenue"), ("环城北路", "North Ring Road"), ("东关街", "Dongguan Street"), ("兴业街", "Xingye Street"),
    ("建材路", "Jiancai Road"), ("站前街", "Station Street"), ("丁香路", "Lilac Road"), ("云杉路", "Spruce Road"), ("杏花街", "Apricot Street"),
];
#[rustfmt::skip]
const PARKS: &[(&str, &str)] = &[
    ("南湖公园", "South Lake Park"), ("胡杨公园", "Poplar Park"), ("人民公园", "People's Park"), ("滨河公园", "Riverside Park"),
    ("青木广场", "Qingmu Square"), ("驼铃公园", "Camel Bell Park"), ("体育公园", "Sports Park"),
];

/// Names the places of every community of the map, in the order of the regions; `None` for other levels.
#[must_use]
pub fn name(regions: &[Region], rng: &mut ChaCha8Rng) -> Vec<Option<Places>> {
    let mut names: Vec<Named> = COMPOUND_FIRST
        .iter()
        .flat_map(|first| {
            COMPOUND_LAST
                .iter()
                .map(|last| Named::new(format!("{}{}", first.0, last.0), format!("{} {}", first.1, last.1)))
        })
        .collect();
    names.shuffle(rng);
    let mut free = names.iter().cloned().cycle();
    regions
        .iter()
        .map(|region| {
            if region.level != 2 {
                return None;
            }
            let street = regions.get(region.parent?)?;
            let roads = ROADS.sample(rng, 4).map(|r| Named::new(r.0, r.1)).collect();
            let school = if region.setting == Setting::Urban {
                Named::new(format!("{}小学", region.short.zh), format!("{} Primary School", region.short.en))
            } else {
                Named::new(format!("{}中心小学", street.short.zh), format!("{} Central School", street.short.en))
            };
            let park = PARKS.choose(rng).copied().unwrap_or_default();
            Some(Places {
                community: region.name.clone(),
                compounds: free.by_ref().take(if region.setting == Setting::Urban { 4 } else { 1 }).collect(),
                roads,
                school,
                market: Named::new(format!("{}农贸市场", street.short.zh), format!("{} market", street.short.en)),
                park: Named::new(park.0, park.1),
            })
        })
        .collect()
}

/// A time of evening, as people say it.
pub fn evening(rng: &mut ChaCha8Rng) -> Named {
    const TIMES: &[(&str, &str)] = &[
        ("晚上八点", "eight in the evening"),
        ("晚上九点", "nine in the evening"),
        ("半夜十二点", "midnight"),
        ("晚上十点", "ten at night"),
    ];
    let time = TIMES[rng.random_range(0..TIMES.len())];
    Named::new(time.0, time.1)
}
