//! A session's lines, one at a time, in the order they came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::oneshot;
use mirage_shell::state::State;

/// A session's state, or the lines that wait for it.
pub(crate) struct Queue(Mutex<Content>);

struct Content {
    /// None while a line has it.
    state: Option<State>,
    /// The state between two lines, as the last one left it.
    last: State,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

impl Queue {
    pub fn new(state: State) -> Arc<Self> {
        Arc::new(Queue(Mutex::new(Content {
            last: state.clone(),
            state: Some(state),
            waiting: VecDeque::new(),
        })))
    }

    /// The state as the last line left it, whether or not another runs.
    pub fn peek(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last.clone()
    }

    /// Waits until every line that came before has ended. None is never answered while the queue is there.
    pub async fn turn(self: &Arc<Self>) -> Option<Turn> {
        match self.arrive() {
            Ok(turn) => Some(turn),
            Err(receiver) => receiver.await.ok(),
        }
    }

    fn arrive(self: &Arc<Self>) -> Result<Turn, oneshot::Receiver<Turn>> {
        let mut content = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match content.state.take() {
            Some(state) => Ok(Turn { queue: self.clone(), state: Some(state) }),
            None => {
                let (sender, receiver) = oneshot::channel();
                content.waiting.push_back(sender);
                Err(receiver)
            }
        }
    }

    fn leave(self: &Arc<Self>, state: State) {
        let mut content = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        content.last = state.clone();
        // What is sent is a turn, so that a line given up with the turn on its way passes it on.
        let mut turn = Turn { queue: self.clone(), state: Some(state) };
        while let Some(next) = content.waiting.pop_front() {
            match next.send(turn) {
                Ok(()) => return,
                // That line was given up while it waited.
                Err(returned) => turn = returned,
            }
        }
        content.state = turn.state.take();
    }
}

/// One line's turn: it has the session's state. Dropping it lets the next line have the state as it is then.
pub(crate) struct Turn {
    queue: Arc<Queue>,
    state: Option<State>,
}

impl Turn {
    /// The state; a clone of it is what a line changes.
    pub fn state(&self) -> State {
        self.state.clone().unwrap_or_default()
    }

    /// Makes `state` the session's.
    pub fn set(&mut self, state: State) {
        self.state = Some(state);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            self.queue.leave(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn status_of(turn: &Turn) -> u8 {
        turn.state().status
    }

    #[test]
    fn turns_come_in_order_and_see_what_the_line_before_left() {
        let queue = Queue::new(State::new());
        let mut first = queue.turn().now_or_never().flatten().expect("free");
        let mut second = Box::pin(queue.turn());
        let mut third = Box::pin(queue.turn());
        assert!(second.as_mut().now_or_never().is_none());
        assert!(third.as_mut().now_or_never().is_none());
        first.set(State { status: 7, ..State::new() });
        drop(first);
        assert!(third.as_mut().now_or_never().is_none());
        let second = second.now_or_never().flatten().expect("its turn");
        assert_eq!(status_of(&second), 7);
        drop(second);
        assert_eq!(third.now_or_never().flatten().map(|turn| status_of(&turn)), Some(7));
    }

    #[test]
    fn a_line_given_up_while_it_waits_holds_nobody() {
        let queue = Queue::new(State::new());
        let first = queue.turn().now_or_never().flatten().expect("free");
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(queue.turn())).collect();
        waiting.iter_mut().for_each(|turn| assert!(turn.as_mut().now_or_never().is_none()));
        // One before its turn comes, one with the turn on its way.
        drop(waiting.remove(0));
        drop(first);
        drop(waiting.remove(0));
        assert!(waiting.remove(0).now_or_never().flatten().is_some());
        assert!(queue.turn().now_or_never().flatten().is_some());
    }
}
