//! A request 诉求: what one resident asked. Its kinds, channels and limits, and what filing needs
//! (requests.md, Filing; States #1).

use crate::area::{AreaPath, Point};
use crate::clock::Policy;
use crate::error::{Error, FieldError, Reason, Result};
use crate::lang::Named;
use crate::order::Urgency;
use crate::phone::Phone;
use serde::{Deserialize, Serialize};

/// Characters of a request's text.
pub const TEXT_MAX: u32 = 2000;
/// Fewest characters that can be acted on.
pub const TEXT_MIN: u32 = 4;
/// Photos of one request.
pub const PHOTOS_MAX: u32 = 9;
/// Bytes of one photo as it arrives.
pub const PHOTO_BYTES_MAX: u64 = 12 * 1024 * 1024;
/// Megapixels of one photo as it arrives.
pub const PHOTO_MEGAPIXELS_MAX: u32 = 50;
/// Characters of a place described in words.
pub const PLACE_WORDS_MAX: u32 = 200;
/// Characters of the name a resident gives.
pub const NAME_MAX: u32 = 40;
/// Characters of a note, a reason, a remark.
pub const NOTE_MAX: u32 = 500;
/// Characters of a public reply.
pub const REPLY_MAX: u32 = 4000;
/// Characters of a comment with a rating.
pub const RATING_COMMENT_MAX: u32 = 500;

coded! {
    /// What somebody wants.
    pub enum Kind {
        /// 咨询: wants to know something.
        Question = "question",
        /// 求助: wants something mended or done.
        Help = "help",
        /// 投诉: was treated badly.
        Complaint = "complaint",
        /// 举报: reports a wrong; private, never reaches the accused.
        TipOff = "tip_off",
        /// 建议: proposes something; answered, not clocked.
        Suggestion = "suggestion",
        /// 表扬: thanks somebody; answered, not clocked.
        Praise = "praise",
    }
}

impl Kind {
    /// Whether limits run for it.
    #[must_use]
    pub const fn is_clocked(self) -> bool {
        !matches!(self, Self::Suggestion | Self::Praise)
    }

    /// Whether its text may be public at all.
    #[must_use]
    pub const fn can_be_public(self) -> bool {
        !matches!(self, Self::TipOff)
    }
}

coded! {
    /// What a resident chose for the text and photos.
    pub enum Visibility {
        /// Public after moderation.
        Public = "public",
        /// For the resident and those who handle it.
        Private = "private",
    }
}

coded! {
    /// How a request came in.
    pub enum Channel {
        /// The portal's own form.
        Web = "web",
        /// A clerk, for a caller or visitor.
        Clerk = "clerk",
        /// A grid worker on patrol or at the door.
        GridWorker = "grid_worker",
        /// The hotline's export.
        Hotline = "hotline",
        /// Open311 or another program.
        Api = "api",
        /// E-mail.
        Email = "email",
    }
}

/// A category of the catalogue, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its stable word.
    pub code: String,
    /// What it is called.
    pub name: Named,
    /// How urgent a matter of this category is before anybody looked.
    pub urgency: Urgency,
    /// Whether it may be filed without a verified number.
    pub anonymous_allowed: bool,
    /// Whether filing asks for the consent to hold sensitive data.
    pub needs_consent: bool,
    /// Its limits.
    pub policy: Policy,
}

/// Where it is. At least one way is needed, or the sender says that there is no place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The point, in WGS-84.
    pub point: Option<Point>,
    /// The area that was chosen, or whose door plate was scanned.
    pub area: Option<AreaPath>,
    /// The place in words.
    pub words: String,
    /// The sender said that the matter has no place.
    pub nowhere: bool,
}

impl Whereabouts {
    /// Whether it says enough (States #1: place or "none").
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.nowhere || self.point.is_some() || self.area.is_some() || !self.words.trim().is_empty()
    }
}

/// A request as it was filled in, before anything is believed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What somebody wants.
    pub kind: Kind,
    /// What they wrote.
    pub text: String,
    /// Where it is.
    pub place: Whereabouts,
    /// Their number; `None` for an anonymous request.
    pub phone: Option<Phone>,
    /// The name they gave, if any.
    pub name: String,
    /// What they chose for the text.
    pub visibility: Visibility,
    /// How many photos there are.
    pub photos: u32,
    /// The consent for sensitive data.
    pub consent: bool,
}

/// The names of the form's fields, so that a problem is shown beside the right one.
pub mod field {
    /// The text.
    pub const TEXT: &str = "text";
    /// The place.
    pub const PLACE: &str = "place";
    /// The place in words.
    pub const PLACE_WORDS: &str = "place_words";
    /// The phone number.
    pub const PHONE: &str = "phone";
    /// The name.
    pub const NAME: &str = "name";
    /// The photos.
    pub const PHOTOS: &str = "photos";
    /// The consent.
    pub const CONSENT: &str = "consent";
    /// The category.
    pub const CATEGORY: &str = "category";
    /// The public text of a reply.
    pub const REPLY: &str = "reply";
    /// What only staff read of a reply.
    pub const INTERNAL: &str = "internal";
}

/// Whether a draft can be filed in a category; every problem at once.
///
/// # Errors
/// [`Error::Invalid`] with the fields named in [`field`].
pub fn validate(draft: &Draft, category: &Category) -> Result<()> {
    let mut problems = Vec::new();
    let mut problem = |name: &str, reason| problems.push(FieldError::new(name, reason));
    if let Err(reason) = written(&draft.text, TEXT_MIN, TEXT_MAX) {
        problem(field::TEXT, reason);
    }
    if !draft.place.is_given() {
        problem(field::PLACE, Reason::PlaceNeeded);
    }
    if let Err(reason) = written(&draft.place.words, 0, PLACE_WORDS_MAX) {
        problem(field::PLACE_WORDS, reason);
    }
    if draft.phone.is_none() && !category.anonymous_allowed {
        problem(field::PHONE, Reason::NotAnonymous);
    }
    if let Err(reason) = written(&draft.name, 0, NAME_MAX) {
        problem(field::NAME, reason);
    }
    if draft.photos > PHOTOS_MAX {
        problem(field::PHOTOS, Reason::TooManyPhotos { max: PHOTOS_MAX });
    }
    if category.needs_consent && !draft.consent {
        problem(field::CONSENT, Reason::ConsentNeeded);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: problems }) }
}

/// Whether a text has between `min` and `max` characters, not counting white space around it, and no
/// control characters but line breaks and tabs. `min` 0 means it may be left out.
///
/// # Errors
/// [`Reason::Missing`], [`Reason::TooShort`], [`Reason::TooLong`] or [`Reason::Unreadable`].
pub fn written(text: &str, min: u32, max: u32) -> Result<(), Reason> {
    let text = text.trim();
    let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Err(Reason::Unreadable)
    } else if min > 0 && count == 0 {
        Err(Reason::Missing)
    } else if count < min {
        Err(Reason::TooShort { min })
    } else if count > max {
        Err(Reason::TooLong { max })
    } else {
        Ok(())
    }
}

/// Whether a reply (States #14) can be handed in with these two texts: what the resident reads, 1 to [`REPLY_MAX`]
/// characters, and what only staff read, up to [`NOTE_MAX`]; every problem at once.
///
/// # Errors
/// [`Error::Invalid`] with the fields `reply` and `internal`.
pub fn validate_reply(public: &str, internal: &str) -> Result<()> {
    let texts = [(field::REPLY, public, 1, REPLY_MAX), (field::INTERNAL, internal, 0, NOTE_MAX)];
    let problems = texts
        .into_iter()
        .filter_map(|(name, text, min, max)| written(text, min, max).err().map(|reason| FieldError::new(name, reason)));
    let problems: Vec<_> = problems.collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: problems }) }
}

/// What is stored as visibility: a tip-off is private whatever was chosen.
#[must_use]
pub const fn visibility_of(kind: Kind, chosen: Visibility) -> Visibility {
    if kind.can_be_public() { chosen } else { Visibility::Private }
}

coded! {
    /// What a resident can say in a rating: contacted? solved? (States #17).
    pub enum Told {
        /// Yes.
        Yes = "yes",
        /// Partly.
        Partly = "partly",
        /// No.
        No = "no",
    }
}

/// A resident's rating of one reply 评价 (States #17): response, resolution, satisfaction 三率.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Whether somebody contacted them.
    pub contacted: bool,
    /// Whether it is solved.
    pub solved: Told,
    /// How satisfied they are, 1–5.
    pub satisfied: u8,
    /// What they added.
    pub comment: String,
}

impl Rating {
    /// A rating from its parts.
    ///
    /// # Errors
    /// Field problems under `satisfied` and `comment`.
    pub fn new(contacted: bool, solved: Told, satisfied: u8, comment: impl Into<String>) -> Result<Self> {
        let comment = comment.into();
        if !(1..=5).contains(&satisfied) {
            return Err(Error::field("satisfied", Reason::OutOfRange { min: 1, max: 5 }));
        }
        written(&comment, 0, RATING_COMMENT_MAX).map_err(|reason| Error::field("comment", reason))?;
        Ok(Self { contacted, solved, satisfied, comment: comment.trim().to_owned() })
    }
}
