//! Reading ahead of a command: what it is going to open is asked for while it works on what it has.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use mirage_store::BoxFuture;

use super::View;
use crate::dynamic::Held;
use crate::path::Path;

/// How many files are opened before the next are asked for: whoever stops after the first line of the first has opened the second.
const PATIENCE: u32 = 2;

/// How many files are asked for at once then, and how much faster it gets with each.
const GROWTH: usize = 4;

/// How many files that were not asked for a command may leave out.
const NEAR: usize = 64;

/// What one command is going to open, in order, and what was asked for of it.
///
/// Nothing is asked for that was not told of, and nothing before some files were opened (unless all of them are sure to be
/// read): a line that stops early costs little more than what it looked at. What is asked for is driven by whatever the
/// command waits for, ends with the command, and is as much at once as the mount allows.
#[derive(Default)]
pub(super) struct Ahead(Mutex<State>);

#[derive(Default)]
struct State {
    expected: VecDeque<Path>,
    /// So many of the first that are expected were asked for.
    asked: usize,
    /// How many were opened, as they were expected.
    opened: u32,
    running: FuturesUnordered<BoxFuture<'static, (Path, Held)>>,
    /// What is held for files that were not opened yet.
    held: Vec<(Path, Held)>,
}

impl Ahead {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files that come first from here on.
    pub fn expect(&self, files: impl IntoIterator<Item = Path>, is_sure: bool) {
        let mut state = self.lock();
        let after = state.expected.split_off(0);
        state.expected.extend(files);
        match after.is_empty() {
            true => {}
            // What was asked for already is behind what comes now, and is found there when it is its turn.
            false => {
                state.asked = 0;
                state.expected.extend(after);
            }
        }
        if is_sure {
            state.opened = state.opened.max(u32::BITS);
        }
    }

    /// Goes on to `file`, which is being opened, and asks for what comes after it.
    pub fn arrive(&self, view: &View, file: &Path) {
        let mut state = self.lock();
        let near = state.asked + NEAR;
        let Some(at) = state.expected.iter().take(near).position(|next| next == file) else { return };
        state.expected.drain(..=at);
        state.asked = state.asked.saturating_sub(at + 1);
        state.opened = state.opened.saturating_add(1);
        state.ask(view);
    }

    /// What was held for `file` is not needed any more.
    pub fn release(&self, file: &Path) {
        let mut state = self.lock();
        if let Some(at) = state.held.iter().position(|(held, _)| held == file) {
            state.held.swap_remove(at);
        }
    }

    /// `work`, and meanwhile what was asked for.
    pub async fn beside<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.lock().poll(context);
            work.as_mut().poll(context)
        })
        .await
    }
}

impl State {
    fn ask(&mut self, view: &View) {
        while let Some(next) = self.expected.get(self.asked) {
            let mount = view.tree().table().mount_of(next).clone();
            let width = match self.opened.checked_sub(PATIENCE) {
                None | Some(0) => 0,
                Some(opened) => GROWTH.saturating_pow(opened),
            };
            let most = mount.resource.fan_out();
            if most > 0 && self.asked >= width.min(most) {
                return;
            }
            self.asked += 1;
            let Some(inner) = next.strip(&mount.path) else { continue };
            if let Some(work) = mount.resource.ahead(view.call(), &inner) {
                let next = next.clone();
                self.running.push(Box::pin(async move { (next, work.await) }));
            }
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        while let Poll::Ready(Some((path, held))) = self.running.poll_next_unpin(context) {
            if let Some(held) = held {
                self.held.push((path, Some(held)));
            }
        }
    }
}
