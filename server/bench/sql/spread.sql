-- Spreads bench.fact over the portal's tables, in the form in which the store writes them.

insert into person (id, created_at) select id, now() - interval '4 years' from bench.person;

insert into content (id, kind, area_id, area_path, author_id, original_sealed, public_text, state, reasons, hide_reason,
    version, created_at, decided_at, decided_by, search)
select f.content_id, 'request', g.id, g.path, p.id, t.sealed, t.public, s.state,
    case s.state when 'waiting' then '{first_post}'::text[] else '{}' end,
    case s.state when 'hidden' then 'privacy' end,
    case when f.private or s.state = 'waiting' then 1 else 2 end,
    f.filed_at,
    case when f.private then f.filed_at when s.state <> 'waiting' then f.filed_at + interval '2 hours' end,
    case when not f.private and s.state <> 'waiting' then town.clerk end,
    t.search
from bench.fact f
cross join bench.town
join bench.grid g on g.n = f.grid
join bench.text t on t.n = f.text
left join bench.person p on p.n = f.person
cross join lateral (select case
    when f.private or f.listed then 'published'
    when f.state = 'received' then 'waiting'
    else 'hidden' end as state) s;

insert into attachment (id, content_id, phase, position, state, width, height, bytes, sha256, created_at)
select f.photo_id, f.content_id, 'before', 0, 'shown', 1600, 1200, 240000, sha256(f.number::bytea), f.filed_at
from bench.fact f where f.photo_id is not null;

insert into work_order (id, state, version, category, urgency, area_id, area_path, root_area_id, lead_unit_id, handler_id,
    opened_at, changed_at, due_at, closed_at)
select f.order_id, f.state, v.steps, c.code, c.urgency, g.id, g.path, town.root,
    case when led then u.id end, case when led and u.n = 0 then town.handler end,
    f.filed_at, f.changed_at, f.due_at, case when f.state = 'closed' then f.changed_at end
from bench.fact f
cross join bench.town
join bench.grid g on g.n = f.grid
join bench.text t on t.n = f.text
join category c on c.code = t.category
join bench.unit u on u.n = f.unit
join (select state, max(seq) as steps, bool_or(move = 'dispatch') as led from bench.step group by state) v on v.state = f.state;

insert into order_unit (order_id, unit_id, part, since)
select f.order_id, u.id, 'lead', f.filed_at + (f.changed_at - f.filed_at) * s.share
from bench.fact f
join bench.unit u on u.n = f.unit
join bench.step s on s.state = f.state and s.move = 'dispatch';

insert into request (id, number, code_hmac, key, key_owner, order_id, content_id, kind, category, channel, visibility,
    person_id, anonymous, area_id, area_path, root_area_id, lat, lon, datum, public_lat, public_lon, listed, thumb_id, filed_at)
select f.request_id, f.number, h.hash, f.key, h.hash, f.order_id, f.content_id, f.kind, t.category,
    case f.n % 10 when 0 then 'hotline' when 1 then 'grid_worker' else 'web' end,
    case when f.private then 'private' else 'public' end,
    p.id, p.id is null, g.id, g.path, town.root,
    o.lat, o.lon, case when o.lat is not null then 'wgs84' end, o.lat, o.lon,
    f.listed, case when f.listed then f.photo_id end, f.filed_at
from bench.fact f
cross join bench.town
cross join (select sha256('bench') as hash) h
join bench.grid g on g.n = f.grid
join bench.text t on t.n = f.text
left join bench.person p on p.n = f.person
cross join lateral (select case when f.n % 3 = 0 then 38.8 + (f.n % 97) / 1000.0 end as lat,
    case when f.n % 3 = 0 then 105.6 + (f.n % 89) / 1000.0 end as lon) o;

insert into content (id, kind, area_id, area_path, author_id, original_sealed, public_text, state, version,
    created_at, decided_at, decided_by, search)
select f.reply_id, 'reply', g.id, g.path, town.handler, t.sealed, t.public,
    case f.state when 'reply_review' then 'waiting' else 'published' end,
    case f.state when 'reply_review' then 1 else 2 end,
    f.filed_at + (f.changed_at - f.filed_at) * 0.8,
    case when f.state <> 'reply_review' then f.filed_at + (f.changed_at - f.filed_at) * 0.9 end,
    case when f.state <> 'reply_review' then town.manager end,
    t.search
from bench.fact f
cross join bench.town
join bench.grid g on g.n = f.grid
join bench.text t on t.n = f.reply_text
where f.state in ('reply_review', 'replied', 'closed');

insert into reply (order_id, round, outcome, content_id, submitted_by, submitted_at, approved_by, approved_at)
select f.order_id, 1, (array['solved', 'solved', 'solved', 'partly', 'explained'])[1 + f.n % 5], f.reply_id,
    town.handler, f.filed_at + (f.changed_at - f.filed_at) * 0.8,
    case when f.state <> 'reply_review' then town.manager end,
    case when f.state <> 'reply_review' then f.filed_at + (f.changed_at - f.filed_at) * 0.9 end
from bench.fact f cross join bench.town
where f.state in ('reply_review', 'replied', 'closed');

insert into rating (request_id, round, by, contacted, solved, satisfied, rated_at)
select f.request_id, 1, 'resident', true, case when f.n % 11 = 0 then 'partly' else 'yes' end, 3 + f.n % 3, f.changed_at
from bench.fact f where f.state = 'closed' and f.n % 2 = 0;

insert into order_event (order_id, seq, at, move, from_state, to_state, round, person_id, role, unit_id)
select f.order_id, s.seq, f.filed_at + (f.changed_at - f.filed_at) * s.share, s.move, s.from_state, s.to_state, 1,
    case s.role when 'resident' then p.id when 'handler' then town.handler when 'unit_manager' then town.manager else town.clerk end,
    case when s.role = 'resident' and p.id is null then 'visitor' else s.role end,
    case when s.role in ('dispatcher', 'handler', 'unit_manager') and f.state <> 'rejected' then u.id end
from bench.fact f
cross join bench.town
join bench.unit u on u.n = f.unit
join bench.step s on s.state = f.state
left join bench.person p on p.n = f.person;

insert into clock_entry (order_id, seq, clock, event, at, round, limit_minutes, work_time, policy_version)
select f.order_id, k.seq, k.clock, k.event, f.filed_at + (f.changed_at - f.filed_at) * k.share, 1, c.reply_minutes, c.work_time, 1
from bench.fact f
join bench.text t on t.n = f.text
join category c on c.code = t.category
join bench.tick k on k.state = f.state
where f.kind not in ('suggestion', 'praise');

insert into number_sequence (day, street_code, last)
select (f.filed_at at time zone 'Asia/Shanghai')::date, g.street, count(*)
from bench.fact f join bench.grid g on g.n = f.grid group by 1, 2;
