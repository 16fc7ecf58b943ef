//! The operations of a resource, for layers that treat many of them alike.

/// Writes the named methods of [`DynResource`](crate::DynResource): `$method!` is given the name, arguments and answer of each
/// and writes it.
macro_rules! operations {
    ($method:ident: $($name:ident)*) => { $($crate::layers::operations::operations!(@$name $method);)* };
    (@stat $method:ident) => { $method!(stat(path: &'a $crate::Path) -> $crate::Entry); };
    (@list $method:ident) => {
        $method!(list(path: &'a $crate::Path, options: &'a $crate::ListOptions) -> $crate::Listing);
    };
    (@read $method:ident) => {
        $method!(read(path: &'a $crate::Path, options: &'a $crate::ReadOptions) -> $crate::ReadHandle);
    };
    (@write $method:ident) => {
        $method!(write(path: &'a $crate::Path, options: &'a $crate::WriteOptions) -> Box<dyn $crate::WriteHandle>);
    };
    (@create_dir $method:ident) => { $method!(create_dir(path: &'a $crate::Path, mode: u32) -> ()); };
    (@remove $method:ident) => { $method!(remove(path: &'a $crate::Path, kind: $crate::Kind) -> ()); };
    (@rename $method:ident) => { $method!(rename(from: &'a $crate::Path, to: &'a $crate::Path) -> ()); };
    (@copy $method:ident) => { $method!(copy(from: &'a $crate::Path, to: &'a $crate::Path) -> ()); };
    (@link $method:ident) => { $method!(link(existing: &'a $crate::Path, new: &'a $crate::Path) -> ()); };
    (@symlink $method:ident) => { $method!(symlink(target: &'a [u8], path: &'a $crate::Path) -> ()); };
    (@read_link $method:ident) => { $method!(read_link(path: &'a $crate::Path) -> $crate::Bytes); };
    (@set_attributes $method:ident) => {
        $method!(set_attributes(path: &'a $crate::Path, attributes: &'a $crate::Attributes) -> ());
    };
}

/// A method that passes on the future of the field `resource`, without one of its own.
macro_rules! passed_on {
    ($name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        fn $name<'a>(
            &'a self,
            call: &'a $crate::Call,
            $($argument: $type),*
        ) -> $crate::BoxFuture<'a, $crate::Result<$answer>> {
            self.resource.$name(call, $($argument),*)
        }
    };
}

pub(super) use {operations, passed_on};
