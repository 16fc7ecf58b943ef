//! `md5sum`, `sha1sum`, `sha224sum`, `sha256sum`, `sha384sum`, `sha512sum`, `b2sum`: digests of files, printed and checked.

mod algorithm;
mod check;
mod line;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs, quote, quote_if_needed};
use algorithm::Algorithm;

const BINARY: Flag = Flag::new('b', "binary", "mark names with an asterisk");
const CHECK: Flag = Flag::new('c', "check", "read digests from the files and check them");
const TAG: Flag = Flag::long("tag", "print in the form of BSD");
const TEXT: Flag = Flag::new('t', "text", "mark names with a blank (the default)");
const ZERO: Flag = Flag::new('z', "zero", "end lines with a zero byte, and escape no names");
const IGNORE_MISSING: Flag = Flag::long("ignore-missing", "with -c: pass by missing files");
const QUIET: Flag = Flag::long("quiet", "with -c: print nothing for files that are right");
const STATUS: Flag = Flag::long("status", "with -c: print nothing, the status tells");
const STRICT: Flag = Flag::long("strict", "with -c: fail for lines in a wrong form");
const WARN: Flag = Flag::new('w', "warn", "with -c: warn of lines in a wrong form");
/// How much is told of a check: the last one given counts.
const TELLING: &[Flag] = &[QUIET, STATUS, WARN];
const LENGTH: Flag = Flag::new('l', "length", "digest length in bits, a multiple of 8").value("BITS");

const FLAGS: &[Flag] = &[BINARY, CHECK, TAG, TEXT, ZERO, IGNORE_MISSING, QUIET, STATUS, STRICT, WARN];
const FLAGS_WITH_LENGTH: &[Flag] =
    &[BINARY, CHECK, LENGTH, TAG, TEXT, ZERO, IGNORE_MISSING, QUIET, STATUS, STRICT, WARN];

macro_rules! commands {
    ($($constant:ident $name:literal $algorithm:ident $flags:ident $line:literal $output:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub static $constant: Checksum = Checksum {
                algorithm: Algorithm::$algorithm,
                spec: Spec {
                    name: $name,
                    summary: "Print or check digests of files",
                    flags: $flags,
                    notes: "With no FILE, or when FILE is -, read standard input.",
                    examples: &[Example { title: "the digest of some text", line: $line, output: $output }],
                    ..Spec::DEFAULT
                },
            };
        )*
    };
}

commands! {
    MD5 "md5sum" Md5 FLAGS "printf abc | md5sum" "900150983cd24fb0d6963f7d28e17f72  -\n";
    SHA1 "sha1sum" Sha1 FLAGS "printf abc | sha1sum" "a9993e364706816aba3e25717850c26c9cd0d89d  -\n";
    SHA224 "sha224sum" Sha224 FLAGS "printf abc | sha224sum"
        "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7  -\n";
    SHA256 "sha256sum" Sha256 FLAGS "printf abc | sha256sum"
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n";
    SHA384 "sha384sum" Sha384 FLAGS "printf abc | sha384sum | cut -c1-16" "cb00753f45a35e8b\n";
    SHA512 "sha512sum" Sha512 FLAGS "printf abc | sha512sum | cut -c1-16" "ddaf35a193617aba\n";
    B2 "b2sum" Blake2b FLAGS_WITH_LENGTH "printf abc | b2sum -l 64" "d8bb14d833d59559  -\n";
}

/// One of the commands.
pub struct Checksum {
    algorithm: Algorithm,
    spec: Spec,
}

impl Command for Checksum {
    fn spec(&self) -> &'static Spec {
        // The constants above are the only values of this type.
        ALL.iter()
            .find(|command| command.algorithm == self.algorithm)
            .map_or(&MD5.spec, |command| &command.spec)
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(self.algorithm, arguments, io, context).await
    }
}

static ALL: [&Checksum; 7] = [&MD5, &SHA1, &SHA224, &SHA256, &SHA384, &SHA512, &B2];

async fn run(algorithm: Algorithm, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let length = match wanted_length(algorithm, &arguments, context) {
        Ok(length) => length,
        Err(messages) => {
            for message in messages {
                report.fail(1, &[&message]).await;
            }
            return Ok(report.status());
        }
    };
    if let Some(message) = meaningless(&arguments) {
        report.usage(1, &[message.as_bytes()]).await;
        return Ok(report.status());
    }
    let mut output = Writer::new(io.stdout.clone());
    for operand in operands_or_stdin(&arguments) {
        let name = quote_if_needed(&operand, context.locale());
        let input = match open_input(context, &io, &operand).await {
            Ok(input) => input,
            Err(error) => {
                report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
                continue;
            }
        };
        if arguments.has(CHECK) {
            check::run(algorithm, &arguments, &operand, input, &io, context, &mut output, &mut report)
                .await?;
            continue;
        }
        match digest(algorithm, length, &input, context).await {
            Ok(digest) => {
                let form = line::Form {
                    tag: arguments.has(TAG),
                    binary: arguments.last_of(&[BINARY, TEXT]) == Some(BINARY),
                    zero: arguments.has(ZERO),
                };
                output.push(&line::render(algorithm, length, &digest, &operand, form));
            }
            Err(error) => report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await,
        }
        output.flush(&context.call).await?;
    }
    Ok(report.status())
}

/// The digest's length in bytes.
fn wanted_length(
    algorithm: Algorithm,
    arguments: &Arguments,
    context: &Context,
) -> std::result::Result<usize, Vec<Vec<u8>>> {
    let Some(text) = arguments.value(LENGTH) else { return Ok(algorithm.length()) };
    let wrong = |why: &[u8]| {
        let invalid = [b"invalid length: ", &quote(text, context.locale())[..]].concat();
        Err(vec![invalid, why.to_vec()])
    };
    match std::str::from_utf8(text).ok().and_then(|text| text.parse::<usize>().ok()) {
        Some(0) => Ok(algorithm.length()),
        Some(bits) if bits > 512 => {
            let most = quote(b"BLAKE2b", context.locale());
            wrong(&[b"maximum digest length for ", &most[..], b" is 512 bits"].concat())
        }
        Some(bits) if bits % 8 == 0 => Ok(bits / 8),
        Some(_) => wrong(b"length is not a multiple of 8"),
        None => Err(vec![[b"invalid length: ", &quote(text, context.locale())[..]].concat()]),
    }
}

fn meaningless(arguments: &Arguments) -> Option<&'static str> {
    let check = arguments.has(CHECK);
    if check && arguments.has(TAG) {
        return Some("the --tag option is meaningless when verifying checksums");
    }
    if check && arguments.has(ZERO) {
        return Some("the --zero option is not supported when verifying checksums");
    }
    if check && (arguments.has(BINARY) || arguments.has(TEXT)) {
        return Some("the --binary and --text options are meaningless when verifying checksums");
    }
    if arguments.has(TAG) && arguments.last_of(&[BINARY, TEXT]) == Some(TEXT) {
        return Some("--tag does not support --text mode");
    }
    let only_checking = [
        (IGNORE_MISSING, "the --ignore-missing option is meaningful only when verifying checksums"),
        (STATUS, "the --status option is meaningful only when verifying checksums"),
        (WARN, "the --warn option is meaningful only when verifying checksums"),
        (QUIET, "the --quiet option is meaningful only when verifying checksums"),
        (STRICT, "the --strict option is meaningful only when verifying checksums"),
    ];
    only_checking.into_iter().find(|(flag, _)| !check && arguments.has(*flag)).map(|(_, message)| message)
}

/// The digest of all of `input`, in hexadecimal.
async fn digest(
    algorithm: Algorithm,
    length: usize,
    input: &Descriptor,
    context: &Context,
) -> Result<String> {
    let mut state = algorithm.start(length);
    loop {
        let chunk: Bytes = input.read(&context.call).await?;
        if chunk.is_empty() {
            return Ok(data_encoding::HEXLOWER.encode(&state.finish()));
        }
        state.update(&chunk);
        context.call.tick_many(256).await;
    }
}
