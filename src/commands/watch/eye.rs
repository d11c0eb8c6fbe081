//! The thread that asks the source for frames, one for each order, so that the loop never waits for a device.

use std::{
    io,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread,
    time::Duration,
};

use super::live::Input;
use crate::{
    capture::{Captured, FrameSource},
    frame::Frame,
};

/// What the loop wants of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The next frame, this long after the last.
    Next(Duration),
    /// Nothing, with the device released.
    Rest,
}

/// The loop's end of the thread. When it is dropped the thread lets go of the source and ends; nobody waits for it.
#[derive(Debug)]
pub(super) struct Eye {
    orders: Sender<Order>,
    used: Sender<Frame>,
}

impl Eye {
    /// Puts `source` on a thread of its own, which answers each order with one input.
    pub(super) fn open(mut source: Box<dyn FrameSource>, inputs: Sender<Input>) -> io::Result<Self> {
        let (sender, orders) = channel();
        let (used, came_back) = channel();
        thread::Builder::new().name("posture-eye".into()).spawn(move || {
            let last_word = LastWord(inputs);
            serve(&mut *source, &orders, &came_back, &last_word.0);
        })?;
        Ok(Self { orders: sender, used })
    }

    /// Asks for the next frame: one `interval` after the last, as far as the source goes by a pace.
    pub(super) fn next(&self, interval: Duration) {
        self.order(Order::Next(interval));
    }

    /// Has the device released. An answer that is on its way may still come.
    pub(super) fn rest(&self) {
        self.order(Order::Rest);
    }

    fn order(&self, order: Order) {
        // The thread that does not listen any more has said so.
        let _ = self.orders.send(order);
    }

    /// Gives a frame back to the source, for its memory.
    pub(super) fn give_back(&self, frame: Frame) {
        let _ = self.used.send(frame);
    }
}

/// Says in the end that nothing more is to come, however the thread ends.
struct LastWord(Sender<Input>);

impl Drop for LastWord {
    fn drop(&mut self) {
        let _ = self.0.send(Input::Captured(Ok(Captured::End)));
    }
}

fn serve(source: &mut dyn FrameSource, orders: &Receiver<Order>, used: &Receiver<Frame>, inputs: &Sender<Input>) {
    let mut waiting = None;
    loop {
        // The newest order is the one that counts.
        let order = match (orders.try_recv(), waiting) {
            (Ok(order), _) => {
                waiting = Some(order);
                continue;
            }
            (Err(TryRecvError::Disconnected), _) => return,
            (Err(TryRecvError::Empty), Some(order)) => order,
            (Err(TryRecvError::Empty), None) => match orders.recv() {
                Ok(order) => {
                    waiting = Some(order);
                    continue;
                }
                Err(_) => return,
            },
        };
        match order {
            Order::Rest => {
                source.set_pace(None);
                waiting = None;
            }
            Order::Next(interval) => {
                source.set_pace(Some(interval));
                used.try_iter().for_each(|frame| source.take_back(frame));
                match source.next_frame() {
                    Ok(Captured::Waiting) => {}
                    Ok(Captured::End) => return,
                    captured => {
                        waiting = None;
                        if inputs.send(Input::Captured(captured)).is_err() {
                            return;
                        }
                    }
                }
            }
        }
    }
}
