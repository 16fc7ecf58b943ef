//! The reserved word `time`.

use std::time::Duration;

use mirage_syntax::ast::{Pipeline, Time};

use super::{Shell, Stop};

/// What `time` prints when `TIMEFORMAT` is not set.
const FORMAT: &[u8] = b"\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS";

/// What `time -p` prints.
const POSIX_FORMAT: &[u8] = b"real %2R\nuser %2U\nsys %2S";

impl Shell {
    /// Runs a pipeline and tells how long it took. The processor's time is not told apart from the real one by line, so
    /// it shows as none.
    pub(crate) async fn run_timed(&mut self, pipeline: &Pipeline, time: Time) -> Result<(), Stop> {
        let start = self.run.call.host().monotonic();
        let result = self.run_untimed(pipeline).await;
        let real = self.run.call.host().monotonic().saturating_sub(start);
        let format = match time {
            Time::Posix => Some(POSIX_FORMAT.to_vec()),
            Time::Format => match self.state.variables.scalar(b"TIMEFORMAT") {
                None => Some(FORMAT.to_vec()),
                Some(format) if format.is_empty() => None,
                Some(format) => Some(format.to_vec()),
            },
        };
        if let Some(format) = format {
            self.settle().await?;
            self.print_times(&format, real);
        }
        result
    }

    fn print_times(&mut self, format: &[u8], real: Duration) {
        let mut out = Vec::new();
        let mut rest = format;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            if byte != b'%' {
                out.push(byte);
                continue;
            }
            let mut precision = 3;
            let mut long = false;
            let mut at = 0;
            if let Some(digit @ b'0'..=b'9') = rest.first() {
                precision = usize::from(digit - b'0').min(3);
                at += 1;
            }
            if rest.get(at) == Some(&b'l') {
                long = true;
                at += 1;
            }
            match rest.get(at) {
                Some(b'%') if at == 0 => out.push(b'%'),
                Some(b'R') => out.extend_from_slice(shown(real, precision, long).as_bytes()),
                Some(b'U' | b'S') => out.extend_from_slice(shown(Duration::ZERO, precision, long).as_bytes()),
                Some(b'P') if at == 0 => out.extend_from_slice(b"0.00"),
                other => {
                    let shown = other.copied().unwrap_or(b'%');
                    self.complain(&[b"TIMEFORMAT: `", &[shown], b"': invalid format character"]);
                    return;
                }
            }
            rest = &rest[at + 1..];
        }
        out.push(b'\n');
        self.messages.extend_from_slice(&out);
    }
}

fn shown(time: Duration, precision: usize, long: bool) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    let fraction = &format!("{millis:03}")[..precision];
    let point = if precision > 0 { "." } else { "" };
    match long {
        true => format!("{}m{}{point}{fraction}s", seconds / 60, seconds % 60),
        false => format!("{seconds}{point}{fraction}"),
    }
}
