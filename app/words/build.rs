//! Turns `locales/{zh-CN,en}/NAMESPACE.json` into typed tables. A namespace is a
//! file: whoever adds one to both languages has added it. What the parser only
//! warns about (a key or a file that one language lacks, a surplus key) stops the build
//! here, because a missing translation is a page somebody cannot read.

use std::{collections::BTreeSet, env, error::Error, fs, path::Path, process::ExitCode};

use leptos_i18n_parser::parse_locales::{
    error::Warning,
    options::{Config, ParseOptions},
    parse_locales,
};

/// The default language first.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

fn main() -> ExitCode {
    match generate() {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the tables and returns everything that is wrong with them.
fn generate() -> Result<Vec<String>, Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let locales = Path::new(&root).join("locales");
    println!("cargo::rerun-if-changed={}", locales.display());

    let mut problems = Vec::new();
    let [default, others @ ..] = LANGUAGES;
    let namespaces = namespaces(&locales.join(default))?;
    for other in others {
        for lonely in self::namespaces(&locales.join(other))?.symmetric_difference(&namespaces) {
            problems.push(format!("namespace {lonely} exists in only one of {default} and {other}"));
        }
    }
    if !problems.is_empty() {
        return Ok(problems);
    }

    let config = Config::new(default)?
        .add_locales(others)?
        .add_namespaces(&namespaces)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let tables = parse_locales(Some(root.into()), config)?;
    // Chinese has one plural form, yet the parser knows a plural only by two: `_one` repeats `_other` there.
    let warnings = tables.diag.warnings();
    let serious = warnings.iter().filter(|w| !matches!(w, Warning::UnusedForm { .. }));
    problems.extend(serious.map(ToString::to_string));
    problems.extend(tables.diag.errors().iter().map(ToString::to_string));

    let code = leptos_i18n_codegen::gen_code(&tables, None, false, None, false)?;
    // On lines of its own: a compiler error about one long line shows all of it.
    let code = prettyplease::unparse(&syn::parse2(code)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("tables.rs"), code)?;
    Ok(problems)
}

/// The names of a language's files, without `.json`.
fn namespaces(folder: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        println!("cargo::rerun-if-changed={}", path.display());
        if let (Some("json"), Some(name)) =
            (path.extension().and_then(|e| e.to_str()), path.file_stem().and_then(|s| s.to_str()))
        {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}
