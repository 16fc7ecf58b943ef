//! Ctrl-C and SIGTERM ask the line to stop; a second one ends the program at once.

use std::thread;

use mirage::{Cancellation, Signal};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::failure::Failure;

/// Starts to watch. The watcher is a thread of its own that sleeps until a signal comes.
pub fn watch(cancellation: Cancellation) -> Result<(), Failure> {
    let failure = |error| Failure::new(1, format_args!("signals can not be watched: {error}"));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failure)?;
    let watcher = move || {
        for signal in signals.forever() {
            if cancellation.signal().is_some() {
                let _ = emulate_default_handler(signal);
            }
            cancellation.cancel(if signal == SIGINT { Signal::Interrupt } else { Signal::Terminate });
        }
    };
    thread::Builder::new().name("signals".into()).stack_size(64 * 1024).spawn(watcher).map_err(failure)?;
    Ok(())
}
