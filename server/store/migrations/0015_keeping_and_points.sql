-- How a pact is kept and what is given for helping (pacts.md, Keeping and points): the points ledger, rewards and their
-- counter, reports of a broken clause with their panel, good neighbours. Points are never given for voting, signing, an
-- opinion or a report, are never taken as a fine and rank nobody.

create table tariff (
    id             uuid primary key,
    area_id        uuid not null references area,
    area_path      text collate "C" not null,
    version        integer not null constraint tariff_counts_from_one check (version >= 1),
    decision       text,
    effective_on   date,
    expires_months smallint constraint tariff_points_last_a_year check (expires_months between 12 and 120),
    drafted_by     uuid not null references person,
    drafted_at     timestamptz not null,
    passed_by      uuid references person,
    passed_at      timestamptz,
    constraint tariff_version_is_unique unique (area_id, version),
    constraint tariff_takes_effect_by_a_decision check ((effective_on is null) = (decision is null)
        and (effective_on is null) = (passed_at is null) and (effective_on is null) = (passed_by is null)),
    constraint tariff_is_put_in_force_by_another check (passed_by <> drafted_by)
);
create unique index tariff_is_drafted_once on tariff (area_id) where effective_on is null;
create index tariff_by_area on tariff (area_path, effective_on desc);
comment on table tariff is 'What points are given for in an area, as versions; each takes effect by a vote of its own';
comment on column tariff.decision is 'The pact, resolution or decision of a deliberation room by which it was passed';
comment on column tariff.expires_months is 'After how many months points that were not used go; null means never';

create table tariff_item (
    id          uuid primary key,
    tariff_id   uuid not null references tariff,
    code        text not null constraint tariff_item_code_is_a_word check (code ~ '^[a-z0-9_]{1,40}$'),
    position    smallint not null,
    name_zh     text not null constraint tariff_item_has_a_name check (name_zh <> ''),
    name_en     text not null,
    source      text not null,
    goes_to     text not null constraint tariff_item_goes_to_is_known check (goes_to in ('person', 'household')),
    points      integer not null constraint tariff_item_points_are_positive check (points between 1 and 1000),
    cap         integer not null,
    period      text not null constraint tariff_item_period_is_known check (period in ('week', 'month', 'year')),
    evidence_zh text not null,
    evidence_en text not null,
    checks_zh   text not null,
    checks_en   text not null,
    constraint tariff_item_code_is_used_once unique (tariff_id, code),
    constraint tariff_item_cap_holds_one check (cap >= points),
    constraint points_are_never_for_taking_part check (source not in ('voting', 'signing', 'opinion', 'report')),
    constraint tariff_item_source_is_known check (source in ('volunteering', 'mutual_help', 'shared_space', 'mediation', 'culture',
        'safety', 'learning'))
);
comment on column tariff_item.code is 'Stays when the item stands in the next version: the cap counts by it';
comment on column tariff_item.cap is 'The most points of this item in one period';
comment on column tariff_item.goes_to is 'Whether the person or their household is credited';

create function tariff_in_force_stays() returns trigger
language plpgsql
as $$
begin
    if exists (select from tariff t where t.id in (old.tariff_id, new.tariff_id) and t.effective_on is not null) then
        raise exception 'a tariff that was passed is not changed' using errcode = '23514', constraint = 'tariff_in_force_stays';
    end if;
    return coalesce(new, old);
end
$$;
create trigger tariff_item_stays before insert or update or delete on tariff_item
    for each row execute function tariff_in_force_stays();

create function tariff_passed_stays() returns trigger
language plpgsql
as $$
begin
    raise exception 'a tariff that was passed is not changed' using errcode = '23514', constraint = 'tariff_passed_stays';
end
$$;
create trigger tariff_passed_stays before update or delete on tariff
    for each row when (old.effective_on is not null) execute function tariff_passed_stays();

create table points_account (
    id           uuid primary key,
    kind         text not null constraint points_account_kind_is_known check (kind in ('person', 'household', 'issued', 'reserved',
        'redeemed', 'expired')),
    person_id    uuid references person constraint points_account_is_one_a_person unique,
    household_id uuid references household constraint points_account_is_one_a_household unique,
    balance      bigint not null default 0,
    constraint points_account_has_its_holder check ((kind = 'person') = (person_id is not null)
        and (kind = 'household') = (household_id is not null)),
    constraint points_balance_is_never_negative check (balance >= 0)
);
create unique index points_account_of_the_scheme_is_one on points_account (kind) where kind not in ('person', 'household');
comment on column points_account.balance is 'The sum of its postings, kept by a trigger for people and households; the four of the scheme are summed when asked, so that nobody queues for them';
insert into points_account (id, kind) values
    ('00000000-0000-4000-8000-000000000001', 'issued'),
    ('00000000-0000-4000-8000-000000000002', 'reserved'),
    ('00000000-0000-4000-8000-000000000003', 'redeemed'),
    ('00000000-0000-4000-8000-000000000004', 'expired');

create table points_entry (
    id           uuid primary key,
    key          text not null constraint points_entry_key_is_used_once unique,
    kind         text not null constraint points_entry_kind_is_known check (kind in ('credit', 'reserve', 'release', 'redeem', 'expire',
        'reversal')),
    item_id      uuid references tariff_item,
    source_event text not null,
    person_id    uuid references person,
    household_id uuid references household,
    maker        uuid references person,
    checker      uuid references person,
    reversal_of  uuid references points_entry constraint points_entry_is_reversed_once unique,
    at           timestamptz not null,
    day          date not null,
    constraint points_entry_is_checked_by_another check (checker <> maker),
    constraint points_entry_is_made_and_checked check (kind not in ('credit', 'reversal') or (maker is not null and checker is not null)),
    constraint points_credit_is_not_ones_own check (kind <> 'credit' or (person_id is not null and person_id is distinct from maker
        and person_id is distinct from checker)),
    constraint points_credit_follows_the_tariff check ((kind = 'credit') = (item_id is not null)),
    constraint points_reversal_names_its_entry check ((kind = 'reversal') = (reversal_of is not null))
);
create index points_entry_person on points_entry (person_id, at desc);
create index points_entry_household on points_entry (household_id, at desc) where household_id is not null;
create index points_entry_credited on points_entry (at) where kind = 'credit';
comment on table points_entry is 'One booking of points; append-only, a mistake is mended by a reversal';
comment on column points_entry.person_id is 'For whom it is booked; for a household''s points, who did it';
comment on column points_entry.source_event is 'What it was booked for: proposal:…, reservation:…, expiry:…';

create table points_posting (
    entry_id   uuid not null references points_entry,
    account_id uuid not null references points_account,
    amount     bigint not null constraint points_posting_moves_something check (amount <> 0),
    primary key (entry_id, account_id)
);
create index points_posting_account on points_posting (account_id, entry_id);

create function points_entry_sums_to_zero() returns trigger
language plpgsql
as $$
declare
    entry uuid := case tg_table_name when 'points_entry' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'entry_id')::uuid end;
    total bigint;
    lines bigint;
begin
    select coalesce(sum(amount), 0), count(*) into total, lines from points_posting where entry_id = entry;
    if total <> 0 or lines < 2 then
        raise exception 'entry % sums to % over % postings', entry, total, lines
            using errcode = '23514', constraint = 'points_entry_sums_to_zero';
    end if;
    return null;
end
$$;
create constraint trigger points_entry_sums_to_zero after insert or update on points_entry
    deferrable initially deferred for each row execute function points_entry_sums_to_zero();
create constraint trigger points_posting_sums_to_zero after insert or update on points_posting
    deferrable initially deferred for each row execute function points_entry_sums_to_zero();

create function points_balance_follows() returns trigger
language plpgsql
as $$
begin
    update points_account set balance = balance + new.amount where id = new.account_id and kind in ('person', 'household');
    return null;
end
$$;
create trigger points_balance_follows after insert on points_posting
    for each row execute function points_balance_follows();

create function live_together(a uuid, b uuid, on_day date) returns boolean
language sql stable
as $$
    select exists (select from residence x join residence y using (household_id)
                   where x.person_id = a and y.person_id = b
                     and x.since <= on_day and (x.until is null or x.until > on_day)
                     and y.since <= on_day and (y.until is null or y.until > on_day))
$$;
comment on function live_together is 'Whether two people live in, or own, the same household on a day';

create function points_credit_stays_outside_the_household() returns trigger
language plpgsql
as $$
declare
    today date := (new.at at time zone 'Asia/Shanghai')::date;
begin
    if new.kind = 'credit' and (live_together(new.person_id, new.maker, today) or live_together(new.person_id, new.checker, today)
        or exists (select from residence r where r.household_id = new.household_id and r.since <= today
                   and (r.until is null or r.until > today) and r.person_id in (new.maker, new.checker))) then
        raise exception 'nobody credits their own household'
            using errcode = '23514', constraint = 'points_credit_stays_outside_the_household';
    end if;
    return new;
end
$$;
create trigger points_credit_stays_outside_the_household before insert on points_entry
    for each row execute function points_credit_stays_outside_the_household();

create table points_used (
    account_id uuid not null references points_account,
    code       text not null,
    since      date not null,
    used       integer not null constraint points_used_is_not_negative check (used >= 0),
    cap        integer not null,
    primary key (account_id, code, since),
    constraint points_cap_is_kept check (used <= cap)
);
comment on table points_used is 'How much of an item''s cap an account has had in the period that began on that day';

create table points_proposal (
    id           uuid primary key,
    key          uuid not null constraint points_proposal_key_is_used_once unique,
    area_path    text collate "C" not null,
    item_id      uuid references tariff_item,
    person_id    uuid not null references person,
    household_id uuid references household,
    reverses     uuid references points_entry,
    day          date not null,
    note_sealed  bytea not null,
    state        text not null default 'waiting' constraint points_proposal_state_is_known check (state in ('waiting', 'approved', 'refused')),
    maker        uuid not null references person,
    made_at      timestamptz not null,
    checker      uuid references person,
    checked_at   timestamptz,
    answer       text not null default '',
    entry_id     uuid references points_entry,
    constraint points_proposal_credits_or_reverses check ((item_id is null) <> (reverses is null)),
    constraint points_proposal_is_checked_by_another check (checker <> maker),
    constraint points_proposal_waits_until_checked check ((state = 'waiting') = (checked_at is null)
        and (state = 'waiting') = (checker is null) and (state = 'approved') = (entry_id is not null))
);
create index points_proposal_waiting on points_proposal (area_path, made_at) where state = 'waiting';
create index points_proposal_checked on points_proposal (checked_at desc) where state <> 'waiting';
create unique index points_proposal_reverses_once on points_proposal (reverses) where reverses is not null and state = 'waiting';
comment on column points_proposal.note_sealed is 'What was done and how one knows, sealed';

create table points_audit (
    month      date not null,
    entry_id   uuid not null references points_entry,
    area_path  text collate "C" not null,
    verdict    text constraint points_audit_verdict_is_known check (verdict in ('right', 'wrong', 'unclear')),
    note       text not null default '',
    checked_by uuid references person,
    checked_at timestamptz,
    primary key (month, entry_id),
    constraint points_audit_is_checked_by_someone check ((verdict is null) = (checked_by is null) and (verdict is null) = (checked_at is null))
);
comment on table points_audit is 'The twentieth part of a month''s credits that is looked at again, drawn by a seed nobody knows before';

create table reward (
    id        uuid primary key,
    area_id   uuid not null references area,
    area_path text collate "C" not null,
    unit_id   uuid not null references unit,
    name_zh   text not null constraint reward_has_a_name check (name_zh <> ''),
    name_en   text not null,
    where_zh  text not null,
    where_en  text not null,
    cost      integer not null constraint reward_cost_is_positive check (cost between 1 and 100000),
    stock     integer not null constraint reward_stock_is_never_negative check (stock >= 0),
    active    boolean not null default true,
    changed_by uuid not null references person,
    changed_at timestamptz not null
);
create index reward_listed on reward (area_path, cost) where active;
comment on column reward.unit_id is 'The shop or service centre that hands it out';

create table reward_reservation (
    id          uuid primary key,
    key         uuid not null constraint reservation_key_is_used_once unique,
    reward_id   uuid not null references reward,
    person_id   uuid not null references person,
    account_id  uuid not null references points_account,
    cost        integer not null,
    state       text not null constraint reservation_state_is_known check (state in ('held', 'fulfilled', 'released')),
    code_index  bytea constraint reservation_code_is_unique unique,
    reserved_at timestamptz not null,
    hold_until  timestamptz not null,
    ended_at    timestamptz,
    ended_by    uuid references person,
    constraint reservation_ends_once check ((state = 'held') = (ended_at is null)),
    constraint reservation_code_works_once check (state = 'held' or code_index is null)
);
create index reservation_of_person on reward_reservation (person_id, reserved_at desc);
create index reservation_held on reward_reservation (hold_until) where state = 'held';
comment on column reward_reservation.code_index is 'HMAC of the code by which it is handed out; the code is shown to the holder and not stored';

create table breach (
    id                  uuid primary key,
    key                 uuid not null constraint breach_key_is_used_once unique,
    pact_id             uuid not null references pact,
    clause_id           uuid not null,
    clause_no           integer not null,
    area_path           text collate "C" not null,
    state               text not null constraint breach_state_is_known check (state in ('received', 'reply', 'panel', 'decided', 'appeal_panel',
        'closed')),
    version             integer not null default 1,
    reporter_index      bytea not null,
    reporter_households bytea[] not null,
    reporter_sealed     bytea not null,
    place_sealed        bytea not null,
    words_sealed        bytea not null,
    happened_on         date not null,
    filed_at            timestamptz not null,
    since               timestamptz not null,
    triage_note         text not null default '',
    concerned_id        uuid references person,
    reply_sealed        bytea,
    replied_at          timestamptz,
    outcome             text constraint breach_outcome_is_known check (outcome in ('reminder', 'mediation', 'closed')),
    decided_at          timestamptz,
    appeal_by           text constraint breach_appeal_side_is_known check (appeal_by in ('reporter', 'concerned')),
    appeal_sealed       bytea,
    appealed_at         timestamptz,
    closed_at           timestamptz,
    reporter_here       bytea not null,
    constraint breach_is_appealed_once check ((appealed_at is null) = (appeal_by is null)),
    constraint breach_closed_has_its_moment check ((state = 'closed') = (closed_at is not null)),
    constraint breach_is_of_someone_after_triage check (state in ('received', 'closed') or concerned_id is not null)
);
create index breach_reporter on breach (reporter_index, filed_at desc);
create index breach_concerned on breach (concerned_id, filed_at desc) where concerned_id is not null;
create index breach_open on breach (area_path, since) where state <> 'closed';
create index breach_counted on breach (pact_id, clause_id, filed_at);
comment on table breach is 'A report that a clause of a pact was not kept; seen by those it needs only, public as totals alone';
comment on column breach.reporter_index is 'Keyed hash of the reporter: they find their reports; it stands nowhere else, so that no table joins it to a person';
comment on column breach.reporter_here is 'Hash of the reporter under a key of this report alone: whether a member of its panel is the reporter, and nothing of any other';
comment on column breach.reporter_households is 'The same of the households the reporter lives in, so that nobody of theirs sits on the panel';
comment on column breach.reporter_sealed is 'The reporter, sealed: only to write to them';

create table breach_event (
    breach_id uuid not null references breach,
    seq       integer not null,
    move      text not null,
    state     text not null,
    by        text not null,
    at        timestamptz not null,
    due_at    timestamptz,
    primary key (breach_id, seq)
);
comment on table breach_event is 'The course of a report; append-only, without who';

create table breach_panel (
    breach_id    uuid not null references breach,
    round        smallint not null constraint breach_panel_has_two_rounds check (round in (1, 2)),
    seat         smallint not null constraint breach_panel_has_three_seats check (seat between 1 and 3),
    person_id    uuid not null references person,
    person_index bytea not null,
    households   bytea[] not null,
    called_at    timestamptz not null,
    declared_at  timestamptz,
    stepped_down_at timestamptz,
    finding      text constraint breach_finding_is_known check (finding in ('reminder', 'mediation', 'closed')),
    note_sealed  bytea,
    found_at     timestamptz,
    primary key (breach_id, round, seat),
    constraint breach_panel_is_another_each_round unique (breach_id, person_id),
    constraint breach_finding_follows_the_declaration check (finding is null or declared_at is not null)
);
create index breach_panel_person on breach_panel (person_id);
comment on column breach_panel.person_index is 'Hash of the member under a key of this report alone, as breach.reporter_here; households likewise';
comment on column breach_panel.declared_at is 'When they declared to be no relative of either side';

comment on column breach_panel.stepped_down_at is 'When they said that they are related: somebody else is called to the seat';

create function panel_is_without_relatives() returns trigger
language plpgsql
as $$
declare
    about breach;
begin
    select * into about from breach where id = new.breach_id;
    if new.person_index = about.reporter_here or new.households && about.reporter_households
        or new.person_id = about.concerned_id or
        live_together(new.person_id, about.concerned_id, (new.called_at at time zone 'Asia/Shanghai')::date) then
        raise exception 'the panel has a relative' using errcode = '23514', constraint = 'panel_is_without_relatives';
    end if;
    return new;
end
$$;
create trigger panel_is_without_relatives before insert or update of person_id on breach_panel
    for each row execute function panel_is_without_relatives();

create table nomination (
    id           uuid primary key,
    key          uuid not null constraint nomination_key_is_used_once unique,
    area_id      uuid not null references area,
    area_path    text collate "C" not null,
    nominee_id   uuid not null references person,
    nominated_by uuid not null references person,
    content_id   uuid not null references content constraint nomination_words_are_its_own unique,
    state        text not null constraint nomination_state_is_known check (state in ('open', 'picked', 'published', 'declined', 'withdrawn')),
    nominated_at timestamptz not null,
    picked_by    uuid references person,
    picked_at    timestamptz,
    consented_at timestamptz,
    shown_name   text,
    ended_at     timestamptz,
    constraint nomination_is_of_another check (nominee_id <> nominated_by),
    constraint nomination_is_picked_by_another check (picked_by is distinct from nominee_id or picked_by is null),
    constraint nomination_is_public_by_consent check (state <> 'published' or (consented_at is not null and shown_name is not null)),
    constraint nomination_ends_once check ((state in ('declined', 'withdrawn')) = (ended_at is not null))
);
create unique index nomination_stands_once on nomination (nominee_id) where state in ('open', 'picked');
create index nomination_by_area on nomination (area_path, nominated_at desc);
create index nomination_published on nomination (consented_at desc) where state = 'published';
comment on column nomination.shown_name is 'The name the nominee wants to be shown under, given with their consent';

create table endorsement (
    nomination_id uuid not null references nomination,
    person_id     uuid not null references person,
    at            timestamptz not null,
    primary key (nomination_id, person_id)
);

create function endorsement_is_not_of_oneself() returns trigger
language plpgsql
as $$
begin
    if exists (select from nomination n where n.id = new.nomination_id and new.person_id in (n.nominee_id, n.nominated_by)) then
        raise exception 'nobody endorses themselves' using errcode = '23514', constraint = 'endorsement_is_not_of_oneself';
    end if;
    return new;
end
$$;
create trigger endorsement_is_not_of_oneself before insert on endorsement
    for each row execute function endorsement_is_not_of_oneself();

revoke update, delete, truncate on points_entry, points_posting, breach_event, endorsement from gongzhi_app;
revoke delete, truncate on tariff, points_account, points_proposal, points_audit, reward, reward_reservation, breach, breach_panel, nomination
    from gongzhi_app;
