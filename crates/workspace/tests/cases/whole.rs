//! Cases that are cancelled at one of their operations, on a mount whose files are committed when they are closed.
//!
//! Wherever the line stops, each file holds something that the line, left alone, puts there as well: the old content, or a
//! new one whole, never a half of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mirage::{Cancellation, DynResource, ExecuteOptions, Outcome, Signal};
use mirage_testkit::cases::{Case, Content, Files, Property};
use mirage_testkit::suite::WholeFiles;
use mirage_vfs::layers::{Fault, FaultKind, Faults};

use crate::memory::run;
use crate::options;

/// At how many operations of a case it is cancelled; a longer case has them spread over its length.
const TRIES: u64 = 6;

/// Long enough for any case that does not wait, and short enough for one that does not end.
const PATIENCE: Duration = Duration::from_secs(10);

const EXEC: &str =
    "what `exec` opened is closed when the line ends, behind a trap that may still write there";

/// What keeps a script from being asked, and why.
const NOT_ASKED: &[(&str, &str)] = &[
    ("trap", "what a trap writes is written because of the cancelling"),
    ("exec >", EXEC),
    ("exec 2>", EXEC),
    ("exec 3>", EXEC),
    ("exec 4>", EXEC),
    ("exec 5>", EXEC),
    ("exec 9>", EXEC),
    ("exec 25>", EXEC),
    ("exec {fd}", EXEC),
    ("sleep", "waits"),
    ("timeout", "waits"),
];

/// A line that is cancelled leaves no half of a file.
pub(crate) struct NoHalves;

impl Property for NoHalves {
    fn name(&self) -> &str {
        "whole"
    }

    fn applies(&self, case: &Case) -> bool {
        let script = String::from_utf8_lossy(&case.script);
        let changes = case.answer.as_ref().is_some_and(|answer| !answer.left.is_empty());
        changes && !NOT_ASKED.iter().any(|(text, _)| script.contains(text))
    }

    fn check(&self, case: &Case) -> Result<(), String> {
        let usual = Faults::new();
        let (_, left) = cancelled(case, &usual, None)?;
        let mut known = usual.committed();
        known.extend(contents(&case.files));
        known.extend(contents(&left));
        let count = usual.count();
        let step = count.div_ceil(TRIES).max(1);
        let first = 1 + case.name.bytes().map(u64::from).sum::<u64>() % step;
        for number in (first..=count).step_by(step as usize) {
            let faults = Faults::new();
            let (outcome, left) = cancelled(case, &faults, Some(number))?;
            leaves_no_half(&faults, &outcome, &left, &known)
                .map_err(|found| format!("cancelled at operation {number} of {count}: {found}"))?;
        }
        Ok(())
    }
}

/// Runs the case, cancelled when operation `number` begins, if it is to be.
fn cancelled(case: &Case, faults: &Faults, number: Option<u64>) -> Result<(Outcome, Files), String> {
    let layered = |ram| -> Arc<dyn DynResource> {
        Arc::new(Fault::new(Arc::new(WholeFiles::new(ram)), faults.clone()))
    };
    let cancellation = Cancellation::default();
    let options =
        ExecuteOptions { timeout: Some(PATIENCE), cancellation: cancellation.clone(), ..options(case) };
    let start = || {
        if let Some(number) = number {
            faults.call_at(number, move || cancellation.cancel(Signal::Interrupt));
            // The operation takes a while, so that the line is stopped within it.
            faults.at(number, FaultKind::Delay(Duration::from_millis(1)));
        }
    };
    run(case, options, layered, start)
}

fn leaves_no_half(
    faults: &Faults,
    outcome: &Outcome,
    left: &Files,
    known: &BTreeSet<Vec<u8>>,
) -> Result<(), String> {
    if faults.open_handles() != 0 {
        return Err(format!("{} files stay open", faults.open_handles()));
    }
    for (path, content) in left {
        if let Content::File(bytes) = content
            && !known.contains(bytes)
        {
            return Err(format!(
                "status {}, and {path} holds {:?}",
                outcome.exit_code,
                String::from_utf8_lossy(bytes)
            ));
        }
    }
    Ok(())
}

fn contents(files: &Files) -> impl Iterator<Item = Vec<u8>> + '_ {
    files.values().filter_map(|content| match content {
        Content::File(bytes) => Some(bytes.clone()),
        _ => None,
    })
}
