//! `deskbell agent role`, `sign-out`, `totp-reset`, and `deskbell audit`.

use crate::cli::Operator;

#[test]
fn what_is_done_with_accounts_and_sites_is_told_by_audit() {
    let operator = Operator::new();
    assert!(operator.done(&["audit"]).contains("Nothing was done"));
    for (email, name, role) in [
        ("kim@fern.example", "Kim", None),
        ("sam@fern.example", "Sam", None),
        ("eve@fern.example", "Eve", Some("supervisor")),
    ] {
        let mut add = vec!["agent", "add", "--email", email, "--name", name];
        add.push("--password-stdin");
        add.extend(role.map(|role| ["--role", role]).into_iter().flatten());
        let told = operator.run_with(b"correct horse\n", &add);
        assert!(told.ok, "{}", told.error);
    }
    let list = operator.done(&["agent", "list"]);
    for (name, role) in [("Kim", "operator"), ("Sam", "agent"), ("Eve", "supervisor")] {
        let line = list.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.contains(role), "{line}");
    }
    let sam = ["--email", "SAM@fern.example"];
    let said = operator.done(&["agent", "role", sam[0], sam[1], "--role", "supervisor"]);
    assert!(said.contains("supervisor"), "{said}");
    let said = operator.done(&["agent", "sign-out", sam[0], sam[1]]);
    assert!(said.contains("signed out everywhere"), "{said}");
    let said = operator.done(&["agent", "totp-reset", sam[0], sam[1]]);
    assert!(said.contains("no second step"), "{said}");
    let origin = "https://fern.example";
    let site = ["site", "add", "--key", "fern", "--name", "Fern"];
    operator.done(&[&site[..], &["--origin", origin]].concat());
    operator.done(&["site", "add", "--key", "fern", "--replace", "--phone", "1"]);

    let log = operator.done(&["audit", "--json"]);
    let acts: Vec<_> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| {
            assert_eq!(line["via"], "command line");
            format!("{} {} {}", line["act"], line["whom"], line["detail"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        acts,
        [
            "agent_added kim@fern.example operator",
            "agent_added sam@fern.example agent",
            "agent_added eve@fern.example supervisor",
            "role_set sam@fern.example supervisor",
            "signed_out_everywhere sam@fern.example null",
            "site_added fern null",
            "site_changed fern null",
        ]
    );
    let table = operator.done(&["audit", "--since", "1h"]);
    assert_eq!(table.lines().count(), 8, "{table}");
    let strange = operator.refused(&["audit", "--since", "yesterday"]);
    assert!(strange.contains("7d, 12h or 30m"), "{strange}");
    let unknown = operator.refused(&["agent", "role", sam[0], sam[1], "--role", "boss"]);
    assert!(
        unknown.contains("agent, supervisor or operator"),
        "{unknown}"
    );
    let nobody = ["--email", "nobody@fern.example"];
    for command in ["sign-out", "totp-reset"] {
        let said = operator.refused(&["agent", command, nobody[0], nobody[1]]);
        assert!(said.contains("nobody has the e-mail address"), "{said}");
    }
}
