-- The desk's lists stay quick in a large portal: an order is found by what narrows a list most, in the order in which
-- the list shows it, so that a page stops after its fifty. What a unit leads and what it helps with are asked for
-- apart, each by its index: as one condition neither index serves it.

create index work_order_open_by_due on work_order ((coalesce(due_at, timestamptz '3000-01-01 00:00:00+00')), id)
    where state not in ('closed', 'rejected', 'merged', 'cancelled');
comment on index work_order_open_by_due is 'The order of the desk''s queues; what has no due time comes last';
create index work_order_supervised on work_order (state) where supervise > 0;
create index work_order_pending on work_order (pending, state) where pending is not null;
create index order_unit_co on order_unit (unit_id, order_id) where part = 'co' and until is null;

create or replace function readable_order(by_areas text[], by_units uuid[], reader uuid, reader_units uuid[], tip_off_areas text[])
returns setof work_order
language sql stable
as $$
    select w.*
    from work_order w
    where (by_areas is null or exists (
              select from unnest(by_areas) as a (path) where w.area_path >= a.path and w.area_path < a.path || '/'))
      and (by_areas is not null or w.lead_unit_id = any(by_units))
      -- An aggregate and not an exists: it is asked of each order by the index, never of all requests at once.
      and not (select coalesce(bool_or(r.person_id = reader or r.kind = 'tip_off' and (
                          r.accused_unit_id = any(reader_units)
                          or by_areas is not null and not exists (
                              select from unnest(tip_off_areas) as a (path)
                              where w.area_path >= a.path and w.area_path < a.path || '/'))), false)
               from request r where r.order_id = w.id)
$$;
comment on function readable_order is 'The orders a member of staff may read: those in by_areas or, where that is null, those led by by_units; never their own, and tip-offs only in tip_off_areas and not about reader_units. See helped_order';

create function helped_order(by_areas text[], by_units uuid[], reader uuid, reader_units uuid[])
returns setof work_order
language sql stable
as $$
    select w.*
    from work_order w
    where by_areas is null
      and w.id in (select u.order_id from order_unit u where u.unit_id = any(by_units) and u.part = 'co' and u.until is null)
      and (w.lead_unit_id = any(by_units)) is not true
      and not (select coalesce(bool_or(r.person_id = reader or r.kind = 'tip_off' and r.accused_unit_id = any(reader_units)), false)
               from request r where r.order_id = w.id)
$$;
comment on function helped_order is 'The orders a member of staff may read because one of by_units helps another unit with them; none where a list goes by_areas. With readable_order, which has none of these, it is all they may read';

create function helped_order_in_view(states text[], due_before timestamptz, supervised boolean, waits_for text, area_alone text,
    by_areas text[], by_units uuid[], reader uuid, reader_units uuid[])
returns setof work_order
language sql stable
as $$
    select w.*
    from helped_order(by_areas, by_units, reader, reader_units) w
    where w.state = any(states)
      and (due_before is null or w.due_at < due_before)
      and (not supervised or w.supervise > 0)
      and (waits_for is null or w.pending = waits_for)
      and (area_alone is null or w.area_path = area_alone)
$$;
comment on function helped_order_in_view is 'As order_in_view, of helped_order';
