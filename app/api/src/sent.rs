//! A form with photos as a browser sends it: multipart, because without a script the photos come with the text. Whatever is
//! wrong, nothing that was sent is lost: photos are staged at once, text goes back into the form.

use std::collections::BTreeMap;

use gongzhi_domain::error::{Error, FieldError, Reason};
use gongzhi_domain::ids::AttachmentId;
use gongzhi_domain::request::{PHOTO_BYTES_MAX, PHOTOS_MAX};
use gongzhi_store::photos::{self, StagedFor};
use leptos::server_fn::codec::MultipartData;
use multer::Field;

use crate::Here;
use crate::form::Form;

/// No field of the form but a photo is longer than this, in bytes: four times the longest text and some.
const FIELD_MAX: usize = 32 * 1024;

/// The form's fields by name, and the photos that are staged for it.
pub(crate) struct Sent {
    fields: BTreeMap<String, String>,
    /// The staged photos, in order.
    pub(crate) photos: Vec<AttachmentId>,
    /// What went wrong with a photo.
    refused: Option<Error>,
}

impl Sent {
    /// Reads all of it, for whoever sent it.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a field that is too long, a field error on `form` for a body that breaks off.
    pub(crate) async fn read(body: MultipartData) -> Result<(Here, Self), Error> {
        let here = Here::now()?;
        let mut body = body.into_inner().ok_or_else(|| Error::field("form", Reason::Unreadable))?;
        let mut sent = Self { fields: BTreeMap::new(), photos: Vec::new(), refused: None };
        while let Some(field) = body.next_field().await.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "photos" => sent.stage(&here, field).await?,
                "staged" => {
                    let id = text(field).await?;
                    match id.parse() {
                        Ok(id) if sent.room() => sent.photos.push(id),
                        Ok(_) => sent.refused = Some(too_many()),
                        Err(_) => sent.refused = Some(Error::field("photos", Reason::NotAnImage)),
                    }
                }
                _ => {
                    let value = text(field).await?;
                    sent.fields.insert(name, value);
                }
            }
        }
        Ok((here, sent))
    }

    /// What was wrong with its photos, to be said together with everything else.
    ///
    /// # Errors
    /// A limit that was hit: no fault of a field.
    pub(crate) fn wrong(&self) -> Result<Vec<FieldError>, Error> {
        match &self.refused {
            None => Ok(Vec::new()),
            Some(Error::Invalid { fields }) => Ok(fields.clone()),
            Some(other) => Err(other.clone()),
        }
    }

    /// Whether one more photo may come.
    fn room(&self) -> bool {
        u32::try_from(self.photos.len()).is_ok_and(|there| there < PHOTOS_MAX)
    }

    /// Which form this is to its photos: that of a reply names its order before them.
    fn staged_for(&self) -> StagedFor {
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
    async fn stage(&mut self, here: &Here, mut field: Field<'static>) -> Result<(), Error> {
        let mut bytes = Vec::new();
        let mut too_large = false;
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            // The rest of an oversized photo is read and forgotten, so that the fields after it still arrive.
            too_large |= (bytes.len() + chunk.len()) as u64 > PHOTO_BYTES_MAX;
            if !too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        let outcome = if too_large {
            Err(Error::field("photos", Reason::FileTooLarge { max: PHOTO_BYTES_MAX }))
        } else if bytes.is_empty() {
            return Ok(());
        } else if !self.room() {
            Err(too_many())
        } else {
            photos::stage(&here.db, &here.actor, &here.holder(), self.staged_for(), bytes.into()).await
        };
        match outcome {
            Ok(id) => self.photos.push(id),
            Err(error) => self.refused = Some(error),
        }
        Ok(())
    }
}

fn too_many() -> Error {
    Error::field("photos", Reason::TooManyPhotos { max: PHOTOS_MAX })
}

async fn text(mut field: Field<'static>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > FIELD_MAX {
            return Err(Error::TooLarge { max: FIELD_MAX as u64 });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

fn broken(error: &multer::Error) -> Error {
    tracing::debug!(%error, "a form broke off");
    Error::field("form", Reason::Unreadable)
}
