//! `-c`: digests read from a file and compared.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Context};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::{ErrorKind, Result};

use super::algorithm::Algorithm;
use super::{IGNORE_MISSING, QUIET, STATUS, STRICT, TELLING, WARN, line};
use crate::support::{Records, Report, open_input, quote_if_needed};

/// What came of the lines of one file.
#[derive(Default)]
struct Tally {
    malformed: u64,
    wellformed: u64,
    unreadable: u64,
    wrong: u64,
    right: u64,
}

/// Checks every line of `list`, which was opened as `input`.
#[allow(clippy::too_many_arguments, reason = "the state of one run, passed down once")]
pub async fn run(
    algorithm: Algorithm,
    arguments: &Arguments,
    list: &Bytes,
    input: Descriptor,
    io: &Io,
    context: &Context,
    output: &mut Writer,
    report: &mut Report,
) -> Result<()> {
    let shown = match &list[..] {
        b"-" => b"'standard input'".to_vec(),
        list => quote_if_needed(list, context.locale()),
    };
    let mut records = Records::new(input, b'\n');
    let mut tally = Tally::default();
    let mut number = 0u64;
    loop {
        let text = match records.next(&context.call).await {
            Ok(Some(text)) => text,
            Ok(None) => break,
            Err(error) => {
                report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
                return Ok(());
            }
        };
        number += 1;
        let text = text.strip_suffix(b"\r").unwrap_or(&text);
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        let Some((digest, length, name)) = line::parse(text, algorithm) else {
            tally.malformed += 1;
            if arguments.last_of(TELLING) == Some(WARN) {
                let message = format!(": {number}: improperly formatted {} checksum line", algorithm.name());
                output.flush(&context.call).await?;
                report.say(&[&shown, message.as_bytes()]).await;
            }
            continue;
        };
        tally.wellformed += 1;
        check_one(algorithm, &digest, length, &name, arguments, io, context, output, report, &mut tally)
            .await?;
    }
    output.flush(&context.call).await?;
    tell(&tally, arguments, &shown, report).await;
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "the state of one run, passed down once")]
async fn check_one(
    algorithm: Algorithm,
    digest: &str,
    length: usize,
    name: &[u8],
    arguments: &Arguments,
    io: &Io,
    context: &Context,
    output: &mut Writer,
    report: &mut Report,
    tally: &mut Tally,
) -> Result<()> {
    let quiet = arguments.last_of(TELLING) == Some(STATUS);
    let (escape, label) = match name.contains(&b'\n') {
        true => (
            &b"\\"[..],
            name.iter().flat_map(|&byte| if byte == b'\n' { b"\\n".to_vec() } else { vec![byte] }).collect(),
        ),
        false => (&b""[..], name.to_vec()),
    };
    let opened = match open_input(context, io, name).await {
        Ok(input) => super::digest(algorithm, length, &input, context).await,
        Err(error) => Err(error),
    };
    let verdict: &[u8] = match opened {
        Err(error) if error.is(ErrorKind::NotFound) && arguments.has(IGNORE_MISSING) => return Ok(()),
        Err(error) => {
            tally.unreadable += 1;
            output.flush(&context.call).await?;
            let shown = quote_if_needed(name, context.locale());
            report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
            b"FAILED open or read"
        }
        Ok(found) if found == digest => {
            tally.right += 1;
            if arguments.last_of(TELLING) == Some(QUIET) {
                return Ok(());
            }
            b"OK"
        }
        Ok(_) => {
            tally.wrong += 1;
            report.note(1);
            b"FAILED"
        }
    };
    if !quiet {
        output.push(&[escape, &label, b": ", verdict, b"\n"].concat());
        output.settle(&context.call).await?;
    }
    Ok(())
}

/// What GNU says after the last line.
async fn tell(tally: &Tally, arguments: &Arguments, shown: &[u8], report: &mut Report) {
    if tally.wellformed == 0 {
        return report.fail(1, &[shown, b": no properly formatted checksum lines found"]).await;
    }
    if arguments.last_of(TELLING) != Some(STATUS) {
        let warn = |count: u64, one: &str, many: &str| {
            (count > 0).then(|| format!("WARNING: {count} {}", if count == 1 { one } else { many }))
        };
        let warnings = [
            warn(tally.malformed, "line is improperly formatted", "lines are improperly formatted"),
            warn(tally.unreadable, "listed file could not be read", "listed files could not be read"),
            warn(tally.wrong, "computed checksum did NOT match", "computed checksums did NOT match"),
        ];
        for warning in warnings.into_iter().flatten() {
            report.say(&[warning.as_bytes()]).await;
        }
    }
    if arguments.has(IGNORE_MISSING) && tally.right + tally.wrong + tally.unreadable == 0 {
        report.fail(1, &[shown, b": no file was verified"]).await;
    }
    if arguments.has(STRICT) && tally.malformed > 0 {
        report.note(1);
    }
}
