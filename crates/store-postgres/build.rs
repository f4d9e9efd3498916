//! Makes cargo embed a migration that was added since the last build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
