//! The one table of routes: everything the portal answers, with who may ask and
//! how much may be sent. The router is built from it, so an address that has no
//! row is not served; [`super::mount::unlisted`] names pages and server functions
//! that were written but not entered here, and a test fails on them. The walk over
//! every role reads the same rows.

use gongzhi_domain::permission::Action;

/// One address.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Which kind of request.
    pub method: Method,
    /// The template of the path: `/requests/{number}`.
    pub path: &'static str,
    /// What answers.
    pub kind: Kind,
    /// What is asked of whoever asks. The use case behind it decides for the
    /// single thing that is asked for.
    pub may: Action,
    /// The most bytes a request may carry.
    pub body: u64,
    /// Whether what is sent has parts, as a form with files has: what does not say how they are divided is refused.
    pub parts: bool,
}

/// The methods the portal uses. `Get` answers HEAD too and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
}

/// What answers an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of the app, rendered on the server.
    Page,
    /// A server function of the api: a form posts here, an island calls it.
    ServerFn,
    /// A handler of the server.
    Handler,
}

/// Room for a form of text.
const FORM: u64 = 64 * 1024;
/// Room for one photo of 12 MB and what a multipart body adds.
const PHOTO: u64 = 12 * 1024 * 1024 + 16 * 1024;
/// Room for a receipt with a long text, as a file and pasted.
const RECEIPT: u64 = 512 * 1024;
/// Room for a form with nine photos.
const PHOTOS: u64 = 9 * 12 * 1024 * 1024 + FORM;

/// The longest draft with its translation, in Chinese, and the form around it.
const DRAFT: u64 = 1024 * 1024;

/// Room for a list of 5,000 households.
const LIST: u64 = 4 * 1024 * 1024;
/// Room for minutes of 20,000 characters, each of nine bytes in a form.
const MINUTES: u64 = 512 * 1024;

const fn page(path: &'static str, may: Action) -> Route {
    Route { method: Method::Get, path, kind: Kind::Page, may, body: 0, parts: false }
}

const fn form(path: &'static str, may: Action) -> Route {
    Route { method: Method::Post, path, kind: Kind::ServerFn, may, body: FORM, parts: false }
}

const fn handler(method: Method, path: &'static str, may: Action, body: u64) -> Route {
    Route { method, path, kind: Kind::Handler, may, body, parts: false }
}

/// Every address. Files of the build are served where nothing else answers.
pub const TABLE: &[Route] = &[
    // For everyone.
    page("/", Action::ReadPublic),
    page("/requests", Action::ReadPublic),
    page("/requests/new", Action::FileRequest),
    page("/requests/{number}", Action::ReadPublic),
    page("/requests/{number}/receipt", Action::ReadPublic),
    page("/ask", Action::AskByCode),
    // Without a session it shows what this browser filed, and the way to sign in.
    page("/me", Action::ReadPublic),
    page("/areas", Action::ReadPublic),
    page("/areas/{code}", Action::ReadPublic),
    page("/pacts", Action::ReadPublic),
    page("/pacts/{number}", Action::ReadPublic),
    page("/pacts/{number}/clauses/{clause}", Action::ReadPublic),
    page("/pacts/{number}/text", Action::ReadPublic),
    page("/rules", Action::ReadPublic),
    page("/rules/{kind}/{version}", Action::ReadPublic),
    page("/offline", Action::ReadPublic),
    page("/terms", Action::ReadPublic),
    page("/privacy", Action::ReadPublic),
    page("/accessibility", Action::ReadPublic),
    page("/takedown", Action::ReadPublic),
    // For the signed-in.
    page("/me/sign-in", Action::SignIn),
    page("/me/sessions", Action::ReadMine),
    page("/me/messages", Action::ReadMine),
    page("/me/close", Action::CloseAccount),
    // Whoever asked is signed in no more.
    page("/me/closing", Action::ReadPublic),
    page("/me/passkeys", Action::KeepPasskeys),
    // At the desk.
    page("/desk/sign-in", Action::SignIn),
    page("/desk", Action::ReadDesk),
    page("/desk/moderation", Action::Moderate),
    page("/desk/orders/{id}", Action::ReadOrder),
    page("/desk/pacts", Action::ReadWorkshop),
    page("/desk/pacts/new", Action::OpenPact),
    page("/desk/pacts/{number}", Action::ReadWorkshop),
    page("/desk/pacts/{number}/draft", Action::ReadWorkshop),
    page("/desk/pacts/{number}/analysis", Action::ReadWorkshop),
    page("/desk/rules", Action::ManageRules),
    page("/desk/rules/new", Action::ManageRules),
    page("/desk/rules/{id}", Action::ManageRules),
    page("/desk/style", Action::ReadStyle),
    // Homes, deliveries, meetings, rooms.
    page("/me/household", Action::ReadMine),
    page("/attend", Action::AttendMeeting),
    page("/attend/{code}", Action::AttendMeeting),
    page("/pacts/{number}/meetings/{id}", Action::ReadPublic),
    page("/rooms", Action::ReadPublic),
    page("/rooms/new", Action::DiscussRoom),
    page("/rooms/{id}", Action::ReadPublic),
    page("/rooms/{number}/meetings/{id}", Action::ReadPublic),
    page("/desk/households", Action::ManageHouseholds),
    page("/desk/households/new", Action::ManageHouseholds),
    page("/desk/households/import", Action::ManageHouseholds),
    page("/desk/households/{id}", Action::ManageHouseholds),
    page("/desk/delivery", Action::DeliverPact),
    page("/desk/delivery/{round}", Action::DeliverPact),
    page("/desk/delivery/{round}/{building}", Action::DeliverPact),
    page("/desk/pacts/{number}/delivery", Action::ReadDelivery),
    page("/desk/meetings", Action::RunMeeting),
    page("/desk/meetings/new", Action::RunMeeting),
    page("/desk/meetings/{id}", Action::RunMeeting),
    page("/desk/rooms", Action::RunRoom),
    page("/desk/rooms/{id}", Action::RunRoom),
    form("/api/confirm-residence", Action::ManageHouseholds),
    form("/api/end-residence", Action::ManageHouseholds),
    form("/api/add-building", Action::ManageHouseholds),
    Route { body: LIST, ..form("/api/import-households", Action::ManageHouseholds) },
    form("/api/answer-residence", Action::ManageHouseholds),
    form("/api/ask-residence", Action::AskResidence),
    form("/api/tick-door", Action::DeliverPact),
    form("/api/post-round", Action::PostPact),
    form("/api/plan-meeting", Action::RunMeeting),
    form("/api/move-meeting", Action::RunMeeting),
    form("/api/invite-people", Action::RunMeeting),
    form("/api/tick-attender", Action::RunMeeting),
    form("/api/untick-attender", Action::RunMeeting),
    form("/api/attend", Action::AttendMeeting),
    form("/api/amend-clause", Action::RunMeeting),
    form("/api/count-amendment", Action::RunMeeting),
    form("/api/take-back-amendment", Action::RunMeeting),
    form("/api/count-tariff", Action::RunMeeting),
    Route { body: MINUTES, ..form("/api/write-minutes", Action::RunMeeting) },
    form("/api/sign-minutes", Action::RunMeeting),
    form("/api/propose-topic", Action::DiscussRoom),
    form("/api/say-in-room", Action::DiscussRoom),
    form("/api/move-room", Action::RunRoom),
    // Points and rewards.
    page("/points", Action::ReadMine),
    page("/points/tariff", Action::ReadPublic),
    page("/points/rewards", Action::ReadPublic),
    page("/points/rewards/{id}", Action::ReadMine),
    page("/desk/points", Action::ReadPoints),
    page("/desk/points/audit", Action::ReadPointsAudit),
    page("/desk/points/counter", Action::FulfilReward),
    page("/desk/points/tariff", Action::ManageTariff),
    page("/desk/points/rewards", Action::ManageRewards),
    // Keeping a pact, good neighbours.
    page("/pacts/{number}/keeping", Action::ReadPublic),
    page("/pacts/{number}/keeping/remind", Action::ReadPublic),
    page("/pacts/{number}/keeping/report", Action::ReportBreach),
    page("/me/keeping", Action::ReadMine),
    page("/me/keeping/{id}", Action::ReadOwnBreach),
    page("/neighbours", Action::ReadPublic),
    page("/desk/keeping", Action::TriageBreach),
    page("/desk/keeping/{id}", Action::TriageBreach),
    Route { body: PHOTOS, parts: true, ..form("/api/report-breach", Action::ReportBreach) },
    form("/api/answer-breach", Action::AnswerBreach),
    form("/api/appeal-breach", Action::AppealBreach),
    form("/api/find-on-breach", Action::FindOnBreach),
    form("/api/leave-panel", Action::FindOnBreach),
    form("/api/triage-breach", Action::TriageBreach),
    form("/api/call-panel", Action::TriageBreach),
    form("/api/nominate-neighbour", Action::NominateNeighbour),
    form("/api/endorse-neighbour", Action::NominateNeighbour),
    form("/api/pick-neighbour", Action::PickNeighbour),
    form("/api/answer-nomination", Action::AnswerNomination),
    form("/api/propose-credit", Action::ProposeCredit),
    form("/api/reverse-credit", Action::ProposeCredit),
    form("/api/check-credit", Action::CheckCredit),
    form("/api/audit-credit", Action::AuditPoints),
    form("/api/reserve-reward", Action::ReserveReward),
    form("/api/release-reward", Action::ReserveReward),
    form("/api/new-pickup-code", Action::ReserveReward),
    form("/api/look-up-pickup", Action::FulfilReward),
    form("/api/hand-out-reward", Action::FulfilReward),
    form("/api/draft-tariff", Action::ManageTariff),
    form("/api/add-tariff-item", Action::ManageTariff),
    form("/api/remove-tariff-item", Action::ManageTariff),
    form("/api/put-tariff-to-vote", Action::ManageTariff),
    form("/api/take-tariff-back", Action::ManageTariff),
    form("/api/pass-tariff", Action::ManageTariff),
    form("/api/add-reward", Action::ManageRewards),
    form("/api/change-reward", Action::ManageRewards),
    // Signing.
    page("/pacts/{number}/sign", Action::SignPact),
    page("/pacts/{number}/signed", Action::SignPact),
    page("/desk/pacts/{number}/signing", Action::ReadSigning),
    page("/desk/pacts/{number}/book", Action::ReadSigningBook),
    form("/api/send-signing-code", Action::SignPact),
    form("/api/sign-pact", Action::SignPact),
    form("/api/sign-with-passkey", Action::SignPact),
    form("/api/reaffirm-signature", Action::SignPact),
    form("/api/withdraw-signature", Action::SignPact),
    form("/api/find-signer", Action::AssistSigning),
    form("/api/assist-signing", Action::AssistSigning),
    form("/api/witness-signing", Action::SignPact),
    form("/api/witness-by-code", Action::AssistSigning),
    Route { body: PHOTOS, parts: true, ..form("/api/keep-signing-page", Action::EnterPaperSignature) },
    form("/api/enter-paper-signature", Action::EnterPaperSignature),
    form("/api/choose-signers", Action::ChooseSigners),
    // The log of evidence.
    page("/log", Action::ReadPublic),
    page("/log/receipts/{token}", Action::ReadPublic),
    page("/verify", Action::ReadPublic),
    page("/desk/log", Action::CosignLog),
    handler(Method::Get, "/log/checkpoint", Action::ReadPublic, 0),
    handler(Method::Get, "/log/key", Action::ReadPublic, 0),
    handler(Method::Get, "/log/consistency/{old}/{new}", Action::ReadPublic, 0),
    handler(Method::Get, "/log/receipts/{token}/receipt.json", Action::ReadPublic, 0),
    Route { body: RECEIPT, parts: true, ..form("/api/check-receipt", Action::ReadPublic) },
    form("/api/register-cosigner", Action::RegisterCosigner),
    form("/api/retire-cosigner", Action::RegisterCosigner),
    form("/api/decide-cosigner", Action::RegisterCosigner),
    form("/api/cosign-head", Action::CosignLog),
    form("/api/sign-head", Action::CosignLog),
    // What forms do.
    form("/api/set-preferences", Action::SetPreferences),
    form("/api/send-code", Action::SignIn),
    form("/api/sign-in", Action::SignIn),
    form("/api/staff-sign-in", Action::SignIn),
    form("/api/sign-out", Action::SignOut),
    form("/api/end-session", Action::EndSession),
    form("/api/send-closing-code", Action::CloseAccount),
    form("/api/close-account", Action::CloseAccount),
    form("/api/send-passkey-code", Action::KeepPasskeys),
    form("/api/add-passkey", Action::KeepPasskeys),
    form("/api/remove-passkey", Action::KeepPasskeys),
    handler(Method::Post, "/api/passkey-options", Action::KeepPasskeys, FORM),
    form("/api/locate", Action::Locate),
    Route { body: PHOTOS, parts: true, ..form("/api/file-request", Action::FileRequest) },
    form("/api/ask-by-code", Action::AskByCode),
    form("/api/rate-request", Action::RateRequest),
    form("/api/moderate", Action::Moderate),
    form("/api/switch-photo", Action::Moderate),
    form("/api/publish-many", Action::Moderate),
    form("/api/undo-publish", Action::Moderate),
    form("/api/accept-order", Action::AcceptRequest),
    form("/api/dispatch-order", Action::DispatchOrder),
    form("/api/start-handling", Action::StartHandling),
    form("/api/log-contact", Action::LogContact),
    Route { body: PHOTOS, parts: true, ..form("/api/submit-reply", Action::SubmitReply) },
    form("/api/send-back-reply", Action::SendBackReply),
    form("/api/approve-reply", Action::ApproveReply),
    form("/api/follow-up", Action::FollowUp),
    form("/api/reveal-contact", Action::RevealContact),
    form("/api/give-opinion", Action::GiveOpinion),
    form("/api/enter-opinion", Action::EnterOpinion),
    form("/api/write-rules", Action::ManageRules),
    form("/api/put-rules-in-force", Action::ManageRules),
    form("/api/drop-rules", Action::ManageRules),
    form("/api/open-pact", Action::OpenPact),
    form("/api/appoint-office", Action::AppointOffice),
    form("/api/end-office", Action::AppointOffice),
    form("/api/move-pact", Action::MovePact),
    Route { body: PHOTOS, parts: true, ..form("/api/record-evidence", Action::RecordEvidence) },
    Route { body: DRAFT, parts: true, ..form("/api/save-draft", Action::DraftPact) },
    form("/api/answer-opinions", Action::AnswerOpinion),
    // Roll and vote.
    page("/pacts/{number}/roll", Action::ReadPublic),
    page("/pacts/{number}/vote", Action::ReadPublic),
    page("/pacts/{number}/result", Action::ReadPublic),
    page("/desk/pacts/{number}/roll", Action::ReadRoll),
    page("/desk/pacts/{number}/roll/list", Action::PrintRoll),
    page("/desk/pacts/{number}/vote", Action::ReadTurnout),
    form("/api/name-voter", Action::NameVoter),
    form("/api/object-to-roll", Action::ObjectToRoll),
    form("/api/answer-roll-objection", Action::KeepRoll),
    form("/api/settle-voter", Action::KeepRoll),
    form("/api/choose-counting", Action::KeepRoll),
    form("/api/name-member", Action::KeepRoll),
    form("/api/give-proxy", Action::KeepRoll),
    form("/api/take-back-proxy", Action::KeepRoll),
    form("/api/cast-vote", Action::CastVote),
    form("/api/keep-teller-key", Action::HoldTellerKey),
    form("/api/enter-ballot", Action::EnterBallot),
    form("/api/tick-ballot", Action::EnterBallot),
    form("/api/untick-ballot", Action::EnterBallot),
    form("/api/enter-box", Action::EnterBallot),
    form("/api/close-vote", Action::CountVote),
    form("/api/object-to-result", Action::ObjectToResult),
    form("/api/check-vote-receipt", Action::ReadPublic),
    // Photos.
    handler(Method::Post, "/api/photos", Action::StagePhoto, PHOTO),
    handler(Method::Get, "/files/{id}/{size}", Action::ReadPublic, 0),
    // For those who run it.
    handler(Method::Get, "/healthz", Action::ReadPublic, 0),
    handler(Method::Get, "/readyz", Action::ReadPublic, 0),
    handler(Method::Get, "/metrics", Action::ReadPublic, 0),
];

/// The row of a method and a path's template.
pub fn row(method: Method, path: &str) -> Option<&'static Route> {
    TABLE.iter().find(|row| row.method == method && row.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_stands_twice() {
        for (n, row) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(n + 1).find(|other| (other.method, other.path) == (row.method, row.path));
            assert!(again.is_none(), "{:?} {}", row.method, row.path);
        }
    }

    #[test]
    fn what_changes_is_posted_and_what_is_read_carries_nothing() {
        for row in TABLE {
            match row.kind {
                Kind::Page => assert_eq!((row.method, row.body), (Method::Get, 0), "{}", row.path),
                Kind::ServerFn => {
                    assert_eq!(row.method, Method::Post, "{}", row.path);
                    assert!(row.path.starts_with("/api/"), "{}", row.path);
                }
                Kind::Handler => assert_eq!(row.method == Method::Get, row.body == 0, "{}", row.path),
            }
        }
    }
}
