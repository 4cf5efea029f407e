-- A tariff is passed by its own vote, counted at a meeting of its area; a reward is for the people of its area; a report that a
-- clause was not kept can show photos (pacts.md, Keeping and points).

-- The vote.

alter table tariff add constraint tariff_is_of_one_area unique (id, area_id);
alter table meeting add constraint meeting_is_of_one_area unique (id, area_id, kind);

create table tariff_vote (
    tariff_id  uuid not null references tariff,
    meeting_id uuid not null references meeting,
    area_id    uuid not null references area,
    kind       text not null constraint tariff_vote_kind_is_known check (kind in ('representatives', 'residents', 'joint', 'room')),
    put_by     uuid not null references person,
    put_at     timestamptz not null,
    present    integer,
    in_favour  integer,
    against    integer,
    abstained  integer,
    adopted    boolean,
    fewer      text not null default '',
    counted_by uuid references person,
    counted_at timestamptz,
    passed     boolean,
    decided_at timestamptz,
    leaf_id    uuid,
    primary key (tariff_id, meeting_id),
    constraint tariff_vote_is_on_a_tariff_of_the_area foreign key (tariff_id, area_id) references tariff (id, area_id),
    constraint tariff_vote_is_at_a_meeting_of_the_area foreign key (meeting_id, area_id, kind) references meeting (id, area_id, kind),
    constraint tariff_vote_is_counted_whole check ((present is null) = (adopted is null) and (present is null) = (in_favour is null)
        and (present is null) = (against is null) and (present is null) = (abstained is null) and (present is null) = (counted_at is null)
        and (present is null) = (counted_by is null)),
    constraint tariff_vote_counts_are_not_negative check (in_favour >= 0 and against >= 0 and abstained >= 0),
    constraint tariff_vote_counts_fit_those_present check (in_favour + against + abstained <= present),
    constraint tariff_vote_is_adopted_by_more_than_half check (adopted = (2 * in_favour > present)),
    constraint tariff_vote_is_decided_whole check ((passed is null) = (decided_at is null) and (leaf_id is null or passed is not null)),
    constraint tariff_vote_passes_what_was_adopted check (passed is null or (adopted is not null and (adopted or not passed)))
);
create unique index tariff_is_under_one_vote on tariff_vote (tariff_id) where passed is distinct from false;
create index tariff_vote_at on tariff_vote (meeting_id);
comment on table tariff_vote is 'A draft of a tariff before a meeting of its area: put, counted by hand, decided when the minutes are closed';
comment on column tariff_vote.kind is 'The kind of the meeting; a tariff is not for the party members alone';
comment on column tariff_vote.adopted is 'More than half of those present were for it';
comment on column tariff_vote.fewer is 'Why fewer were counted as present than had come';
comment on column tariff_vote.passed is 'Adopted, at a meeting to which enough had come; known when its minutes are closed';

create function tariff_vote_stays() returns trigger
language plpgsql
as $$
begin
    raise exception 'a vote that was decided is not changed, one that was counted is not taken back'
        using errcode = '23514', constraint = 'tariff_vote_stays';
end
$$;
create trigger tariff_vote_stays before update on tariff_vote
    for each row when (old.passed is not null) execute function tariff_vote_stays();
create trigger tariff_vote_counted_stays before delete on tariff_vote
    for each row when (old.adopted is not null) execute function tariff_vote_stays();

create function tariff_vote_is_decided_at_its_meeting() returns trigger
language plpgsql
as $$
begin
    if not exists (select from meeting m where m.id = new.meeting_id and m.state = 'closed' and new.present <= m.present) then
        raise exception 'a vote is decided by the closed minutes of its meeting, and counts nobody who had not come'
            using errcode = '23514', constraint = 'tariff_vote_is_decided_at_its_meeting';
    end if;
    return new;
end
$$;
create trigger tariff_vote_is_decided_at_its_meeting before insert or update on tariff_vote
    for each row when (new.passed is not null) execute function tariff_vote_is_decided_at_its_meeting();

create function tariff_is_under_vote(which uuid) returns boolean
language sql stable
as $$
    select exists (select from tariff_vote v where v.tariff_id = which and v.passed is distinct from false)
$$;
comment on function tariff_is_under_vote is 'Whether a draft lies before a meeting, or has passed: its words do not change any more';

create or replace function tariff_in_force_stays() returns trigger
language plpgsql
as $$
begin
    if exists (select from tariff t where t.id in (old.tariff_id, new.tariff_id)
               and (t.effective_on is not null or tariff_is_under_vote(t.id))) then
        raise exception 'a tariff that was passed or is being voted on is not changed'
            using errcode = '23514', constraint = 'tariff_in_force_stays';
    end if;
    return coalesce(new, old);
end
$$;

create function tariff_under_vote_stays() returns trigger
language plpgsql
as $$
begin
    if tariff_is_under_vote(old.id) then
        raise exception 'a tariff that is being voted on is not changed'
            using errcode = '23514', constraint = 'tariff_under_vote_stays';
    end if;
    return new;
end
$$;
create trigger tariff_under_vote_stays before update on tariff
    for each row when (old.area_id is distinct from new.area_id or old.version is distinct from new.version
        or old.expires_months is distinct from new.expires_months or old.drafted_by is distinct from new.drafted_by)
    execute function tariff_under_vote_stays();

-- What takes effect names its vote. The words by which earlier tariffs were passed stay as they are.

alter table tariff add column meeting_id uuid;
alter table tariff add constraint tariff_names_its_own_vote foreign key (id, meeting_id) references tariff_vote (tariff_id, meeting_id);
alter table tariff drop constraint tariff_takes_effect_by_a_decision;
alter table tariff add constraint tariff_takes_effect_by_a_decision check ((effective_on is null) = (passed_at is null)
    and (effective_on is null) = (passed_by is null) and (effective_on is null) = (meeting_id is null and decision is null)
    and (meeting_id is null or decision is null));
comment on column tariff.meeting_id is 'The meeting whose vote passed it';
comment on column tariff.decision is 'Of tariffs from before votes on them were counted: the decision that passed it, in words';

create function tariff_passes_by_its_own_vote() returns trigger
language plpgsql
as $$
begin
    if not exists (select from tariff_vote v where v.tariff_id = new.id and v.meeting_id = new.meeting_id and v.passed
                   and new.effective_on >= (v.decided_at at time zone 'Asia/Shanghai')::date) then
        raise exception 'a tariff takes effect by a vote of its own that passed it, not before its day'
            using errcode = '23514', constraint = 'tariff_passes_by_its_own_vote';
    end if;
    return new;
end
$$;
create trigger tariff_passes_by_its_own_vote before insert or update on tariff
    for each row when (new.effective_on is not null) execute function tariff_passes_by_its_own_vote();

create function tariff_vote_says(tariff uuid, meeting uuid) returns jsonb
language sql stable
as $$
    select jsonb_build_object(
        'tariff', t.id, 'area', t.area_path, 'version', t.version, 'expires_months', t.expires_months, 'meeting', v.meeting_id,
        'body', v.kind, 'passed', v.passed,
        'counted', case when v.present >= 5 and v.in_favour >= 5 then jsonb_build_object('came', m.present, 'entitled', m.entitled,
            'present', v.present, 'in_favour', v.in_favour, 'against', v.against, 'abstained', v.abstained) end,
        'items', (select coalesce(jsonb_agg(jsonb_build_object('code', i.code, 'name', i.name_zh, 'source', i.source, 'goes_to', i.goes_to,
            'points', i.points, 'cap', i.cap, 'period', i.period, 'evidence', i.evidence_zh, 'checks', i.checks_zh) order by i.position, i.id),
            '[]') from tariff_item i where i.tariff_id = t.id))
    from tariff_vote v join tariff t on t.id = v.tariff_id join meeting m on m.id = v.meeting_id
    where v.tariff_id = tariff_vote_says.tariff and v.meeting_id = tariff_vote_says.meeting
$$;
comment on function tariff_vote_says is 'What the leaf of a decided vote states, and what it is compared with; numbers that would point at people stay out of it';

revoke truncate on tariff_vote from gongzhi_app;

-- Rewards are for the people of their area.

create function reward_is_within_reach(reward_path text, who uuid, account uuid, on_day date) returns boolean
language sql stable
as $$
    select exists (select from residence r join household h on h.id = r.household_id
                   where r.person_id = who and r.capacity <> 'owner' and r.since <= on_day and (r.until is null or r.until > on_day)
                     and h.area_path >= reward_path and h.area_path < reward_path || '/')
        or exists (select from points_account a join points_posting p on p.account_id = a.id join points_entry e on e.id = p.entry_id
                       join tariff_item i on i.id = e.item_id join tariff t on t.id = i.tariff_id
                   where a.id = account and a.balance > 0 and e.kind = 'credit'
                     and t.area_path >= reward_path and t.area_path < reward_path || '/'
                     and not exists (select from points_entry x where x.reversal_of = e.id))
$$;
comment on function reward_is_within_reach is 'Whether somebody lives in a reward''s area or below it, or the account holds points that were credited there';

create function reservation_is_for_the_people_of_the_area() returns trigger
language plpgsql
as $$
begin
    if not exists (select from reward r where r.id = new.reward_id and reward_is_within_reach(r.area_path, new.person_id, new.account_id,
                   (new.reserved_at at time zone 'Asia/Shanghai')::date)) then
        raise exception 'the reward is for the people of its area'
            using errcode = '23514', constraint = 'reservation_is_for_the_people_of_the_area';
    end if;
    return new;
end
$$;
create trigger reservation_is_for_the_people_of_the_area before insert on reward_reservation
    for each row execute function reservation_is_for_the_people_of_the_area();

-- Photos of a report.

alter table attachment drop constraint attachment_staged_for_is_known;
alter table attachment add constraint attachment_staged_for_is_known check (staged_for ~ '^(filing|(reply|evidence|breach):[0-9a-f-]{36})$');
alter table attachment add column breach_id uuid references breach;
alter table attachment drop constraint attachment_belongs_or_is_staged;
alter table attachment add constraint attachment_belongs_or_is_staged check ((state = 'staged') = (content_id is null and breach_id is null));
alter table attachment add constraint attachment_is_of_one_thing check (content_id is null or breach_id is null);
alter table attachment add constraint attachment_of_a_breach_at_most_three check (breach_id is null or position < 3);
alter table attachment add constraint attachment_of_a_breach_forgets_its_browser check (breach_id is null or staged_by is null);
create unique index attachment_of_a_breach_is_taken_once on attachment (breach_id, position) where breach_id is not null;
comment on column attachment.breach_id is 'The report it was sent with: state off for the officer alone, shown when the officer passed it on; never public';
