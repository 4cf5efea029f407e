//! The 28 organisations of the demo town, after the 1+8+N of the specification: one service centre, eight mass
//! organisations, and those who do the work or share the volunteers. Also who usually answers for which category.

use gongzhi_domain::lang::Named;

/// Organisations, as in the articles the specification starts from.
pub const UNITS: usize = 28;

/// An organisation of the demo town.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its code.
    pub code: &'static str,
    /// What kind it is, as the table of units calls it.
    pub kind: &'static str,
    /// The code of the area it sits in.
    pub area: &'static str,
    /// Its name.
    pub name: Named,
    /// What it answers for; empty where it takes no orders.
    pub duties: Named,
    /// A published number: no exchange gives out numbers that begin with 0100.
    pub phone: String,
    /// Whether orders are dispatched to it.
    pub takes_work: bool,
}

#[rustfmt::skip]
const ROWS: [(&str, &str, &str, &str, &str, &str, &str); UNITS] = [
    ("GZZX", "service_centre", "QM", "网格化服务中心", "Grid Service Centre", "受理、派单、回访；咨询建议", "Intake, dispatch, follow-up; questions and suggestions"),
    ("CGJU", "department", "QM", "城市管理局", "City Management Bureau", "路灯照明、市容秩序、噪声油烟、井盖设施", "Street lighting, public order in streets, noise, manhole covers"),
    ("SWJU", "department", "QM", "水务局", "Water Bureau", "供水、排水、灌溉、人畜饮水", "Water supply, drains, irrigation, wells"),
    ("RLGS", "department", "QM", "热力公司", "Heating Company", "集中供热与维修", "District heating and repairs"),
    ("GDGS", "department", "QM", "供电公司", "Power Company", "供电、线路与变压器", "Electricity, lines and transformers"),
    ("HWZX", "department", "QM", "环境卫生中心", "Sanitation Centre", "垃圾清运、道路保洁、公厕", "Rubbish, street cleaning, public toilets"),
    ("JTJU", "department", "QM", "交通运输局", "Transport Bureau", "道路养护、公交、除雪清沙", "Roads, buses, snow and sand clearing"),
    ("ZJJU", "department", "QM", "住房和城乡建设局", "Housing and Construction Bureau", "物业监管、房屋安全、燃气", "Property firms, safety of buildings, gas"),
    ("GAJU", "department", "QM", "公安局", "Public Security Bureau", "交通秩序、停车、治安消防", "Traffic order, parking, safety"),
    ("MZJU", "department", "QM", "民政和社会保障局", "Civil Affairs and Social Security Bureau", "低保救助、养老助残、社保、劳动监察", "Allowances, care, social insurance, wages"),
    ("STLC", "department", "QM", "生态和林草局", "Ecology and Grassland Bureau", "园林绿化、草原保护、防火", "Trees and green space, grassland, fire watch"),
    ("SJJU", "department", "QM", "市场监督管理局", "Market Supervision Bureau", "食品药品、消费维权、电梯", "Food and medicine, consumers, lifts"),
    ("BYJD", "street_office", "BAYN", "巴彦街道办事处", "Bayan Subdistrict Office", "辖区综合协调、矛盾调解", "Coordination and mediation in the subdistrict"),
    ("NYJD", "street_office", "NANY", "南苑街道办事处", "Nanyuan Subdistrict Office", "辖区综合协调、矛盾调解", "Coordination and mediation in the subdistrict"),
    ("ULZF", "street_office", "ULAN", "乌兰苏木人民政府", "Ulaan Sumu Government", "草场纠纷、牧区服务", "Pasture disputes, services for herders"),
    ("ANJU", "property_firm", "BAYN", "安居物业服务公司", "Anju Property Services", "小区日常维修与保洁", "Repairs and cleaning in compounds"),
    ("HMWY", "property_firm", "XNCH", "和美物业服务公司", "Hemei Property Services", "小区日常维修与保洁", "Repairs and cleaning in compounds"),
    ("ZGHU", "mass_organisation", "QM", "总工会", "Federation of Trade Unions", "", ""),
    ("TQWE", "mass_organisation", "QM", "共青团旗委", "Youth League Committee", "", ""),
    ("FLHU", "mass_organisation", "QM", "妇女联合会", "Women's Federation", "", ""),
    ("KXJS", "mass_organisation", "QM", "科学技术协会", "Association for Science and Technology", "", ""),
    ("WLHU", "mass_organisation", "QM", "文学艺术界联合会", "Federation of Literary and Art Circles", "", ""),
    ("CJRL", "mass_organisation", "QM", "残疾人联合会", "Disabled Persons' Federation", "", ""),
    ("GSLH", "mass_organisation", "QM", "工商业联合会", "Federation of Industry and Commerce", "", ""),
    ("HSZH", "mass_organisation", "QM", "红十字会", "Red Cross Society", "", ""),
    ("QMYG", "social_organisation", "NANY", "青木义工协会", "Qingmu Volunteers", "", ""),
    ("MTXL", "social_organisation", "ULAN", "牧民摩托巡逻队", "Herders' Motorcycle Patrol", "", ""),
    ("XYHT", "social_organisation", "BAYN", "夕阳红调解社", "Sunset Red Mediators", "", ""),
];

/// The service centre: where requests arrive and from where they are dispatched and followed up.
pub const CENTRE: &str = "GZZX";

/// All organisations, the service centre first.
#[must_use]
pub fn all() -> Vec<Body> {
    ROWS.iter()
        .zip(101..)
        .map(|(&(code, kind, area, zh, en, duties_zh, duties_en), number)| Body {
            code,
            kind,
            area,
            name: Named::new(zh, en),
            duties: Named::new(duties_zh, duties_en),
            phone: format!("0483-0100{number}"),
            takes_work: !duties_zh.is_empty(),
        })
        .collect()
}

/// The unit that usually answers for a category: the dispatch catalogue of the demo town.
#[must_use]
pub fn usual(category: &str) -> &'static str {
    match category {
        "water" => "SWJU",
        "power" => "GDGS",
        "heating" => "RLGS",
        "lighting" | "noise" | "hazard" => "CGJU",
        "sanitation" => "HWZX",
        "roads" => "JTJU",
        "parking" => "GAJU",
        "greening" => "STLC",
        "property" => "ZJJU",
        "dispute" | "welfare" => "MZJU",
        _ => CENTRE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_centre_and_eight_mass_organisations_among_28() {
        let all = all();
        let count = |kind| all.iter().filter(|body| body.kind == kind).count();
        assert_eq!((all.len(), count("service_centre"), count("mass_organisation")), (UNITS, 1, 8));
        let codes: std::collections::BTreeSet<_> = all.iter().map(|body| body.code).collect();
        assert_eq!(codes.len(), UNITS);
    }

    #[test]
    fn whoever_answers_takes_work() {
        for story in crate::demo::stories::all().expect("the story files are read") {
            let code = story.unit.as_deref().unwrap_or_else(|| usual(&story.category));
            assert!(all().iter().any(|body| body.code == code && body.takes_work), "{code}");
        }
    }
}
