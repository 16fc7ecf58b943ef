//! Signals by number and by name.

/// The names without `SIG`, by number from 1. Real-time signals come after them.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// The first and the last real-time signal.
const REAL_TIME: (u32, u32) = (34, 64);

/// Ends a process that can not do anything about it.
pub(crate) const KILL: u32 = 9;
/// From the terminal.
pub(crate) const INTERRUPT: u32 = 2;
/// Nobody reads what is written.
pub(crate) const BROKEN_PIPE: u32 = 13;
/// Asks to end.
pub(crate) const TERMINATE: u32 = 15;
/// Goes on.
pub(crate) const CONTINUE: u32 = 18;

/// The name of a signal without `SIG`.
pub(crate) fn name(number: u32) -> Option<String> {
    match number {
        1..=31 => Some(NAMES[number as usize - 1].into()),
        34 => Some("RTMIN".into()),
        35..=49 => Some(format!("RTMIN+{}", number - REAL_TIME.0)),
        50..=63 => Some(format!("RTMAX-{}", REAL_TIME.1 - number)),
        64 => Some("RTMAX".into()),
        _ => None,
    }
}

/// Every number that is a signal.
pub(crate) fn all() -> impl Iterator<Item = u32> {
    (1..=31).chain(REAL_TIME.0..=REAL_TIME.1)
}

/// The signal that a word means: a number, or a name with or without `SIG`, in any case.
pub(crate) fn number(word: &[u8]) -> Option<u32> {
    let word = std::str::from_utf8(word).ok()?;
    if let Ok(number) = word.parse::<u32>() {
        return all().find(|known| *known == number);
    }
    let word = word.to_ascii_uppercase();
    let word = word.strip_prefix("SIG").unwrap_or(&word);
    let word = match word {
        "POLL" => "IO",
        "CLD" => "CHLD",
        "IOT" => "ABRT",
        word => word,
    };
    all().find(|number| name(*number).is_some_and(|name| name == word))
}

/// Whether the signal does nothing to a process that does not ask for it.
pub(crate) fn is_harmless(number: u32) -> bool {
    matches!(number, 17 | 18 | 23 | 28)
}

/// Whether the signal would stop a process.
pub(crate) fn is_stop(number: u32) -> bool {
    matches!(number, 19..=22)
}

/// What the shell says of a process that a signal has ended.
pub(crate) fn description(signal: u32) -> String {
    match signal {
        1 => "Hangup".into(),
        2 => "Interrupt".into(),
        3 => "Quit".into(),
        4 => "Illegal instruction".into(),
        5 => "Trace/breakpoint trap".into(),
        6 => "Aborted".into(),
        7 => "Bus error".into(),
        8 => "Floating point exception".into(),
        11 => "Segmentation fault".into(),
        16 => "Stack fault".into(),
        24 => "CPU time limit exceeded".into(),
        25 => "File size limit exceeded".into(),
        26 => "Virtual timer expired".into(),
        27 => "Profiling timer expired".into(),
        29 => "I/O possible".into(),
        30 => "Power failure".into(),
        31 => "Bad system call".into(),
        34.. => format!("Real-time signal {}", signal - REAL_TIME.0),
        9 => "Killed".into(),
        13 => "Broken pipe".into(),
        14 => "Alarm clock".into(),
        15 => "Terminated".into(),
        10 => "User defined signal 1".into(),
        12 => "User defined signal 2".into(),
        signal => format!("Signal {signal}"),
    }
}
