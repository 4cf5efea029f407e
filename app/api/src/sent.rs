//! A form with photos as a browser sends it: multipart, because without a script the photos come with the text. Whatever is
//! wrong, nothing that was sent is lost: photos are staged at once, text goes back into the form.

use std::collections::BTreeMap;

use gongzhi_domain::error::{Error, FieldError, Reason};
use gongzhi_domain::ids::AttachmentId;
use gongzhi_domain::request::{PHOTO_BYTES_MAX, PHOTOS_MAX};
use gongzhi_store::photos::{self, StagedFor};
use leptos::server_fn::codec::MultipartData;
use multer::bytes::Bytes;
use multer::{Field, Multipart};

use crate::Here;
use crate::form::Form;

/// Of a field that is no photo no more than this is kept, in bytes: of the longest text everything, whatever it is
/// written in, and as much again.
const FIELD_MAX: u32 = 32 * 1024;

/// The form's fields by name, and the photos that are staged for it.
pub(crate) struct Sent {
    fields: BTreeMap<String, String>,
    /// The staged photos, in order.
    pub(crate) photos: Vec<AttachmentId>,
    /// What went wrong with a photo.
    refused: Option<Error>,
    /// The fields of which only the beginning was kept.
    too_long: Vec<FieldError>,
    /// Whether the body broke off; what came before is here.
    broken: bool,
}

impl Sent {
    /// Reads all of it, for whoever sent it. `texts` are the form's texts with the characters each may have: what is said of
    /// one that is cut off here.
    ///
    /// # Errors
    /// A field error on `form` when there is no body. One that breaks off is no error here: [`Sent::whole`].
    pub(crate) async fn read(body: MultipartData, texts: &[(&str, u32)]) -> Result<(Here, Self), Error> {
        let here = Here::now()?;
        let mut body = body.into_inner().ok_or_else(|| Error::field("form", Reason::BrokenOff))?;
        let mut sent =
            Self { fields: BTreeMap::new(), photos: Vec::new(), refused: None, too_long: Vec::new(), broken: false };
        while let Some(field) = sent.next(&mut body).await {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "photos" => sent.stage(&here, field).await,
                "staged" => {
                    let (id, _) = sent.text(field).await;
                    match id.parse() {
                        Ok(id) if sent.room() => sent.photos.push(id),
                        Ok(_) => sent.refused = Some(too_many()),
                        Err(_) => sent.refused = Some(Error::field("photos", Reason::NotAnImage)),
                    }
                }
                _ => {
                    let (value, too_long) = sent.text(field).await;
                    if too_long {
                        let max = texts.iter().find(|(text, _)| *text == name).map_or(FIELD_MAX, |(_, max)| *max);
                        sent.too_long.push(FieldError::new(&name, Reason::TooLong { max }));
                    }
                    sent.fields.insert(name, value);
                }
            }
        }
        Ok((here, sent))
    }

    /// Whether all of it arrived.
    ///
    /// # Errors
    /// A field error on `form` when the body broke off.
    pub(crate) fn whole(&self) -> Result<(), Error> {
        if self.broken { Err(Error::field("form", Reason::BrokenOff)) } else { Ok(()) }
    }

    /// Adds what was wrong with it as it arrived to `wrong`, to be said together with everything else: texts that were cut
    /// off, unless something is said of them already, and photos.
    ///
    /// # Errors
    /// A limit that was hit: no fault of a field.
    pub(crate) fn wrong(&self, wrong: &mut Vec<FieldError>) -> Result<(), Error> {
        for too_long in &self.too_long {
            if !wrong.iter().any(|said| said.field == too_long.field) {
                wrong.push(too_long.clone());
            }
        }
        match &self.refused {
            None => {}
            Some(Error::Invalid { fields }) => wrong.extend(fields.iter().cloned()),
            Some(other) => return Err(other.clone()),
        }
        Ok(())
    }

    /// Whether one more photo may come.
    fn room(&self) -> bool {
        u32::try_from(self.photos.len()).is_ok_and(|there| there < PHOTOS_MAX)
    }

    /// Which form this is to its photos: that of a reply names its order before them, that of evidence its pact, that of a report
    /// the pact that was not kept, that of a page of the signature book the pact whose book it is.
    fn staged_for(&self) -> StagedFor {
        if let Some(pact) = self.get("keeping").and_then(|pact| pact.parse().ok()) {
            return StagedFor::Breach(pact);
        }
        if let Some(pact) = self.get("book").and_then(|pact| pact.parse().ok()) {
            return StagedFor::SigningPage(pact);
        }
        if let Some(pact) = self.get("pact").and_then(|pact| pact.parse().ok()) {
            return StagedFor::Evidence(pact);
        }
        self.get("order").and_then(|order| order.parse().ok()).map_or(StagedFor::Filing, StagedFor::Reply)
    }

    /// A field that was filled in.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A field that, if filled in, must parse.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str, wrong: Reason) -> Result<Option<T>, Error> {
        self.get(name).map(str::parse).transpose().map_err(|_| Error::field(name, wrong))
    }

    /// A field that was chosen from a list, or what stands for no choice; a choice there is not is noted.
    pub(crate) fn chosen<T: std::str::FromStr>(&self, name: &str, otherwise: T, wrong: &mut Vec<FieldError>) -> T {
        match self.get(name).map(str::parse) {
            None => otherwise,
            Some(Ok(choice)) => choice,
            Some(Err(_)) => {
                wrong.push(FieldError::new(name, Reason::NotAChoice));
                otherwise
            }
        }
    }

    /// Sets a field, for the page to show.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// Everything typed, for the flash of the form `name`; `page` is where it comes back to unless it says otherwise.
    pub(crate) fn form(&self, name: &'static str, page: &str) -> Form {
        let mut form = Form::new(name, self.get("back").or(Some(page)));
        for (name, value) in &self.fields {
            form = form.with(name, Some(value));
        }
        let photos = self.photos.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        form.with("staged", Some(&photos))
    }

    /// Stages one photo of a browser without a script. An empty file field sends an empty part: not a photo.
    async fn stage(&mut self, here: &Here, mut field: Field<'static>) {
        let mut bytes = Vec::new();
        let mut too_large = false;
        while let Some(chunk) = self.chunk(&mut field).await {
            // The rest of an oversized photo is read and forgotten, so that the fields after it still arrive.
            too_large |= (bytes.len() + chunk.len()) as u64 > PHOTO_BYTES_MAX;
            if !too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        let outcome = if self.broken {
            return;
        } else if too_large {
            Err(Error::field("photos", Reason::FileTooLarge { max: PHOTO_BYTES_MAX }))
        } else if bytes.is_empty() {
            return;
        } else if !self.room() {
            Err(too_many())
        } else {
            photos::stage(&here.db, &here.actor, &here.holder(), self.staged_for(), bytes.into()).await
        };
        match outcome {
            Ok(id) => self.photos.push(id),
            Err(error) => self.refused = Some(error),
        }
    }

    /// The text of a field, as much of it as is kept, and whether there was more. The rest is read and forgotten, so that
    /// the fields after it still arrive.
    async fn text(&mut self, mut field: Field<'static>) -> (String, bool) {
        let mut bytes = Vec::new();
        let mut too_long = false;
        while let Some(chunk) = self.chunk(&mut field).await {
            let room = (FIELD_MAX as usize).saturating_sub(bytes.len());
            too_long |= chunk.len() > room;
            bytes.extend(chunk.into_iter().take(room));
        }
        let mut text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        if too_long || self.broken {
            // The cut may have gone through a character.
            text.truncate(text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        }
        (text, too_long)
    }

    /// The next field, until the body ends or breaks off.
    async fn next(&mut self, body: &mut Multipart<'static>) -> Option<Field<'static>> {
        if self.broken {
            return None;
        }
        body.next_field().await.unwrap_or_else(|error| self.broke_off(&error))
    }

    /// The next piece of a field, until it ends or breaks off.
    async fn chunk(&mut self, field: &mut Field<'static>) -> Option<Bytes> {
        field.chunk().await.unwrap_or_else(|error| self.broke_off(&error))
    }

    fn broke_off<T>(&mut self, error: &multer::Error) -> Option<T> {
        tracing::debug!(%error, "a form broke off");
        self.broken = true;
        None
    }
}

fn too_many() -> Error {
    Error::field("photos", Reason::TooManyPhotos { max: PHOTOS_MAX })
}
