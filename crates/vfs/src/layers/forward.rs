//! The operations that a layer passes on as they are.

/// Writes the named methods of [`DynResource`](crate::DynResource) for a layer whose inner resource is the named field.
/// They pass the inner future on, without one of their own.
macro_rules! forward {
    ($field:ident: $($name:ident)*) => { $($crate::layers::forward::forward!(@$name $field);)* };
    (@info $field:ident) => {
        fn info(&self) -> &$crate::Info {
            self.$field.info()
        }
    };
    (@stat $field:ident) => { forward!(@@stat $field (path: &'a $crate::Path) -> $crate::Entry); };
    (@list $field:ident) => {
        forward!(@@list $field (path: &'a $crate::Path, options: &'a $crate::ListOptions) -> $crate::Listing);
    };
    (@read $field:ident) => {
        forward!(@@read $field (path: &'a $crate::Path, options: &'a $crate::ReadOptions) -> $crate::ReadHandle);
    };
    (@write $field:ident) => {
        forward!(@@write $field (path: &'a $crate::Path, options: &'a $crate::WriteOptions)
            -> Box<dyn $crate::WriteHandle>);
    };
    (@create_dir $field:ident) => { forward!(@@create_dir $field (path: &'a $crate::Path, mode: u32) -> ()); };
    (@remove $field:ident) => {
        forward!(@@remove $field (path: &'a $crate::Path, kind: $crate::Kind) -> ());
    };
    (@rename $field:ident) => {
        forward!(@@rename $field (from: &'a $crate::Path, to: &'a $crate::Path) -> ());
    };
    (@copy $field:ident) => {
        forward!(@@copy $field (from: &'a $crate::Path, to: &'a $crate::Path) -> ());
    };
    (@link $field:ident) => {
        forward!(@@link $field (existing: &'a $crate::Path, new: &'a $crate::Path) -> ());
    };
    (@symlink $field:ident) => {
        forward!(@@symlink $field (target: &'a [u8], path: &'a $crate::Path) -> ());
    };
    (@read_link $field:ident) => { forward!(@@read_link $field (path: &'a $crate::Path) -> $crate::Bytes); };
    (@set_attributes $field:ident) => {
        forward!(@@set_attributes $field (path: &'a $crate::Path, attributes: &'a $crate::Attributes) -> ());
    };
    (@@$name:ident $field:ident ($($argument:ident: $type:ty),*) -> $answer:ty) => {
        fn $name<'a>(
            &'a self,
            call: &'a $crate::Call,
            $($argument: $type),*
        ) -> $crate::BoxFuture<'a, $crate::Result<$answer>> {
            self.$field.$name(call, $($argument),*)
        }
    };
}

pub(super) use forward;
