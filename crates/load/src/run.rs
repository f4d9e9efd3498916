//! Everything in its order.

use std::fs;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::fill::fill;
use crate::options::{Options, Scale};
use crate::process::Launch;
use crate::report::Measured;
use crate::times::median;
use crate::{appends, growth, plot, raw, start, streams};

/// Measures, prints, and writes the report. A floor that is missed is in both, and no error.
///
/// # Errors
/// If something cannot be measured.
pub async fn run(options: &Options) -> Result<()> {
    let scale = if options.quick {
        Scale::QUICK
    } else {
        Scale::FULL
    };
    fs::create_dir_all(&options.out)?;
    // On the disk that is measured, which a folder for temporary files may not be.
    let folder = tempfile::Builder::new()
        .prefix("server-")
        .tempdir_in(&options.out)?;
    let launch = |name: &str| Launch {
        program: options.program.clone(),
        database: folder.path().join(format!("{name}.db")),
        log: options.out.join("server.log"),
    };
    let measured = measure(options.quick, scale, &launch("desk"), &launch("alone")).await?;
    print!("{}", measured.table());
    let written = |name: &str, text: String| -> Result<PathBuf> {
        let path = options.out.join(name);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        Ok(path)
    };
    written("server.svg", plot::growth(&measured.costs))?;
    let page = written("server.md", measured.page())?;
    eprintln!("The report is {}", page.display());
    Ok(())
}

async fn measure(quick: bool, scale: Scale, desk: &Launch, alone: &Launch) -> Result<Measured> {
    let [small, middle, large] = scale.sizes;
    let path = &desk.database;
    let step = Step::begin("make two databases");
    for launch in [alone, desk] {
        launch.prepare().await?;
        fill(&launch.database, 0..small).await?;
    }
    step.done();

    let step = Step::begin("durable appends, in turns with the database alone");
    let server = desk.start().await?;
    let mut rounds = Vec::new();
    for turn in 0..scale.rounds {
        let (writers, time) = (scale.writers, scale.turn);
        let ours = appends::measure(server.address, writers, time, turn).await?;
        let theirs = raw::measure(&alone.database, writers, time, turn).await?;
        rounds.push((ours, theirs));
    }
    let ratios = rounds.iter().map(|(ours, theirs)| ours.rate / theirs.rate);
    let ratio = median(ratios.collect())?;
    step.done();

    let mut costs = Vec::new();
    let step = Step::begin(&format!("costs with {small} conversations"));
    costs.push(growth::measure(server.address, path, small, scale.samples).await?);
    server.stop().await?;
    step.done();

    let step = Step::begin(&format!("costs with {middle} conversations"));
    fill(path, small..middle).await?;
    let server = desk.start().await?;
    costs.push(growth::measure(server.address, path, middle, scale.samples).await?);
    server.stop().await?;
    step.done();

    let step = Step::begin(&format!("{} streams", scale.streams));
    let server = desk.start().await?;
    let streams = streams::measure(&server, scale.streams, scale.chat).await?;
    server.stop().await?;
    step.done();

    let step = Step::begin(&format!("costs with {large} conversations"));
    fill(path, middle..large).await?;
    let server = desk.start().await?;
    costs.push(growth::measure(server.address, path, large, scale.samples).await?);
    server.stop().await?;
    step.done();

    let step = Step::begin("starts");
    let start = start::measure(desk, scale.starts).await?;
    step.done();

    Ok(Measured {
        quick,
        processors: available_parallelism().map_or(1, usize::from),
        scale,
        appends: rounds,
        ratio,
        streams,
        start,
        costs,
    })
}

/// Something that takes time, told on standard error.
struct Step {
    name: String,
    began: Instant,
}

impl Step {
    fn begin(name: &str) -> Self {
        eprintln!("… {name}");
        Self {
            name: name.to_owned(),
            began: Instant::now(),
        }
    }

    fn done(self) {
        eprintln!(
            "✓ {}  {:.1} s",
            self.name,
            self.began.elapsed().as_secs_f64()
        );
    }
}
