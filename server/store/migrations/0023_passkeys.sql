-- Passkeys (pacts.md, Signing): the other way to confirm a signature on one's own phone. The portal keeps public keys only; the
-- finger or face never leaves the phone.

create table passkey (
    id            uuid primary key,
    person_id     uuid not null references person,
    credential_id bytea not null constraint passkey_credential_has_a_length check (length(credential_id) between 1 and 1023),
    public_key    bytea not null constraint passkey_key_has_a_length check (length(public_key) between 1 and 2048),
    counter       bigint not null default 0 constraint passkey_counter_is_no_less_than_zero check (counter >= 0),
    name          text not null default '' constraint passkey_name_is_short check (char_length(name) <= 40),
    created_at    timestamptz not null,
    used_at       timestamptz,
    constraint passkey_is_of_one_person unique (credential_id)
);
create index passkey_of_person on passkey (person_id);
comment on table passkey is 'A device with which a person confirms their signatures';
comment on column passkey.public_key is 'COSE key as the authenticator gave it';
comment on column passkey.counter is 'The last signature counter that was seen; one that goes backwards is refused';

create table passkey_challenge (
    id          uuid primary key,
    person_id   uuid not null references person,
    purpose     text not null constraint passkey_challenge_purpose_is_known check (purpose in ('register', 'signature')),
    pact_id     uuid,
    text_no     integer,
    text_sha256 bytea,
    nonce       bytea not null constraint passkey_challenge_nonce_has_a_length check (length(nonce) = 32),
    challenge   bytea not null constraint passkey_challenge_is_sha256 check (length(challenge) = 32),
    expires_at  timestamptz not null,
    constraint passkey_challenge_is_its_own unique (challenge),
    constraint passkey_challenge_version_fkey foreign key (pact_id, text_no) references signing_round,
    constraint passkey_challenge_names_its_text
        check ((purpose = 'signature') = (pact_id is not null and text_no is not null and text_sha256 is not null))
);
create index passkey_challenge_of_person on passkey_challenge (person_id, expires_at);
comment on table passkey_challenge is 'What a device is asked to sign; removed when it is answered, well or badly, and 5 minutes after it was made';
comment on column passkey_challenge.challenge is 'For a signature the hash of pact, version, text, signer and nonce: the device signs what is signed';

-- A code is sent before a passkey is added: whoever only holds the phone unlocked cannot add one unnoticed.
alter table sign_in_code
    drop constraint sign_in_code_purpose_is_known,
    add constraint sign_in_code_purpose_is_known check (purpose in ('sign_in', 'signature', 'witness', 'passkey'));

revoke update, truncate on passkey_challenge from gongzhi_app;
revoke truncate on passkey from gongzhi_app;
