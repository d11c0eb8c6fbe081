//! What the shipped program is built from: licences that allow it, and nothing that could talk to a network.
//!
//! Reads `cargo metadata` for each platform, follows normal and build dependencies of the default features, and leaves out
//! what only tests use.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::Path,
    process::Command,
};

use serde_json::Value;
use spdx::{Expression, ParseMode};

/// The platforms that the program is for.
const PLATFORMS: [&str; 4] =
    ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-pc-windows-msvc"];

/// Licences under which code and data may be part of the program; deny.toml has the same.
const ALLOWED: [&str; 10] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "OFL-1.1",
    "Ubuntu-font-1.0",
];

/// Network and encryption libraries: none of them has any business here. deny.toml names most of them again.
const NETWORK: [&str; 24] = [
    "async-std",
    "attohttpc",
    "awc",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "isahc",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "s2n-quic",
    "schannel",
    "security-framework",
    "socket2",
    "surf",
    "tokio",
    "tungstenite",
    "ureq",
    "websocket",
];

/// What the D-Bus library sets options of Unix sockets with; from anywhere else it would be the base of a network client.
const LOCAL_BUS: [(&str, &str); 2] = [("zbus", "socket2"), ("zruntime", "socket2")];

/// `cargo metadata` for `platform`, or why there is none.
fn metadata(platform: &str) -> Result<Value, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", platform])
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// Name and licence of every package that is built into the program or runs while it is built. Edges in `cut` (names of
/// dependent and dependency) are not followed.
fn shipped(metadata: &Value, cut: &[(&str, &str)]) -> BTreeMap<String, (String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().filter_map(|node| Some((text(&node["id"])?, node))).collect();
    let names: BTreeMap<String, String> = list(&metadata["packages"])
        .into_iter()
        .filter_map(|package| Some((text(&package["id"])?, text(&package["name"])?)))
        .collect();
    let name = |id: &str| names.get(id).map_or("", String::as_str);
    let mut open = vec![text(&metadata["resolve"]["root"]).expect("a root package")];
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        for dependency in list(&nodes[&id]["deps"]) {
            let is_cut = text(&dependency["pkg"]).is_some_and(|pkg| cut.contains(&(name(&id), name(&pkg))));
            if !is_cut && list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev") {
                open.extend(text(&dependency["pkg"]));
            }
        }
    }
    list(&metadata["packages"])
        .into_iter()
        .filter_map(|package| Some((text(&package["id"])?, (text(&package["name"])?, text(&package["license"])))))
        .filter(|(id, _)| reached.contains(id))
        .collect()
}

/// Whether `expression` (SPDX, or the older `A/B`) can be met with the licences of [`ALLOWED`].
fn allowed(expression: &str) -> bool {
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|parsed| parsed.evaluate(|required| ALLOWED.contains(&required.to_string().as_str())))
}

/// Runs `judge` over the [`shipped`] packages of every platform and fails with all its complaints. A platform whose packages
/// were never downloaded (`cargo fetch` gets them) is left out, except in CI and where it is the one that tests run on.
fn judge_all(cut: &[(&str, &str)], judge: impl Fn(&str, Option<&str>) -> Option<String>) {
    let mut complaints = BTreeSet::new();
    let mut judged = 0;
    for platform in PLATFORMS {
        match metadata(platform) {
            Ok(metadata) => {
                let packages = shipped(&metadata, cut);
                assert!(
                    packages.len() > 20,
                    "{platform}: only {} packages; is the graph read rightly?",
                    packages.len()
                );
                complaints.extend(packages.values().filter_map(|(name, licence)| judge(name, licence.as_deref())));
                judged += 1;
            }
            Err(why) if env::var_os("CI").is_some() => panic!("{platform}: {why}"),
            Err(_) => {}
        }
    }
    assert!(judged > 0, "no platform's packages are at hand; run cargo fetch");
    assert!(complaints.is_empty(), "\n{}\n", complaints.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    for (expression, met) in [
        ("MIT", true),
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0", false),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
        ("MIT OR GPL-3.0 AND LGPL-2.1", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("GPL-2.0 WITH Classpath-exception-2.0", false),
        ("(MIT", false),
        ("", false),
    ] {
        assert_eq!(allowed(expression), met, "{expression}");
    }
}

#[test]
fn everything_shipped_has_a_licence_that_allows_it() {
    judge_all(&[], |name, licence| match licence {
        Some(licence) if allowed(licence) => None,
        Some(licence) => Some(format!("{name}: {licence} is not on the list")),
        None => Some(format!("{name}: no licence named")),
    });
}

#[test]
fn nothing_shipped_can_talk_to_a_network() {
    judge_all(&LOCAL_BUS, |name, _| {
        NETWORK.contains(&name).then(|| format!("{name} is a network client, or the base of one"))
    });
}

#[test]
fn deny_toml_has_the_same_lists() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).unwrap();
    let deny: toml::Table = text.parse().unwrap();
    let licences: Vec<&str> = deny["licenses"]["allow"].as_array().unwrap().iter().filter_map(|l| l.as_str()).collect();
    assert_eq!(licences, ALLOWED);
    for banned in deny["bans"]["deny"].as_array().unwrap() {
        let name = banned["crate"].as_str().unwrap();
        assert!(NETWORK.contains(&name), "{name} is banned in deny.toml only");
    }
}
