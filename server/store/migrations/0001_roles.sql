-- Who connects. The embedded database creates both roles with passwords before the first migration;
-- on a server of one's own the administrator does. Creating the serving role here is the fallback.
do $$
begin
    if not exists (select from pg_roles where rolname = 'gongzhi_app') then
        create role gongzhi_app nologin;
    end if;
end
$$;

grant usage on schema public to gongzhi_app;
alter default privileges in schema public grant select, insert, update, delete on tables to gongzhi_app;
alter default privileges in schema public grant usage, select on sequences to gongzhi_app;
