//! What the requests and replies say: some thousand different texts, put together
//! from what residents of such towns write about, so that a word of the search has
//! the frequency it has in life: "路灯" in every fourteenth text or so, a lamp post's
//! own number in one.

/// Categories with what is said in them; the codes are those a new installation has.
const MATTERS: [(&str, [&str; 4]); 14] = [
    (
        "hazard",
        [
            "井盖翘起来了，晚上看不见",
            "墙皮整块往下掉，差点砸到人",
            "楼道里有人给电动车飞线充电",
            "施工围挡被风刮倒，堵了半边路",
        ],
    ),
    (
        "water",
        [
            "水管漏水三天了，没有人来修",
            "下水道返味，一楼家家开不了窗",
            "自来水发黄，放十分钟也不清",
            "雨后路口积水没过脚面",
        ],
    ),
    (
        "power",
        [
            "晚饭时候停电，跳闸两次",
            "电线垂得很低，伸手就够得着",
            "变压器嗡嗡响，夜里睡不着",
            "整栋楼电压不稳，灯一闪一闪",
        ],
    ),
    (
        "heating",
        ["暖气不热，家里只有十四度", "供暖管道漏水，楼梯结了冰", "顶楼三家都不热，物业说等", "去年换的阀门又坏了"],
    ),
    (
        "lighting",
        [
            "路灯坏了五盏，放学的孩子摸黑走",
            "路灯白天亮晚上灭",
            "楼道灯坏了，老人下楼摔过一次",
            "新修的路一直没有装路灯",
        ],
    ),
    (
        "sanitation",
        ["垃圾桶满了三天没有清运", "烧烤摊收摊后满地油污", "建筑垃圾倒在绿地边上", "公厕没有水，也没有人打扫"],
    ),
    (
        "roads",
        [
            "路面有一个大坑，骑车的人绕着走",
            "斑马线磨没了，车不让人",
            "人行道的砖松了，下雨溅一身水",
            "红绿灯配时太短，老人过不去",
        ],
    ),
    ("parking", ["消防通道停满了车", "门口画了车位还是有人横着停", "货车夜里停在学校门口", "共享单车把盲道占了"]),
    (
        "noise",
        [
            "夜里十一点还在施工，噪声很大",
            "广场舞音箱开到最大，噪声受不了",
            "楼下加工门窗，噪声和粉尘都有",
            "空调外机噪声整夜不停",
        ],
    ),
    (
        "greening",
        ["树枝压着电线，刮风就冒火花", "草坪种上没几天就枯了", "杨絮太多，出门要戴口罩", "有人在绿化带里种菜"],
    ),
    (
        "property",
        ["电梯停了一星期，高层的老人下不来", "物业费涨了没有公示", "门禁坏了谁都能进", "楼顶漏雨，物业推给开发商"],
    ),
    ("dispute", ["邻居把杂物堆在公共走廊", "两家为了一堵墙吵了半年", "楼上漏水不肯赔", "狗不拴绳，孩子害怕"]),
    ("welfare", ["老人独居，想申请助餐", "残疾证到期不知道在哪里换", "低保复审的材料不清楚", "想给高龄老人装扶手"]),
    ("advice", ["希望在公交站加一个遮阳棚", "建议把集市挪到空场去", "希望图书室晚上也开", "建议给学校门口加减速带"]),
];
const PLACES: [&str; 20] = [
    "东关小学门口",
    "南园菜市场北侧",
    "红旗路和青木街路口",
    "西城花园二期",
    "沙河桥头",
    "中街老粮库对面",
    "北苑六号楼",
    "火车站广场",
    "人民医院后门",
    "白音路公交站旁",
    "文化广场西边",
    "供销社家属院",
    "东湾新村",
    "乌兰图市场",
    "实验中学操场外",
    "南营大街十二号",
    "河西巷",
    "三道沟村口",
    "工业园二路",
    "幸福里小区",
];
const ENDINGS: [&str; 5] = [
    "请尽快派人来看看。",
    "打过电话，说会来，一直没有来。",
    "麻烦帮忙问问归谁管，谢谢。",
    "已经不是第一次反映了。",
    "希望能给个准话。",
];
const REPLIES: [&str; 8] = [
    "已派人到现场查看并修复，请您留意使用情况。",
    "经核实，问题属实，已责成责任单位三日内整改，现已完成。",
    "该处属老旧管网，已列入今年改造计划，先行临时处理。",
    "已与双方见面调解，达成一致，后续由网格员跟进。",
    "现场未发现所述情况，已电话向您说明，如再出现请随时告诉我们。",
    "已清理完毕，并增加了每日巡查次数。",
    "材料清单已通过电话告知，可到服务大厅一号窗口办理。",
    "感谢您的建议，已转相关部门研究，结果会在这里公布。",
];
/// Different texts a category has.
const EACH: usize = 320;

/// A text and the category it falls into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The category's code.
    pub category: &'static str,
    /// What is written.
    pub words: String,
}

/// The requests' texts, those of one category after those of another.
pub fn of_requests() -> Vec<Text> {
    let one = |(category, matters): &(&'static str, [&str; 4]), at: usize| {
        let matter = matters.get(at % matters.len()).copied().unwrap_or_default();
        let place = PLACES.get(at / matters.len() % PLACES.len()).copied().unwrap_or_default();
        let ending = ENDINGS.get(at % ENDINGS.len()).copied().unwrap_or_default();
        let mark = format!("{}{at:04}", category.get(..1).unwrap_or_default().to_uppercase());
        let words = format!(
            "{place}{matter}。杆号 {mark}，在路的{}。{ending}",
            if at.is_multiple_of(2) { "东侧" } else { "西侧" }
        );
        Text { category, words }
    };
    MATTERS.iter().flat_map(|matters| (0..EACH).map(move |at| one(matters, at))).collect()
}

/// The replies' texts.
pub fn of_replies() -> Vec<String> {
    let one = |at: usize| {
        let reply = REPLIES.get(at % REPLIES.len()).copied().unwrap_or_default();
        let place = PLACES.get(at / REPLIES.len() % PLACES.len()).copied().unwrap_or_default();
        format!("您反映的{place}的事：{reply}")
    };
    (0..REPLIES.len() * PLACES.len()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_differ_and_are_as_long_as_the_form_allows() {
        let texts = of_requests();
        assert_eq!(texts.len(), MATTERS.len() * EACH);
        let different: BTreeSet<&str> = texts.iter().map(|text| text.words.as_str()).collect();
        assert_eq!(different.len(), texts.len());
        assert!(texts.iter().all(|text| (20..200).contains(&text.words.chars().count())));
        assert_eq!(of_replies().iter().collect::<BTreeSet<_>>().len(), 160);
    }

    #[test]
    fn words_are_as_common_as_they_are_said_to_be() {
        let texts = of_requests();
        let with = |word: &str| texts.iter().filter(|text| text.words.contains(word)).count();
        assert!((EACH / 2..EACH * 2).contains(&with("路灯")), "{}", with("路灯"));
        assert_eq!(with("L0007"), 1);
    }
}
