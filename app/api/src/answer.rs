//! What every server function answers: done and where to go, or refused and why, in the reader's own language.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// It is done; the browser goes on to `to`, a path of this portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The page that shows the result.
    pub to: String,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMessage {
    /// The field's `name` in the form.
    pub field: String,
    /// What happened and what to do, in the reader's language.
    pub message: String,
}

/// It was not done. Nothing changed, and the form keeps what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The HTTP status the answer carries, 0 when the server was not reached.
    pub status: u16,
    /// One sentence for the top of the form.
    pub summary: String,
    /// A message for each field that is wrong.
    pub fields: Vec<FieldMessage>,
}

impl FromServerFnError for Refusal {
    type Encoder = JsonEncoding;

    /// The transport's own failures have no words of ours: the island says them from its props.
    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        let status = match value {
            ServerFnErrorErr::Request(_) => 0,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => 400,
            _ => 500,
        };
        // Left alone the answer would be 500, as if it were our fault that a body cannot be read.
        #[cfg(feature = "ssr")]
        crate::form::set_status(status);
        Self { status, summary: String::new(), fields: Vec::new() }
    }
}

/// What a server function returns.
pub type Answer = Result<Done, Refusal>;
