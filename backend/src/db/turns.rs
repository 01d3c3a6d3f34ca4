//! Whose turn it is to write.
//!
//! Changes of one organisation come one after the other: each locks the head of its audit chain. Whoever waited for that lock
//! in the database would wait with a connection in hand, and the crowd of one busy organisation would leave none for the
//! others. So they wait here, in the program, and only the one whose turn it is takes a connection. Several programs over one
//! database meet at the lock, each with at most one connection for an organisation; and no more connections write at a time
//! than leave some to those who read, however many organisations wait for a program that does not let go.
//!
//! Turns come in the order in which they were asked for. Between two of them the organisation rests for three times as long as the
//! first took: its crowd gets a quarter of a program at most, and its neighbours' pages the rest, also where two programs share
//! one machine. Whoever has waited long enough is sent away with a sentence, and a request that is given up leaves the queue
//! at once.

use crate::fault::{Fault, fault};
use domain::refusal::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

/// The queues of a program: one for each organisation in which somebody writes or waits.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    queues: Arc<Mutex<HashMap<Uuid, Weak<Queue<()>>>>>,
    writers: Arc<Semaphore>,
    patience: Duration,
}

/// How many times as long as a turn took an organisation rests after it.
const RESTS: u32 = 3;
/// It rests for so long at most: what took long waited for something, and did not work.
const REST: Duration = Duration::from_millis(100);

/// The turn of one who writes in this organisation, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(super) organisation: Uuid,
    began: Instant,
    first: Option<OwnedMutexGuard<()>>,
    _writer: OwnedSemaphorePermit,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(first) = self.first.take() else { return };
        let others_wait = Arc::strong_count(OwnedMutexGuard::mutex(&first)) > 1;
        if others_wait && let Ok(runtime) = Handle::try_current() {
            let rest = (self.began.elapsed() * RESTS).min(REST);
            runtime.spawn(async move {
                sleep(rest).await;
                drop(first);
            });
        }
    }
}

impl Turns {
    /// At most so many write at a time, and nobody waits for longer than `patience`.
    pub(super) fn new(writers: usize, patience: Duration) -> Self {
        Self { queues: Arc::default(), writers: Arc::new(Semaphore::new(writers)), patience }
    }

    /// Waits for a turn in this organisation.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when it does not come in time, [`Refusal::Unavailable`] when too many other organisations write.
    pub(super) async fn wait(&self, organisation: Uuid) -> Result<Turn, Refusal> {
        let until = Instant::now() + self.patience;
        let first = timeout_at(until, self.queue(organisation).lock_owned()).await.map_err(|_| {
            tracing::warn!(%organisation, "an organisation is so busy that somebody was sent away");
            Refusal::Busy
        })?;
        match timeout_at(until, self.writers.clone().acquire_owned()).await {
            Ok(Ok(writer)) => Ok(Turn { organisation, began: Instant::now(), first: Some(first), _writer: writer }),
            _ => Err(fault(Fault::System("too many organisations wait to write".to_owned()))),
        }
    }

    fn queue(&self, organisation: Uuid) -> Arc<Queue<()>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        // Those in which nobody stands any more.
        queues.retain(|_, queue| queue.strong_count() > 0);
        let known = queues.get(&organisation).and_then(Weak::upgrade);
        known.unwrap_or_else(|| {
            let queue = Arc::default();
            queues.insert(organisation, Arc::downgrade(&queue));
            queue
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Uuid = Uuid::from_u128(1);
    const THERE: Uuid = Uuid::from_u128(2);
    const LONG: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn one_writes_in_an_organisation_at_a_time_and_others_beside_it() {
        let turns = Turns::new(2, Duration::ZERO);
        let here = turns.wait(HERE).await.unwrap();
        assert_eq!(turns.wait(HERE).await.map(drop), Err(Refusal::Busy));
        let there = turns.clone().wait(THERE).await.unwrap();
        assert_eq!((here.organisation, there.organisation), (HERE, THERE));
        drop(here);
        turns.wait(HERE).await.unwrap();
    }

    #[tokio::test]
    async fn no_more_write_than_leave_connections_to_those_who_read() {
        let turns = Turns::new(1, Duration::ZERO);
        let here = turns.wait(HERE).await.unwrap();
        let refused = turns.wait(THERE).await.map(drop);
        assert!(matches!(refused, Err(Refusal::Unavailable { .. })), "{refused:?}");
        drop(here);
        turns.wait(THERE).await.unwrap();
    }

    #[tokio::test]
    async fn turns_come_in_the_order_in_which_they_were_asked_for() {
        let turns = Turns::new(1, LONG);
        let first = turns.wait(HERE).await.unwrap();
        let (told, mut came) = tokio::sync::mpsc::unbounded_channel();
        let mut waiting = Vec::new();
        for at in 0..5 {
            let (turns, told) = (turns.clone(), told.clone());
            waiting.push(tokio::spawn(async move {
                let turn = turns.wait(HERE).await.unwrap();
                told.send(at).unwrap();
                drop(turn);
            }));
            // It stands in the queue before the next one comes.
            tokio::task::yield_now().await;
        }
        waiting[1].abort();
        drop((first, told));
        let mut order = Vec::new();
        while let Some(at) = came.recv().await {
            order.push(at);
        }
        assert_eq!(order, [0, 2, 3, 4], "who gave up is passed over");
    }

    #[tokio::test(start_paused = true)]
    async fn an_organisation_in_which_others_wait_rests_between_two_turns() {
        let turns = Turns::new(2, LONG);
        let (first, began) = (turns.wait(HERE).await.unwrap(), Instant::now());
        let waiting = tokio::spawn({
            let turns = turns.clone();
            async move { turns.wait(HERE).await.unwrap() }
        });
        sleep(Duration::from_millis(20)).await;
        drop(first);
        turns.wait(THERE).await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_millis(20), "no other organisation waits for that");
        let second = waiting.await.unwrap();
        assert_eq!(began.elapsed(), Duration::from_millis(20) * (1 + RESTS));
        sleep(Duration::from_secs(9)).await;
        let waiting = tokio::spawn(async move { turns.wait(HERE).await.unwrap() });
        tokio::task::yield_now().await;
        let long = Instant::now();
        drop(second);
        let third = waiting.await.unwrap();
        assert_eq!(long.elapsed(), REST);
        drop(third);
    }

    #[tokio::test]
    async fn a_queue_in_which_nobody_stands_is_forgotten() {
        let turns = Turns::new(8, LONG);
        for organisation in 0..100 {
            turns.wait(Uuid::from_u128(organisation)).await.unwrap();
        }
        let kept = turns.wait(HERE).await.unwrap();
        assert_eq!(turns.queues.lock().unwrap().len(), 1);
        drop(kept);
    }
}
