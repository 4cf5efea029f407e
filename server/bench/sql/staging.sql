-- What src/seed.rs draws, before it is spread over the portal's tables.

drop schema if exists bench cascade;
create schema bench;

create unlogged table bench.town (root uuid, clerk uuid, handler uuid, manager uuid);
create unlogged table bench.grid (n integer primary key, id uuid, path text collate "C", street text);
create unlogged table bench.unit (n integer primary key, id uuid);
create unlogged table bench.person (n bigint primary key, id uuid);
create unlogged table bench.text (
    n        integer primary key,
    category text,
    sealed   bytea,
    public   text,
    terms    text[],
    search   tsvector
);
create unlogged table bench.fact (
    n          bigint,
    request_id uuid,
    order_id   uuid,
    content_id uuid,
    reply_id   uuid,
    photo_id   uuid,
    key        uuid,
    number     text,
    grid       integer,
    text       integer,
    reply_text integer,
    person     bigint,
    unit       integer,
    kind       text,
    state      text,
    private    boolean,
    listed     boolean,
    filed_at   timestamptz,
    changed_at timestamptz,
    due_at     timestamptz
);

-- The history of an order by the state it is in; `share` says when, between filing and the last change.
create unlogged table bench.step (state text, seq integer, move text, from_state text, to_state text, role text, share float8);
insert into bench.step
select s.state, m.seq, m.move, m.from_state, m.to_state, m.role, m.share
from (values ('received', 1), ('accepted', 2), ('dispatched', 3), ('handling', 5), ('reply_review', 6), ('replied', 7), ('closed', 8))
    as s (state, steps)
join (values
    (1, 'file', null, 'received', 'resident', 0.0),
    (2, 'accept', 'received', 'accepted', 'clerk', 0.1),
    (3, 'dispatch', 'accepted', 'dispatched', 'dispatcher', 0.2),
    (4, 'start_handling', 'dispatched', 'handling', 'handler', 0.4),
    (5, 'log_contact', 'handling', 'handling', 'handler', 0.5),
    (6, 'submit_reply', 'handling', 'reply_review', 'handler', 0.8),
    (7, 'approve_reply', 'reply_review', 'replied', 'unit_manager', 0.9),
    (8, 'close', 'replied', 'closed', 'resident', 1.0)
) as m (seq, move, from_state, to_state, role, share) on m.seq <= s.steps
union all values
    ('need_info', 1, 'file', null, 'received', 'resident', 0.0),
    ('need_info', 2, 'ask_info', 'received', 'need_info', 'clerk', 1.0),
    ('suspended', 1, 'file', null, 'received', 'resident', 0.0),
    ('suspended', 2, 'accept', 'received', 'accepted', 'clerk', 0.1),
    ('suspended', 3, 'dispatch', 'accepted', 'dispatched', 'dispatcher', 0.2),
    ('suspended', 4, 'start_handling', 'dispatched', 'handling', 'handler', 0.4),
    ('suspended', 5, 'ask_suspension', 'handling', 'handling', 'handler', 0.6),
    ('suspended', 6, 'grant_suspension', 'handling', 'suspended', 'dispatcher', 1.0),
    ('rejected', 1, 'file', null, 'received', 'resident', 0.0),
    ('rejected', 2, 'propose_rejection', 'received', 'received', 'clerk', 0.5),
    ('rejected', 3, 'confirm_rejection', 'received', 'rejected', 'unit_manager', 1.0),
    ('cancelled', 1, 'file', null, 'received', 'resident', 0.0),
    ('cancelled', 2, 'cancel', 'received', 'cancelled', 'resident', 1.0);

-- The ledger: the running clocks of open orders; of the others the total clock.
create unlogged table bench.tick (state text, seq integer, clock text, event text, share float8);
insert into bench.tick
select s.state, t.seq, t.clock, t.event, t.share
from (values ('received', 2), ('accepted', 4), ('dispatched', 7), ('handling', 7), ('reply_review', 7)) as s (state, ticks)
join (values
    (1, 'accept', 'start', 0.0),
    (2, 'total', 'start', 0.0),
    (3, 'accept', 'stop', 0.1),
    (4, 'dispatch', 'start', 0.1),
    (5, 'dispatch', 'stop', 0.2),
    (6, 'contact', 'start', 0.2),
    (7, 'handling', 'start', 0.2)
) as t (seq, clock, event, share) on t.seq <= s.ticks
union all
select s.state, t.seq, 'total', t.event, t.share
from (values ('need_info'), ('suspended'), ('replied'), ('closed'), ('rejected'), ('cancelled')) as s (state)
cross join (values (1, 'start', 0.0), (2, 'stop', 1.0)) as t (seq, event, share)
where t.event = 'start' or s.state not in ('need_info', 'suspended');
