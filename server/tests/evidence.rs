//! The log of evidence on the command line: a receipt is checked on a machine without a database, a head is cosigned without a network,
//! and the walk over the log names what was changed.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use gongzhi_proof::{Checkpoint, Key, Note};
use gongzhi_store::log::{self, LeafKind, NewLeaf, Reason};
use gongzhi_store::testing::World;
use serde_json::json;
use sqlx::ConnectOptions as _;

/// The master key of the store's tests.
const KEYS: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn gongzhi(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongzhi"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GONGZHI_DATA_DIR", folder.join("data"))
        .current_dir(folder);
    command
}

/// Exit code, what was said and what went wrong, given this on standard input.
fn said(command: &mut Command, input: &str) -> (Option<i32>, String, String) {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    // A program that reads nothing has closed its end.
    let _ = child.stdin.take().expect("stdin").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("output");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn logged(world: &World, n: u32) -> gongzhi_domain::ids::LeafId {
    let db = world.db();
    let mut tx = db.begin().await.expect("begun");
    let statement = json!({"n": n, "pact": "BYH1A-2026-01"});
    let new = NewLeaf { kind: LeafKind::Signature, subject: "test:1", statement: &statement };
    let leaf = log::append(&db, &mut tx, new).await.expect("appended");
    tx.commit().await.expect("committed");
    leaf
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_checked_without_a_database() {
    let (world, temp) = (World::new().await, tempfile::tempdir().expect("folder"));
    let leaf = logged(&world, 1).await;
    let file = log::receipt(&world.db(), leaf).await.expect("receipt").to_json().expect("file");
    let key = log::public_keys(&world.db()).await.expect("keys")[0].to_string();
    let write = |name: &str, text: &str| std::fs::write(temp.path().join(name), text).expect("written");
    write("receipt.json", &file);
    write("changed.json", &file.replace("2026-01", "2026-02"));
    write("letter.txt", "Dear neighbours");

    let verify = |arguments: &[&str]| said(gongzhi(temp.path()).arg("verify").args(arguments), "");
    let (code, out, _) = verify(&["receipt.json", "--key", &key]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("is whole") && out.contains("BYH1A-2026-01") && out.contains("1 of 1"), "{out}");
    let (code, out, _) = verify(&["receipt.json"]);
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("was not checked") && out.contains(&key), "{out}");
    let (code, out, _) = verify(&["changed.json", "--key", &key]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("signature: the statement or its salt"), "{out}");
    let (code, out, _) = verify(&["letter.txt", "--key", &key]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("this is no receipt"), "{out}");
    assert_eq!(verify(&["nowhere.json"]).0, Some(2));
    assert_eq!(verify(&["receipt.json", "--key", "nonsense"]).0, Some(2));
    assert!(!temp.path().join("data").exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_cosigned_on_another_machine_and_only_when_it_continues_the_last() {
    let (world, temp) = (World::new().await, tempfile::tempdir().expect("folder"));
    logged(&world, 1).await;
    let old = log::checkpoint(&world.db(), Reason::Daily).await.expect("head");
    logged(&world, 2).await;
    let new = log::checkpoint(&world.db(), Reason::Daily).await.expect("head");
    let proof = log::consistency(&world.db(), 1, 2).await.expect("proof");
    let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let write = |name: &str, text: String| std::fs::write(temp.path().join(name), text).expect("written");
    write("old", old.note.to_string());
    write("proof", proof.iter().map(|hash| hex(hash) + "\n").collect());
    write("wrong", hex(&[7; 32]) + "\n");

    let make = || said(gongzhi(temp.path()).args(["log", "key", "street.example", "--file", "street.key"]), "");
    let (code, out, err) = make();
    assert_eq!(code, Some(0), "{err}");
    let key: Key = out.trim().parse().expect("a public key");
    assert_eq!(make().0, Some(2), "a key is never overwritten");

    let cosign = |more: &[&str], note: &str| {
        said(gongzhi(temp.path()).args(["log", "cosign", "--key", "street.key"]).args(more), note)
    };
    let (code, out, err) = cosign(&["--last", "old", "--proof", "proof"], &new.note.to_string());
    assert_eq!(code, Some(0), "{err}");
    let note: Note = out.parse().expect("a note");
    assert!(note.signed_by(&key).is_some_and(|at| at > 1_700_000_000));
    let (code, out, err) = cosign(&["--last", "old", "--proof", "wrong"], &new.note.to_string());
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("NOT signed"), "{err}");
    assert_eq!(cosign(&[], "hello").0, Some(2));
    assert_eq!(cosign(&["--last", "old"], &out).0, Some(2), "a last head needs its proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_over_the_log_names_what_was_changed() {
    let (world, temp) = (World::new().await, tempfile::tempdir().expect("folder"));
    for n in 0..5 {
        logged(&world, n).await;
    }
    log::checkpoint(&world.db(), Reason::Stage).await.expect("head");
    let url = world.options().to_url_lossy();
    let run = |verb: &str| {
        let database = ("GONGZHI_DATABASE_URL", url.as_str());
        said(gongzhi(temp.path()).args(["log", verb]).envs([database, ("GONGZHI_KEYS", KEYS)]), "")
    };
    let (code, out, err) = run("verify");
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("The log is whole: 5 entries"), "{out}");

    let damage = "update log_leaf set subject = 'test:2' where id = (select leaf_id from log_entry where index = 3)";
    sqlx::raw_sql(damage).execute(&world.superuser().await).await.expect("damaged");
    let (code, out, err) = run("verify");
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(err.contains("leaf 3 (test:2): it is not the leaf that stands in the log"), "{err}");

    let (code, out, err) = run("checkpoint");
    assert_eq!(code, Some(0), "{err}");
    let note: Note = format!("{}\n", out.trim()).parse().expect("a note");
    assert_eq!(note.text.parse::<Checkpoint>().expect("a head").size, 5);
}
