//! What is compared.

/// One comparison. Lines run in a folder that holds `large` (a log of 200 MB), `tree` (10 000 files of 2 KB) and
/// `forest` (100 000 small files).
pub struct Bench {
    /// What the table and the filter call it.
    pub name: &'static str,
    /// The line, the same for both sides.
    pub line: &'static str,
    /// The ratio of CPU time that must be reached.
    pub target: f64,
    /// What is copied into memory first where the line is also measured on a RAM mount, and the ratio that must be reached
    /// there.
    pub ram: Option<(&'static str, f64)>,
}

const fn bench(name: &'static str, target: f64, line: &'static str) -> Bench {
    Bench { name, line, target, ram: None }
}

const fn stream(name: &'static str, line: &'static str) -> Bench {
    Bench { name, line, target: 1.2, ram: Some(("large", 1.2)) }
}

const fn walk(name: &'static str, what: &'static str, line: &'static str) -> Bench {
    Bench { name, line, target: 1.5, ram: Some((what, 0.7)) }
}

/// Every comparison, in the table's order.
pub const BENCHES: &[Bench] = &[
    bench("start", 1.5, "echo hi"),
    stream("grep-count", "grep -c timeout large"),
    stream("grep-ignore-case", "grep -ci timeout large"),
    stream("grep-extended", "grep -cE 'timeout|refused [0-9]+' large"),
    stream("grep-fixed", "grep -cF 'time=1' large"),
    stream("grep-invert", "grep -v timeout large | tail -n1"),
    stream("grep-only", "grep -o 'user[0-9]*' large | tail -n1"),
    stream("wc-lines", "wc -l large"),
    stream("wc", "wc large"),
    stream("cat-wc", "cat large | wc -l"),
    stream("cut-fields", "cut -d' ' -f1,3 large > /dev/null"),
    stream("tr", "tr a-z A-Z < large > /dev/null"),
    stream("uniq-count", "uniq -c large > /dev/null"),
    stream("sha256sum", "sha256sum large"),
    bench("sort", 1.2, "sort large > /dev/null"),
    bench("sort-numeric", 1.2, "sort -n large > /dev/null"),
    bench("sort-key", 1.2, "sort -k2,2n -k3 large > /dev/null"),
    bench("sort-unique", 1.2, "cut -d' ' -f3 large | sort -u > /dev/null"),
    stream("sed-substitute", "sed 's/timeout/late/g' large > /dev/null"),
    stream("sed-groups", "sed -E 's/user([0-9]+)/<\\1>/' large > /dev/null"),
    bench("sed-page", 1.2, "sed -n '1000,1010p' large"),
    bench("nl-sed", 1.2, "nl -ba large | sed -n '100,120p'"),
    stream("awk-sum", "awk '{ s += $2 } END { print s }' large"),
    stream("awk-group", "awk '{ n[$3]++ } END { for (k in n) c++; print c }' large"),
    stream("awk-regex", "awk '/timeout/ { n++ } END { print n }' large"),
    stream("awk-printf", "awk '{ printf \"%s %d\\n\", $3, $2 }' large > /dev/null"),
    bench("head", 1.5, "head -n1 large"),
    bench("tail", 1.5, "tail -n1 large"),
    walk("find-name", "tree", "find tree -name '*7.txt'"),
    walk("find-name-100k", "forest", "find forest -name '*7.txt'"),
    walk("grep-recursive", "tree", "grep -r needle tree"),
    walk("grep-recursive-100k", "forest", "grep -r needle forest"),
    walk("ls-recursive", "tree", "ls -R tree > /dev/null"),
    walk("ls-long", "tree", "ls -lR tree > /dev/null"),
    walk("ls-long-100k", "forest", "ls -lR forest > /dev/null"),
    walk("du", "tree", "du -s tree"),
    walk("du-100k", "forest", "du -s forest"),
    bench("loop-for", 1.0, "for i in {1..300000}; do :; done"),
    bench("loop-while", 1.0, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"),
    bench("loop-arithmetic", 1.0, "for ((i = 0; i < 300000; i++)); do ((s += i)); done; echo $s"),
    bench("loop-test", 1.0, "for i in {1..100000}; do [[ $i == *7 ]] && ((n++)); done; echo $n"),
    bench("functions", 1.0, "f() { local r=$1; }; for i in {1..100000}; do f $i; done"),
    bench("append-string", 1.0, "for i in {1..100000}; do s+=x; done; echo ${#s}"),
    bench("append-string-1M", 1.0, "for ((i = 0; i < 1000000; i++)); do s+=x; done; echo ${#s}"),
    bench("append-array", 1.0, "for i in {1..100000}; do a+=($i); done; echo ${#a[@]}"),
    bench("index-array", 1.0, "for i in {1..100000}; do a[i]=$i; ((s += a[i / 2])); done; echo $s"),
    bench("associative", 1.0, "declare -A a; for i in {1..50000}; do a[k$i]=$i; done; echo ${a[k77]}"),
    bench("while-read", 1.0, "head -n 100000 large | while read -r a b; do n=$b; done"),
    bench(
        "parameters",
        1.0,
        "p=/a/b/c.tar.gz; for i in {1..50000}; do x=${p##*/}; x=${x%%.*}; y=${p/b/$x}; done",
    ),
    bench("substitution", 1.0, "for i in {1..1000}; do x=$(echo $i); done; echo $x"),
    bench("pipe-in-loop", 1.0, "for i in {1..300}; do x=$(echo $i | tr 0-9 a-j); done; echo $x"),
    bench(
        "stream-1GB",
        1.2,
        "cat large large large large large | tr a-z A-Z | grep -v REFUSED | cut -d' ' -f2- | wc",
    ),
];
