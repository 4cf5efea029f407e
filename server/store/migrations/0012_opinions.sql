-- What people say of a draft and how it is answered (pacts.md, Text and opinions), and the photos beside a pact's evidence.

create table opinion_answer (
    id          uuid primary key,
    pact_id     uuid not null references pact,
    answer      text not null constraint opinion_answer_is_known check (answer in ('adopted', 'partly', 'not_adopted')),
    reason      text not null,
    answered_by uuid not null references person,
    answered_at timestamptz not null,
    constraint opinion_answer_has_a_reason check (length(btrim(reason)) >= 4)
);
create index opinion_answer_of on opinion_answer (pact_id, answered_at);
comment on table opinion_answer is 'An answer with its reason, to one opinion or to a group that says the same; append-only';

create table opinion (
    id           uuid primary key,
    pact_id      uuid not null references pact,
    version_no   integer not null,
    clause_id    uuid,
    person_id    uuid not null references person,
    household_id uuid references household,
    stance       text not null constraint opinion_stance_is_known check (stance in ('agree', 'change', 'object')),
    content_id   uuid references content constraint opinion_words_are_its_own unique,
    channel      text not null default 'phone' constraint opinion_channel_is_known check (channel in ('phone', 'assisted', 'paper')),
    helper_id    uuid references person,
    answer_id    uuid references opinion_answer,
    given_at     timestamptz not null,
    changed_at   timestamptz not null,
    constraint opinion_version_fkey foreign key (pact_id, version_no) references pact_version,
    constraint opinion_clause_fkey foreign key (pact_id, version_no, clause_id) references pact_clause,
    constraint opinion_against_has_words check (stance = 'agree' or content_id is not null),
    constraint opinion_is_helped_by_somebody check ((channel = 'phone') = (helper_id is null)),
    constraint opinion_is_helped_by_another check (helper_id is distinct from person_id)
);
create unique index opinion_one_a_person on opinion (pact_id, version_no, coalesce(clause_id, pact_id), person_id);
create index opinion_of_clause on opinion (pact_id, clause_id);
create index opinion_of_person on opinion (person_id);
comment on table opinion is 'What one person says of one clause of one version, or of the whole text; it changes until the consultation closes';
comment on column opinion.clause_id is 'Null: of the whole text';
comment on column opinion.household_id is 'Where the person lives or owns, if that is known: an opinion needs no residence, a vote does';
comment on column opinion.helper_id is 'Who wrote it down, at the door, at the window or from paper';

revoke update, delete, truncate on opinion_answer from gongzhi_app;
revoke delete, truncate on opinion from gongzhi_app;

alter table content drop constraint content_kind_is_known;
alter table content add constraint content_kind_is_known check (kind in ('request', 'rating', 'reply', 'opinion', 'topic', 'comment', 'nomination',
    'evidence'));
alter table attachment drop constraint attachment_staged_for_is_known;
alter table attachment add constraint attachment_staged_for_is_known check (staged_for ~ '^(filing|(reply|evidence):[0-9a-f-]{36})$');
