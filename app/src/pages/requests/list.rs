//! The public list: filters as a plain GET form, so that every view of it is an address.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::order::Stage;
use gongzhi_store::requests::ListQuery;
use gongzhi_store::{areas, categories, requests};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::cards::Cards;
use super::said;
use crate::components::{Button, Choice, Door, EmptyState, Look, Page, Pager, Select, TextInput};
use crate::pages::reading::{asked, read};

/// What was asked for, as it stands in the address.
#[derive(Clone, Default)]
struct Asked {
    area: String,
    category: String,
    stage: String,
    words: String,
    cursor: String,
}

impl Asked {
    fn read() -> Self {
        let of = |name| asked(name).unwrap_or_default();
        Self { area: of("area"), category: of("category"), stage: of("stage"), words: of("words"), cursor: of("from") }
    }

    fn filtered(&self) -> bool {
        [&self.area, &self.category, &self.stage, &self.words].into_iter().any(|value| !value.is_empty())
    }

    /// The address of the same list, from another place on.
    fn address(&self, from: Option<&str>) -> String {
        let mut query = Vec::new();
        let pairs = [
            ("area", self.area.as_str()),
            ("category", &self.category),
            ("stage", &self.stage),
            ("words", &self.words),
        ];
        for (name, value) in pairs.into_iter().chain(from.map(|from| ("from", from))) {
            if !value.is_empty() {
                query.push(format!("{name}={}", gongzhi_api::form::encode(value)));
            }
        }
        if query.is_empty() { "/requests".to_owned() } else { format!("/requests?{}", query.join("&")) }
    }

    /// Values that are none of the choices count as not chosen: an old link still shows a list.
    fn query(&self) -> ListQuery {
        let some = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
        ListQuery {
            area: some(&self.area),
            category: some(&self.category),
            stage: self.stage.parse().ok(),
            words: self.words.clone(),
            cursor: some(&self.cursor),
        }
    }
}

/// The list of public requests.
#[component]
pub fn RequestList() -> impl IntoView {
    let asked = Asked::read();
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let found = requests::public_list(&here.db, &asked.query()).await?;
        let areas = here.db.areas().await?;
        let categories = categories::list(&here.db).await?;
        let areas = area_choices(&areas.choices(), lang);
        let categories =
            categories.into_iter().map(|category| Choice::new(category.code, category.name.in_(lang))).collect();
        let older = found.cursor.as_deref().map(|cursor| asked.address(Some(cursor)));
        let first = (!asked.cursor.is_empty()).then(|| {
            view! { <p><a href=asked.address(None)>{td_string!(lang, requests.list_first)}</a></p> }
        });
        let content = if found.cards.is_empty() {
            view! {
                <EmptyState sign="诉" title=td_string!(lang, requests.list_empty_title)>
                    <p>{td_string!(lang, requests.list_empty_text)}</p>
                    <Button look=Look::Secondary href="/requests">{td_string!(lang, requests.list_clear)}</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <Cards cards=found.cards label=td_string!(lang, requests.list_title) /> }.into_any()
        };
        let action =
            view! { <Button wide=true href="/requests/new">{"＋ "}{td_string!(lang, requests.list_new)}</Button> };
        Ok(view! {
            <Page
                title=td_string!(lang, requests.list_title)
                description=td_string!(lang, requests.list_lead)
                door=Door::Requests
                action=action.into_any()
            >
                <div class="row row-apart">
                    <p class="page-sub">{td_string!(lang, requests.list_lead)}</p>
                    <a href="/ask">{td_string!(lang, requests.list_ask)}</a>
                </div>
                <Filters asked=asked areas=areas categories=categories lang=lang />
                {first}
                {content}
                <Pager newer=None older=older page=None />
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Filters(asked: Asked, areas: Vec<Choice>, categories: Vec<Choice>, lang: Lang) -> impl IntoView {
    let with_all =
        |all: &str, choices: Vec<Choice>| std::iter::once(Choice::new("", all)).chain(choices).collect::<Vec<_>>();
    let areas = with_all(td_string!(lang, requests.list_area_all), areas);
    let categories = with_all(td_string!(lang, requests.list_category_all), categories);
    let stages = Stage::ALL.iter().map(|stage| Choice::new(stage.code(), said::stage(*stage, lang))).collect();
    let stages = with_all(td_string!(lang, requests.list_stage_all), stages);
    let filtered = asked.filtered();
    let clear = filtered.then(|| {
        view! { <Button look=Look::Quiet small=true href="/requests">{td_string!(lang, requests.list_clear)}</Button> }
    });
    view! {
        <details class="filter" open=filtered>
            <summary>{td_string!(lang, requests.list_filter)}</summary>
            <form class="form" method="get" action="/requests" role="search">
                <TextInput
                    name="words"
                    label=td_string!(lang, requests.list_words)
                    hint=td_string!(lang, requests.list_words_hint)
                    value=asked.words
                    kind="search"
                />
                <Select name="area" label=td_string!(lang, requests.list_area) options=areas value=asked.area />
                <Select name="category" label=td_string!(lang, requests.list_category) options=categories value=asked.category />
                <Select name="stage" label=td_string!(lang, requests.list_stage) options=stages value=asked.stage />
                <div class="buttons">
                    <Button look=Look::Secondary small=true>{td_string!(lang, requests.list_show)}</Button>
                    {clear}
                </div>
            </form>
        </details>
    }
}

/// Towns and communities, the lower ones indented; grids are too many for a filter.
fn area_choices(areas: &[areas::Choice], lang: Lang) -> Vec<Choice> {
    areas
        .iter()
        .filter(|area| !area.leaf || area.depth < 3)
        .map(|area| {
            Choice::new(
                area.code.clone(),
                format!("{}{}", "\u{3000}".repeat(area.depth.saturating_sub(1)), area.name.in_(lang)),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_filters_and_encodes_words() {
        let asked =
            Asked { area: "BYHT".into(), words: "路灯 & 井盖".into(), cursor: "old".into(), ..Asked::default() };
        let address = asked.address(Some("next"));
        assert!(address.starts_with("/requests?area=BYHT&words=%E8%B7%AF"), "{address}");
        assert!(
            address.ends_with("&from=next") && address.is_ascii() && address.matches('&').count() == 2,
            "{address}"
        );
        assert_eq!(Asked::default().address(None), "/requests");
    }

    #[test]
    fn a_stage_that_is_none_is_not_filtered_by() {
        let asked = Asked { stage: "done".into(), ..Asked::default() };
        assert_eq!(asked.query().stage, None);
    }
}
