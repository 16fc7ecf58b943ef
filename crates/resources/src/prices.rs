//! What services charge, as their public price lists say for the usual class of storage (2026): a guide that a mount's
//! own keys overrule. Free allowances and discounts for volume are not in it.

use mirage_vfs::{Money, Price};

/// A row of the list, in dollars.
struct Row {
    kind: &'static str,
    /// A million listings, and writes.
    list: f64,
    write: f64,
    /// A million reads, and requests of metadata.
    read: f64,
    /// A gigabyte (10^9 bytes) that leaves the service for the internet.
    gigabyte: f64,
}

const fn row(kind: &'static str, list: f64, write: f64, read: f64, gigabyte: f64) -> Row {
    Row { kind, list, write, read, gigabyte }
}

/// Kinds that are not here charge nothing, not by request or by byte, or nothing that is known.
const ROWS: &[Row] = &[
    row("backblaze", 4.0, 0.0, 0.4, 0.01),
    row("digitalocean", 0.0, 0.0, 0.0, 0.01),
    row("gcs", 5.0, 5.0, 0.4, 0.12),
    row("gcs-s3", 5.0, 5.0, 0.4, 0.12),
    row("r2", 4.5, 4.5, 0.36, 0.0),
    row("s3", 5.0, 5.0, 0.4, 0.09),
];

/// What a service of this kind charges.
pub(crate) fn of(kind: &str) -> Price {
    let Some(row) = ROWS.iter().find(|row| row.kind == kind) else { return Price::default() };
    let million = |dollars: f64| Money::dollars(dollars / 1e6);
    Price {
        list: million(row.list),
        stat: million(row.read),
        read: million(row.read),
        write: million(row.write),
        byte_in: Money::dollars(row.gigabyte / 1e9),
        ..Price::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gigabyte_costs_what_the_list_says() {
        assert_eq!(of("s3").byte_in.times(1_000_000_000), Money::dollars(0.09));
        assert_eq!(of("ram"), Price::default());
    }
}
