//! The sheet around a resident's page: top bar, doors, content, foot. One main action a page.

use gongzhi_words::td_string;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::field::escaped;
use super::icon::{Icon, Sign};
use crate::visit::Visit;

/// The doors of the portal: one for every room that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// 首页
    Home,
    /// 诉求
    Requests,
    /// 议事
    Pacts,
    /// 查进度
    Ask,
    /// 我的
    Mine,
}

/// A resident's page.
///
/// With `back` the top bar shows the way back and the page's name; the name is the heading unless `bar` gives the
/// bar another one. Without `back` the bar shows the seal and the visitor's neighbourhood.
#[component]
pub fn Page(
    /// The page's name: the window's title and the heading.
    #[prop(into)]
    title: String,
    /// What the top bar says instead of the title, such as a request's number.
    #[prop(optional, into)]
    bar: Option<String>,
    /// The quiet line under the name in the top bar.
    #[prop(optional, into)]
    sub: Option<String>,
    /// Where "back" leads.
    #[prop(optional, into)]
    back: Option<String>,
    /// The door this page lies behind.
    #[prop(optional)]
    door: Option<Door>,
    /// Keeps the heading for screen readers only, where the content speaks for itself (home).
    #[prop(optional)]
    quiet_heading: bool,
    /// What search engines and shared links say.
    #[prop(optional, into)]
    description: Option<String>,
    /// The page's one main action, kept in reach of the thumb.
    #[prop(optional)]
    action: Option<AnyView>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let heading_in_bar = back.is_some() && bar.is_none();
    let heading = (!heading_in_bar).then(|| {
        view! { <h1 class=quiet_heading.then_some("hidden-text")>{title.clone()}</h1> }
    });
    let name = if back.is_some() { Some(bar.unwrap_or_else(|| title.clone())) } else { bar };
    let read_aloud = visit.elder.then(|| {
        view! {
            <button
                class="button button-secondary read-aloud"
                type="button"
                data-read-aloud="main"
                data-stop=td_string!(lang, common.read_aloud_stop)
                hidden
            >
                {td_string!(lang, common.read_aloud)}
            </button>
        }
    });
    view! {
        <WindowTitle text=format!("{title} · {}", td_string!(lang, common.name)) />
        {description.map(|text| view! { <Meta name="description" content=text /> })}
        <div class="page">
            <a class="skip" href="#main">{td_string!(lang, common.skip)}</a>
            <TopBar name=name sub=sub back=back heading=heading_in_bar />
            <BottomBar door=door />
            <main class="page-main" id="main" tabindex="-1">
                {heading}
                {read_aloud}
                {children()}
                {action.map(|action| view! { <div class="page-action">{action}</div> })}
            </main>
            <Footer />
        </div>
    }
}

/// The window's title. leptos_meta 0.8 writes it as it stands, and it may be a resident's own words.
#[component]
pub fn WindowTitle(
    /// The title, as it is to be read.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <Title text=escaped(&text) /> }
}

/// The seal and the neighbourhood, or the way back and the page's name; on the right large type and language.
#[component]
pub fn TopBar(
    /// The bold line; the neighbourhood when it is not given.
    #[prop(optional_no_strip)]
    name: Option<String>,
    /// The quiet line under it.
    #[prop(optional_no_strip)]
    sub: Option<String>,
    /// Where "back" leads; without it the seal leads home.
    #[prop(optional_no_strip)]
    back: Option<String>,
    /// Whether the bold line is the page's heading.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let (bold, small) = match (name, visit.place) {
        (Some(name), _) => (name, sub),
        (None, Some(place)) => (place.name, sub.or(Some(place.line))),
        (None, None) => {
            let tagline = td_string!(lang, common.tagline).to_owned();
            (td_string!(lang, common.name).to_owned(), sub.or(Some(tagline)))
        }
    };
    let bold = if heading { view! { <h1>{bold}</h1> }.into_any() } else { view! { <b>{bold}</b> }.into_any() };
    let names = view! {
        <span class="top-bar-names">
            {bold}
            {small.map(|small| view! { <small>{small}</small> })}
        </span>
    };
    let start = match back {
        Some(back) => view! {
            <div class="top-bar-home">
                <a class="top-bar-back" href=back>
                    <Icon sign=Sign::Back />
                    <span class="hidden-text">{td_string!(lang, common.back)}</span>
                </a>
                {names}
            </div>
        }
        .into_any(),
        None => view! {
            <a class="top-bar-home" href="/">
                <span class="seal" aria-hidden="true">{td_string!(lang, common.seal)}</span>
                <span class="hidden-text">{td_string!(lang, common.home)}</span>
                {names}
            </a>
        }
        .into_any(),
    };
    view! {
        <header class="top-bar">
            {start}
            <Preferences />
        </header>
    }
}

/// Large type and language: one form, two buttons, no script. The choice is remembered in a cookie.
#[component]
pub fn Preferences() -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let (elder, word, full) = if visit.elder {
        ("0", td_string!(lang, common.elder_off), td_string!(lang, common.elder_off_full))
    } else {
        ("1", td_string!(lang, common.elder_on), td_string!(lang, common.elder_on_full))
    };
    let other = match lang {
        gongzhi_domain::lang::Lang::Zh => gongzhi_domain::lang::Lang::En,
        gongzhi_domain::lang::Lang::En => gongzhi_domain::lang::Lang::Zh,
    };
    view! {
        <form class="top-bar-set" method="post" action="/api/set-preferences">
            <input type="hidden" name="back" value=visit.path />
            <button class="pill" name="elder" value=elder title=full>{word}</button>
            <button
                class="pill"
                name="lang"
                value=other.code()
                lang=other.code()
                title=td_string!(lang, common.other_language_full)
            >
                {td_string!(lang, common.other_language)}
            </button>
        </form>
    }
}

/// The doors, and the desk for those who have one.
#[component]
pub fn BottomBar(
    /// The door that is open.
    #[prop(optional_no_strip)]
    door: Option<Door>,
) -> impl IntoView {
    let visit = Visit::current();
    let lang = visit.lang;
    let doors = [
        (Door::Home, "/", Sign::Home, td_string!(lang, common.home)),
        (Door::Requests, "/requests", Sign::Requests, td_string!(lang, common.door_requests)),
        (Door::Pacts, "/pacts", Sign::Pacts, td_string!(lang, common.door_pacts)),
        (Door::Ask, "/ask", Sign::Search, td_string!(lang, common.door_ask)),
        (Door::Mine, "/me", Sign::Mine, td_string!(lang, common.door_mine)),
    ]
    .map(|(this, href, sign, word)| {
        let current = (door == Some(this)).then_some("page");
        view! {
            <a class="bottom-bar-door" href=href aria-current=current>
                <Icon sign=sign />
                <span>{word}</span>
            </a>
        }
    });
    let desk = visit.staff.then(|| {
        view! {
            <a class="bottom-bar-door" href="/desk">
                <Icon sign=Sign::Desk />
                <span>{td_string!(lang, common.door_desk)}</span>
            </a>
        }
    });
    view! {
        <nav class="bottom-bar" aria-label=td_string!(lang, common.menu)>
            <div class="bottom-bar-doors">{doors.into_iter().collect_view()}{desk}</div>
        </nav>
    }
}

/// Who runs the site, its filing numbers, and the legal pages.
#[component]
pub fn Footer() -> impl IntoView {
    let Visit { lang, site, .. } = Visit::current();
    let operator = (!site.operator.is_empty())
        .then(|| view! { <span>{td_string!(lang, common.operator, name = site.operator)}</span> });
    view! {
        <footer class="footer">
            <div class="footer-inner">
                <nav class="footer-links" aria-label=td_string!(lang, common.foot)>
                    <a href="/terms">{td_string!(lang, common.terms)}</a>
                    <a href="/privacy">{td_string!(lang, common.privacy)}</a>
                    <a href="/accessibility">{td_string!(lang, common.accessibility)}</a>
                    <a href="/takedown">{td_string!(lang, common.takedown)}</a>
                </nav>
                <div class="footer-filing">
                    {operator}
                    {site.contact.map(|contact| view! { <span>{contact}</span> })}
                    {site.icp.map(|icp| view! { <a href="https://beian.miit.gov.cn/" rel="noreferrer">{icp}</a> })}
                    {site.police.map(|police| view! { <a href="https://beian.mps.gov.cn/" rel="noreferrer">{police}</a> })}
                </div>
            </div>
        </footer>
    }
}
