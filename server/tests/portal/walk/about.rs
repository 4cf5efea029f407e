//! What every row of the table of routes is about, and what the permission table says of it.

use gongzhi_domain::pact::{Office, Stage};
use gongzhi_domain::permission::{Action, Relation, allowed};
use gongzhi_domain::person::Role;
use gongzhi_server::http::routes::{Kind, Route};

use crate::browser::Answer;
use crate::scenes::{Far, STANDINGS, Standing};

/// What a row is about.
#[derive(Clone, Copy)]
pub enum About {
    /// No single thing: asked once by every role. A page opens for whoever has its action anywhere.
    Nothing,
    /// A request and its order, brought so far; any of these actions opens it.
    Request(Far, &'static [Action]),
    /// A session.
    Session,
    /// A pact at a stage, in whose office whoever asks stands; any of these actions opens it.
    Pact(Stage, Option<Office>, &'static [Action]),
    /// Something that lies in everybody's area, then something outside of it; any of these actions opens it.
    Place(&'static [Action]),
    /// Something of one's own, then somebody else's, which no role opens; any of these actions opens one's own.
    Mine(&'static [Action]),
    /// Something handed out by one's own unit elsewhere, by another within everybody's area, by another elsewhere.
    Counter(&'static [Action]),
    /// A list whose rows are looked at one by one: it is read for whoever has the action anywhere, and a row of elsewhere is a
    /// problem of its row.
    List,
}

/// Where the rule that follows the permission may refuse (a vote that cannot be closed yet, a pact whose profile has no
/// proxies): there, and only there, such a refusal tells that the permission was asked before and given.
const A_RULE_MAY_REFUSE: [&str; 10] =
    // Staff hand over first, and nobody of the walk agrees to be closed; the days of the vote are not over; proxies are for owners
    // alone; nothing was ticked into the box; a page without its picture; staff without a number, and a portal without a name of its
    // own, where passkeys do not work.
    [
        "/api/send-closing-code",
        "/api/close-account",
        "/api/close-vote",
        "/api/give-proxy",
        "/api/take-back-proxy",
        "/api/enter-box",
        "/api/keep-signing-page",
        "/api/send-passkey-code",
        "/api/add-passkey",
        "/api/passkey-options",
    ];

/// Where somebody else's thing is told from a thing that is not there by nothing at all: the refusal stands at the field.
const SAID_AT_THE_FIELD: [&str; 5] = [
    "/api/look-up-pickup",
    "/api/hand-out-reward",
    "/api/send-signing-code",
    "/api/sign-pact",
    "/api/sign-with-passkey",
];

/// What every row is about; `None` for an address the walk does not know how to ask.
pub fn about(row: &Route) -> Option<About> {
    use Action as A;
    Some(match row.path {
        "/" | "/requests" | "/requests/new" | "/ask" | "/areas" | "/areas/{code}" | "/offline" | "/terms"
        | "/privacy" | "/accessibility" | "/takedown" | "/me/sign-in" | "/me" | "/me/sessions" | "/me/messages"
        | "/me/close" | "/me/closing" | "/me/passkeys" | "/desk/sign-in" | "/desk" | "/desk/moderation" | "/desk/style"
        | "/pacts" | "/desk/pacts" | "/desk/pacts/new" | "/rules" | "/rules/{kind}/{version}" | "/desk/rules"
        | "/desk/rules/new" => About::Nothing,
        "/me/household"
        | "/attend"
        | "/rooms"
        | "/rooms/new"
        | "/desk/households"
        | "/desk/households/new"
        | "/desk/households/import"
        | "/desk/delivery"
        | "/desk/meetings"
        | "/desk/rooms" => About::Nothing,
        "/points"
        | "/points/tariff"
        | "/points/rewards"
        | "/desk/points"
        | "/desk/points/audit"
        | "/desk/points/counter"
        | "/desk/points/tariff"
        | "/desk/points/rewards"
        | "/me/keeping"
        | "/neighbours"
        | "/desk/keeping" => About::Nothing,
        "/api/set-preferences"
        | "/api/send-code"
        | "/api/sign-in"
        | "/api/staff-sign-in"
        | "/api/sign-out"
        | "/api/send-closing-code"
        | "/api/close-account"
        | "/api/locate"
        | "/api/file-request"
        | "/api/ask-by-code"
        | "/api/send-passkey-code"
        | "/api/add-passkey"
        | "/api/passkey-options"
        | "/api/photos" => About::Nothing,
        "/log"
        | "/log/checkpoint"
        | "/log/key"
        | "/log/consistency/{old}/{new}"
        | "/log/receipts/{token}"
        | "/log/receipts/{token}/receipt.json"
        | "/verify"
        | "/desk/log"
        | "/api/check-receipt"
        // Of the whole installation, for which nobody of the walk answers.
        | "/api/register-cosigner"
        | "/api/retire-cosigner"
        | "/api/decide-cosigner"
        | "/api/cosign-head"
        | "/api/sign-head" => About::Nothing,
        "/healthz" | "/readyz" | "/metrics" => About::Nothing,
        "/api/end-session" => About::Session,
        "/api/import-households" => About::List,
        "/points/rewards/{id}" => About::Mine(&[A::ReserveReward]),
        "/me/keeping/{id}" => About::Mine(&[A::ReadOwnBreach]),
        "/api/answer-breach" => About::Mine(&[A::AnswerBreach]),
        "/api/appeal-breach" => About::Mine(&[A::AppealBreach]),
        "/api/find-on-breach" | "/api/leave-panel" => About::Mine(&[A::FindOnBreach]),
        "/api/answer-nomination" => About::Mine(&[A::AnswerNomination]),
        "/api/release-reward" | "/api/new-pickup-code" => About::Mine(&[A::ReserveReward]),
        "/api/remove-passkey" => About::Mine(&[A::KeepPasskeys]),
        "/api/send-signing-code"
        | "/api/sign-pact"
        | "/api/sign-with-passkey"
        | "/api/reaffirm-signature"
        | "/api/withdraw-signature"
        | "/api/witness-signing" => About::Mine(&[A::SignPact]),
        "/api/name-voter" => About::Mine(&[A::NameVoter]),
        "/api/cast-vote" => About::Mine(&[A::CastVote]),
        "/api/object-to-result" => About::Mine(&[A::ObjectToResult]),
        // What is reserved is the asker's own from the beginning: no reward is somebody's.
        "/api/reserve-reward" => About::Place(&[A::ReserveReward]),
        "/api/look-up-pickup" | "/api/hand-out-reward" => About::Counter(&[A::FulfilReward]),
        path => return of_a_request(path).or_else(|| of_a_pact(path)).or_else(|| of_a_place(path)),
    })
}

fn of_a_request(path: &str) -> Option<About> {
    use Action as A;
    use Far::{Accepted, Dispatched, Handling, Received, Replied, Review};
    Some(match path {
        // Not listed, so the door that is open to everyone leads only the writer on.
        "/requests/{number}" | "/requests/{number}/receipt" => About::Request(Received, &[A::ReadOwnRequest]),
        "/files/{id}/{size}" => About::Request(Received, &[A::ReadOwnRequest, A::ReadOrder]),
        "/desk/orders/{id}" => About::Request(Handling, &[A::ReadOrder]),
        "/api/rate-request" => About::Request(Replied, &[A::RateRequest]),
        "/api/moderate" | "/api/switch-photo" | "/api/publish-many" | "/api/undo-publish" => {
            About::Request(Received, &[A::Moderate])
        }
        "/api/accept-order" => About::Request(Received, &[A::AcceptRequest]),
        "/api/dispatch-order" => About::Request(Accepted, &[A::DispatchOrder]),
        "/api/start-handling" => About::Request(Dispatched, &[A::StartHandling]),
        "/api/log-contact" => About::Request(Handling, &[A::LogContact]),
        "/api/submit-reply" => About::Request(Handling, &[A::SubmitReply]),
        "/api/send-back-reply" => About::Request(Review, &[A::SendBackReply]),
        "/api/approve-reply" => About::Request(Review, &[A::ApproveReply]),
        "/api/follow-up" => About::Request(Replied, &[A::FollowUp]),
        "/api/reveal-contact" => About::Request(Handling, &[A::RevealContact]),
        _ => return None,
    })
}

fn of_a_pact(path: &str) -> Option<About> {
    use Action as A;
    use Office::{Branch, Committee, Drafter};
    Some(match path {
        "/pacts/{number}" | "/pacts/{number}/clauses/{clause}" | "/pacts/{number}/text" => {
            About::Pact(Stage::Down1, None, &[A::ReadPublic])
        }
        "/desk/pacts/{number}" | "/desk/pacts/{number}/draft" | "/desk/pacts/{number}/analysis" => {
            About::Pact(Stage::Up2, None, &[A::ReadWorkshop])
        }
        "/api/give-opinion" => About::Pact(Stage::Down1, None, &[A::GiveOpinion]),
        "/api/enter-opinion" => About::Pact(Stage::Down1, None, &[A::EnterOpinion]),
        "/api/open-pact" => About::Pact(Stage::Down1, None, &[A::OpenPact]),
        "/api/appoint-office" | "/api/end-office" => About::Pact(Stage::Up1, Some(Committee), &[A::AppointOffice]),
        "/api/move-pact" => About::Pact(Stage::Up3, Some(Branch), &[A::MovePact]),
        "/api/record-evidence" => About::Pact(Stage::Up1, Some(Branch), &[A::RecordEvidence]),
        "/api/save-draft" => About::Pact(Stage::Up1, Some(Drafter), &[A::DraftPact]),
        "/api/answer-opinions" => About::Pact(Stage::Up2, Some(Drafter), &[A::AnswerOpinion]),
        _ => return None,
    })
}

fn of_a_place(path: &str) -> Option<About> {
    use Action as A;
    let opens: &'static [Action] = match path {
        // Homes, deliveries, meetings, rooms.
        "/pacts/{number}/meetings/{id}" | "/rooms/{id}" | "/rooms/{number}/meetings/{id}" => &[A::ReadPublic],
        "/attend/{code}" | "/api/attend" => &[A::AttendMeeting],
        "/desk/households/{id}"
        | "/api/confirm-residence"
        | "/api/end-residence"
        | "/api/add-building"
        | "/api/answer-residence" => &[A::ManageHouseholds],
        "/api/ask-residence" => &[A::AskResidence],
        "/desk/delivery/{round}" | "/desk/delivery/{round}/{building}" | "/api/tick-door" => &[A::DeliverPact],
        "/desk/pacts/{number}/delivery" => &[A::ReadDelivery],
        "/api/post-round" => &[A::PostPact],
        "/desk/meetings/new"
        | "/desk/meetings/{id}"
        | "/api/plan-meeting"
        | "/api/move-meeting"
        | "/api/invite-people"
        | "/api/tick-attender"
        | "/api/untick-attender"
        | "/api/amend-clause"
        | "/api/count-amendment"
        | "/api/take-back-amendment"
        | "/api/count-tariff"
        | "/api/write-minutes"
        | "/api/sign-minutes" => &[A::RunMeeting],
        "/desk/rules/{id}" | "/api/write-rules" | "/api/put-rules-in-force" | "/api/drop-rules" => &[A::ManageRules],
        "/desk/rooms/{id}" | "/api/move-room" => &[A::RunRoom],
        "/api/propose-topic" | "/api/say-in-room" => &[A::DiscussRoom],
        // Points.
        "/api/propose-credit" | "/api/reverse-credit" => &[A::ProposeCredit],
        "/api/check-credit" => &[A::CheckCredit],
        "/api/audit-credit" => &[A::AuditPoints],
        "/api/draft-tariff"
        | "/api/add-tariff-item"
        | "/api/remove-tariff-item"
        | "/api/put-tariff-to-vote"
        | "/api/take-tariff-back"
        | "/api/pass-tariff" => &[A::ManageTariff],
        "/api/add-reward" | "/api/change-reward" => &[A::ManageRewards],
        // Keeping, good neighbours.
        "/pacts/{number}/keeping" | "/pacts/{number}/keeping/remind" => &[A::ReadPublic],
        "/pacts/{number}/keeping/report" | "/api/report-breach" => &[A::ReportBreach],
        "/desk/keeping/{id}" | "/api/triage-breach" | "/api/call-panel" => &[A::TriageBreach],
        "/api/nominate-neighbour" | "/api/endorse-neighbour" => &[A::NominateNeighbour],
        "/api/pick-neighbour" => &[A::PickNeighbour],
        // Signing.
        "/pacts/{number}/sign" | "/pacts/{number}/signed" => &[A::SignPact],
        "/desk/pacts/{number}/signing" => &[A::ReadSigning],
        "/desk/pacts/{number}/book" => &[A::ReadSigningBook],
        "/api/find-signer" | "/api/assist-signing" | "/api/witness-by-code" => &[A::AssistSigning],
        "/api/keep-signing-page" | "/api/enter-paper-signature" => &[A::EnterPaperSignature],
        "/api/choose-signers" => &[A::ChooseSigners],
        // Roll and vote.
        "/pacts/{number}/roll" | "/pacts/{number}/vote" | "/pacts/{number}/result" | "/api/check-vote-receipt" => {
            &[A::ReadPublic]
        }
        "/desk/pacts/{number}/roll" => &[A::ReadRoll],
        "/desk/pacts/{number}/roll/list" => &[A::PrintRoll],
        "/desk/pacts/{number}/vote" => &[A::ReadTurnout],
        "/api/object-to-roll" => &[A::ObjectToRoll],
        "/api/answer-roll-objection"
        | "/api/settle-voter"
        | "/api/choose-counting"
        | "/api/name-member"
        | "/api/give-proxy"
        | "/api/take-back-proxy" => &[A::KeepRoll],
        "/api/keep-teller-key" => &[A::HoldTellerKey],
        "/api/enter-ballot" | "/api/tick-ballot" | "/api/untick-ballot" | "/api/enter-box" => &[A::EnterBallot],
        "/api/close-vote" => &[A::CountVote],
        _ => return None,
    };
    Some(About::Place(opens))
}

impl About {
    /// How the thing stands to those who ask.
    pub fn standings(self) -> Vec<Standing> {
        let [own, assigned, inside, outside] = [0, 1, 2, 3].map(|n| STANDINGS[n]);
        match self {
            Self::Nothing | Self::List => vec![outside],
            Self::Session => vec![own, outside],
            Self::Request(..) => STANDINGS.to_vec(),
            Self::Pact(..) | Self::Place(_) => vec![inside, outside],
            // Somebody else's first: what the asker has a part in now, they have a part in later.
            Self::Mine(_) => vec![inside, Standing { own: true, ..inside }],
            Self::Counter(_) => vec![assigned, inside, outside],
        }
    }

    /// Whether the table lets a role in.
    pub fn lets_in(self, row: &Route, role: Role, standing: Standing) -> bool {
        let any = |actions: &[Action]| actions.iter().any(|action| expected(role, *action, standing));
        match self {
            Self::Nothing if row.kind == Kind::Page => anywhere(role, row.may),
            Self::Nothing | Self::Session => expected(role, row.may, standing),
            Self::List => anywhere(role, row.may),
            // A reservation, report or signature is reached by its owner alone, wherever they work.
            Self::Mine(actions) => standing.own && anywhere(role, row.may) && any(actions),
            // Whoever reserves a reward reserves it for themselves.
            Self::Place(&[Action::ReserveReward]) => {
                expected(role, Action::ReserveReward, Standing { own: true, ..standing })
            }
            Self::Request(_, actions) | Self::Pact(_, _, actions) | Self::Place(actions) | Self::Counter(actions) => {
                anywhere(role, row.may) && any(actions)
            }
        }
    }
}

/// What the table says of a role, a thing and an action, and what the rules of conflict take away.
fn expected(role: Role, action: Action, standing: Standing) -> bool {
    let action = match action {
        Action::ReadOrder if standing.tip_off && !standing.own => Action::ReadTipOff,
        Action::RevealContact if standing.tip_off && !standing.own => Action::RevealTipOffWriter,
        other => other,
    };
    let person = if role == Role::Visitor { Role::Visitor } else { Role::Resident };
    if allowed(person, action, if standing.own { Relation::Own } else { Relation::Outside }) {
        return true;
    }
    let conflict = match action {
        // Neither their own words nor what is about their own unit.
        Action::Moderate => standing.own || standing.accused,
        // Neither for their own unit nor what they asked themselves.
        Action::FollowUp => standing.own || standing.assigned,
        // A tip-off never reaches the unit it is about.
        _ => standing.tip_off && standing.accused,
    };
    let relations =
        [(true, Relation::Outside), (standing.inside, Relation::Inside), (standing.assigned, Relation::Assigned)];
    role.is_staff() && !conflict && relations.iter().any(|(holds, relation)| *holds && allowed(role, action, *relation))
}

/// Whether a role has an action anywhere.
fn anywhere(role: Role, action: Action) -> bool {
    let relations = [Relation::Own, Relation::Assigned, Relation::Inside, Relation::Outside];
    let roles = if role.is_staff() { vec![Role::Resident, role] } else { vec![role] };
    roles.iter().any(|role| relations.iter().any(|relation| allowed(*role, action, *relation)))
}

/// Whether the answer let the asker in; an error when it neither did nor refused for want of a right.
pub fn let_in(row: &Route, answer: &Answer) -> Result<bool, String> {
    match answer.status {
        200 | 201 => Ok(true),
        401 | 403 | 404 => Ok(false),
        302 | 303 if row.kind == Kind::Page && answer.location().contains("/sign-in?next=") => Ok(false),
        409 | 422 if A_RULE_MAY_REFUSE.contains(&row.path) => Ok(true),
        422 if SAID_AT_THE_FIELD.contains(&row.path) => Ok(false),
        other => Err(format!("answered {other} {}", answer.body.chars().take(300).collect::<String>())),
    }
}
