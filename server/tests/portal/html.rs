//! What every page keeps to, read from its HTML: its language, its headings, fields that belong together, nothing
//! inline that the content security policy would have to allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::browser::Answer;

/// A tag with its attributes.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
}

impl Tag {
    pub fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// Every opening tag of a document, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag;
        (tag, rest) = read(rest);
        // What stands in a script is no HTML.
        if tag.name == "script" {
            rest = rest.split_once("</script>").map_or("", |(_, after)| after);
        }
        found.push(tag);
    }
    found
}

/// Reads from behind `<` to behind `>`.
fn read(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (Tag { name: name.to_ascii_lowercase(), attributes }, rest.strip_prefix('>').unwrap_or(rest));
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len()).max(1);
        let (attribute, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => match after.strip_prefix('=') {
                Some(bare) => bare.split_at(bare.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(bare.len())),
                None => ("", after),
            },
        };
        attributes.insert(attribute.to_ascii_lowercase(), value.to_owned());
        rest = after;
    }
}

/// Asserts what every page keeps to, and answers its tags.
#[track_caller]
pub fn check(answer: &Answer, lang: &str, which: &str) -> Vec<Tag> {
    let html = &answer.body;
    assert!(answer.said("content-type").starts_with("text/html"), "{which}: {:?}", answer.headers);
    assert!(html.trim_start().to_ascii_lowercase().starts_with("<!doctype html>"), "{which}: {html:.100}");
    let tags = tags(html);
    let of = |name: &str| tags.iter().filter(|tag| tag.name == name).collect::<Vec<_>>();
    assert_eq!(of("html").first().map(|tag| tag.get("lang")), Some(lang), "{which}: language");
    assert_eq!(of("h1").len(), 1, "{which}: one heading\n{html}");
    assert_eq!(of("main").len(), 1, "{which}: one main");
    let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert!(!title.trim().is_empty(), "{which}: a title");

    // Nothing inline: the policy allows scripts with its nonce and style sheets, no more.
    let policy = answer.said("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval'") || policy.contains("wasm-unsafe-eval"),
        "{policy}"
    );
    for tag in &tags {
        assert!(!tag.attributes.contains_key("style"), "{which}: inline style {tag:?}");
        assert!(tag.name != "style", "{which}: <style>");
        let handler = tag.attributes.keys().find(|name| name.starts_with("on"));
        assert!(handler.is_none(), "{which}: {handler:?} in {tag:?}");
        if tag.name == "script" {
            assert_eq!(Some(tag.get("nonce")), nonce, "{which}: a script without the page's nonce: {tag:?}");
        }
        for link in ["href", "src", "action"] {
            let to = tag.get(link);
            assert!(!to.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{which}: {tag:?}");
            assert!(!to.starts_with("http://") && !to.starts_with("//"), "{which}: {tag:?} leaves the portal");
        }
    }

    // What refers to something of the page finds it, once.
    let ids: Vec<&str> = tags.iter().map(|tag| tag.get("id")).filter(|id| !id.is_empty()).collect();
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    for id in &known {
        assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{which}: id {id} stands twice");
    }
    for tag in &tags {
        let refers = ["for", "aria-describedby", "aria-labelledby", "aria-controls"];
        let named = refers.iter().flat_map(|name| tag.get(name).split_whitespace());
        let linked = tag.get("href").strip_prefix('#').into_iter().filter(|id| !id.is_empty());
        for id in named.chain(linked) {
            assert!(known.contains(id), "{which}: {tag:?} refers to {id}, which is not there");
        }
    }

    // Every control has a name people can read or hear, every picture its words or none.
    let labelled: BTreeSet<&str> = of("label").iter().map(|tag| tag.get("for")).collect();
    for tag in tags.iter().filter(|tag| matches!(tag.name.as_str(), "input" | "select" | "textarea")) {
        let spoken = tag.attributes.contains_key("aria-label") || tag.attributes.contains_key("aria-labelledby");
        let needs = !matches!(tag.get("type"), "hidden" | "radio" | "checkbox" | "image" | "submit");
        assert!(!needs || spoken || labelled.contains(tag.get("id")), "{which}: {tag:?} has no label");
    }
    for tag in of("img") {
        assert!(tag.attributes.contains_key("alt"), "{which}: {tag:?} says nothing of itself");
    }
    for form in of("form") {
        let (method, action) = (form.get("method"), form.get("action"));
        let fits = match method {
            "post" => action.starts_with("/api/"),
            "get" => action.starts_with('/') && !action.starts_with("/api/"),
            _ => false,
        };
        assert!(fits, "{which}: {form:?}");
    }
    tags
}

/// What stands in a field of a page.
pub fn value<'a>(tags: &'a [Tag], field: &str) -> &'a str {
    tags.iter().find(|tag| tag.get("name") == field).map(|tag| tag.get("value")).unwrap_or_default()
}
