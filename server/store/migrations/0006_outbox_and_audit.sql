-- What is to be told, and what was done. Both are written in the transaction of the change.

create table outbox (
    id           uuid primary key,
    key          text not null constraint outbox_key_is_used_once unique,
    kind         text not null,
    way          text not null constraint outbox_way_is_known check (way in ('sms', 'portal')),
    person_id    uuid references person,
    to_sealed    bytea,
    body_sealed  bytea not null,
    created_at   timestamptz not null,
    try_after    timestamptz not null,
    tries        integer not null default 0,
    delivered_at timestamptz,
    given_up_at  timestamptz,
    last_error   text
);
create index outbox_waiting on outbox (try_after) where delivered_at is null and given_up_at is null;
create index outbox_person on outbox (person_id, created_at desc) where person_id is not null;
comment on table outbox is 'A message to someone; delivered at least once, with a key so that the receiver sees it once';
comment on column outbox.way is 'sms: through the gateway; portal: shown in the portal only';

create table audit_event (
    stream     text collate "C" not null,
    seq        bigint not null,
    at         timestamptz not null,
    person_id  uuid,
    acting_for uuid,
    role       text not null,
    action     text not null,
    subject    text not null,
    before     jsonb,
    after      jsonb,
    reason     text,
    client     text not null,
    prev_hash  bytea not null,
    hash       bytea not null,
    primary key (stream, seq),
    constraint audit_hash_is_sha256 check (length(hash) = 32 and length(prev_hash) = 32)
);
create index audit_event_person on audit_event (person_id, at desc);
create index audit_event_at on audit_event (at);
comment on table audit_event is 'Who did what, insert-only; each row carries the hash of the one before in its stream';
comment on column audit_event.client is 'Where from: a keyed hash of the address, so that equal addresses can be seen and none read';

create table audit_head (
    stream text collate "C" primary key,
    seq    bigint not null,
    hash   bytea not null
);
comment on table audit_head is 'The last row of each stream: the lock under which the next one is written';

create table audit_anchor (
    day       date primary key,
    streams   bigint not null,
    hash      bytea not null,
    anchored_at timestamptz not null
);
comment on table audit_anchor is 'A digest of all stream heads at the end of a day, so that a stream cannot vanish unnoticed';

create table setting (
    key   text primary key,
    value jsonb not null
);

-- Append-only tables: the serving role may add, never change or remove.
revoke update, delete, truncate on order_event, clock_entry, audit_event, audit_anchor from gongzhi_app;
