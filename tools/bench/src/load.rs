//! Five thousand cases, by the operations that the pages call.

use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use trials::engine::Engine;
use trials::road::{People, Road, STATION, Step, taken};
use trials::server::Server;

/// How many work at the same time.
const WORKERS: usize = 4;

/// Opens so many cases for the worker.
pub fn cases(engine: &Engine, binary: &Path, many: usize) -> Result<()> {
    let mut server = Server::start(engine, binary, &[("BANYAN_LOG", "warn")])?;
    let people = People::sign_in(&server.base())?;
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (mut people, done) = (people.windows(), &done);
                scope.spawn(move || -> Result<()> {
                    loop {
                        let n = done.fetch_add(1, Ordering::SeqCst);
                        if n >= many {
                            return Ok(());
                        }
                        open(&mut people, n).with_context(|| format!("case {n} of station {STATION}"))?;
                        if n.is_multiple_of(500) {
                            eprintln!("bench: {n} of {many} cases");
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().ok().context("a worker panicked")??;
        }
        Ok(())
    })?;
    server.stop().map(drop)
}

fn open(people: &mut People, n: usize) -> Result<()> {
    let mut road = Road::new(u64::try_from(n)?, Step::Enter);
    loop {
        let post = road.prepare(people)?;
        let answer = people.browser(post.who).post(&post.action, &post.fields)?;
        if taken(&post, &answer).is_none() {
            bail!("{:?} answered {}", post.step, answer.status);
        }
        if post.step == Step::Confirm {
            return Ok(());
        }
        road.went_on(people, &post, &answer)?;
    }
}
