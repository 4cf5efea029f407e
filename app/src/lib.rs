//! What the browser is shown: the document, the components and the pages. Rendered on
//! the server only; pages read through the store's use cases and write by
//! plain forms, so nothing here reacts and every page works without a script.

pub mod components;
mod error_page;
pub mod pages;
pub mod routes;
pub mod shell;
pub mod visit;

pub use error_page::error_page;
pub use routes::App;
