//! Reading records from a descriptor, for `read`, `mapfile` and `select`.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_vfs::Error;

use crate::execute::{Shell, Stop};
use crate::io::Descriptor;

/// What a record ended with.
#[derive(Debug)]
pub(crate) enum End {
    /// The delimiter, or as many characters as were asked for.
    Whole,
    /// The end of the input.
    Input,
    /// The time was up.
    Time,
    /// Reading failed.
    Failed(Error),
}

/// Reads until `delimiter`, which is taken and left out.
pub(crate) struct Reader {
    pub input: Descriptor,
    /// Given up at this moment of the host's clock.
    pub until: Option<Duration>,
}

impl Reader {
    /// The next chunk of the input; empty at its end.
    pub async fn chunk(&self, shell: &mut Shell) -> Result<Result<Bytes, End>, Stop> {
        let call = shell.run.call.clone();
        let read = {
            let mut reading = std::pin::pin!(self.input.read(&call));
            match reading.as_mut().now_or_never() {
                Some(read) => read,
                None => {
                    // It waits: what was printed so far should be seen.
                    shell.settle().await?;
                    match self.until {
                        None => reading.await,
                        Some(until) => {
                            let left = until.saturating_sub(call.host().monotonic());
                            let sleep = call.host().sleep(left);
                            match futures_util::future::select(reading, sleep).await {
                                futures_util::future::Either::Left((read, _)) => read,
                                futures_util::future::Either::Right(_) => return Ok(Err(End::Time)),
                            }
                        }
                    }
                }
            }
        };
        Ok(match read {
            Ok(chunk) if chunk.is_empty() => Err(End::Input),
            Ok(chunk) => Ok(chunk),
            Err(error) => Err(End::Failed(error)),
        })
    }

    /// The bytes up to `delimiter`.
    pub async fn record(&self, shell: &mut Shell, delimiter: u8) -> Result<(Bytes, End), Stop> {
        let mut gathered: Vec<u8> = Vec::new();
        loop {
            let chunk = match self.chunk(shell).await? {
                Ok(chunk) => chunk,
                Err(end) => return Ok((gathered.into(), end)),
            };
            shell.run.memory.check((gathered.len() + chunk.len()) as u64)?;
            let Some(at) = memchr::memchr(delimiter, &chunk) else {
                gathered.extend_from_slice(&chunk);
                continue;
            };
            self.input.unread(chunk.slice(at + 1..));
            if gathered.is_empty() {
                return Ok((chunk.slice(..at), End::Whole));
            }
            gathered.extend_from_slice(&chunk[..at]);
            return Ok((gathered.into(), End::Whole));
        }
    }

    /// One byte.
    pub async fn byte(&self, shell: &mut Shell) -> Result<Result<u8, End>, Stop> {
        Ok(match self.chunk(shell).await? {
            Ok(chunk) => {
                let byte = chunk[0];
                self.input.unread(chunk.slice(1..));
                Ok(byte)
            }
            Err(end) => Err(end),
        })
    }
}

impl Shell {
    /// A line of the standard input, backslashes understood; none at its end.
    pub(crate) async fn read_line(&mut self) -> Result<Option<Bytes>, Stop> {
        let Some(input) = self.descriptors.get(0).cloned() else { return Ok(None) };
        let reader = Reader { input, until: None };
        let mut text = Vec::new();
        loop {
            let (line, end) = reader.record(self, b'\n').await?;
            let mut bytes = line.iter().copied();
            let mut continues = false;
            while let Some(byte) = bytes.next() {
                match byte {
                    b'\\' => match bytes.next() {
                        Some(quoted) => text.push(quoted),
                        None => continues = matches!(end, End::Whole),
                    },
                    byte => text.push(byte),
                }
            }
            match end {
                End::Whole if continues => {}
                End::Whole => return Ok(Some(text.into())),
                End::Failed(error) => {
                    self.complain(&[b"read error: 0: ", error.to_string().as_bytes()]);
                    return Ok(None);
                }
                End::Input | End::Time => {
                    return Ok(Some(text.into()).filter(|text: &Bytes| !text.is_empty()));
                }
            }
        }
    }

    /// All that is left of the standard input; what can not be read of it is told.
    pub(crate) async fn read_rest(&mut self) -> Result<Bytes, Stop> {
        match self.descriptors.get(0).cloned() {
            Some(input) => {
                let (text, failed) = self.gather(&input).await?;
                if let Some(error) = failed {
                    self.complain(&[b"error reading input file: ", error.to_string().as_bytes()]);
                }
                Ok(text)
            }
            None => Ok(Bytes::new()),
        }
    }
}
