-- How a pact reaches every door, where it is talked about in person, and rooms for what ends in a decision instead
-- (pacts.md, Stages and "Text and opinions").

alter table residence add note_sealed bytea;
comment on column residence.note_sealed is 'What was seen, or who vouched, sealed';

create table residence_ask (
    person_id  uuid primary key references person,
    area_id    uuid not null references area,
    area_path  text collate "C" not null,
    where_sealed bytea not null,
    asked_at   timestamptz not null
);
create index residence_ask_by_area on residence_ask (area_path, asked_at);
comment on table residence_ask is 'Somebody says where they live and asks the window to confirm it; gone when it is answered';
comment on column residence_ask.where_sealed is 'The address in their words, sealed';

create table delivery_round (
    id        uuid primary key,
    pact_id   uuid not null references pact,
    stage     text not null constraint delivery_round_stage_is_known check (stage in ('down1', 'notice')),
    text_no   integer not null,
    seq       integer not null constraint delivery_round_counts_from_one check (seq >= 1),
    opened_at timestamptz not null,
    constraint delivery_round_is_opened_once unique (pact_id, seq)
);
comment on table delivery_round is 'A text on its way to every household of the pact''s area; the last one counts';

create table delivery_event (
    round_id     uuid not null references delivery_round,
    household_id uuid not null references household,
    seq          integer not null,
    way          text not null constraint delivery_way_is_known check (way in ('push', 'door', 'post')),
    outcome      text not null constraint delivery_outcome_is_known check (outcome in ('sent', 'handed_over', 'nobody_home', 'refused',
        'posted', 'undone')),
    pushed       boolean not null,
    door         text constraint delivery_door_is_known check (door in ('handed_over', 'nobody_home', 'refused')),
    posted       boolean not null,
    reached      boolean not null,
    person_id    uuid references person,
    at           timestamptz not null,
    primary key (round_id, household_id, seq)
);
comment on table delivery_event is 'What was done to bring a text to a door, append-only; the last event says how it stands';
comment on column delivery_event.seq is 'Counts the events of a door in a round: of two people at one door the second is told';
comment on column delivery_event.reached is 'Whether the household has the text now, handed over or posted; a message says so itself';

create table delivery_push (
    round_id     uuid not null references delivery_round,
    household_id uuid not null references household,
    key          text not null,
    primary key (round_id, household_id, key)
);
comment on table delivery_push is 'Which messages of a round went to a household; it has the text once one of them was delivered';
comment on column delivery_push.key is 'Of the message in the outbox';

create view delivery_arrived as
    select distinct p.round_id, p.household_id from delivery_push p join outbox o on o.key = p.key where o.delivered_at is not null;
comment on view delivery_arrived is 'Households to which a message of a round was delivered: sent is not delivered';

create table room (
    id           uuid primary key,
    state        text not null constraint room_state_is_known check (state in ('proposed', 'declined', 'open', 'decided', 'closed')),
    version      integer not null default 1,
    area_id      uuid not null references area,
    area_path    text collate "C" not null,
    content_id   uuid not null constraint room_topic_is_its_own unique references content,
    proposed_by  uuid not null references person,
    proposed_at  timestamptz not null,
    title_zh     text not null default '',
    title_en     text not null default '',
    opened_by    uuid references person,
    opened_at    timestamptz,
    reason       text not null default '',
    decision     text not null default '',
    grounds      text not null default '',
    carried_by   text not null default '',
    due_on       date,
    decided_by   uuid references person,
    decided_at   timestamptz,
    result       text not null default '',
    closed_at    timestamptz,
    changed_at   timestamptz not null,
    constraint room_declined_has_a_reason check (state <> 'declined' or reason <> ''),
    constraint room_open_has_a_title check (state in ('proposed', 'declined') or title_zh <> ''),
    constraint room_decided_says_who_and_when check (state not in ('decided', 'closed')
        or (decision <> '' and grounds <> '' and carried_by <> '' and due_on is not null)),
    constraint room_closed_has_its_result check (state <> 'closed' or result <> '')
);
create index room_by_area on room (area_path, changed_at desc);
create index room_listed on room (changed_at desc, id desc);
comment on table room is 'A deliberation room 有事好商量: a topic that ends in a decision';
comment on column room.content_id is 'The topic as it was proposed, moderated; its first line is its title';

create table room_post (
    id         uuid primary key,
    room_id    uuid not null references room,
    content_id uuid not null constraint room_post_is_its_own unique references content,
    person_id  uuid not null references person,
    at         timestamptz not null
);
create index room_post_of on room_post (room_id, at);
comment on table room_post is 'What a resident said in a room; shown once it was looked at';

create table meeting (
    id           uuid primary key,
    pact_id      uuid references pact,
    room_id      uuid references room,
    kind         text not null constraint meeting_kind_is_known check (kind in ('party_members', 'representatives', 'residents', 'joint', 'room')),
    state        text not null default 'planned' constraint meeting_state_is_known check (state in ('planned', 'open', 'closed', 'cancelled')),
    version      integer not null default 1,
    area_id      uuid not null references area,
    area_path    text collate "C" not null,
    planned_at   timestamptz not null,
    place        text not null,
    agenda       text not null,
    expected     integer not null default 0 constraint meeting_expected_is_not_negative check (expected >= 0),
    opened_at    timestamptz,
    ended_at     timestamptz,
    present      integer,
    entitled     integer,
    closed_at    timestamptz,
    minutes      text not null default '',
    decisions    text not null default '',
    planned_by   uuid not null references person,
    created_at   timestamptz not null,
    constraint meeting_is_about_one_thing check ((pact_id is null) <> (room_id is null)),
    constraint meeting_of_a_room_is_its_kind check ((kind = 'room') = (room_id is not null)),
    constraint meeting_closed_has_minutes check (state <> 'closed' or (minutes <> '' and opened_at is not null and closed_at is not null)),
    constraint meeting_ends_after_it_begins check (ended_at >= opened_at),
    constraint meeting_over_has_its_numbers check ((ended_at is null) = (present is null) and (ended_at is null) = (entitled is null)),
    constraint meeting_numbers_are_not_negative check (present >= 0 and entitled >= 0)
);
create index meeting_of_pact on meeting (pact_id, planned_at);
create index meeting_of_room on meeting (room_id, planned_at);
create index meeting_running on meeting (opened_at) where state = 'open' and ended_at is null;
comment on table meeting is 'People in one place about a pact or a room: planned, open while it lasts, closed when its minutes are signed by two';
comment on column meeting.expected is 'How many are entitled to come: what a share of those present is a share of';
comment on column meeting.ended_at is 'When it was over: nobody is counted as present afterwards';
comment on column meeting.present is 'How many had come who count, as it was when the meeting was over';
comment on column meeting.entitled is 'How many were entitled to come, likewise: the larger of those expected and those invited';

create table meeting_person (
    id          uuid primary key,
    meeting_id  uuid not null references meeting,
    person_id   uuid references person,
    name_sealed bytea,
    name_index  bytea,
    capacity    text not null constraint meeting_capacity_is_known check (capacity in ('party_member', 'representative', 'resident', 'guest')),
    invited_at  timestamptz,
    came_at     timestamptz,
    way         text constraint meeting_way_is_known check (way in ('code', 'door')),
    ticked_by   uuid references person,
    constraint meeting_person_is_somebody check (person_id is not null or (name_sealed is not null and name_index is not null)),
    constraint meeting_person_came_somehow check ((came_at is null) = (way is null)),
    constraint meeting_person_is_ticked_by_somebody check (way is distinct from 'door' or ticked_by is not null)
);
create unique index meeting_person_comes_once on meeting_person (meeting_id, person_id) where person_id is not null;
create unique index meeting_name_comes_once on meeting_person (meeting_id, name_index) where name_index is not null;
comment on table meeting_person is 'Who was invited and who came, each in person; by the code of the moment or ticked at the door';
comment on column meeting_person.name_index is 'Keyed, so that a name ticked twice at the door is noticed';

create table meeting_sign (
    meeting_id uuid not null references meeting,
    part       text not null constraint meeting_sign_part_is_known check (part in ('keeper', 'chair')),
    person_id  uuid not null references person,
    sha256     bytea not null constraint meeting_sign_hash_is_sha256 check (length(sha256) = 32),
    at         timestamptz not null,
    primary key (meeting_id, part),
    constraint meeting_is_signed_by_two unique (meeting_id, person_id)
);
comment on table meeting_sign is 'Keeper and chair under the same minutes; a changed text asks both again';

create table amendment (
    id         uuid primary key,
    meeting_id uuid not null references meeting,
    position   integer not null,
    clause_id  uuid,
    text       text not null,
    english    text not null default '',
    moved_by   text not null default '',
    present    integer,
    in_favour  integer,
    against    integer,
    abstained  integer,
    adopted    boolean,
    fewer      text not null default '',
    counted_by uuid references person,
    counted_at timestamptz,
    constraint amendment_position_is_taken_once unique (meeting_id, position),
    constraint amendment_is_counted_whole check ((present is null) = (adopted is null) and (present is null) = (in_favour is null)
        and (present is null) = (against is null) and (present is null) = (abstained is null) and (present is null) = (counted_at is null)),
    constraint amendment_counts_are_not_negative check (in_favour >= 0 and against >= 0 and abstained >= 0),
    constraint amendment_counts_fit_those_present check (in_favour + against + abstained <= present),
    constraint amendment_is_adopted_by_more_than_half check (adopted = (2 * in_favour > present))
);
comment on table amendment is 'Another wording moved at a meeting and voted on the spot';
comment on column amendment.fewer is 'Why fewer were counted as present than had come';
comment on column amendment.clause_id is 'The clause it changes; empty for a new one. An empty text takes the clause out';

revoke update, delete, truncate on delivery_round, delivery_event, delivery_push from gongzhi_app;
