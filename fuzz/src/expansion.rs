//! Expansion.

use bytes::Bytes;

use crate::line;

/// Every kind of variable an expansion may meet.
const PREPARED: &[u8] = b"a=(one 'two three' '' \"fo*ur\"); declare -A m=([k]=v ['x y']='z*'); s=' a  b:c '; e=; n=12 IFS=$' :\\t'
declare -n r=a; declare -i i=7; declare -u U=upper; set -- p 'q r' ''; shopt -s extglob
";

/// The value in every quoted form is that value again.
const QUOTED: &[u8] = b"v=$1; printf -v q %q \"$v\"
eval \"w=${v@Q}\"; [[ $w == \"$v\" ]] || printf '@Q'
eval \"w=$q\"; [[ $w == \"$v\" ]] || printf '%%q'
a=(\"$v\"); eval \"b=${a[*]@A}\"; eval \"$(declare -p a)\"; [[ ${a[0]} == \"$v\" ]] || printf '%s' '-p'";

/// Expands the bytes as words, in and out of quotes, and quotes them.
pub(crate) fn run(data: &[u8]) {
    if data.contains(&0) {
        return;
    }
    let words = [PREPARED, b"printf '<%s>' ", data, b"\nprintf '[%s]' \"", data, b"\"\n"].concat();
    line::run_text(Bytes::from(words), &[], &[("/d/file.txt", b"x"), ("/d/other", b"y"), ("/z", b"")]);
    if let Some(ended) = line::run(QUOTED, &[data], &[]) {
        let wrong = String::from_utf8_lossy(&ended.stdout);
        assert!(wrong.is_empty(), "{wrong} does not read back: {}", String::from_utf8_lossy(data));
    }
}
