//! Work on several threads whose results come in the order of the items.

use std::{num::NonZeroUsize, sync::mpsc, thread};

use anyhow::Result;

/// How many results of one thread may wait for their turn; more and the thread waits. This bounds the memory.
const WAITING: usize = 32;

/// Calls `work` on each item, on at most `threads` threads that each have a state made by `start`, and `each` on every
/// result, here and in the order of the items.
///
/// Items are dealt out in turn, so that the next result is always the next one of a known thread.
///
/// # Errors
/// The first error of `each`; the work that has not begun is left undone.
pub fn map<T: Send, S, R: Send>(
    items: Vec<T>,
    threads: NonZeroUsize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> R + Sync,
    mut each: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let count = items.len();
    let threads = threads.get().min(count).max(1);
    let mut hands: Vec<Vec<T>> = (0..threads).map(|_| Vec::with_capacity(count.div_ceil(threads))).collect();
    for (index, item) in items.into_iter().enumerate() {
        hands[index % threads].push(item);
    }
    thread::scope(|scope| {
        let results: Vec<_> = hands
            .into_iter()
            .map(|hand| {
                let (sender, receiver) = mpsc::sync_channel(WAITING);
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    let mut state = start();
                    for item in hand {
                        // The other end is gone when `each` has failed.
                        if sender.send(work(&mut state, item)).is_err() {
                            break;
                        }
                    }
                });
                receiver
            })
            .collect();
        for index in 0..count {
            // A thread that ends early has panicked; leaving the scope passes that on.
            let Ok(result) = results[index % threads].recv() else { break };
            each(result)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn threads(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).expect("some threads")
    }

    #[test]
    fn results_come_in_the_order_of_the_items_on_any_number_of_threads() {
        let items: Vec<u32> = (0..500).collect();
        for n in [1, 2, 3, 16, 1000] {
            let mut seen = Vec::new();
            let slow_start = |_: &mut (), item: u32| {
                if item.is_multiple_of(7) {
                    thread::yield_now();
                }
                item * 2
            };
            map(
                items.clone(),
                threads(n),
                || (),
                slow_start,
                |result| {
                    seen.push(result);
                    Ok(())
                },
            )
            .expect("no errors");
            assert_eq!(seen, items.iter().map(|item| item * 2).collect::<Vec<_>>(), "{n} threads");
        }
    }

    #[test]
    fn an_error_of_the_receiver_stops_the_work() {
        let done = AtomicUsize::new(0);
        let work = |_: &mut (), _: usize| done.fetch_add(1, Ordering::Relaxed);
        let result = map((0..10_000).collect(), threads(2), || (), work, |_| anyhow::bail!("full"));
        assert_eq!(result.expect_err("fails").to_string(), "full");
        assert!(done.into_inner() < 1_000);
    }

    #[test]
    fn no_items_are_no_work() {
        map(Vec::<()>::new(), threads(4), || (), |_: &mut (), ()| (), |()| Ok(())).expect("nothing to fail");
    }
}
