//! `/desk/style`: the living page of the design system, every component in every state. What is
//! not here does not exist; what looks wrong here is wrong everywhere.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_api::form::Flash;
use gongzhi_domain::{
    error::{Error, FieldError, Reason, What},
    order::Stage,
};
use gongzhi_words::{errors, td_string, when};
use leptos::prelude::*;

use crate::{
    components::{
        Badge, Button, Card, Checkbox, Choice, Clock, ClockLook, Clocks, Diff, Emergency, EmptyState, ErrorState,
        ErrorSummary, Facts, Form, List, ListItem, Look, MapFrame, Notice, Page, Pager, Photo, PhotoPicker, RadioCards,
        Receipt, Select, Stages, Step, Stretch, Tab, Tabs, TextArea, TextInput, Timeline, TimelineItem, Tone, TopBar,
        Weight, When, name_apart,
    },
    visit::Visit,
};

/// The page.
#[component]
pub fn Style() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Page title=td_string!(lang, style.title) back="/desk">
            <p class="quiet">{td_string!(lang, style.intro)}</p>
            <Colours />
            <Letters />
            <Bars />
            <StagesShown />
            <Badges />
            <Buttons />
            <Lists />
            <Fields />
            <Refused />
            <Notices />
            <Progress />
            <Pictures />
            <Nothing />
        </Page>
    }
}

/// A part of the page under its heading.
#[component]
fn Show(title: &'static str, children: Children) -> impl IntoView {
    view! { <section class="style-show"><h2>{title}</h2>{children()}</section> }
}

fn minutes_from_now(minutes: i64) -> DateTime<Utc> {
    let now = Visit::current().now;
    now.checked_add_signed(TimeDelta::minutes(minutes)).unwrap_or(now)
}

#[component]
fn Colours() -> impl IntoView {
    let lang = Visit::current().lang;
    let swatches = [
        ("fill-paper", td_string!(lang, style.paper)),
        ("fill-paper-2", td_string!(lang, style.paper_2)),
        ("fill-line", td_string!(lang, style.line)),
        ("fill-ink", td_string!(lang, style.ink)),
        ("fill-ink-2", td_string!(lang, style.ink_2)),
        ("fill-jade", td_string!(lang, style.jade)),
        ("fill-jade-2", td_string!(lang, style.jade_2)),
        ("fill-cinnabar", td_string!(lang, style.cinnabar)),
        ("fill-amber", td_string!(lang, style.amber)),
        ("fill-sky", td_string!(lang, style.sky)),
    ]
    .map(|(class, name)| {
        view! {
            <li class="swatch">
                <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true">
                    <rect class=class width="100" height="40"></rect>
                </svg>
                {name}
            </li>
        }
    });
    view! {
        <Show title=td_string!(lang, style.colours)>
            <ul class="swatches">{swatches.into_iter().collect_view()}</ul>
        </Show>
    }
}

#[component]
fn Letters() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.letters)>
            <h3>{td_string!(lang, style.case)}</h3>
            <p>{td_string!(lang, style.prose)}</p>
            <p class="dotted quiet">
                <span>{td_string!(lang, style.lighting)}</span>
                <span>{td_string!(lang, style.place)}</span>
                <When at=minutes_from_now(-148) />
            </p>
            <h3>{td_string!(lang, style.when)}</h3>
            <Facts facts=vec![
                (td_string!(lang, style.w_past).to_owned(), view! { <When at=minutes_from_now(-148) /> }.into_any()),
                (
                    td_string!(lang, style.w_span).to_owned(),
                    view! { <Stretch from=minutes_from_now(1640) to=minutes_from_now(1880) /> }.into_any(),
                ),
                (td_string!(lang, style.w_length).to_owned(), when::length(95, lang).into_any()),
            ] />
        </Show>
    }
}

#[component]
fn Bars() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.bars)>
            <TopBar
                name=Some(td_string!(lang, style.place).to_owned())
                sub=Some(td_string!(lang, style.place_line).to_owned())
            />
            <TopBar
                name=Some("20261122-BYHT-0418-6".to_owned())
                sub=Some(td_string!(lang, style.also).to_owned())
                back=Some("/requests".to_owned())
            />
            <h3>{td_string!(lang, style.tabs)}</h3>
            <Tabs
                label=td_string!(lang, style.tabs)
                tabs=vec![
                    tab(td_string!(lang, style.tab_all), None, false),
                    tab(td_string!(lang, style.tab_open), Some(14), true),
                    tab(td_string!(lang, style.tab_done), Some(1986), false),
                ]
            />
        </Show>
    }
}

fn tab(label: &str, count: Option<u64>, current: bool) -> Tab {
    Tab { label: label.to_owned(), href: "/desk/style".to_owned(), count, current }
}

#[component]
fn StagesShown() -> impl IntoView {
    let lang = Visit::current().lang;
    let notes = move || {
        let at = |minutes| when::moment(minutes_from_now(minutes), Visit::current().now, lang);
        vec![at(-148), at(-95), td_string!(lang, style.city_office).to_owned(), at(3 * 1440)]
    };
    view! {
        <Show title=td_string!(lang, style.stages)>
            <Card
                title=td_string!(lang, style.my_cases)
                side=view! { <Badge tone=Tone::Jade text=td_string!(lang, style.b_handling) /> }.into_any()
            >
                <p>{td_string!(lang, style.case)}</p>
                <Stages now=Stage::InHand notes=notes() />
            </Card>
            <Stages now=Stage::Received />
            <Stages now=Stage::PassedOn />
            <Stages now=Stage::Answered />
            <Stages now=Stage::Answered finished=true />
            <Stages now=Stage::InHand small=true />
        </Show>
    }
}

#[component]
fn Badges() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.badges)>
            <div class="row">
                <Badge text=td_string!(lang, style.b_closed) />
                <Badge tone=Tone::Jade text=td_string!(lang, style.b_handling) />
                <Badge tone=Tone::Sky text=td_string!(lang, style.b_opinions) />
                <Badge tone=Tone::Amber text=td_string!(lang, style.b_short) />
                <Badge tone=Tone::Cinnabar text=td_string!(lang, style.b_late) />
            </div>
        </Show>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.buttons)>
            <Button wide=true href="/requests/new">{td_string!(lang, style.report)}</Button>
            <div class="buttons">
                <Button look=Look::Secondary href="/desk/style">{td_string!(lang, style.follow)}</Button>
                <Button look=Look::Quiet href="/desk/style">{td_string!(lang, common.cancel)}</Button>
                <Button look=Look::Danger href="/desk/style">{td_string!(lang, style.withdraw)}</Button>
                <Button look=Look::Sign href="/desk/style">{td_string!(lang, style.sign)}</Button>
                <Button disabled=true>{td_string!(lang, style.cannot)}</Button>
            </div>
            <div class="buttons">
                <Button small=true key="D" href="/desk/style">{td_string!(lang, style.dispatch)}</Button>
                <Button small=true look=Look::Secondary key="M" href="/desk/style">{td_string!(lang, style.merge)}</Button>
            </div>
        </Show>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let lang = Visit::current().lang;
    let line = move |first: &str| {
        vec![first.to_owned(), td_string!(lang, style.near).to_owned(), td_string!(lang, style.also).to_owned()]
    };
    view! {
        <Show title=td_string!(lang, style.lists)>
            <List>
                <ListItem
                    title=td_string!(lang, style.case)
                    href="/desk/style"
                    line=line(td_string!(lang, style.lighting))
                    side=view! { <Badge tone=Tone::Jade text=td_string!(lang, style.b_handling) /> }.into_any()
                />
                <ListItem
                    title=td_string!(lang, style.case_2)
                    href="/desk/style"
                    line=line(td_string!(lang, style.cleaning))
                    photo=Some(SAMPLE_PHOTO.to_owned())
                    side=view! { <Badge tone=Tone::Amber text=td_string!(lang, style.b_short) /> }.into_any()
                />
                <ListItem
                    title=td_string!(lang, style.case_3)
                    line=line(td_string!(lang, style.suggestion))
                    side=view! {
                        <Button look=Look::Secondary small=true href="/desk/style">{td_string!(lang, style.follow)}</Button>
                    }
                        .into_any()
                />
            </List>
            <Pager newer=Some("/desk/style".to_owned()) older=Some("/desk/style".to_owned()) page=Some(2) />
        </Show>
    }
}

/// A picture that is always there.
const SAMPLE_PHOTO: &str = "/icons/icon-192.png";

#[component]
fn Fields() -> impl IntoView {
    let lang = Visit::current().lang;
    let kinds = move || {
        vec![
            Choice::new("help", td_string!(lang, style.k_help)).hint(td_string!(lang, style.k_help_hint)),
            Choice::new("complaint", td_string!(lang, style.k_complaint))
                .hint(td_string!(lang, style.k_complaint_hint)),
            Choice::new("suggestion", td_string!(lang, style.k_suggestion))
                .hint(td_string!(lang, style.k_suggestion_hint)),
        ]
    };
    let streets = vec![
        Choice::new("", td_string!(lang, style.f_street_none)),
        Choice::new("1", td_string!(lang, style.f_street_1)),
        Choice::new("2", td_string!(lang, style.f_street_2)),
    ];
    view! {
        <Show title=td_string!(lang, style.fields)>
            <Form verb="set-preferences">
                <TextArea
                    name="what"
                    label=td_string!(lang, style.f_what)
                    hint=td_string!(lang, style.f_what_hint)
                    value=td_string!(lang, style.case_2)
                    max=2000
                    required=true
                />
                <TextInput
                    name="phone"
                    kind="tel"
                    inputmode="tel"
                    autocomplete="tel"
                    label=td_string!(lang, style.f_phone)
                    hint=td_string!(lang, style.f_phone_hint)
                />
                <TextInput name="code" code=true inputmode="numeric" label=td_string!(lang, style.f_code) value="408 117" required=true />
                <Select name="street" label=td_string!(lang, style.f_street) options=streets required=true />
                <RadioCards name="kind" label=td_string!(lang, style.f_kind) options=kinds() value="complaint" required=true />
                <RadioCards
                    name="visible"
                    label=td_string!(lang, style.f_visible)
                    options=vec![
                        Choice::new("public", td_string!(lang, style.v_public)),
                        Choice::new("private", td_string!(lang, style.v_private)),
                    ]
                    value="public"
                    columns=true
                />
                <PhotoPicker
                    label=td_string!(lang, style.f_photos)
                    max=9
                    staged=vec![Photo { id: "1".to_owned(), src: SAMPLE_PHOTO.to_owned() }]
                />
                <Checkbox
                    name="agree"
                    label=td_string!(lang, style.f_agree)
                    hint=td_string!(lang, style.f_agree_hint)
                    checked=true
                    required=true
                />
                <Button wide=true>{td_string!(lang, common.send)}</Button>
            </Form>
        </Show>
    }
}

#[component]
fn Refused() -> impl IntoView {
    let lang = Visit::current().lang;
    let wrong = [("what", Reason::Missing), ("phone", Reason::NotAPhone), ("agree", Reason::ConsentNeeded)];
    let lines = wrong.iter().map(|(field, reason)| (name_apart(field, "2"), errors::reason(reason, lang))).collect();
    let typed = Flash {
        typed: [("phone".to_owned(), "1381234".to_owned())].into(),
        error: Some(Error::Invalid {
            fields: wrong.into_iter().map(|(field, reason)| FieldError::new(field, reason)).collect(),
        }),
    };
    view! {
        <Show title=td_string!(lang, style.summary)>
            <ErrorSummary errors=lines />
            <Form verb="set-preferences" typed=typed apart="2">
                <TextArea name="what" label=td_string!(lang, style.f_what) required=true />
                <TextInput name="phone" label=td_string!(lang, style.f_phone) required=true />
                <Checkbox name="agree" label=td_string!(lang, style.f_agree) required=true />
            </Form>
        </Show>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.notices)>
            <Notice title=td_string!(lang, style.n_info)>
                <p>{td_string!(lang, style.n_info_text)}</p>
            </Notice>
            <Notice weight=Weight::Done title=td_string!(lang, style.n_done) />
            <Notice weight=Weight::Warn title=td_string!(lang, style.n_warn)>
                <p>{td_string!(lang, style.n_warn_text)}</p>
            </Notice>
            <Emergency />
        </Show>
    }
}

#[component]
fn Progress() -> impl IntoView {
    let lang = Visit::current().lang;
    let took = td_string!(lang, style.took, length = when::length(95, lang));
    let clock =
        |label: &str, used, look, text: &str| Clock { label: label.to_owned(), used, look, text: text.to_owned() };
    view! {
        <Show title=td_string!(lang, style.timeline)>
            <Timeline>
                <TimelineItem title=td_string!(lang, style.t_late) at=minutes_from_now(-2) step=Step::Alarm />
                <TimelineItem title=td_string!(lang, style.t_contact) at=minutes_from_now(-35) aside=took>
                    <p>{td_string!(lang, style.t_contact_text)}</p>
                </TimelineItem>
                <TimelineItem title=td_string!(lang, style.t_pass) at=minutes_from_now(-95) />
                <TimelineItem title=td_string!(lang, style.t_filed) at=minutes_from_now(-1588) step=Step::Open />
            </Timeline>
        </Show>
        <Show title=td_string!(lang, style.clocks)>
            <Card>
                <Clocks clocks=vec![
                    clock(td_string!(lang, style.c_accept), 22, ClockLook::Running, td_string!(lang, style.c_running)),
                    clock(td_string!(lang, style.c_dispatch), 86, ClockLook::Soon, td_string!(lang, style.c_soon)),
                    clock(td_string!(lang, style.c_answer), 120, ClockLook::Late, td_string!(lang, style.c_late)),
                    clock(td_string!(lang, style.c_contact), 40, ClockLook::Paused, td_string!(lang, style.c_paused)),
                ] />
            </Card>
        </Show>
    }
}

#[component]
fn Pictures() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.map)>
            <MapFrame
                label=td_string!(lang, style.m_label)
                size=(340, 200)
                caption=td_string!(lang, style.m_caption)
                table=view! { <p>{td_string!(lang, style.m_table)}</p> }.into_any()
            >
                <path class="map-area" d="M0 60L130 40L110 145L0 165zM130 40L90 0H0V60zM130 40L250 72L340 52V0H90zM250 72L255 152L340 170V52zM110 145L165 200H0V165zM110 145L255 152L262 200H165z"></path>
                <path class="map-area-here" d="M130 40L250 72L255 152L110 145z"></path>
                <circle class="map-dot" cx="152" cy="74" r="5"></circle>
                <circle class="map-dot" cx="164" cy="126" r="5"></circle>
                <path class="map-pin" d="M214 110l9 9-9 9-9-9z"></path>
                <text class="map-label" x="192" y="102">"37"</text>
            </MapFrame>
        </Show>
        <Show title=td_string!(lang, style.diff)>
            <Diff old=td_string!(lang, style.d_old) new=td_string!(lang, style.d_new) />
        </Show>
        <Show title=td_string!(lang, style.receipt)>
            <Receipt number="20261122-BYHT-0418-6" code="K7MX-4PQR" />
        </Show>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let lang = Visit::current().lang;
    view! {
        <Show title=td_string!(lang, style.empty)>
            <EmptyState sign="诉" title=td_string!(lang, style.e_empty)>
                <p>{td_string!(lang, style.e_empty_text)}</p>
                <Button look=Look::Secondary href="/requests/new">{td_string!(lang, style.report)}</Button>
            </EmptyState>
            <ErrorState error=Error::NotFound { what: What::Page } />
            <ErrorState error=Error::Internal { id: "7F3K-22".to_owned() } />
        </Show>
    }
}
