//! Copies that the service makes itself.

use mirage_vfs::{Call, Error, ErrorKind, Path, Result};
use opendal::raw::{OpCopy, ServiceDyn, oio};

use super::Objects;
use super::error::error;
use super::key::Key;

const OPERATION: &str = "copy";

impl Objects {
    pub(super) async fn copy_file(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        let (source, target) = (self.keys.of(from, OPERATION)?, self.keys.of(to, OPERATION)?);
        let (Key::Plain(from_key), Key::Plain(to_key)) = (&source, &target) else {
            return Err(Error::new(ErrorKind::IsADirectory, OPERATION));
        };
        if self.is_directory(call, to, &target, OPERATION).await? {
            return Err(Error::new(ErrorKind::IsADirectory, OPERATION));
        }
        let copied = async {
            let mut copier = self.service.copy_dyn(&self.context(call), from_key, to_key, OpCopy::new())?;
            let copied = oio::Copy::close(&mut copier).await;
            if copied.is_err() {
                let _ = oio::Copy::abort(&mut copier).await;
            }
            copied
        };
        match copied.await {
            Ok(_) => Ok(()),
            Err(failed) if failed.kind() == opendal::ErrorKind::NotFound => {
                match self.is_directory(call, from, &source, OPERATION).await? {
                    true => Err(Error::new(ErrorKind::IsADirectory, OPERATION)),
                    false => Err(self.absent(call, from, OPERATION).await),
                }
            }
            Err(failed) => Err(error(failed, OPERATION)),
        }
    }
}
