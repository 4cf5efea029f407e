-- People, what they may, and how they sign in. Phone numbers and private names are sealed by the
-- application; the blind index (a keyed HMAC) serves equality only (people-and-places.md, Privacy).

create table person (
    id           uuid primary key,
    phone_sealed bytea,
    phone_index  bytea constraint person_phone_is_unique unique,
    name_sealed  bytea,
    home_area_id uuid references area,
    lang         text not null default 'zh-CN' constraint person_lang_is_known check (lang in ('zh-CN', 'en')),
    created_at   timestamptz not null,
    constraint person_phone_has_its_index check ((phone_sealed is null) = (phone_index is null))
);
comment on table person is 'A resident or a member of staff';

create table staff_account (
    person_id       uuid primary key references person,
    sign_in_name    text not null constraint staff_sign_in_name_is_unique unique,
    display_name_zh text not null,
    display_name_en text not null,
    password_hash   text not null,
    totp_sealed     bytea not null,
    totp_last_step  bigint not null default 0,
    active          boolean not null default true
);
comment on column staff_account.display_name_zh is 'The name under which an officer acts; it is official, not private';
comment on column staff_account.totp_last_step is 'The time step of the last code accepted, so that a code works once';

create table membership (
    id        uuid primary key,
    person_id uuid not null references person,
    unit_id   uuid not null references unit,
    role      text not null,
    area_id   uuid not null references area,
    since     date not null,
    until     date,
    constraint membership_role_is_known check (role in ('volunteer_coordinator', 'grid_head', 'adviser', 'grid_worker',
        'neighbour_head', 'clerk', 'dispatcher', 'handler', 'unit_manager', 'follow_up_officer', 'supervisor', 'pact_officer',
        'auditor', 'administrator')),
    constraint membership_ends_after_it_begins check (until > since)
);
create unique index membership_is_held_once on membership (person_id, unit_id, role, area_id) where until is null;
create index membership_unit on membership (unit_id);
create index membership_area on membership (area_id);
comment on table membership is 'A person''s role in a unit, within the subtree of an area';

create table session (
    id           uuid primary key,
    token_hash   bytea not null constraint session_token_is_unique unique,
    person_id    uuid not null references person,
    kind         text not null constraint session_kind_is_known check (kind in ('resident', 'staff')),
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null,
    ended_at     timestamptz,
    client       text not null,
    agent        text not null
);
create index session_person on session (person_id) where ended_at is null;
create index session_expiry on session (expires_at);
comment on column session.token_hash is 'SHA-256 of the 256-bit token in the cookie; the token itself is not stored';

create table sign_in_code (
    id          uuid primary key,
    phone_index bytea not null,
    code_hash   bytea not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    tries_left  smallint not null constraint sign_in_code_has_five_tries check (tries_left between 0 and 5),
    used_at     timestamptz
);
create index sign_in_code_phone on sign_in_code (phone_index, created_at desc);
create index sign_in_code_expiry on sign_in_code (expires_at);

create table rate_window (
    bucket     text not null,
    started_at timestamptz not null,
    hits       integer not null,
    primary key (bucket, started_at)
);
create index rate_window_started on rate_window (started_at);
comment on table rate_window is 'How often something was tried in a window of time; bucket names are hashed where they hold an address or a number';

create table flash (
    key        bytea primary key,
    sealed     bytea not null,
    expires_at timestamptz not null
);
create index flash_expiry on flash (expires_at);
comment on table flash is 'What a person typed into a form that was refused, sealed, for 15 minutes';
