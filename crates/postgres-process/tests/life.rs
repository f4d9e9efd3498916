//! It starts, keeps what was committed, and ends.

use std::net::TcpStream;

use deskbell_postgres_process::{Error, Postgres, Stop};

#[test]
fn what_was_committed_survives_a_stop_and_a_crash_and_nothing_is_left_when_it_is_dropped() {
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.create_database().unwrap();
    assert_ne!(url, postgres.create_database().unwrap());
    postgres.sql(&url, "CREATE TABLE kept (n int)").unwrap();
    for (n, how) in [(1, Stop::Fast), (2, Stop::Crash)] {
        let insert = format!("INSERT INTO kept VALUES ({n})");
        postgres.sql(&url, &insert).unwrap();
        postgres.stop(how).unwrap();
        let refused = postgres.sql(&url, "SELECT 1");
        assert!(matches!(refused, Err(Error::Failed { .. })));
        postgres.start_again().unwrap();
        let count = postgres.sql(&url, "SELECT count(*) FROM kept").unwrap();
        assert_eq!(count, n.to_string());
    }
    assert!(
        postgres
            .log()
            .unwrap()
            .contains("ready to accept connections")
    );
    let port = postgres.port();
    drop(postgres);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
