//! From what PostgreSQL says to what a person is told: the one table of constraint names, the conversion of
//! database errors, internal errors with an id for the log, and the retry of transactions that PostgreSQL
//! ended to break a deadlock. Every named constraint of the migrations has its row; a test compares.

use std::fmt::Display;
use std::future::Future;

use gongzhi_domain::{Error, Reason, What};

/// What breaking a constraint means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A person chose or typed something that cannot be: said beside the field.
    Field(&'static str, Told),
    /// The thing exists already.
    Exists(What),
    /// Only a fault of the program can break it: an internal error.
    Fault,
}

/// The reasons a constraint can give; [`Reason`] itself cannot stand in a constant with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Taken by somebody else.
    Taken,
    /// Not one of the choices.
    NotAChoice,
    /// Outside one to five.
    OneToFive,
    /// More than nine photos.
    NinePhotos,
    /// More than three photos.
    ThreePhotos,
    /// The second signer is the first one again.
    AnotherPerson,
    /// A number below zero.
    NotNegative,
    /// A point that is not on the map.
    NotOnTheMap,
    /// The cap of the tariff's item is used up.
    CapReached,
    /// The balance does not cover it.
    NotEnoughPoints,
    /// None of it is left.
    SoldOut,
    /// It would be for oneself or one's own household.
    OwnHousehold,
    /// It lies before a meeting, or has passed there.
    UnderVote,
    /// No vote of its own has passed it.
    NotPassed,
}

impl Told {
    const fn reason(self) -> Reason {
        match self {
            Self::Taken => Reason::Taken,
            Self::NotAChoice => Reason::NotAChoice,
            Self::OneToFive => Reason::OutOfRange { min: 1, max: 5 },
            Self::NinePhotos => Reason::TooManyPhotos { max: 9 },
            Self::ThreePhotos => Reason::TooManyPhotos { max: 3 },
            Self::AnotherPerson => Reason::NeedsAnotherPerson,
            Self::NotNegative => Reason::OutOfRange { min: 0, max: i32::MAX as i64 },
            Self::NotOnTheMap => Reason::OutsideArea,
            Self::CapReached => Reason::CapReached,
            Self::NotEnoughPoints => Reason::NotEnoughPoints,
            Self::SoldOut => Reason::SoldOut,
            Self::OwnHousehold => Reason::OwnHousehold,
            Self::UnderVote => Reason::UnderVote,
            Self::NotPassed => Reason::NotPassed,
        }
    }
}

/// Constraint name → what it means. Sorted by table as in the migrations.
pub const TABLE: &[(&str, Meaning)] = &[
    ("area_level_rank_is_unique", Meaning::Field("rank", Told::Taken)),
    ("area_code_is_unique", Meaning::Exists(What::Area)),
    ("area_path_is_unique", Meaning::Exists(What::Area)),
    ("area_population_is_not_negative", Meaning::Field("population", Told::NotNegative)),
    ("area_households_is_not_negative", Meaning::Field("households", Told::NotNegative)),
    ("area_code_is_letters_and_digits", Meaning::Field("code", Told::NotAChoice)),
    ("area_path_ends_with_its_code", Meaning::Fault),
    ("area_root_has_no_parent", Meaning::Field("parent", Told::NotAChoice)),
    ("area_has_a_whole_centre", Meaning::Fault),
    ("area_ends_after_it_begins", Meaning::Field("active_to", Told::NotAChoice)),
    ("unit_code_is_unique", Meaning::Exists(What::Unit)),
    ("unit_kind_is_known", Meaning::Field("kind", Told::NotAChoice)),
    ("calendar_day_kind_is_known", Meaning::Fault),
    ("person_phone_is_unique", Meaning::Field("phone", Told::Taken)),
    ("person_lang_is_known", Meaning::Field("lang", Told::NotAChoice)),
    ("person_phone_has_its_index", Meaning::Fault),
    ("staff_sign_in_name_is_unique", Meaning::Field("sign_in_name", Told::Taken)),
    ("membership_role_is_known", Meaning::Field("role", Told::NotAChoice)),
    ("membership_ends_after_it_begins", Meaning::Field("until", Told::NotAChoice)),
    ("membership_is_held_once", Meaning::Exists(What::Membership)),
    ("session_token_is_unique", Meaning::Fault),
    ("session_kind_is_known", Meaning::Fault),
    ("sign_in_code_has_five_tries", Meaning::Fault),
    ("content_kind_is_known", Meaning::Fault),
    ("content_state_is_known", Meaning::Fault),
    ("content_is_hidden_for_a_reason", Meaning::Field("reason", Told::NotAChoice)),
    ("content_waits_until_decided", Meaning::Fault),
    ("attachment_phase_is_known", Meaning::Fault),
    ("attachment_at_most_nine", Meaning::Field("photos", Told::NinePhotos)),
    ("attachment_state_is_known", Meaning::Fault),
    ("attachment_staged_for_is_known", Meaning::Fault),
    ("attachment_belongs_or_is_staged", Meaning::Fault),
    ("attachment_position_is_taken_once", Meaning::Exists(What::Attachment)),
    ("attachment_is_of_one_thing", Meaning::Fault),
    ("attachment_of_a_breach_at_most_three", Meaning::Field("photos", Told::ThreePhotos)),
    ("attachment_of_a_breach_forgets_its_browser", Meaning::Fault),
    ("attachment_of_a_breach_is_taken_once", Meaning::Exists(What::Attachment)),
    ("category_code_is_a_word", Meaning::Field("code", Told::NotAChoice)),
    ("category_urgency_is_known", Meaning::Field("urgency", Told::NotAChoice)),
    ("category_limits_are_positive", Meaning::Field("limits", Told::NotNegative)),
    ("work_order_urgency_is_known", Meaning::Field("urgency", Told::NotAChoice)),
    ("work_order_round_is_positive", Meaning::Fault),
    ("work_order_supervise_has_three_levels", Meaning::Field("level", Told::NotAChoice)),
    ("work_order_state_is_known", Meaning::Fault),
    ("work_order_pending_is_known", Meaning::Fault),
    ("work_order_at_work_has_a_lead_unit", Meaning::Fault),
    ("order_unit_part_is_known", Meaning::Fault),
    ("order_unit_one_lead", Meaning::Field("lead", Told::Taken)),
    ("request_number_is_unique", Meaning::Fault),
    ("request_key_is_used_once", Meaning::Exists(What::Request)),
    ("request_content_is_its_own", Meaning::Fault),
    ("request_kind_is_known", Meaning::Field("kind", Told::NotAChoice)),
    ("request_channel_is_known", Meaning::Fault),
    ("request_visibility_is_known", Meaning::Field("visibility", Told::NotAChoice)),
    ("request_datum_is_known", Meaning::Field("place", Told::NotOnTheMap)),
    ("request_number_has_its_form", Meaning::Fault),
    ("request_tip_off_is_private", Meaning::Field("visibility", Told::NotAChoice)),
    ("request_private_is_not_listed", Meaning::Fault),
    ("request_has_someone_or_is_anonymous", Meaning::Fault),
    ("request_has_a_whole_point", Meaning::Fault),
    ("request_point_is_on_earth", Meaning::Field("place", Told::NotOnTheMap)),
    ("reply_outcome_is_known", Meaning::Field("outcome", Told::NotAChoice)),
    ("reply_is_approved_by_someone", Meaning::Fault),
    ("reply_is_approved_by_another", Meaning::Field("approver", Told::AnotherPerson)),
    ("rating_by_is_known", Meaning::Fault),
    ("rating_solved_is_known", Meaning::Field("solved", Told::NotAChoice)),
    ("rating_satisfied_is_one_to_five", Meaning::Field("satisfied", Told::OneToFive)),
    ("clock_entry_clock_is_known", Meaning::Fault),
    ("clock_entry_event_is_known", Meaning::Fault),
    ("clock_entry_extends_until", Meaning::Fault),
    ("outbox_key_is_used_once", Meaning::Fault),
    ("outbox_way_is_known", Meaning::Fault),
    ("audit_hash_is_sha256", Meaning::Fault),
    ("log_leaf_kind_is_known", Meaning::Fault),
    ("log_leaf_subject_is_named", Meaning::Fault),
    ("log_leaf_commitment_is_sha256", Meaning::Fault),
    ("log_leaf_moment_is_whole_seconds", Meaning::Fault),
    ("log_entry_counts_from_zero", Meaning::Fault),
    ("log_entry_leaf_stands_once", Meaning::Fault),
    ("log_entry_nodes_are_sha256", Meaning::Fault),
    ("log_checkpoint_counts_from_one", Meaning::Fault),
    ("log_checkpoint_size_is_not_negative", Meaning::Fault),
    ("log_checkpoint_root_is_sha256", Meaning::Fault),
    ("log_checkpoint_reason_is_known", Meaning::Fault),
    ("log_cosigner_is_confirmed_by_another", Meaning::Field("ask", Told::AnotherPerson)),
    ("cosigner_ask_is_known", Meaning::Fault),
    ("cosigner_ask_is_decided_whole", Meaning::Fault),
    ("cosigner_ask_is_confirmed_by_another", Meaning::Field("ask", Told::AnotherPerson)),
    ("cosigner_ask_to_retire_has_a_reason", Meaning::Fault),
    ("log_cosigner_is_retired_by_two", Meaning::Field("ask", Told::AnotherPerson)),
    ("cosigner_ask_waits_once", Meaning::Field("key", Told::Taken)),
    ("building_name_is_unique", Meaning::Field("building", Told::Taken)),
    ("household_position_is_taken_once", Meaning::Field("door", Told::Taken)),
    ("household_area_is_positive", Meaning::Field("floor_area", Told::NotNegative)),
    ("residence_capacity_is_known", Meaning::Field("capacity", Told::NotAChoice)),
    ("residence_verification_is_known", Meaning::Field("verified", Told::NotAChoice)),
    ("residence_ends_after_it_begins", Meaning::Field("until", Told::NotAChoice)),
    ("residence_is_held_once", Meaning::Field("household", Told::Taken)),
    ("rule_profile_kind_is_known", Meaning::Fault),
    ("rule_profile_hash_is_sha256", Meaning::Fault),
    ("rule_profile_version_is_unique", Meaning::Field("version", Told::Taken)),
    ("rule_profile_area_has_its_path", Meaning::Fault),
    ("rule_profile_local_has_a_reason", Meaning::Fault),
    ("rule_profile_local_is_confirmed_by_another", Meaning::Field("draft", Told::AnotherPerson)),
    ("account_closing_cools_off", Meaning::Fault),
    ("person_closed_is_nobody", Meaning::Fault),
    ("rule_draft_kind_is_known", Meaning::Fault),
    ("rule_draft_has_a_reason", Meaning::Fault),
    ("rule_draft_outcome_is_known", Meaning::Fault),
    ("rule_draft_is_decided_whole", Meaning::Fault),
    ("rule_draft_is_put_in_force_by_another", Meaning::Field("draft", Told::AnotherPerson)),
    ("rule_draft_waits_once", Meaning::Exists(What::Rules)),
    ("pact_number_is_unique", Meaning::Fault),
    ("pact_kind_is_known", Meaning::Field("kind", Told::NotAChoice)),
    ("pact_secrecy_is_known", Meaning::Field("secrecy", Told::NotAChoice)),
    ("pact_number_has_its_form", Meaning::Fault),
    ("pact_stage_is_known", Meaning::Fault),
    ("pact_ending_is_known", Meaning::Fault),
    ("pact_ends_for_a_reason", Meaning::Fault),
    ("pact_consulted_on_has_a_text", Meaning::Fault),
    ("pact_in_force_has_its_day", Meaning::Fault),
    ("pact_paused_is_open", Meaning::Fault),
    ("pact_office_is_known", Meaning::Field("office", Told::NotAChoice)),
    ("pact_office_ends_after_it_begins", Meaning::Fault),
    ("pact_office_one_a_person", Meaning::Field("person", Told::Taken)),
    ("pact_version_counts_from_one", Meaning::Fault),
    ("pact_version_hash_is_sha256", Meaning::Fault),
    ("pact_clause_counts_from_one", Meaning::Fault),
    ("pact_clause_has_words", Meaning::Field("clauses", Told::NotAChoice)),
    ("pact_clause_position_is_taken_once", Meaning::Fault),
    ("pact_evidence_kind_is_known", Meaning::Field("kind", Told::NotAChoice)),
    ("pact_evidence_is_answered_once", Meaning::Field("answers", Told::Taken)),
    ("opinion_answer_is_known", Meaning::Field("answer", Told::NotAChoice)),
    ("opinion_answer_has_a_reason", Meaning::Field("reason", Told::NotAChoice)),
    ("opinion_stance_is_known", Meaning::Field("stance", Told::NotAChoice)),
    ("opinion_words_are_its_own", Meaning::Fault),
    ("opinion_channel_is_known", Meaning::Field("channel", Told::NotAChoice)),
    ("opinion_against_has_words", Meaning::Field("words", Told::NotAChoice)),
    ("opinion_is_helped_by_somebody", Meaning::Fault),
    ("opinion_one_a_person", Meaning::Field("stance", Told::Taken)),
    ("opinion_is_helped_by_another", Meaning::Field("person", Told::AnotherPerson)),
    ("delivery_round_stage_is_known", Meaning::Fault),
    ("delivery_round_counts_from_one", Meaning::Fault),
    ("delivery_round_is_opened_once", Meaning::Fault),
    ("delivery_way_is_known", Meaning::Fault),
    ("delivery_outcome_is_known", Meaning::Field("outcome", Told::NotAChoice)),
    ("delivery_door_is_known", Meaning::Fault),
    ("room_state_is_known", Meaning::Fault),
    ("room_topic_is_its_own", Meaning::Fault),
    ("room_declined_has_a_reason", Meaning::Fault),
    ("room_open_has_a_title", Meaning::Fault),
    ("room_decided_says_who_and_when", Meaning::Fault),
    ("room_closed_has_its_result", Meaning::Fault),
    ("room_post_is_its_own", Meaning::Fault),
    ("meeting_kind_is_known", Meaning::Field("kind", Told::NotAChoice)),
    ("meeting_state_is_known", Meaning::Fault),
    ("meeting_expected_is_not_negative", Meaning::Field("expected", Told::NotNegative)),
    ("meeting_is_about_one_thing", Meaning::Fault),
    ("meeting_of_a_room_is_its_kind", Meaning::Field("kind", Told::NotAChoice)),
    ("meeting_closed_has_minutes", Meaning::Fault),
    ("meeting_ends_after_it_begins", Meaning::Fault),
    ("meeting_is_of_one_area", Meaning::Fault),
    ("meeting_over_has_its_numbers", Meaning::Fault),
    ("meeting_numbers_are_not_negative", Meaning::Fault),
    ("meeting_capacity_is_known", Meaning::Field("capacity", Told::NotAChoice)),
    ("meeting_way_is_known", Meaning::Fault),
    ("meeting_person_is_somebody", Meaning::Fault),
    ("meeting_person_came_somehow", Meaning::Fault),
    ("meeting_person_is_ticked_by_somebody", Meaning::Fault),
    ("meeting_person_comes_once", Meaning::Field("name", Told::Taken)),
    ("meeting_name_comes_once", Meaning::Field("name", Told::Taken)),
    ("meeting_sign_part_is_known", Meaning::Fault),
    ("meeting_sign_hash_is_sha256", Meaning::Fault),
    ("meeting_is_signed_by_two", Meaning::Field("chair", Told::AnotherPerson)),
    ("amendment_position_is_taken_once", Meaning::Fault),
    ("amendment_is_counted_whole", Meaning::Fault),
    ("amendment_counts_are_not_negative", Meaning::Field("in_favour", Told::NotNegative)),
    ("amendment_counts_fit_those_present", Meaning::Fault),
    ("amendment_is_adopted_by_more_than_half", Meaning::Fault),
    ("tariff_counts_from_one", Meaning::Fault),
    ("tariff_points_last_a_year", Meaning::Field("expires_months", Told::NotAChoice)),
    ("tariff_version_is_unique", Meaning::Exists(What::Points)),
    ("tariff_takes_effect_by_a_decision", Meaning::Field("decision", Told::NotAChoice)),
    ("tariff_is_put_in_force_by_another", Meaning::Field("decision", Told::AnotherPerson)),
    ("tariff_is_drafted_once", Meaning::Exists(What::Points)),
    ("tariff_is_of_one_area", Meaning::Fault),
    ("tariff_vote_kind_is_known", Meaning::Field("meeting", Told::NotAChoice)),
    ("tariff_vote_is_counted_whole", Meaning::Fault),
    ("tariff_vote_counts_are_not_negative", Meaning::Field("in_favour", Told::NotNegative)),
    ("tariff_vote_counts_fit_those_present", Meaning::Fault),
    ("tariff_vote_is_adopted_by_more_than_half", Meaning::Fault),
    ("tariff_vote_is_decided_whole", Meaning::Fault),
    ("tariff_vote_passes_what_was_adopted", Meaning::Fault),
    ("tariff_is_under_one_vote", Meaning::Field("meeting", Told::UnderVote)),
    ("tariff_item_code_is_a_word", Meaning::Fault),
    ("tariff_item_has_a_name", Meaning::Field("name_zh", Told::NotAChoice)),
    ("tariff_item_goes_to_is_known", Meaning::Field("goes_to", Told::NotAChoice)),
    ("tariff_item_points_are_positive", Meaning::Field("points", Told::NotNegative)),
    ("tariff_item_period_is_known", Meaning::Field("period", Told::NotAChoice)),
    ("tariff_item_code_is_used_once", Meaning::Exists(What::Points)),
    ("tariff_item_cap_holds_one", Meaning::Field("cap", Told::NotNegative)),
    ("points_are_never_for_taking_part", Meaning::Field("source", Told::NotAChoice)),
    ("tariff_item_source_is_known", Meaning::Field("source", Told::NotAChoice)),
    ("points_account_is_one_a_person", Meaning::Fault),
    ("points_account_is_one_a_household", Meaning::Fault),
    ("points_account_kind_is_known", Meaning::Fault),
    ("points_account_has_its_holder", Meaning::Fault),
    ("points_account_of_the_scheme_is_one", Meaning::Fault),
    ("points_balance_is_never_negative", Meaning::Field("points", Told::NotEnoughPoints)),
    ("points_entry_key_is_used_once", Meaning::Exists(What::Points)),
    ("points_entry_kind_is_known", Meaning::Fault),
    ("points_entry_is_reversed_once", Meaning::Exists(What::Points)),
    ("points_entry_is_checked_by_another", Meaning::Field("checker", Told::AnotherPerson)),
    ("points_entry_is_made_and_checked", Meaning::Fault),
    ("points_credit_is_not_ones_own", Meaning::Field("phone", Told::OwnHousehold)),
    ("points_credit_follows_the_tariff", Meaning::Fault),
    ("points_reversal_names_its_entry", Meaning::Fault),
    ("points_posting_moves_something", Meaning::Fault),
    ("points_used_is_not_negative", Meaning::Fault),
    ("points_cap_is_kept", Meaning::Field("item", Told::CapReached)),
    ("points_proposal_key_is_used_once", Meaning::Exists(What::Points)),
    ("points_proposal_state_is_known", Meaning::Fault),
    ("points_proposal_credits_or_reverses", Meaning::Fault),
    ("points_proposal_is_checked_by_another", Meaning::Field("checker", Told::AnotherPerson)),
    ("points_proposal_waits_until_checked", Meaning::Fault),
    ("points_proposal_reverses_once", Meaning::Exists(What::Points)),
    ("points_audit_verdict_is_known", Meaning::Field("verdict", Told::NotAChoice)),
    ("points_audit_is_checked_by_someone", Meaning::Fault),
    ("reward_has_a_name", Meaning::Field("name_zh", Told::NotAChoice)),
    ("reward_cost_is_positive", Meaning::Field("cost", Told::NotNegative)),
    ("reward_stock_is_never_negative", Meaning::Field("reward", Told::SoldOut)),
    ("reservation_key_is_used_once", Meaning::Exists(What::Reward)),
    ("reservation_state_is_known", Meaning::Fault),
    ("reservation_code_is_unique", Meaning::Fault),
    ("reservation_ends_once", Meaning::Fault),
    ("reservation_code_works_once", Meaning::Fault),
    ("breach_key_is_used_once", Meaning::Exists(What::Breach)),
    ("breach_state_is_known", Meaning::Fault),
    ("breach_outcome_is_known", Meaning::Fault),
    ("breach_appeal_side_is_known", Meaning::Fault),
    ("breach_is_appealed_once", Meaning::Fault),
    ("breach_closed_has_its_moment", Meaning::Fault),
    ("breach_is_of_someone_after_triage", Meaning::Field("phone", Told::NotAChoice)),
    ("breach_panel_has_two_rounds", Meaning::Fault),
    ("breach_panel_has_three_seats", Meaning::Fault),
    ("breach_finding_is_known", Meaning::Field("finding", Told::NotAChoice)),
    ("breach_panel_is_another_each_round", Meaning::Field("phone", Told::Taken)),
    ("breach_finding_follows_the_declaration", Meaning::Fault),
    ("nomination_key_is_used_once", Meaning::Exists(What::Nomination)),
    ("nomination_words_are_its_own", Meaning::Fault),
    ("nomination_state_is_known", Meaning::Fault),
    ("nomination_is_of_another", Meaning::Field("phone", Told::AnotherPerson)),
    ("nomination_is_picked_by_another", Meaning::Field("nomination", Told::AnotherPerson)),
    ("nomination_is_public_by_consent", Meaning::Fault),
    ("nomination_ends_once", Meaning::Fault),
    ("nomination_stands_once", Meaning::Exists(What::Nomination)),
    ("passkey_is_of_one_person", Meaning::Exists(What::Passkey)),
    ("passkey_credential_has_a_length", Meaning::Fault),
    ("passkey_key_has_a_length", Meaning::Fault),
    ("passkey_counter_is_no_less_than_zero", Meaning::Fault),
    ("passkey_name_is_short", Meaning::Fault),
    ("passkey_challenge_purpose_is_known", Meaning::Fault),
    ("passkey_challenge_nonce_has_a_length", Meaning::Fault),
    ("passkey_challenge_is_sha256", Meaning::Fault),
    ("passkey_challenge_is_its_own", Meaning::Fault),
    ("passkey_challenge_names_its_text", Meaning::Fault),
    ("signing_round_text_is_sha256", Meaning::Fault),
    ("signing_round_profile_is_sha256", Meaning::Fault),
    ("signing_round_names_its_resolution", Meaning::Fault),
    ("signing_round_binds_all", Meaning::Fault),
    ("paper_entry_turn_is_known", Meaning::Fault),
    ("paper_entry_reading_is_known", Meaning::Field("reading", Told::NotAChoice)),
    ("paper_entry_page_counts_from_one", Meaning::Field("page", Told::NotNegative)),
    ("paper_entry_turn_is_taken_once", Meaning::Field("form", Told::Taken)),
    ("paper_entry_is_read_by_another", Meaning::Field("form", Told::AnotherPerson)),
    ("paper_entry_is_not_by_the_signer", Meaning::Field("form", Told::AnotherPerson)),
    ("paper_entry_signed_has_its_day", Meaning::Field("signed_on", Told::NotAChoice)),
    ("paper_entry_settled_for_a_reason", Meaning::Field("reason", Told::NotAChoice)),
    ("paper_entry_go_counts_from_one", Meaning::Fault),
    ("paper_entry_has_its_scan", Meaning::Field("scan", Told::NotAChoice)),
    ("scan_page_counts_from_one", Meaning::Field("page", Told::NotNegative)),
    ("scan_is_sha256", Meaning::Fault),
    ("scan_told_by_is_known", Meaning::Fault),
    ("scan_is_kept_once", Meaning::Fault),
    ("scan_is_of_one_page", Meaning::Fault),
    ("assisted_key_is_used_once", Meaning::Exists(What::Signature)),
    ("assisted_state_is_known", Meaning::Fault),
    ("assisted_makes_one_signature", Meaning::Exists(What::Signature)),
    ("assisted_waits_once", Meaning::Exists(What::Signature)),
    ("assisted_helper_and_witness_are_two", Meaning::Field("witness", Told::AnotherPerson)),
    ("assisted_helper_is_not_the_signer", Meaning::Field("person", Told::AnotherPerson)),
    ("assisted_witness_is_not_the_signer", Meaning::Field("witness", Told::AnotherPerson)),
    ("assisted_waits_until_answered", Meaning::Fault),
    ("assisted_counts_when_witnessed", Meaning::Fault),
    ("signature_counts_from_one", Meaning::Fault),
    ("signature_pseudonym_is_a_mac", Meaning::Fault),
    ("signature_capacity_is_known", Meaning::Fault),
    ("signature_channel_is_known", Meaning::Fault),
    ("signature_evidence_is_sha256", Meaning::Fault),
    ("signature_statement_is_sha256", Meaning::Fault),
    ("signature_key_is_used_once", Meaning::Exists(What::Signature)),
    ("signature_leaf_is_its_own", Meaning::Fault),
    ("signature_is_put_once", Meaning::Exists(What::Signature)),
    ("signature_assisted_names_helper_and_witness", Meaning::Field("witness", Told::NotAChoice)),
    ("signature_helper_and_witness_are_two", Meaning::Field("witness", Told::AnotherPerson)),
    ("signature_helper_is_not_the_signer", Meaning::Field("person", Told::AnotherPerson)),
    ("signature_witness_is_not_the_signer", Meaning::Field("witness", Told::AnotherPerson)),
    ("signature_assisted_was_read_back", Meaning::Field("read_back", Told::NotAChoice)),
    ("signature_paper_was_read_by_two", Meaning::Fault),
    ("signature_paper_readings_are_two", Meaning::Fault),
    ("signature_event_kind_is_known", Meaning::Fault),
    ("signature_event_effect_is_known", Meaning::Fault),
    ("signature_event_statement_is_sha256", Meaning::Fault),
    ("signature_event_leaf_is_its_own", Meaning::Fault),
    ("signature_is_withdrawn_once", Meaning::Exists(What::Signature)),
    ("signature_event_withdrawal_has_an_effect", Meaning::Fault),
    ("signature_event_withdrawal_has_its_leaf", Meaning::Fault),
    ("signature_event_reaffirmation_makes_one", Meaning::Fault),
    ("signature_is_made_by_one_reaffirmation", Meaning::Fault),
    ("sign_in_code_purpose_is_known", Meaning::Fault),
    ("sign_in_code_names_its_subject", Meaning::Fault),
    ("roll_member_body_is_known", Meaning::Field("body", Told::NotAChoice)),
    ("roll_basis_chosen_is_known", Meaning::Field("basis", Told::NotAChoice)),
    ("roll_basis_says_why", Meaning::Field("note", Told::NotAChoice)),
    ("roll_counts_from_one", Meaning::Fault),
    ("roll_basis_is_known", Meaning::Fault),
    ("roll_hash_is_sha256", Meaning::Fault),
    ("roll_is_drawn_once", Meaning::Fault),
    ("voting_unit_body_is_known", Meaning::Fault),
    ("voting_unit_area_is_not_negative", Meaning::Fault),
    ("voting_unit_voter_how_is_known", Meaning::Fault),
    ("voting_unit_position_is_taken_once", Meaning::Fault),
    ("voting_unit_voter_has_a_ground", Meaning::Fault),
    ("roll_entry_area_is_not_negative", Meaning::Fault),
    ("roll_entry_capacity_is_known", Meaning::Fault),
    ("voter_settled_says_why", Meaning::Field("note", Told::NotAChoice)),
    ("roll_objection_is_answered_whole", Meaning::Fault),
    ("roll_objection_is_answered_by_another", Meaning::Field("reason", Told::AnotherPerson)),
    ("roll_amendment_follows_one_objection", Meaning::Exists(What::Roll)),
    ("roll_amendment_change_is_known", Meaning::Fault),
    ("roll_amendment_hash_is_sha256", Meaning::Fault),
    ("roll_amendment_units_are_not_negative", Meaning::Fault),
    ("roll_amendment_area_is_not_negative", Meaning::Fault),
    ("teller_key_is_its_own", Meaning::Field("secret", Told::Taken)),
    ("teller_key_has_its_form", Meaning::Field("secret", Told::NotAChoice)),
    ("teller_key_reserve_has_its_form", Meaning::Field("reserve", Told::NotAChoice)),
    ("teller_key_reserve_is_another", Meaning::Field("reserve", Told::Taken)),
    ("vote_body_is_known", Meaning::Fault),
    ("vote_secrecy_is_known", Meaning::Fault),
    ("vote_text_is_sha256", Meaning::Fault),
    ("vote_is_held_once", Meaning::Fault),
    ("vote_secret_has_two_keys", Meaning::Fault),
    ("vote_body_and_secrecy_belong_together", Meaning::Fault),
    ("proxy_is_given_once", Meaning::Field("unit", Told::Taken)),
    ("proxy_holder_has_three_at_most", Meaning::Field("phone", Told::NotAChoice)),
    ("proxy_is_written", Meaning::Field("paper", Told::NotAChoice)),
    ("proxy_is_recorded_by_another", Meaning::Field("phone", Told::AnotherPerson)),
    ("participation_channel_is_known", Meaning::Fault),
    ("participation_choice_is_known", Meaning::Field("choice", Told::NotAChoice)),
    ("participation_key_is_used_once", Meaning::Exists(What::Ballot)),
    ("participation_of_a_secret_vote_has_no_choice", Meaning::Fault),
    ("participation_by_phone_has_its_voter", Meaning::Fault),
    ("participation_on_paper_is_recorded", Meaning::Fault),
    ("participation_receipt_is_its_own", Meaning::Fault),
    ("sealed_ballot_is_padded", Meaning::Fault),
    ("paper_ballot_turn_is_known", Meaning::Fault),
    ("paper_ballot_choice_is_known", Meaning::Field("choice", Told::NotAChoice)),
    ("paper_ballot_is_read_by_another", Meaning::Field("unit", Told::AnotherPerson)),
    ("paper_ballot_settled_for_a_reason", Meaning::Field("reason", Told::NotAChoice)),
    ("paper_batch_turn_is_known", Meaning::Fault),
    ("paper_batch_is_counted_by_another", Meaning::Field("yes", Told::AnotherPerson)),
    ("paper_batch_is_not_negative", Meaning::Field("yes", Told::NotNegative)),
    ("paper_batch_settled_for_a_reason", Meaning::Field("reason", Told::NotAChoice)),
    ("paper_box_is_not_negative", Meaning::Fault),
    ("paper_box_is_sha256", Meaning::Fault),
    ("tick_cancel_says_why", Meaning::Field("reason", Told::NotAChoice)),
    ("tick_cancel_needs_another", Meaning::Field("unit", Told::AnotherPerson)),
    ("result_objection_has_its_words", Meaning::Fault),
    ("ballot_choice_is_known", Meaning::Fault),
    ("tally_roll_is_sha256", Meaning::Fault),
    ("tally_register_is_sha256", Meaning::Fault),
    ("roll_entry_stands_once", Meaning::Field("phone", Told::Taken)),
];

/// What is told when a row with this primary key exists already.
const EXISTS: &[(&str, What)] = &[
    ("rating_pkey", What::Rating),
    ("area_pkey", What::Area),
    ("category_pkey", What::Category),
    ("endorsement_pkey", What::Nomination),
];

/// What is told when a referenced row does not exist: a choice that is none.
const CHOSEN: &[(&str, &str)] = &[
    ("request_category_fkey", "category"),
    ("work_order_category_fkey", "category"),
    ("work_order_lead_unit_id_fkey", "lead"),
    ("order_unit_unit_id_fkey", "unit"),
    ("request_area_id_fkey", "place"),
    ("person_home_area_id_fkey", "area"),
    ("opinion_clause_fkey", "clause"),
    ("tariff_vote_is_at_a_meeting_of_the_area", "meeting"),
];

/// What is told where a trigger keeps a rule that a use case asks before it.
const RAISED: &[(&str, &str, Told)] = &[
    ("tariff_passes_by_its_own_vote", "effective_on", Told::NotPassed),
    ("tariff_in_force_stays", "tariff", Told::UnderVote),
    ("tariff_under_vote_stays", "tariff", Told::UnderVote),
    ("tariff_vote_stays", "meeting", Told::UnderVote),
    ("reservation_is_for_the_people_of_the_area", "reward", Told::NotAChoice),
];

/// What a database error means for the person who asked. Constraints are looked up in [`TABLE`]; anything
/// else is logged under an id and told as an internal error.
#[must_use]
pub fn refuse(error: sqlx::Error) -> Error {
    // A NUL, the one character that PostgreSQL keeps in no text: somebody sent what nobody types.
    if error.as_database_error().and_then(|database| database.code()).is_some_and(|code| code == "22021") {
        return Error::field("form", Reason::Unreadable);
    }
    let told = error.as_database_error().and_then(|database| database.constraint()).and_then(|name| {
        if let Some((_, meaning)) = TABLE.iter().find(|(known, _)| *known == name) {
            return match *meaning {
                Meaning::Field(field, told) => Some(Error::field(field, told.reason())),
                Meaning::Exists(what) => Some(Error::Duplicate { what }),
                Meaning::Fault => None,
            };
        }
        if let Some((_, what)) = EXISTS.iter().find(|(known, _)| *known == name) {
            return Some(Error::Duplicate { what: *what });
        }
        if let Some((_, field, told)) = RAISED.iter().find(|(known, ..)| *known == name) {
            return Some(Error::field(*field, told.reason()));
        }
        let chosen = CHOSEN.iter().find(|(known, _)| *known == name);
        chosen.map(|(_, field)| Error::field(*field, Reason::NotAChoice))
    });
    told.unwrap_or_else(|| fault(error))
}

/// An internal error: the details go to the log under an id, the person is told the id.
#[must_use]
pub fn fault(details: impl Display) -> Error {
    let id = format!("{:08X}", rand::random::<u32>());
    tracing::error!(error.id = %id, "{details}");
    Error::Internal { id }
}

/// Reads a word that the database keeps for an enum. The constraints allow no other, so a word that is none is
/// an internal error.
pub fn parsed<T>(word: &str) -> Result<T, Error>
where
    T: std::str::FromStr,
    T::Err: Display,
{
    word.parse().map_err(fault)
}

/// Why one attempt of a transaction failed: `?` works on database errors and on refusals alike.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A rule refused.
    #[error(transparent)]
    Refused(#[from] Error),
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Database(error) => refuse(error),
            Trouble::Refused(error) => error,
        }
    }
}

impl Trouble {
    /// Whether PostgreSQL gave this transaction up for another one's sake (deadlock, serialization), so that
    /// the same statements can succeed a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let code = error.as_database_error().and_then(|database| database.code());
        matches!(code.as_deref(), Some("40001" | "40P01"))
    }
}

/// Runs a whole transaction, again when PostgreSQL gave it up for another one's sake; three times at most.
pub async fn retrying<T, F, Fut>(mut attempt: F) -> Result<T, Error>
where
    F: FnMut() -> Fut + Send,
    Fut: Future<Output = Result<T, Trouble>> + Send,
{
    for pause_ms in [10_u64, 40] {
        match attempt().await {
            Err(trouble) if trouble.is_passing() => {
                let jitter = rand::random_range(0..pause_ms);
                tokio::time::sleep(std::time::Duration::from_millis(pause_ms + jitter)).await;
            }
            done => return done.map_err(Error::from),
        }
    }
    attempt().await.map_err(Error::from)
}
