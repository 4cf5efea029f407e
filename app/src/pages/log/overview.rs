//! The public page of the log: the short root for the notice board, its keys, who cosigned, and the heads before.

use gongzhi_api::Here;
use gongzhi_domain::lang::Lang;
use gongzhi_store::log::{self, Head, Overview};
use gongzhi_words::{td_string, when};
use leptos::prelude::*;

use super::{digits, reason, said};
use crate::components::{Button, Card, Door, EmptyState, Facts, Page};
use crate::pages::reading::read;

/// The log at a glance.
#[component]
pub fn LogPage() -> impl IntoView {
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let overview = log::overview(&here.db, &here.actor).await?;
        let (newest, cosigners, keys) = (shown(&overview, lang), cosigners(&overview, lang), keys(&overview, lang));
        let before = before(overview.before, lang);
        Ok(view! {
            <Page title=td_string!(lang, log.title) sub=td_string!(lang, log.sub) back="/pacts" door=Door::Pacts>
                <p>{td_string!(lang, log.lead)}</p>
                {newest}
                <div class="buttons no-print">
                    <Button href="/verify">{td_string!(lang, log.check)}</Button>
                </div>
                {cosigners}
                {keys}
                {before}
                <section class="stack">
                    <h2>{td_string!(lang, log.how)}</h2>
                    <ul class="plain-list">
                        <li>{td_string!(lang, log.how_1)}</li>
                        <li>{td_string!(lang, log.how_2)}</li>
                        <li>{td_string!(lang, log.how_3)}</li>
                    </ul>
                    <p class="no-print">
                        {td_string!(lang, log.download)}": "
                        <a href="/log/checkpoint">{td_string!(lang, log.download_note)}</a>" · "
                        <a href="/log/key">{td_string!(lang, log.download_key)}</a>
                    </p>
                </section>
            </Page>
        }
        .into_any())
    })
}

/// The newest head.
fn shown(overview: &Overview, lang: Lang) -> AnyView {
    let Some(head) = &overview.newest else {
        return view! { <EmptyState sign="链" title=td_string!(lang, log.none)><span></span></EmptyState> }.into_any();
    };
    let signed = overview.cosigners.iter().filter_map(|cosigner| {
        let at = head.note.signed_by(&cosigner.key)?;
        let name = cosigner.key.name().to_owned();
        Some(view! { <li>{td_string!(lang, log.cosigned_by, name = name, at = said(at, lang))}</li> }.into_any())
    });
    let mut signed: Vec<AnyView> = signed.collect();
    if signed.is_empty() {
        signed.push(view! { <li>{td_string!(lang, log.cosigned_none)}</li> }.into_any());
    }
    if let Some(older) = &overview.cosigned {
        let (size, root) = (older.checkpoint.size, older.checkpoint.short_root());
        signed.push(view! { <li>{td_string!(lang, log.cosigned_older, size = size, root = root)}</li> }.into_any());
    }
    let facts = vec![
        (td_string!(lang, log.size).to_owned(), head.checkpoint.size.to_string().into_any()),
        (td_string!(lang, log.made).to_owned(), when::exact(head.made_at, lang).into_any()),
        (td_string!(lang, log.reason).to_owned(), reason(head, lang).into_any()),
        (td_string!(lang, log.root).to_owned(), digits(hex(&head.checkpoint.root))),
        (td_string!(lang, log.cosigned).to_owned(), view! { <ul class="plain-list">{signed}</ul> }.into_any()),
    ];
    let root = head.checkpoint.short_root();
    view! {
        <Card title=td_string!(lang, log.newest)>
            <p class="quiet">{td_string!(lang, log.short_root)}</p>
            <p class="log-root">{root}</p>
            <p class="quiet">{td_string!(lang, log.short_root_hint)}</p>
            <Facts facts=facts />
        </Card>
    }
    .into_any()
}

fn cosigners(overview: &Overview, lang: Lang) -> AnyView {
    let list = overview.cosigners.iter().map(|cosigner| {
        let retired = cosigner.retired.map(|at| {
            view! { <p class="quiet">{td_string!(lang, log.retired, at = when::exact(at, lang))}</p> }
        });
        let last = cosigner.last.map(|at| td_string!(lang, log.cosigned_last, at = said(at, lang)));
        view! {
            <li>
                <b>{cosigner.key.name().to_owned()}</b>
                " "
                <span class="quiet">
                    {td_string!(lang, log.since, at = when::exact(cosigner.since, lang))}{last.map(|last| format!(" · {last}"))}
                </span>
                {digits(cosigner.key.to_string())}
                {retired}
            </li>
        }
        .into_any()
    });
    let list = list.collect::<Vec<_>>();
    let nobody = list.is_empty().then(|| view! { <p>{td_string!(lang, log.cosigners_none)}</p> });
    view! {
        <section class="stack">
            <h2>{td_string!(lang, log.cosigners)}</h2>
            {nobody}
            <ul class="plain-list">{list}</ul>
        </section>
    }
    .into_any()
}

fn keys(overview: &Overview, lang: Lang) -> AnyView {
    let list =
        overview.keys.iter().map(|key| view! { <li>{digits(key.to_string())}</li> }.into_any()).collect::<Vec<_>>();
    view! {
        <section class="stack">
            <h2>{td_string!(lang, log.keys)}</h2>
            <p class="quiet">{td_string!(lang, log.keys_hint)}</p>
            <ul class="plain-list">{list}</ul>
        </section>
    }
    .into_any()
}

fn before(heads: Vec<Head>, lang: Lang) -> AnyView {
    let list = heads.into_iter().map(|head| {
        let size = format!("{} {}", td_string!(lang, log.heads_size), head.checkpoint.size);
        view! {
            <li>
                <b>{when::exact(head.made_at, lang)}</b>
                <p class="quiet">{reason(&head, lang)}" · "{size}</p>
                {digits(head.checkpoint.short_root())}
            </li>
        }
    });
    view! {
        <section class="stack no-print">
            <h2>{td_string!(lang, log.before)}</h2>
            <ol class="plain-list">{list.collect::<Vec<_>>()}</ol>
        </section>
    }
    .into_any()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
