-- Who lives where, and the pacts that neighbours make (people-and-places.md, Areas and Signing in; pacts.md, Stages).
-- A pact is an ordered list of clauses with stable ids; a published version is never changed.

create table building (
    id          uuid primary key,
    area_id     uuid not null references area,
    area_path   text collate "C" not null,
    compound_zh text not null default '',
    compound_en text not null default '',
    name_zh     text not null,
    name_en     text not null,
    constraint building_name_is_unique unique (area_id, compound_zh, name_zh)
);
create index building_by_area on building (area_path);
comment on table building is 'A building of a compound; it lies in one grid, the compound may span several';

create table household (
    id          uuid primary key,
    building_id uuid not null references building,
    area_path   text collate "C" not null,
    position    integer not null,
    door_sealed bytea not null,
    area_cm2    bigint,
    active      boolean not null default true,
    constraint household_position_is_taken_once unique (building_id, position),
    constraint household_area_is_positive check (area_cm2 > 0)
);
create index household_by_area on household (area_path) where active;
comment on table household is 'A door behind which people live: the unit that is visited, votes and signs';
comment on column household.position is 'Its place in the building''s list, by which it can be sorted without its door being read';
comment on column household.door_sealed is 'Stairway and door number, sealed: an exact home address';
comment on column household.area_cm2 is 'Floor area by the property register, in square centimetres';

create table residence (
    id           uuid primary key,
    person_id    uuid not null references person,
    household_id uuid not null references household,
    capacity     text not null constraint residence_capacity_is_known check (capacity in ('resident', 'villager', 'owner', 'tenant')),
    verified     text not null constraint residence_verification_is_known check (verified in ('posted_code', 'document_seen', 'imported_roll',
        'neighbour_and_clerk')),
    verified_by  uuid references person,
    adult        boolean not null default true,
    since        date not null,
    until        date,
    constraint residence_ends_after_it_begins check (until > since)
);
create unique index residence_is_held_once on residence (person_id, household_id, capacity) where until is null;
create index residence_household on residence (household_id) where until is null;
comment on table residence is 'A person lives in or owns a household: what makes them eligible, separate from who they are';

create table rule_profile (
    id         uuid primary key,
    kind       text not null constraint rule_profile_kind_is_known check (kind in ('resident_convention', 'village_rules', 'owners_covenant',
        'building_pledge')),
    version    integer not null,
    body       jsonb not null,
    sha256     bytea not null constraint rule_profile_hash_is_sha256 check (length(sha256) = 32),
    created_by uuid references person,
    created_at timestamptz not null,
    constraint rule_profile_version_is_unique unique (kind, version)
);
comment on table rule_profile is 'The law''s numbers with their articles, as data; a local rule is a new version, never a change';

create table pact_sequence (
    area_code text not null,
    year      smallint not null,
    last      integer not null,
    primary key (area_code, year)
);

create table pact (
    id               uuid primary key,
    number           text not null constraint pact_number_is_unique unique,
    kind             text not null constraint pact_kind_is_known check (kind in ('resident_convention', 'village_rules', 'owners_covenant',
        'building_pledge')),
    stage            text not null default 'up1',
    version          integer not null default 1,
    area_id          uuid not null references area,
    area_path        text collate "C" not null,
    unit_id          uuid not null references unit,
    profile_id       uuid not null references rule_profile,
    secrecy          text not null constraint pact_secrecy_is_known check (secrecy in ('open', 'secret')),
    title_zh         text not null,
    title_en         text not null,
    purpose_zh       text not null default '',
    purpose_en       text not null default '',
    text_no          integer,
    supersedes       uuid references pact,
    opened_by        uuid not null references person,
    opened_at        timestamptz not null,
    stage_since      timestamptz not null,
    changed_at       timestamptz not null,
    paused_at        timestamptz,
    paused_for       interval not null default '0',
    in_force_on      date,
    review_on        date,
    ending           text,
    constraint pact_number_has_its_form check (number ~ '^[A-Z0-9]{1,16}-[0-9]{4}-[0-9]{2,4}$'),
    constraint pact_stage_is_known check (stage in ('up1', 'down1', 'up2', 'down2', 'up3', 'notice', 'down3', 'result', 'sign', 'publish',
        'in_force', 'ended')),
    constraint pact_ending_is_known check (ending in ('superseded', 'expired', 'correction_ordered', 'annulled')),
    constraint pact_ends_for_a_reason check ((stage = 'ended') = (ending is not null)),
    constraint pact_consulted_on_has_a_text check (stage = 'up1' or text_no is not null),
    constraint pact_in_force_has_its_day check (stage <> 'in_force' or (in_force_on is not null and review_on is not null)),
    constraint pact_paused_is_open check (paused_at is null or stage not in ('in_force', 'ended'))
);
create index pact_by_area on pact (area_path, changed_at desc);
create index pact_listed on pact (changed_at desc, id desc);
comment on table pact is 'A text agreed by three rounds up and down (公约): its kind, its stage and the rules frozen for it';
comment on column pact.version is 'Counts the moves, so that two people cannot move it from the same stage unknowingly';
comment on column pact.text_no is 'The version of the text that counts now';
comment on column pact.stage_since is 'When the stage, or its restarted window, began';
comment on column pact.paused_at is 'Since when a grounded legal objection stops the clock';
comment on column pact.paused_for is 'How long the clock of the present stage has stood still before';
comment on column pact.unit_id is 'The committee whose pact it is';

create table pact_office (
    pact_id      uuid not null references pact,
    person_id    uuid not null references person,
    office       text not null constraint pact_office_is_known check (office in ('branch', 'committee', 'drafter', 'chair', 'teller', 'supervision',
        'street')),
    appointed_by uuid not null references person,
    since        timestamptz not null,
    until        timestamptz,
    primary key (pact_id, person_id, since),
    constraint pact_office_ends_after_it_begins check (until > since)
);
create unique index pact_office_one_a_person on pact_office (pact_id, person_id) where until is null;
comment on table pact_office is 'Who acts as what in one pact; nobody holds two offices, so that two signatures are two people';

create table pact_draft (
    pact_id    uuid primary key references pact,
    clauses    jsonb not null,
    version    integer not null default 1,
    changed_by uuid not null references person,
    changed_at timestamptz not null
);
comment on table pact_draft is 'The text being written: [{"id", "text", "english"}]; the only text that changes';

create table pact_version (
    pact_id      uuid not null references pact,
    no           integer not null constraint pact_version_counts_from_one check (no >= 1),
    title_zh     text not null,
    text_sha256  bytea not null constraint pact_version_hash_is_sha256 check (length(text_sha256) = 32),
    note_zh      text not null default '',
    note_en      text not null default '',
    published_by uuid not null references person,
    published_at timestamptz not null,
    primary key (pact_id, no)
);
comment on table pact_version is 'A published version of the text; append-only';

create table pact_clause (
    pact_id    uuid not null,
    version_no integer not null,
    clause_id  uuid not null,
    position   integer not null constraint pact_clause_counts_from_one check (position >= 1),
    text       text not null constraint pact_clause_has_words check (text <> ''),
    english    text not null default '',
    primary key (pact_id, version_no, clause_id),
    constraint pact_clause_position_is_taken_once unique (pact_id, version_no, position),
    constraint pact_clause_version_fkey foreign key (pact_id, version_no) references pact_version
);
comment on table pact_clause is 'A clause of a version; its id stays when its words or its place change; append-only';
comment on column pact_clause.english is 'A translation to read; the Chinese text binds';

create table pact_move (
    pact_id     uuid not null references pact,
    seq         integer not null,
    at          timestamptz not null,
    move        text not null,
    from_stage  text,
    to_stage    text not null,
    text_no     integer,
    people      jsonb not null,
    public_note text not null default '',
    details     jsonb not null default '{}',
    leaf_id     uuid,
    primary key (pact_id, seq)
);
comment on table pact_move is 'The history of a pact, append-only';
comment on column pact_move.people is 'Who assented as what: [{"person", "office"}]';

create table pact_assent (
    pact_id      uuid not null references pact,
    pact_version integer not null,
    move         text not null,
    person_id    uuid not null references person,
    office       text not null,
    note         text not null default '',
    at           timestamptz not null,
    primary key (pact_id, pact_version, move, person_id)
);
comment on table pact_assent is 'One person''s yes to a move that needs several; it counts for the version of the pact it was given at';

create table pact_evidence (
    id            uuid primary key,
    pact_id       uuid not null references pact,
    kind          text not null constraint pact_evidence_kind_is_known check (kind in ('party_study', 'topics', 'legal_review', 'womens_rights_check',
        'agenda', 'short_notice', 'posting_day_1', 'posting_day_15', 'filing_receipt', 'law_objection', 'law_objection_answer',
        'correction_order', 'result_objection', 'result_objection_answer')),
    stage         text not null,
    text_no       integer,
    note          text not null,
    day           date not null,
    attachment_id uuid references attachment,
    answers       uuid references pact_evidence,
    recorded_by   uuid references person,
    recorded_at   timestamptz not null
);
create index pact_evidence_of on pact_evidence (pact_id, kind);
create unique index pact_evidence_is_answered_once on pact_evidence (answers) where answers is not null;
comment on table pact_evidence is 'What a stage needs before it can be left: minutes, reviews, postings, receipts, objections and their answers; append-only';

revoke update, delete, truncate on rule_profile, pact_version, pact_clause, pact_move, pact_assent, pact_evidence from gongzhi_app;

alter table content drop constraint content_kind_is_known;
alter table content add constraint content_kind_is_known check (kind in ('request', 'rating', 'reply', 'opinion', 'topic', 'comment', 'nomination'));
