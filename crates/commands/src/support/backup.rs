//! Backups of files that are replaced: `-b`, `--backup`, `-S` of `cp`, `mv`, `ln` and `install`.

use bytes::Bytes;
use mirage_shell::command::{Context, Locale};
use mirage_vfs::{Result, Want, found};

use super::{Choices, choose, join, last_component};

/// How backups are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackupKind {
    /// No backups.
    #[default]
    None,
    /// `x~`
    Simple,
    /// `x.~1~` where there already is one, else `x~`.
    Existing,
    /// `x.~1~`
    Numbered,
}

const KINDS: &Choices<BackupKind> = &[
    (&["none", "off"], BackupKind::None),
    (&["simple", "never"], BackupKind::Simple),
    (&["existing", "nil"], BackupKind::Existing),
    (&["numbered", "t"], BackupKind::Numbered),
];

/// What backups a call makes.
#[derive(Clone, Debug, Default)]
pub struct Backups {
    /// How they are named.
    pub kind: BackupKind,
    /// What simple ones end with.
    pub suffix: Vec<u8>,
}

impl Backups {
    /// From the options: whether any of them was given, the value of `--backup`, and the value of `--suffix`; the rest comes from
    /// the environment. The error is a message of several lines.
    pub fn new(
        given: bool,
        control: Option<&Bytes>,
        suffix: Option<&Bytes>,
        context: &Context,
    ) -> std::result::Result<Backups, Vec<u8>> {
        let locale: Locale = context.locale();
        let from_environment = |name: &[u8]| context.environment.get(name).filter(|value| !value.is_empty());
        let kind = match (given || suffix.is_some(), control) {
            (false, _) => BackupKind::None,
            (true, Some(control)) => choose(control, KINDS, "backup type", locale)?,
            (true, None) => match from_environment(b"VERSION_CONTROL") {
                Some(control) => choose(control, KINDS, "$VERSION_CONTROL", locale)?,
                None => BackupKind::Existing,
            },
        };
        let suffix = suffix.or_else(|| from_environment(b"SIMPLE_BACKUP_SUFFIX"));
        // A suffix with a slash would lead elsewhere.
        let suffix = suffix.filter(|suffix| !suffix.is_empty() && !suffix.contains(&b'/'));
        Ok(Backups { kind, suffix: suffix.map_or_else(|| b"~".to_vec(), |suffix| suffix.to_vec()) })
    }

    /// Whether backups are made.
    pub fn are_made(&self) -> bool {
        self.kind != BackupKind::None
    }

    /// The path that a backup of `path` gets; none where none is made. The error is one of looking for numbered ones.
    pub async fn path_for(&self, context: &Context, path: &[u8]) -> Result<Option<Vec<u8>>> {
        let simple = [path, &self.suffix].concat();
        Ok(match self.kind {
            BackupKind::None => None,
            BackupKind::Simple => Some(simple),
            BackupKind::Existing | BackupKind::Numbered => match highest_number(context, path).await? {
                0 if self.kind == BackupKind::Existing => Some(simple),
                highest => Some([path, format!(".~{}~", highest + 1).as_bytes()].concat()),
            },
        })
    }
}

/// The highest number among the numbered backups of `path`; 0 when there is none.
async fn highest_number(context: &Context, path: &[u8]) -> Result<u64> {
    let name = last_component(path);
    let directory = match path.len() - name.len() {
        0 => b"./".to_vec(),
        end => join(&path[..end], b""),
    };
    let Some(mut listing) = found(context.view.list(&directory, Want::Kinds).await)? else { return Ok(0) };
    let mut highest = 0;
    while let Some(page) = listing.next_page().await {
        let page = page?;
        context.call.tick_many(page.len().min(1024) as u32).await;
        let numbers = page.iter().filter_map(|entry| {
            let number = entry.name.strip_prefix(name)?.strip_prefix(b".~")?.strip_suffix(b"~")?;
            std::str::from_utf8(number).ok()?.parse::<u64>().ok()
        });
        highest = numbers.fold(highest, u64::max);
    }
    Ok(highest)
}
