//! Who may depend on whom, and who owns which technology.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, Node, PackageId};

/// The crates that each crate may depend on. Dependencies point one way; whatever is not here is not allowed.
const EDGES: [(&str, &[&str]); 21] = [
    ("protocol", &[]),
    ("triage", &["protocol"]),
    ("onnx", &[]),
    ("inference", &["onnx", "protocol", "triage"]),
    ("client", &["protocol", "triage"]),
    ("desk", &["protocol", "triage"]),
    ("demo", &["desk", "protocol", "triage"]),
    ("postgres-process", &[]),
    ("store-postgres", &["desk", "protocol", "triage"]),
    ("store-sqlite", &["desk", "protocol", "triage"]),
    (
        "server",
        &[
            "desk",
            "inference",
            "protocol",
            "store-postgres",
            "store-sqlite",
            "triage",
            "tuner",
        ],
    ),
    ("browser", &["client", "protocol", "triage"]),
    ("widget", &["browser", "client", "protocol"]),
    ("console", &["browser", "client", "protocol"]),
    ("triage-worker", &["browser", "inference", "protocol"]),
    (
        "trainer",
        &["inference", "onnx", "protocol", "triage", "tuner"],
    ),
    ("tuner", &["onnx", "protocol", "triage"]),
    ("bench", &["inference"]),
    ("torture", &["client", "postgres-process", "protocol"]),
    ("load", &["desk", "protocol", "triage"]),
    ("xtask", &["postgres-process"]),
];

/// What tests may use beyond [`EDGES`].
const TEST_EDGES: [(&str, &str); 4] = [
    ("server", "client"),
    ("tuner", "inference"),
    ("server", "postgres-process"),
    ("store-postgres", "postgres-process"),
];

/// The beginning of a package's name, and the crates that may depend on it directly. `load` measures what sqlx does
/// without a store.
const OWNERS: [(&str, &[&str]); 7] = [
    ("axum", &["server"]),
    ("candle", &["trainer"]),
    ("prost", &["onnx"]),
    ("sqlx", &["load", "store-postgres", "store-sqlite"]),
    ("tract", &["inference"]),
    (
        "web-sys",
        &["browser", "console", "triage-worker", "widget"],
    ),
    ("yew", &["console", "widget"]),
];

/// Crates without clock, randomness, runtime or browser, however far down.
const PURE: [&str; 6] = ["client", "demo", "desk", "onnx", "protocol", "triage"];
const IMPURE: [&str; 3] = ["getrandom", "tokio", "web-sys"];

/// What a crate's manifest names directly.
struct Dependency {
    name: String,
    only_in_tests: bool,
}

/// One crate of the workspace.
#[derive(Default)]
struct Crate {
    package: String,
    direct: Vec<Dependency>,
    /// Packages that it cannot be built without, however far down.
    reached: BTreeSet<String>,
}

/// The crates of the workspace by the name of their folder.
pub struct Graph(BTreeMap<String, Crate>);

impl Graph {
    /// Reads the graph from what Cargo says.
    pub fn read(metadata: &Metadata) -> Result<Self> {
        let resolve = metadata
            .resolve
            .as_ref()
            .context("cargo metadata resolved nothing")?;
        let nodes: BTreeMap<&PackageId, &Node> =
            resolve.nodes.iter().map(|node| (&node.id, node)).collect();
        let mut crates = BTreeMap::new();
        for package in metadata.workspace_packages() {
            let folder = package
                .manifest_path
                .parent()
                .and_then(|folder| folder.file_name());
            let direct = package.dependencies.iter().map(|dependency| Dependency {
                name: dependency.name.clone(),
                only_in_tests: dependency.kind == DependencyKind::Development,
            });
            let mut seen = BTreeSet::from([&package.id]);
            let mut open = vec![&package.id];
            while let Some(node) = open.pop().and_then(|id| nodes.get(id)) {
                for next in &node.deps {
                    let built_in = next
                        .dep_kinds
                        .iter()
                        .any(|kind| kind.kind == DependencyKind::Normal);
                    if built_in && seen.insert(&next.pkg) {
                        open.push(&next.pkg);
                    }
                }
            }
            let reached = seen.into_iter().map(|id| metadata[id].name.to_string());
            crates.insert(
                folder.unwrap_or_default().to_owned(),
                Crate {
                    package: package.name.to_string(),
                    direct: direct.collect(),
                    reached: reached.collect(),
                },
            );
        }
        Ok(Self(crates))
    }

    /// How many crates there are.
    pub fn crates(&self) -> usize {
        self.0.len()
    }

    /// One sentence for each breach.
    pub fn check(&self) -> Vec<String> {
        let mut errors = Vec::new();
        for (folder, is) in &self.0 {
            let Some((_, allowed)) = EDGES.iter().find(|(name, _)| name == folder) else {
                errors.push(format!(
                    "crates/{folder} is not in the table of crates (tidy/edges.rs)"
                ));
                continue;
            };
            if folder != "xtask" && is.package != format!("deskbell-{folder}") {
                errors.push(format!("crates/{folder} holds the package {}", is.package));
            }
            for dependency in &is.direct {
                if let Some(other) = dependency.name.strip_prefix("deskbell-") {
                    let in_tests =
                        dependency.only_in_tests && TEST_EDGES.contains(&(folder, other));
                    // A crate names itself to switch a feature on for its own tests.
                    if !allowed.contains(&other) && !in_tests && other != folder {
                        errors.push(format!("{folder} may not depend on {other}"));
                    }
                }
                for (technology, owners) in OWNERS {
                    if dependency.name.starts_with(technology) && !owners.contains(&folder.as_str())
                    {
                        let owners = owners.join(", ");
                        let name = &dependency.name;
                        errors.push(format!(
                            "{folder} may not depend on {name}; it belongs to {owners}"
                        ));
                    }
                }
            }
            if PURE.contains(&folder.as_str()) {
                for impure in IMPURE.iter().filter(|name| is.reached.contains(**name)) {
                    errors.push(format!(
                        "{folder} is pure, but cannot be built without {impure}"
                    ));
                }
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(folder: &str, direct: &[(&str, bool)], reached: &[&str]) -> Graph {
        let direct = direct.iter().map(|(name, only_in_tests)| Dependency {
            name: (*name).to_owned(),
            only_in_tests: *only_in_tests,
        });
        let is = Crate {
            package: format!("deskbell-{folder}"),
            direct: direct.collect(),
            reached: reached.iter().map(|name| (*name).to_owned()).collect(),
        };
        Graph(BTreeMap::from([(folder.to_owned(), is)]))
    }

    #[test]
    fn an_edge_against_the_direction_is_found() {
        assert!(
            graph("client", &[("deskbell-protocol", false)], &[])
                .check()
                .is_empty()
        );
        let errors = graph("client", &[("deskbell-browser", false)], &[]).check();
        assert_eq!(errors, ["client may not depend on browser"]);
    }

    #[test]
    fn the_server_may_use_the_client_in_its_tests_only() {
        assert!(
            graph("server", &[("deskbell-client", true)], &[])
                .check()
                .is_empty()
        );
        assert_eq!(
            graph("server", &[("deskbell-client", false)], &[])
                .check()
                .len(),
            1
        );
    }

    #[test]
    fn a_technology_outside_its_crate_is_found_by_any_of_its_packages() {
        let errors = graph("server", &[("tract-core", false)], &[]).check();
        assert_eq!(
            errors,
            ["server may not depend on tract-core; it belongs to inference"]
        );
        assert!(
            graph("inference", &[("tract-linalg", false)], &[])
                .check()
                .is_empty()
        );
    }

    #[test]
    fn a_pure_crate_that_reaches_a_runtime_far_down_is_found() {
        let errors = graph("desk", &[("serde", false)], &["serde", "tokio"]).check();
        assert_eq!(errors, ["desk is pure, but cannot be built without tokio"]);
        assert!(graph("server", &[], &["tokio"]).check().is_empty());
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_found() {
        assert!(graph("helpers", &[], &[]).check()[0].contains("not in the table"));
    }
}
