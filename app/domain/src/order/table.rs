//! The States table of requests.md as data. Numbers, order and letters are the specification's; a row
//! there that needs two people, or differs by who makes it, is several rows here.
//!
//! Three readings are ours. An order that was answered at once (#2a) has no unit that could handle it
//! again: redone or reopened, it waits to be dispatched. The total clock starts with the filing, because it is what a resident waits.
//! In #4 the accept clock pauses too when the question is asked before acceptance, because then it is
//! the one that runs; pausing or stopping a clock that does not run changes nothing.

use super::Hears::{
    Clerk, CoUnit, Dispatchers, Followers, Handlers, Managers, Residents, ResidentsIfLeadChanges, ResidentsOfBoth,
    Supervisors, Units,
};
use super::Mover as By;
use super::State::{
    Accepted, Cancelled, Closed, Dispatched, Handling, Merged, NeedInfo, Received, Rejected, Replied, ReplyReview,
    Suspended,
};
use super::When::{
    Contacted, HasCoUnits, HasLead, IsQuestion, MasterNotReplied, NoLead, NotAskedToReturn, NotExtended,
    NotReopenedByResident, NothingWaits, ReturnedBelowTwice, ReturnedTwice, Waits,
};
use super::{Move, Need, To, Transition, Waiting, Within};
use crate::clock::{Clock, ClockEvent, ClockEvent::*};

const ALL_STOP: &[(Clock, ClockEvent)] = &[
    (Clock::Accept, Stop),
    (Clock::Dispatch, Stop),
    (Clock::Contact, Stop),
    (Clock::Handling, Stop),
    (Clock::Total, Stop),
];

const HANDLING_STOPS: &[(Clock, ClockEvent)] = &[(Clock::Contact, Stop), (Clock::Handling, Stop)];

/// Before the reply is in review (#20).
const BEFORE_REVIEW: &[super::State] = &[Received, Accepted, Dispatched, Handling, NeedInfo, Suspended];

/// Every row.
#[rustfmt::skip]
pub const TABLE: &[Transition] = &[
    Transition {
        no: "1", from: &[], mv: Move::File, to: To::State(Received),
        by: &[By::Resident, By::Clerk, By::GridWorker, By::Api], when: &[], within: None,
        needs: &[Need::Text, Need::Place, Need::Contact, Need::Key],
        clocks: &[(Clock::Accept, Start), (Clock::Total, Start)], told: &[Residents],
    },
    Transition {
        no: "2", from: &[Received], mv: Move::Accept, to: To::State(Accepted),
        by: &[By::Clerk], when: &[NothingWaits], within: None,
        needs: &[Need::Category, Need::Urgency],
        clocks: &[(Clock::Accept, Stop), (Clock::Dispatch, Start)], told: &[Residents],
    },
    Transition {
        no: "2a", from: &[Received], mv: Move::AnswerAtOnce, to: To::State(Replied),
        by: &[By::Clerk], when: &[NothingWaits, IsQuestion], within: None,
        needs: &[Need::Answer, Need::Source],
        clocks: ALL_STOP, told: &[Residents, Followers],
    },
    Transition {
        no: "3", from: &[Received], mv: Move::ProposeRejection, to: To::Same,
        by: &[By::Clerk], when: &[NothingWaits], within: None,
        needs: &[Need::Reason, Need::Basis, Need::GoInstead],
        clocks: &[], told: &[Managers],
    },
    Transition {
        no: "3", from: &[Received], mv: Move::ConfirmRejection, to: To::State(Rejected),
        by: &[By::Manager], when: &[Waits(Waiting::Rejection)], within: None,
        needs: &[Need::SecondPerson],
        clocks: ALL_STOP, told: &[Residents],
    },
    Transition {
        no: "3", from: &[Received], mv: Move::RefuseRejection, to: To::Same,
        by: &[By::Manager], when: &[Waits(Waiting::Rejection)], within: None,
        needs: &[Need::Reason, Need::SecondPerson],
        clocks: &[], told: &[Clerk],
    },
    Transition {
        no: "4", from: &[Received], mv: Move::AskInfo, to: To::State(NeedInfo),
        by: &[By::Clerk], when: &[NothingWaits], within: None,
        needs: &[Need::Question],
        clocks: &[(Clock::Accept, Pause), (Clock::Handling, Pause)], told: &[Residents],
    },
    Transition {
        no: "4", from: &[Handling], mv: Move::AskInfo, to: To::State(NeedInfo),
        by: &[By::Clerk, By::Handler], when: &[NothingWaits], within: None,
        needs: &[Need::Question],
        clocks: &[(Clock::Handling, Pause)], told: &[Residents],
    },
    Transition {
        no: "4a", from: &[NeedInfo], mv: Move::GiveInfo, to: To::Before,
        by: &[By::Resident, By::Clock, By::Clerk, By::Handler], when: &[], within: None,
        needs: &[Need::Answer],
        clocks: &[(Clock::Accept, Resume), (Clock::Handling, Resume)], told: &[Clerk, Handlers],
    },
    Transition {
        no: "5", from: &[Accepted], mv: Move::Dispatch, to: To::State(Dispatched),
        by: &[By::Dispatcher, By::Rule], when: &[], within: None,
        needs: &[Need::Lead, Need::CoUnits, Need::Basis, Need::Due],
        clocks: &[(Clock::Dispatch, Stop), (Clock::Contact, Start), (Clock::Handling, Start)],
        told: &[Units, Residents],
    },
    Transition {
        no: "6", from: &[Dispatched], mv: Move::StartHandling, to: To::State(Handling),
        by: &[By::Handler, By::Clock], when: &[NothingWaits], within: None,
        needs: &[], clocks: &[], told: &[],
    },
    Transition {
        no: "7", from: &[Dispatched, Handling], mv: Move::AskReturn, to: To::Same,
        by: &[By::Handler, By::Manager], when: &[NothingWaits, NotAskedToReturn],
        within: Some(Within::DayOfDispatch),
        needs: &[Need::Reason, Need::Basis, Need::WhoInstead],
        clocks: &[], told: &[Dispatchers],
    },
    Transition {
        no: "8", from: &[Dispatched, Handling], mv: Move::GrantReturn, to: To::State(Accepted),
        by: &[By::Dispatcher], when: &[Waits(Waiting::Return), ReturnedBelowTwice], within: None,
        needs: &[Need::Decision],
        clocks: &[(Clock::Contact, Stop), (Clock::Handling, Stop), (Clock::Dispatch, Start)],
        told: &[Units, ResidentsIfLeadChanges],
    },
    Transition {
        no: "8", from: &[Dispatched, Handling], mv: Move::RefuseReturn, to: To::Same,
        by: &[By::Dispatcher], when: &[Waits(Waiting::Return), ReturnedBelowTwice], within: None,
        needs: &[Need::Decision],
        clocks: &[], told: &[Units],
    },
    Transition {
        no: "8", from: &[Dispatched, Handling], mv: Move::GrantReturn, to: To::State(Accepted),
        by: &[By::Supervisor], when: &[Waits(Waiting::Return), ReturnedTwice], within: None,
        needs: &[Need::Decision],
        clocks: &[(Clock::Contact, Stop), (Clock::Handling, Stop), (Clock::Dispatch, Start)],
        told: &[Units, ResidentsIfLeadChanges],
    },
    Transition {
        no: "8", from: &[Dispatched, Handling], mv: Move::RefuseReturn, to: To::Same,
        by: &[By::Supervisor], when: &[Waits(Waiting::Return), ReturnedTwice], within: None,
        needs: &[Need::Decision],
        clocks: &[], told: &[Units],
    },
    Transition {
        no: "9", from: &[Dispatched, Handling], mv: Move::Whistle, to: To::Same,
        by: &[By::Manager], when: &[], within: None,
        needs: &[Need::CoUnit, Need::Task, Need::TaskLimit],
        clocks: &[], told: &[CoUnit],
    },
    Transition {
        no: "9", from: &[Dispatched, Handling], mv: Move::LogArrival, to: To::Same,
        by: &[By::Handler, By::Manager], when: &[HasCoUnits], within: None,
        needs: &[Need::ArrivedAt],
        clocks: &[], told: &[Managers],
    },
    Transition {
        no: "9", from: &[Dispatched, Handling], mv: Move::SubmitSubReply, to: To::Same,
        by: &[By::Handler, By::Manager], when: &[HasCoUnits], within: None,
        needs: &[Need::SubReply],
        clocks: &[], told: &[Managers],
    },
    Transition {
        no: "9", from: &[Handling, ReplyReview, Replied, Closed], mv: Move::RateCoUnit, to: To::Same,
        by: &[By::Manager], when: &[HasCoUnits], within: None,
        needs: &[Need::Marks],
        clocks: &[], told: &[CoUnit],
    },
    Transition {
        no: "10", from: &[Dispatched, Handling], mv: Move::LogContact, to: To::Same,
        by: &[By::Handler], when: &[], within: None,
        needs: &[Need::ContactedAt, Need::ContactWay, Need::ContactOutcome],
        clocks: &[(Clock::Contact, Stop)], told: &[],
    },
    Transition {
        no: "11", from: &[Handling], mv: Move::AskExtension, to: To::Same,
        by: &[By::Handler, By::Manager], when: &[NothingWaits, NotExtended], within: Some(Within::BeforeDue),
        needs: &[Need::Reason, Need::NewDue],
        clocks: &[], told: &[Supervisors],
    },
    Transition {
        no: "11", from: &[Handling], mv: Move::GrantExtension, to: To::Same,
        by: &[By::Supervisor], when: &[Waits(Waiting::Extension), NotExtended], within: None,
        needs: &[Need::NewDue, Need::SecondPerson],
        clocks: &[(Clock::Handling, Extend)], told: &[Residents, Handlers],
    },
    Transition {
        no: "11", from: &[Handling], mv: Move::RefuseExtension, to: To::Same,
        by: &[By::Supervisor], when: &[Waits(Waiting::Extension)], within: None,
        needs: &[Need::Reason, Need::SecondPerson],
        clocks: &[], told: &[Handlers, Managers],
    },
    Transition {
        no: "12", from: &[Handling], mv: Move::AskSuspension, to: To::Same,
        by: &[By::Manager], when: &[NothingWaits], within: None,
        needs: &[Need::Cause, Need::Plan, Need::PublicNote, Need::ReviewDate],
        clocks: &[], told: &[Supervisors],
    },
    Transition {
        no: "12", from: &[Handling], mv: Move::GrantSuspension, to: To::State(Suspended),
        by: &[By::Supervisor], when: &[Waits(Waiting::Suspension)], within: None,
        needs: &[Need::SecondPerson],
        clocks: &[(Clock::Handling, Pause)], told: &[Residents],
    },
    Transition {
        no: "12", from: &[Handling], mv: Move::RefuseSuspension, to: To::Same,
        by: &[By::Supervisor], when: &[Waits(Waiting::Suspension)], within: None,
        needs: &[Need::Reason, Need::SecondPerson],
        clocks: &[], told: &[Managers],
    },
    Transition {
        no: "13", from: &[Suspended], mv: Move::Resume, to: To::State(Handling),
        by: &[By::Manager, By::Supervisor, By::Clock], when: &[NothingWaits], within: None,
        needs: &[],
        clocks: &[(Clock::Handling, Resume)], told: &[Residents],
    },
    Transition {
        no: "14", from: &[Handling], mv: Move::SubmitReply, to: To::State(ReplyReview),
        by: &[By::Handler], when: &[NothingWaits, Contacted], within: None,
        needs: &[Need::Outcome, Need::InternalNote, Need::PublicReply, Need::ContactRecord, Need::PhotosAfter],
        clocks: &[], told: &[Managers],
    },
    Transition {
        no: "15", from: &[ReplyReview], mv: Move::SendBack, to: To::State(Handling),
        by: &[By::Manager], when: &[], within: None,
        needs: &[Need::Remark],
        clocks: &[], told: &[Handlers],
    },
    Transition {
        no: "16", from: &[ReplyReview], mv: Move::ApproveReply, to: To::State(Replied),
        by: &[By::Manager], when: &[], within: None,
        needs: &[],
        clocks: HANDLING_STOPS, told: &[Residents, Followers],
    },
    Transition {
        no: "17", from: &[Replied], mv: Move::Close, to: To::State(Closed),
        by: &[By::FollowUp, By::Resident, By::Clock], when: &[NothingWaits], within: None,
        needs: &[Need::Rating],
        clocks: &[(Clock::Total, Stop)], told: &[Residents, Handlers],
    },
    Transition {
        no: "18", from: &[Replied], mv: Move::Redo, to: To::State(Handling),
        by: &[By::FollowUp, By::Resident], when: &[NothingWaits, HasLead], within: None,
        needs: &[Need::Cause],
        clocks: &[(Clock::Handling, StartHalved)], told: &[Handlers, Managers, Residents],
    },
    Transition {
        no: "18", from: &[Replied], mv: Move::Redo, to: To::State(Accepted),
        by: &[By::FollowUp, By::Resident], when: &[NothingWaits, NoLead], within: None,
        needs: &[Need::Cause],
        clocks: &[(Clock::Dispatch, Start), (Clock::Total, Start)], told: &[Clerk, Dispatchers, Residents],
    },
    Transition {
        no: "19", from: &[Closed], mv: Move::Reopen, to: To::State(Handling),
        by: &[By::Resident], when: &[NotReopenedByResident, HasLead], within: Some(Within::FifteenDaysOfClosing),
        needs: &[Need::Reason],
        clocks: &[(Clock::Handling, Start), (Clock::Total, Start)],
        told: &[Residents, Followers, Clerk, Units, Handlers, Managers, Supervisors],
    },
    Transition {
        no: "19", from: &[Closed], mv: Move::Reopen, to: To::State(Handling),
        by: &[By::Supervisor], when: &[HasLead], within: None,
        needs: &[Need::Reason],
        clocks: &[(Clock::Handling, Start), (Clock::Total, Start)],
        told: &[Residents, Followers, Clerk, Units, Handlers, Managers, Supervisors],
    },
    Transition {
        no: "19", from: &[Closed], mv: Move::Reopen, to: To::State(Accepted),
        by: &[By::Resident], when: &[NotReopenedByResident, NoLead], within: Some(Within::FifteenDaysOfClosing),
        needs: &[Need::Reason],
        clocks: &[(Clock::Dispatch, Start), (Clock::Total, Start)],
        told: &[Residents, Followers, Clerk, Dispatchers, Supervisors],
    },
    Transition {
        no: "19", from: &[Closed], mv: Move::Reopen, to: To::State(Accepted),
        by: &[By::Supervisor], when: &[NoLead], within: None,
        needs: &[Need::Reason],
        clocks: &[(Clock::Dispatch, Start), (Clock::Total, Start)],
        told: &[Residents, Followers, Clerk, Dispatchers, Supervisors],
    },
    Transition {
        no: "20", from: BEFORE_REVIEW, mv: Move::Merge, to: To::State(Merged),
        by: &[By::Dispatcher], when: &[NothingWaits], within: None,
        needs: &[Need::Master],
        clocks: &[], told: &[ResidentsOfBoth],
    },
    Transition {
        no: "21", from: &[Merged], mv: Move::Unmerge, to: To::Before,
        by: &[By::Dispatcher], when: &[MasterNotReplied], within: None,
        needs: &[Need::Reason],
        clocks: &[], told: &[Residents],
    },
    Transition {
        no: "22", from: super::State::OPEN, mv: Move::Cancel, to: To::State(Cancelled),
        by: &[By::Resident], when: &[], within: None,
        needs: &[],
        clocks: ALL_STOP, told: &[Handlers],
    },
    Transition {
        no: "22", from: super::State::OPEN, mv: Move::KeepForSafety, to: To::Same,
        by: &[By::Dispatcher], when: &[], within: None,
        needs: &[Need::Reason],
        clocks: &[], told: &[Handlers],
    },
    Transition {
        no: "23", from: super::State::OPEN, mv: Move::Supervise, to: To::Same,
        by: &[By::Supervisor], when: &[], within: None,
        needs: &[Need::Level, Need::Demand, Need::DemandDate],
        clocks: &[], told: &[Handlers, Managers],
    },
    Transition {
        no: "24", from: &[Suspended, Replied], mv: Move::ProposeConclusion, to: To::Same,
        by: &[By::Supervisor], when: &[NothingWaits], within: None,
        needs: &[Need::LegalBasis, Need::PublicNote],
        clocks: &[], told: &[Supervisors],
    },
    Transition {
        no: "24", from: &[Suspended, Replied], mv: Move::Conclude, to: To::State(Closed),
        by: &[By::Supervisor], when: &[Waits(Waiting::Conclusion)], within: None,
        needs: &[Need::SecondPerson],
        clocks: ALL_STOP, told: &[Residents],
    },
    Transition {
        no: "24", from: &[Suspended, Replied], mv: Move::RefuseConclusion, to: To::Same,
        by: &[By::Supervisor], when: &[Waits(Waiting::Conclusion)], within: None,
        needs: &[Need::Reason, Need::SecondPerson],
        clocks: &[], told: &[Supervisors],
    },
];
