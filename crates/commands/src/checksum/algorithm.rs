//! The digests there are.

use digest::DynDigest;

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Blake2b,
}

/// A digest being computed.
pub enum State {
    Fixed(Box<dyn DynDigest>),
    Blake2b(Box<blake2b_simd::State>),
}

impl Algorithm {
    /// The length of its digest in bytes.
    pub fn length(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha224 => 28,
            Algorithm::Sha256 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 | Algorithm::Blake2b => 64,
        }
    }

    /// What it is called where lines tell it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha224 => "SHA224",
            Algorithm::Sha256 => "SHA256",
            Algorithm::Sha384 => "SHA384",
            Algorithm::Sha512 => "SHA512",
            Algorithm::Blake2b => "BLAKE2b",
        }
    }

    /// An empty digest of `length` bytes; only BLAKE2b has a choice.
    pub fn start(self, length: usize) -> State {
        State::Fixed(match self {
            Algorithm::Md5 => Box::new(md5::Md5::default()),
            Algorithm::Sha1 => Box::new(sha1::Sha1::default()),
            Algorithm::Sha224 => Box::new(sha2::Sha224::default()),
            Algorithm::Sha256 => Box::new(sha2::Sha256::default()),
            Algorithm::Sha384 => Box::new(sha2::Sha384::default()),
            Algorithm::Sha512 => Box::new(sha2::Sha512::default()),
            Algorithm::Blake2b => {
                let length = length.clamp(1, self.length());
                return State::Blake2b(Box::new(blake2b_simd::Params::new().hash_length(length).to_state()));
            }
        })
    }
}

impl State {
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            State::Fixed(state) => state.update(bytes),
            State::Blake2b(state) => drop(state.update(bytes)),
        }
    }

    pub fn finish(self) -> Vec<u8> {
        match self {
            State::Fixed(state) => state.finalize().into_vec(),
            State::Blake2b(state) => state.finalize().as_bytes().to_vec(),
        }
    }
}
