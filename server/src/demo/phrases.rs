//! Small sentences of the demo town: what officers note, what residents add to a rating, what a moderator takes out.

use gongzhi_domain::lang::Lang;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

fn pick(from: &[&'static str], rng: &mut ChaCha8Rng) -> &'static str {
    from.choose(rng).copied().unwrap_or_default()
}

fn either(lang: Lang, zh: &[&'static str], en: &[&'static str], rng: &mut ChaCha8Rng) -> &'static str {
    pick(if lang == Lang::Zh { zh } else { en }, rng)
}

/// What came of a word with the resident.
pub fn contact(rng: &mut ChaCha8Rng) -> &'static str {
    pick(
        &[
            "已电话联系反映人，核实位置和情况，约定到场时间。",
            "电话联系，反映人补充了具体楼栋，表示白天都在家。",
            "到现场与反映人见面，情况属实。",
            "已联系，反映人希望尽快处理，不需要上门。",
            "联系两次后接通，说明了处理步骤和大致时间。",
            "短信和电话告知办理进度，反映人表示理解。",
            "现场拍照并与反映人确认处理方案。",
        ],
        rng,
    )
}

/// A note for colleagues.
pub fn internal(rng: &mut ChaCha8Rng) -> &'static str {
    pick(
        &[
            "材料已从库房领取，费用列入本月维修。",
            "同类问题本季度该片区已有三起，建议统一排查。",
            "施工两人，用时约半天，照片已存档。",
            "反映人情绪平和，对处理结果认可。",
            "后续需物业配合，已记入台账。",
            "设备老化，已报采购计划。",
            "与社区网格员共同到场。",
            "反映人年纪较大，沟通时请放慢语速。",
        ],
        rng,
    )
}

/// Why a manager sends a reply back.
pub fn remark(rng: &mut ChaCha8Rng) -> &'static str {
    pick(
        &[
            "请写明完成时间和具体做法，不要只写“已处理”。",
            "补一张处理后的照片再报。",
            "答复没有回应反映人的第二个问题，请补充。",
            "语气再亲切一些，专业名词请解释。",
            "先和反映人确认后再提交。",
        ],
        rng,
    )
}

/// What a resident adds to a rating.
pub fn comment(lang: Lang, satisfied: u8, rng: &mut ChaCha8Rng) -> &'static str {
    match satisfied {
        5 => either(
            lang,
            &[
                "处理得很快，谢谢！",
                "没想到当天就来了，点赞。",
                "师傅态度很好，活也干得干净。",
                "非常满意，希望一直这样。",
                "说到做到，感谢。",
                "邻居们都说好。",
            ],
            &[
                "Very quick, thank you!",
                "They came the same day, well done.",
                "Friendly people and clean work.",
                "All the neighbours are pleased.",
            ],
            rng,
        ),
        4 => either(
            lang,
            &[
                "解决了，就是等的时间有点长。",
                "基本满意，地面再扫干净点就好了。",
                "好了，谢谢。",
                "结果不错，过程中要是早点打个电话更好。",
            ],
            &[
                "Solved, though it took a while.",
                "Good. A call beforehand would have been nice.",
                "It works now, thanks.",
            ],
            rng,
        ),
        3 => either(
            lang,
            &["一般吧，能用了。", "先看看能坚持多久。", "解决了一半，剩下的等通知。"],
            &["So-so, but it works.", "Let us see how long it lasts.", "Half of it is done."],
            rng,
        ),
        _ => either(
            lang,
            &["拖得太久了。", "来来回回打了好几次电话才办。"],
            &["It took far too long.", "I had to ring again and again."],
            rng,
        ),
    }
}

/// Why a resident says that it is not solved.
pub fn cause(lang: Lang, rng: &mut ChaCha8Rng) -> &'static str {
    either(
        lang,
        &[
            "修好两天又坏了，请再来看看。",
            "只处理了一半，旁边那处还是老样子。",
            "当时是好了，昨天又和以前一样。",
            "根本没有人到现场，怎么就办结了？",
            "清是清了，第二天又堆满了，要有长效办法。",
        ],
        &[
            "It worked for two days and broke again.",
            "Only half was done, the place beside it is as before.",
            "Nobody has been here, so how can it be finished?",
            "It was fine at first, since yesterday it is as it was.",
        ],
        rng,
    )
}

/// The reply of the second round.
pub fn second_reply(lang: Lang, rng: &mut ChaCha8Rng) -> &'static str {
    either(
        lang,
        &[
            "经再次现场核查，前次处理不彻底，已重新施工并请您当面确认。对给您带来的反复表示歉意。",
            "已查明反复出现的原因并更换关键部件，今后一个月内每周回看一次，如再有问题请直接与我们联系。",
            "二次办理时负责人带队到场，连同周边同类问题一并处理完毕，并已建立定期巡查。",
            "已与相关单位现场会商，明确了责任人和时间表，目前已按要求整改到位，感谢您的耐心。",
        ],
        &[
            "We looked again: the first repair was not thorough. It has been redone and you confirmed it on the spot. We apologise for the trouble.",
            "The cause has been found and the part replaced. We will look at it weekly for a month; please ring us directly if anything is wrong.",
            "This time the manager came along, and similar places nearby were put right as well. There are regular checks now.",
        ],
        rng,
    )
}

/// What a moderator takes out of a text.
pub fn rude(lang: Lang, rng: &mut ChaCha8Rng) -> &'static str {
    either(
        lang,
        &["一群白吃饭的！", "再不管我就骂人了，一帮混蛋。", "都是些吃干饭的废物。"],
        &[" What a bunch of idiots.", " Useless scoundrels, all of them."],
        rng,
    )
}

/// What makes a moderator hide a text: somebody's home and name.
pub fn pillory(lang: Lang, rng: &mut ChaCha8Rng) -> &'static str {
    either(
        lang,
        &[
            "就是二单元四楼西户姓曹的那家干的，在水泥厂上班，大家都去找他！",
            "他家孩子在三班上学，叫小宇，让学校好好管管。",
            "当事人是五楼东户的郭某，去年离的婚，人品可想而知。",
        ],
        &[
            " It is the Cao family on the fourth floor west, he works at the cement plant. Go and tell him!",
            " Their boy Xiaoyu is in class three, the school should know.",
        ],
        rng,
    )
}

/// By which rule an order goes to a unit.
pub fn basis(unit: &str) -> &'static str {
    match unit {
        "GZZX" => "派单目录：咨询、建议和表扬由网格化服务中心答复",
        "BYJD" | "NYJD" | "ULZF" => "派单目录：辖区内邻里和草场纠纷由街道、苏木调解",
        "ANJU" | "HMWY" => "派单目录：小区公共部位的日常维修由物业企业负责",
        _ => "派单目录：按行业主管部门职责",
    }
}
