//! Recommendations as notifications on the desktop.
//!
//! One at a time: a new one takes the place of the last, and one that is no longer called for is taken away. Where the
//! desktop shows buttons, they are Start, Later and Not now. Nothing else is ever notified.

mod answer;
mod desk;

use std::{
    io,
    sync::mpsc::{Sender, channel},
    thread,
};

pub use self::answer::Answer;
use self::desk::{Desk, Order};
use super::{
    Sink, brief,
    words::{self, lasting},
};
use crate::{
    monitor::{Event, Offer, Totals},
    pipeline::Report,
    report::in_words,
    rules::{RuleId, Rules},
    stretches::{Advice, Stretches},
};

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    summary: String,
    body: String,
}

/// Shows recommendations on the desktop.
pub struct Notify<'a> {
    rules: &'a Rules,
    stretches: &'a Stretches,
    orders: Sender<Order>,
    /// The rule that the notification on the desktop is for.
    shown: Option<RuleId>,
}

impl<'a> Notify<'a> {
    /// A sink that talks to the desktop in a thread of its own, so that a desktop that hangs holds up nothing. `sound` asks
    /// the desktop for a sound with each notification. `answered` gets what the user answers, and `told` the one line that
    /// says why there are no notifications, at most once; both are called from other threads.
    pub fn new(
        rules: &'a Rules,
        stretches: &'a Stretches,
        sound: bool,
        answered: impl Fn(Answer) + Send + Sync + 'static,
        told: impl FnOnce(String) + Send + 'static,
    ) -> Self {
        let (orders, waiting) = channel();
        thread::spawn(move || Desk::new(sound, answered, told).serve(&waiting));
        Self { rules, stretches, orders, shown: None }
    }

    fn show(&mut self, advice: &Advice, message: Message) {
        self.shown = Some(advice.because.clone());
        self.order(Order::Show(message));
    }

    fn take_away(&mut self) {
        if self.shown.take().is_some() {
            self.order(Order::Close);
        }
    }

    fn order(&self, order: Order) {
        // The thread ends with the session alone.
        let _ = self.orders.send(order);
    }
}

impl Sink for Notify<'_> {
    fn report(&mut self, _report: &Report) -> io::Result<()> {
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Suggested { advice, reason, offer, .. } => {
                let reason = words::reason(reason);
                let message = message(advice, &reason, *offer, self.rules, self.stretches);
                self.show(advice, message);
            }
            Event::BreakDue { rule, lasted, advice, .. } => {
                let reason = format!("{} for {}", brief::title(rule, self.rules), lasting(*lasted));
                let message = message(advice, &reason, Offer::Break, self.rules, self.stretches);
                self.show(advice, message);
            }
            Event::Ended { rule, .. } if self.shown.as_ref() == Some(rule) => self.take_away(),
            Event::Left { .. }
            | Event::Dismissed { .. }
            | Event::Completed { .. }
            | Event::Paused { .. }
            | Event::Snoozed { .. } => self.take_away(),
            _ => {}
        }
        Ok(())
    }

    fn trouble(&mut self, _what: &str) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.take_away();
        Ok(())
    }
}

/// What is said about `advice`, which is given for `reason`, a clause.
fn message(advice: &Advice, reason: &str, offer: Offer, rules: &Rules, stretches: &Stretches) -> Message {
    let title = brief::title(&advice.because, rules);
    let summary = match offer {
        Offer::Notice | Offer::Guide => format!("{title}: time for a stretch"),
        Offer::Break => format!("{title}: time for a break"),
    };
    let stretch = stretches.get(&advice.stretch);
    let try_this = stretch.map(|stretch| format!("\nTry: {}, {}.", stretch.words.name, in_words(&stretch.dose)));
    Message { summary, body: format!("{}.{}", words::sentence(reason), try_this.unwrap_or_default()) }
}

#[cfg(test)]
mod tests;
