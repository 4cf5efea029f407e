//! Takes messages from the outbox and hands them to the gateway. The outbox row
//! is the record: it says what was tried and when the next try is due, so a
//! program that dies here loses nothing and another takes over.

use std::sync::Arc;
use std::time::Duration;

use gongzhi_domain::error::Error;
use gongzhi_store::{Db, outbox};
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::gateway::{Gateway, Message};
use super::stopped;

/// Repeated tries fall due without anybody saying so.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
const RECONNECT: Duration = Duration::from_secs(5);

/// Delivers until the program stops, `at_once` messages at a time.
pub(super) async fn until(stopping: watch::Receiver<bool>, db: Db, gateway: Arc<dyn Gateway>, at_once: usize) {
    let mut wake = None;
    while !*stopping.borrow() {
        if wake.is_none() {
            wake = listen(&db).await;
        }
        if let Err(error) = drain(&stopping, &db, &gateway, at_once).await {
            tracing::error!(?error, "messages wait: the outbox cannot be read");
        }
        tokio::select! {
            () = stopped(stopping.clone()) => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            lost = woken(&mut wake) => if lost {
                wake = None;
                tokio::time::sleep(RECONNECT).await;
            }
        }
    }
}

/// Delivers everything that is due now; answers how much went out.
async fn drain(
    stopping: &watch::Receiver<bool>,
    db: &Db,
    gateway: &Arc<dyn Gateway>,
    at_once: usize,
) -> Result<(), Error> {
    while !*stopping.borrow() {
        let due = outbox::take_due(db, i64::try_from(at_once).unwrap_or(1)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut deliveries = JoinSet::new();
        for message in due {
            deliveries.spawn(deliver(db.clone(), Arc::clone(gateway), message));
        }
        while let Some(done) = deliveries.join_next().await {
            if let Ok(Err(error)) = done {
                tracing::error!(?error, "the outcome of a delivery could not be noted");
            }
        }
    }
    Ok(())
}

async fn deliver(db: Db, gateway: Arc<dyn Gateway>, due: outbox::Due) -> Result<(), Error> {
    let message = Message { id: due.id, key: due.key, kind: due.kind, to: due.to.full().to_owned(), text: due.body };
    let sent = gateway.send(&message).await;
    let outcome = if sent.is_ok() { "delivered" } else { "failed" };
    metrics::counter!("gongzhi_messages_total", "kind" => message.kind.clone(), "outcome" => outcome).increment(1);
    match sent {
        Ok(()) => outbox::delivered(&db, due.id).await,
        Err(error) => {
            tracing::warn!(message = %due.id, tries = due.tries, error, "a message was not delivered");
            outbox::failed(&db, due.id, &error).await
        }
    }
}

async fn listen(db: &Db) -> Option<PgListener> {
    let listening = async {
        let mut listener = PgListener::connect_with(db.pool()).await?;
        listener.listen(outbox::CHANNEL).await?;
        Ok::<_, sqlx::Error>(listener)
    };
    listening
        .await
        .inspect_err(|error| tracing::warn!(%error, "not woken by new messages; looking every few seconds"))
        .ok()
}

/// Waits for a new message; true when the connection that tells of them is lost.
async fn woken(wake: &mut Option<PgListener>) -> bool {
    match wake {
        Some(listener) => listener.recv().await.is_err(),
        None => std::future::pending().await,
    }
}
