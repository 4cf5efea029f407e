-- Which orders a list of the desk holds (requests.md, "At the desk"), written once for lists and counts. The planner
-- puts both functions in place as it does a view, so that their callers keep the indexes of work_order. It does so
-- only with plain SQL that is stable and not strict; the test no_list_scans_a_large_table notices.

create function readable_order(by_areas text[], by_units uuid[], reader uuid, reader_units uuid[], tip_off_areas text[])
returns setof work_order
language sql stable
as $$
    select w.*
    from work_order w
    where (by_areas is null or exists (
              select from unnest(by_areas) as a (path) where w.area_path >= a.path and w.area_path < a.path || '/'))
      and (by_areas is not null or w.lead_unit_id = any(by_units) or w.id in (
              select u.order_id from order_unit u where u.unit_id = any(by_units) and u.until is null))
      -- An aggregate and not an exists: it is asked of each order by the index, never of all requests at once.
      and not (select coalesce(bool_or(r.person_id = reader or r.kind = 'tip_off' and (
                          r.accused_unit_id = any(reader_units)
                          or by_areas is not null and not exists (
                              select from unnest(tip_off_areas) as a (path)
                              where w.area_path >= a.path and w.area_path < a.path || '/'))), false)
               from request r where r.order_id = w.id)
$$;
comment on function readable_order is 'The orders a member of staff may read: those in by_areas or, where that is null, those given to by_units; never their own, and tip-offs only in tip_off_areas and not about reader_units';

create function order_in_view(states text[], due_before timestamptz, supervised boolean, waits_for text, area_alone text,
    by_areas text[], by_units uuid[], reader uuid, reader_units uuid[], tip_off_areas text[])
returns setof work_order
language sql stable
as $$
    select w.*
    from readable_order(by_areas, by_units, reader, reader_units, tip_off_areas) w
    where w.state = any(states)
      and (due_before is null or w.due_at < due_before)
      and (not supervised or w.supervise > 0)
      and (waits_for is null or w.pending = waits_for)
      and (area_alone is null or w.area_path = area_alone)
$$;
comment on function order_in_view is 'The readable orders one view of the desk asks for; area_alone leaves out what lies below the area';
