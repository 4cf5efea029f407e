//! The words of the States table beside states and moves: who makes a move, what it brings, who hears
//! of it, what waits for a second person, what came of it.

coded! {
    /// Who makes a move, by the letters of requests.md, States.
    pub enum Mover {
        /// R
        Resident = "resident",
        /// C
        Clerk = "clerk",
        /// D
        Dispatcher = "dispatcher",
        /// H
        Handler = "handler",
        /// M
        Manager = "manager",
        /// V
        FollowUp = "follow_up",
        /// S
        Supervisor = "supervisor",
        /// T
        Clock = "clock",
        /// The people of a grid, filing for others.
        GridWorker = "grid_worker",
        /// Another program: Open311, the hotline's import.
        Api = "api",
        /// A routing rule.
        Rule = "rule",
    }
}

coded! {
    /// What a move must bring with it.
    pub enum Need {
        /// The resident's text.
        Text = "text",
        /// A place, or that there is none.
        Place = "place",
        /// A verified number, or anonymous where allowed.
        Contact = "contact",
        /// The idempotency key of the form.
        Key = "key",
        /// The category.
        Category = "category",
        /// The urgency.
        Urgency = "urgency",
        /// The answer to a question.
        Answer = "answer",
        /// Where an answer was taken from.
        Source = "source",
        /// Why.
        Reason = "reason",
        /// By which rule.
        Basis = "basis",
        /// Where to go instead.
        GoInstead = "go_instead",
        /// One question to the resident.
        Question = "question",
        /// The lead unit.
        Lead = "lead",
        /// Co-units; may be none.
        CoUnits = "co_units",
        /// When it is due.
        Due = "due",
        /// Who should have it instead.
        WhoInstead = "who_instead",
        /// Yes or no, with words.
        Decision = "decision",
        /// The co-unit that is called in.
        CoUnit = "co_unit",
        /// What the co-unit is to do.
        Task = "task",
        /// By when the co-unit is to do it.
        TaskLimit = "task_limit",
        /// When they arrived.
        ArrivedAt = "arrived_at",
        /// The co-unit's part of the answer.
        SubReply = "sub_reply",
        /// Marks for a co-unit.
        Marks = "marks",
        /// When the resident was contacted.
        ContactedAt = "contacted_at",
        /// How the resident was contacted.
        ContactWay = "contact_way",
        /// What came of the contact.
        ContactOutcome = "contact_outcome",
        /// The new due time.
        NewDue = "new_due",
        /// What stands in the way.
        Cause = "cause",
        /// What will be done about it.
        Plan = "plan",
        /// What everyone may read.
        PublicNote = "public_note",
        /// When it is looked at again, within 90 days.
        ReviewDate = "review_date",
        /// What came of it.
        Outcome = "outcome",
        /// What only staff read.
        InternalNote = "internal_note",
        /// What the resident reads.
        PublicReply = "public_reply",
        /// That the resident was contacted, logged before.
        ContactRecord = "contact_record",
        /// Photos of how it is now; may be none.
        PhotosAfter = "photos_after",
        /// What to mend in a reply.
        Remark = "remark",
        /// Contacted? solved? satisfied?
        Rating = "rating",
        /// The order it goes on in, open; a closed one is reopened.
        Master = "master",
        /// 督办 level 0–3.
        Level = "level",
        /// What the supervisor demands.
        Demand = "demand",
        /// By which date.
        DemandDate = "demand_date",
        /// The law or rule it is ended by.
        LegalBasis = "legal_basis",
        /// Somebody other than who asked.
        SecondPerson = "second_person",
    }
}

impl Need {
    /// Whether the field must be there but may be empty.
    #[must_use]
    pub const fn may_be_empty(self) -> bool {
        matches!(self, Self::CoUnits | Self::PhotosAfter | Self::InternalNote)
    }
}

coded! {
    /// Who is told of a move.
    pub enum Hears {
        /// The residents of the order's requests.
        Residents = "residents",
        /// Those who follow one of its requests.
        Followers = "followers",
        /// The residents of both orders.
        ResidentsOfBoth = "residents_of_both",
        /// The residents, if the lead unit changes.
        ResidentsIfLeadChanges = "residents_if_lead_changes",
        /// The clerk who took it up.
        Clerk = "clerk",
        /// The dispatchers of the area.
        Dispatchers = "dispatchers",
        /// Lead and co-units.
        Units = "units",
        /// The co-unit concerned.
        CoUnit = "co_unit",
        /// The handlers.
        Handlers = "handlers",
        /// The unit's managers.
        Managers = "managers",
        /// The supervisors of the area.
        Supervisors = "supervisors",
    }
}

coded! {
    /// What waits for a second person.
    pub enum Waiting {
        /// #3
        Rejection = "rejection",
        /// #7
        Return = "return",
        /// #11
        Extension = "extension",
        /// #12
        Suspension = "suspension",
        /// #24
        Conclusion = "conclusion",
    }
}

coded! {
    /// How a resident was contacted (States #10).
    pub enum ContactWay {
        /// By telephone.
        Phone = "phone",
        /// At the door 走访.
        Visit = "visit",
        /// By a written message.
        Message = "message",
    }
}

coded! {
    /// What came of a contact (States #10).
    pub enum ContactOutcome {
        /// They were spoken to.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// They did not want to talk.
        Refused = "refused",
    }
}

coded! {
    /// What came of it (States #14).
    pub enum Outcome {
        /// Done.
        Solved = "solved",
        /// Done in part.
        Partly = "partly",
        /// Explained why not.
        Explained = "explained",
        /// Not done.
        Unsolved = "unsolved",
        /// It was not so.
        Untrue = "untrue",
    }
}

coded! {
    /// How urgent a matter is; decides with the category which limits run.
    pub enum Urgency {
        /// Danger: limits run 24 × 7.
        Emergency = "emergency",
        /// Water, power, heat.
        Urgent = "urgent",
        /// Everything else.
        Normal = "normal",
    }
}
