//! tmp
/// tmp
#[derive(Clone)]
pub struct View;
