-- What every replica keeps in memory because each page needs it and it hardly changes. Whatever changes such a
-- table, a use case, a migration or an administrator with psql, tells all replicas when it commits; store/src/cached.rs
-- listens. A trigger names the cache that is to be forgotten.

create function forget_cached() returns trigger
language plpgsql
as $$
begin
    perform pg_notify('gongzhi_cached', tg_argv[0]);
    return null;
end
$$;
comment on function forget_cached is 'Tells every replica to forget the cache named in the trigger; several changes of one transaction tell once';

create trigger area_is_cached after insert or update or delete or truncate on area
    for each statement execute function forget_cached('areas');
create trigger area_level_is_cached after insert or update or delete or truncate on area_level
    for each statement execute function forget_cached('areas');
create trigger calendar_year_is_cached after insert or update or delete or truncate on calendar_year
    for each statement execute function forget_cached('calendar');
create trigger calendar_day_is_cached after insert or update or delete or truncate on calendar_day
    for each statement execute function forget_cached('calendar');
