//! The app and its pages: every address of the portal that answers with a page stands here, once. Each is rendered
//! whole before its first byte is sent, so that its status and its cookies can follow from what was read.

use gongzhi_domain::error::{Error, What};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::pages::areas::{Areas, OneArea};
use crate::pages::ask::Ask;
use crate::pages::desk::{AnalysisDesk, CosignDesk, DraftDesk, NewPactDesk, PactsDesk, WorkshopDesk};
use crate::pages::desk::{
    BuildingDesk, DeliveryDesk, DoorsDesk, HouseholdsDesk, ImportDesk, MeetingDesk, MeetingsDesk, NewBuildingDesk,
    PactDeliveryDesk, PlanMeeting, RoomDesk, RoomsDesk, RoundDesk,
};
use crate::pages::desk::{InboxPage, ModerationPage, OrderDeskPage, StaffSignIn};
use crate::pages::desk::{KeepingDesk, KeepingMatter};
use crate::pages::desk::{PointsAudit, PointsCounter, PointsDesk, PointsStock, TariffDesk};
use crate::pages::desk::{RollDeskPage, RollPrint, VoteDeskPage};
use crate::pages::desk::{RulesDesk, RulesDraft, WriteRules};
use crate::pages::desk::{SigningBook, SigningDesk};
use crate::pages::home::Home;
use crate::pages::keeping::{KeepingPage, KindReminder, MyKeeping, Neighbours, OneMatter, ReportBreach};
use crate::pages::legal::{Accessibility, Privacy, Takedown, Terms};
use crate::pages::log::{EvidenceReceipt, LogPage, VerifyReceipt};
use crate::pages::me::MyHousehold;
use crate::pages::me::{CloseAccount, ClosingAsked, Me, Messages, Passkeys, Sessions, SignIn};
use crate::pages::meetings::{Attend, AttendWithCode, PublicMeetingPage};
use crate::pages::offline::Offline;
use crate::pages::pacts::{ClauseShown, OnePact, PactList, TextVersions};
use crate::pages::points::{MyPoints, OneReservation, PointsTariff, Rewards};
use crate::pages::reading::refused;
use crate::pages::requests::{NewRequest, OneRequest, RequestList, RequestReceipt};
use crate::pages::rooms::{NewTopicPage, OneRoom, RoomList};
use crate::pages::rules::{OneVersion, RulesList};
use crate::pages::signing::{MySignatures, SignPact};
use crate::pages::style::Style;
use crate::pages::votes::{PactRoll, PactVote, VoteResult};
use crate::shell::Shell;

/// Writes the addresses and their pages down once: as a list and as routes.
macro_rules! pages {
    ($($path:tt => $Page:ident,)+) => {
        /// The path of every page, as the router reads it.
        pub const PATHS: &[&str] = &[$($path),+];

        #[component]
        fn Pages() -> impl IntoView {
            view! {
                <FlatRoutes fallback=|| refused(Error::NotFound { what: What::Page })>
                    $(<Route path=path!($path) view=$Page ssr=SsrMode::Async />)+
                </FlatRoutes>
            }
        }
    };
}

pages! {
    "/" => Home,
    "/requests" => RequestList,
    "/requests/new" => NewRequest,
    "/requests/:number" => OneRequest,
    "/requests/:number/receipt" => RequestReceipt,
    "/ask" => Ask,
    "/areas" => Areas,
    "/areas/:code" => OneArea,
    "/me" => Me,
    "/me/sign-in" => SignIn,
    "/me/close" => CloseAccount,
    "/me/closing" => ClosingAsked,
    "/me/sessions" => Sessions,
    "/me/messages" => Messages,
    "/me/passkeys" => Passkeys,
    "/log" => LogPage,
    "/log/receipts/:token" => EvidenceReceipt,
    "/verify" => VerifyReceipt,
    "/pacts" => PactList,
    "/pacts/:number" => OnePact,
    "/pacts/:number/clauses/:clause" => ClauseShown,
    "/pacts/:number/text" => TextVersions,
    "/rules" => RulesList,
    "/rules/:kind/:version" => OneVersion,
    "/me/household" => MyHousehold,
    "/attend" => Attend,
    "/attend/:code" => AttendWithCode,
    "/pacts/:number/meetings/:id" => PublicMeetingPage,
    "/rooms" => RoomList,
    "/rooms/new" => NewTopicPage,
    "/rooms/:id" => OneRoom,
    "/rooms/:number/meetings/:id" => PublicMeetingPage,
    "/offline" => Offline,
    "/terms" => Terms,
    "/privacy" => Privacy,
    "/accessibility" => Accessibility,
    "/takedown" => Takedown,
    "/pacts/:number/sign" => SignPact,
    "/pacts/:number/signed" => MySignatures,
    "/desk" => InboxPage,
    "/desk/sign-in" => StaffSignIn,
    "/desk/orders/:id" => OrderDeskPage,
    "/desk/moderation" => ModerationPage,
    "/points" => MyPoints,
    "/pacts/:number/keeping" => KeepingPage,
    "/pacts/:number/keeping/remind" => KindReminder,
    "/pacts/:number/keeping/report" => ReportBreach,
    "/me/keeping" => MyKeeping,
    "/me/keeping/:id" => OneMatter,
    "/neighbours" => Neighbours,
    "/desk/keeping" => KeepingDesk,
    "/desk/keeping/:id" => KeepingMatter,
    "/points/tariff" => PointsTariff,
    "/points/rewards" => Rewards,
    "/points/rewards/:id" => OneReservation,
    "/desk/points" => PointsDesk,
    "/desk/points/audit" => PointsAudit,
    "/desk/points/counter" => PointsCounter,
    "/desk/points/tariff" => TariffDesk,
    "/desk/points/rewards" => PointsStock,
    "/desk/pacts/:number/signing" => SigningDesk,
    "/desk/pacts/:number/book" => SigningBook,
    "/desk/log" => CosignDesk,
    "/desk/pacts" => PactsDesk,
    "/desk/pacts/new" => NewPactDesk,
    "/desk/pacts/:number" => WorkshopDesk,
    "/desk/pacts/:number/draft" => DraftDesk,
    "/desk/pacts/:number/analysis" => AnalysisDesk,
    "/desk/rules" => RulesDesk,
    "/desk/rules/new" => WriteRules,
    "/desk/rules/:id" => RulesDraft,
    "/desk/households" => HouseholdsDesk,
    "/desk/households/new" => NewBuildingDesk,
    "/desk/households/import" => ImportDesk,
    "/desk/households/:id" => BuildingDesk,
    "/desk/delivery" => DeliveryDesk,
    "/desk/delivery/:round" => RoundDesk,
    "/desk/delivery/:round/:building" => DoorsDesk,
    "/desk/pacts/:number/delivery" => PactDeliveryDesk,
    "/desk/meetings" => MeetingsDesk,
    "/desk/meetings/new" => PlanMeeting,
    "/desk/meetings/:id" => MeetingDesk,
    "/desk/rooms" => RoomsDesk,
    "/desk/rooms/:id" => RoomDesk,
    "/pacts/:number/roll" => PactRoll,
    "/pacts/:number/vote" => PactVote,
    "/pacts/:number/result" => VoteResult,
    "/desk/pacts/:number/roll" => RollDeskPage,
    "/desk/pacts/:number/roll/list" => RollPrint,
    "/desk/pacts/:number/vote" => VoteDeskPage,
    "/desk/style" => Style,
}

/// The portal.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Shell>
            <Router>
                <Pages />
            </Router>
        </Shell>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_a_route_and_is_rendered_whole() {
        let routes = leptos_axum::generate_route_list(App);
        assert_eq!(routes.len(), PATHS.len());
        for route in &routes {
            assert_eq!(*route.mode(), SsrMode::Async, "{}", route.path());
        }
    }
}
