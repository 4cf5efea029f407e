//! Moderation: what residents write and photograph waits until somebody looked at it
//! (people-and-places.md, Moderation). Built for every kind of content to come; who may moderate
//! stands in [`crate::permission`].

use crate::error::{Error, Reason, Result};
use crate::text::Masked;
use serde::{Deserialize, Serialize};

coded! {
    /// What is looked at.
    pub enum ContentKind {
        /// The text of a request.
        Request = "request",
        /// A photo.
        Photo = "photo",
        /// A public reply.
        Reply = "reply",
        /// The comment of a rating.
        Rating = "rating",
        /// A comment.
        Comment = "comment",
        /// An opinion on a clause of a pact.
        Opinion = "opinion",
        /// A topic proposed for a deliberation room.
        Topic = "topic",
        /// A nomination of a good neighbour.
        Nomination = "nomination",
        /// What is recorded beside a pact; official words, which nobody moderates.
        Evidence = "evidence",
        /// The report of a volunteer activity.
        ActivityReport = "activity_report",
        /// An objection to the result of a vote.
        ResultObjection = "result_objection",
    }
}

coded! {
    /// Where it stands.
    pub enum ContentState {
        /// Nobody has looked; only the writer and staff see it.
        Waiting = "waiting",
        /// Everyone sees the public copy.
        Published = "published",
        /// Only the writer and staff see it, with the reason.
        Hidden = "hidden",
        /// Only moderators see it.
        Spam = "spam",
    }
}

coded! {
    /// Why it waits.
    pub enum WaitReason {
        /// The writer's first.
        FirstPost = "first_post",
        /// It comes with pictures.
        Pictures = "pictures",
        /// Numbers in it were masked.
        MaskedNumbers = "masked_numbers",
        /// Residents flagged it.
        Flagged = "flagged",
        /// It holds a word of the list.
        SensitiveWords = "sensitive_words",
        /// It looks like an earlier one.
        LooksLikeEarlier = "looks_like_earlier",
        /// Everything here is looked at first.
        Rule = "rule",
        /// The writer asked for another decision.
        Appeal = "appeal",
    }
}

coded! {
    /// Why it was hidden; the writer reads it.
    pub enum HideReason {
        /// It says too much about a person.
        Privacy = "privacy",
        /// It insults somebody.
        Insult = "insult",
        /// It accuses somebody by name without grounds.
        Accusation = "accusation",
        /// It advertises.
        Advertising = "advertising",
        /// It is against the law.
        Unlawful = "unlawful",
        /// It has nothing to do with the matter.
        OffTopic = "off_topic",
        /// It is there already.
        Duplicate = "duplicate",
        /// It shows an injured person or something else that should not be shown.
        Disturbing = "disturbing",
    }
}

coded! {
    /// What a moderator can decide.
    pub enum Verdict {
        /// Show the public copy.
        Publish = "publish",
        /// Show an edited copy; the original stays, the difference is shown.
        Edit = "edit",
        /// Hide with a reason from the list.
        Hide = "hide",
        /// Mark as spam.
        Spam = "spam",
        /// Turn one picture off.
        PhotoOff = "photo_off",
        /// Turn one picture on again.
        PhotoOn = "photo_on",
    }
}

impl Verdict {
    /// The key of the moderator's keyboard.
    #[must_use]
    pub const fn key(self) -> char {
        match self {
            Self::Publish => 'p',
            Self::Edit => 'e',
            Self::Hide => 'h',
            Self::Spam => 's',
            Self::PhotoOff => 'f',
            Self::PhotoOn => 'o',
        }
    }

    /// The state after the verdict. A verdict can be changed: every state allows every verdict. A
    /// picture turned off or on says nothing about the text beside it.
    #[must_use]
    pub const fn leads(self, from: ContentState) -> ContentState {
        match self {
            Self::Publish | Self::Edit => ContentState::Published,
            Self::Hide => ContentState::Hidden,
            Self::Spam => ContentState::Spam,
            Self::PhotoOff | Self::PhotoOn => from,
        }
    }
}

/// A verdict as it is given, with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What was decided.
    pub verdict: Verdict,
    /// The edited public copy, for [`Verdict::Edit`].
    pub text: Option<String>,
    /// Why, for [`Verdict::Hide`].
    pub reason: Option<HideReason>,
    /// A note to the writer.
    pub note: String,
}

impl Ruling {
    /// Whether the verdict has what it needs: an edit its text, hiding its reason.
    ///
    /// # Errors
    /// Field problems under `text`, `reason` and `note`.
    pub fn check(&self) -> Result<()> {
        use crate::request::{NOTE_MAX, TEXT_MAX, written};
        if self.verdict == Verdict::Edit {
            let text = self.text.as_deref().unwrap_or_default();
            written(text, 1, TEXT_MAX).map_err(|reason| Error::field("text", reason))?;
        }
        if self.verdict == Verdict::Hide && self.reason.is_none() {
            return Err(Error::field("reason", Reason::Missing));
        }
        written(&self.note, 0, NOTE_MAX).map_err(|reason| Error::field("note", reason))
    }
}

/// What is known about a new text when the reasons to wait are looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Newcomer<'a> {
    /// What the writer has published before.
    pub published_before: u32,
    /// How many pictures there are.
    pub pictures: u32,
    /// What was masked in it.
    pub masked: &'a [Masked],
    /// Whether it holds a word of the list.
    pub sensitive: bool,
    /// Whether it looks like an earlier one.
    pub like_earlier: bool,
    /// After how many published items plain text of this area is not looked at; `None` means never
    /// (the default).
    pub trusted_after: Option<u32>,
}

/// Why a new text waits; empty when it may be published at once, which only the area's trust setting
/// can allow.
#[must_use]
pub fn wait_reasons(text: &Newcomer<'_>) -> Vec<WaitReason> {
    let mut reasons = Vec::new();
    let mut because = |holds: bool, reason| {
        if holds {
            reasons.push(reason);
        }
    };
    because(text.published_before == 0, WaitReason::FirstPost);
    because(text.pictures > 0, WaitReason::Pictures);
    because(!text.masked.is_empty(), WaitReason::MaskedNumbers);
    because(text.sensitive, WaitReason::SensitiveWords);
    because(text.like_earlier, WaitReason::LooksLikeEarlier);
    let trusted = text.trusted_after.is_some_and(|after| text.published_before >= after.max(1));
    if reasons.is_empty() && !trusted {
        reasons.push(WaitReason::Rule);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_public_unseen_unless_the_area_trusts() {
        let plain = Newcomer { published_before: 100, ..Newcomer::default() };
        assert_eq!(wait_reasons(&plain), [WaitReason::Rule]);
        assert!(wait_reasons(&Newcomer { trusted_after: Some(3), ..plain }).is_empty());
        assert_eq!(
            wait_reasons(&Newcomer { trusted_after: Some(3), pictures: 1, ..plain }),
            [WaitReason::Pictures],
            "trust is for plain text"
        );
        assert_eq!(
            wait_reasons(&Newcomer { trusted_after: Some(0), published_before: 0, ..plain }),
            [WaitReason::FirstPost]
        );
    }

    #[test]
    fn a_verdict_needs_its_grounds() {
        let ruling = |verdict| Ruling { verdict, text: None, reason: None, note: String::new() };
        assert!(ruling(Verdict::Publish).check().is_ok());
        assert_eq!(ruling(Verdict::Hide).check(), Err(Error::field("reason", Reason::Missing)));
        assert_eq!(ruling(Verdict::Edit).check(), Err(Error::field("text", Reason::Missing)));
        let hidden = Ruling { reason: Some(HideReason::Privacy), ..ruling(Verdict::Hide) };
        assert!(hidden.check().is_ok());
    }

    #[test]
    fn a_picture_says_nothing_about_the_text() {
        for state in ContentState::ALL {
            assert_eq!(Verdict::PhotoOff.leads(*state), *state);
        }
        assert_eq!(Verdict::Publish.leads(ContentState::Hidden), ContentState::Published);
        assert_eq!(Verdict::Spam.leads(ContentState::Published), ContentState::Spam);
    }

    #[test]
    fn one_key_a_verdict() {
        let mut keys: Vec<char> = Verdict::ALL.iter().map(|verdict| verdict.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Verdict::ALL.len());
    }
}
