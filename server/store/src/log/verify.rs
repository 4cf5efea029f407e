//! The walk over the whole log: everything is made again from what the database holds, and compared. Each leaf from its row, each
//! statement against its leaf, each node from its leaves, each head from its tree, each signature with its key; then the rooms' own
//! rows against what was logged of them. Whatever was changed behind the program's back is found and named.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_proof::note::{Note, NoteSignature};
use gongzhi_proof::tree::{self, Edge};
use gongzhi_proof::{Checkpoint, Hash, Key};
use uuid::Uuid;

use super::report::{Broken, Place, Report};
use super::subjects::{self, Logged};
use super::{Stated, leaf, nodes};
use crate::db::{Db, Transaction};
use crate::refusal::refuse;
use crate::signing;

/// Faults that are named; after as many, more would not help.
const NAMED: usize = 100;
/// Entries read at once.
const BATCH: i64 = 1000;

/// Makes the whole log again and compares. Memory does not grow with the log; rows written meanwhile do not disturb it.
pub async fn verify(db: &Db) -> Result<Report, Error> {
    let mut tx = db.begin().await?;
    sqlx::query!("set transaction isolation level repeatable read, read only")
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    sqlx::query!("set local statement_timeout = '10min'").execute(&mut *tx).await.map_err(refuse)?;
    let mut walk = Walk { db, tx, report: Report::default() };
    let keys = walk.keys().await?;
    let heads = walk.heads(&keys).await?;
    walk.entries(&heads).await?;
    walk.not_in_the_log().await?;
    walk.cosignatures(&heads).await?;
    let found = subjects::compare_rows(&mut walk.tx).await?;
    walk.rows(found);
    let mut found = subjects::Found::default();
    for (signature, damage) in signing::damaged(db, &mut walk.tx, None).await? {
        found.wrong.push((format!("signature {signature}"), damage.words().to_owned()));
    }
    walk.rows(found);
    Ok(walk.report)
}

/// A head as it is stored, as far as it can be read.
struct Stored {
    seq: i64,
    size: u64,
    root: Vec<u8>,
    text: String,
}

struct Walk<'a> {
    db: &'a Db,
    tx: Transaction,
    report: Report,
}

impl Walk<'_> {
    fn broken(&mut self, place: Place, wrong: impl Into<String>) {
        if self.report.broken.len() < NAMED {
            self.report.broken.push(Broken { place, wrong: wrong.into() });
        }
    }

    fn rows(&mut self, found: subjects::Found) {
        self.report.compared += found.compared;
        for (row, wrong) in found.wrong {
            self.broken(Place::Row(row), wrong);
        }
    }

    /// The log's keys, with since when each signs.
    async fn keys(&mut self) -> Result<Vec<(Key, DateTime<Utc>)>, Error> {
        let rows = sqlx::query!("select verifier, since from log_key order by since, verifier");
        let mut keys = Vec::new();
        for row in rows.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            match row.verifier.parse::<Key>() {
                Ok(key) => keys.push((key, row.since)),
                Err(error) => self.broken(Place::Key(row.verifier), error.to_string()),
            }
        }
        Ok(keys)
    }

    /// Every head says what its row says, and is signed by the log.
    async fn heads(&mut self, keys: &[(Key, DateTime<Utc>)]) -> Result<Vec<Stored>, Error> {
        let rows = sqlx::query!("select seq, size, root, note, reason, made_at from log_checkpoint order by seq");
        let mut heads: Vec<Stored> = Vec::new();
        let mut silent: Vec<&(Key, DateTime<Utc>)> = keys.iter().collect();
        for row in rows.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            let place = || Place::Checkpoint(row.seq);
            self.report.checkpoints += 1;
            let before = heads.last().map_or((0, 0), |head| (head.seq, head.size));
            if row.seq != before.0 + 1 {
                self.broken(place(), "the ones before it are missing");
            }
            let size = nodes::index(row.size);
            if size < before.1 {
                self.broken(place(), "it has fewer leaves than the one before");
            }
            let read = row.note.parse::<Note>().ok().filter(|note| note.to_string() == row.note);
            let said = read.as_ref().and_then(|note| note.text.parse::<Checkpoint>().ok());
            let (Some(note), Some(said)) = (read, said) else {
                self.broken(place(), "its note cannot be read");
                continue;
            };
            let signers = note.signatures.iter().map(|line| keys.iter().find(|(key, _)| line.is_by(key)));
            let holds = note
                .signatures
                .iter()
                .zip(signers)
                .all(|(line, key)| key.is_some_and(|(key, _)| line.holds(key, &note.text).is_some()));
            let origin = keys.first().map(|(key, _)| key.name());
            if !holds || note.signatures.is_empty() {
                self.broken(place(), "the log's signature does not hold");
            } else if Some(said.origin.as_str()) != origin {
                self.broken(place(), "it names another log");
            }
            if (said.size, said.root.as_slice()) != (size, row.root.as_slice()) {
                self.broken(place(), "size or root are not those that were signed");
            }
            let when = row.made_at.timestamp_micros();
            if said.at().map(|at| at * 1_000_000) != Some(when) || said.extension("reason") != Some(&row.reason) {
                self.broken(place(), "moment or reason are not those that were signed");
            }
            silent.retain(|(key, since)| {
                let first = note.signatures.iter().any(|line| line.is_by(key));
                !(first && *since == row.made_at)
            });
            heads.push(Stored { seq: row.seq, size, root: row.root, text: note.text });
        }
        for (key, _) in silent {
            self.broken(Place::Key(key.to_string()), "no head introduces it at that moment");
        }
        Ok(heads)
    }

    /// The tree, made again from the leaves.
    async fn entries(&mut self, heads: &[Stored]) -> Result<(), Error> {
        let mut edge = Edge::default();
        let mut heads = heads.iter().peekable();
        let mut is_whole = true;
        self.compare_heads(&edge, &mut heads, is_whole);
        let mut last = -1;
        loop {
            let rows = sqlx::query!(
                r#"select e.index, e.nodes, l.id, l.kind, l.subject, l.commitment, l.at, s.sealed as "sealed?"
                   from log_entry e join log_leaf l on l.id = e.leaf_id left join log_statement s on s.leaf_id = l.id
                   where e.index > $1 order by e.index limit $2"#,
                last,
                BATCH,
            );
            let rows = rows.fetch_all(&mut *self.tx).await.map_err(refuse)?;
            let Some(end) = rows.last() else { break };
            last = end.index;
            let mut batch = Vec::with_capacity(rows.len());
            for row in rows {
                let index = nodes::index(row.index);
                self.report.entries += 1;
                if index != edge.size() && is_whole {
                    self.broken(Place::Entry(edge.size()), "it is missing");
                    is_whole = false;
                }
                let stored = nodes::split(&row.nodes);
                let statement = row.sealed.as_deref();
                let logged = self.leaf(Some(index), row.id, row.kind, row.subject, &row.commitment, row.at, statement);
                let hash = match self.leaf_hash(index, &logged, stored.first(), is_whole).await? {
                    Some(hash) => hash,
                    None => stored.first().copied().unwrap_or_default(),
                };
                let made = edge.push(hash);
                if is_whole {
                    self.compare_nodes(index, &made, &stored);
                    self.compare_heads(&edge, &mut heads, is_whole);
                }
                batch.push(logged);
            }
            let found = subjects::compare(self.db, &mut self.tx, &batch).await?;
            self.rows(found);
        }
        for head in heads {
            self.broken(Place::Checkpoint(head.seq), "entries it was signed over are missing");
        }
        Ok(())
    }

    /// One leaf: its statement is bound by it.
    #[expect(clippy::too_many_arguments, reason = "they are the columns of a row")]
    fn leaf(
        &mut self,
        index: Option<u64>,
        id: Uuid,
        kind: String,
        subject: String,
        commitment: &[u8],
        at: DateTime<Utc>,
        sealed: Option<&[u8]>,
    ) -> Logged {
        let leaf = leaf(&kind, subject.clone(), commitment, at);
        let mut statement = None;
        match (sealed, &leaf) {
            (_, None) => self.broken(Place::Leaf(index, subject.clone()), "its kind is not known"),
            (None, Some(leaf)) if leaf.kind.is_personal() => self.report.deleted += 1,
            (None, Some(_)) => self.broken(Place::Statement(subject.clone()), "it is gone, and may not be deleted"),
            (Some(sealed), Some(leaf)) => match Stated::open(self.db, sealed) {
                None => self
                    .broken(Place::Statement(subject.clone()), "it does not open: it was changed, or its key is gone"),
                Some(stated) if !leaf.binds(&stated.statement, &stated.salt) => {
                    self.broken(Place::Statement(subject.clone()), "it is not what the leaf binds");
                }
                // Of a leaf without a place the tree says nothing yet: what was sealed with it does.
                Some(stated) if index.is_none() && leaf.hash() != stated.leaf => {
                    self.broken(Place::Leaf(None, subject.clone()), "it is not the leaf that was appended");
                }
                Some(stated) => statement = Some(stated.statement),
            },
        }
        Logged { id, kind: leaf.as_ref().map(|leaf| leaf.kind), subject, leaf, statement }
    }

    /// The hash of a leaf as it is now, compared with the stored one. Which of the two was changed the next head tells: the tree
    /// goes on with the other, so that one change is named once. `None` when the leaf is the changed one.
    async fn leaf_hash(
        &mut self,
        index: u64,
        logged: &Logged,
        stored: Option<&Hash>,
        is_whole: bool,
    ) -> Result<Option<Hash>, Error> {
        let made = logged.leaf.as_ref().map(gongzhi_proof::Leaf::hash);
        if made.as_ref() == stored || !is_whole {
            return Ok(made);
        }
        let head = sqlx::query!(
            "select size, root from log_checkpoint where size > $1 order by size, seq limit 1",
            nodes::place(index),
        );
        let head = head.fetch_optional(&mut *self.tx).await.map_err(refuse)?;
        if let (Some(head), Some(leaf)) = (head, &logged.leaf)
            && let Ok(root) = Hash::try_from(head.root.as_slice())
        {
            let size = nodes::index(head.size);
            let siblings = nodes::read(&mut self.tx, &tree::inclusion_nodes(index, size)).await?;
            let proof = tree::inclusion(index, size, &siblings).unwrap_or_default();
            if tree::is_included(&leaf.bytes(), index, &proof, size, &root) {
                // The leaf is as it was signed; `compare_nodes` names the node.
                return Ok(made);
            }
        }
        self.broken(Place::Leaf(Some(index), logged.subject.clone()), "it is not the leaf that stands in the log");
        Ok(None)
    }

    /// The nodes this entry completed.
    fn compare_nodes(&mut self, index: u64, made: &[Hash], stored: &[Hash]) {
        if made.len() != stored.len() {
            self.broken(Place::Entry(index), "it does not hold the nodes it completed");
        }
        for (level, (made, stored)) in (0..).zip(made.iter().zip(stored)) {
            if made != stored {
                self.broken(Place::Node(index, level), "it is not the hash of what lies below it");
            }
        }
    }

    /// The heads that were signed over the tree as it stands now.
    fn compare_heads<'h>(
        &mut self,
        edge: &Edge,
        heads: &mut std::iter::Peekable<impl Iterator<Item = &'h Stored>>,
        is_whole: bool,
    ) {
        while let Some(head) = heads.next_if(|head| head.size <= edge.size()) {
            if is_whole && head.size == edge.size() && head.root != edge.root() {
                self.broken(Place::Checkpoint(head.seq), "its root is not that of the log");
            }
        }
    }

    /// Leaves without a place wait for one; statements and waiting rows belong to leaves.
    async fn not_in_the_log(&mut self) -> Result<(), Error> {
        let rows = sqlx::query!(
            r#"select l.id, l.kind, l.subject, l.commitment, l.at, s.sealed as "sealed?", w.leaf_id is not null as "waits!"
               from log_leaf l left join log_entry e on e.leaf_id = l.id left join log_statement s on s.leaf_id = l.id
                    left join log_waiting w on w.leaf_id = l.id
               where e.leaf_id is null order by l.id"#
        );
        let mut waiting = Vec::new();
        for row in rows.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            if !row.waits {
                self.broken(Place::Leaf(None, row.subject.clone()), "it has no place in the log and waits for none");
            }
            self.report.waiting += 1;
            waiting.push(self.leaf(
                None,
                row.id,
                row.kind,
                row.subject,
                &row.commitment,
                row.at,
                row.sealed.as_deref(),
            ));
        }
        let found = subjects::compare(self.db, &mut self.tx, &waiting).await?;
        self.rows(found);
        let stray = sqlx::query_scalar!(
            r#"select 'statement ' || leaf_id as "stray!" from log_statement s
               where not exists (select from log_leaf where id = s.leaf_id)
               union all select 'entry ' || index from log_entry e where not exists (select from log_leaf where id = e.leaf_id)
               union all select 'waiting leaf ' || leaf_id from log_waiting w
               where not exists (select from log_leaf where id = w.leaf_id)
                  or exists (select from log_entry e where e.leaf_id = w.leaf_id)"#
        );
        for stray in stray.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            self.broken(Place::Row(stray), "it belongs to no leaf, or to one that has its place");
        }
        Ok(())
    }

    /// Every cosignature holds, and every cosigner was registered, and retired, by whom the audit log says.
    async fn cosignatures(&mut self, heads: &[Stored]) -> Result<(), Error> {
        let rows = sqlx::query!(
            "select checkpoint_seq, verifier, line from log_cosignature order by checkpoint_seq, verifier"
        );
        for row in rows.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            self.report.cosignatures += 1;
            let head = heads.iter().find(|head| head.seq == row.checkpoint_seq);
            let key = row.verifier.parse::<Key>();
            let line = row.line.parse::<NoteSignature>().ok().filter(|line| line.to_string() == row.line);
            let holds = match (head, key, line) {
                (Some(head), Ok(key), Some(line)) => line.holds(&key, &head.text).is_some(),
                _ => false,
            };
            if !holds {
                let name = row.verifier.split('+').next().unwrap_or_default().to_owned();
                self.broken(Place::Cosignature(row.checkpoint_seq, name), "it does not hold");
            }
        }
        let cosigners = sqlx::query!(
            r#"select c.verifier, exists (
                   select from audit_event a
                   where a.stream = 'log' and a.action = 'log.cosigner' and a.after ->> 'verifier' = c.verifier
                     and a.person_id = coalesce(c.confirmed_by, c.registered_by) and a.at = c.registered_at
                     and (c.confirmed_by is null or a.after ->> 'asked_by' = c.registered_by::text)) as "recorded!",
                   not exists (select from log_cosigner_end e where e.verifier = c.verifier and not exists (
                       select from audit_event a
                       where a.stream = 'log' and a.action = 'log.cosigner.end' and a.after ->> 'verifier' = e.verifier
                         and a.person_id = e.confirmed_by and a.at = e.retired_at and a.reason = e.reason
                         and a.after ->> 'asked_by' = e.asked_by::text))
                     and (exists (select from log_cosigner_end e where e.verifier = c.verifier) or not exists (
                       select from audit_event a
                       where a.stream = 'log' and a.action = 'log.cosigner.end' and a.after ->> 'verifier' = c.verifier)) as "ended_so!"
               from log_cosigner c order by c.verifier"#
        );
        for row in cosigners.fetch_all(&mut *self.tx).await.map_err(refuse)? {
            if let Err(error) = row.verifier.parse::<Key>() {
                self.broken(Place::Key(row.verifier), error.to_string());
            } else if !row.recorded {
                self.broken(Place::Key(row.verifier), "the audit log records no such registration");
            } else if !row.ended_so {
                self.broken(Place::Key(row.verifier), "the audit log records no such retirement");
            }
        }
        Ok(())
    }
}
