//! tmp
/// tmp
#[derive(Clone)]
pub struct View;
impl View {
    /// t
    pub async fn open(&self, _p: &[u8], _o: &crate::OpenOptions) -> crate::Result<Box<dyn crate::File>> {
        Err(crate::Error::unsupported("x"))
    }
}
