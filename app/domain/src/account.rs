//! Closing an account: what stands in the way of it (PRIVACY.md, What deletion can and cannot do).

coded! {
    /// Something others wait for that only this person can do, or that would be broken if they were gone. In the order in which it is
    /// told.
    pub enum InTheWay {
        /// They work here: their membership is handed over first.
        Membership = "membership",
        /// They hold an office in a pact.
        Office = "office",
        /// They stand on the roll of a vote that is not over as whoever votes, or are named by somebody as that.
        Vote = "vote",
        /// A signature waits for them as signer, helper or witness.
        Signing = "signing",
        /// They are called to a panel that has not found.
        Panel = "panel",
        /// A report that is not closed is theirs, or about them.
        Report = "report",
        /// Their objection to a roll waits for its answer.
        Objection = "objection",
        /// A reward is reserved for them.
        Reward = "reward",
        /// A credit or correction of their points waits to be checked.
        Credit = "credit",
    }
}

/// How many days an account waits before it is closed.
pub const COOLING_OFF_DAYS: u16 = 7;
