//! The page on which somebody signs: what signing means in three sentences, the full text, then a code to their phone and the
//! signature. After an earlier version it shows what changed, and one tap signs the present one.

use gongzhi_api::Here;
use gongzhi_api::form::{self, Flash};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::{Lang, Named};
use gongzhi_domain::pact::Kind;
use gongzhi_store::signing::{self, Earlier, Mine, MyHousehold};
use gongzhi_words::{pact_terms, td_string};
use leptos::prelude::*;

use super::said;
use crate::components::{Button, Checkbox, Choice, Diff, Form, Look, Notice, Page, RadioCards, Weight};
use crate::pages::me::PasskeyScript;
use crate::pages::phone::{OneTimeCode, demo_code};
use crate::pages::reading::{asked, part, read};

/// Sign a pact.
#[component]
pub fn SignPact() -> impl IntoView {
    let number = part("number");
    let (sent, witnessed) = (asked("sent"), asked("witnessed"));
    read(async move {
        let here = Here::now()?;
        let lang = here.lang;
        let _ = here.form_cookie();
        let mine = signing::mine(&here.db, &here.actor, &number).await?;
        let flash = form::kept(&here, "sign-pact").await?;
        let witness = witness(&here, &mine.number, witnessed.as_deref()).await?;
        let renewed = form::kept(&here, "reaffirm-signature").await?;
        let touched = form::kept(&here, "sign-with-passkey").await?;
        let number = mine.number.clone();
        let content = match &mine.text_no {
            None => notice(td_string!(lang, signing.not_begun_title), td_string!(lang, signing.not_begun_text)),
            Some(_) if mine.households.is_empty() => {
                notice(td_string!(lang, signing.not_yours_title), td_string!(lang, signing.not_yours_text))
            }
            Some(_) if !mine.is_open => view! {
                {notice(td_string!(lang, signing.closed_title), td_string!(lang, signing.closed_text))}
                {signed_link(&number, lang)}
                {full_text(&mine, lang)}
            }
            .into_any(),
            Some(_) => to_sign(&here, &mine, sent.as_deref(), &flash, &touched).await?,
        };
        let sub = mine
            .text_no
            .map(|no| format!("{} · {}", pact_terms::kind(mine.kind, lang), td_string!(lang, signing.version, n = no)));
        let fresh = mine.households.iter().filter(|home| home.signature.is_none() && home.earlier.is_none()).count();
        let fields: &[&str] = match (sent.is_some(), fresh) {
            (true, _) => &["code", "agreed"],
            (false, 2..) => &["household"],
            _ => &[],
        };
        let fields = if mine.is_open { fields } else { &[] };
        let wrong = match (&flash.error, &touched.error) {
            (Some(_), _) => said(&flash, fields, None, lang),
            (None, Some(_)) => said(&touched, &["agreed"], Some("passkey"), lang),
            (None, None) => said(&renewed, fields, None, lang),
        };
        Ok(view! {
            <Page
                title=format!("{} · {}", td_string!(lang, signing.title), mine.title.in_(lang))
                bar=mine.title.in_(lang).to_owned()
                sub=sub.unwrap_or_default()
                back=format!("/pacts/{number}")
            >
                {wrong}
                {witness}
                {content}
            </Page>
        }
        .into_any())
    })
}

/// What the reader is asked to confirm as the witness of assisted signatures, and what their last answer came to.
async fn witness(here: &Here, number: &str, witnessed: Option<&str>) -> Result<AnyView, Error> {
    let lang = here.lang;
    let told = match witnessed {
        Some("yes") => Some(td_string!(lang, signing.witness_done)),
        Some("no") => Some(td_string!(lang, signing.witness_refused)),
        _ => None,
    };
    let told = told.map(|title| view! { <Notice weight=Weight::Done live=true title=title /> });
    let waiting = signing::to_witness(&here.db, &here.actor, number).await?;
    let kept = form::kept(here, "witness-signing").await?;
    let forms: Vec<_> = waiting
        .into_iter()
        .map(|one| {
            let (id, pact, back) = (one.id.to_string(), number.to_owned(), format!("/pacts/{number}/sign"));
            let flash = kept.of(&[("asked", &id)]);
            let words = td_string!(
                lang,
                signing.witness_asked,
                helper = one.helper.in_(lang).to_owned(),
                signer = one.signer,
                place = one.place.in_(lang).to_owned()
            );
            let options = vec![
                Choice::new("yes", td_string!(lang, signing.witness_yes)),
                Choice::new("no", td_string!(lang, signing.witness_no)),
            ];
            view! {
                <section class="card stack">
                    <h2>{td_string!(lang, signing.witness_title)}</h2>
                    {said(&flash, &["was_so"], Some(&id), lang)}
                    <p>{words}</p>
                    <Form verb="witness-signing" back=back typed=flash apart=id.clone()>
                        <input type="hidden" name="pact" value=pact />
                        <input type="hidden" name="asked" value=id />
                        <RadioCards
                            name="was_so"
                            label=td_string!(lang, signing.witness_question)
                            options=options
                            required=true
                        />
                        <Button look=Look::Secondary>{td_string!(lang, signing.witness_go)}</Button>
                    </Form>
                </section>
            }
        })
        .collect();
    Ok(view! {
        {told}
        {forms}
    }
    .into_any())
}

fn notice(title: &'static str, text: &'static str) -> AnyView {
    view! { <Notice title=title><p>{text}</p></Notice> }.into_any()
}

fn signed_link(number: &str, lang: Lang) -> AnyView {
    let href = format!("/pacts/{number}/signed");
    view! {
        <div class="buttons"><Button look=Look::Secondary href=href>{td_string!(lang, signing.see_mine)}</Button></div>
    }
    .into_any()
}

async fn to_sign(
    here: &Here,
    mine: &Mine,
    sent: Option<&str>,
    flash: &Flash,
    touched: &Flash,
) -> Result<AnyView, Error> {
    let lang = here.lang;
    let open: Vec<&MyHousehold> = mine.households.iter().filter(|home| home.signature.is_none()).collect();
    let signed = mine.households.iter().filter(|home| home.signature.is_some()).map(|home| {
        view! { <li>{home.place.in_(lang).to_owned()}" · "{td_string!(lang, signing.already)}</li> }
    });
    let signed: Vec<_> = signed.collect();
    let signed = (!signed.is_empty()).then(|| {
        view! {
            <ul class="plain-list">{signed}</ul>
            {signed_link(&mine.number, lang)}
        }
    });
    let renew: Vec<_> = open.iter().filter_map(|home| home.earlier.as_ref().map(|earlier| (*home, earlier))).collect();
    let renew: Vec<_> = renew.into_iter().map(|(home, earlier)| again(here, mine, home, earlier)).collect();
    let fresh: Vec<&MyHousehold> = open.into_iter().filter(|home| home.earlier.is_none()).collect();
    let chosen = sent.and_then(|sent| fresh.iter().copied().find(|home| home.id.to_string() == sent));
    let touch = (chosen.is_none() && !fresh.is_empty()).then(|| touch_step(here, mine, &fresh, touched));
    let step = match (chosen, fresh.is_empty()) {
        (_, true) => ().into_any(),
        (Some(home), _) => code_step(here, mine, home, flash).await?,
        (None, _) => send_step(mine, &fresh, flash, lang),
    };
    // Once the code is sent its field stands on top; the text stays in sight below.
    let (before, after) = if chosen.is_some() { (Some(step), None) } else { (None, Some(step)) };
    Ok(view! {
        {signed}
        {renew}
        {before}
        {meaning(mine.kind, lang)}
        {full_text(mine, lang)}
        {touch}
        {after}
        <p class="quiet">{td_string!(lang, signing.other_ways)}</p>
    }
    .into_any())
}

/// What signing means, in three sentences.
fn meaning(kind: Kind, lang: Lang) -> AnyView {
    // A pledge binds its signers only; the others hold for everybody once they are in force.
    let third = match kind {
        Kind::BuildingPledge => td_string!(lang, signing.means_3),
        _ => td_string!(lang, signing.means_3_law),
    };
    view! {
        <section class="stack">
            <h2>{td_string!(lang, signing.means_title)}</h2>
            <ol class="signing-means">
                <li>{td_string!(lang, signing.means_1)}</li>
                <li>{td_string!(lang, signing.means_2)}</li>
                <li>{third}</li>
            </ol>
        </section>
    }
    .into_any()
}

/// The whole text as it is signed, and its check code.
fn full_text(mine: &Mine, lang: Lang) -> AnyView {
    let clauses: Vec<_> = mine.clauses.iter().map(|clause| one_clause(clause, lang)).collect();
    view! {
        <section class="stack">
            <h2>{td_string!(lang, signing.text_title)}</h2>
            <ol class="signing-text">{clauses}</ol>
            <p class="quiet">{td_string!(lang, signing.text_code)}</p>
            <p class="signing-code">{grouped(&mine.text)}</p>
            <p class="quiet">{td_string!(lang, signing.text_code_hint)}</p>
        </section>
    }
    .into_any()
}

/// A clause: the Chinese text binds, so it is always there; a translation stands under it.
fn one_clause(clause: &Named, lang: Lang) -> AnyView {
    let translated = (lang == Lang::En && !clause.en.is_empty())
        .then(|| view! { <p class="quiet" lang="en">{clause.en.clone()}</p> });
    view! {
        <li>
            <p lang="zh-CN">{clause.zh.clone()}</p>
            {translated}
        </li>
    }
    .into_any()
}

/// A check code in groups of eight, so that it can be compared.
pub(in crate::pages) fn grouped(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    digits.chunks(8).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn send_step(mine: &Mine, homes: &[&MyHousehold], flash: &Flash, lang: Lang) -> AnyView {
    let Some(phone) = mine.phone.clone() else {
        return notice(td_string!(lang, signing.no_phone_title), td_string!(lang, signing.no_phone_text));
    };
    let which = which(homes, lang);
    let number = mine.number.clone();
    view! {
        <Form verb="send-signing-code" back=format!("/pacts/{}/sign", mine.number) typed=flash.clone()>
            <input type="hidden" name="pact" value=number />
            {which}
            <Button look=Look::Sign wide=true>{td_string!(lang, signing.send)}</Button>
            <p class="quiet">{td_string!(lang, signing.send_hint, phone = phone)}</p>
        </Form>
    }
    .into_any()
}

/// Confirming by finger or face, where there is a passkey and the script finds a browser that can; else how to add one.
fn touch_step(here: &Here, mine: &Mine, homes: &[&MyHousehold], touched: &Flash) -> AnyView {
    let lang = here.lang;
    if here.site.is_none() {
        return ().into_any();
    }
    if !mine.has_passkey {
        return view! {
            <p class="quiet">
                {td_string!(lang, signing.passkeys)}" "<a href="/me/passkeys">{td_string!(lang, passkeys.title)}</a>
            </p>
        }
        .into_any();
    }
    let (which, number, text) = (which(homes, lang), mine.number.clone(), mine.text.clone());
    view! {
        <Form
            verb="sign-with-passkey"
            back=format!("/pacts/{}/sign", mine.number)
            typed=touched.clone()
            apart="passkey"
            key=here.db.new_id().to_string()
        >
            <div class="stack" data-passkey="confirm" hidden>
                <input type="hidden" name="pact" value=number />
                <input type="hidden" name="text" value=text />
                {which}
                <input type="hidden" name="credential_id" />
                <input type="hidden" name="client_data" />
                <input type="hidden" name="authenticator_data" />
                <input type="hidden" name="signature" />
                <Checkbox name="agreed" label=td_string!(lang, signing.agreed) required=true />
                <Button look=Look::Sign wide=true>{td_string!(lang, signing.touch)}</Button>
                <p data-passkey-failed tabindex="-1" role="alert" hidden>{td_string!(lang, passkeys.failed)}</p>
                <p class="quiet">{td_string!(lang, signing.touch_or)}</p>
            </div>
        </Form>
        <PasskeyScript />
    }
    .into_any()
}

/// For which household, where there are several.
fn which(homes: &[&MyHousehold], lang: Lang) -> AnyView {
    match homes {
        [only] => view! {
            <p>{only.place.in_(lang).to_owned()}" · "{pact_terms::capacity(only.capacity, lang)}</p>
            <input type="hidden" name="household" value=only.id.to_string() />
        }
        .into_any(),
        several => {
            let choices = several.iter().map(|home| {
                Choice::new(home.id.to_string(), home.place.in_(lang)).hint(pact_terms::capacity(home.capacity, lang))
            });
            let choices = choices.collect::<Vec<_>>();
            view! {
                <RadioCards
                    name="household"
                    label=td_string!(lang, signing.household)
                    hint=td_string!(lang, signing.household_hint)
                    options=choices
                    required=true
                />
            }
            .into_any()
        }
    }
}

async fn code_step(here: &Here, mine: &Mine, home: &MyHousehold, flash: &Flash) -> Result<AnyView, Error> {
    let lang = here.lang;
    let phone = mine.phone.clone().unwrap_or_default();
    let code = if here.demo { signing::code_for_demo(&here.db, &here.actor, &mine.number).await? } else { None };
    let back = format!("/pacts/{}/sign?sent={}", mine.number, home.id);
    let (number, home_id, text) = (mine.number.clone(), home.id.to_string(), mine.text.clone());
    let (number_again, home_again) = (number.clone(), home_id.clone());
    let hint = td_string!(
        lang,
        signing.agreed_hint,
        place = home.place.in_(lang).to_owned(),
        capacity = pact_terms::capacity(home.capacity, lang)
    );
    Ok(view! {
        <Notice weight=Weight::Done live=true title=td_string!(lang, signing.sent_title, phone = phone)>
            <p>{td_string!(lang, signing.sent_text)}</p>
            {demo_code(code, lang)}
        </Notice>
        <Form verb="sign-pact" back=back typed=flash.clone() key=here.db.new_id().to_string()>
            <input type="hidden" name="pact" value=number />
            <input type="hidden" name="household" value=home_id />
            <input type="hidden" name="text" value=text />
            <OneTimeCode label=td_string!(lang, signing.code) hint=td_string!(lang, signing.code_hint) />
            <Checkbox name="agreed" label=td_string!(lang, signing.agreed) hint=hint required=true />
            <Button look=Look::Sign wide=true>{td_string!(lang, signing.sign)}</Button>
        </Form>
        <Form verb="send-signing-code" back=format!("/pacts/{}/sign", mine.number) inline=true>
            <input type="hidden" name="pact" value=number_again />
            <input type="hidden" name="household" value=home_again />
            <Button look=Look::Quiet>{td_string!(lang, signing.again)}</Button>
        </Form>
    }
    .into_any())
}

/// What changed since somebody signed, and the one tap that signs the present version.
fn again(here: &Here, mine: &Mine, home: &MyHousehold, earlier: &Earlier) -> AnyView {
    let lang = here.lang;
    let changed: Vec<_> = earlier
        .changed
        .iter()
        .map(|(before, now)| view! { <li><Diff old=before.clone() new=now.clone() /></li> })
        .collect();
    let changed = if changed.is_empty() {
        view! { <p>{td_string!(lang, signing.renew_same)}</p> }.into_any()
    } else {
        view! { <ul class="signing-changes" lang="zh-CN">{changed}</ul> }.into_any()
    };
    let now = mine.text_no.unwrap_or_default();
    let (number, id, text) = (mine.number.clone(), earlier.id.to_string(), mine.text.clone());
    view! {
        <section class="card">
            <h2>{td_string!(lang, signing.renew_title, n = earlier.text_no)}</h2>
            <p class="quiet">{home.place.in_(lang).to_owned()}" · "{pact_terms::capacity(home.capacity, lang)}</p>
            {changed}
            <Form verb="reaffirm-signature" back=format!("/pacts/{}/sign", mine.number) key=here.db.new_id().to_string()>
                <input type="hidden" name="pact" value=number />
                <input type="hidden" name="earlier" value=id />
                <input type="hidden" name="text" value=text />
                <Button look=Look::Sign wide=true>{td_string!(lang, signing.renew_go, n = now)}</Button>
                <p class="quiet">{td_string!(lang, signing.renew_hint)}</p>
            </Form>
        </section>
    }
    .into_any()
}
