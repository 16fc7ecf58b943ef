//! What stands for a process: something that can be signalled and waited for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::builtins::signals;
use crate::command::Status;

/// A shell, or a job of one.
pub(crate) struct Process {
    /// Its number.
    pub id: u32,
    /// The number of the shell that started it.
    pub parent: u32,
    /// Signals that wait for their traps, by bit.
    pending: Cell<u128>,
    /// Signals that have a trap.
    trapped: Cell<u128>,
    /// Signals that do nothing.
    ignored: Cell<u128>,
    killed: Cell<Option<u32>>,
    interrupted: Cell<Option<u32>>,
    ended: Cell<Option<Status>>,
    wakers: RefCell<Vec<Waker>>,
}

impl Process {
    pub fn new(id: u32, parent: u32) -> Rc<Self> {
        Rc::new(Process {
            id,
            parent,
            pending: Cell::new(0),
            trapped: Cell::new(0),
            ignored: Cell::new(0),
            killed: Cell::new(None),
            interrupted: Cell::new(None),
            ended: Cell::new(None),
            wakers: RefCell::new(Vec::new()),
        })
    }

    fn wake(&self) {
        self.wakers.borrow_mut().drain(..).for_each(Waker::wake);
    }

    /// Sends a signal.
    pub fn signal(&self, number: u32) {
        let bit = 1 << number;
        if number == 0 || self.ended.get().is_some() {
            return;
        }
        if number != signals::KILL {
            if self.ignored.get() & bit != 0 {
                return;
            }
            if self.trapped.get() & bit != 0 {
                self.pending.set(self.pending.get() | bit);
                return self.wake();
            }
            if signals::is_harmless(number) {
                return;
            }
        }
        if self.killed.get().is_none() {
            self.killed.set(Some(number));
        }
        self.wake();
    }

    /// Sends a signal that also ends what the shell waits for, as one from the terminal does.
    pub fn interrupt(&self, number: u32) {
        self.interrupted.set(Some(number));
        self.signal(number);
        self.wake();
    }

    /// Completes when what the shell waits for should end.
    pub async fn until_stopped(&self) -> u32 {
        self.until(|process| process.interrupted.take().or(process.killed.get())).await
    }

    /// What the shell does about signals from now on.
    pub fn set_traps(&self, trapped: u128, ignored: u128) {
        self.trapped.set(trapped);
        self.ignored.set(ignored);
    }

    /// Whether something waits to be noticed.
    pub fn has_news(&self) -> bool {
        self.pending.get() != 0 || self.killed.get().is_some()
    }

    /// The signal that ends it, once there was one.
    pub fn killed_by(&self) -> Option<u32> {
        self.killed.get()
    }

    /// The first pending signal.
    pub fn peek_pending(&self) -> Option<u32> {
        (self.pending.get() != 0).then(|| self.pending.get().trailing_zeros())
    }

    /// Takes one pending signal.
    pub fn take_pending(&self) -> Option<u32> {
        let pending = self.pending.get();
        if pending == 0 {
            return None;
        }
        let number = pending.trailing_zeros();
        self.pending.set(pending & !(1 << number));
        Some(number)
    }

    /// How it ended, once it has.
    pub fn ended(&self) -> Option<Status> {
        self.ended.get()
    }

    /// It has ended.
    pub fn end(&self, status: Status) {
        self.ended.set(Some(status));
        self.wake();
    }

    async fn until<T>(&self, look: impl Fn(&Self) -> Option<T>) -> T {
        poll_fn(|context| match look(self) {
            Some(found) => Poll::Ready(found),
            None => {
                let mut wakers = self.wakers.borrow_mut();
                if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                    wakers.push(context.waker().clone());
                }
                Poll::Pending
            }
        })
        .await
    }

    /// Completes when a signal ends it.
    pub async fn until_killed(&self) -> u32 {
        self.until(Process::killed_by).await
    }

    /// Completes when it has ended.
    pub async fn until_ended(&self) -> Status {
        self.until(Process::ended).await
    }

    /// Completes when a trap waits to run, or a signal ends it.
    pub async fn until_news(&self) {
        self.until(|process| process.has_news().then_some(())).await;
    }
}

/// The processes of a line by number.
#[derive(Default)]
pub(crate) struct Processes(RefCell<BTreeMap<u32, Rc<Process>>>);

impl Processes {
    pub fn add(&self, process: &Rc<Process>) {
        self.0.borrow_mut().insert(process.id, process.clone());
    }

    pub fn remove(&self, id: u32) {
        self.0.borrow_mut().remove(&id);
    }

    pub fn get(&self, id: u32) -> Option<Rc<Process>> {
        self.0.borrow().get(&id).cloned()
    }
}
