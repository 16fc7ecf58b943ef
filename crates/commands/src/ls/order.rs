//! The order of a listing.

use std::cmp::Ordering;

use mirage_shell::command::Locale;

use super::item::Item;
use super::options::{Options, Sort};
use crate::support::{compare_versions, display_width};

/// Puts items in the order that the options ask for.
pub fn sort(items: &mut [Item], options: &Options, locale: Locale) {
    if options.sort == Sort::Nothing {
        if options.directories_first {
            items.sort_by_key(|item| !item.is_directory());
        }
        return;
    }
    items.sort_by(|one, two| {
        let first = match options.directories_first {
            true => two.is_directory().cmp(&one.is_directory()),
            false => Ordering::Equal,
        };
        first.then_with(|| {
            let ordering = compare(one, two, options, locale);
            if options.reverse { ordering.reverse() } else { ordering }
        })
    });
}

fn compare(one: &Item, two: &Item, options: &Options, locale: Locale) -> Ordering {
    let by_name = || one.name.cmp(&two.name);
    match options.sort {
        Sort::Nothing => Ordering::Equal,
        Sort::Name => by_name(),
        Sort::Time => two.time(options.clock).cmp(&one.time(options.clock)).then_with(by_name),
        Sort::Size => size(two).cmp(&size(one)).then_with(by_name),
        Sort::Extension => extension(&one.name).cmp(extension(&two.name)).then_with(by_name),
        Sort::Version => compare_versions(&one.name, &two.name).then_with(by_name),
        Sort::Width => {
            let width = |item: &Item| display_width(&options.quoting.quote(&item.name, locale), locale);
            width(one).cmp(&width(two)).then_with(by_name)
        }
    }
}

/// A size that is not known sorts as nothing.
fn size(item: &Item) -> u64 {
    item.entry.size.exact().unwrap_or(0)
}

/// From the last dot on.
fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|&byte| byte == b'.').map_or(b"", |at| &name[at..])
}
