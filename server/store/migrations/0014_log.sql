-- Evidence that lasts (pacts.md): a Merkle log of salted commitments. A leaf is written in the transaction of the change it
-- proves and takes no lock; it gets its place in the log afterwards. What was stated lies beside the log, sealed, and can be
-- deleted where it is about one person.

create table log_leaf (
    id         uuid primary key,
    kind       text not null constraint log_leaf_kind_is_known check (kind in ('move', 'text', 'roll', 'vote_count', 'signature', 'withdrawal',
        'points_entry')),
    subject    text not null constraint log_leaf_subject_is_named check (subject ~ '^[a-z_]+:[A-Za-z0-9:/_-]{1,120}$'),
    commitment bytea not null constraint log_leaf_commitment_is_sha256 check (length(commitment) = 32),
    at         timestamptz not null constraint log_leaf_moment_is_whole_seconds check (at = date_trunc('second', at, 'UTC'))
);
create index log_leaf_subject on log_leaf (subject);
comment on table log_leaf is 'What is proven, as it is hashed; append-only';
comment on column log_leaf.commitment is 'SHA-256 of a salt and the canonical statement: says nothing without both';

create table log_statement (
    leaf_id uuid primary key references log_leaf,
    sealed  bytea not null
);
comment on table log_statement is 'What a leaf states, with its salt, sealed; the row goes when a person''s data is deleted';

create function log_statement_of_the_public_stays() returns trigger
language plpgsql
as $$
begin
    if (select kind from log_leaf where id = old.leaf_id) not in ('signature', 'withdrawal', 'points_entry') then
        raise exception 'what a leaf states about no one person stays'
            using errcode = '23514', constraint = 'log_statement_of_the_public_stays';
    end if;
    return old;
end
$$;
create trigger log_statement_of_the_public_stays before delete on log_statement
    for each row execute function log_statement_of_the_public_stays();

create table log_waiting (
    leaf_id uuid primary key references log_leaf
);
comment on table log_waiting is 'Leaves that have no place in the log yet';

create table log_entry (
    index   bigint primary key constraint log_entry_counts_from_zero check (index >= 0),
    leaf_id uuid not null constraint log_entry_leaf_stands_once unique references log_leaf,
    nodes   bytea not null constraint log_entry_nodes_are_sha256 check (length(nodes) % 32 = 0 and length(nodes) between 32 and 2048)
);
comment on table log_entry is 'The log: which leaf stands at which place, without gaps; append-only';
comment on column log_entry.nodes is 'The hashes of every perfect subtree that this leaf completed, 32 bytes each, its own first (RFC 6962)';

create table log_key (
    verifier text primary key,
    since    timestamptz not null
);
comment on table log_key is 'Every key the log has signed with, as others know it (C2SP signed-note); the newest signs; append-only';

create table log_checkpoint (
    seq     bigint primary key constraint log_checkpoint_counts_from_one check (seq >= 1),
    size    bigint not null constraint log_checkpoint_size_is_not_negative check (size >= 0),
    root    bytea not null constraint log_checkpoint_root_is_sha256 check (length(root) = 32),
    note    text not null,
    reason  text not null constraint log_checkpoint_reason_is_known check (reason in ('first', 'daily', 'stage', 'asked')),
    made_at timestamptz not null
);
create index log_checkpoint_size on log_checkpoint (size, seq);
comment on table log_checkpoint is 'The head of the log at a moment, signed (C2SP tlog-checkpoint); append-only';

create table log_cosigner (
    verifier      text primary key,
    registered_by uuid not null references person,
    registered_at timestamptz not null
);
comment on table log_cosigner is 'The public key of a second party that signs the log''s heads: a street office, a supervision committee; append-only';

create table log_cosignature (
    checkpoint_seq bigint not null references log_checkpoint,
    verifier       text not null references log_cosigner,
    line           text not null,
    primary key (checkpoint_seq, verifier)
);
comment on table log_cosignature is 'A second party''s line under a head of the log (C2SP cosignature/v1, with its moment); append-only';

revoke update, delete, truncate on log_leaf, log_entry, log_key, log_checkpoint, log_cosigner, log_cosignature from gongzhi_app;
revoke update, truncate on log_statement, log_waiting from gongzhi_app;
