//! The small vocabularies around a pact (pacts.md): what people say of a clause, how they vote and sign, what is
//! recorded beside it.

coded! {
    /// What somebody says to a clause.
    pub enum Stance {
        /// 同意; needs no words.
        Agree = "agree",
        /// 建议修改; with words.
        Change = "change",
        /// 反对; with words.
        Object = "object",
    }
}

coded! {
    /// What became of an opinion; always given with a reason.
    pub enum Answer {
        /// 采纳
        Adopted = "adopted",
        /// 部分采纳
        Partly = "partly",
        /// 未采纳
        NotAdopted = "not_adopted",
    }
}

coded! {
    /// What a ballot says.
    pub enum Choice {
        /// 赞成
        Yes = "yes",
        /// 反对
        No = "no",
        /// 弃权; counts as present, not as yes.
        Abstain = "abstain",
    }
}

coded! {
    /// Whether it can be seen who voted how.
    pub enum Secrecy {
        /// 记名
        Open = "open",
        /// 无记名: ballots lie sealed to the tellers' keys until the count.
        Secret = "secret",
    }
}

coded! {
    /// As what somebody votes or signs.
    pub enum Capacity {
        /// 居民
        Resident = "resident",
        /// 村民
        Villager = "villager",
        /// 业主
        Owner = "owner",
        /// 居民（村民）代表
        Representative = "representative",
        /// 党员
        PartyMember = "party_member",
        /// Signs a pledge that binds its signers only.
        Signer = "signer",
    }
}

coded! {
    /// How a ballot, a signature or an opinion came in.
    pub enum Channel {
        /// On one's own phone.
        Phone = "phone",
        /// A helper typed, a witness listened; both are named.
        Assisted = "assisted",
        /// On paper, entered by two people.
        Paper = "paper",
    }
}

coded! {
    /// How a text reached a household.
    pub enum Way {
        /// A message to the phone.
        Push = "push",
        /// Handed over at the door.
        Door = "door",
        /// By post.
        Post = "post",
    }
}

coded! {
    /// What is recorded beside a pact because a stage needs it before it can be left.
    pub enum Evidence {
        /// Minutes of the party study 党组织研究纪要.
        PartyStudy = "party_study",
        /// The topics the pact is to be about 议题.
        Topics = "topics",
        /// The street office's legal review 合法性审查.
        LegalReview = "legal_review",
        /// The women's-rights check 妇女权益审查.
        WomensRightsCheck = "womens_rights_check",
        /// The agenda of the vote 议程.
        Agenda = "agenda",
        /// The reason for a shorter notice 缩短公告期的理由.
        ShortNotice = "short_notice",
        /// A photo of the posted text on its first day.
        PostingDay1 = "posting_day_1",
        /// A photo of the posted text on its fifteenth day.
        PostingDay15 = "posting_day_15",
        /// The receipt of the office where it is filed 备案回执.
        FilingReceipt = "filing_receipt",
        /// A legal objection 合法性异议.
        LawObjection = "law_objection",
        /// Its answer.
        LawObjectionAnswer = "law_objection_answer",
        /// An order to correct 责令改正.
        CorrectionOrder = "correction_order",
        /// An objection to the result 对结果的异议.
        ResultObjection = "result_objection",
        /// Its answer.
        ResultObjectionAnswer = "result_objection_answer",
    }
}
