//! The cryptography behind outgoing https, chosen once a process.

/// Makes `ring` the provider of rustls. Repeating it changes nothing.
pub(crate) fn install() {
    // An error says that one is installed already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
