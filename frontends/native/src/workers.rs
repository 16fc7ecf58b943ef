//! The pool of threads that lines run on.

use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::thread;

use crate::executor::{self, Mailbox, Start};

/// Threads at most. Beyond it lines share threads and take turns every millisecond.
const LIMIT: usize = 64;

/// Address space of a worker's stack; only what is touched costs memory. As much as a main thread has.
const STACK: usize = 8 * 1024 * 1024;

/// Worker threads, started when a line finds none idle. They end with the pool, once their lines have.
#[derive(Default)]
pub(crate) struct Workers {
    mailboxes: Mutex<Vec<Arc<Mailbox>>>,
    closed: Arc<AtomicBool>,
}

impl Workers {
    /// Runs a line: on an idle thread, on a new one, or beside the fewest others.
    pub fn drive(&self, start: Start) {
        if let Some(mailbox) = self.choose() {
            mailbox.send(start);
        }
    }

    /// None only when the system refuses to start the very first thread.
    fn choose(&self) -> Option<Arc<Mailbox>> {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let least = mailboxes.iter().min_by_key(|mailbox| mailbox.load()).cloned();
        match least {
            Some(mailbox) if mailbox.load() == 0 || mailboxes.len() >= LIMIT => Some(mailbox),
            busy => match self.start_thread() {
                Ok(mailbox) => {
                    mailboxes.push(mailbox.clone());
                    Some(mailbox)
                }
                Err(_) => busy,
            },
        }
    }

    fn start_thread(&self) -> io::Result<Arc<Mailbox>> {
        let mailbox = Arc::new(Mailbox::default());
        let (own, closed) = (mailbox.clone(), self.closed.clone());
        thread::Builder::new().name("mirage-line".into()).stack_size(STACK).spawn(move || {
            let until_closed = poll_fn(|_| match closed.load(Ordering::Acquire) && own.load() == 0 {
                true => Poll::Ready(()),
                false => Poll::Pending,
            });
            executor::run(until_closed, &own);
        })?;
        Ok(mailbox)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
        let mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        mailboxes.iter().for_each(|mailbox| mailbox.wake());
    }
}
