//! Components as HTML: what is escaped, what is wired to what, and that nothing needs an inline style.

use chrono::{TimeZone, Utc};
use gongzhi_api::form::Flash;
use gongzhi_domain::error::{Error, Reason};
use gongzhi_domain::{lang::Lang, order::Stage};
use leptos::prelude::*;

use super::*;
use crate::{pages, visit::Visit};

/// Renders in a visit of its own.
fn html<V: IntoView>(visit: Visit, view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(visit);
        leptos_meta::provide_meta_context();
        view().into_view().to_html()
    })
}

fn visit(lang: Lang) -> Visit {
    let now = Utc.with_ymd_and_hms(2026, 11, 22, 2, 40, 0).single().expect("a real time");
    Visit { lang, now, ..Visit::default() }
}

/// A form that was refused for one field.
fn refused(typed: &[(&str, &str)], field: &str, reason: Reason) -> Flash {
    let typed = typed.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned()));
    Flash { typed: typed.collect(), error: Some(Error::field(field, reason)) }
}

#[test]
fn a_textarea_cannot_be_closed_by_what_was_typed() {
    let typed = "\n</textarea><script>alert(1)</script> & <b>";
    let page = html(visit(Lang::Zh), || view! { <TextArea name="what" label="?" value=typed /> });
    assert!(!page.contains("<script>"), "{page}");
    assert_eq!(page.matches("</textarea>").count(), 1, "{page}");
    assert!(
        page.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;</textarea>"),
        "{page}"
    );
}

#[test]
fn values_and_messages_are_escaped_everywhere_else_too() {
    let nasty = "\"><script>alert(1)</script>";
    let page = html(visit(Lang::En), || {
        view! {
            <Form verb="ask-by-code" apart=nasty typed=refused(&[("a", nasty)], "a", Reason::Missing)>
                <TextInput name="a" label=nasty hint=nasty />
                <TextArea name="a-2" label=nasty />
            </Form>
            <TextInput name="a" label=nasty value=nasty hint=nasty />
            <Select name="b" label=nasty options=vec![Choice::new(nasty, nasty)] value=nasty />
            <RadioCards name="c" label=nasty options=vec![Choice::new(nasty, nasty).hint(nasty)] />
            <ErrorSummary errors=vec![(nasty.to_owned(), nasty.to_owned())] />
            <ListItem title=nasty href=nasty line=vec![nasty.to_owned()] />
            <Diff old=nasty new="" />
            <Badge text=nasty />
        }
    });
    assert!(!page.contains("<script>"), "{page}");
}

#[test]
fn a_wrong_field_is_wired_to_its_hint_and_message() {
    let page = html(visit(Lang::En), || {
        view! {
            <Form verb="send-code" typed=refused(&[("phone", "138")], "phone", Reason::NotAPhone)>
                <TextInput name="phone" label="Phone" hint="11 digits" required=true />
            </Form>
        }
    });
    for part in [
        "for=\"f-phone\"",
        "id=\"f-phone\"",
        "aria-describedby=\"f-phone-hint f-phone-error\"",
        "id=\"f-phone-hint\"",
        "id=\"f-phone-error\"",
        "aria-invalid=\"true\"",
        "value=\"138\"",
        "required",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[test]
fn what_was_typed_wins_over_what_stood_there_and_stays_in_its_form() {
    let page = html(visit(Lang::En), || {
        let typed = refused(
            &[("note", "typed <b>"), ("way", "visit"), ("unit", "2"), ("basis", "")],
            "way",
            Reason::NotAChoice,
        );
        let ways = || Choice::all([("phone", "Phone"), ("visit", "Visit")]);
        view! {
            <Form verb="log-contact" typed=typed>
                <TextArea name="note" label="Note" value="first" />
                <TextInput name="basis" label="Basis" value="emptied on purpose" />
                <RadioCards name="way" label="Way" options=ways() value="phone" />
                <Select name="unit" label="Unit" options=Choice::all([("1", "One"), ("2", "Two")]) value="1" />
                <Checkbox name="agree" label="Unticked" checked=true />
            </Form>
            <Form verb="log-contact" apart="2">
                <TextArea name="note" label="Note" value="second" />
                <RadioCards name="way" label="Way" options=ways() value="phone" />
                <Checkbox name="agree" label="Still ticked" checked=true />
            </Form>
            <TextInput name="basis" label="Alone" value="outside" />
        }
    });
    let tag = |id: &str| {
        let at = page.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} in {page}"));
        page[page[..at].rfind('<').unwrap_or(0)..].split('>').next().unwrap_or_default().to_owned()
    };
    assert!(page.contains("typed &lt;b&gt;</textarea>") && !page.contains("first"), "{page}");
    assert!(page.contains("\nsecond</textarea>") && page.contains("value=\"outside\""), "{page}");
    assert!(!page.contains("emptied on purpose"), "{page}");
    assert!(tag("f-way-1").contains("checked") && !tag("f-way").contains("checked"), "{page}");
    assert!(tag("f-way-2").contains("checked"), "{page}");
    assert!(page.contains("value=\"2\" selected"), "{page}");
    assert!(!tag("f-agree").contains("checked=") && !tag("f-agree").ends_with("checked"), "{page}");
    assert!(tag("f-agree-2").contains("checked"), "{page}");
    assert_eq!(page.matches("field-error").count(), 1, "{page}");
}

#[test]
fn a_right_field_claims_nothing() {
    let page = html(visit(Lang::En), || view! { <TextInput name="phone" label="Phone" /> });
    assert!(!page.contains("aria-invalid") && !page.contains("aria-describedby"), "{page}");
    assert!(page.contains("optional"), "{page}");
}

#[test]
fn the_summary_leads_to_the_fields_and_is_silent_without_errors() {
    let page = html(visit(Lang::En), || {
        view! { <ErrorSummary errors=vec![("what".to_owned(), "Say what".to_owned())] /> }
    });
    assert!(page.contains("role=\"alert\"") && page.contains("tabindex=\"-1\""), "{page}");
    assert!(page.contains("href=\"#f-what\""), "{page}");
    assert!(page.contains("1 thing needs"), "{page}");
    assert!(!html(visit(Lang::En), || view! { <ErrorSummary errors=vec![] /> }).contains("alert"));
}

#[test]
fn a_form_leads_back_and_carries_its_key() {
    let at = Visit { path: "/requests/new?x=1&y=2".to_owned(), ..visit(Lang::Zh) };
    let page = html(at, || view! { <Form verb="file-request" key="k-1" multipart=true>"…"</Form> });
    for part in
        ["action=\"/api/file-request\"", "method=\"post\"", "value=\"/requests/new?x=1&amp;y=2\"", "value=\"k-1\""]
    {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[test]
fn stages_are_told_without_colour() {
    let page = html(visit(Lang::En), || view! { <Stages now=Stage::InHand /> });
    assert_eq!(page.matches("stages-done").count(), 2, "{page}");
    assert_eq!(page.matches("aria-current=\"step\"").count(), 1, "{page}");
    let finished = html(visit(Lang::Zh), || view! { <Stages now=Stage::Answered finished=true /> });
    assert_eq!(finished.matches("stages-done").count(), 4, "{finished}");
}

#[test]
fn every_component_speaks_both_languages_and_needs_no_inline_style() {
    for lang in [Lang::Zh, Lang::En] {
        let page = html(visit(lang), || view! { <pages::style::Style /> });
        for forbidden in [" style=", " onclick=", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden} in {lang}");
        }
        let ids = attributes(&page, " id=\"");
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(ids.len(), unique.len(), "an id stands twice: {ids:?}");
        for described in attributes(&page, " aria-describedby=\"") {
            for id in described.split(' ') {
                assert!(ids.contains(&id), "nothing has the id {id}");
            }
        }
    }
}

#[test]
fn the_legal_pages_are_written_in_both_languages() {
    let zh = html(visit(Lang::Zh), || view! { <pages::legal::Privacy /> });
    let en = html(visit(Lang::En), || view! { <pages::legal::Privacy /> });
    assert!(zh.contains("个人信息保护法") && en.contains("Personal Information Protection Law"));
}

fn attributes<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Writes the style page where `GONGZHI_STYLE_PAGE` says, to look at without a server:
/// the folder of `style/main.css`'s bundle, as `zh-CN.html`, `en.html` and their elder versions.
#[test]
fn the_style_page_can_be_looked_at() {
    let Some(folder) = std::env::var_os("GONGZHI_STYLE_PAGE").map(std::path::PathBuf::from) else {
        return;
    };
    for lang in [Lang::Zh, Lang::En] {
        for elder in [false, true] {
            let site = crate::visit::Site {
                operator: "巴彦镇人民政府".to_owned(),
                icp: Some("蒙ICP备00000000号".to_owned()),
                ..crate::visit::Site::default()
            };
            let assets = crate::shell::Assets { css: "gongzhi.css".to_owned(), start_js: "start.js".to_owned() };
            let page = html(Visit { elder, site, ..visit(lang) }, || {
                provide_context(assets);
                view! { <crate::shell::Shell><pages::style::Style /></crate::shell::Shell> }
            });
            let end = if elder { "-elder" } else { "" };
            std::fs::write(folder.join(format!("{lang}{end}.html")), page).expect("the folder can be written");
            let page = html(Visit { elder, ..visit(lang) }, || {
                provide_context(crate::shell::Assets {
                    css: "gongzhi.css".to_owned(),
                    start_js: "start.js".to_owned(),
                });
                view! { <crate::shell::Shell>{desk()}</crate::shell::Shell> }
            });
            std::fs::write(folder.join(format!("desk-{lang}{end}.html")), page).expect("the folder can be written");
        }
    }
}

/// A desk with an order open on it.
fn desk() -> impl IntoView {
    let queue = |label: &str, count, current, alarm| Queue {
        label: label.to_owned(),
        href: "/desk".to_owned(),
        count: Some(count),
        current,
        alarm,
    };
    let queues =
        vec![queue("待转办", 14, true, false), queue("今日到期", 9, false, false), queue("超期", 3, false, true)];
    let list = view! {
        <div class="desk-tools">
            <TextInput name="q" kind="search" label="搜索" required=true />
        </div>
        <List>
            <ListItem
                title="垃圾桶三天未清运，气味扰民"
                href="/desk"
                current=true
                line=vec!["环卫".to_owned(), "2 号楼西侧".to_owned()]
                side=view! { <Badge tone=Tone::Amber text="剩 3 小时" /> }.into_any()
            />
            <ListItem title="停水无通知" href="/desk" line=vec!["供水".to_owned()] />
        </List>
    }
    .into_any();
    let clocks = vec![
        Clock { label: "受理".to_owned(), used: 22, look: ClockLook::Running, text: "26 分 / 2 时".to_owned() },
        Clock { label: "转办".to_owned(), used: 86, look: ClockLook::Soon, text: "剩 3 小时".to_owned() },
    ];
    view! {
        <Desk title="待转办" unit="网格化服务中心" queues=queues list=list open=true>
            <div class="row row-apart">
                <h2>"垃圾桶三天未清运，气味扰民"</h2>
                <Badge tone=Tone::Jade text="已受理" />
            </div>
            <div class="buttons">
                <Button key="D">"转办"</Button>
                <Button look=Look::Secondary key="M">"并单"</Button>
            </div>
            <div class="desk-two">
                <div>
                    <Card title="时限"><Clocks clocks=clocks /></Card>
                </div>
                <div>
                    <Card title="反映人"><p>"138****1234"</p></Card>
                </div>
            </div>
        </Desk>
    }
}
