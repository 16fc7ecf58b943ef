//! The boxed form of [`Resource`], for mounts and layers.

use bytes::Bytes;
use mirage_store::{BoxFuture, MaybeSend, MaybeSync};

use crate::call::Call;
use crate::entry::{Entry, Kind};
use crate::error::Result;
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::path::Path;
use crate::ram::Ram;
use crate::resource::{
    Attributes, ListOptions, Listing, ReadHandle, ReadOptions, Resource, WriteHandle, WriteOptions,
};

/// What was got ahead stays at hand until this is dropped; none where it stays by itself.
pub type Held = Option<Box<dyn Holding>>;

/// Anything that holds something by being there.
pub trait Holding: MaybeSend {}

impl<T: MaybeSend> Holding for T {}

macro_rules! dynamic {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        /// [`Resource`] with boxed futures, so that mounts and layers hold `Arc<dyn DynResource>`. Implemented for every
        /// resource; each method's contract is the one of the same name there.
        #[allow(missing_docs, reason = "each method is documented in Resource under the same name")]
        pub trait DynResource: MaybeSend + MaybeSync + 'static {
            fn info(&self) -> &Info;

            /// What a layer knows of `path` without asking the service: nothing unless it caches.
            fn known(&self, _: &Call, _: &Path) -> Option<Entry> {
                None
            }

            /// See [`Resource::memory`]; a layer answers what it wraps.
            fn memory(&self) -> Option<Ram> {
                None
            }

            /// Gets the beginning of file `path`, so that a [`read`](DynResource::read) that is about to come finds it; none where it
            /// is there or nothing is kept. What goes wrong is told by that read.
            fn ahead(&self, _: &Call, _: &Path) -> Option<BoxFuture<'static, Held>> {
                None
            }

            /// See [`Resource::fan_out`].
            fn fan_out(&self) -> usize {
                0
            }

            $(fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>>;)*
        }

        impl<R: Resource> DynResource for R {
            fn info(&self) -> &Info {
                Resource::info(self)
            }

            fn memory(&self) -> Option<Ram> {
                Resource::memory(self)
            }

            fn fan_out(&self) -> usize {
                Resource::fan_out(self)
            }

            $(fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>> {
                Box::pin(Resource::$name(self, call, $($argument),*))
            })*
        }
    };
}

dynamic! {
    stat(path: &'a Path) -> Entry;
    list(path: &'a Path, options: &'a ListOptions) -> Listing;
    read(path: &'a Path, options: &'a ReadOptions) -> ReadHandle;
    open(path: &'a Path, options: &'a OpenOptions) -> Box<dyn File>;
    write(path: &'a Path, options: &'a WriteOptions) -> Box<dyn WriteHandle>;
    create_dir(path: &'a Path, mode: u32) -> ();
    remove(path: &'a Path, kind: Kind) -> ();
    rename(from: &'a Path, to: &'a Path) -> ();
    copy(from: &'a Path, to: &'a Path) -> ();
    link(existing: &'a Path, new: &'a Path) -> ();
    symlink(target: &'a [u8], path: &'a Path) -> ();
    read_link(path: &'a Path) -> Bytes;
    set_attributes(path: &'a Path, attributes: &'a Attributes) -> ();
}
