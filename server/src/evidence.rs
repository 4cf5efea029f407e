//! The log of evidence on the command line: receipts are checked without a database, heads are cosigned without a network, and the
//! whole log is walked beside a serving portal.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use gongzhi_proof::note::{SignatureType, SigningKey};
use gongzhi_proof::{Checked, Checkpoint, Hash, Key, Note, Receipt, tree};
use gongzhi_store::log::{self, Reason};

use crate::cli::{Failure, say};
use crate::config::Config;
use crate::database::{Database, write_secret};

/// Files larger than this are no receipts and no notes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What `gongzhi verify` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything holds, and a key the caller named signed it.
    Whole,
    /// Everything holds, under a key that the receipt alone names.
    SignerUnknown,
    /// Something in it was changed.
    Broken,
}

/// Checks a receipt's file, and says what was found.
pub(crate) fn verify(file: &Path, keys: &[String]) -> Result<Verdict, Failure> {
    let text = read(file)?;
    let named = keys.iter().map(|key| parse_key(key)).collect::<Result<Vec<_>, _>>()?;
    let receipt = match Receipt::parse(&text) {
        Ok(receipt) => receipt,
        Err(fault) => return Ok(broken(&fault)),
    };
    let trusted = match (named.is_empty(), receipt.named_key()) {
        (true, Ok(own)) => vec![own],
        (true, Err(fault)) => return Ok(broken(&fault)),
        (false, _) => named,
    };
    match receipt.verify(&trusted) {
        Err(fault) => Ok(broken(&fault)),
        Ok(checked) if keys.is_empty() => {
            say(&format!(
                "The receipt is whole in itself, but who signed it was not checked.\nIt is signed by {}\nCompare this line with \
                 the key on the notice board, and check again with --key.\n{}",
                checked.key,
                told(&checked)
            ));
            Ok(Verdict::SignerUnknown)
        }
        Ok(checked) => {
            say(&format!("The receipt is whole: nothing in it was changed.\n{}", told(&checked)));
            Ok(Verdict::Whole)
        }
    }
}

fn broken(fault: &gongzhi_proof::Fault) -> Verdict {
    say(&format!("The receipt does NOT hold.\nWrong is {fault}."));
    Verdict::Broken
}

/// What a receipt proves, line by line.
fn told(checked: &Checked) -> String {
    let mut lines = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(lines, "  {name:<11} {value}");
    };
    line("kind", checked.leaf.kind.to_string());
    line("subject", checked.leaf.subject.clone());
    line("logged", checked.leaf.at.clone());
    line("place", format!("{} of {}", checked.index + 1, checked.checkpoint.size));
    line("log", checked.checkpoint.origin.clone());
    line("root", checked.checkpoint.short_root());
    if let Some(at) = checked.checkpoint.at() {
        line("signed", moment(at));
    }
    for cosigned in &checked.cosigned {
        let trust = if cosigned.trusted { "" } else { " (not among the keys you named)" };
        let at = moment(i64::try_from(cosigned.at).unwrap_or(i64::MAX));
        line("cosigned", format!("{} {at}{trust}", cosigned.key.name()));
    }
    line("statement", checked.statement.to_string());
    line("text", if checked.has_text { "is the one the statement names" } else { "none in this receipt" }.to_owned());
    lines.trim_end().to_owned()
}

fn moment(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).map_or_else(|| seconds.to_string(), |at| at.to_rfc3339())
}

fn parse_key(text: &str) -> Result<Key, Failure> {
    text.trim().parse().map_err(|error| Failure::Arguments(format!("{text}: {error}")))
}

/// Makes a key for cosigning: the private half goes into a file that only its owner reads, the public half is said.
pub(crate) fn make_key(name: &str, file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::Arguments(format!(
            "{}: there is a file already, and keys are never overwritten",
            file.display()
        )));
    }
    let key = SigningKey::new(name, SignatureType::Cosignature, &rand::random::<Hash>())
        .map_err(|error| Failure::Arguments(format!("{name}: {error}")))?;
    let failed = |error| Failure::Other(format!("{}: {error}", file.display()));
    let place = std::path::absolute(file).map_err(failed)?;
    write_secret(&place, format!("{}\n", key.secret()).as_bytes()).map_err(failed)?;
    say(&key.public().to_string());
    Ok(())
}

/// Signs the head that comes in, with the key of a file, and says the note with the new line. With the head signed last and the
/// proof that it is the beginning of this one, nothing else is signed.
pub(crate) fn cosign(key: &Path, grown: Option<(&Path, &Path)>) -> Result<(), Failure> {
    let key =
        SigningKey::parse(&read(key)?).map_err(|error| Failure::Arguments(format!("{}: {error}", key.display())))?;
    if key.public().kind() != SignatureType::Cosignature {
        return Err(Failure::Arguments("this key is none for cosigning: make one with `gongzhi log key`".into()));
    }
    let mut text = String::new();
    std::io::stdin().take(LARGEST).read_to_string(&mut text).map_err(|error| Failure::Arguments(error.to_string()))?;
    let (mut note, head) = head(&text)?;
    if let Some((last, proof)) = grown {
        let (_, last) = self::head(&read(last)?)?;
        let proof = hashes(&read(proof)?)?;
        let is_its =
            last.origin == head.origin && tree::is_consistent((last.size, &last.root), (head.size, &head.root), &proof);
        if !is_its {
            return Err(Failure::Other("NOT signed: the head is not a continuation of the one you signed last".into()));
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    note.signatures.retain(|line| !line.is_by(key.public()));
    note.signatures.push(key.sign(&note.text, now));
    let mut out = std::io::stdout().lock();
    write!(out, "{note}").map_err(|error| Failure::Other(error.to_string()))
}

fn head(text: &str) -> Result<(Note, Checkpoint), Failure> {
    let text = format!("{}\n", text.replace("\r\n", "\n").trim());
    let wrong = |error: &dyn std::fmt::Display| Failure::Arguments(format!("this is no head of a log: {error}"));
    let note: Note = text.parse().map_err(|error| wrong(&error))?;
    let head = note.text.parse().map_err(|error| wrong(&error))?;
    Ok((note, head))
}

/// A proof as `/log/consistency` gives it: a hash a line.
fn hashes(text: &str) -> Result<Vec<Hash>, Failure> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let hash = |line: &str| {
        gongzhi_proof::hash_from_hex(line.trim()).ok_or_else(|| Failure::Arguments(format!("{line}: this is no hash")))
    };
    lines.map(hash).collect()
}

fn read(file: &Path) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Arguments(format!("{}: {error}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| failed(&error))?;
    let mut text = String::new();
    opened.take(LARGEST).read_to_string(&mut text).map_err(|error| failed(&error))?;
    Ok(text)
}

/// Walks the whole log; fails when anything in it, or in a row it proves, was changed.
pub(crate) async fn verify_log(config: &Config, database: &Database) -> Result<String, Failure> {
    let db = crate::serve::opened(config, database).await?;
    let report = log::verify(&db).await.map_err(|error| Failure::Other(error.to_string()))?;
    let walked = format!(
        "{} entries, {} waiting, {} checkpoints, {} cosignatures, {} rows compared, {} statements deleted",
        report.entries, report.waiting, report.checkpoints, report.cosignatures, report.compared, report.deleted
    );
    if report.broken.is_empty() {
        return Ok(format!("The log is whole: {walked}."));
    }
    let mut said = format!("the log is NOT whole ({walked}):");
    for broken in &report.broken {
        let _ = write!(said, "\n  {broken}");
    }
    Err(Failure::Other(said))
}

/// Signs the head of the log now, and says the note.
pub(crate) async fn checkpoint(config: &Config, database: &Database) -> Result<String, Failure> {
    let db = crate::serve::opened(config, database).await?;
    let head = log::checkpoint(&db, Reason::Asked).await.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(head.note.to_string().trim_end().to_owned())
}
