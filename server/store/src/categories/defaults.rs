//! The categories an installation starts with. Words and limits are a beginning: administrators change them.

/// A row of the list an installation starts with.
pub(super) struct Preset {
    pub(super) code: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    /// Divided by commas.
    words: &'static str,
    pub(super) urgency: &'static str,
    pub(super) dispatch_minutes: i32,
    pub(super) reply_minutes: i32,
    pub(super) work_time: bool,
    pub(super) anonymous_allowed: bool,
}

impl Preset {
    /// Words in a resident's text that suggest it.
    pub(super) fn words(&self) -> Vec<String> {
        self.words.split(", ").map(str::to_owned).collect()
    }
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
pub(super) const DEFAULTS: &[Preset] = &[
    Preset {
        code: "hazard",
        zh: "安全隐患",
        en: "Danger",
        urgency: "emergency",
        words: "危险, 隐患, 燃气, 煤气, 漏气, 起火, 着火, 坍塌, 倒塌, 坠落, 裸露电线, 井盖, 消防通道, \
                danger, gas, fire, manhole, collapse",
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
        words: "停水, 漏水, 水管, 自来水, 水压, 下水道, 污水, 积水, 内涝, 堵塞, water, leak, pipe, drain, \
                sewage, flood",
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
        words: "停电, 跳闸, 电压, 电线, 变压器, 断电, power, electricity, outage, voltage",
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
        words: "暖气, 供暖, 供热, 不热, 室温, 地暖, heating, radiator, cold room",
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
        words: "路灯, 照明, 灯不亮, 楼道灯, 太黑, streetlight, street light, lamp, dark at night",
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
        words: "垃圾, 环卫, 清运, 异味, 臭味, 公厕, 脏乱, 小广告, 保洁, rubbish, garbage, trash, smell, \
                toilet, litter",
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
        words: "路面, 坑洼, 道路, 人行道, 红绿灯, 斑马线, 公交, 塌陷, 积雪, road, pothole, pavement, \
                traffic light, bus, crossing, ice",
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
        words: "停车, 车位, 占道, 乱停, 堵门, 充电桩, 僵尸车, parking, parked, charging, blocked by a car",
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
        words: "噪音, 噪声, 扰民, 广场舞, 施工声, 半夜, 音响, 太吵, noise, noisy, loud, music at night",
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
        words: "树木, 树枝, 修剪, 绿化, 草坪, 杂草, 飞絮, 虫害, tree, branch, lawn, weeds, park bench",
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
        words: "物业, 电梯, 门禁, 物业费, 保安, 维修基金, 楼道, 外墙, property, elevator, lift, \
                entrance door, caretaker",
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
        words: "纠纷, 邻居, 吵架, 欠薪, 工资, 拖欠, 草场, 宅基地, 调解, 赔偿, dispute, neighbour, wages, \
                boundary, mediation",
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
        words: "低保, 医保, 社保, 养老, 残疾, 独居, 老人, 救助, 补贴, pension, insurance, benefit, elderly, \
                disability, subsidy",
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
        words: "建议, 希望, 咨询, 请问, 能否, 感谢, 表扬, suggest, advice, question, thank",
        dispatch_minutes: hours(24),
        reply_minutes: work_days(15),
        work_time: true,
        anonymous_allowed: true,
    },
];
