-- Who put their name to a pact (pacts.md, Signing). A signature is bound to the exact text, rules and resolution of its
-- round; nothing of it is ever changed. Taking it back and putting it anew are rows of their own.

create table pact_building (
    pact_id     uuid not null references pact,
    building_id uuid not null references building,
    chosen_by   uuid not null references person,
    chosen_at   timestamptz not null,
    primary key (pact_id, building_id)
);
comment on table pact_building is 'The buildings whose people a pledge is for; a pact without any is for its whole area';

create table signing_round (
    pact_id        uuid not null,
    text_no        integer not null,
    text_sha256    bytea not null constraint signing_round_text_is_sha256 check (length(text_sha256) = 32),
    profile_sha256 bytea not null constraint signing_round_profile_is_sha256 check (length(profile_sha256) = 32),
    resolution     text not null constraint signing_round_names_its_resolution check (resolution <> ''),
    opened_at      timestamptz not null,
    primary key (pact_id, text_no),
    constraint signing_round_binds_all unique (pact_id, text_no, text_sha256, profile_sha256, resolution),
    constraint signing_round_version_fkey foreign key (pact_id, text_no) references pact_version
);
comment on table signing_round is 'What is signed: one version of the text, the rules it was passed under and the resolution that passed it; append-only';
comment on column signing_round.resolution is 'The move of the pact that confirmed the result, NUMBER/SEQ';

create table paper_signature_entry (
    id           uuid primary key,
    pact_id      uuid not null,
    text_no      integer not null,
    household_id uuid not null references household,
    person_id    uuid not null references person,
    go           smallint not null default 1 constraint paper_entry_go_counts_from_one check (go >= 1),
    turn         smallint not null constraint paper_entry_turn_is_known check (turn between 1 and 3),
    reading      text not null constraint paper_entry_reading_is_known check (reading in ('signed', 'blank')),
    signed_on    date,
    page         integer not null constraint paper_entry_page_counts_from_one check (page between 1 and 9999),
    reason       text not null default '',
    entered_by   uuid not null references person,
    entered_at   timestamptz not null,
    constraint paper_entry_round_fkey foreign key (pact_id, text_no) references signing_round,
    constraint paper_entry_turn_is_taken_once unique (pact_id, text_no, household_id, person_id, go, turn),
    constraint paper_entry_is_read_by_another unique (pact_id, text_no, household_id, person_id, go, entered_by),
    constraint paper_entry_is_not_by_the_signer check (entered_by <> person_id),
    constraint paper_entry_signed_has_its_day check ((reading = 'signed') = (signed_on is not null)),
    constraint paper_entry_settled_for_a_reason check ((turn = 3) = (reason <> ''))
);
comment on table paper_signature_entry is 'What one person read of one line of the signature book: two read it apart; where they differ a third settles it; append-only';
comment on column paper_signature_entry.go is 'The how-many-th time the line is read: again after it was blank, or after the signature was taken back';

create table signature (
    id                uuid primary key,
    pact_id           uuid not null,
    text_no           integer not null,
    text_sha256       bytea not null,
    profile_sha256    bytea not null,
    resolution        text not null,
    person_id         uuid not null references person,
    household_id      uuid not null references household,
    round             integer not null constraint signature_counts_from_one check (round >= 1),
    before            integer generated always as (nullif(round - 1, 0)) stored,
    pseudonym         bytea not null constraint signature_pseudonym_is_a_mac check (length(pseudonym) = 32),
    capacity          text not null constraint signature_capacity_is_known check (capacity in ('resident', 'villager', 'owner', 'signer')),
    channel           text not null constraint signature_channel_is_known check (channel in ('phone', 'assisted', 'paper')),
    evidence          jsonb not null,
    evidence_sha256   bytea not null constraint signature_evidence_is_sha256 check (length(evidence_sha256) = 32),
    statement_sha256  bytea not null constraint signature_statement_is_sha256 check (length(statement_sha256) = 32),
    helper_id         uuid references person,
    witness_id        uuid references person,
    read_back         boolean not null default false,
    first_entry       uuid references paper_signature_entry,
    second_entry      uuid references paper_signature_entry,
    request_key       uuid not null constraint signature_key_is_used_once unique,
    leaf_id           uuid not null constraint signature_leaf_is_its_own unique,
    at                timestamptz not null,
    constraint signature_is_put_once unique (pact_id, text_no, household_id, person_id, round),
    constraint signature_binds_its_round foreign key (pact_id, text_no, text_sha256, profile_sha256, resolution)
        references signing_round (pact_id, text_no, text_sha256, profile_sha256, resolution),
    constraint signature_assisted_names_helper_and_witness
        check ((channel = 'assisted') = (helper_id is not null and witness_id is not null)),
    constraint signature_helper_and_witness_are_two check (helper_id <> witness_id),
    constraint signature_helper_is_not_the_signer check (helper_id <> person_id),
    constraint signature_witness_is_not_the_signer check (witness_id <> person_id),
    constraint signature_assisted_was_read_back check ((channel = 'assisted') = read_back),
    constraint signature_paper_was_read_by_two
        check ((channel = 'paper') = (first_entry is not null and second_entry is not null)),
    constraint signature_paper_readings_are_two check (first_entry <> second_entry)
);
create index signature_of_person on signature (person_id, pact_id);
comment on table signature is 'A person of a household put their name to one version of a pact; append-only';
comment on column signature.round is 'The how-many-th signature of this person for this household under this version; each after the first follows a withdrawal';
comment on column signature.pseudonym is 'Keyed HMAC of pact and person: the same signer in one pact, nobody outside it';
comment on column signature.evidence is 'What the channel left behind, as references and hashes; evidence_sha256 is of its canonical form';
comment on column signature.statement_sha256 is 'Hash of the canonical JSON of everything the signature binds';
comment on column signature.request_key is 'Made when the form is opened, so that sending it twice signs once';

create table signature_event (
    id               uuid primary key,
    signature_id     uuid not null references signature,
    pact_id          uuid not null,
    text_no          integer not null,
    household_id     uuid not null,
    person_id        uuid not null,
    kind             text not null constraint signature_event_kind_is_known check (kind in ('withdrawal', 'reaffirmation')),
    round            integer not null,
    withdraws        integer generated always as (case when kind = 'withdrawal' then round end) stored,
    effect           text constraint signature_event_effect_is_known check (effect in ('leaves_count', 'forward')),
    made_id          uuid references signature,
    statement_sha256 bytea not null constraint signature_event_statement_is_sha256 check (length(statement_sha256) = 32),
    leaf_id          uuid constraint signature_event_leaf_is_its_own unique,
    at               timestamptz not null,
    constraint signature_event_is_of_its_signature foreign key (pact_id, text_no, household_id, person_id, round)
        references signature (pact_id, text_no, household_id, person_id, round),
    constraint signature_is_withdrawn_once unique (pact_id, text_no, household_id, person_id, withdraws),
    constraint signature_event_withdrawal_has_an_effect check ((kind = 'withdrawal') = (effect is not null)),
    constraint signature_event_withdrawal_has_its_leaf check ((kind = 'withdrawal') = (leaf_id is not null)),
    constraint signature_event_reaffirmation_makes_one check ((kind = 'reaffirmation') = (made_id is not null))
);
create index signature_event_of on signature_event (signature_id);
create unique index signature_is_made_by_one_reaffirmation on signature_event (made_id) where made_id is not null;
comment on table signature_event is 'A signature taken back, or a later version signed by whoever had signed an earlier one; append-only';
comment on column signature_event.effect is 'leaves_count before the pact is in force; forward afterwards: the count stays, the signer is bound no more';

create table assisted_signature (
    id           uuid primary key,
    pact_id      uuid not null,
    text_no      integer not null,
    household_id uuid not null references household,
    person_id    uuid not null references person,
    helper_id    uuid not null references person,
    witness_id   uuid not null references person,
    by_code      boolean not null,
    request_key  uuid not null constraint assisted_key_is_used_once unique,
    asked_at     timestamptz not null,
    state        text not null default 'waiting'
        constraint assisted_state_is_known check (state in ('waiting', 'confirmed', 'refused', 'replaced')),
    answered_at  timestamptz,
    signature_id uuid references signature constraint assisted_makes_one_signature unique,
    constraint assisted_round_fkey foreign key (pact_id, text_no) references signing_round,
    constraint assisted_helper_and_witness_are_two check (helper_id <> witness_id),
    constraint assisted_helper_is_not_the_signer check (helper_id <> person_id),
    constraint assisted_witness_is_not_the_signer check (witness_id <> person_id),
    constraint assisted_waits_until_answered check ((state = 'waiting') = (answered_at is null)),
    constraint assisted_counts_when_witnessed check ((state = 'confirmed') = (signature_id is not null))
);
create unique index assisted_waits_once on assisted_signature (pact_id, text_no, household_id, person_id) where state = 'waiting';
create index assisted_witness on assisted_signature (witness_id, asked_at) where state = 'waiting';
comment on table assisted_signature is 'A signature somebody helped with: it is made when the witness has said for themselves that they were there';
comment on column assisted_signature.by_code is 'The witness is a neighbour, who may also give the code sent to their own phone';

-- Nobody signs the same version for the same household again unless the signature before was taken back.
alter table signature add constraint signature_follows_a_withdrawal foreign key (pact_id, text_no, household_id, person_id, before)
    references signature_event (pact_id, text_no, household_id, person_id, withdraws);

create view pact_household as
    select p.id as pact_id, p.kind, h.id as household_id, h.building_id, h.area_path, h.position, h.door_sealed
    from pact p
    join household h on h.active and h.area_path >= p.area_path and h.area_path < p.area_path || '/'
    where not exists (select from pact_building b where b.pact_id = p.id)
       or exists (select from pact_building b where b.pact_id = p.id and b.building_id = h.building_id);
comment on view pact_household is 'The households a pact is for: those of its area, or of the buildings chosen for a pledge';

create view pact_signer as
    select ph.pact_id, ph.household_id, ph.building_id, ph.area_path, ph.position, r.person_id, r.capacity as lives_as
    from pact_household ph
    join residence r on r.household_id = ph.household_id and r.adult
         and r.since <= (now() at time zone 'Asia/Shanghai')::date
         and (r.until is null or r.until > (now() at time zone 'Asia/Shanghai')::date)
    where ph.kind <> 'owners_covenant' or r.capacity = 'owner';
comment on view pact_signer is 'Who may sign a pact: the adults of its households, of an owners'' covenant the owners';

create view signature_counted as
    select s.*
    from signature s
    where not exists (select from signature_event e where e.signature_id = s.id and e.effect = 'leaves_count');
comment on view signature_counted is 'The signatures that count: those taken back before the pact was in force do not';

-- A one-time code is good for what it was sent for: one that signs in does not sign a pact.
alter table sign_in_code
    add column purpose text not null default 'sign_in'
        constraint sign_in_code_purpose_is_known check (purpose in ('sign_in', 'signature', 'witness')),
    add column subject uuid,
    add constraint sign_in_code_names_its_subject check ((purpose = 'sign_in') = (subject is null));
comment on column sign_in_code.subject is 'The pact a signature is confirmed for, or the assisted signature that is witnessed';

revoke delete, truncate on assisted_signature from gongzhi_app;
revoke update, delete, truncate on signing_round, paper_signature_entry, signature, signature_event from gongzhi_app;
-- A view that can be written through would write with its owner's rights.
revoke insert, update, delete, truncate on pact_household, pact_signer, signature_counted from gongzhi_app;
