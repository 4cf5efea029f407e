-- Everything residents write passes one queue before it is public (people-and-places.md, Moderation).

create table content (
    id              uuid primary key,
    kind            text not null constraint content_kind_is_known check (kind in ('request', 'rating', 'reply')),
    area_id         uuid not null references area,
    area_path       text collate "C" not null,
    author_id       uuid references person,
    original_sealed bytea not null,
    public_text     text not null,
    state           text not null constraint content_state_is_known check (state in ('waiting', 'published', 'hidden', 'spam')),
    reasons         text[] not null default '{}',
    hide_reason     text,
    note_to_author  text,
    version         integer not null default 1,
    created_at      timestamptz not null,
    decided_at      timestamptz,
    decided_by      uuid references person,
    search          tsvector not null default ''::tsvector,
    constraint content_is_hidden_for_a_reason check ((state = 'hidden') = (hide_reason is not null)),
    constraint content_waits_until_decided check ((state = 'waiting') = (decided_at is null))
);
create index content_queue on content (created_at, id) where state = 'waiting';
create index content_queue_by_area on content (area_path, created_at) where state = 'waiting';
create index content_search on content using gin (search);
comment on column content.original_sealed is 'What the author wrote, sealed; never changed';
comment on column content.public_text is 'The copy others may see: private numbers masked, perhaps edited by a moderator';
comment on column content.search is 'Bigrams of the public copy only';

create table sensitive_word (
    word text primary key
);
comment on table sensitive_word is 'Words that make a text wait with a hint to the moderator';

create table attachment (
    id         uuid primary key,
    content_id uuid references content,
    phase      text not null default 'before' constraint attachment_phase_is_known check (phase in ('before', 'after')),
    position   smallint not null default 0 constraint attachment_at_most_nine check (position between 0 and 8),
    staged_by  bytea,
    state      text not null constraint attachment_state_is_known check (state in ('staged', 'shown', 'off')),
    width      integer not null,
    height     integer not null,
    bytes      integer not null,
    sha256     bytea not null,
    created_at timestamptz not null,
    constraint attachment_belongs_or_is_staged check ((state = 'staged') = (content_id is null))
);
create unique index attachment_position_is_taken_once on attachment (content_id, phase, position) where content_id is not null;
create index attachment_staged on attachment (created_at) where state = 'staged';
comment on table attachment is 'A photo: re-encoded, without EXIF; its files, photos/{sha256}/1600.jpg and 320.jpg, are named by what they show and sealed';
comment on column attachment.staged_by is 'Hash of the form cookie that uploaded it; only that browser may attach it';
