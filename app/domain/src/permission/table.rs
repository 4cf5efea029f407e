//! The permission table (people-and-places.md, Units and members). A row says who has an action and in
//! which relations; who is not named does not have it. A role is looked for in the order of the row, so
//! the one that a history should name stands first.

use super::{Action, Relation};
use crate::person::Role;

type Grant = (Role, &'static [Relation]);

const OWN: &[Relation] = &[Relation::Own];
const ASSIGNED: &[Relation] = &[Relation::Assigned];
const INSIDE: &[Relation] = &[Relation::Inside];
const ANY: &[Relation] = &[Relation::Own, Relation::Assigned, Relation::Inside, Relation::Outside];

/// Everyone who has a browser.
const EVERYONE: &[Grant] = &[(Role::Visitor, ANY), (Role::Resident, ANY)];
const SIGNED_IN: &[Grant] = &[(Role::Resident, ANY)];
/// The writer, signed in or by number and query code.
const WRITER: &[Grant] = &[(Role::Visitor, OWN), (Role::Resident, OWN)];
const WRITER_SIGNED_IN: &[Grant] = &[(Role::Resident, OWN)];
const STAFF: &[Grant] = &[
    (Role::VolunteerCoordinator, ANY),
    (Role::GridHead, ANY),
    (Role::Adviser, ANY),
    (Role::GridWorker, ANY),
    (Role::NeighbourHead, ANY),
    (Role::Clerk, ANY),
    (Role::Dispatcher, ANY),
    (Role::Handler, ANY),
    (Role::UnitManager, ANY),
    (Role::FollowUpOfficer, ANY),
    (Role::Supervisor, ANY),
    (Role::PactOfficer, ANY),
    (Role::Auditor, ANY),
    (Role::Administrator, ANY),
];
const ADMINISTRATOR: &[Grant] = &[(Role::Administrator, INSIDE)];

/// Who may do what, one row an action.
#[rustfmt::skip]
pub const TABLE: &[(Action, &[Grant])] = &[
    // For everyone.
    (Action::ReadPublic,         EVERYONE),
    (Action::SignIn,             EVERYONE),
    (Action::SignOut,            EVERYONE),
    (Action::SetPreferences,     EVERYONE),
    (Action::FileRequest,        EVERYONE),
    (Action::StagePhoto,         EVERYONE),
    (Action::AskByCode,          EVERYONE),
    (Action::Locate,             EVERYONE),

    // For the one whose request it is.
    (Action::ReadOwnRequest,     WRITER),
    (Action::GiveInfo,           WRITER),
    (Action::RateRequest,        WRITER),
    (Action::RedoRequest,        WRITER),
    (Action::ReopenRequest,      WRITER),
    (Action::CancelRequest,      WRITER),

    // For the signed-in.
    (Action::ReadMine,           SIGNED_IN),
    (Action::CloseAccount,       SIGNED_IN),
    (Action::EndSession,         WRITER_SIGNED_IN),
    (Action::KeepPasskeys,       SIGNED_IN),
    (Action::FlagContent,        SIGNED_IN),
    (Action::AppealVerdict,      WRITER),

    // At the desk.
    (Action::ReadDesk,           STAFF),
    (Action::ReadStyle,          STAFF),
    (Action::ReadOrder,          &[(Role::Clerk, INSIDE), (Role::Dispatcher, INSIDE), (Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED),
                                   (Role::FollowUpOfficer, INSIDE), (Role::Supervisor, INSIDE), (Role::GridHead, INSIDE), (Role::Adviser, INSIDE),
                                   (Role::GridWorker, INSIDE), (Role::NeighbourHead, INSIDE), (Role::System, ANY)]),
    (Action::ReadTipOff,         &[(Role::Clerk, INSIDE), (Role::Dispatcher, INSIDE), (Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED),
                                   (Role::FollowUpOfficer, INSIDE), (Role::Supervisor, INSIDE), (Role::System, ANY)]),
    (Action::ReadHistory,        &[(Role::Auditor, INSIDE), (Role::Supervisor, INSIDE)]),
    (Action::ReadAudit,          &[(Role::Auditor, INSIDE)]),
    (Action::RevealContact,      &[(Role::Clerk, INSIDE), (Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED), (Role::FollowUpOfficer, INSIDE),
                                   (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::RevealTipOffWriter, &[(Role::Supervisor, INSIDE)]),
    (Action::Moderate,           &[(Role::Clerk, INSIDE)]),

    // Moves of an order; the numbers are those of requests.md, States.
    (Action::FileForOther,       &[(Role::Clerk, INSIDE), (Role::GridHead, INSIDE), (Role::Adviser, INSIDE), (Role::GridWorker, INSIDE),
                                   (Role::NeighbourHead, INSIDE), (Role::System, ANY)]),                          // 1
    (Action::AcceptRequest,      &[(Role::Clerk, INSIDE)]),                                                       // 2
    (Action::AnswerAtOnce,       &[(Role::Clerk, INSIDE)]),                                                       // 2a
    (Action::ProposeRejection,   &[(Role::Clerk, INSIDE)]),                                                       // 3
    (Action::DecideRejection,    &[(Role::UnitManager, ASSIGNED)]),                                               // 3
    (Action::AskInfo,            &[(Role::Clerk, INSIDE), (Role::Handler, ASSIGNED)]),                            // 4
    (Action::RecordInfo,         &[(Role::Clerk, INSIDE), (Role::Handler, ASSIGNED), (Role::System, ANY)]),       // 4a
    (Action::DispatchOrder,      &[(Role::Dispatcher, INSIDE), (Role::System, ANY)]),                             // 5
    (Action::StartHandling,      &[(Role::Handler, ASSIGNED), (Role::System, ANY)]),                              // 6
    (Action::AskReturn,          &[(Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED)]),                    // 7
    (Action::DecideReturn,       &[(Role::Dispatcher, INSIDE), (Role::Supervisor, INSIDE)]),                      // 8
    (Action::Whistle,            &[(Role::UnitManager, ASSIGNED)]),                                               // 9
    (Action::LogArrival,         &[(Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED)]),                    // 9
    (Action::SubmitSubReply,     &[(Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED)]),                    // 9
    (Action::RateCoUnit,         &[(Role::UnitManager, ASSIGNED)]),                                               // 9
    (Action::LogContact,         &[(Role::Handler, ASSIGNED)]),                                                   // 10
    (Action::AskExtension,       &[(Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED)]),                    // 11
    (Action::GrantExtension,     &[(Role::Supervisor, INSIDE)]),                                                  // 11
    (Action::AskSuspension,      &[(Role::UnitManager, ASSIGNED)]),                                               // 12
    (Action::GrantSuspension,    &[(Role::Supervisor, INSIDE)]),                                                  // 12
    (Action::ResumeOrder,        &[(Role::UnitManager, ASSIGNED), (Role::Supervisor, INSIDE), (Role::System, ANY)]), // 13
    (Action::SubmitReply,        &[(Role::Handler, ASSIGNED)]),                                                   // 14
    (Action::SendBackReply,      &[(Role::UnitManager, ASSIGNED)]),                                               // 15
    (Action::ApproveReply,       &[(Role::UnitManager, ASSIGNED)]),                                               // 16
    (Action::FollowUp,           &[(Role::FollowUpOfficer, INSIDE), (Role::System, ANY)]),                        // 17, 18
    (Action::ReopenOrder,        &[(Role::Supervisor, INSIDE)]),                                                  // 19
    (Action::MergeOrders,        &[(Role::Dispatcher, INSIDE)]),                                                  // 20, 21
    (Action::KeepForSafety,      &[(Role::Dispatcher, INSIDE)]),                                                  // 22
    (Action::Supervise,          &[(Role::Supervisor, INSIDE)]),                                                  // 23
    (Action::ProposeConclusion,  &[(Role::Supervisor, INSIDE)]),                                                  // 24
    (Action::DecideConclusion,   &[(Role::Supervisor, INSIDE)]),                                                  // 24

    // Points and rewards (pacts.md, Keeping and points).
    (Action::ReadPoints,         &[(Role::VolunteerCoordinator, INSIDE), (Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE),
                                   (Role::GridWorker, INSIDE), (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::ProposeCredit,      &[(Role::VolunteerCoordinator, INSIDE), (Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE),
                                   (Role::GridWorker, INSIDE)]),
    (Action::CheckCredit,        &[(Role::VolunteerCoordinator, INSIDE), (Role::PactOfficer, INSIDE), (Role::GridHead, INSIDE)]),
    (Action::AuditPoints,        &[(Role::Supervisor, INSIDE)]),
    (Action::ReadPointsAudit,    &[(Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::ManageTariff,       &[(Role::PactOfficer, INSIDE)]),
    (Action::ManageRewards,      &[(Role::VolunteerCoordinator, INSIDE), (Role::PactOfficer, INSIDE)]),
    (Action::FulfilReward,       &[(Role::VolunteerCoordinator, INSIDE), (Role::Clerk, INSIDE), (Role::Handler, ASSIGNED), (Role::UnitManager, ASSIGNED)]),
    (Action::ReserveReward,      WRITER_SIGNED_IN),

    // Keeping a pact.
    (Action::ReportBreach,       SIGNED_IN),
    (Action::TriageBreach,       &[(Role::PactOfficer, INSIDE)]),
    (Action::ReadOwnBreach,      WRITER_SIGNED_IN),
    (Action::AnswerBreach,       WRITER_SIGNED_IN),
    (Action::FindOnBreach,       WRITER_SIGNED_IN),
    (Action::AppealBreach,       WRITER_SIGNED_IN),

    // Good neighbours.
    (Action::NominateNeighbour,  SIGNED_IN),
    (Action::PickNeighbour,      &[(Role::PactOfficer, INSIDE)]),
    (Action::AnswerNomination,   WRITER_SIGNED_IN),

    // Signing a pact (pacts.md, Signing).
    (Action::SignPact,           SIGNED_IN),
    (Action::ReadSigning,        &[(Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE), (Role::GridWorker, INSIDE)]),
    (Action::AssistSigning,      &[(Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE), (Role::GridWorker, INSIDE)]),
    (Action::EnterPaperSignature, &[(Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE), (Role::GridWorker, INSIDE)]),
    (Action::ReadSigningBook,    &[(Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE)]),
    (Action::ChooseSigners,      &[(Role::PactOfficer, INSIDE)]),

    // Pacts (pacts.md, Stages, Text and opinions).
    (Action::ReadWorkshop,       &[(Role::PactOfficer, INSIDE), (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE), (Role::System, ANY)]),
    (Action::ManageRules,        &[(Role::PactOfficer, INSIDE), (Role::Supervisor, INSIDE)]),
    (Action::OpenPact,           &[(Role::PactOfficer, INSIDE)]),
    (Action::AppointOffice,      &[(Role::PactOfficer, INSIDE)]),
    (Action::DraftPact,          &[(Role::PactOfficer, INSIDE)]),
    (Action::MovePact,           &[(Role::PactOfficer, INSIDE), (Role::System, ANY)]),
    (Action::RecordEvidence,     &[(Role::PactOfficer, INSIDE)]),
    (Action::GiveOpinion,        SIGNED_IN),
    (Action::EnterOpinion,       &[(Role::PactOfficer, INSIDE), (Role::Clerk, INSIDE), (Role::GridHead, INSIDE), (Role::Adviser, INSIDE),
                                   (Role::GridWorker, INSIDE), (Role::NeighbourHead, INSIDE)]),
    (Action::AnswerOpinion,      &[(Role::PactOfficer, INSIDE)]),

    // Homes, deliveries, meetings, rooms.
    (Action::ManageHouseholds,   &[(Role::Clerk, INSIDE), (Role::PactOfficer, INSIDE), (Role::Administrator, INSIDE), (Role::System, ANY)]),
    (Action::AskResidence,       SIGNED_IN),
    (Action::ReadDelivery,       &[(Role::PactOfficer, INSIDE), (Role::GridHead, INSIDE), (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::DeliverPact,        &[(Role::GridWorker, INSIDE), (Role::NeighbourHead, INSIDE), (Role::GridHead, INSIDE), (Role::PactOfficer, INSIDE)]),
    (Action::PostPact,           &[(Role::PactOfficer, INSIDE)]),
    (Action::AttendMeeting,      SIGNED_IN),
    (Action::RunMeeting,         &[(Role::PactOfficer, INSIDE)]),
    (Action::DiscussRoom,        SIGNED_IN),
    (Action::RunRoom,            &[(Role::PactOfficer, INSIDE)]),

    // The log of evidence: it is one for the whole portal, so that its cosigners are asked for no area.
    (Action::CosignLog,          &[(Role::PactOfficer, ANY), (Role::Supervisor, ANY), (Role::Administrator, ANY)]),
    // Who may cosign is asked of those whose area is the whole installation.
    (Action::RegisterCosigner,   &[(Role::Administrator, INSIDE), (Role::Supervisor, INSIDE)]),

    // Roll and vote (pacts.md, Roll and vote).
    (Action::NameVoter,          SIGNED_IN),
    (Action::ObjectToRoll,       SIGNED_IN),
    (Action::CastVote,           SIGNED_IN),
    (Action::ObjectToResult,     SIGNED_IN),
    (Action::ReadRoll,           &[(Role::PactOfficer, INSIDE), (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::KeepRoll,           &[(Role::PactOfficer, INSIDE)]),
    (Action::PrintRoll,          &[(Role::PactOfficer, INSIDE)]),
    (Action::ReadTurnout,        &[(Role::PactOfficer, INSIDE), (Role::Supervisor, INSIDE), (Role::Auditor, INSIDE)]),
    (Action::HoldTellerKey,      &[(Role::PactOfficer, INSIDE)]),
    (Action::EnterBallot,        &[(Role::PactOfficer, INSIDE)]),
    (Action::CountVote,          &[(Role::PactOfficer, INSIDE)]),

    // Running the place.
    (Action::AssignWithinGrid,   &[(Role::GridHead, INSIDE)]),
    (Action::HandOverWork,       &[(Role::UnitManager, ASSIGNED)]),
    (Action::ManageMembers,      &[(Role::UnitManager, ASSIGNED), (Role::Administrator, INSIDE)]),
    (Action::ManageAreas,        ADMINISTRATOR),
    (Action::ManageUnits,        ADMINISTRATOR),
    (Action::ManageCategories,   ADMINISTRATOR),
    (Action::ManageCalendar,     ADMINISTRATOR),
    (Action::ManageTexts,        ADMINISTRATOR),
    (Action::ManageRetention,    ADMINISTRATOR),
];
