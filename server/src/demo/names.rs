//! Invented people: plausible Han and Mongolian names in Chinese characters with their Roman spelling. Any likeness
//! is chance; the parts are common and the combinations thrown by dice.

use gongzhi_domain::lang::Named;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

#[rustfmt::skip]
const SURNAMES: &[(&str, &str)] = &[
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"), ("黄", "Huang"), ("周", "Zhou"),
    ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("马", "Ma"), ("朱", "Zhu"), ("胡", "Hu"), ("郭", "Guo"), ("何", "He"), ("高", "Gao"), ("罗", "Luo"),
    ("郑", "Zheng"), ("梁", "Liang"), ("谢", "Xie"), ("宋", "Song"), ("唐", "Tang"), ("许", "Xu"), ("韩", "Han"), ("冯", "Feng"), ("邓", "Deng"),
    ("曹", "Cao"), ("彭", "Peng"), ("曾", "Zeng"), ("田", "Tian"), ("董", "Dong"), ("潘", "Pan"), ("袁", "Yuan"), ("蔡", "Cai"), ("蒋", "Jiang"),
    ("余", "Yu"), ("杜", "Du"), ("叶", "Ye"), ("魏", "Wei"), ("苏", "Su"), ("任", "Ren"), ("卢", "Lu"), ("白", "Bai"), ("段", "Duan"),
];

#[rustfmt::skip]
const GIVEN: &[(&str, &str)] = &[
    ("秀英", "Xiuying"), ("桂兰", "Guilan"), ("建国", "Jianguo"), ("志强", "Zhiqiang"), ("晓燕", "Xiaoyan"), ("海涛", "Haitao"), ("玉梅", "Yumei"),
    ("文斌", "Wenbin"), ("丽娟", "Lijuan"), ("国栋", "Guodong"), ("雪", "Xue"), ("永红", "Yonghong"), ("立军", "Lijun"), ("春花", "Chunhua"),
    ("天宇", "Tianyu"), ("子涵", "Zihan"), ("雨桐", "Yutong"), ("浩然", "Haoran"), ("俊杰", "Junjie"), ("思琪", "Siqi"), ("淑芬", "Shufen"),
    ("明亮", "Mingliang"), ("振华", "Zhenhua"), ("小龙", "Xiaolong"), ("红霞", "Hongxia"), ("福生", "Fusheng"), ("长青", "Changqing"), ("瑞", "Rui"),
    ("佳怡", "Jiayi"), ("凤琴", "Fengqin"), ("广义", "Guangyi"), ("守业", "Shouye"), ("彩云", "Caiyun"), ("润泽", "Runze"), ("晨", "Chen"),
    ("翠萍", "Cuiping"), ("学文", "Xuewen"), ("玲", "Ling"), ("德胜", "Desheng"), ("宁", "Ning"), ("金凤", "Jinfeng"), ("宏伟", "Hongwei"),
];

#[rustfmt::skip]
const MONGOLIAN: &[(&str, &str)] = &[
    ("巴特尔", "Bataar"), ("其其格", "Tsetseg"), ("苏日娜", "Surnaa"), ("萨仁", "Saran"), ("阿拉坦", "Altan"), ("朝鲁", "Chuluu"), ("格日勒", "Gerel"),
    ("娜仁", "Naran"), ("哈斯", "Khas"), ("宝音", "Buyan"), ("图雅", "Tuyaa"), ("巴雅尔", "Bayar"), ("特木尔", "Temur"), ("斯琴", "Setsen"),
    ("那日苏", "Narsu"), ("孟和", "Munkh"), ("其木格", "Chimeg"), ("高娃", "Goowa"), ("敖登", "Odon"), ("布和", "Bukh"), ("乌云", "Uyun"),
];

/// Second parts of a Mongolian name of two parts.
#[rustfmt::skip]
const SECOND: &[(&str, &str)] = &[
    ("高娃", "goowa"), ("其其格", "tsetseg"), ("巴图", "bat"), ("格日勒", "gerel"), ("图雅", "tuyaa"), ("朝克图", "chogt"), ("毕力格", "bilig"),
];

/// A name; about every fifth is Mongolian.
pub fn anybody(rng: &mut ChaCha8Rng) -> Named {
    if rng.random_bool(0.2) { herder(rng) } else { han(rng) }
}

/// A Mongolian name.
pub fn herder(rng: &mut ChaCha8Rng) -> Named {
    let first = pick(MONGOLIAN, rng);
    if rng.random_bool(0.4) {
        let second = pick(SECOND, rng);
        if !first.0.contains(second.0) && second.0 != first.0 {
            return Named::new(format!("{}{}", first.0, second.0), format!("{}{}", first.1, second.1));
        }
    }
    Named::new(first.0, first.1)
}

/// A Han name, the surname first in both spellings.
pub fn han(rng: &mut ChaCha8Rng) -> Named {
    let (surname, given) = (pick(SURNAMES, rng), pick(GIVEN, rng));
    Named::new(format!("{}{}", surname.0, given.0), format!("{} {}", surname.1, given.1))
}

/// A surname.
pub fn surname(rng: &mut ChaCha8Rng) -> Named {
    let surname = pick(SURNAMES, rng);
    Named::new(surname.0, surname.1)
}

fn pick(from: &[(&'static str, &'static str)], rng: &mut ChaCha8Rng) -> (&'static str, &'static str) {
    from.choose(rng).copied().unwrap_or_default()
}
