//! The log of evidence on a real database: places without gaps, receipts that verify, heads that are cosigned, and damage that is
//! found and named.

mod cosigning;
mod damage;
mod growing;
mod heads;
mod rows;
mod story;
