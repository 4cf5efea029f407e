//! Notes and keys beside those that other programs published.

use gongzhi_proof::note::{Key, Malformed, Note, SignatureType, SigningKey};
use gongzhi_proof::{Checkpoint, checkpoint};

/// The checksum database of Go: key, and a note that it signed.
const GO: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// An example of golang.org/x/mod/sumdb/note.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const WORDS: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn keys_of_others_are_read() {
    for text in [GO, PETER] {
        let key: Key = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
        assert_eq!(key.kind(), SignatureType::Plain);
    }
    assert_eq!(GO.replace("033d", "033e").parse::<Key>(), Err(Malformed::KeyId));
    assert_eq!("a b+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8".parse::<Key>(), Err(Malformed::Name));
    assert_eq!("sum.golang.org".parse::<Key>(), Err(Malformed::Key));
}

#[test]
fn a_note_of_others_holds_and_no_other() {
    let (key, note): (Key, Note) = (PETER.parse().unwrap(), WORDS.parse().unwrap());
    assert_eq!(note.signed_by(&key), Some(0));
    assert_eq!(note.to_string(), WORDS);
    let changed: Note = WORDS.replace("is the answer", "is no answer").parse().unwrap();
    assert_eq!(changed.signed_by(&key), None);
    assert_eq!(note.signed_by(&GO.parse().unwrap()), None);
}

#[test]
fn a_private_key_is_kept_and_read_again() {
    // The private half of the example.
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let key = SigningKey::parse(secret).unwrap();
    assert_eq!(key.public().to_string(), PETER);
    assert_eq!(key.secret(), secret);
    let text = WORDS.split_once("\n\n").unwrap().0.to_owned() + "\n";
    let note = Note { signatures: vec![key.sign(&text, 0)], text };
    assert_eq!(note.to_string(), WORDS);
    assert!(!format!("{key:?}").contains("AYEK"));
    assert!(SigningKey::parse(&secret.replace("c74f", "c74e")).is_err());
}

#[test]
fn a_cosignature_says_when_and_holds_for_one_text() {
    let key = SigningKey::new("街道办事处", SignatureType::Cosignature, &[7; 32]).unwrap();
    let public: Key = key.public().to_string().parse().unwrap();
    let text = "example.com/log\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let line = key.sign(text, 1_679_315_147);
    assert_eq!(line.bytes.len(), 72);
    assert_eq!(line.holds(&public, text), Some(1_679_315_147));
    assert_eq!(line.to_string().parse(), Ok(line.clone()));
    assert_eq!(line.holds(&public, &text.replace('2', "3")), None);
    let mut later = line;
    later.bytes[7] ^= 1;
    assert_eq!(later.holds(&public, text), None);
    // The same seed signs nothing else: the number of the key differs.
    let plain = SigningKey::new("街道办事处", SignatureType::Plain, &[7; 32]).unwrap();
    assert_ne!(plain.public().id(), public.id());
}

#[test]
fn a_checkpoint_is_read_as_it_is_written() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\ntime 1679315147\nreason daily\n";
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert_eq!(
        (checkpoint.size, checkpoint.at(), checkpoint.extension("reason")),
        (20_852_163, Some(1_679_315_147), Some("daily"))
    );
    assert_eq!(checkpoint.to_string(), text);
    assert_eq!(checkpoint.short_root(), "0AC5 186A 9186 3E8E 1D90 C808");
    for wrong in [
        "",
        "log\n1\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ] {
        assert_eq!(wrong.parse::<Checkpoint>(), Err(checkpoint::NoCheckpoint), "{wrong}");
    }
}

#[test]
fn what_is_no_note_is_refused() {
    let many = format!("text\n\n{}", "\u{2014} a AAAAAAAA\n".repeat(65));
    for wrong in [
        "",
        "text\n",
        "text\n\n",
        "text\n\n\u{2014} name\n",
        "text\n\n- name AAAAAAAA\n",
        "te\txt\n\n\u{2014} a AAAAAAAA\n",
        &many,
    ] {
        assert_eq!(wrong.parse::<Note>(), Err(Malformed::Note), "{wrong}");
    }
}
