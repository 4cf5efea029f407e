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
        /// Close one's account.
        CloseAccount = "close_account",
        /// End one of one's sessions.
        EndSession = "end_session",
        /// See one's passkeys, add one, remove one.
        KeepPasskeys = "keep_passkeys",
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

        // Points and rewards (pacts.md, Keeping and points).
        /// Open the desk's page of points.
        ReadPoints = "read_points",
        /// Propose to credit somebody, or to take a credit back.
        ProposeCredit = "propose_credit",
        /// Approve or refuse what another proposed.
        CheckCredit = "check_credit",
        /// Look a sampled credit over again.
        AuditPoints = "audit_points",
        /// Read the monthly sample and the list of unusual pairs.
        ReadPointsAudit = "read_points_audit",
        /// Draft a tariff, put it in force.
        ManageTariff = "manage_tariff",
        /// Rewards, their cost and stock.
        ManageRewards = "manage_rewards",
        /// Hand a reserved reward out.
        FulfilReward = "fulfil_reward",
        /// Reserve a reward for one's own points, give it back.
        ReserveReward = "reserve_reward",

        // Keeping a pact.
        /// Report that a clause was not kept.
        ReportBreach = "report_breach",
        /// Look at reports, take them up or turn them away, call a panel.
        TriageBreach = "triage_breach",
        /// Read a report one has a part in: reporter, concerned, panel.
        ReadOwnBreach = "read_own_breach",
        /// Answer a report about oneself.
        AnswerBreach = "answer_breach",
        /// Sit on the panel of a report: declare, find.
        FindOnBreach = "find_on_breach",
        /// Ask another panel, once.
        AppealBreach = "appeal_breach",

        // Good neighbours.
        /// Nominate a neighbour, endorse a nomination.
        NominateNeighbour = "nominate_neighbour",
        /// Pick nominations for the committee.
        PickNeighbour = "pick_neighbour",
        /// Consent to be shown, or not, or no longer.
        AnswerNomination = "answer_nomination",

        // Signing a pact (pacts.md, Signing).
        /// Sign a pact one belongs to, take it back, sign a later version.
        SignPact = "sign_pact",
        /// See how far signing has come, household by household.
        ReadSigning = "read_signing",
        /// Sign for somebody who cannot do it alone, before a witness.
        AssistSigning = "assist_signing",
        /// Enter what stands in the signature book.
        EnterPaperSignature = "enter_paper_signature",
        /// Print the signature book and the register of who signed.
        ReadSigningBook = "read_signing_book",
        /// Choose the buildings a pledge is for.
        ChooseSigners = "choose_signers",

        // Pacts (pacts.md, Stages, Text and opinions).
        /// Open the workshop of a pact: drafts, offices, what is missing.
        ReadWorkshop = "read_workshop",
        /// Write a local version of the rules for an area, put in force what another has written.
        ManageRules = "manage_rules",
        /// Begin a pact for a committee.
        OpenPact = "open_pact",
        /// Say who acts as what in a pact.
        AppointOffice = "appoint_office",
        /// Write the text of a pact.
        DraftPact = "draft_pact",
        /// Assent to a move of a pact in one's office; the clock has its own moves.
        MovePact = "move_pact",
        /// Record what a stage needs before it can be left.
        RecordEvidence = "record_evidence",
        /// Say agree, change or object to a clause.
        GiveOpinion = "give_opinion",
        /// Write down an opinion for a resident at the door, at the window or from paper.
        EnterOpinion = "enter_opinion",
        /// Answer opinions.
        AnswerOpinion = "answer_opinion",

        // Homes, deliveries, meetings, rooms.
        /// Buildings, doors and who lives behind them, for the window and the committee.
        ManageHouseholds = "manage_households",
        /// Say where one lives and ask the window to confirm it.
        AskResidence = "ask_residence",
        /// See how far a text has come, door by door.
        ReadDelivery = "read_delivery",
        /// Bring a text to doors and say what came of it.
        DeliverPact = "deliver_pact",
        /// Say that a text went to households by post.
        PostPact = "post_pact",
        /// Check in at a meeting with the code of the moment.
        AttendMeeting = "attend_meeting",
        /// Plan and open a meeting, tick who comes, count, write and sign its minutes.
        RunMeeting = "run_meeting",
        /// Propose a topic, speak in a room.
        DiscussRoom = "discuss_room",
        /// Open and decline rooms, decide, report the result.
        RunRoom = "run_room",

        // The log of evidence.
        /// Hand in a cosigned head, have a head signed now: a cosigned head proves itself.
        CosignLog = "cosign_log",
        /// Say whose key cosigns the log, and whose no longer; the second of two people.
        RegisterCosigner = "register_cosigner",

        // Roll and vote (pacts.md, Roll and vote).
        /// Say who votes for one's household.
        NameVoter = "name_voter",
        /// Say that the roll is wrong.
        ObjectToRoll = "object_to_roll",
        /// Vote for one's household, or for those whose written proxy one holds.
        CastVote = "cast_vote",
        /// Say that the result is wrong.
        ObjectToResult = "object_to_result",
        /// Open the desk's page of a roll: what is to be settled.
        ReadRoll = "read_roll",
        /// Settle rivals, answer objections, name members of bodies, record proxies.
        KeepRoll = "keep_roll",
        /// Print the list with names and doors for the hall; audited.
        PrintRoll = "print_roll",
        /// Open the desk's page of a vote: how many took part.
        ReadTurnout = "read_turnout",
        /// Make the key that ballots of a secret vote are sealed to.
        HoldTellerKey = "hold_teller_key",
        /// Enter ballots on paper.
        EnterBallot = "enter_ballot",
        /// Assent to closing a vote, and count it.
        CountVote = "count_vote",

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
                | Self::ReadDelivery
                | Self::ReadRoll
                | Self::PrintRoll
                | Self::ReadTurnout
                | Self::ReadSigning
                | Self::ReadSigningBook
                | Self::ReadWorkshop
                | Self::ReadPoints
                | Self::ReadPointsAudit
                | Self::ReadOwnBreach
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
