//! The path 三上三下一签 as it is drawn: nine points, up at the committee, down among the residents.

use super::Stage;
use serde::{Deserialize, Serialize};

coded! {
    /// A point of the path.
    pub enum Point {
        /// 起草: somebody took it up.
        Begun = "begun",
        /// 一上
        Up1 = "up1",
        /// 一下
        Down1 = "down1",
        /// 二上
        Up2 = "up2",
        /// 二下
        Down2 = "down2",
        /// 三上
        Up3 = "up3",
        /// 三下: announced, voted, the result.
        Down3 = "down3",
        /// 签: signed, then posted.
        Sign = "sign",
        /// 行: kept.
        InForce = "in_force",
    }
}

impl Point {
    /// Whether it is drawn up, at the committee's height; the others lie down, among the residents.
    #[must_use]
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Up1 | Self::Up2 | Self::Up3 | Self::Sign)
    }

    /// The point a stage belongs to.
    #[must_use]
    pub const fn of(stage: Stage) -> Self {
        match stage {
            Stage::Up1 => Self::Up1,
            Stage::Down1 => Self::Down1,
            Stage::Up2 => Self::Up2,
            Stage::Down2 => Self::Down2,
            Stage::Up3 => Self::Up3,
            Stage::Notice | Stage::Down3 | Stage::Result => Self::Down3,
            Stage::Sign | Stage::Publish => Self::Sign,
            Stage::InForce | Stage::Ended => Self::InForce,
        }
    }
}

coded! {
    /// Where a point lies from where the pact is.
    pub enum Passed {
        /// Behind it.
        Done = "done",
        /// It is there.
        Now = "now",
        /// Before it.
        Later = "later",
    }
}

/// A point with its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The point.
    pub point: Point,
    /// Its state.
    pub passed: Passed,
}

/// The nine points for a stage. One of them is now, except that everything is done when the pact has ended.
#[must_use]
pub fn zigzag(stage: Stage) -> [Step; 9] {
    use Point::{Begun, Down1, Down2, Down3, InForce, Sign, Up1, Up2, Up3};
    let here = Point::of(stage);
    [Begun, Up1, Down1, Up2, Down2, Up3, Down3, Sign, InForce].map(|point| {
        let passed = match point.cmp(&here) {
            std::cmp::Ordering::Less => Passed::Done,
            std::cmp::Ordering::Equal if stage == Stage::Ended => Passed::Done,
            std::cmp::Ordering::Equal => Passed::Now,
            std::cmp::Ordering::Greater => Passed::Later,
        };
        Step { point, passed }
    })
}
