//! Where I am signed in, with "end" on each (people-and-places.md, Signing in).

use gongzhi_api::{Here, form};
use gongzhi_domain::lang::Lang;
use gongzhi_store::sessions;
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use crate::components::{Badge, Button, Door, Form, List, ListItem, Look, Page, Tone};
use crate::pages::reading::{read, summary};
use crate::visit::Visit;

/// My sessions.
#[component]
pub fn Sessions() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let mine = sessions::list_mine(&here.db, &here.actor).await?;
        let flash = form::kept(&here, "end-session").await?;
        let visit = Visit::current();
        let rows = mine.into_iter().map(|session| row(session, &visit)).collect_view();
        Ok(view! {
            <Page title=td_string!(lang, account.sessions) back="/me" door=Door::Mine>
                {summary(&flash, lang)}
                <p class="page-sub">{td_string!(lang, account.sessions_lead)}</p>
                <List>{rows}</List>
            </Page>
        }
        .into_any())
    })
}

fn row(session: sessions::Mine, visit: &Visit) -> AnyView {
    let lang = visit.lang;
    let device = device(&session.agent, lang);
    let line = vec![
        td_string!(lang, account.sessions_seen, at = when::moment(session.last_seen_at, visit.now, lang)),
        td_string!(lang, account.sessions_since, at = when::moment(session.created_at, visit.now, lang)),
        td_string!(lang, account.sessions_from, address = session.client.clone()),
    ];
    let side = if session.this {
        view! { <Badge tone=Tone::Jade text=td_string!(lang, account.sessions_this) /> }.into_any()
    } else {
        let end = td_string!(lang, account.sessions_end_full, device = device.clone());
        let id = session.id.to_string();
        view! {
            <Form verb="end-session" back="/me/sessions" inline=true>
                <input type="hidden" name="session" value=id />
                <Button look=Look::Danger small=true>
                    <span aria-hidden="true">{td_string!(lang, account.sessions_end)}</span>
                    <span class="hidden-text">{end}</span>
                </Button>
            </Form>
        }
        .into_any()
    };
    view! { <ListItem title=device line=line side=side /> }.into_any()
}

/// What a browser calls itself, in words people know.
fn device(agent: &str, lang: Lang) -> String {
    let system = [
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find_map(|(mark, name)| agent.contains(mark).then_some(name));
    let browser = [
        ("MicroMessenger", "微信"),
        ("Edg/", "Edge"),
        ("HuaweiBrowser", "华为浏览器"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    .into_iter()
    .find_map(|(mark, name)| agent.contains(mark).then_some(name))
    .map(|name| match (name, lang) {
        ("微信", Lang::En) => "WeChat",
        ("华为浏览器", Lang::En) => "Huawei Browser",
        (name, _) => name,
    });
    match (system, browser) {
        (Some(system), Some(browser)) => format!("{system} · {browser}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => td_string!(lang, account.sessions_unknown_device).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names_people_know() {
        let wechat = "Mozilla/5.0 (Linux; Android 10; Redmi) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36 MicroMessenger/8.0";
        assert_eq!(device(wechat, Lang::Zh), "Android · 微信");
        assert_eq!(device(wechat, Lang::En), "Android · WeChat");
        assert_eq!(device("curl/8.0", Lang::En), "Unknown device");
    }
}
