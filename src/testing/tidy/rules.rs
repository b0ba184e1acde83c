//! The rules: layers, role files and the one list of edges between features.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::named;
use super::source::{SourceFile, words};

/// Which features a feature may name, everywhere but in its pages. Must stay without a cycle.
pub const FEATURE_EDGES: &[(&str, &[&str])] = &[
    ("accounts", &["audit", "cart", "notifications", "orders", "shipping"]),
    ("cart", &["catalog", "inventory", "orders", "shipping"]),
    ("catalog", &["content", "inventory", "shipping"]),
    ("checkout", &["accounts", "cart", "orders", "payments", "shipping"]),
    ("orders", &["catalog", "inventory", "notifications", "shipping"]),
    ("payments", &["cart", "inventory", "orders"]),
    ("privacy", &["accounts", "cart", "checkout", "orders"]),
    ("search", &["catalog"]),
];

const LAYERS: [&str; 8] = ["shared", "infra", "web", "ui", "features", "app", "server", "testing"];

const ROLES: [&str; 12] = [
    "mod",
    "model",
    "store",
    "service",
    "mails",
    "api",
    "pages",
    "admin_pages",
    "islands",
    "jobs",
    "tests",
    "stripe",
];

/// What one role file may name.
struct Role {
    name: &'static str,
    /// Roles of its own feature.
    own: &'static [&'static str],
    /// Roles of other features.
    others: &'static [&'static str],
    /// Other layers, or modules of them.
    layers: &'static [&'static str],
    through: Through,
}

/// Whether naming another feature needs an edge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    Edges,
    /// A page may show anything.
    Anything,
}

const ROLE_RULES: [Role; 11] = [
    Role { name: "mod", own: &[], others: &[], layers: &[], through: Through::Edges },
    Role {
        name: "model",
        own: &["model"],
        others: &["model"],
        layers: &["shared"],
        through: Through::Edges,
    },
    Role {
        name: "store",
        own: &["model", "store"],
        others: &["model"],
        layers: &["shared", "infra"],
        through: Through::Edges,
    },
    Role {
        name: "service",
        own: &["model", "store", "service", "mails", "stripe"],
        others: &["model", "service"],
        layers: &["shared", "infra"],
        through: Through::Edges,
    },
    // What a mail says: rendered from what it is given, without looking anything up.
    Role {
        name: "mails",
        own: &["model", "mails"],
        others: &["model"],
        layers: &["shared"],
        through: Through::Edges,
    },
    Role {
        name: "stripe",
        own: &["model", "stripe"],
        others: &["model"],
        layers: &["shared", "infra"],
        through: Through::Edges,
    },
    Role {
        name: "api",
        own: &["model", "service", "api"],
        others: &["model"],
        layers: &["shared", "web"],
        through: Through::Edges,
    },
    Role {
        name: "islands",
        own: &["model", "api", "islands"],
        others: &["model"],
        layers: &["shared", "ui"],
        through: Through::Edges,
    },
    PAGES,
    Role { name: "admin_pages", ..PAGES },
    Role {
        name: "jobs",
        own: &["model", "store", "service", "stripe", "jobs"],
        others: &["model", "service"],
        layers: &["shared", "infra"],
        through: Through::Edges,
    },
];

const PAGES: Role = Role {
    name: "pages",
    own: &["model", "store", "service", "api", "islands", "pages", "admin_pages", "jobs"],
    others: &["model", "service", "islands", "pages"],
    layers: &["shared", "ui", "web", "infra::ctx"],
    through: Through::Anything,
};

/// Lines of a file: what is refused, and what a role file should not reach without becoming a
/// folder.
const MOST_LINES: usize = 600;
const LONG_ROLE_FILE: usize = 400;

/// The edges that were really met.
#[derive(Default)]
pub struct Edges {
    used: BTreeSet<(String, String)>,
}

impl Edges {
    /// What the list allows and nobody needs: a list that says more than the truth says nothing.
    pub fn unused(&self) -> Vec<String> {
        let edges = FEATURE_EDGES
            .iter()
            .flat_map(|(from, to)| to.iter().map(move |to| (from.to_string(), to.to_string())));
        edges
            .filter(|edge| !self.used.contains(edge))
            .map(|(from, to)| {
                format!("tidy/rules.rs: the edge {from} → {to} is not used any more; remove it")
            })
            .collect()
    }
}

/// A way around in a list of edges, if there is one.
pub fn cycle(edges: &[(&str, &[&str])]) -> Option<Vec<String>> {
    let next: BTreeMap<&str, &[&str]> = edges.iter().copied().collect();
    fn walk(next: &BTreeMap<&str, &[&str]>, line: &mut Vec<String>) -> Option<Vec<String>> {
        let here = line.last()?.clone();
        for to in next.get(here.as_str()).copied().unwrap_or_default() {
            let round = line.iter().any(|seen| seen == to);
            line.push((*to).to_owned());
            if round {
                return Some(line.clone());
            }
            if let Some(found) = walk(next, line) {
                return Some(found);
            }
            line.pop();
        }
        None
    }
    next.keys().find_map(|from| walk(&next, &mut vec![(*from).to_owned()]))
}

/// First line, length, and the names of role files.
pub fn shape(file: &SourceFile) -> Vec<String> {
    let mut problems = Vec::new();
    if !file.text.starts_with("//! ") {
        problems
            .push(file.at(0, "the first line must say in one `//!` sentence what the module is"));
    }
    if file.lines() > MOST_LINES {
        problems.push(file.at(
            0,
            &format!(
                "{} lines; {MOST_LINES} is the limit: make it a folder with one file per use-case",
                file.lines()
            ),
        ));
    }
    if let Some((feature, role)) = feature_and_role(&file.path)
        && !ROLES.contains(&role.as_str())
    {
        problems.push(file.at(
            0,
            &format!(
                "`{role}` is no role file; a feature such as {feature} has {}",
                ROLES.join(", ")
            ),
        ));
    }
    if let Some((_, role)) = feature_and_role(&file.path)
        && role == "mod"
        && let Some(offset) = words(&file.code, "pub use").next()
    {
        problems.push(file.at(offset, "a feature's mod.rs re-exports nothing: name the role file"));
    }
    problems
}

/// A module with files below it is a folder with a `mod.rs`: one place to look for either.
pub fn module_files(files: &[SourceFile]) -> Vec<String> {
    let has_files_below = |folder: &str| files.iter().any(|file| file.path.starts_with(folder));
    files
        .iter()
        .filter(|file| {
            let folder = file.path.strip_suffix(".rs").map(|path| format!("{path}/"));
            folder.is_some_and(|folder| has_files_below(&folder))
        })
        .map(|file| file.at(0, "a module with files below it is a folder with a mod.rs"))
        .collect()
}

/// A role file that should become a folder soon.
pub fn long_role_file(file: &SourceFile) -> Option<String> {
    let is_role_file = file.path.split('/').count() == 3 && file.path.starts_with("features/");
    (is_role_file && file.lines() > LONG_ROLE_FILE).then(|| {
        file.at(
            0,
            &format!("{} lines; over {LONG_ROLE_FILE} a role file becomes a folder", file.lines()),
        )
    })
}

/// Every module of the store that the file names must be one it may name.
pub fn imports(file: &SourceFile, edges: &mut Edges) -> Vec<String> {
    let mut problems = Vec::new();
    for path in named(file, &file.code) {
        if let Err(reason) = may_name(&file.path, &path.segments, edges) {
            problems.push(file.at(
                path.offset,
                &format!("may not name crate::{}: {reason}", path.segments.join("::")),
            ));
        }
    }
    for path in named(file, &file.test_code) {
        if let Err(reason) = tests_may_name(&file.path, &path.segments) {
            problems.push(file.at(
                path.offset,
                &format!("tests here may not name crate::{}: {reason}", path.segments.join("::")),
            ));
        }
    }
    problems
}

fn may_name(file: &str, target: &[String], edges: &mut Edges) -> Result<(), String> {
    let Some(layer) = target.first() else { return Ok(()) };
    if !LAYERS.contains(&layer.as_str()) {
        return Err(format!("there is no layer `{layer}`"));
    }
    let allowed: &[&str] = match file.split('/').next().unwrap_or_default() {
        "lib.rs" | "main.rs" | "browser" => return Ok(()),
        "shared" => &["shared"],
        "infra" => &["shared", "infra"],
        "web" => &["shared", "infra", "web"],
        "ui" => &["shared", "web", "ui"],
        "app" => &["shared", "infra", "web", "ui", "features", "app"],
        "server" => &["shared", "infra", "web", "ui", "features", "app", "server"],
        "features" => return feature_may_name(file, target, edges),
        other => return Err(format!("`{other}` is no layer")),
    };
    within(target, allowed)
}

fn feature_may_name(file: &str, target: &[String], edges: &mut Edges) -> Result<(), String> {
    let Some((feature, role)) = feature_and_role(file) else { return Ok(()) };
    let Some(rule) = ROLE_RULES.iter().find(|rule| rule.name == role) else {
        return Err(format!("`{role}` is no role file"));
    };
    if target.first().is_some_and(|layer| layer != "features") {
        return within(target, rule.layers);
    }
    // A feature alone says nothing: what is named behind it is looked at by itself.
    let (Some(other), Some(named)) = (target.get(1), target.get(2)) else { return Ok(()) };
    if *other == feature {
        let fits = rule.own.contains(&named.as_str());
        return if fits {
            Ok(())
        } else {
            Err(format!("{role} knows of its own feature only {}", list(rule.own)))
        };
    }
    if !rule.others.contains(&named.as_str()) {
        return Err(format!("{role} knows of other features only {}", list(rule.others)));
    }
    let edge = (feature.clone(), other.clone());
    if rule.through == Through::Anything {
        return if other == "admin" { Err("nobody names admin".into()) } else { Ok(()) };
    }
    edges.used.insert(edge);
    let is_listed =
        FEATURE_EDGES.iter().any(|(from, to)| *from == feature && to.contains(&other.as_str()));
    if is_listed {
        Ok(())
    } else {
        Err(format!("there is no edge {feature} → {other} in tidy/rules.rs"))
    }
}

/// Tests use the rig and every feature; nothing but the rig sees the composition root.
fn tests_may_name(file: &str, target: &[String]) -> Result<(), String> {
    let Some(layer) = target.first() else { return Ok(()) };
    if !LAYERS.contains(&layer.as_str()) {
        return Err(format!("there is no layer `{layer}`"));
    }
    match file.split('/').next().unwrap_or_default() {
        "testing" | "server" | "lib.rs" | "main.rs" => Ok(()),
        "shared" => within(target, &["shared"]),
        "infra" => within(target, &["shared", "infra", "testing"]),
        "web" => within(target, &["shared", "infra", "web", "testing"]),
        "ui" => within(target, &["shared", "infra", "web", "ui", "testing"]),
        "app" => within(target, &["shared", "infra", "web", "ui", "features", "app", "testing"]),
        _ => within(target, &["shared", "infra", "web", "ui", "features", "testing"]),
    }
}

fn within(target: &[String], allowed: &[&str]) -> Result<(), String> {
    let fits = allowed.iter().any(|module| {
        module
            .split("::")
            .zip(target.iter().map(String::as_str).chain(std::iter::repeat("")))
            .all(|(a, b)| a == b)
    });
    if fits { Ok(()) } else { Err(format!("only {} are below it", list(allowed))) }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// `features/cart/islands/line.rs` is role `islands` of `cart`.
fn feature_and_role(path: &str) -> Option<(String, String)> {
    let mut parts = path.strip_prefix("features/")?.split('/');
    let (feature, role) = (parts.next()?, parts.next()?);
    Some((feature.to_owned(), role.strip_suffix(".rs").unwrap_or(role).to_owned()))
}

/// A server function without an address of its own gets one that changes with the code.
pub fn server_functions(file: &SourceFile) -> Vec<String> {
    let mut problems = Vec::new();
    for (offset, attribute) in server_attributes(file) {
        let Some((feature, role)) = feature_and_role(&file.path) else {
            problems.push(file.at(offset, "server functions stand in a feature's api.rs"));
            continue;
        };
        if role != "api" {
            problems.push(file.at(offset, "server functions stand in a feature's api.rs"));
        }
        if value_of(attribute, "prefix") != Some("/api") {
            problems.push(file.at(offset, "a server function names its prefix: prefix = \"/api\""));
        }
        match value_of(attribute, "endpoint") {
            None => problems.push(file.at(
                offset,
                "a server function names its endpoint: endpoint = \"<feature>/<verb>\"",
            )),
            Some(endpoint) if !endpoint.starts_with(&format!("{feature}/")) => {
                problems.push(file.at(offset, &format!("the endpoint begins with {feature}/")))
            }
            Some(_) => {}
        }
        if words(attribute, "GetUrl").next().is_some() {
            problems.push(file.at(offset, "server functions are called by POST"));
        }
    }
    problems
}

/// Two functions under one address: the first would answer for both.
pub fn shared_endpoints(files: &[SourceFile]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for file in files {
        for (offset, attribute) in server_attributes(file) {
            if let Some(endpoint) = value_of(attribute, "endpoint")
                && !seen.insert(endpoint)
            {
                problems.push(file.at(offset, &format!("the endpoint {endpoint} is taken")));
            }
        }
    }
    problems
}

/// The text of each `#[server …]` with a function behind it; arguments of functions have such
/// attributes too.
fn server_attributes(file: &SourceFile) -> Vec<(usize, &str)> {
    let starts = words(&file.code, "#[server");
    let attributes = starts.filter_map(|offset| {
        let end = offset + file.code[offset..].find(']')?;
        let mut behind = file.code[end + 1..].trim_start();
        while let Some(another) = behind.strip_prefix("#[") {
            behind = another.split_once(']').map_or("", |(_, rest)| rest.trim_start());
        }
        let function =
            ["pub ", "pub(", "async ", "fn "].iter().any(|start| behind.starts_with(start));
        function.then(|| (offset, &file.text[offset..end]))
    });
    attributes.collect()
}

fn value_of<'a>(attribute: &'a str, name: &str) -> Option<&'a str> {
    let offset = words(attribute, name).next()?;
    let rest = attribute[offset + name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start()
        .strip_prefix('"')?;
    rest.split('"').next()
}

/// Words that break a rule wherever they stand outside of tests.
pub fn forbidden_words(file: &SourceFile) -> Vec<String> {
    let mut problems = Vec::new();
    let mut refuse = |word: &str, reason: &str| {
        problems.extend(words(&file.code, word).map(|offset| file.at(offset, reason)));
    };
    refuse("style=", "the content policy refuses style attributes: use a class");
    refuse("inner_html", "inner_html is not escaped");
    refuse(
        ".unwrap()",
        "what comes from outside is an error to answer; for what cannot happen there is expect with the reason",
    );
    for word in ["todo!", "unimplemented!", "dbg!"] {
        refuse(word, "left over from writing");
    }
    for offset in words(&file.code, "style:").filter(|offset| {
        file.code[offset + "style:".len()..].starts_with(|c: char| c.is_ascii_lowercase())
    }) {
        problems.push(file.at(offset, "the content policy refuses style attributes: use a class"));
    }
    let mut refuse = |word: &str, reason: &str| {
        problems.extend(words(&file.code, word).map(|offset| file.at(offset, reason)));
    };
    if !matches!(file.path.split('/').next(), Some("infra" | "server" | "browser" | "main.rs")) {
        refuse("::now()", "time comes from infra::clock, through the context");
    }
    let role = feature_and_role(&file.path).map(|(_, role)| role);
    let is_below_web = file.path.starts_with("infra/")
        || role
            .as_deref()
            .is_some_and(|role| matches!(role, "service" | "store" | "mails" | "jobs" | "stripe"));
    if is_below_web {
        for word in ["axum", "leptos", "leptos_axum"] {
            refuse(
                word,
                "only `web` and what is above it knows the web that the store is served by",
            );
        }
    }
    if role.as_deref() == Some("model") {
        for word in ["async", "await", "mongodb", "bson", "redis", "tokio", "axum", "leptos"] {
            refuse(word, "a model is types and pure rules");
        }
    }
    problems
}
