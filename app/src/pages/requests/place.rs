//! 在哪里: the place of a request by the phone's own position, by a tap on the map, by choosing a grid, or
//! in words. The map is drawn on the server; without a script the tap posts the form and the page comes
//! back with the place in it.

use gongzhi_api::form::Flash;
use gongzhi_domain::area::Point;
use gongzhi_domain::lang::Lang;
use gongzhi_store::areas::{Area, AreaTree};
use gongzhi_store::map::{AreaMap, WIDTH};
use gongzhi_words::td_string;
use leptos::prelude::*;

use crate::components::{Button, Icon, Look, Sign, TextInput, control_id};

/// Width of the map in CSS pixels: fits a phone of 320, and is fixed because a browser without a script sends
/// the tap in the pixels it shows.
const SHOWN: u32 = 288;

/// More names than this would cover each other.
const LABELS: usize = 14;

/// What the form knows of the place so far.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Code of the area, from the form, or from a door plate's address.
    pub area: String,
    /// The point that was tapped or found.
    pub point: Option<Point>,
    /// Near what the map is drawn when nothing is chosen: the resident's home.
    pub near: Option<String>,
}

impl Chosen {
    /// What was typed before, else the area of the address.
    pub fn of(flash: &Flash, plate: Option<String>, near: Option<String>) -> Self {
        let number = |name: &str| flash.value(name).parse::<f64>().ok();
        let area = if flash.typed.is_empty() { plate.unwrap_or_default() } else { flash.value("area") };
        let point = number("lat").zip(number("lon")).and_then(|(lat, lon)| Point::new(lat, lon));
        // Asking for the whole map forgets the place, and the home with it.
        let near = near.filter(|_| flash.value("step") != "whole");
        Self { area, point, near }
    }
}

/// A map to tap on, and the shapes it shows.
struct Drawn {
    map: AreaMap,
    around: String,
    whole: bool,
}

/// Around a chosen area its neighbours; else the communities of the whole town.
fn draw(tree: &AreaTree, chosen: &Chosen, lang: Lang) -> Option<Drawn> {
    let root = tree.root()?;
    let start = tree.by_code(&chosen.area).or_else(|| chosen.near.as_deref().and_then(|code| tree.by_code(code)));
    let around = start.and_then(|area| around(tree, area)).filter(|area| area.id != root.id);
    let near = around.and_then(|area| Some((tree.map(area.id, None)?, area, false)));
    let deepest = tree.levels().iter().map(|level| level.rank).max();
    let (map, area, whole) = near.or_else(|| {
        let map = tree.map(root.id, deepest.map(|rank| rank - 1)).or_else(|| tree.map(root.id, None))?;
        Some((map, root, true))
    })?;
    Some(Drawn { map, around: area.name.in_(lang).to_owned(), whole })
}

/// What a map of an area's surroundings shows: the area itself when something lies in it, else its parent.
fn around<'a>(tree: &'a AreaTree, area: &'a Area) -> Option<&'a Area> {
    if tree.children(area.id).next().is_some() { Some(area) } else { area.parent.and_then(|parent| tree.get(parent)) }
}

/// The group of the place: every way of saying it, and what is chosen.
pub fn group(tree: &AreaTree, chosen: &Chosen, flash: &Flash, lang: Lang) -> AnyView {
    let error = flash.message(lang, "place").or_else(|| flash.message(lang, "area"));
    let name = tree
        .by_code(&chosen.area)
        .map(|area| tree.chain(area.id).iter().skip(1).map(|name| name.in_(lang)).collect::<Vec<_>>().join(" · "));
    let named = name.unwrap_or_else(|| td_string!(lang, requests.place_none).to_owned());
    let class = if error.is_some() { "field field-wrong place" } else { "field place" };
    let point = |pick: fn(Point) -> f64| chosen.point.map(|point| format!("{:.6}", pick(point))).unwrap_or_default();
    let described = if error.is_some() { "f-place-error place-name" } else { "place-name" };
    view! {
        <fieldset class=class id=control_id("place") tabindex="-1" aria-describedby=described>
            <legend class="field-label">{td_string!(lang, requests.place_label)}</legend>
            <p class="field-hint">{td_string!(lang, requests.place_hint)}</p>
            {error.map(|error| view! { <p class="field-error" id="f-place-error">{error}</p> })}
            <p class="place-name">
                <Icon sign=Sign::Place />
                <span id="place-name" aria-live="polite">{named}</span>
            </p>
            <input type="hidden" id="f-lat" name="lat" value=point(|point| point.lat) />
            <input type="hidden" id="f-lon" name="lon" value=point(|point| point.lon) />
            <input type="hidden" id="f-datum" name="datum" value="wgs84" />
            <button class="button button-secondary" type="button" id="use-location" hidden>
                {td_string!(lang, requests.use_location)}
            </button>
            {draw(tree, chosen, lang).map(|drawn| map(&drawn, chosen, lang))}
            {choices(tree, &chosen.area, lang)}
            <TextInput
                name="place_words"
                label=td_string!(lang, requests.place_words_label)
                hint=td_string!(lang, requests.place_words_hint)
            />
        </fieldset>
    }
    .into_any()
}

fn map(drawn: &Drawn, chosen: &Chosen, lang: Lang) -> AnyView {
    let map = &drawn.map;
    let [west, south, east, north] = map.bounds;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a map's height is a small positive number"
    )]
    let height = (map.height / WIDTH * f64::from(SHOWN)).round().clamp(1.0, 2_000.0) as u32;
    let corners = [("west", west), ("south", south), ("east", east), ("north", north)];
    let hidden = corners.map(|(name, value)| {
        view! { <input type="hidden" name=format!("map_{name}") value=format!("{value:.6}") /> }
    });
    let whole = (!drawn.whole).then(|| {
        view! {
            <Button look=Look::Quiet small=true name="step" value="whole">{td_string!(lang, requests.map_zoom_out)}</Button>
        }
    });
    let pin = chosen.point.map(|point| map.place(point));
    view! {
        <p class="field-label">{td_string!(lang, requests.map_label)}</p>
        <div class="place-map">
            {shapes(map, &chosen.area, pin, lang)}
            <input
                type="image"
                name="map"
                id="place-map"
                src="/blank.svg"
                width=SHOWN.to_string()
                height=height.to_string()
                alt=td_string!(lang, requests.map_alt, area = drawn.around.clone())
                tabindex="-1"
                data-west=format!("{west:.6}")
                data-south=format!("{south:.6}")
                data-east=format!("{east:.6}")
                data-north=format!("{north:.6}")
            />
        </div>
        <input type="hidden" name="map_width" value=SHOWN.to_string() />
        <input type="hidden" name="map_height" value=height.to_string() />
        {hidden.into_iter().collect_view()}
        {whole}
    }
    .into_any()
}

/// The shapes under the tap, with the chosen area and point marked.
fn shapes(map: &AreaMap, area: &str, pin: Option<(f64, f64)>, lang: Lang) -> AnyView {
    let labels = map.shapes.len() <= LABELS;
    let drawn = map
        .shapes
        .iter()
        .map(|shape| {
            let class = if shape.code == area { "map-area-here" } else { "map-area" };
            let (x, y) = shape.label;
            let label = labels.then(|| {
                view! { <text class="map-label" x=x.to_string() y=y.to_string()>{shape.name.in_(lang).to_owned()}</text> }
            });
            view! { <path class=class d=shape.d.clone()></path>{label} }
        })
        .collect_view();
    let hidden = pin.is_none();
    let (x, y) = pin.unwrap_or_default();
    view! {
        <svg class="place-map-shapes" viewBox=format!("0 0 {WIDTH:.0} {:.0}", map.height) aria-hidden="true" focusable="false">
            {drawn}
            <circle id="place-pin" class="map-pin" cx=format!("{x:.0}") cy=format!("{y:.0}") r="22" hidden=hidden></circle>
        </svg>
    }
    .into_any()
}

/// Towns and communities as groups, their grids as choices; a community itself can be chosen too.
fn choices(tree: &AreaTree, chosen: &str, lang: Lang) -> AnyView {
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for area in tree.all().iter().filter(|area| area.parent.is_some() && !area.ended) {
        let name = area.name.in_(lang).to_owned();
        if tree.children(area.id).next().is_some() {
            let line = tree.chain(area.id).iter().skip(1).map(|name| name.in_(lang)).collect::<Vec<_>>().join(" · ");
            groups.push((line, vec![(area.code.clone(), name)]));
        } else if let Some((_, lines)) = groups.last_mut() {
            lines.push((area.code.clone(), name));
        } else {
            groups.push((String::new(), vec![(area.code.clone(), name)]));
        }
    }
    let groups = groups
        .into_iter()
        .map(|(label, lines)| {
            let lines = lines
                .into_iter()
                .map(|(code, name)| {
                    let selected = code == chosen;
                    view! { <option value=code selected=selected>{name}</option> }
                })
                .collect_view();
            view! { <optgroup label=label>{lines}</optgroup> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for="f-area">{td_string!(lang, requests.area_label)}</label>
            <select class="input select" id="f-area" name="area">
                <option value="">{td_string!(lang, requests.area_none)}</option>
                {groups}
            </select>
        </div>
    }
    .into_any()
}
