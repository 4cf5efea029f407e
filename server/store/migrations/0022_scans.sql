-- Scans of the signature book (pacts.md, Signing): a page that two people read is kept as a picture, so that what they read can
-- be looked at again.

create table signature_scan (
    id           uuid primary key,
    pact_id      uuid not null,
    text_no      integer not null,
    building_id  uuid not null references building,
    page         integer not null constraint scan_page_counts_from_one check (page between 1 and 9999),
    sha256       bytea not null constraint scan_is_sha256 check (length(sha256) = 32),
    told_by      text not null constraint scan_told_by_is_known check (told_by in ('qr', 'typed')),
    width        integer not null,
    height       integer not null,
    bytes        integer not null,
    uploaded_by  uuid not null references person,
    uploaded_at  timestamptz not null,
    constraint scan_round_fkey foreign key (pact_id, text_no) references signing_round,
    constraint scan_is_kept_once unique (pact_id, text_no, building_id, page, sha256),
    constraint scan_is_of_one_page unique (id, pact_id, text_no, page)
);
create index signature_scan_file on signature_scan (sha256);
comment on table signature_scan is 'A page of the signature book as a picture: re-encoded, sealed, in the files of photos under its hash; append-only';
comment on column signature_scan.sha256 is 'Hash of the re-encoded picture; the evidence of each signature read from it names it';
comment on column signature_scan.told_by is 'What told which text was signed: the QR code on the page, or the check code that was typed';

alter table paper_signature_entry
    add column scan_id uuid,
    add constraint paper_entry_reads_a_page_of_its_round foreign key (scan_id, pact_id, text_no, page)
        references signature_scan (id, pact_id, text_no, page),
    -- What was read before scans were kept stays as it is.
    add constraint paper_entry_has_its_scan check (scan_id is not null) not valid;
comment on column paper_signature_entry.scan_id is 'The scan it was read from; null only for readings older than scans';

alter table attachment drop constraint attachment_staged_for_is_known;
alter table attachment add constraint attachment_staged_for_is_known
    check (staged_for ~ '^(filing|(reply|evidence|breach|signing):[0-9a-f-]{36})$');

revoke update, delete, truncate on signature_scan from gongzhi_app;
