//! HTTP: the one table of routes ([`routes`]), what every request passes
//! through on its way in and out, and the few handlers that are neither pages
//! nor server functions. Nothing here knows a rule of the portal.

pub mod assets;
pub mod client;
pub mod csrf;
pub mod errors;
pub mod headers;
pub mod health;
pub mod here;
mod limits;
mod log;
pub mod mount;
pub mod pages;
mod panics;
mod passkeys;
mod photos;
pub mod routes;
pub mod site;
pub mod trace;

use std::sync::Arc;

use gongzhi_api::Here;
use gongzhi_app::visit::{Site as Operator, Visit};
use gongzhi_store::Db;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::config::Config;
use limits::Counter;
use site::Site;

/// What handlers and layers share.
#[derive(Clone)]
pub struct Shared(Arc<Inner>);

struct Inner {
    config: Config,
    db: Db,
    site: Site,
    metrics: PrometheusHandle,
    counter: Option<Arc<Counter>>,
}

impl Shared {
    /// Shares the settings, the way to the data and the addresses of the build.
    pub fn new(config: Config, db: Db, site: Site) -> Self {
        let counter = limits::counter(config.rate);
        Self(Arc::new(Inner { config, db, site, metrics: health::recorder(), counter }))
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The way to the data.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The addresses of the build.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// The measurements.
    pub fn metrics(&self) -> &PrometheusHandle {
        &self.0.metrics
    }

    fn counter(&self) -> Option<Arc<Counter>> {
        self.0.counter.clone()
    }

    /// Keeps what is shared small, for as long as the program runs.
    pub async fn tidy(self) {
        match self.counter() {
            Some(counter) => limits::forget_quiet(counter).await,
            None => std::future::pending().await,
        }
    }

    /// What every page knows of the visit.
    fn visit(&self, here: &Here) -> Visit {
        let config = self.config();
        Visit {
            lang: here.lang,
            elder: here.elder,
            path: here.path.clone(),
            now: here.now,
            place: None,
            signed_in: here.actor.person.is_some(),
            staff: !here.actor.memberships.is_empty(),
            site: Operator {
                operator: config.operator.clone().unwrap_or_default(),
                icp: config.filing_icp.clone(),
                police: config.filing_police.clone(),
                contact: config.contact.clone(),
                address: config.public_url.clone().unwrap_or_default().trim_end_matches('/').to_owned(),
            },
        }
    }
}
