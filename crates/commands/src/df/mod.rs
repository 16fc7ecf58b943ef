//! `df`: the mounts of the tree. How much room they have is not told, and shown as `-`.

mod columns;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Mount;
use mirage_vfs::{Descent, Result};

use crate::support::{BlockSize, Output, Report, number_message, quote, quote_if_needed};
use columns::{Column, Row, table};

const ALL: Flag = Flag::new('a', "all", "include pseudo, duplicate, inaccessible file systems");
const BLOCK_SIZE: Flag =
    Flag::new('B', "block-size", "scale sizes by SIZE before printing them").value("SIZE");
const HUMAN: Flag = Flag::new('h', "human-readable", "print sizes in powers of 1024 (e.g., 1023M)");
const SI: Flag = Flag::new('H', "si", "print sizes in powers of 1000 (e.g., 1.1G)");
const INODES: Flag = Flag::new('i', "inodes", "list inode information instead of block usage");
const KIBIBYTES: Flag = Flag::short('k', "like --block-size=1K");
const MEBIBYTES: Flag = Flag::short('m', "like --block-size=1M");
const LOCAL: Flag = Flag::new('l', "local", "limit listing to local file systems");
const NO_SYNC: Flag = Flag::long("no-sync", "(ignored)");
const OUTPUT: Flag = Flag::long("output", "use the output format defined by FIELD_LIST, or print all fields")
    .optional("FIELD_LIST");
const PORTABILITY: Flag = Flag::new('P', "portability", "use the POSIX output format");
const SYNC: Flag = Flag::long("sync", "(ignored)");
const TOTAL: Flag = Flag::long("total", "produce a grand total");
const TYPE: Flag = Flag::new('t', "type", "limit listing to file systems of type TYPE").value("TYPE");
const PRINT_TYPE: Flag = Flag::new('T', "print-type", "print file system type");
const EXCLUDE_TYPE: Flag =
    Flag::new('x', "exclude-type", "limit listing to file systems not of type TYPE").value("TYPE");
const IGNORED: Flag = Flag::short('v', "(ignored)");

static SPEC: Spec = Spec {
    name: "df",
    summary: "Show the mounts on which each FILE resides, or all of them",
    usage: &["[OPTION]... [FILE]..."],
    flags: &[
        ALL,
        BLOCK_SIZE,
        INODES,
        HUMAN,
        SI,
        KIBIBYTES,
        MEBIBYTES,
        LOCAL,
        OUTPUT,
        PORTABILITY,
        PRINT_TYPE,
        SYNC,
        NO_SYNC,
        TOTAL,
        TYPE,
        EXCLUDE_TYPE,
        IGNORED,
    ],
    notes: "FIELD_LIST is a comma-separated list of columns to be included: 'source', 'fstype', 'itotal', 'iused', 'iavail', \
        'ipcent', 'size', 'used', 'avail', 'pcent', 'file' and 'target'.\nSizes are shown as '-': services do not tell them.",
    examples: &[Example {
        title: "what is mounted at the root",
        line: "df --output=fstype,target /",
        output: "Type Mounted on\nram  /\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Df;

impl Command for Df {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.operands.iter().map(|operand| Effect::Stat(context.path(operand))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let (size, columns) = match (block_size(&arguments, context), columns(&arguments, context)) {
        (Ok(size), Ok(columns)) => (size, columns),
        (Err(message), _) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
        (_, Err(message)) => {
            report.usage(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut rows = Vec::new();
    let mut add = |mount: &Mount, file: Option<&Bytes>| {
        let kind = mount.resource.info().kind;
        let wanted =
            arguments.values(TYPE).next().is_none() || arguments.values(TYPE).any(|only| only == kind);
        if wanted && !arguments.values(EXCLUDE_TYPE).any(|not| not == kind) {
            let row =
                Row { kind, target: mount.path.as_bytes().to_vec(), file: file.map(|file| file.to_vec()) };
            rows.push(row);
        }
    };
    if arguments.operands.is_empty() {
        let local = |mount: &&Mount| {
            let of_system = mount.descent == Descent::System && !arguments.has(ALL);
            !of_system && (!arguments.has(LOCAL) || !mount.resource.info().remote)
        };
        context.view.tree().mounts().iter().filter(local).for_each(|mount| add(mount, None));
    }
    for operand in &arguments.operands {
        context.call.tick().await;
        match context.view.mount_of(operand).await {
            Ok(mount) => add(&mount, Some(operand)),
            Err(error) => {
                let name = quote_if_needed(operand, context.locale());
                report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
            }
        }
    }
    if rows.is_empty() {
        if report.status() == 0 {
            report.fail(1, &[b"no file systems processed"]).await;
        }
        return Ok(report.status());
    }
    if arguments.has(TOTAL) {
        rows.push(Row::total());
    }
    let output = Output::new(&io);
    report.after(&output);
    output.push(&table(&rows, &columns, &size, arguments.has(PORTABILITY), context.locale()));
    output.flush(&context.call).await?;
    Ok(report.status())
}

fn block_size(arguments: &Arguments, context: &Context) -> Result<BlockSize, Vec<u8>> {
    let mut size = None;
    for (flag, value) in &arguments.options {
        match *flag {
            KIBIBYTES => size = Some(BlockSize::units(1 << 10)),
            MEBIBYTES => size = Some(BlockSize::units(1 << 20)),
            HUMAN => size = Some(BlockSize::Human(1024)),
            SI => size = Some(BlockSize::Human(1000)),
            BLOCK_SIZE => {
                let text = value.as_ref().map_or(&b""[..], |value| value);
                let spelled_out = arguments.option_words.iter().any(|word| word.starts_with(b"--b"));
                let name = if spelled_out { "--block-size" } else { "-B" };
                size = Some(BlockSize::parse(text).map_err(|error| number_message(error, name, text))?);
            }
            _ => {}
        }
    }
    let environment = &context.environment;
    let default = || BlockSize::from_environment(environment, b"DF_BLOCK_SIZE");
    Ok(size.or_else(default).unwrap_or_else(|| BlockSize::default_of(environment)))
}

fn columns(arguments: &Arguments, context: &Context) -> Result<Vec<Column>, Vec<u8>> {
    let quoted = |text: &[u8]| quote(text, context.locale());
    if arguments.has(OUTPUT) {
        for (flag, name) in [(INODES, "-i"), (PORTABILITY, "-P"), (PRINT_TYPE, "-T")] {
            if arguments.has(flag) {
                return Err(format!("options {name} and --output are mutually exclusive").into_bytes());
            }
        }
        let Some(list) = arguments.value(OUTPUT) else { return Ok(Column::ALL.to_vec()) };
        let mut columns = Vec::new();
        for name in list.split(|&byte| byte == b',') {
            let Some(column) = Column::named(name) else {
                return Err([b"option --output: field ", &quoted(name)[..], b" unknown"].concat());
            };
            if columns.contains(&column) {
                return Err([b"option --output: field ", &quoted(name)[..], b" used more than once"].concat());
            }
            columns.push(column);
        }
        return Ok(columns);
    }
    let amounts: &[Column] = match arguments.has(INODES) {
        true => &[Column::Inodes, Column::InodesUsed, Column::InodesFree, Column::InodesShare],
        false => &[Column::Size, Column::Used, Column::Available, Column::Share],
    };
    let kind: &[Column] = if arguments.has(PRINT_TYPE) { &[Column::Kind] } else { &[] };
    Ok([&[Column::Source][..], kind, amounts, &[Column::Target]].concat())
}
