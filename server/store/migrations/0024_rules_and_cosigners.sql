-- Local rules: a version of a rule profile for an area and everything below it, written by one person and put in force by
-- another (pacts.md, Kinds and rules). And who cosigns the log: asked for and confirmed likewise, retired with its time.

alter table rule_profile
    add area_id      uuid references area,
    add area_path    text collate "C",
    add reason       text not null default '',
    add replaces     uuid references rule_profile,
    add confirmed_by uuid references person,
    add constraint rule_profile_area_has_its_path check ((area_id is null) = (area_path is null)),
    add constraint rule_profile_local_has_a_reason check (area_id is null or length(btrim(reason)) >= 4),
    add constraint rule_profile_local_is_confirmed_by_another check (area_id is null
        or (created_by is not null and confirmed_by is not null and replaces is not null and created_by <> confirmed_by));
create index rule_profile_of_area on rule_profile (kind, area_path, version);
comment on column rule_profile.version is 'Counts the versions of a kind, wherever they hold, so that one number names one text';
comment on column rule_profile.area_id is 'Where a local rule holds, with everything below; null: the law''s own, for everybody else';
comment on column rule_profile.replaces is 'The version that held there before';
comment on column rule_profile.created_by is 'Who wrote a local version';
comment on column rule_profile.confirmed_by is 'Who put it in force';

create table rule_draft (
    id         uuid primary key,
    kind       text not null constraint rule_draft_kind_is_known check (kind in ('resident_convention', 'village_rules', 'owners_covenant',
        'building_pledge')),
    area_id    uuid not null references area,
    area_path  text collate "C" not null,
    base_id    uuid not null references rule_profile,
    body       jsonb not null,
    law_zh     text not null,
    law_en     text not null,
    article    text not null,
    reason     text not null constraint rule_draft_has_a_reason check (length(btrim(reason)) >= 4),
    drafted_by uuid not null references person,
    drafted_at timestamptz not null,
    outcome    text constraint rule_draft_outcome_is_known check (outcome in ('in_force', 'dropped')),
    decided_by uuid references person,
    decided_at timestamptz,
    profile_id uuid references rule_profile,
    constraint rule_draft_is_decided_whole check ((outcome is null) = (decided_by is null) and (outcome is null) = (decided_at is null)
        and (outcome is not distinct from 'in_force') = (profile_id is not null)),
    constraint rule_draft_is_put_in_force_by_another check (outcome is distinct from 'in_force' or decided_by <> drafted_by)
);
create unique index rule_draft_waits_once on rule_draft (kind, area_id) where outcome is null;
create index rule_draft_waiting on rule_draft (area_path) where outcome is null;
comment on table rule_draft is 'A local version of the rules that waits for a second person; what became of it stays';
comment on column rule_draft.base_id is 'The version it was written from: put in force only while that one still holds there';

alter table log_cosigner
    add confirmed_by uuid references person,
    add constraint log_cosigner_is_confirmed_by_another check (confirmed_by <> registered_by);
comment on column log_cosigner.confirmed_by is 'The second person; null for those that were registered before two were asked';

create table cosigner_ask (
    id         uuid primary key,
    what       text not null constraint cosigner_ask_is_known check (what in ('register', 'retire')),
    verifier   text not null,
    reason     text not null default '',
    asked_by   uuid not null references person,
    asked_at   timestamptz not null,
    confirmed  boolean,
    decided_by uuid references person,
    decided_at timestamptz,
    constraint cosigner_ask_is_decided_whole check ((confirmed is null) = (decided_by is null) and (confirmed is null) = (decided_at is null)),
    constraint cosigner_ask_is_confirmed_by_another check (confirmed is distinct from true or decided_by <> asked_by),
    constraint cosigner_ask_to_retire_has_a_reason check (what <> 'retire' or length(btrim(reason)) >= 4)
);
create unique index cosigner_ask_waits_once on cosigner_ask (verifier) where confirmed is null;
comment on table cosigner_ask is 'That a key is to cosign, or no longer: asked by one person, confirmed or turned down by another';

create table log_cosigner_end (
    verifier     text primary key references log_cosigner,
    reason       text not null,
    asked_by     uuid not null references person,
    confirmed_by uuid not null references person,
    retired_at   timestamptz not null,
    constraint log_cosigner_is_retired_by_two check (confirmed_by <> asked_by)
);
comment on table log_cosigner_end is 'A cosigner that signs no more: it stays listed, and what it signed before still holds; append-only';

revoke update, delete, truncate on log_cosigner_end from gongzhi_app;
revoke delete, truncate on rule_draft, cosigner_ask from gongzhi_app;
