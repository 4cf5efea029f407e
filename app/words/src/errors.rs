//! How an error is put to a person: what happened and what to do, never a code
//! alone. One place for all of them, so that a form, a page and an island say the same.

use gongzhi_domain::{error::Error, error::Reason, lang::Lang};

use crate::{account_terms, pact_terms, td_string, when};

/// Bytes in the megabyte that people are told of.
const MEGABYTE: u64 = 1_000_000;

/// What happened, in a few words: the heading of an error page or notice.
#[must_use]
pub fn title(error: &Error, lang: Lang) -> &'static str {
    match error {
        Error::NotSignedIn => td_string!(lang, errors.not_signed_in_title),
        Error::Forbidden { .. } => td_string!(lang, errors.forbidden_title),
        Error::NotFound { .. } => td_string!(lang, errors.not_found_title),
        Error::Invalid { .. } => td_string!(lang, errors.invalid_title),
        Error::IllegalMove { .. } => td_string!(lang, errors.illegal_move_title),
        Error::Stale { .. } => td_string!(lang, errors.stale_title),
        Error::TooMany { .. } => td_string!(lang, errors.too_many_title),
        Error::TooLarge { .. } => td_string!(lang, errors.too_large_title),
        Error::Duplicate { .. } => td_string!(lang, errors.duplicate_title),
        Error::UnknownYear { .. } => td_string!(lang, errors.unknown_year_title),
        Error::PactMove { .. } => td_string!(lang, errors.pact_move_title),
        Error::TooEarly { .. } => td_string!(lang, errors.too_early_title),
        Error::StillMissing { .. } => td_string!(lang, errors.still_missing_title),
        Error::InTheWay { .. } => td_string!(lang, errors.in_the_way_title),
        Error::Internal { .. } => td_string!(lang, errors.internal_title),
    }
}

/// Why, and what to do now.
#[must_use]
pub fn text(error: &Error, lang: Lang) -> String {
    match error {
        Error::NotSignedIn => td_string!(lang, errors.not_signed_in_text).to_owned(),
        Error::Forbidden { .. } => td_string!(lang, errors.forbidden_text).to_owned(),
        Error::NotFound { .. } => td_string!(lang, errors.not_found_text).to_owned(),
        Error::Invalid { .. } => td_string!(lang, errors.invalid_text).to_owned(),
        Error::IllegalMove { .. } => td_string!(lang, errors.illegal_move_text).to_owned(),
        Error::Stale { .. } => td_string!(lang, errors.stale_text).to_owned(),
        Error::TooMany { retry_after_s } => {
            let wait = when::length(i64::from(retry_after_s.div_ceil(60)), lang);
            td_string!(lang, errors.too_many_text, wait = wait)
        }
        Error::TooLarge { max } => td_string!(lang, errors.too_large_text, max = max / MEGABYTE),
        Error::Duplicate { .. } => td_string!(lang, errors.duplicate_text).to_owned(),
        Error::UnknownYear { year } => td_string!(lang, errors.unknown_year_text, year = *year),
        Error::PactMove { stage, possible, .. } => {
            let stage = pact_terms::stage(*stage, lang);
            if possible.is_empty() {
                return td_string!(lang, errors.pact_move_none, stage = stage);
            }
            let possible = pact_terms::list(possible.iter().map(|mv| pact_terms::step(*mv, lang)), lang);
            td_string!(lang, errors.pact_move_text, stage = stage, possible = possible)
        }
        Error::TooEarly { from } => td_string!(lang, errors.too_early_text, from = when::exact(*from, lang)),
        Error::StillMissing { needs } => {
            let needs = pact_terms::list(needs.iter().map(|need| pact_terms::need(*need, lang)), lang);
            td_string!(lang, errors.still_missing_text, needs = needs)
        }
        Error::InTheWay { what } => {
            let what = what.iter().map(|it| account_terms::in_the_way(*it, lang)).collect::<Vec<_>>().join(" ");
            td_string!(lang, errors.in_the_way_text, what = what)
        }
        Error::Internal { id } => td_string!(lang, errors.internal_text, id = id.as_str()),
    }
}

/// What is wrong with one field and how to mend it: the sentence beside the field.
#[must_use]
pub fn reason(reason: &Reason, lang: Lang) -> String {
    match *reason {
        Reason::Missing => td_string!(lang, errors.reason_missing).to_owned(),
        Reason::TooLong { max } => td_string!(lang, errors.reason_too_long, max = max),
        Reason::TooShort { min } => td_string!(lang, errors.reason_too_short, min = min),
        Reason::NotANumber => td_string!(lang, errors.reason_not_a_number).to_owned(),
        Reason::OutOfRange { min, max } => {
            td_string!(lang, errors.reason_out_of_range, min = min, max = max)
        }
        Reason::NotAPhone => td_string!(lang, errors.reason_not_a_phone).to_owned(),
        Reason::NotARequestNumber => td_string!(lang, errors.reason_not_a_request_number).to_owned(),
        Reason::CheckCharacter => td_string!(lang, errors.reason_check_character).to_owned(),
        Reason::NotAQueryCode => td_string!(lang, errors.reason_not_a_query_code).to_owned(),
        Reason::NoSuchPair => td_string!(lang, errors.reason_no_such_pair).to_owned(),
        Reason::WrongCode { left } => {
            td_string!(lang, errors.reason_wrong_code, count = u32::from(left))
        }
        Reason::CodeExpired => td_string!(lang, errors.reason_code_expired).to_owned(),
        Reason::WrongCredentials => td_string!(lang, errors.reason_wrong_credentials).to_owned(),
        Reason::NotAChoice => td_string!(lang, errors.reason_not_a_choice).to_owned(),
        Reason::NotADate => td_string!(lang, errors.reason_not_a_date).to_owned(),
        Reason::InThePast => td_string!(lang, errors.reason_in_the_past).to_owned(),
        Reason::SaidThemselves => td_string!(lang, errors.reason_said_themselves).to_owned(),
        Reason::PhotoTooEarly => td_string!(lang, errors.reason_photo_too_early).to_owned(),
        Reason::TooFarAway { days } => {
            td_string!(lang, errors.reason_too_far_away, count = u32::from(days))
        }
        Reason::TooLate { hours } => td_string!(lang, errors.reason_too_late, count = hours),
        Reason::UndoOver { seconds } => td_string!(lang, errors.reason_undo_over, seconds = seconds),
        Reason::NotAnImage => td_string!(lang, errors.reason_not_an_image).to_owned(),
        Reason::TooManyPixels { max_megapixels } => {
            td_string!(lang, errors.reason_too_many_pixels, max = max_megapixels)
        }
        Reason::FileTooLarge { max } => {
            td_string!(lang, errors.reason_file_too_large, max = max / MEGABYTE)
        }
        Reason::TooManyPhotos { max } => {
            td_string!(lang, errors.reason_too_many_photos, count = max)
        }
        Reason::PlaceNeeded => td_string!(lang, errors.reason_place_needed).to_owned(),
        Reason::OutsideArea => td_string!(lang, errors.reason_outside_area).to_owned(),
        Reason::NotAnonymous => td_string!(lang, errors.reason_not_anonymous).to_owned(),
        Reason::NotACosigningKey => td_string!(lang, errors.reason_not_a_cosigning_key).to_owned(),
        Reason::NotANote => td_string!(lang, errors.reason_not_a_note).to_owned(),
        Reason::OtherNote => td_string!(lang, errors.reason_other_note).to_owned(),
        Reason::UnknownSigner => td_string!(lang, errors.reason_unknown_signer).to_owned(),
        Reason::BrokenSignature => td_string!(lang, errors.reason_broken_signature).to_owned(),
        Reason::ConsentNeeded => td_string!(lang, errors.reason_consent_needed).to_owned(),
        Reason::NeedsAnotherPerson => td_string!(lang, errors.reason_needs_another_person).to_owned(),
        Reason::Unreadable => td_string!(lang, errors.reason_unreadable).to_owned(),
        Reason::BrokenOff => td_string!(lang, errors.reason_broken_off).to_owned(),
        Reason::Taken => td_string!(lang, errors.reason_taken).to_owned(),
        Reason::Closed => td_string!(lang, errors.reason_closed).to_owned(),
        Reason::NobodySignedIn => td_string!(lang, errors.reason_nobody_signed_in).to_owned(),
        Reason::NoSuchHome => td_string!(lang, errors.reason_no_such_home).to_owned(),
        Reason::OnTheRoll => td_string!(lang, errors.reason_on_the_roll).to_owned(),
        Reason::NotOnTheRoll => td_string!(lang, errors.reason_not_on_the_roll).to_owned(),
        Reason::NotATellerKey => td_string!(lang, errors.reason_not_a_teller_key).to_owned(),
        Reason::NoPaperBox => td_string!(lang, errors.reason_no_paper_box).to_owned(),
        Reason::TellersWithoutKeys => td_string!(lang, errors.reason_tellers_without_keys).to_owned(),
        Reason::CapReached => td_string!(lang, errors.reason_cap_reached).to_owned(),
        Reason::NotEnoughPoints => td_string!(lang, errors.reason_not_enough_points).to_owned(),
        Reason::SoldOut => td_string!(lang, errors.reason_sold_out).to_owned(),
        Reason::OwnHousehold => td_string!(lang, errors.reason_own_household).to_owned(),
        Reason::ForResidentsOf { ref area } => td_string!(lang, errors.reason_for_residents_of, area = area.in_(lang)),
        Reason::UnderVote => td_string!(lang, errors.reason_under_vote).to_owned(),
        Reason::NotPassed => td_string!(lang, errors.reason_not_passed).to_owned(),
        Reason::NothingToFetch => td_string!(lang, errors.reason_nothing_to_fetch).to_owned(),
        Reason::Related => td_string!(lang, errors.reason_related).to_owned(),
        Reason::NotAmongThem => td_string!(lang, errors.reason_not_among_them).to_owned(),
        Reason::NoMeeting => td_string!(lang, errors.reason_no_meeting).to_owned(),
        Reason::NotOpenNow => td_string!(lang, errors.reason_not_open_now).to_owned(),
        Reason::NothingChanged => td_string!(lang, errors.reason_nothing_changed).to_owned(),
        Reason::PasskeyRefused => td_string!(lang, errors.reason_passkey_refused).to_owned(),
        Reason::PasskeyExpired => td_string!(lang, errors.reason_passkey_expired).to_owned(),
        Reason::OtherVersion => td_string!(lang, errors.reason_other_version).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_tells_what_to_do_with_its_numbers() {
        assert_eq!(reason(&Reason::TooLong { max: 2000 }, Lang::Zh), "最多 2000 字，请删短一些。");
        assert_eq!(reason(&Reason::WrongCode { left: 1 }, Lang::En), "That code is wrong. 1 try left.");
        assert_eq!(reason(&Reason::WrongCode { left: 4 }, Lang::En), "That code is wrong. 4 tries left.");
    }

    #[test]
    fn what_is_missing_is_named() {
        use gongzhi_domain::pact::Need;
        let missing = Error::StillMissing { needs: vec![Need::Topics, Need::Draft] };
        assert_eq!(text(&missing, Lang::Zh), "还缺：议题、写好的草稿。补齐后再办。");
    }

    #[test]
    fn waiting_is_said_in_minutes_rounded_up() {
        let said = text(&Error::TooMany { retry_after_s: 61 }, Lang::En);
        assert!(said.contains("wait 2 min"), "{said}");
    }
}
