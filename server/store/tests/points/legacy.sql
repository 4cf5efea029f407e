-- What stands in a database of the schema before votes on tariffs were counted: a tariff in force and a draft, a reward of another
-- area that somebody holds, a photo of a request.
insert into area_level values (1, 1, '旗', 'Banner');
insert into area (id, level_id, kind_zh, kind_en, code, path, name_zh, name_en) values
    ('00000000-0000-4000-8000-0000000000a1', 1, '旗', 'Banner', 'A', 'A', '甲', 'A');
insert into unit (id, area_id, kind, code, name_zh, name_en) values
    ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a1', 'department', 'U', '居委会', 'Committee');
insert into person (id, created_at) values ('00000000-0000-4000-8000-0000000000b1', now()), ('00000000-0000-4000-8000-0000000000b2', now());
insert into tariff (id, area_id, area_path, version, expires_months, drafted_by, drafted_at) values
    ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000a1', 'A', 1, 24,
        '00000000-0000-4000-8000-0000000000b1', '2026-02-01');
insert into tariff_item (id, tariff_id, code, position, name_zh, name_en, source, goes_to, points, cap, period, evidence_zh, evidence_en,
    checks_zh, checks_en) values
    (gen_random_uuid(), '00000000-0000-4000-8000-0000000000d1', 'patrol', 1, '巡逻', 'Patrol', 'safety', 'person', 5, 20, 'month', '签到', 'Sheet',
        '两人', 'Two');
update tariff set decision = '居民会议 2026 年第 2 号决议', effective_on = '2026-02-02', passed_by = '00000000-0000-4000-8000-0000000000b2',
    passed_at = '2026-02-02' where version = 1;
insert into tariff (id, area_id, area_path, version, drafted_by, drafted_at) values
    ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000a1', 'A', 2, '00000000-0000-4000-8000-0000000000b1', '2026-03-01');
insert into points_account (id, kind, person_id, balance) values
    ('00000000-0000-4000-8000-0000000000e1', 'person', '00000000-0000-4000-8000-0000000000b1', 0);
insert into reward (id, area_id, area_path, unit_id, name_zh, name_en, where_zh, where_en, cost, stock, changed_by, changed_at) values
    ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', 'A', '00000000-0000-4000-8000-0000000000c1', '洗衣液', 'Liquid',
        '前台', 'Desk', 5, 3, '00000000-0000-4000-8000-0000000000b2', '2026-02-03');
insert into reward_reservation (id, key, reward_id, person_id, account_id, cost, state, reserved_at, hold_until) values
    (gen_random_uuid(), gen_random_uuid(), '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000b1',
        '00000000-0000-4000-8000-0000000000e1', 5, 'held', '2026-02-04', '2026-02-18');
insert into content (id, kind, area_id, area_path, original_sealed, public_text, state, created_at) values
    ('00000000-0000-4000-8000-000000000001', 'request', '00000000-0000-4000-8000-0000000000a1', 'A', '', '路灯', 'waiting', now());
insert into attachment (id, content_id, state, staged_by, width, height, bytes, sha256, created_at) values
    (gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'shown', 'browser', 40, 30, 9, '', now());
