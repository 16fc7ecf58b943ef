//! What the engine relies on in the host of native programs.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use futures_util::future::join;
use mirage_native::NativeHost;
use mirage_vfs::Host;

const LONG: Duration = Duration::from_secs(20);

#[test]
fn lines_inside_block_on_stay_on_its_thread() {
    let host = NativeHost::new();
    let (sender, receiver) = futures_channel();
    let here = thread::current().id();
    let ran_on = host.block_on(async {
        host.drive(Box::new(move || {
            Box::pin(async move {
                let _ = sender.send(thread::current().id());
            })
        }));
        receiver.await
    });
    assert_eq!(ran_on, Ok(here));
}

#[test]
fn a_line_that_blocks_stalls_no_other() {
    let host = NativeHost::new();
    let (first, second) = (mpsc::channel(), mpsc::channel());
    // Each line waits, blocking its thread, for a message of the other.
    let meet = |mine: mpsc::Sender<()>, other: mpsc::Receiver<()>, done: mpsc::Sender<bool>| {
        host.drive(Box::new(move || {
            Box::pin(async move {
                let _ = mine.send(());
                let _ = done.send(other.recv_timeout(LONG).is_ok());
            })
        }));
    };
    let (done, results) = mpsc::channel();
    meet(first.0, second.1, done.clone());
    meet(second.0, first.1, done);
    assert_eq!((results.recv_timeout(LONG), results.recv_timeout(LONG)), (Ok(true), Ok(true)));
}

#[test]
fn more_lines_than_threads_all_end() {
    let host = NativeHost::new();
    let (done, results) = mpsc::channel();
    for _ in 0..500 {
        let (done, nap) = (done.clone(), host.sleep(Duration::from_millis(5)));
        host.drive(Box::new(move || {
            Box::pin(async move {
                nap.await;
                let _ = done.send(());
            })
        }));
    }
    drop(done);
    assert_eq!(results.iter().count(), 500);
}

#[test]
fn a_line_that_panics_ends_alone() {
    let host = NativeHost::new();
    let (sender, receiver) = futures_channel();
    host.block_on(async {
        host.drive(Box::new(|| Box::pin(async { panic!("expected by this test") })));
        host.drive(Box::new(move || {
            Box::pin(async move {
                let _ = sender.send(());
            })
        }));
        assert_eq!(receiver.await, Ok(()));
    });
}

#[test]
fn sleepers_wake_in_the_order_of_their_times() {
    let host = NativeHost::new();
    let (order, woken) = mpsc::channel();
    let nap = |millis, name: &'static str| {
        let (order, sleep) = (order.clone(), host.sleep(Duration::from_millis(millis)));
        async move {
            sleep.await;
            let _ = order.send(name);
        }
    };
    host.block_on(join(nap(40, "late"), nap(5, "early")));
    assert_eq!([woken.recv(), woken.recv()], [Ok("early"), Ok("late")]);
}

#[test]
fn blocking_calls_run_beside_the_caller() {
    let host = NativeHost::new();
    let (sender, receiver) = futures_channel();
    let (start, started) = mpsc::channel::<()>();
    host.unblock(Box::new(move || {
        let _ = sender.send(started.recv_timeout(LONG).is_ok());
    }));
    let _ = start.send(());
    assert_eq!(host.block_on(receiver), Ok(true));
}

#[test]
fn random_bytes_differ() {
    let host = NativeHost::new();
    let (mut one, mut two) = ([0; 16], [0; 16]);
    host.random(&mut one);
    host.random(&mut two);
    assert_ne!(one, two);
}

fn futures_channel<T>() -> (futures_channel::oneshot::Sender<T>, futures_channel::oneshot::Receiver<T>) {
    futures_channel::oneshot::channel()
}
