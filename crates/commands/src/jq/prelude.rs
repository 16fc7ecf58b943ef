//! Functions of the language that are written in it. Each is compiled when a program first names it.

/// Name, number of parameters, definition.
type Entry = (&'static str, usize, &'static str);

#[rustfmt::skip] // A function a line.
const DEFINITIONS: &[Entry] = &[
    ("error", 1, "def error(msg): msg | error;"),
    ("values", 0, "def values: select(. != null);"),
    ("nulls", 0, "def nulls: select(. == null);"),
    ("booleans", 0, "def booleans: select(type == \"boolean\");"),
    ("numbers", 0, "def numbers: select(type == \"number\");"),
    ("strings", 0, "def strings: select(type == \"string\");"),
    ("arrays", 0, "def arrays: select(type == \"array\");"),
    ("objects", 0, "def objects: select(type == \"object\");"),
    ("iterables", 0, "def iterables: select(type == \"array\" or type == \"object\");"),
    ("scalars", 0, "def scalars: select(type != \"array\" and type != \"object\");"),
    ("finites", 0, "def finites: select(isinfinite or isnan | not);"),
    ("normals", 0, "def normals: select(isnormal);"),
    ("recurse", 1, "def recurse(f): def r: ., (f | r); r;"),
    ("recurse", 2, "def recurse(f; cond): def r: ., (f | select(cond) | r); r;"),
    ("while", 2, "def while(cond; update): def _w: if cond then ., (update | _w) else empty end; _w;"),
    ("until", 2, "def until(cond; update): def _u: if cond then . else (update | _u) end; _u;"),
    ("repeat", 1, "def repeat(f): def _r: f, _r; _r;"),
    ("first", 0, "def first: .[0];"),
    ("last", 0, "def last: .[-1];"),
    ("nth", 1, "def nth($n): .[$n];"),
    ("nth", 2, "def nth($n; f): if $n < 0 then error(\"nth doesn't support negative indices\") else first(skip($n; f)) end;"),
    ("isempty", 1, "def isempty(g): first((g | false), true);"),
    ("any", 0, "def any: any(.[]; .);"),
    ("any", 1, "def any(f): any(.[]; f);"),
    ("any", 2, "def any(g; cond): isempty(first(g | cond | select(.))) | not;"),
    ("all", 0, "def all: all(.[]; .);"),
    ("all", 1, "def all(f): all(.[]; f);"),
    ("all", 2, "def all(g; cond): isempty(first(g | cond | select(. | not)));"),
    ("add", 1, "def add(f): reduce f as $x (null; . + $x);"),
    ("in", 1, "def in(xs): . as $x | xs | has($x);"),
    ("inside", 1, "def inside(xs): . as $x | xs | contains($x);"),
    ("paths", 0, "def paths: path(..) | select(. != []);"),
    ("paths", 1, "def paths(f): . as $root | paths | select(. as $p | $root | getpath($p) | f);"),
    ("pick", 1, "def pick(f): . as $root | reduce path(f) as $p (null; setpath($p; $root | getpath($p)));"),
    ("debug", 1, "def debug(msgs): (msgs | debug | empty), .;"),
    ("scan", 1, "def scan($re): scan($re; null);"),
    ("scan", 2, "def scan($re; $flags): match($re; \"g\" + $flags) | if (.captures | length) == 0 then .string else [.captures[].string] end;"),
    ("match", 1, "def match($val): ($val | type) as $t | if $t == \"string\" then match($val; null) elif $t == \"array\" and ($val | length) > 1 then match($val[0]; $val[1]) elif $t == \"array\" and ($val | length) > 0 then match($val[0]; null) else error($t + \" not a string or array\") end;"),
    ("match", 2, "def match(re; flags): _match(re; flags; false) | .[];"),
    ("test", 1, "def test($val): ($val | type) as $t | if $t == \"string\" then test($val; null) elif $t == \"array\" and ($val | length) > 1 then test($val[0]; $val[1]) elif $t == \"array\" and ($val | length) > 0 then test($val[0]; null) else error($t + \" not a string or array\") end;"),
    ("test", 2, "def test(re; flags): _match(re; flags; true);"),
    ("capture", 1, "def capture(val): match(val) | _capture;"),
    ("capture", 2, "def capture(re; flags): match(re; flags) | _capture;"),
    ("split", 2, "def split($re; flags): . as $s | [foreach ((match($re; flags + \"g\") | [.offset, .length]), null) as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];"),
    ("splits", 1, "def splits($re): splits($re; null);"),
    ("splits", 2, "def splits($re; flags): split($re; flags) | .[];"),
    ("sub", 2, "def sub(re; str): sub(re; str; \"\");"),
    ("sub", 3, "def sub($re; str; $flags): . as $s | (reduce match($re; $flags) as $m ([[], 0]; .[1] as $from | $s[$from:$m.offset] as $gap | reduce ([$m | _capture | str] | to_entries[]) as $e (.; .[0][$e.key] += $gap + $e.value) | .[1] = $m.offset + $m.length)) as [$results, $end] | if $results == [] then . else $results[] + $s[$end:] end;"),
    ("gsub", 2, "def gsub(re; str): sub(re; str; \"g\");"),
    ("gsub", 3, "def gsub(re; str; $flags): sub(re; str; $flags + \"g\");"),
    ("todate", 0, "def todate: strftime(\"%Y-%m-%dT%H:%M:%SZ\");"),
    ("todateiso8601", 0, "def todateiso8601: strftime(\"%Y-%m-%dT%H:%M:%SZ\");"),
    ("fromdateiso8601", 0, "def fromdateiso8601: strptime(\"%Y-%m-%dT%H:%M:%SZ\") | mktime;"),
    ("fromdate", 0, "def fromdate: fromdateiso8601;"),
    ("combinations", 0, "def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;"),
    ("combinations", 1, "def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;"),
    ("walk", 1, "def walk(f): def w: if type == \"object\" then map_values(w) elif type == \"array\" then map(w) else . end | f; w;"),
    ("tostream", 0, "def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);"),
    ("fromstream", 1, "def fromstream(f): {x: null, e: false} as $init | foreach f as $i ($init; if .e then $init else . end | if $i | length == 2 then setpath([\"e\"]; $i[0] | length == 0) | setpath([\"x\"] + $i[0]; $i[1]) else setpath([\"e\"]; $i[0] | length == 1) end; if .e then .x else empty end);"),
    ("truncate_stream", 1, "def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;"),
    ("INDEX", 2, "def INDEX(stream; idx_expr): reduce stream as $row ({}; .[$row | idx_expr | tostring] |= $row);"),
    ("INDEX", 1, "def INDEX(idx_expr): INDEX(.[]; idx_expr);"),
    ("IN", 1, "def IN(s): any(s == .; .);"),
    ("IN", 2, "def IN(src; s): any(src == s; .);"),
    ("JOIN", 2, "def JOIN($idx; idx_expr): [.[] | [., $idx[idx_expr]]];"),
    ("JOIN", 3, "def JOIN($idx; stream; idx_expr): stream | [., $idx[idx_expr]];"),
    ("JOIN", 4, "def JOIN($idx; stream; idx_expr; join_expr): stream | [., $idx[idx_expr]] | join_expr;"),
    ("bsearch", 1, "def bsearch($target): _bsearch($target);"),
    ("flatten", 0, "def flatten: _flatten(1e9);"),
    ("flatten", 1, "def flatten($n): if $n < 0 then error(\"flatten depth must not be negative\") else _flatten($n) end;"),
    ("index", 1, "def index($i): indices($i) | .[0];"),
    ("rindex", 1, "def rindex($i): indices($i) | .[-1:][0];"),
    ("join", 1, "def join($x): _join($x);"),
];

/// The definition of a function.
pub fn find(name: &str, parameters: usize) -> Option<&'static str> {
    DEFINITIONS.iter().find(|entry| entry.0 == name && entry.1 == parameters).map(|entry| entry.2)
}

/// Every function as `name/arity`.
pub fn names() -> impl Iterator<Item = String> {
    DEFINITIONS.iter().map(|entry| format!("{}/{}", entry.0, entry.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jq::parse::Parser;

    #[test]
    fn definitions_are_sound_and_named_as_listed() {
        for (name, parameters, text) in DEFINITIONS {
            let definition = Parser::new(text.as_bytes()).definition().expect(text);
            assert_eq!((&*definition.name, definition.parameters.len()), (*name, *parameters));
        }
    }
}
