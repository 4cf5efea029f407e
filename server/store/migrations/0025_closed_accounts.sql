-- A person closes their account: seven days in which signing in undoes it, then what makes a number a person is emptied
-- (PRIVACY.md, What deletion can and cannot do). Rows that prove a count keep the number alone.

create table account_closing (
    person_id uuid primary key references person,
    asked_at  timestamptz not null,
    due_at    timestamptz not null,
    constraint account_closing_cools_off check (due_at >= asked_at + interval '7 days')
);
create index account_closing_due on account_closing (due_at);
comment on table account_closing is 'Somebody wants their account closed; gone when they sign in again, or when it was done';

alter table person
    add closed_at timestamptz,
    add constraint person_closed_is_nobody check (closed_at is null
        or (phone_sealed is null and phone_index is null and name_sealed is null and home_area_id is null));
comment on column person.closed_at is 'When the account was closed: the row is a number that rows which prove a count name, and nobody any more';

alter table sign_in_code
    drop constraint sign_in_code_purpose_is_known,
    add constraint sign_in_code_purpose_is_known check (purpose in ('sign_in', 'signature', 'witness', 'passkey', 'closing'));
comment on column sign_in_code.subject is 'The pact a signature is confirmed for, the assisted signature that is witnessed, or the person who closes their account';

create index content_author on content (author_id) where author_id is not null;
