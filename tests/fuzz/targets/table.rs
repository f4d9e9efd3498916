//! A merchant's table of examples: what is taken can be learnt from, and what is wrong is told with its line.
#![no_main]

use deskbell_tuner::{Examples, Purpose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    match Examples::read(file, Purpose::Training) {
        Ok(read) => {
            assert!(read.labels.len() >= 2);
            for example in &read.examples {
                assert!(example.label < read.labels.len());
                assert!(!example.text.trim().is_empty());
            }
            let mut test = Examples::read(file, Purpose::Test(&read.labels))
                .expect("what can be learnt from can be measured with");
            let rows = test.examples.len();
            assert_eq!(
                test.remove_those_of(&read),
                rows,
                "measured with what was learnt"
            );
        }
        Err(problems) => assert!(!problems.found().is_empty() && !problems.to_string().is_empty()),
    }
});
