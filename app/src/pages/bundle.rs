//! Wakes the island of a page: the only pages that load WASM are those that show [`Bundle`]. Hashed names with
//! several bundles are more than leptos' own `HydrationScripts` knows (ARCHITECTURE.md, Rendering).

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The files of one bundle as they are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Path of the module that loads the WASM.
    pub js: String,
    /// Path of the WASM.
    pub wasm: String,
}

impl Files {
    /// The names before hashing, as a development build serves them.
    fn plain(name: &str) -> Self {
        Self { js: format!("/pkg/{name}.js"), wasm: format!("/pkg/{name}_bg.wasm") }
    }
}

/// Every bundle of the build; the server puts it into the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundles {
    /// The residents' bundle.
    pub resident: Files,
    /// The desk's bundle.
    pub desk: Files,
    /// The check of receipts.
    pub verify: Files,
}

impl Default for Bundles {
    fn default() -> Self {
        Self { resident: Files::plain("resident"), desk: Files::plain("desk"), verify: Files::plain("verify") }
    }
}

impl Bundles {
    /// The bundles of this build.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
}

/// Loads a bundle once the browser is idle and wakes the islands of the page. A browser that cannot take the
/// WASM stays quiet: the page works without it.
#[component]
pub fn Bundle(
    /// Its files.
    files: Files,
) -> impl IntoView {
    let nonce = use_nonce();
    let script = format!(
        "const wake=()=>import({js:?}).then(async m=>{{await m.default({{module_or_path:{wasm:?}}});m.hydrate();\
         for(const e of document.querySelectorAll('leptos-island'))m[e.dataset.component]?.(e)}}).catch(()=>{{}});\
         'requestIdleCallback' in window?requestIdleCallback(wake,{{timeout:2000}}):wake()",
        js = files.js,
        wasm = files.wasm,
    );
    view! { <script type="module" nonce=nonce inner_html=script></script> }
}
