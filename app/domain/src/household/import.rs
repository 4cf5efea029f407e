//! A list of households as an office keeps it, read line by line: every problem is named with its row, and nothing is taken over
//! while there is one (people-and-places.md, Import and export). Whether a grid exists and a number is known the store sees.

use crate::error::Reason;
use crate::household::{Capacity, DOOR_MAX, NAME_MAX};
use crate::phone::Phone;
use crate::request::written;

/// The names of the columns, in their order. The first line of a list names them, in any order; `floor_area`, `phone`, `name` and
/// `capacity` may be missing.
pub const COLUMNS: [&str; 8] = ["grid", "compound", "building", "door", "floor_area", "phone", "name", "capacity"];
/// The same in Chinese.
pub const COLUMNS_ZH: [&str; 8] = ["网格", "小区", "楼栋", "门牌", "面积", "电话", "姓名", "身份"];
/// As many rows as are taken over at once.
pub const ROWS_MAX: usize = 5_000;
/// The longest name of a person, in characters.
const PERSON_MAX: u32 = 40;

/// One door of a list, with the person behind it where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line, from 1, the names of the columns included.
    pub line: u32,
    /// The code of the grid.
    pub grid: String,
    /// The compound; empty for a house that stands alone.
    pub compound: String,
    /// The building.
    pub building: String,
    /// The door.
    pub door: String,
    /// Floor area in square centimetres, by the register.
    pub area_cm2: Option<i64>,
    /// The person's number and name, and as what they belong there.
    pub person: Option<(Phone, String, Capacity)>,
}

/// One thing that is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line it is in, from 1; 0 for the list as a whole.
    pub line: u32,
    /// The column: one of [`COLUMNS`].
    pub column: &'static str,
    /// What is wrong.
    pub reason: Reason,
}

/// Reads a list: commas, tabs or semicolons between cells, quotes around a cell that holds one of them. Answers the rows that can
/// be read and everything that is wrong with the others; a door that stands twice with the same person is a problem of the second.
#[must_use]
pub fn read(text: &str) -> (Vec<Row>, Vec<Problem>) {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = (1_u32..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, head)) = lines.next() else {
        return (Vec::new(), vec![Problem { line: 0, column: "grid", reason: Reason::Missing }]);
    };
    let between = [',', '\t', ';'].into_iter().max_by_key(|c| head.matches(*c).count()).unwrap_or(',');
    let head = cells(head, between);
    let at = |name: usize| {
        head.iter().position(|cell| {
            let cell = cell.trim();
            cell.eq_ignore_ascii_case(COLUMNS[name]) || cell == COLUMNS_ZH[name]
        })
    };
    let places: Vec<Option<usize>> = (0..COLUMNS.len()).map(at).collect();
    let mut problems: Vec<Problem> = [0_usize, 2, 3]
        .into_iter()
        .filter(|needed| places[*needed].is_none())
        .map(|needed| Problem { line: 0, column: COLUMNS[needed], reason: Reason::Missing })
        .collect();
    if !problems.is_empty() {
        return (Vec::new(), problems);
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (line, text) in lines {
        if rows.len() >= ROWS_MAX {
            let reason = Reason::OutOfRange { min: 1, max: ROWS_MAX as i64 };
            problems.push(Problem { line, column: "door", reason });
            break;
        }
        let cells = cells(text, between);
        let cell =
            |name: usize| places[name].and_then(|place| cells.get(place)).map_or("", |cell| cell.trim()).to_owned();
        match row(line, &cell) {
            Ok(row) => {
                let key = (
                    row.grid.clone(),
                    row.compound.clone(),
                    row.building.clone(),
                    row.door.clone(),
                    row.person.as_ref().map(|(phone, _, capacity)| (phone.full().to_owned(), *capacity)),
                );
                if seen.insert(key) {
                    rows.push(row);
                } else {
                    problems.push(Problem { line, column: "door", reason: Reason::Taken });
                }
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    (rows, problems)
}

fn row(line: u32, cell: &dyn Fn(usize) -> String) -> Result<Row, Vec<Problem>> {
    let mut wrong = Vec::new();
    let mut found = |column: usize, reason| wrong.push(Problem { line, column: COLUMNS[column], reason });
    for (column, min, max) in [(0, 1, 16), (1, 0, NAME_MAX), (2, 1, NAME_MAX), (3, 1, DOOR_MAX), (6, 0, PERSON_MAX)] {
        if let Err(reason) = written(&cell(column), min, max) {
            found(column, reason);
        }
    }
    let area_cm2 = match cell(4).as_str() {
        "" => None,
        typed => match square_centimetres(typed) {
            Some(area) => Some(area),
            None => {
                found(4, Reason::NotANumber);
                None
            }
        },
    };
    let person = match cell(5).as_str() {
        "" => None,
        typed => {
            let phone = Phone::parse(typed).map_err(|reason| found(5, reason)).ok();
            let capacity = match cell(7).as_str() {
                "" | "居民" => Some(Capacity::Resident),
                "村民" => Some(Capacity::Villager),
                "业主" => Some(Capacity::Owner),
                "租户" => Some(Capacity::Tenant),
                code => code.parse().map_err(|_| found(7, Reason::NotAChoice)).ok(),
            };
            phone.zip(capacity).map(|(phone, capacity)| (phone, cell(6), capacity))
        }
    };
    if wrong.is_empty() {
        Ok(Row { line, grid: cell(0), compound: cell(1), building: cell(2), door: cell(3), area_cm2, person })
    } else {
        Err(wrong)
    }
}

/// Square metres with up to two decimals, as a register gives them, in square centimetres; `None` when it is none, is not above
/// zero or is larger than a hectare. Never by way of a float.
#[must_use]
pub fn square_centimetres(typed: &str) -> Option<i64> {
    let typed = typed.trim();
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || part.len() > 2 || !(part.is_empty() || digits(part)) || whole.len() > 5 {
        return None;
    }
    let hundredths: i64 = format!("{part:0<2}").parse().ok()?;
    let area = whole.parse::<i64>().ok()? * 10_000 + hundredths * 100;
    (1..=100_000_000).contains(&area).then_some(area)
}

/// The cells of a line; a quoted cell may hold the character between cells, a doubled quote stands for one.
fn cells(line: &str, between: char) -> Vec<String> {
    let mut cells = Vec::new();
    let (mut cell, mut quoted) = (String::new(), false);
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if c == between && !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}
