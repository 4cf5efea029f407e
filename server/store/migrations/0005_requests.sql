-- Requests, work orders, their history and clocks (requests.md). A request belongs to one resident and keeps its
-- number for ever; a work order is one piece of handling for 1..n requests.

create table category (
    code              text primary key constraint category_code_is_a_word check (code ~ '^[a-z_]{2,32}$'),
    position          smallint not null,
    name_zh           text not null,
    name_en           text not null,
    words             text[] not null default '{}',
    urgency           text not null constraint category_urgency_is_known check (urgency in ('normal', 'urgent', 'emergency')),
    dispatch_minutes  integer not null,
    reply_minutes     integer not null,
    work_time         boolean not null,
    anonymous_allowed boolean not null,
    unit_id           uuid references unit,
    active            boolean not null default true,
    constraint category_limits_are_positive check (dispatch_minutes > 0 and reply_minutes > 0)
);
comment on column category.words is 'Words in a resident''s text that suggest this category';
comment on column category.work_time is 'Whether the reply limit counts work time only (8 hours a work day) or runs day and night';
comment on column category.unit_id is 'The unit that usually answers for the matter: a suggestion to the dispatcher';

create table number_sequence (
    day         date not null,
    street_code text not null,
    last        integer not null,
    primary key (day, street_code)
);
comment on table number_sequence is 'The last request number given out for a day and a street';

create table work_order (
    id             uuid primary key,
    state          text not null,
    version        integer not null default 1,
    category       text not null references category,
    urgency        text not null constraint work_order_urgency_is_known check (urgency in ('normal', 'urgent', 'emergency')),
    area_id        uuid not null references area,
    area_path      text collate "C" not null,
    root_area_id   uuid not null references area,
    lead_unit_id   uuid references unit,
    handler_id     uuid references person,
    round          smallint not null default 1 constraint work_order_round_is_positive check (round >= 1),
    supervise      smallint not null default 0 constraint work_order_supervise_has_three_levels check (supervise between 0 and 3),
    pending        text,
    opened_at      timestamptz not null,
    changed_at     timestamptz not null,
    due_at         timestamptz,
    closed_at      timestamptz,
    constraint work_order_state_is_known check (state in ('received', 'accepted', 'dispatched', 'handling', 'need_info', 'suspended',
        'reply_review', 'replied', 'closed', 'rejected', 'merged', 'cancelled')),
    constraint work_order_pending_is_known check (pending in ('rejection', 'return', 'extension', 'suspension', 'conclusion')),
    constraint work_order_at_work_has_a_lead_unit check (lead_unit_id is not null
        or state in ('received', 'accepted', 'need_info', 'rejected', 'cancelled', 'merged', 'replied', 'closed'))
);
create index work_order_by_area on work_order (state, area_path, due_at);
create index work_order_by_unit on work_order (lead_unit_id, state, due_at);
create index work_order_of_unit on work_order (lead_unit_id, id desc);
create index work_order_due on work_order (due_at) where state not in ('closed', 'rejected', 'merged', 'cancelled');
create index work_order_changed on work_order (state, changed_at);
comment on column work_order.due_at is 'When the running clock ends: a copy for lists, computed anew from the ledger by every move';
comment on column work_order.pending is 'What waits for a second person';

create table order_unit (
    order_id uuid not null references work_order,
    unit_id  uuid not null references unit,
    part     text not null constraint order_unit_part_is_known check (part in ('lead', 'co')),
    since    timestamptz not null,
    until    timestamptz,
    primary key (order_id, unit_id, since)
);
create unique index order_unit_one_lead on order_unit (order_id) where part = 'lead' and until is null;
create index order_unit_unit on order_unit (unit_id) where until is null;

create table request (
    id              uuid primary key,
    number          text not null constraint request_number_is_unique unique,
    code_hmac       bytea not null,
    key             uuid not null constraint request_key_is_used_once unique,
    key_owner       bytea not null,
    order_id        uuid not null references work_order,
    content_id      uuid not null constraint request_content_is_its_own unique references content,
    kind            text not null constraint request_kind_is_known check (kind in ('question', 'help', 'complaint', 'tip_off', 'suggestion', 'praise')),
    category        text not null references category,
    channel         text not null constraint request_channel_is_known check (channel in ('web', 'clerk', 'grid_worker', 'hotline', 'api', 'email')),
    visibility      text not null constraint request_visibility_is_known check (visibility in ('public', 'private')),
    person_id       uuid references person,
    anonymous       boolean not null,
    filed_by        uuid references person,
    accused_unit_id uuid references unit,
    area_id         uuid not null references area,
    area_path       text collate "C" not null,
    root_area_id    uuid not null references area,
    lat             double precision,
    lon             double precision,
    datum           text constraint request_datum_is_known check (datum in ('wgs84', 'gcj02')),
    public_lat      double precision,
    public_lon      double precision,
    place_sealed    bytea,
    public_place    text not null default '',
    listed          boolean not null default false,
    thumb_id        uuid references attachment,
    filed_at        timestamptz not null,
    constraint request_number_has_its_form check (number ~ '^[0-9]{8}-[A-Z0-9]{4}-[0-9]{4,6}-[A-Z0-9]$'),
    constraint request_tip_off_is_private check (kind <> 'tip_off' or visibility = 'private'),
    constraint request_private_is_not_listed check (visibility = 'public' or not listed),
    constraint request_has_someone_or_is_anonymous check (anonymous = (person_id is null)),
    constraint request_has_a_whole_point check ((lat is null) = (lon is null) and (lat is null) = (datum is null)
        and (lat is null) = (public_lat is null) and (lat is null) = (public_lon is null)),
    constraint request_point_is_on_earth check (lat between -90 and 90 and lon between -180 and 180)
);
create index request_order on request (order_id);
create index request_listed on request (filed_at desc, id desc) where listed;
create index request_listed_by_area on request (area_path, filed_at desc) where listed;
create index request_listed_by_category on request (category, filed_at desc, id desc) where listed;
create index request_person on request (person_id, filed_at desc) where person_id is not null;
comment on table request is 'What one resident asked (诉求); it keeps its number, its reply and its rating for ever';
comment on column request.code_hmac is 'HMAC of the query code with which someone without an account asks';
comment on column request.accused_unit_id is 'The unit that is complained about: it never moderates, and never reads a tip-off';
comment on column request.key is 'The idempotency key made when the form was opened';
comment on column request.key_owner is 'Hash of the form cookie that sent the key: only that browser is shown the receipt again';
comment on column request.listed is 'Public and past moderation; kept by the moderation use case';
comment on column request.public_lat is 'The point others see: snapped, never where the resident stood';
comment on column request.place_sealed is 'Where it is in the resident''s words (may be a home address), sealed';

create table request_grant (
    holder     bytea not null,
    request_id uuid not null references request,
    expires_at timestamptz not null,
    primary key (holder, request_id)
);
create index request_grant_expiry on request_grant (expires_at);
comment on table request_grant is 'A browser (hash of its form cookie) that proved number and query code, or filed the request';

create table reply (
    order_id        uuid not null references work_order,
    round           smallint not null,
    outcome         text not null constraint reply_outcome_is_known check (outcome in ('solved', 'partly', 'explained', 'unsolved', 'untrue')),
    content_id      uuid not null references content,
    internal_sealed bytea,
    submitted_by    uuid not null references person,
    submitted_at    timestamptz not null,
    approved_by     uuid references person,
    approved_at     timestamptz,
    primary key (order_id, round),
    constraint reply_is_approved_by_someone check ((approved_by is null) = (approved_at is null)),
    constraint reply_is_approved_by_another check (approved_by <> submitted_by)
);
comment on table reply is 'The answer of a round: written by the handler, approved by the unit''s manager (requests.md, States #14 to #16)';

create table rating (
    request_id uuid not null references request,
    round      smallint not null,
    by         text not null constraint rating_by_is_known check (by in ('resident', 'follow_up')),
    contacted  boolean,
    solved     text not null constraint rating_solved_is_known check (solved in ('yes', 'partly', 'no')),
    satisfied  smallint constraint rating_satisfied_is_one_to_five check (satisfied between 1 and 5),
    content_id uuid references content,
    rated_at   timestamptz not null,
    primary key (request_id, round)
);
comment on table rating is 'What the resident said afterwards: contacted? solved? satisfied? Once a round';

create table order_event (
    order_id        uuid not null references work_order,
    seq             integer not null,
    at              timestamptz not null,
    move            text not null,
    from_state      text,
    to_state        text not null,
    round           smallint not null,
    person_id       uuid references person,
    role            text not null,
    unit_id         uuid references unit,
    public_note     text not null default '',
    internal_sealed bytea,
    details         jsonb not null default '{}',
    primary key (order_id, seq)
);
comment on table order_event is 'The history of an order, append-only; what a resident reads is public_note and the move''s name';

create table clock_entry (
    order_id       uuid not null references work_order,
    seq            integer not null,
    clock          text not null constraint clock_entry_clock_is_known check (clock in ('accept', 'dispatch', 'contact', 'handling', 'total')),
    event          text not null constraint clock_entry_event_is_known check (event in ('start', 'start_halved', 'pause', 'resume', 'stop',
        'extend')),
    at             timestamptz not null,
    until          timestamptz,
    round          smallint not null,
    limit_minutes  integer,
    work_time      boolean not null,
    policy_version integer not null,
    primary key (order_id, seq),
    constraint clock_entry_extends_until check ((event = 'extend') = (until is not null))
);
comment on table clock_entry is 'The ledger of an order''s clocks, append-only; what is due is computed from it and the calendar';
