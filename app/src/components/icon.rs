//! The drawn signs, inline so that they need no request and take the text's colour.

use leptos::prelude::*;

/// What a sign stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// 诉求: somebody speaks.
    Requests,
    /// 首页: a house.
    Home,
    /// 议事: a page with its clauses.
    Pacts,
    /// 我的: a person.
    Mine,
    /// The staff's desk.
    Desk,
    /// Back.
    Back,
    /// On.
    Next,
    /// A place.
    Place,
    /// Search.
    Search,
    /// Good to know.
    Info,
    /// Done.
    Done,
    /// Careful.
    Warn,
    /// Danger.
    Danger,
}

/// A sign of 1.5 em in the colour of the text. Decoration: the words beside it say the same.
#[component]
pub fn Icon(
    /// What it stands for.
    sign: Sign,
) -> impl IntoView {
    let path = match sign {
        Sign::Requests => "M4 5h16v11H9l-5 4zM8 9h8M8 12.5h5",
        Sign::Home => "M4 11.5L12 4l8 7.5M6 10v10h4.5v-5.5h3V20H18V10",
        Sign::Pacts => "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h6M9 16h6",
        Sign::Mine => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3.3-6 7.5-6s7.5 2 7.5 6",
        Sign::Desk => "M3 5h18v11H3zM9 20h6M12 16v4M7 9h6M7 12h4",
        Sign::Back => "M14.5 5l-7 7 7 7",
        Sign::Next => "M9.5 5l7 7-7 7",
        Sign::Place => "M12 21s7-6 7-11.5a7 7 0 0 0-14 0C5 15 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
        Sign::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5",
        Sign::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.2v.1",
        Sign::Done => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.3l2.8 2.8L16 9.5",
        Sign::Warn => "M12 3.5L22 20.5H2zM12 10v5M12 17.8v.1",
        Sign::Danger => "M12 2.5L21.5 12 12 21.5 2.5 12zM12 7.5v5.5M12 16.2v.1",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}
