//! What the operating system says about this process. Linux says it in files; elsewhere nothing is known.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// Adds what is known, under the names that Prometheus' own libraries use.
pub(super) fn register(registry: &mut Registry) {
    let values = [
        (
            "process_resident_memory",
            "Memory that is in use",
            Some(Unit::Bytes),
            resident_bytes(),
        ),
        (
            "process_open_fds",
            "Files and connections that are open",
            None,
            open_files(),
        ),
        (
            "process_max_fds",
            "Files and connections that may be open",
            None,
            most_files(),
        ),
    ];
    for (name, help, unit, value) in values {
        let Some(value) = value else { continue };
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        match unit {
            Some(unit) => registry.register_with_unit(name, help, unit, gauge),
            None => registry.register(name, help, gauge),
        }
    }
}

/// "VmRSS:     20480 kB" in `/proc/self/status`.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// One of them is the folder that is being read.
fn open_files() -> Option<i64> {
    let open = std::fs::read_dir("/proc/self/fd").ok()?.count();
    i64::try_from(open.saturating_sub(1)).ok()
}

/// "Max open files            1024                 524288               files" in `/proc/self/limits`: the first counts.
fn most_files() -> Option<i64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn linux_says_how_much_memory_and_how_many_files() {
        assert!(resident_bytes().unwrap() > 1024 * 1024);
        assert!(open_files().unwrap() >= 3);
        assert!(most_files().unwrap() >= open_files().unwrap());
    }
}
