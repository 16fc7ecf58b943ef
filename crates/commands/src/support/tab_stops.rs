//! Tab stops as `expand` and `unexpand` take them.

use mirage_shell::command::Locale;

use super::quote;

/// Where the tab stops are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabStops {
    /// Explicit stops, ascending.
    stops: Vec<u64>,
    /// What comes behind them.
    beyond: Beyond,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    /// No more stops.
    Nothing,
    /// A stop at every multiple of this.
    Multiples(u64),
    /// A stop every so many columns behind the last explicit one.
    Steps(u64),
}

impl TabStops {
    /// The column of the first stop behind `column`; none where there are no more.
    pub fn after(&self, column: u64) -> Option<u64> {
        if let Some(stop) = self.stops.iter().find(|stop| **stop > column) {
            return Some(*stop);
        }
        let last = self.stops.last().copied().unwrap_or(0);
        match self.beyond {
            Beyond::Nothing => None,
            Beyond::Multiples(size) => Some(column + size - column % size),
            Beyond::Steps(size) => Some(column + size - (column - last) % size),
        }
    }
}

/// Gathers the values of every `-t`: they make one list.
#[derive(Debug, Default)]
pub struct TabStopsBuilder {
    stops: Vec<u64>,
    multiples: Option<u64>,
    steps: Option<u64>,
}

impl TabStopsBuilder {
    /// Adds a list: numbers separated by commas or blanks, the last perhaps after `/` or `+`. The error is a message.
    pub fn add(&mut self, list: &[u8], locale: Locale) -> Result<(), Vec<u8>> {
        let mut at = 0;
        let mut prefix = None;
        let mut number: Option<u64> = None;
        let mut start = 0;
        while let Some(&byte) = list.get(at) {
            match byte {
                b',' | b' ' | b'\t' => {
                    self.push(prefix.take(), number.take())?;
                }
                b'/' | b'+' => {
                    if number.is_some() {
                        let sign = char::from(byte);
                        let rest = quote(&list[at..], locale);
                        return Err([
                            format!("'{sign}' specifier not at start of number: ").as_bytes(),
                            &rest,
                        ]
                        .concat());
                    }
                    prefix = Some(byte);
                }
                b'0'..=b'9' => {
                    if number.is_none() {
                        start = at;
                    }
                    let digit = u64::from(byte - b'0');
                    let grown = number.unwrap_or(0).checked_mul(10).and_then(|tens| tens.checked_add(digit));
                    let Some(grown) = grown else {
                        let digits = list[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                        let shown = quote(&list[start..start + digits], locale);
                        return Err([&b"tab stop is too large "[..], &shown].concat());
                    };
                    number = Some(grown);
                }
                _ => {
                    let shown = quote(&list[at..], locale);
                    return Err([&b"tab size contains invalid character(s): "[..], &shown].concat());
                }
            }
            at += 1;
        }
        self.push(prefix, number)
    }

    /// Adds one stop.
    pub fn add_stop(&mut self, stop: u64) {
        self.stops.push(stop);
    }

    fn push(&mut self, prefix: Option<u8>, number: Option<u64>) -> Result<(), Vec<u8>> {
        let Some(number) = number else { return Ok(()) };
        let set = |slot: Option<u64>| slot.is_some_and(|size| size > 0);
        let (multiples, steps) = (set(self.multiples), set(self.steps));
        let misplaced = match prefix {
            Some(b'/') => multiples.then_some('/'),
            Some(_) => steps.then_some('+'),
            None if multiples => Some('/'),
            None => steps.then_some('+'),
        };
        if let Some(sign) = misplaced {
            return Err(format!("'{sign}' specifier only allowed with the last value").into());
        }
        match prefix {
            Some(b'/') => self.multiples = Some(number),
            Some(_) => self.steps = Some(number),
            None => self.stops.push(number),
        }
        Ok(())
    }

    /// The stops; every eight columns when none were given. The error is a message.
    pub fn build(self) -> Result<TabStops, Vec<u8>> {
        let TabStopsBuilder { mut stops, multiples, steps } = self;
        let (multiples, steps) = (multiples.filter(|size| *size > 0), steps.filter(|size| *size > 0));
        let mut last = 0;
        for &stop in &stops {
            if stop == 0 {
                return Err(b"tab size cannot be 0".to_vec());
            }
            if stop <= last {
                return Err(b"tab sizes must be ascending".to_vec());
            }
            last = stop;
        }
        let beyond = match (multiples, steps) {
            (Some(_), Some(_)) => return Err(b"'/' specifier is mutually exclusive with '+'".to_vec()),
            (Some(size), None) => Beyond::Multiples(size),
            (None, Some(size)) => Beyond::Steps(size),
            (None, None) => match stops[..] {
                [] => Beyond::Multiples(8),
                [size] => {
                    stops.clear();
                    Beyond::Multiples(size)
                }
                _ => Beyond::Nothing,
            },
        };
        Ok(TabStops { stops, beyond })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops(list: &str) -> Vec<Option<u64>> {
        let mut builder = TabStopsBuilder::default();
        builder.add(list.as_bytes(), Locale::C).expect("a list");
        let stops = builder.build().expect("stops");
        [0, 2, 5, 9].into_iter().map(|column| stops.after(column)).collect()
    }

    #[test]
    fn lists_go_on_as_they_say() {
        assert_eq!(stops("4"), [Some(4), Some(4), Some(8), Some(12)]);
        assert_eq!(stops("2,6"), [Some(2), Some(6), Some(6), None]);
        assert_eq!(stops("2 6,/4"), [Some(2), Some(6), Some(6), Some(12)]);
        assert_eq!(stops("2,+4"), [Some(2), Some(6), Some(6), Some(10)]);
        assert_eq!(stops(""), [Some(8), Some(8), Some(8), Some(16)]);
    }
}
