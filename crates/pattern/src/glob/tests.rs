use super::*;

fn glob(pattern: &[u8]) -> Glob {
    Glob::new(pattern, Options::default()).unwrap()
}

#[test]
fn wildcards_match_whole_names() {
    assert!(glob(b"*.rs").is_match(b"main.rs"));
    assert!(!glob(b"*.rs").is_match(b"main.rsx"));
    assert!(glob(b"a?c").is_match("aéc".as_bytes()));
    assert!(glob(b"[a-c]x[!0-9]").is_match(b"bxy"));
}
