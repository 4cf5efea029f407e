//! What lies in everybody's area and what lies outside of it, what is one's own and what is another's: everything the walk asks about
//! that is no request, made once and asked about by everybody.

use super::homes::Homes;
use super::keeping::Keeping;
use super::points::Points;
use super::rules::Rules;
use super::signing::Signing;
use super::votes::Votes;
use super::{Asking, Fields};
use crate::town::Town;

/// The places of a town.
pub struct Places {
    homes: Homes,
    keeping: Keeping,
    points: Points,
    rules: Rules,
    signing: Signing,
    votes: Votes,
}

impl Places {
    pub async fn new(town: &Town) -> Self {
        Self {
            homes: Homes::new(town).await,
            keeping: Keeping::new(town).await,
            points: Points::new(town).await,
            rules: Rules::new(town).await,
            signing: Signing::new(town).await,
            votes: Votes::new(town).await,
        }
    }

    /// The address of a page about something that stands so to whoever asks.
    pub async fn address(&self, asking: &Asking<'_>, path: &str) -> String {
        let known = self.homes.address(asking, path);
        let known = known.or_else(|| self.votes.address(asking, path)).or_else(|| self.signing.address(asking, path));
        if let Some(address) = known {
            return address;
        }
        if let Some(address) = self.rules.address(asking, path).await {
            return address;
        }
        if let Some(address) = self.keeping.address(asking, path).await {
            return address;
        }
        let address = self.points.address(asking, path).await;
        address.unwrap_or_else(|| panic!("{path}: nothing it could be about"))
    }

    /// What is sent about it, filled in as it should be.
    pub async fn fields(&self, asking: &Asking<'_>, path: &str) -> Fields {
        if let Some(fields) = self.homes.fields(asking, path).await {
            return fields;
        }
        if let Some(fields) = self.rules.fields(asking, path).await {
            return fields;
        }
        if let Some(fields) = self.votes.fields(asking, path).await {
            return fields;
        }
        if let Some(fields) = self.signing.fields(asking, path).await {
            return fields;
        }
        if let Some(fields) = self.keeping.fields(asking, path).await {
            return fields;
        }
        let fields = self.points.fields(asking, path).await;
        fields.unwrap_or_else(|| panic!("{path}: nothing it could be about"))
    }
}
