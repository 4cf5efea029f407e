//! Confirming with a passkey: a device made here signs what a real one would, and everything that must not be taken is refused.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use gongzhi_store::passkeys::{self, Assertion, Attested, NewPasskey, Options, Site};
use gongzhi_store::sign_in::{CodeFor, latest_code_for_demo_of};
use gongzhi_store::signing::{self, Signed, Touch};
use gongzhi_store::testing::signing::{ToSign, phone};
use gongzhi_store::{Db, log};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{actor, count, home, signing_of};

const HERE: &str = "https://portal.example.org";

fn site() -> Site {
    Site::at(HERE).unwrap()
}

enum Key {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// A device with one passkey.
struct Device {
    id: Vec<u8>,
    key: Key,
    counter: u32,
    /// What it says of the person: present and verified, unless a test says otherwise.
    flags: u8,
    /// Where its browser believes to be.
    origin: &'static str,
    rp_id: &'static str,
}

impl Device {
    fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
        Self::with(Key::Es256(key))
    }

    fn edwards() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::with(Key::EdDsa(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()))
    }

    fn with(key: Key) -> Self {
        let id = Uuid::new_v4().into_bytes().to_vec();
        Self { id, key, counter: 1, flags: 0x05, origin: HERE, rp_id: "portal.example.org" }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let place = Sha256::digest(self.rp_id.as_bytes());
        [place.as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let said =
            serde_json::json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false});
        said.to_string().into_bytes()
    }

    fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(pair) => {
                let point = pair.public_key().as_ref();
                let head = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
                [head.as_slice(), &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat()
            }
            Key::EdDsa(pair) => {
                [[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32].as_slice(), pair.public_key().as_ref()].concat()
            }
        }
    }

    fn attests(&self, options: &Options) -> Attested {
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [self.data(self.flags | 0x40).as_slice(), &[0; 16], &length, &self.id, &self.cose()].concat();
        Attested {
            client_data: B64.encode(self.client_data("webauthn.create", &options.challenge)),
            authenticator_data: B64.encode(data),
        }
    }

    fn answers(&mut self, options: &Options) -> Assertion {
        self.counter += 1;
        let data = self.data(self.flags);
        let client_data = self.client_data("webauthn.get", &options.challenge);
        let message = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature = match &self.key {
            Key::Es256(pair) => pair.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec(),
            Key::EdDsa(pair) => pair.sign(&message).as_ref().to_vec(),
        };
        Assertion {
            credential_id: B64.encode(&self.id),
            client_data: B64.encode(client_data),
            authenticator_data: B64.encode(data),
            signature: B64.encode(signature),
        }
    }
}

async fn code(db: &Db, pact: &ToSign, n: usize) -> String {
    passkeys::send_code(db, &actor(pact, n)).await.unwrap();
    let what = CodeFor::Passkey { person: home(pact, n).1 };
    latest_code_for_demo_of(db, &phone(n), what).await.unwrap().unwrap()
}

/// The n-th adds a device.
async fn adds(db: &Db, pact: &ToSign, n: usize, device: &Device) -> Result<(), Error> {
    let who = actor(pact, n);
    let attested = device.attests(&passkeys::begin(db, &who, &site()).await.unwrap());
    let new = NewPasskey { code: code(db, pact, n).await, name: "我的手机".to_owned(), attested };
    passkeys::add(db, &who, &site(), &new).await
}

async fn begin(db: &Db, pact: &ToSign, n: usize) -> Options {
    signing::begin_touch(db, &actor(pact, n), &site(), &pact.number, home(pact, n).0).await.unwrap()
}

async fn touches(db: &Db, pact: &ToSign, n: usize, assertion: Assertion) -> Result<Signed, Error> {
    let touch = Touch { household: home(pact, n).0, text: pact.text(db).await, assertion, key: Uuid::new_v4() };
    signing::touch(db, &actor(pact, n), Some(&site()), &pact.number, &touch).await
}

fn refused() -> Result<Signed, Error> {
    Err(Error::field("passkey", Reason::PasskeyRefused))
}

fn expired() -> Result<Signed, Error> {
    Err(Error::field("passkey", Reason::PasskeyExpired))
}

#[tokio::test]
async fn somebody_signs_with_a_passkey() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    for (n, mut device) in [Device::new(), Device::edwards()].into_iter().enumerate() {
        adds(&db, &pact, n, &device).await.unwrap();
        let assertion = device.answers(&begin(&db, &pact, n).await);
        let signed = touches(&db, &pact, n, assertion.clone()).await.unwrap();
        assert!(matches!(signed, Signed::Now(_)));
        // Sent again it is the same signature.
        assert_eq!(touches(&db, &pact, n, assertion).await, Ok(Signed::Before(signed.id())));
    }
    assert_eq!(count(&db, &pact).await.signatures, 2);
    let channels: Vec<(String, String)> =
        sqlx::query_as("select channel, evidence ->> 'kind' from signature").fetch_all(db.pool()).await.unwrap();
    assert!(channels.iter().all(|(channel, kind)| channel == "phone" && kind == "passkey"), "{channels:?}");
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
    assert!(log::verify(&db).await.unwrap().broken.is_empty());
    // Removed, the passkey takes nothing back; the evidence proves itself.
    let mine = passkeys::list(&db, &actor(&pact, 0)).await.unwrap();
    assert!(mine[0].used_at.is_some() && mine[0].name == "我的手机");
    passkeys::remove(&db, &actor(&pact, 0), mine[0].id).await.unwrap();
    assert!(passkeys::list(&db, &actor(&pact, 0)).await.unwrap().is_empty());
    assert!(signing::recheck(&db, &pact.number).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_challenge_is_answered_once_in_time_and_for_what_it_was_made() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let mut device = Device::new();
    adds(&db, &pact, 0, &device).await.unwrap();
    // A bad answer uses it up.
    let options = begin(&db, &pact, 0).await;
    let good = device.answers(&options);
    let bad = Assertion { signature: B64.encode(b"no signature"), ..good.clone() };
    assert_eq!(touches(&db, &pact, 0, bad).await, refused());
    assert_eq!(touches(&db, &pact, 0, good).await, expired());
    // Six minutes are too long.
    let late = device.answers(&begin(&db, &pact, 0).await);
    world.later(TimeDelta::minutes(6));
    assert_eq!(touches(&world.db(), &pact, 0, late).await, expired());
    let db = world.db();
    // One that nobody made.
    let own = Options { challenge: B64.encode([7; 32]), ..begin(&db, &pact, 0).await };
    assert_eq!(touches(&db, &pact, 0, device.answers(&own)).await, expired());
    // One for adding a passkey does not sign.
    let adding = passkeys::begin(&db, &actor(&pact, 0), &site()).await.unwrap();
    assert_eq!(touches(&db, &pact, 0, device.answers(&adding)).await, expired());
    // One for the text before.
    let before = device.answers(&begin(&db, &pact, 0).await);
    pact.publish(&db, 2, ["遛犬牵绳，绳长不超过2米。", "粪便随手清理。"]).await;
    assert_eq!(touches(&db, &pact, 0, before).await, expired());
    // Taken back and signed again: what was answered is no answer any more.
    let answer = device.answers(&begin(&db, &pact, 0).await);
    let signed = touches(&db, &pact, 0, answer.clone()).await.unwrap().id();
    signing::withdraw(&db, &actor(&pact, 0), &pact.number, signed).await.unwrap();
    assert_eq!(touches(&db, &pact, 0, answer).await, expired());
}

#[tokio::test]
async fn another_place_another_person_and_a_copy_are_refused() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let mut device = Device::new();
    adds(&db, &pact, 0, &device).await.unwrap();
    for origin in
        ["https://portal.example.org.evil.test", "http://portal.example.org", "https://portal.example.org:8443"]
    {
        device.origin = origin;
        let answer = device.answers(&begin(&db, &pact, 0).await);
        assert_eq!(touches(&db, &pact, 0, answer).await, refused(), "{origin}");
    }
    device.origin = HERE;
    device.rp_id = "evil.test";
    let answer = device.answers(&begin(&db, &pact, 0).await);
    assert_eq!(touches(&db, &pact, 0, answer).await, refused());
    device.rp_id = "portal.example.org";
    for flags in [0x00, 0x01, 0x04] {
        device.flags = flags;
        let answer = device.answers(&begin(&db, &pact, 0).await);
        assert_eq!(touches(&db, &pact, 0, answer).await, refused(), "neither present nor verified: {flags}");
    }
    device.flags = 0x05;

    // Somebody else's passkey, for one's own challenge; and somebody else's challenge.
    let mut other = Device::new();
    adds(&db, &pact, 1, &other).await.unwrap();
    let answer = other.answers(&begin(&db, &pact, 0).await);
    assert_eq!(touches(&db, &pact, 0, answer).await, refused());
    let answer = device.answers(&begin(&db, &pact, 1).await);
    assert_eq!(touches(&db, &pact, 0, answer).await, expired());
    world.later(TimeDelta::minutes(2));
    let db = world.db();
    assert!(matches!(adds(&db, &pact, 1, &device).await, Err(Error::Duplicate { .. })));

    // A copy has an older counter.
    device.counter = 0;
    let answer = device.answers(&begin(&db, &pact, 0).await);
    assert_eq!(touches(&db, &pact, 0, answer).await, refused());
    assert_eq!(count(&db, &pact).await.signatures, 0);
    device.counter = 100;
    let answer = device.answers(&begin(&db, &pact, 0).await);
    assert!(touches(&db, &pact, 0, answer).await.is_ok());
}

#[tokio::test]
async fn a_passkey_is_added_with_a_code_to_the_phone() {
    let (world, pact) = signing_of(2).await;
    let db = world.db();
    let (who, device) = (actor(&pact, 0), Device::new());
    let attested = device.attests(&passkeys::begin(&db, &who, &site()).await.unwrap());
    // A code for signing in is none for this.
    let right = code(&db, &pact, 0).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let new = |code: &str, attested: &Attested| NewPasskey {
        code: code.to_owned(),
        name: String::new(),
        attested: attested.clone(),
    };
    let outcome = passkeys::add(&db, &who, &site(), &new(wrong, &attested)).await;
    assert_eq!(outcome, Err(Error::field("code", Reason::WrongCode { left: 4 })));
    let again = device.attests(&passkeys::begin(&db, &who, &site()).await.unwrap());
    let outcome = passkeys::add(&db, &who, &Site::at("https://evil.test").unwrap(), &new(&right, &again)).await;
    assert_eq!(outcome, Err(Error::field("passkey", Reason::PasskeyRefused)));
    passkeys::add(&db, &who, &site(), &new(&right, &again)).await.unwrap();
    // Nobody removes another's, and a visitor has none.
    let mine = passkeys::list(&db, &who).await.unwrap();
    let outcome = passkeys::remove(&db, &actor(&pact, 1), mine[0].id).await;
    assert!(matches!(outcome, Err(Error::NotFound { .. })));
    assert_eq!(passkeys::list(&db, &Actor::visitor()).await, Err(Error::NotSignedIn));
    // Without one there is nothing to confirm with.
    let none = signing::begin_touch(&db, &actor(&pact, 1), &site(), &pact.number, home(&pact, 1).0).await;
    assert_eq!(none, Err(Error::field("passkey", Reason::PasskeyRefused)));
}

#[tokio::test]
async fn changed_evidence_of_a_passkey_is_found_even_with_its_hash() {
    let (world, pact) = signing_of(1).await;
    let db = world.db();
    let mut device = Device::new();
    adds(&db, &pact, 0, &device).await.unwrap();
    let answer = device.answers(&begin(&db, &pact, 0).await);
    touches(&db, &pact, 0, answer).await.unwrap();
    let changed = "update signature set evidence = jsonb_set(evidence, '{nonce}', to_jsonb(repeat('ab', 32)))";
    sqlx::query(changed).execute(&world.superuser().await).await.unwrap();
    let broken = signing::recheck(&db, &pact.number).await.unwrap();
    assert!(broken.iter().any(|broken| broken.part == "evidence"));
}
