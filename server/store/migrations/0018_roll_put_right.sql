-- A wrong roll can be wholly put right by an upheld objection (pacts.md, Stages, NOTICE): homes, adults and members that were left
-- off, those that do not belong on it, flats of the same owners. The database refuses what no such correction can leave behind.

alter table roll_amendment drop constraint roll_amendment_change_is_known;
alter table roll_amendment add constraint roll_amendment_change_is_known check (change in ('home_add', 'home_strike', 'add', 'strike',
    'adult_add', 'adult_strike', 'area', 'join', 'member_add', 'member_strike'));
alter table roll_amendment add column units integer constraint roll_amendment_units_are_not_negative check (units >= 0);
alter table roll_amendment add column area_cm2 bigint constraint roll_amendment_area_is_not_negative check (area_cm2 >= 0);
comment on column roll_amendment.units is 'How many votes all bodies together have after it; empty before this was kept';
comment on column roll_amendment.area_cm2 is 'The floor area of the statutory body after it, where area counts';

create index roll_entry_household on roll_entry (roll_id, household_id) where struck_in is null;

-- A live unit has somebody or a door, a struck one nothing, and its floor area is that of its flats, each once.
create function voting_unit_is_whole() returns trigger
language plpgsql
as $$
declare
    unit voting_unit;
    entries integer;
    area bigint;
begin
    if tg_table_name = 'voting_unit' then
        select * into unit from voting_unit where id = new.id;
    else
        select * into unit from voting_unit where id = new.unit_id;
    end if;
    select count(*), coalesce(sum(e.area_cm2) filter (where e.first), 0) into entries, area
    from (select area_cm2, row_number() over (partition by household_id order by id) = 1 as first
          from roll_entry where unit_id = unit.id and struck_in is null) e;
    if (entries > 0) <> (unit.struck_in is null) then
        raise exception 'unit % has % entries', unit.id, entries
            using errcode = '23514', constraint = 'voting_unit_has_entries_while_it_stands';
    end if;
    if unit.struck_in is null and area <> unit.area_cm2 then
        raise exception 'unit % has % cm2 and its flats %', unit.id, unit.area_cm2, area
            using errcode = '23514', constraint = 'voting_unit_area_is_that_of_its_flats';
    end if;
    return null;
end
$$;
create constraint trigger voting_unit_is_whole after insert or update of area_cm2, struck_in on voting_unit
    deferrable initially deferred for each row execute function voting_unit_is_whole();
create constraint trigger roll_entry_leaves_its_unit_whole after update of area_cm2, struck_in on roll_entry
    deferrable initially deferred for each row execute function voting_unit_is_whole();

-- Where homes are counted, no home is in two live units of a roll; where people are, nobody is in two of a body.
create function roll_entry_counts_once() returns trigger
language plpgsql
as $$
begin
    if exists (
        select from added a join roll r on r.id = a.roll_id and r.basis not in ('adults', 'representatives')
            join roll_entry o on o.roll_id = a.roll_id and o.household_id = a.household_id and o.unit_id <> a.unit_id and o.struck_in is null
        where a.struck_in is null) then
        raise exception 'a home is in two units' using errcode = '23514', constraint = 'roll_entry_home_counts_once';
    end if;
    if exists (
        select from added a join roll r on r.id = a.roll_id join voting_unit u on u.id = a.unit_id
            join roll_entry o on o.roll_id = a.roll_id and o.person_id = a.person_id and o.unit_id <> a.unit_id and o.struck_in is null
            join voting_unit v on v.id = o.unit_id and v.body = u.body
        where a.struck_in is null and (r.basis in ('adults', 'representatives') or u.body <> 'statutory')) then
        raise exception 'somebody is in two units' using errcode = '23514', constraint = 'roll_entry_person_counts_once';
    end if;
    return null;
end
$$;
create trigger roll_entry_counts_once after insert on roll_entry
    referencing new table as added for each statement execute function roll_entry_counts_once();
