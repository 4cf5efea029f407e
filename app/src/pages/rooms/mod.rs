//! 有事好商量: deliberation rooms, a room, a new topic.

mod list;
mod new;
mod one;

pub use list::RoomList;
pub use new::NewTopicPage;
pub use one::OneRoom;
pub(crate) use one::decided;
