//! Random choices from random bytes, none of which is wasted.

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_shell::io::Descriptor;
use mirage_vfs::Error;

/// Random bytes taken from the host at a time.
const BATCH: usize = 512;

/// Chooses numbers.
///
/// Random bytes build up a number that is equally likely to be anything up to a most; a choice takes its part of that
/// number away and leaves the rest for the next choice. A given file of random bytes so leads to the same choices as
/// with GNU's `shuf`.
pub struct Chooser {
    source: Source,
    held: Bytes,
    number: u64,
    most: u64,
}

enum Source {
    Host,
    File(Descriptor),
    Unreadable(Error),
}

/// Why there are no more random bytes.
pub enum NoMore {
    End,
    Unread(Error),
}

impl Chooser {
    /// Random bytes of the host.
    pub fn from_host(_context: &Context) -> Chooser {
        Chooser::of(Source::Host)
    }

    /// Random bytes of a file.
    pub fn from_file(file: Descriptor) -> Chooser {
        Chooser::of(Source::File(file))
    }

    /// None: the first choice fails.
    pub fn unreadable(error: Error) -> Chooser {
        Chooser::of(Source::Unreadable(error))
    }

    fn of(source: Source) -> Chooser {
        Chooser { source, held: Bytes::new(), number: 0, most: 0 }
    }

    /// A number from 0 up to, but not including, `choices`.
    pub async fn choose(&mut self, choices: u64, context: &Context) -> Result<u64, NoMore> {
        let Some(largest) = choices.checked_sub(1) else { return Ok(0) };
        loop {
            while self.most < largest {
                let byte = self.byte(context).await?;
                // Eight bits leave the top: `most` stays below `choices`, which is far from the limit.
                self.number = (self.number << 8) | u64::from(byte);
                self.most = (self.most << 8) | 0xff;
            }
            if self.most == largest {
                let number = self.number;
                (self.number, self.most) = (0, 0);
                return Ok(number);
            }
            let beyond = self.most - largest;
            let uneven = beyond % choices;
            let last_even = self.most - uneven;
            if self.number <= last_even {
                let chosen = self.number % choices;
                self.number /= choices;
                self.most = beyond / choices;
                return Ok(chosen);
            }
            // In the part that does not divide evenly: what is left of it still counts.
            self.number -= last_even + 1;
            self.most = uneven - 1;
        }
    }

    async fn byte(&mut self, context: &Context) -> Result<u8, NoMore> {
        if self.held.is_empty() {
            self.held = match &self.source {
                Source::Host => {
                    let mut bytes = vec![0; BATCH];
                    context.call.host().random(&mut bytes);
                    bytes.into()
                }
                Source::File(file) => file.read(&context.call).await.map_err(NoMore::Unread)?,
                Source::Unreadable(error) => return Err(NoMore::Unread(error.clone())),
            };
        }
        match self.held.is_empty() {
            true => Err(NoMore::End),
            false => Ok(self.held.split_to(1)[0]),
        }
    }
}
