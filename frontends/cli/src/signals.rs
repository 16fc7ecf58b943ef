//! Ctrl-C and SIGTERM ask the line to stop; a second one ends the program at once.

use std::thread;

use mirage::Signal;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::failure::Failure;

/// Starts to watch; `tell` passes the first one on. The watcher is a thread of its own that sleeps until a signal comes.
pub fn watch(tell: impl Fn(Signal) + Send + 'static) -> Result<(), Failure> {
    let failure = |error| Failure::new(1, format_args!("signals can not be watched: {error}"));
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failure)?;
    let watcher = move || {
        let mut asked = false;
        for signal in signals.forever() {
            if std::mem::replace(&mut asked, true) {
                let _ = emulate_default_handler(signal);
            }
            tell(if signal == SIGINT { Signal::Interrupt } else { Signal::Terminate });
        }
    };
    thread::Builder::new().name("signals".into()).stack_size(64 * 1024).spawn(watcher).map_err(failure)?;
    Ok(())
}
