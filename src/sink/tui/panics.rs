//! What a panic does while the view has the terminal.

use std::{
    io,
    panic::{self, PanicHookInfo},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use ratatui::crossterm::{
    execute,
    terminal::{Clear, ClearType},
};

/// What other threads said when they panicked. A camera's library may, and is caught: that ends neither session nor view.
#[derive(Debug, Clone, Default)]
pub struct Panics(Arc<Mutex<Vec<String>>>);

/// Gives the terminal back as it was. The view is wiped out first: tmux shows what is left of it above the lines from before
/// when it has become larger meanwhile.
///
/// # Errors
/// Those of the terminal.
pub fn give_back() -> io::Result<()> {
    let wiped = execute!(io::stdout(), Clear(ClearType::All));
    ratatui::try_restore().and(wiped)
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

impl Panics {
    /// From now on, and while `open`, a panic of this thread gives the terminal back before `usual` tells of it, and what
    /// another thread says is kept for later: the terminal is not free for it.
    pub fn catch(open: &Arc<AtomicBool>, usual: Hook) -> Self {
        let (caught, owner, open) = (Self::default(), thread::current().id(), Arc::clone(open));
        let kept = caught.clone();
        panic::set_hook(Box::new(move |info| {
            if !open.load(Ordering::Relaxed) {
                usual(info);
            } else if thread::current().id() == owner {
                // What cannot be restored cannot be helped here.
                let _ = give_back();
                usual(info);
            } else {
                kept.0.lock().unwrap_or_else(PoisonError::into_inner).push(info.to_string());
            }
        }));
        caught
    }

    /// What was kept since this was asked last.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
