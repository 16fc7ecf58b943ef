//! Perl expressions (`grep -P`), and what the backtracking engine reports.

use super::captures::Captures;
use super::compile::Engine;
use super::options::Options;
use crate::error::{Error, ErrorKind};
use crate::locale::Locale;
use fancy_regex::{BytesMode, RegexBuilder};

/// How many steps a search may take. Passing it is an error.
const BACKTRACK_LIMIT: usize = 5_000_000;
const SIZE_LIMIT: usize = 32 << 20;

/// Compiles Perl expressions of which any may match; and the number of groups.
pub(super) fn compile(patterns: &[&[u8]], options: &Options) -> Result<(Engine, u32), Error> {
    let mut whole = String::new();
    for (index, pattern) in patterns.iter().enumerate() {
        let text = std::str::from_utf8(pattern)
            .map_err(|_| Error::with_detail(ErrorKind::Perl, "the Perl expression is not valid UTF-8"))?;
        if index > 0 {
            whole.push('|');
        }
        whole.push_str(&unquoted(text));
    }
    if options.line {
        whole = format!("^(?:{whole})$");
    } else if options.word {
        whole = format!("(?<!\\w)(?:{whole})(?!\\w)");
    }
    let mut builder = builder(&whole, options.locale);
    builder.case_insensitive(options.ignore_case).multi_line(options.multi_line);
    let regex = builder.build().map_err(compile_error)?;
    let groups = u32::try_from(regex.captures_len().saturating_sub(1)).unwrap_or(u32::MAX);
    Ok((Engine::Backtracking(Box::new(regex)), groups))
}

/// The expression with the text between `\Q` and `\E` escaped, which the engine does not know.
fn unquoted(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        if let Some(text) = escape.strip_prefix("\\Q") {
            let (quoted, after) = text.split_once("\\E").unwrap_or((text, ""));
            plain.push_str(&regex_syntax::escape(quoted));
            rest = after;
        } else {
            let length = escape.chars().take(2).map(char::len_utf8).sum();
            let (escape, after) = escape.split_at(length);
            plain.push_str(if escape == "\\E" { "" } else { escape });
            rest = after;
        }
    }
    plain + rest
}

/// A builder with this crate's limits.
pub(super) fn builder(pattern: &str, locale: Locale) -> RegexBuilder {
    let mut builder = RegexBuilder::new(pattern);
    builder
        .bytes_mode(if locale == Locale::C { BytesMode::Ascii } else { BytesMode::UnicodeBytes })
        .backtrack_limit(BACKTRACK_LIMIT)
        .delegate_size_limit(SIZE_LIMIT);
    builder
}

pub(super) fn compile_error(error: fancy_regex::Error) -> Error {
    Error::with_detail(ErrorKind::Perl, error.to_string())
}

pub(super) fn runtime_error(_: fancy_regex::Error) -> Error {
    ErrorKind::BacktrackLimit.into()
}

/// Fills `captures` with the first match from `start` on.
pub(super) fn captures(
    regex: &fancy_regex::Regex,
    haystack: &[u8],
    start: usize,
    captures: &mut Captures,
) -> Result<bool, Error> {
    captures.groups.clear();
    let Some(found) = regex.captures_from_pos(haystack, start).map_err(runtime_error)? else {
        return Ok(false);
    };
    captures
        .groups
        .extend((0..found.len()).map(|index| found.get(index).map(|group| group.start()..group.end())));
    Ok(true)
}
