-- One filing of a request without photo, by nobody in particular, in a category that allows it: the statements of
-- POST /api/file-request in their order, each beginning a line. src/filing.rs fills in {what differs from street to
-- street}, writes one script a street, and compares statements and written rows with those of a real filing.

\set i :i + 1
\set key :run * 100000000 + :client_id * 1000000 + :i
\set browser random(1, 9000000000000000000)

select id, number, key_owner from request where key = lpad(to_hex(:key::bigint), 32, '0')::uuid;
select code, name_zh, name_en, words, urgency, dispatch_minutes, reply_minutes, work_time, anonymous_allowed
    from category where active order by position, code;
select c.public_text from request r join content c on c.id = r.content_id
    where r.listed and r.area_path = '{path}' and r.category = '{category}' and r.filed_at > now() - interval '60 days'
    order by r.filed_at desc limit 30;
insert into rate_window (bucket, started_at, hits)
    values ('filed by address/3600/' || left(md5(:browser::bigint::text), 24), date_trunc('hour', now()), 1)
    on conflict (bucket, started_at) do update set hits = rate_window.hits + 1
    returning hits;
begin;
select pg_advisory_xact_lock(:key::bigint) as lock, m.ms || left(md5(random()::text), 19) as content,
    m.ms || left(md5(random()::text), 19) as work, m.ms || left(md5(random()::text), 19) as request
    from (select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' as ms) m \gset
select id, number, key_owner from request where key = lpad(to_hex(:key::bigint), 32, '0')::uuid;
select (select count(*) from request_grant g join request r on r.id = g.request_id
        where g.holder = sha256(:browser::bigint::text::bytea) and r.key_owner = sha256(:browser::bigint::text::bytea)
          and r.filed_at > now() - interval '1 hour') as by_browser,
    (select count(*) from request r where r.person_id = null::uuid and r.filed_at > now() - interval '1 day') as by_person;
select (select count(*) from (select 1 from request r where r.person_id = null::uuid and r.listed limit 100) as p) as before,
    exists (select from sensitive_word where position(lower(word) in lower('{words}')) > 0) as sensitive;
insert into content (id, kind, area_id, area_path, author_id, original_sealed, public_text, state, reasons,
        created_at, decided_at, search)
    values (:content::uuid, 'request', '{area}', '{path}', null, '\x{sealed}'::bytea, '{words}', 'waiting', '{"first_post"}',
        now(), null, array_to_tsvector('{{terms}}'::text[]));
insert into work_order (id, state, category, urgency, area_id, area_path, root_area_id, opened_at, changed_at)
    values (:work::uuid, 'received', '{category}', 'normal', '{area}', '{path}', '{root}', now(), now());
select clock, event, at, until, policy_version from clock_entry where order_id = :work::uuid order by seq;
insert into clock_entry (order_id, seq, clock, event, at, round, limit_minutes, work_time, policy_version)
    select :work::uuid, n.seq, n.clock, n.event, now(), 1, n.minutes, true, 1
    from unnest('{1,2}'::integer[], '{accept,total}'::text[], '{start,start}'::text[], '{30,5040}'::integer[])
        as n (seq, clock, event, minutes);
update work_order set due_at = now() + interval '1 day' where id = :work::uuid;
insert into order_event (order_id, seq, at, move, from_state, to_state, round, person_id, role, unit_id,
        public_note, internal_sealed, details)
    values (:work::uuid, 1, now(), 'file', null, 'received', 1, null, 'visitor', null,
        '', null, '{"channel": "web", "category": "{category}"}');
insert into number_sequence (day, street_code, last) values ((now() at time zone 'Asia/Shanghai')::date, '{street}', 1)
    on conflict (day, street_code) do update set last = number_sequence.last + 1
    returning last, to_char(now() at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-{street}-' || to_char(last, 'FM000000') || '-0'
        as number \gset
insert into request (id, number, code_hmac, key, key_owner, order_id, content_id, kind, category, channel, visibility,
        person_id, anonymous, filed_by, accused_unit_id, area_id, area_path, root_area_id, lat, lon, datum,
        public_lat, public_lon, place_sealed, filed_at)
    values (:request::uuid, :number, sha256(:number::text::bytea), lpad(to_hex(:key::bigint), 32, '0')::uuid,
        sha256(:browser::bigint::text::bytea), :work::uuid, :content::uuid, 'help', '{category}', 'web', 'public',
        null, true, null, null, '{area}', '{path}', '{root}', null, null, null,
        null, null, null, now());
insert into request_grant (holder, request_id, expires_at)
    values (sha256(:browser::bigint::text::bytea), :request::uuid, now() + interval '30 days')
    on conflict (holder, request_id) do update set expires_at = excluded.expires_at;
insert into audit_head (stream, seq, hash) values ('request:' || :number, 0, decode(repeat('00', 32), 'hex'))
    on conflict (stream) do nothing;
select seq, hash from audit_head where stream = 'request:' || :number for update;
insert into audit_event (stream, seq, at, person_id, acting_for, role, action, subject, before, after,
        reason, client, prev_hash, hash)
    values ('request:' || :number, 1, now(), null, null, 'visitor', 'request.file', 'request:' || :number, null,
        '{"kind": "help", "category": "{category}", "area": "{path}", "channel": "web", "visibility": "public", "photos": 0, "masked": 0}',
        null, left(md5(:browser::bigint::text), 16), decode(repeat('00', 32), 'hex'), sha256(:number::text::bytea));
update audit_head set seq = 1, hash = sha256(:number::text::bytea) where stream = 'request:' || :number;
commit;
delete from flash where key = sha256(:browser::bigint::text::bytea);
