//! The desktop's end of notifications.

use std::sync::{Arc, mpsc::Receiver};

use notify_rust::{Notification, Timeout};

use super::{Answer, Message};

/// What the desktop is to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Show this, in place of what is shown.
    Show(Message),
    /// Take away what is shown.
    Close,
}

/// Shows one notification at a time.
pub(super) struct Desk<T> {
    sound: bool,
    answered: Arc<dyn Fn(Answer) + Send + Sync>,
    /// `None` once it has been told that there are no notifications.
    told: Option<T>,
    shown: Shown,
}

impl<T: FnOnce(String)> Desk<T> {
    pub fn new(sound: bool, answered: impl Fn(Answer) + Send + Sync + 'static, told: T) -> Self {
        Self { sound, answered: Arc::new(answered), told: Some(told), shown: Shown::default() }
    }

    /// Carries out `orders` until nobody gives any.
    pub fn serve(mut self, orders: &Receiver<Order>) {
        for order in orders {
            let done = match order {
                Order::Show(message) => self.show(&message),
                Order::Close => self.shown.close(),
            };
            if let Err(error) = done
                && let Some(tell) = self.told.take()
            {
                tell(format!(
                    "notifications: the desktop does not take them ({error}); start a notification service, or leave them \
                     out with --no-notify"
                ));
            }
        }
    }

    fn show(&mut self, message: &Message) -> notify_rust::error::Result<()> {
        let mut notification = Notification::new();
        notification.appname("posture").summary(&message.summary).body(&message.body).timeout(Timeout::Default);
        self.shown.show(notification, self.sound, &self.answered)
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
use self::xdg::Shown;

/// Desktops that follow the specification of freedesktop.org: with answers, and one notification in place of the other.
#[cfg(all(unix, not(target_os = "macos")))]
mod xdg {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        thread,
    };

    use notify_rust::{
        CloseReason, Hint, Notification, NotificationHandle, NotificationResponse, error::Result, get_capabilities,
    };
    use zbus::block_on;

    use super::Answer;

    /// What is shown.
    #[derive(Default)]
    pub struct Shown {
        handle: Option<Arc<NotificationHandle>>,
        /// The number of the newest one. What answers an older one answers nothing: the desktop may give the new one the
        /// name of the old.
        newest: Arc<AtomicU64>,
    }

    impl Shown {
        pub fn show(
            &mut self,
            mut notification: Notification,
            sound: bool,
            answered: &Arc<dyn Fn(Answer) + Send + Sync>,
        ) -> Result<()> {
            let can: Vec<String> = get_capabilities()?;
            if can.iter().any(|what| what == "body-markup") {
                notification.body = escaped(&notification.body);
            }
            if can.iter().any(|what| what == "actions") {
                for answer in Answer::ALL {
                    notification.action(answer.key(), answer.label());
                }
            }
            notification.hint(match sound {
                true => Hint::SoundName("message-new-instant".to_owned()),
                false => Hint::SuppressSound(true),
            });
            if let Some(last) = &self.handle {
                notification.id(last.id());
            }
            let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
            let handle = Arc::new(notification.show()?);
            self.handle = Some(Arc::clone(&handle));
            let (newest, answered) = (Arc::clone(&self.newest), Arc::clone(answered));
            thread::spawn(move || {
                block_on(handle.wait_for_action_async(|response| {
                    if let Some(answer) = answer(response).filter(|_| newest.load(Ordering::Relaxed) == number) {
                        answered(answer);
                    }
                }));
            });
            Ok(())
        }

        pub fn close(&mut self) -> Result<()> {
            self.newest.fetch_add(1, Ordering::Relaxed);
            if let Some(handle) = self.handle.take() {
                block_on(handle.close_async());
            }
            Ok(())
        }
    }

    /// What `response` says. A notification that expires, or that a program takes away, says nothing.
    fn answer(response: &NotificationResponse) -> Option<Answer> {
        match response {
            NotificationResponse::Default => Some(Answer::Start),
            NotificationResponse::Action(key) => Answer::ALL.into_iter().find(|answer| answer.key() == key),
            NotificationResponse::Closed(CloseReason::Dismissed) => Some(Answer::NotNow),
            NotificationResponse::Closed(_) | NotificationResponse::Reply(_) => None,
        }
    }

    /// `text` as markup that shows it.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn waving_it_away_says_not_now_and_expiring_says_nothing() {
            let action = |key: &str| NotificationResponse::Action(key.to_owned());
            for (response, says) in [
                (NotificationResponse::Default, Some(Answer::Start)),
                (action("later"), Some(Answer::Later)),
                (action("not_now"), Some(Answer::NotNow)),
                (action("something else"), None),
                (NotificationResponse::Closed(CloseReason::Dismissed), Some(Answer::NotNow)),
                (NotificationResponse::Closed(CloseReason::Expired), None),
                (NotificationResponse::Closed(CloseReason::CloseAction), None),
            ] {
                assert_eq!(answer(&response), says, "{response:?}");
            }
        }

        #[test]
        fn text_is_shown_as_it_is_where_markup_is_read() {
            assert_eq!(escaped("neck & head < 5°"), "neck &amp; head &lt; 5°");
        }
    }
}

/// Other desktops: notifications without answers.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[derive(Default)]
struct Shown;

#[cfg(not(all(unix, not(target_os = "macos"))))]
impl Shown {
    fn show(
        &mut self,
        notification: Notification,
        _sound: bool,
        _answered: &Arc<dyn Fn(Answer) + Send + Sync>,
    ) -> notify_rust::error::Result<()> {
        notification.show().map(|_| ())
    }

    /// The desktop takes it away by itself.
    fn close(&mut self) -> notify_rust::error::Result<()> {
        Ok(())
    }
}
