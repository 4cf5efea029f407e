//! Every guarded thing by name. Who has which stands in the table beside this file.

coded! {
    /// Everything that is guarded. A route or server function without an action fails the tests.
    pub enum Action {
        // For everyone.
        /// Read public pages, lists, files and feeds.
        ReadPublic = "read_public",
        /// Ask for a code, or give name, password and second factor.
        SignIn = "sign_in",
        /// End the present session.
        SignOut = "sign_out",
        /// Choose language, type size, theme.
        SetPreferences = "set_preferences",
        /// File a request of one's own, with a verified number or anonymously where allowed.
        FileRequest = "file_request",
        /// Leave a photo for a form that is being filled in.
        StagePhoto = "stage_photo",
        /// Find a request by number and query code.
        AskByCode = "ask_by_code",
        /// Find the grid of a point or a name.
        Locate = "locate",

        // For the one whose request it is.
        /// Read one's own request, private or not.
        ReadOwnRequest = "read_own_request",
        /// Answer a question that was asked back.
        GiveInfo = "give_info",
        /// Rate a reply and thereby close (States #17).
        RateRequest = "rate_request",
        /// Say "not solved" (States #18).
        RedoRequest = "redo_request",
        /// Open a closed one again, once within 15 days (States #19).
        ReopenRequest = "reopen_request",
        /// Take a request back (States #22).
        CancelRequest = "cancel_request",

        // For the signed-in.
        /// See "mine": one's requests, sessions, settings.
        ReadMine = "read_mine",
        /// End one of one's sessions.
        EndSession = "end_session",
        /// Say that something public should be looked at.
        FlagContent = "flag_content",
        /// Ask for another moderator's decision.
        AppealVerdict = "appeal_verdict",

        // At the desk.
        /// Open the desk; every list on it holds only what the reader may read.
        ReadDesk = "read_desk",
        /// Read the living style page.
        ReadStyle = "read_style",
        /// Read an order with its requests, private ones too.
        ReadOrder = "read_order",
        /// Read an order that holds a tip-off.
        ReadTipOff = "read_tip_off",
        /// Read the history of an order without its private contents.
        ReadHistory = "read_history",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// See a phone number or a private name in full, with a reason; logged.
        RevealContact = "reveal_contact",
        /// The same for the writer of a tip-off.
        RevealTipOffWriter = "reveal_tip_off_writer",
        /// Decide what of a resident's words and pictures is public.
        Moderate = "moderate",

        // Moves of an order (requests.md, States).
        /// File for a resident at the window, on the phone or at the door (#1).
        FileForOther = "file_for_other",
        /// Accept (#2).
        AcceptRequest = "accept_request",
        /// Answer at once from the knowledge base (#2a).
        AnswerAtOnce = "answer_at_once",
        /// Propose a rejection (#3).
        ProposeRejection = "propose_rejection",
        /// Confirm or refuse a proposed rejection (#3).
        DecideRejection = "decide_rejection",
        /// Ask the resident one question (#4).
        AskInfo = "ask_info",
        /// Write down the resident's answer, or that there was none (#4a).
        RecordInfo = "record_info",
        /// Dispatch to a lead unit and co-units (#5).
        DispatchOrder = "dispatch_order",
        /// Start handling (#6).
        StartHandling = "start_handling",
        /// Say that it is not the unit's (#7).
        AskReturn = "ask_return",
        /// Grant or refuse a return (#8).
        DecideReturn = "decide_return",
        /// Call a co-unit in 吹哨 (#9).
        Whistle = "whistle",
        /// Report in as a co-unit 报到 (#9).
        LogArrival = "log_arrival",
        /// File a co-unit's part of the answer (#9).
        SubmitSubReply = "submit_sub_reply",
        /// Rate a co-unit that was called in (#9).
        RateCoUnit = "rate_co_unit",
        /// Log that the resident was contacted (#10).
        LogContact = "log_contact",
        /// Ask for more time (#11).
        AskExtension = "ask_extension",
        /// Grant or refuse more time (#11).
        GrantExtension = "grant_extension",
        /// Ask to record as not solvable now 挂账 (#12).
        AskSuspension = "ask_suspension",
        /// Grant or refuse a suspension (#12).
        GrantSuspension = "grant_suspension",
        /// Take a suspended order up again (#13).
        ResumeOrder = "resume_order",
        /// Hand a reply in for review (#14).
        SubmitReply = "submit_reply",
        /// Send a reply back with a remark (#15).
        SendBackReply = "send_back_reply",
        /// Approve a reply and thereby give it (#16).
        ApproveReply = "approve_reply",
        /// Ask the resident afterwards 回访, and close or have it redone (#17, #18).
        FollowUp = "follow_up",
        /// Open a closed order again (#19).
        ReopenOrder = "reopen_order",
        /// Merge an order into a master, or take it out again (#20, #21).
        MergeOrders = "merge_orders",
        /// Keep an order for safety although its resident withdrew (#22).
        KeepForSafety = "keep_for_safety",
        /// Watch at a level 督办 (#23).
        Supervise = "supervise",
        /// Propose to end by rule 依规办结 (#24).
        ProposeConclusion = "propose_conclusion",
        /// Sign as the second, or refuse (#24).
        DecideConclusion = "decide_conclusion",

        // Running the place.
        /// Give the grid's work to one of its people.
        AssignWithinGrid = "assign_within_grid",
        /// Hand over the work of somebody absent.
        HandOverWork = "hand_over_work",
        /// Appoint members, end memberships, invite.
        ManageMembers = "manage_members",
        /// Areas, levels, boundaries.
        ManageAreas = "manage_areas",
        /// Units.
        ManageUnits = "manage_units",
        /// Categories, limits, routing rules.
        ManageCategories = "manage_categories",
        /// Holidays and make-up work days.
        ManageCalendar = "manage_calendar",
        /// Texts of the pages, word lists.
        ManageTexts = "manage_texts",
        /// What is kept how long.
        ManageRetention = "manage_retention",
    }
}

impl Action {
    /// Whether it changes anything beyond the caller's own settings and the log. An auditor has none.
    #[must_use]
    pub const fn changes(self) -> bool {
        !matches!(
            self,
            Self::ReadPublic
                | Self::SignIn
                | Self::SignOut
                | Self::SetPreferences
                | Self::AskByCode
                | Self::Locate
                | Self::ReadOwnRequest
                | Self::ReadMine
                | Self::ReadDesk
                | Self::ReadStyle
                | Self::ReadOrder
                | Self::ReadTipOff
                | Self::ReadHistory
                | Self::ReadAudit
                | Self::RevealContact
                | Self::RevealTipOffWriter
        )
    }

    /// The stricter action that stands for this one when the target holds a tip-off: it is private
    /// and its writer is shown to the fewest (requests.md, Filing).
    #[must_use]
    pub const fn on_tip_off(self) -> Self {
        match self {
            Self::ReadOrder => Self::ReadTipOff,
            Self::RevealContact => Self::RevealTipOffWriter,
            other => other,
        }
    }
}
