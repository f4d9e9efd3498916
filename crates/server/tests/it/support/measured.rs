//! A reader of the metrics page that takes nothing but what OpenMetrics 1.0 allows.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_server::{MetricsPage, serve_metrics};
use reqwest::header;
use tokio::net::TcpListener;

use super::client;

/// Samples by name and labels, as written: `name{label="value"}`.
#[derive(Debug)]
pub(crate) struct Measured(BTreeMap<String, f64>);

impl Measured {
    pub(crate) async fn read(page: MetricsPage) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve_metrics(listener, page));
        let measured = Self::fetch(&address.to_string()).await;
        serving.abort();
        measured
    }

    /// What is served at `/metrics` of this address.
    pub(crate) async fn fetch(address: &str) -> Self {
        let request = client().get(format!("http://{address}/metrics"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/openmetrics-text; version=1.0.0; charset=utf-8"
        );
        Self::parse(&response.text().await.unwrap())
    }

    fn parse(page: &str) -> Self {
        let page = page.strip_suffix("# EOF\n").expect("it is whole");
        let (mut families, mut samples) = (BTreeMap::new(), BTreeMap::new());
        for line in page.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (word, name) = (words.next().unwrap(), words.next().unwrap());
                assert!(["HELP", "TYPE", "UNIT"].contains(&word), "{line}");
                if word == "TYPE" {
                    let twice = families.insert(name, words.next().unwrap());
                    assert!(twice.is_none(), "{name} has two types");
                }
                continue;
            }
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let suffixes: &[&str] = match families.keys().copied().rfind(|family| {
                name.strip_prefix(*family)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            }) {
                Some(family) => match families[family] {
                    "counter" => &["_total"],
                    "histogram" => &["_bucket", "_sum", "_count"],
                    "gauge" => &[""],
                    other => panic!("{other} is not used"),
                },
                None => panic!("{name} has no type"),
            };
            assert!(
                suffixes
                    .iter()
                    .any(|suffix| families.contains_key(name.strip_suffix(suffix).unwrap_or("-"))),
                "{line}"
            );
            let twice = samples.insert(sample.to_owned(), value.parse().unwrap());
            assert!(twice.is_none(), "{sample} is there twice");
        }
        Self(samples)
    }

    /// The value of a sample; nothing if there is none.
    pub(crate) fn get(&self, sample: &str) -> Option<f64> {
        self.0.get(sample).copied()
    }

    /// The sum of all samples whose name and labels begin so.
    pub(crate) fn sum(&self, begin: &str) -> f64 {
        let samples = self.0.iter().filter(|(name, _)| name.starts_with(begin));
        samples.map(|(_, value)| value).sum()
    }

    /// How many time series there are.
    pub(crate) fn series(&self) -> usize {
        self.0.len()
    }

    /// All values of all labels but the bounds of buckets.
    pub(crate) fn label_values(&self) -> BTreeSet<&str> {
        let labels = self.0.keys().filter_map(|sample| sample.split_once('{'));
        labels
            .flat_map(|(_, labels)| labels.trim_end_matches('}').split("\","))
            .filter_map(|label| label.split_once("=\""))
            .filter(|(name, _)| *name != "le")
            .map(|(_, value)| value.trim_end_matches('"'))
            .collect()
    }
}
