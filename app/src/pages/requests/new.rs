//! 我要反映: one page, one form, complete without a script. What, where, who; everything typed comes back
//! after a refusal. The island only makes it quicker.

use gongzhi_api::form::Flash;
use gongzhi_api::{Here, form};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::{Kind, PHOTOS_MAX, TEXT_MAX, Visibility};
use gongzhi_resident::{Filing, FilingWords};
use gongzhi_store::photos::StagedFor;
use gongzhi_store::{categories, people, sign_in};
use gongzhi_words::td_string;
use leptos::prelude::*;

use super::place::{self, Chosen};
use super::said;
use crate::components::{
    Button, Checkbox, Choice, Door, Emergency, Form, Look, Notice, Page, Photo, PhotoPicker, RadioCards, Select,
    TextArea,
};
use crate::pages::bundle::{Bundle, Bundles};
use crate::pages::phone::{OneTimeCode, PhoneInput, demo_code};
use crate::pages::photos;
use crate::pages::reading::{asked, read, summary};

/// What the page shows of the person who files.
struct Who {
    /// The masked number of whoever is signed in.
    signed_in: Option<String>,
    /// A number a code was just sent to.
    sent_to: Option<Phone>,
    /// The code itself, in the demonstration only.
    demo_code: Option<String>,
    /// Whether this is the demonstration: the page comes back with the code.
    demo: bool,
}

/// The filing form.
#[component]
pub fn NewRequest() -> impl IntoView {
    let plate = asked("area");
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let flash = form::kept(&here, "filing").await?;
        let tree = here.db.areas().await?;
        let who = who(&here, &flash).await?;
        let home = home(&here, &tree).await?;
        let chosen = Chosen::of(&flash, plate.clone(), home);
        let categories = categories::list(&here.db).await?;
        // A form that was not sent yet takes up what a closed page left behind.
        let staged = photos::staged(&here, StagedFor::Filing).await?;
        let staged = photos::returned(&staged, &flash).unwrap_or(staged);
        let key =
            Some(flash.value("key")).filter(|key| !key.is_empty()).unwrap_or_else(|| here.db.new_id().to_string());
        let back = plate
            .map_or_else(|| "/requests/new".to_owned(), |code| format!("/requests/new?area={}", form::encode(&code)));
        let categories = std::iter::once(Choice::new("", td_string!(lang, requests.category_clerk)))
            .chain(categories.into_iter().map(|category| Choice::new(category.code, category.name.in_(lang))))
            .collect::<Vec<_>>();
        Ok(view! {
            <Page
                title=td_string!(lang, requests.new_title)
                sub=td_string!(lang, requests.new_sub)
                back="/requests"
                door=Door::Requests
            >
                {summary(&flash, lang)}
                <Emergency />
                <Form verb="file-request" back=back key=key multipart=true id="filing" typed=flash.clone()>
                    // Enter in a field sends the form; without this it would press the map.
                    <button class="hidden-text" name="step" value="send" tabindex="-1" aria-hidden="true">
                        {td_string!(lang, requests.submit)}
                    </button>
                    <div class="error-summary" id="filing-errors" role="alert" tabindex="-1" hidden></div>
                    {what(staged, lang)}
                    {place::group(&tree, &chosen, &flash, lang)}
                    {who_is_it(who, lang)}
                    {for_whom(lang)}
                    {more(&flash, categories, lang)}
                    <p class="quiet">
                        {td_string!(lang, requests.consent)}" "<a href="/privacy">{td_string!(lang, requests.consent_link)}</a>
                    </p>
                    <p class="notice" id="filing-status" role="status" hidden></p>
                    <Button wide=true name="step" value="send">{td_string!(lang, requests.submit)}</Button>
                </Form>
                <Filing words=island_words(lang) max_photos=PHOTOS_MAX />
                <Bundle files=Bundles::current().resident />
            </Page>
        }
        .into_any())
    })
}

fn what(staged: Vec<Photo>, lang: Lang) -> AnyView {
    view! {
        <div class="stack">
            <TextArea
                name="text"
                label=td_string!(lang, requests.text_label)
                hint=td_string!(lang, requests.text_hint)
                required=true
                rows=5
                max=TEXT_MAX
            />
            <p class="text-count quiet" id="text-count" aria-hidden="true"></p>
        </div>
        <PhotoPicker
            label=td_string!(lang, requests.photos_label)
            max=usize::try_from(PHOTOS_MAX).unwrap_or_default()
            staged=staged
        />
    }
    .into_any()
}

fn who_is_it(who: Who, lang: Lang) -> AnyView {
    let anonymous = view! {
        <Checkbox
            name="anonymous"
            label=td_string!(lang, requests.anonymous_label)
            hint=td_string!(lang, requests.anonymous_hint)
        />
    };
    if let Some(phone) = who.signed_in {
        return view! {
            <fieldset class="field" id="f-phone" tabindex="-1">
                <legend class="field-label">{td_string!(lang, requests.who_label)}</legend>
                <p>{td_string!(lang, requests.who_signed_in, phone = phone)}</p>
                <p class="field-hint">{td_string!(lang, requests.who_signed_in_hint)}</p>
                {anonymous}
            </fieldset>
        }
        .into_any();
    }
    let sent = who.sent_to.map(|phone| {
        let code = demo_code(who.demo_code, lang);
        view! { <Notice live=true title=td_string!(lang, requests.code_sent, phone = phone.masked())>{code}</Notice> }
    });
    let again =
        if sent.is_some() { td_string!(lang, requests.code_again) } else { td_string!(lang, requests.code_send) };
    // In the demonstration the page has to come back: it is what shows the code.
    let step = if who.demo { "code-shown" } else { "code" };
    view! {
        <fieldset class="field">
            <legend class="field-label">{td_string!(lang, requests.who_label)}</legend>
            <p class="field-hint">{td_string!(lang, requests.who_hint)}</p>
            <PhoneInput label=td_string!(lang, requests.phone_label) />
            <div class="buttons">
                <Button look=Look::Secondary small=true name="step" value=step>{again}</Button>
            </div>
            {sent}
            <OneTimeCode label=td_string!(lang, requests.code_label) hint=td_string!(lang, requests.code_hint) />
            {anonymous}
        </fieldset>
    }
    .into_any()
}

fn for_whom(lang: Lang) -> AnyView {
    let options = vec![
        Choice::new(Visibility::Public.code(), td_string!(lang, requests.visibility_public))
            .hint(td_string!(lang, requests.visibility_public_hint)),
        Choice::new(Visibility::Private.code(), td_string!(lang, requests.visibility_private))
            .hint(td_string!(lang, requests.visibility_private_hint)),
    ];
    view! {
        <RadioCards
            name="visibility"
            label=td_string!(lang, requests.visibility_label)
            options=options
            value=Visibility::Public.code()
        />
    }
    .into_any()
}

/// Kind and category: the clerk can tell them from the text, so they are folded away.
fn more(flash: &Flash, categories: Vec<Choice>, lang: Lang) -> AnyView {
    let name = |kind: Kind| format!("{} · {}", said::kind(kind, lang), said::kind_hint(kind, lang));
    let kinds = Choice::all(Kind::ALL.iter().map(|kind| (kind.code(), name(*kind))));
    let usual = Kind::Help.code();
    let chosen = |field: &str, usual: &str| !["", usual].contains(&flash.value(field).as_str());
    let wrong = flash.message(lang, "kind").or_else(|| flash.message(lang, "category")).is_some();
    let open = wrong || chosen("kind", usual) || chosen("category", "");
    view! {
        <details class="filter" open=open>
            <summary>{td_string!(lang, requests.details)}</summary>
            <div class="form">
                <Select name="kind" label=td_string!(lang, requests.kind_label) options=kinds value=usual />
                <Select name="category" label=td_string!(lang, requests.category_label) options=categories />
            </div>
        </details>
    }
    .into_any()
}

async fn who(here: &Here, flash: &Flash) -> Result<Who, Error> {
    let signed_in = if here.actor.is_signed_in() { people::profile(&here.db, &here.actor).await?.phone } else { None };
    let sent_to = Some(flash.value("phone"))
        .filter(|_| flash.value("sent") == "code")
        .and_then(|typed| Phone::parse(&typed).ok());
    let demo_code = match &sent_to {
        Some(phone) if here.demo => sign_in::latest_code_for_demo(&here.db, phone).await?,
        _ => None,
    };
    Ok(Who { signed_in, sent_to, demo_code, demo: here.demo })
}

/// The code of the area the resident calls home.
async fn home(here: &Here, tree: &gongzhi_store::areas::AreaTree) -> Result<Option<String>, Error> {
    if !here.actor.is_signed_in() {
        return Ok(None);
    }
    let home = people::profile(&here.db, &here.actor).await?.home;
    Ok(home.and_then(|home| tree.get(home)).map(|area| area.code.clone()))
}

fn island_words(lang: Lang) -> FilingWords {
    FilingWords {
        sending: td_string!(lang, requests.js_sending).to_owned(),
        no_connection: td_string!(lang, requests.js_no_connection).to_owned(),
        server_failed: td_string!(lang, requests.js_server_failed).to_owned(),
        photo_sending: td_string!(lang, requests.js_photo_sending).to_owned(),
        photo_failed: td_string!(lang, requests.js_photo_failed).to_owned(),
        photo_remove: td_string!(lang, requests.js_photo_remove).to_owned(),
        photo_too_many: td_string!(lang, requests.js_photo_too_many).to_owned(),
        locating: td_string!(lang, requests.js_locating).to_owned(),
        location_refused: td_string!(lang, requests.js_location_refused).to_owned(),
        location_outside: td_string!(lang, requests.js_location_outside).to_owned(),
        code_sent: td_string!(lang, requests.js_code_sent).to_owned(),
        draft_restored: td_string!(lang, requests.js_draft_restored).to_owned(),
    }
}
