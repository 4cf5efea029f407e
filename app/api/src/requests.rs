//! A resident's request: filed, asked for by number and code, rated; and the place on the map.
#![expect(missing_docs, reason = "the fields of the structs that #[server] makes of the arguments")]

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, MultipartData, MultipartFormData};
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Refusal};
#[cfg(feature = "ssr")]
use crate::{
    Here,
    account::needed,
    form::{self, Form},
    sent::Sent,
};
#[cfg(feature = "ssr")]
use gongzhi_domain::{
    area::{Datum, Point},
    error::{Error, FieldError, Reason},
    number::RequestNumber,
    permission::{Action, Target},
    phone::Phone,
    request::{Channel, Kind, PLACE_WORDS_MAX, Rating, TEXT_MAX, TEXT_MIN, Told, Visibility, written},
    view::Filed,
};
#[cfg(feature = "ssr")]
use gongzhi_store::{
    requests::{self, PlaceGiven, Who},
    sign_in,
};

/// A place the portal knows, as the filing form shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceFound {
    /// The code of the smallest area around the point.
    pub code: String,
    /// Its name with those above it, in the reader's language.
    pub name: String,
}

/// Which area a point lies in (WGS-84 degrees).
///
/// # Errors
/// A field error for a point that is none or lies outside.
#[server(prefix = "/api", endpoint = "locate", input = Json)]
pub async fn locate(lat: Option<String>, lon: Option<String>) -> Result<PlaceFound, Refusal> {
    let outcome = async {
        let here = Here::now()?;
        let point =
            point_in(lat.as_deref(), lon.as_deref())?.ok_or_else(|| Error::field("place", Reason::PlaceNeeded))?;
        let code = locate_for(&here, point).await?;
        let areas = here.db.areas().await?;
        let chain = areas.by_code(&code).map(|area| areas.chain(area.id)).unwrap_or_default();
        // The town itself is known to everybody in it.
        let name = chain.iter().skip(1).map(|name| name.in_(here.lang)).collect::<Vec<_>>().join(" · ");
        Ok(PlaceFound { name, code })
    }
    .await;
    outcome.map_err(|error| form::refuse(&error))
}

/// Files a request. The form is multipart; its button says which step it asks for: `send`, `code` or `code-shown` (a
/// code to the phone, and back to the form), `whole` (the whole map again), or none with a tap on the map, which a
/// browser without a script sends as `map.x` and `map.y`.
///
/// # Errors
/// Every field that is wrong, at once; too many requests.
#[server(prefix = "/api", endpoint = "file-request", input = MultipartFormData)]
pub async fn file_request(body: MultipartData) -> Answer {
    let (here, mut sent) = match Sent::read(body, &[("text", TEXT_MAX), ("place_words", PLACE_WORDS_MAX)]).await {
        Ok(read) => read,
        Err(error) => return Form::new("filing", Some("/requests/new")).answer(Err(error)).await,
    };
    if let Err(broken_off) = sent.whole() {
        return back_to_the_form(&here, sent, Err(broken_off)).await;
    }
    match sent.get("step") {
        Some("code" | "code-shown") => {
            let outcome = send_code_for(&here, &mut sent).await;
            back_to_the_form(&here, sent, outcome).await
        }
        Some("whole") => {
            for field in ["lat", "lon", "area"] {
                sent.set(field, "");
            }
            back_to_the_form(&here, sent, Ok(())).await
        }
        None if sent.get("map.x").is_some() => {
            let outcome = place_on_the_map(&here, &mut sent).await;
            back_to_the_form(&here, sent, outcome).await
        }
        _ => {
            let outcome = file(&here, &sent).await;
            sent.form("filing", "/requests/new").answer(outcome).await
        }
    }
}

/// Asks for a request by its number and query code; after it, this browser may read and rate it.
///
/// # Errors
/// One field error for both, never saying which is unknown; too many tries.
#[server(prefix = "/api", endpoint = "ask-by-code")]
pub async fn ask_by_code(number: Option<String>, code: Option<String>, back: Option<String>) -> Answer {
    let form = Form::new("ask", back.as_deref()).with("number", number.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let (number, code) = (number.unwrap_or_default(), code.unwrap_or_default());
        let number = requests::ask(&here.db, &here.actor, &here.holder(), &number, &code).await?;
        Ok(format!("/requests/{number}"))
    }
    .await;
    form.answer(outcome).await
}

/// The resident says how it went: solved closes the order, not solved sends it back to be done again.
///
/// # Errors
/// Field errors; a conflict when it was rated or moved on meanwhile.
#[server(prefix = "/api", endpoint = "rate-request")]
pub async fn rate_request(
    number: Option<String>,
    version: Option<String>,
    contacted: Option<String>,
    solved: Option<String>,
    satisfied: Option<String>,
    comment: Option<String>,
    back: Option<String>,
) -> Answer {
    let form = Form::new("rate", back.as_deref())
        .with("number", number.as_ref())
        .with("contacted", contacted.as_ref())
        .with("solved", solved.as_ref())
        .with("satisfied", satisfied.as_ref())
        .with("comment", comment.as_ref());
    let outcome = async {
        let here = Here::now()?;
        let number = RequestNumber::parse(needed("number", number.as_deref())?)
            .map_err(|reason| Error::field("number", reason))?;
        let version = crate::orders::version_in(version.as_deref())?;
        let rating = rating_in(contacted.as_deref(), solved.as_deref(), satisfied.as_deref(), comment)?;
        requests::rate(&here.db, &here.actor, Some(&here.holder()), number, version, &rating).await?;
        Ok(format!("/requests/{number}#rated"))
    }
    .await;
    form.answer(outcome).await
}

/// A rating as it was ticked; every question that was left out, at once.
#[cfg(feature = "ssr")]
fn rating_in(
    contacted: Option<&str>,
    solved: Option<&str>,
    satisfied: Option<&str>,
    comment: Option<String>,
) -> Result<Rating, Error> {
    let mut wrong = Vec::new();
    let contacted = match contacted {
        Some("yes") => true,
        Some("no") => false,
        Some(_) => note(&mut wrong, "contacted", Reason::NotAChoice),
        None => note(&mut wrong, "contacted", Reason::Missing),
    };
    let solved = match solved.map(str::parse::<Told>) {
        Some(Ok(told)) => told,
        Some(Err(_)) => {
            note::<()>(&mut wrong, "solved", Reason::NotAChoice);
            Told::No
        }
        None => {
            note::<()>(&mut wrong, "solved", Reason::Missing);
            Told::No
        }
    };
    let satisfied = match satisfied.map(str::parse::<u8>) {
        Some(Ok(stars)) => stars,
        Some(Err(_)) => note(&mut wrong, "satisfied", Reason::NotANumber),
        None => note(&mut wrong, "satisfied", Reason::Missing),
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid { fields: wrong });
    }
    Rating::new(contacted, solved, satisfied, comment.unwrap_or_default())
}

/// Notes what is wrong with a field and goes on with a value that nobody will use.
#[cfg(feature = "ssr")]
fn note<T: Default>(wrong: &mut Vec<FieldError>, field: &str, reason: Reason) -> T {
    wrong.push(FieldError::new(field, reason));
    T::default()
}

/// What the form holds, as the store wants it; then it is filed.
#[cfg(feature = "ssr")]
async fn file(here: &Here, sent: &Sent) -> Result<String, Error> {
    let mut wrong = Vec::new();
    sent.wrong(&mut wrong)?;
    let kind = sent.chosen("kind", Kind::Help, &mut wrong);
    let visibility = sent.chosen("visibility", Visibility::Public, &mut wrong);
    let datum = sent.chosen("datum", Datum::Wgs84, &mut wrong);
    let key: uuid::Uuid = match sent.get("key").map(str::parse) {
        Some(Ok(key)) => key,
        _ => note(&mut wrong, "form", Reason::Unreadable),
    };
    let point =
        point_in(sent.get("lat"), sent.get("lon")).unwrap_or_else(|_| note(&mut wrong, "place", Reason::NotANumber));
    if !wrong.is_empty() {
        // The store would say the rest; what is typed most is said with it already.
        if let Err(reason) = written(sent.get("text").unwrap_or_default(), TEXT_MIN, TEXT_MAX) {
            wrong.retain(|said| said.field != "text");
            wrong.insert(0, FieldError::new("text", reason));
        }
        return Err(Error::Invalid { fields: wrong });
    }
    let place = PlaceGiven {
        point: still_meant(here, point, datum, sent.get("area")).await?.map(|point| (point.lat, point.lon)),
        datum: Some(datum),
        area_code: sent.get("area").map(str::to_owned),
        words: sent.get("place_words").unwrap_or_default().to_owned(),
        nowhere: false,
    };
    let filing = requests::FileRequest {
        key,
        holder: here.holder(),
        text: sent.get("text").unwrap_or_default().to_owned(),
        kind,
        category: sent.get("category").map(str::to_owned),
        place,
        who: who(here, sent),
        visibility,
        channel: Channel::Web,
        photos: sent.photos.clone(),
        accused_unit: None,
    };
    let (Filed::Now(receipt) | Filed::Before(receipt)) = requests::file(&here.db, &here.actor, filing).await?;
    Ok(format!("/requests/{}/receipt", receipt.number))
}

#[cfg(feature = "ssr")]
fn who(here: &Here, sent: &Sent) -> Who {
    if sent.get("anonymous").is_some() {
        Who::Anonymous
    } else if here.actor.is_signed_in() {
        Who::Me
    } else {
        let typed = |field: &str| sent.get(field).unwrap_or_default().to_owned();
        Who::Number { phone: typed("phone"), code: typed("code"), name: String::new() }
    }
}

/// The point, unless another area was chosen after the tap: a tap sets the area too, so that they differ means that
/// the choice came later.
#[cfg(feature = "ssr")]
async fn still_meant(
    here: &Here,
    point: Option<Point>,
    datum: Datum,
    area: Option<&str>,
) -> Result<Option<Point>, Error> {
    let (Some(point), Some(area)) = (point, area) else { return Ok(point) };
    let areas = here.db.areas().await?;
    let found = Point::given(point.lat, point.lon, datum).and_then(|point| areas.locate(point));
    Ok(found.is_some_and(|found| found.code == area).then_some(point))
}

/// The code of the smallest area around a point in WGS-84.
#[cfg(feature = "ssr")]
async fn locate_for(here: &Here, point: Point) -> Result<String, Error> {
    here.actor.may(Action::Locate, &Target::none())?;
    let areas = here.db.areas().await?;
    areas.locate(point).map(|area| area.code.clone()).ok_or_else(|| Error::field("place", Reason::OutsideArea))
}

/// Sends the code; the page then shows the field for it.
#[cfg(feature = "ssr")]
async fn send_code_for(here: &Here, sent: &mut Sent) -> Result<(), Error> {
    let phone = Phone::parse(sent.get("phone").unwrap_or_default()).map_err(|reason| Error::field("phone", reason))?;
    sign_in::send_code(&here.db, &here.actor, &phone).await?;
    sent.set("sent", "code");
    Ok(())
}

/// The point under the tap, from the corners of the map that was shown.
#[cfg(feature = "ssr")]
async fn place_on_the_map(here: &Here, sent: &mut Sent) -> Result<(), Error> {
    let number = |name: &str| sent.parsed::<f64>(name, Reason::NotANumber);
    let (Some(x), Some(y), Some(width), Some(height), Some(west), Some(east), Some(south), Some(north)) = (
        number("map.x")?,
        number("map.y")?,
        number("map_width")?,
        number("map_height")?,
        number("map_west")?,
        number("map_east")?,
        number("map_south")?,
        number("map_north")?,
    ) else {
        return Err(Error::field("place", Reason::PlaceNeeded));
    };
    // A key pressed on the map sends its corner: that is no place.
    if x < 1.0 && y < 1.0 {
        return Err(Error::field("place", Reason::PlaceNeeded));
    }
    let lat = north - (north - south) * y / height.max(1.0);
    let lon = west + (east - west) * x / width.max(1.0);
    let point = Point::new(lat, lon).ok_or_else(|| Error::field("place", Reason::OutsideArea))?;
    let code = locate_for(here, point).await?;
    sent.set("lat", format!("{lat:.6}"));
    sent.set("lon", format!("{lon:.6}"));
    sent.set("datum", "wgs84");
    sent.set("area", code);
    Ok(())
}

/// Back to the form with everything typed, and with what was wrong if something was.
#[cfg(feature = "ssr")]
async fn back_to_the_form(here: &Here, sent: Sent, outcome: Result<(), Error>) -> Answer {
    let form = sent.form("filing", "/requests/new");
    match outcome {
        Ok(()) => form.show_again(here).await,
        Err(error) => form.answer(Err(error)).await,
    }
}

#[cfg(feature = "ssr")]
fn point_in(lat: Option<&str>, lon: Option<&str>) -> Result<Option<Point>, Error> {
    match (lat, lon) {
        (None, None) => Ok(None),
        (Some(lat), Some(lon)) => {
            let (Ok(lat), Ok(lon)) = (lat.parse(), lon.parse()) else {
                return Err(Error::field("place", Reason::NotANumber));
            };
            Point::new(lat, lon).map(Some).ok_or_else(|| Error::field("place", Reason::OutsideArea))
        }
        _ => Err(Error::field("place", Reason::PlaceNeeded)),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_question_left_out_is_named_at_once() {
        let Err(Error::Invalid { fields }) = rating_in(None, None, Some("five"), None) else { panic!("not refused") };
        let named: Vec<_> = fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(named, ["contacted", "solved", "satisfied"]);
        assert!(rating_in(Some("yes"), Some("yes"), Some("6"), None).is_err(), "out of range");
        let rating = rating_in(Some("no"), Some("partly"), Some("3"), Some(" 好 ".into())).expect("a rating");
        assert_eq!(
            (rating.contacted, rating.solved, rating.satisfied, rating.comment.as_str()),
            (false, Told::Partly, 3, "好")
        );
    }

    #[test]
    fn half_a_point_is_no_point() {
        assert!(matches!(point_in(None, None), Ok(None)));
        assert!(point_in(Some("38.8"), None).is_err());
        assert!(point_in(Some("NaN"), Some("105")).is_err());
        assert!(matches!(point_in(Some("38.8"), Some("105.6")), Ok(Some(_))));
    }
}
