-- A photo waits for one form, not for whatever the same browser opens next: a desk machine is shared, and its form cookie
-- outlives whoever signed in there.

alter table attachment
    add column staged_for text not null default 'filing'
        constraint attachment_staged_for_is_known check (staged_for ~ '^(filing|reply:[0-9a-f-]{36})$');
comment on column attachment.staged_for is 'The form it was staged for: filing, or reply: and the order; only that form may attach it';
