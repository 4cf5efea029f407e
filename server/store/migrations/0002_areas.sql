-- The administrative tree: banner, town, village, grid … The depth is data (people-and-places.md, Areas).

create table area_level (
    id      smallint primary key,
    rank    smallint not null constraint area_level_rank_is_unique unique,
    name_zh text not null,
    name_en text not null
);
comment on table area_level is 'What the levels of the tree are called in this installation, from the root down';

create table area (
    id          uuid primary key,
    parent_id   uuid references area,
    level_id    smallint not null references area_level,
    kind_zh     text not null,
    kind_en     text not null,
    code        text not null constraint area_code_is_unique unique,
    path        text collate "C" not null constraint area_path_is_unique unique,
    name_zh     text not null,
    name_en     text not null,
    boundary    jsonb,
    centre_lat  double precision,
    centre_lon  double precision,
    population  integer constraint area_population_is_not_negative check (population >= 0),
    households  integer constraint area_households_is_not_negative check (households >= 0),
    active_from date not null default current_date,
    active_to   date,
    constraint area_code_is_letters_and_digits check (code ~ '^[A-Z0-9]{1,16}$'),
    constraint area_path_ends_with_its_code check (path = code or path like '%.' || code),
    constraint area_root_has_no_parent check ((parent_id is null) = (path = code)),
    constraint area_has_a_whole_centre check ((centre_lat is null) = (centre_lon is null)),
    constraint area_ends_after_it_begins check (active_to > active_from)
);
create index area_parent on area (parent_id);
comment on table area is 'A node of the administrative tree';
comment on column area.kind_zh is 'The node''s own kind: 街道, 镇, 苏木, 社区, 村, 嘎查 …';
comment on column area.path is 'Codes from the root, joined by dots; everything below p is path >= p and path < p || ''/''';
comment on column area.boundary is 'GeoJSON Polygon or MultiPolygon, WGS-84';

create table unit (
    id               uuid primary key,
    parent_id        uuid references unit,
    area_id          uuid not null references area,
    kind             text not null,
    code             text not null constraint unit_code_is_unique unique,
    name_zh          text not null,
    name_en          text not null,
    duties_zh        text not null default '',
    duties_en        text not null default '',
    duty_phone       text,
    opening_hours    text,
    accepts_dispatch boolean not null default false,
    active           boolean not null default true,
    constraint unit_kind_is_known check (kind in ('department', 'street_office', 'community_committee', 'party_organisation',
        'property_firm', 'owners_committee', 'mass_organisation', 'social_organisation', 'service_centre', 'emergency_command'))
);
create index unit_area on unit (area_id);
create index unit_takes_work on unit (name_zh) where accepts_dispatch and active;
comment on table unit is 'An organisation that can be given work or has members';
comment on column unit.duty_phone is 'A published office number, never a private one';

create table calendar_year (
    year      smallint primary key,
    loaded_at timestamptz not null default now()
);
comment on table calendar_year is 'Years whose holidays are known; a year that is missing is said to be unknown, never guessed';

create table calendar_day (
    day      date primary key,
    kind     text not null constraint calendar_day_kind_is_known check (kind in ('holiday', 'make_up_work_day')),
    occasion text not null
);
comment on table calendar_day is 'Public holidays and make-up work days, as published by the State Council';
