//! Makes cargo embed the web files anew when they change.

fn main() {
    // Written last by `cargo xtask dist`. Where it is missing, cargo looks again at every build.
    println!("cargo::rerun-if-changed=../../target/web/manifest.json");
}
