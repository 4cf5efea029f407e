-- Who may vote, how they voted, and what came of it (pacts.md, Roll and vote). The register of taking part and the
-- ballots of a secret vote lie apart: until the count a ballot is sealed to both tellers, after it nothing joins them.

create table roll_member (
    pact_id    uuid not null references pact,
    body       text not null constraint roll_member_body_is_known check (body in ('representatives', 'party_members')),
    person_id  uuid not null references person,
    named_by   uuid not null references person,
    named_at   timestamptz not null,
    primary key (pact_id, body, person_id)
);
comment on table roll_member is 'The representatives and party members of a pact, named before the roll is drawn';

create table roll_basis (
    pact_id   uuid primary key references pact,
    basis     text not null constraint roll_basis_chosen_is_known check (basis in ('households', 'adults', 'representatives', 'owners',
        'owners_special', 'signers')),
    note      text not null constraint roll_basis_says_why check (note <> ''),
    chosen_by uuid not null references person,
    chosen_at timestamptz not null
);
comment on table roll_basis is 'Another of the profile''s lawful ways to count than the usual one, chosen before the roll is drawn';

create table roll (
    id          uuid primary key,
    pact_id     uuid not null references pact,
    no          integer not null constraint roll_counts_from_one check (no >= 1),
    basis       text not null constraint roll_basis_is_known check (basis in ('households', 'adults', 'representatives', 'owners',
        'owners_special', 'signers')),
    drawn_at    timestamptz not null,
    sha256      bytea not null constraint roll_hash_is_sha256 check (length(sha256) = 32),
    list_sealed bytea not null,
    amended     integer not null default 0,
    leaf_id     uuid,
    constraint roll_is_drawn_once unique (pact_id, no)
);
comment on table roll is 'A snapshot of who may vote, drawn when the notice begins; only hash, count and totals are public';
comment on column roll.sha256 is 'Of the canonical list as it stands after its amendments';
comment on column roll.list_sealed is 'The canonical list with names and doors, sealed: what the hall prints and what sha256 is of';

create table voting_unit (
    id         uuid primary key,
    roll_id    uuid not null references roll,
    body       text not null constraint voting_unit_body_is_known check (body in ('statutory', 'representatives', 'party_members')),
    position   integer not null,
    area_cm2   bigint not null constraint voting_unit_area_is_not_negative check (area_cm2 >= 0),
    struck_in  integer,
    voter_id   uuid references person,
    voter_how  text constraint voting_unit_voter_how_is_known check (voter_how in ('alone', 'agreed', 'settled')),
    voter_at   timestamptz,
    constraint voting_unit_position_is_taken_once unique (roll_id, body, position),
    constraint voting_unit_voter_has_a_ground check ((voter_id is null) = (voter_how is null) and (voter_id is null) = (voter_at is null))
);
comment on table voting_unit is 'What has one vote: a household, an adult, an owner with all their flats, a member of a body';
comment on column voting_unit.struck_in is 'The amendment that took it off the roll';
comment on column voting_unit.voter_id is 'Who votes for it; empty while nobody is named or rivals are not settled';

create table roll_entry (
    id           uuid primary key,
    roll_id      uuid not null references roll,
    unit_id      uuid not null references voting_unit,
    household_id uuid references household,
    person_id    uuid references person,
    area_cm2     bigint not null constraint roll_entry_area_is_not_negative check (area_cm2 >= 0),
    capacity     text not null constraint roll_entry_capacity_is_known check (capacity in ('resident', 'villager', 'owner', 'representative', 'party_member')),
    struck_in    integer
);
create index roll_entry_unit on roll_entry (unit_id);
create index roll_entry_person on roll_entry (person_id) where struck_in is null;
create unique index roll_entry_stands_once on roll_entry (unit_id, household_id, person_id) nulls not distinct where struck_in is null;
comment on table roll_entry is 'A person who belongs to a voting unit, with the flat they belong to it by; without a person where nobody is known';

create table voter_claim (
    unit_id   uuid not null references voting_unit,
    person_id uuid not null references person,
    voter_id  uuid not null references person,
    at        timestamptz not null,
    primary key (unit_id, person_id)
);
comment on table voter_claim is 'Who shall vote for a household, as each of its people says it; two names are rivals';

create table voter_settled (
    id         uuid primary key,
    unit_id    uuid not null references voting_unit,
    voter_id   uuid not null references person,
    note       text not null constraint voter_settled_says_why check (note <> ''),
    settled_by uuid not null references person,
    settled_at timestamptz not null
);
comment on table voter_settled is 'How rivals were settled, with the ground; append-only';

create table roll_objection (
    id           uuid primary key,
    roll_id      uuid not null references roll,
    person_id    uuid not null references person,
    words_sealed bytea not null,
    at           timestamptz not null,
    answer_by    timestamptz not null,
    upheld       boolean,
    reason_sealed bytea,
    answered_by  uuid references person,
    answered_at  timestamptz,
    constraint roll_objection_is_answered_whole check ((upheld is null) = (answered_at is null)
        and (upheld is null) = (reason_sealed is null) and (upheld is null) = (answered_by is null)),
    constraint roll_objection_is_answered_by_another check (answered_by <> person_id)
);
create index roll_objection_of on roll_objection (roll_id, at);
comment on table roll_objection is 'Somebody says that the roll is wrong; words and answer are sealed, they name people';

create table roll_amendment (
    roll_id      uuid not null references roll,
    no           integer not null,
    objection_id uuid not null references roll_objection constraint roll_amendment_follows_one_objection unique,
    change       text not null constraint roll_amendment_change_is_known check (change in ('strike', 'add', 'area')),
    entry_id     uuid not null references roll_entry,
    before_cm2   bigint,
    after_cm2    bigint,
    sha256       bytea not null constraint roll_amendment_hash_is_sha256 check (length(sha256) = 32),
    leaf_id      uuid,
    made_by      uuid not null references person,
    made_at      timestamptz not null,
    primary key (roll_id, no)
);
comment on table roll_amendment is 'What an upheld objection changed, with the hash of the list after it; append-only';

create table teller_key (
    pact_id   uuid not null references pact,
    person_id uuid not null references person,
    no        integer not null,
    recipient text not null constraint teller_key_is_its_own unique,
    reserve   text,
    made_at   timestamptz not null,
    primary key (pact_id, person_id, no),
    constraint teller_key_has_its_form check (recipient ~ '^age1[a-z0-9]{58}$'),
    constraint teller_key_reserve_has_its_form check (reserve ~ '^age1[a-z0-9]{58}$'),
    constraint teller_key_reserve_is_another check (reserve <> recipient)
);
comment on table teller_key is 'The public half of a teller''s key, the newest counts; the secret half is never stored. Append-only';

create table vote (
    id          uuid primary key,
    pact_id     uuid not null references pact,
    roll_id     uuid not null references roll,
    body        text not null constraint vote_body_is_known check (body in ('statutory', 'representatives', 'party_members')),
    secrecy     text not null constraint vote_secrecy_is_known check (secrecy in ('open', 'secret')),
    text_no     integer not null,
    text_sha256 bytea not null constraint vote_text_is_sha256 check (length(text_sha256) = 32),
    outer_keys  text[] not null default '{}',
    inner_keys  text[] not null default '{}',
    opened_at   timestamptz not null,
    closed_at   timestamptz,
    constraint vote_is_held_once unique (roll_id, body),
    constraint vote_secret_has_two_keys check (secrecy = 'open' or (cardinality(outer_keys) >= 1 and cardinality(inner_keys) >= 1)),
    constraint vote_body_and_secrecy_belong_together unique (id, secrecy)
);
create index vote_of_pact on vote (pact_id, opened_at);
comment on table vote is 'The question put to one body of a roll: shall this text be the pact?';
comment on column vote.outer_keys is 'The first teller''s recipients (age, X25519): one opens the outer layer of a sealed ballot';
comment on column vote.inner_keys is 'The second teller''s recipients: one opens the inner layer';

create table proxy (
    roll_id     uuid not null references roll,
    unit_id     uuid not null references voting_unit constraint proxy_is_given_once unique,
    holder_id   uuid not null references person,
    slot        smallint not null constraint proxy_holder_has_three_at_most check (slot between 1 and 3),
    paper       text not null constraint proxy_is_written check (paper <> ''),
    recorded_by uuid not null references person,
    recorded_at timestamptz not null,
    primary key (roll_id, holder_id, slot),
    constraint proxy_is_recorded_by_another check (recorded_by <> holder_id)
);
comment on table proxy is 'A written authority of owners to vote for them; three at most for one holder';
comment on column proxy.paper is 'Where the paper is kept and what it says';

create table participation (
    vote_id     uuid not null,
    unit_id     uuid not null references voting_unit,
    secrecy     text not null,
    channel     text not null constraint participation_channel_is_known check (channel in ('phone', 'paper')),
    person_id   uuid references person,
    choice      text constraint participation_choice_is_known check (choice in ('yes', 'no', 'abstain', 'invalid')),
    key         uuid constraint participation_key_is_used_once unique,
    receipt     text not null,
    recorded_by uuid references person,
    at          timestamptz not null,
    constraint participation_is_counted_once primary key (vote_id, unit_id),
    constraint participation_belongs_to_its_vote foreign key (vote_id, secrecy) references vote (id, secrecy),
    constraint participation_of_a_secret_vote_has_no_choice check ((secrecy = 'open') = (choice is not null)),
    constraint participation_by_phone_has_its_voter check ((channel = 'phone') = (person_id is not null and key is not null)),
    constraint participation_on_paper_is_recorded check ((channel = 'paper') = (recorded_by is not null)),
    constraint participation_receipt_is_its_own unique (receipt)
);
comment on table participation is 'Who took part, by phone or on paper, each unit once; append-only. The choice stands here in an open vote only';

create table sealed_ballot (
    vote_id uuid not null,
    unit_id uuid not null,
    sealed  bytea not null constraint sealed_ballot_is_padded check (length(sealed) = 2048),
    primary key (vote_id, unit_id),
    constraint sealed_ballot_participation_fkey foreign key (vote_id, unit_id) references participation (vote_id, unit_id)
);
comment on table sealed_ballot is 'The choice of a secret vote until the count, sealed to both tellers; every row is equally long. Empty after the count';

create table paper_ballot_entry (
    vote_id    uuid not null references vote,
    unit_id    uuid not null references voting_unit,
    turn       smallint not null constraint paper_ballot_turn_is_known check (turn between 1 and 3),
    choice     text not null constraint paper_ballot_choice_is_known check (choice in ('yes', 'no', 'abstain', 'invalid')),
    reason     text not null default '',
    entered_by uuid not null references person,
    entered_at timestamptz not null,
    constraint paper_ballot_turn_is_taken_once primary key (vote_id, unit_id, turn),
    constraint paper_ballot_is_read_by_another unique (vote_id, unit_id, entered_by),
    constraint paper_ballot_settled_for_a_reason check ((turn = 3) = (reason <> ''))
);
comment on table paper_ballot_entry is 'What one person read on a paper ballot of an open vote: two read it apart, a third settles a difference; append-only';

create table paper_batch_entry (
    vote_id    uuid not null references vote,
    turn       smallint not null constraint paper_batch_turn_is_known check (turn between 1 and 3),
    yes        integer not null,
    no         integer not null,
    abstain    integer not null,
    invalid    integer not null,
    reason     text not null default '',
    entered_by uuid not null references person,
    entered_at timestamptz not null,
    constraint paper_batch_turn_is_taken_once primary key (vote_id, turn),
    constraint paper_batch_is_counted_by_another unique (vote_id, entered_by),
    constraint paper_batch_is_not_negative check (yes >= 0 and no >= 0 and abstain >= 0 and invalid >= 0),
    constraint paper_batch_settled_for_a_reason check ((turn = 3) = (reason <> ''))
);
comment on table paper_batch_entry is 'What one person counted in the box of a secret vote: two count it apart, a third settles a difference. Deleted at the count';

create table paper_box (
    vote_id uuid primary key references vote,
    papers  integer not null constraint paper_box_is_not_negative check (papers >= 0),
    sha256  bytea not null constraint paper_box_is_sha256 check (length(sha256) = 32)
);
comment on table paper_box is 'That a box was counted, and how many papers were in it; what they said lies among the ballots. Append-only';
comment on column paper_box.sha256 is 'Of both tellers'' keys, the vote and the numbers: only whoever has both keys can hold a count beside it';

create table tick_cancel (
    vote_id      uuid not null,
    unit_id      uuid not null references voting_unit,
    ticked_at    timestamptz not null,
    reason       text not null constraint tick_cancel_says_why check (reason <> ''),
    cancelled_by uuid not null references person,
    cancelled_at timestamptz not null,
    constraint tick_cancel_needs_another unique (vote_id, unit_id, ticked_at, cancelled_by)
);
comment on table tick_cancel is 'That somebody was ticked who put no paper into the box: two people say so before the box is opened; append-only';

-- The register is append-only but for this: a tick that two people cancelled before anybody counted the box.
create function cancel_tick(cancelled_vote uuid, cancelled_unit uuid) returns boolean
    language sql security definer set search_path = public, pg_temp
    as $$
    with gone as (
        delete from participation p where p.vote_id = cancelled_vote and p.unit_id = cancelled_unit and p.channel = 'paper' and p.secrecy = 'secret'
            and (select count(*) from tick_cancel c where c.vote_id = p.vote_id and c.unit_id = p.unit_id and c.ticked_at = p.at) >= 2
            and not exists (select from paper_batch_entry b where b.vote_id = p.vote_id)
            and exists (select from vote v where v.id = p.vote_id and v.closed_at is null)
        returning 1)
    select exists (select from gone)
    $$;
revoke all on function cancel_tick(uuid, uuid) from public;
grant execute on function cancel_tick(uuid, uuid) to gongzhi_app;

create table result_objection (
    evidence_id uuid primary key references pact_evidence,
    content_id  uuid not null references content constraint result_objection_has_its_words unique
);
comment on table result_objection is 'The words of an objection to a result, which are public once they were looked at';
alter table content drop constraint content_kind_is_known;
alter table content add constraint content_kind_is_known check (kind in ('request', 'rating', 'reply', 'opinion', 'topic', 'comment', 'nomination',
    'evidence', 'activity_report', 'result_objection'));

create table ballot (
    id      uuid primary key,
    vote_id uuid not null references vote,
    choice  text not null constraint ballot_choice_is_known check (choice in ('yes', 'no', 'abstain', 'invalid'))
);
create index ballot_of on ballot (vote_id);
comment on table ballot is 'The ballots of a secret vote, shuffled and written in one statement at the count, with random ids and without a time';

create table tally (
    vote_id    uuid primary key references vote,
    roll_sha256 bytea not null constraint tally_roll_is_sha256 check (length(roll_sha256) = 32),
    register_sha256 bytea not null constraint tally_register_is_sha256 check (length(register_sha256) = 32),
    numbers    jsonb not null,
    quorate    boolean not null,
    passed     boolean not null,
    leaf_id    uuid,
    counted_at timestamptz not null
);
comment on table tally is 'What the count gave, with every number of the law''s formula; append-only';
comment on column tally.register_sha256 is 'Of the sorted receipts of everybody who took part, one a line';

revoke update, delete, truncate on roll_amendment, voter_settled, teller_key, participation, paper_ballot_entry, ballot, tally, paper_box,
    tick_cancel, result_objection from gongzhi_app;
revoke delete, truncate on roll, voting_unit, roll_entry, roll_objection, vote from gongzhi_app;
revoke update, truncate on sealed_ballot, paper_batch_entry from gongzhi_app;
revoke update on roll, voting_unit, roll_entry, vote from gongzhi_app;
grant update (sha256, list_sealed, amended) on roll to gongzhi_app;
grant update (area_cm2, struck_in, voter_id, voter_how, voter_at) on voting_unit to gongzhi_app;
grant update (area_cm2, struck_in) on roll_entry to gongzhi_app;
grant update (closed_at) on vote to gongzhi_app;

-- After a count the files of the sealed ballots and of what the box held are thrown away, not only their rows. Whoever votes waits
-- two seconds at most; running votes of other pacts keep their files.
create function sweep_ballots() returns void
    language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s'
    as $$
    begin
        lock table sealed_ballot, paper_batch_entry in access exclusive mode;
        if not exists (select from sealed_ballot) then
            truncate sealed_ballot;
        end if;
        if not exists (select from paper_batch_entry) then
            truncate paper_batch_entry;
        end if;
    end
    $$;
revoke all on function sweep_ballots() from public;
grant execute on function sweep_ballots() to gongzhi_app;
