//! `file`: what files seem to hold, by their first bytes.

mod binary;
mod data_text;
mod executable;
mod image;
mod source;
mod text;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Error, Kind, OpenOptions, Result, Special};

use crate::support::{Output, Report, Whole, display_width, open_input, read_list};

const BRIEF: Flag = Flag::new('b', "brief", "do not prepend filenames to output lines");
const EXCLUDE: Flag = Flag::new('e', "exclude", "(ignored)").value("TEST");
const FILES_FROM: Flag =
    Flag::new('f', "files-from", "read the filenames to be examined from FILE").value("FILE");
const SEPARATOR: Flag = Flag::new('F', "separator", "use string as separator instead of `:'").value("STRING");
const MIME: Flag = Flag::new('i', "mime", "output MIME type strings (--mime-type and --mime-encoding)");
const MIME_TYPE: Flag = Flag::long("mime-type", "output the MIME type");
const MIME_ENCODING: Flag = Flag::long("mime-encoding", "output the MIME encoding");
const KEEP_GOING: Flag = Flag::new('k', "keep-going", "(ignored: the first match is the only one)");
const FOLLOW: Flag = Flag::new('L', "dereference", "follow symlinks");
const NO_FOLLOW: Flag = Flag::new('h', "no-dereference", "don't follow symlinks (default)");
const NO_BUFFER: Flag = Flag::new('n', "no-buffer", "(ignored)");
const NO_PAD: Flag = Flag::new('N', "no-pad", "do not pad output");
const NULL: Flag = Flag::new('0', "print0", "terminate filenames with ASCII NUL");
const PRESERVE_DATE: Flag = Flag::new('p', "preserve-date", "(ignored: reading changes no times)");
const RAW: Flag = Flag::new('r', "raw", "(ignored)");
const SPECIAL: Flag =
    Flag::new('s', "special-files", "treat special (block/char devices) files as ordinary ones");
const STOP: Flag = Flag::short('E', "stop when a file can not be looked at");

static SPEC: Spec = Spec {
    name: "file",
    summary: "Determine type of FILEs",
    usage: &["[OPTION...] [FILE...]"],
    flags: &[
        BRIEF,
        EXCLUDE,
        FILES_FROM,
        SEPARATOR,
        MIME,
        MIME_TYPE,
        MIME_ENCODING,
        KEEP_GOING,
        FOLLOW,
        NO_FOLLOW,
        NO_BUFFER,
        NO_PAD,
        NULL,
        PRESERVE_DATE,
        RAW,
        SPECIAL,
        STOP,
    ],
    notes: "It knows the common formats; what it does not know is 'data' or a kind of text.",
    examples: &[
        Example { title: "what is it", line: "echo hello >f && file f", output: "f: ASCII text\n" },
        Example {
            title: "for programs",
            line: "echo '{}' >f && file -b --mime-type f",
            output: "application/json\n",
        },
    ],
    ..Spec::DEFAULT
};

/// How much of a file is looked at.
const LOOKED_AT: usize = 1 << 20;

/// The command.
pub struct File;

impl Command for File {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let files = arguments.operands.iter().filter(|operand| *operand != "-");
        let extent = Extent::Bytes(LOOKED_AT as u64);
        let effects =
            files.map(|file| Effect::Read { path: context.path(file), extent, recursive: false }).collect();
        Plan { effects, stdin: extent, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What a file seems to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    pub description: String,
    pub mime: &'static str,
    /// `us-ascii`, `binary`.
    pub encoding: &'static str,
}

impl Guess {
    pub fn binary(description: impl Into<String>, mime: &'static str) -> Guess {
        Guess { description: description.into(), mime, encoding: "binary" }
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let output = Output::new(&io);
    report.after(&output);
    let mut names = arguments.operands.clone();
    for list in arguments.values(FILES_FROM) {
        let read = match open_input(context, &io, list).await {
            Ok(input) => read_list(&input, &context.call, |byte| byte == b'\n').await,
            Err(error) => Err(error),
        };
        match read {
            Ok(Whole { text, held: _held }) => {
                let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
                names.extend(lines.map(|line| text.slice_ref(line)));
            }
            Err(error) => {
                let list = String::from_utf8_lossy(list);
                report.fail(1, &[format!("Cannot open `{list}' ({error})").as_bytes()]).await;
                return Ok(report.status());
            }
        }
    }
    if names.is_empty() {
        output.push(
            b"Usage: file [-bhikLNnprs0] [--mime-encoding] [--mime-type] [-F <separator>] [-f <namefile>]\n",
        );
        output.push(b"            <file> ...\n       file [--help]\n");
        output.flush(&context.call).await?;
        return Ok(1);
    }
    let shown = |name: &Bytes| if name == "-" { Bytes::from_static(b"/dev/stdin") } else { name.clone() };
    let widest = names.iter().map(|name| display_width(&shown(name), context.locale())).max().unwrap_or(0);
    let separator = arguments.value(SEPARATOR).map_or(&b":"[..], |separator| separator);
    for name in &names {
        context.call.tick().await;
        let guess = guess(name, &arguments, &io, context).await;
        if let (Err(error), true) = (&guess, arguments.has(STOP)) {
            let text = format!("ERROR: cannot stat `{}' ({error})", String::from_utf8_lossy(name));
            output.push(&[&shown(name)[..], b": ", text.as_bytes(), b"\n"].concat());
            output.flush(&context.call).await?;
            return Ok(1);
        }
        if !arguments.has(BRIEF) && !name.is_empty() {
            let name = shown(name);
            output.push(&name);
            if arguments.has(NULL) {
                output.push(b"\0");
            }
            output.push(separator);
            let fill =
                if arguments.has(NO_PAD) { 0 } else { widest - display_width(&name, context.locale()) };
            output.push(&vec![b' '; fill + 1]);
        }
        output.push(&answer(&guess, name, &arguments));
        output.push(b"\n");
        output.settle(&context.call).await?;
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

fn answer(guess: &Result<Guess>, name: &[u8], arguments: &Arguments) -> Vec<u8> {
    let guess = match guess {
        Ok(guess) => guess,
        Err(error) => {
            return format!("cannot open `{}' ({error})", String::from_utf8_lossy(name)).into_bytes();
        }
    };
    let (kind, encoding) = (arguments.has(MIME_TYPE), arguments.has(MIME_ENCODING));
    match (arguments.has(MIME) || kind && encoding, kind, encoding) {
        (true, ..) if guess.encoding.is_empty() => guess.mime.into(),
        (true, ..) => format!("{}; charset={}", guess.mime, guess.encoding).into_bytes(),
        (_, true, _) => guess.mime.into(),
        (_, _, true) => guess.encoding.into(),
        _ => guess.description.clone().into_bytes(),
    }
}

async fn guess(name: &Bytes, arguments: &Arguments, io: &Io, context: &Context) -> Result<Guess> {
    if name == "-" {
        return Ok(from_content(&read_start(name, io, context, LOOKED_AT).await?));
    }
    let view = &context.view;
    let by_default = context.environment.get(b"POSIXLY_CORRECT").map(|_| FOLLOW);
    let follows = arguments.last_of(&[FOLLOW, NO_FOLLOW]).or(by_default) == Some(FOLLOW);
    let entry = view.stat(name, if follows { Follow::Yes } else { Follow::No }).await?;
    match entry.kind {
        Kind::Directory => Ok(Guess::binary(special_bits(&entry, "directory"), "inode/directory")),
        Kind::Symlink => link(name, &entry, context).await,
        Kind::Special(special) if !arguments.has(SPECIAL) => Ok(device(special)),
        _ => match read_start(name, io, context, LOOKED_AT).await {
            Ok(content) => Ok(from_content(&content)),
            Err(error) if error.is(mirage_vfs::ErrorKind::PermissionDenied) => {
                Ok(Guess::binary("regular file, no read permission", "application/octet-stream"))
            }
            Err(error) => Err(error),
        },
    }
}

fn special_bits(entry: &Entry, kind: &str) -> String {
    let mode = entry.mode.unwrap_or(0);
    let sticky = if mode & 0o1000 != 0 { "sticky, " } else { "" };
    let set_user = if mode & 0o4000 != 0 { "setuid, " } else { "" };
    let set_group = if mode & 0o2000 != 0 { "setgid, " } else { "" };
    format!("{set_user}{set_group}{sticky}{kind}")
}

async fn link(name: &[u8], entry: &Entry, context: &Context) -> Result<Guess> {
    let target = match entry.target.clone() {
        Some(target) => target,
        None => context.view.read_link(name).await?,
    };
    let target = String::from_utf8_lossy(&target).into_owned();
    Ok(match context.view.probe(name, Follow::Yes).await? {
        Some(_) => Guess::binary(format!("symbolic link to {target}"), "inode/symlink"),
        None => Guess {
            description: format!("broken symbolic link to {target}"),
            mime: "inode/symlink",
            encoding: "",
        },
    })
}

fn device(special: Special) -> Guess {
    let (description, mime) = match special {
        Special::CharacterDevice => ("character special", "inode/chardevice"),
        Special::BlockDevice => ("block special", "inode/blockdevice"),
        Special::Fifo => ("fifo (named pipe)", "inode/fifo"),
        Special::Socket => ("socket", "inode/socket"),
    };
    Guess::binary(description, mime)
}

/// What these bytes, the start of a file, seem to be.
pub fn from_content(content: &[u8]) -> Guess {
    match content {
        [] => Guess::binary("empty", "inode/x-empty"),
        [_] => Guess::binary("very short file (no magic)", "application/octet-stream"),
        _ => binary::guess(content)
            .or_else(|| text::guess(content))
            .unwrap_or_else(|| Guess::binary("data", "application/octet-stream")),
    }
}

async fn read_start(name: &[u8], io: &Io, context: &Context, most: usize) -> Result<Vec<u8>, Error> {
    let call = &context.call;
    let mut content = Vec::new();
    if name == b"-" || name.starts_with(b"/dev/") {
        let input = open_input(context, io, name).await?;
        while content.len() < most {
            let chunk = input.read(call).await?;
            if chunk.is_empty() {
                break;
            }
            content.extend_from_slice(&chunk);
        }
        content.truncate(most);
        return Ok(content);
    }
    let file = context.view.open(name, &OpenOptions::reading()).await?;
    // Most kinds show at once: the first read is small.
    let mut step = 64 * 1024;
    while content.len() < most {
        let piece = file.read_at(call, content.len() as u64, step.min(most - content.len())).await?;
        if piece.is_empty() {
            break;
        }
        content.extend_from_slice(&piece);
        if step == 64 * 1024 && binary::guess(&content).is_some() {
            break;
        }
        step = 512 * 1024;
    }
    Ok(content)
}
