//! What is compared.

/// One comparison. Lines run in a folder that holds `large` (a log of 200 MB) and `tree` (10 000 files).
pub struct Bench {
    /// What the table and the filter call it.
    pub name: &'static str,
    /// The line, the same for both sides.
    pub line: &'static str,
    /// The ratio of CPU time that must be reached.
    pub target: f64,
}

const fn bench(name: &'static str, target: f64, line: &'static str) -> Bench {
    Bench { name, line, target }
}

/// Every comparison, in the table's order.
pub const BENCHES: &[Bench] = &[
    bench("start", 1.5, "echo hi"),
    bench("grep-count", 1.2, "grep -c timeout large"),
    bench("grep-ignore-case", 1.2, "grep -ci timeout large"),
    bench("grep-extended", 1.2, "grep -cE 'timeout|refused [0-9]+' large"),
    bench("grep-fixed", 1.2, "grep -cF 'time=1' large"),
    bench("grep-invert", 1.2, "grep -cv timeout large"),
    bench("grep-only", 1.2, "grep -o 'user=[a-z]*' large > /dev/null"),
    bench("wc-lines", 1.2, "wc -l large"),
    bench("wc", 1.2, "wc large"),
    bench("cat-wc", 1.2, "cat large | wc -l"),
    bench("cut-fields", 1.2, "cut -d' ' -f1,3 large > /dev/null"),
    bench("tr", 1.2, "tr a-z A-Z < large > /dev/null"),
    bench("sort", 1.2, "sort large > /dev/null"),
    bench("sort-numeric", 1.2, "cut -d= -f2 large | sort -n > /dev/null"),
    bench("sort-unique-count", 1.2, "cut -d' ' -f3 large | sort | uniq -c"),
    bench("sed-substitute", 1.2, "sed 's/timeout/late/g' large > /dev/null"),
    bench("sed-range", 1.2, "sed -n '1000,1010p;1010q' large"),
    bench("nl-sed", 1.2, "nl -ba large | sed -n '100,120p;120q'"),
    bench("awk-sum", 1.2, "awk '{ s += $2 } END { print s }' large"),
    bench("awk-group", 1.2, "awk '{ n[$3]++ } END { for (k in n) c++; print c }' large"),
    bench("head", 1.5, "head -n1 large"),
    bench("tail", 1.5, "tail -n1 large"),
    bench("sha256sum", 1.2, "sha256sum large"),
    bench("find-name", 1.5, "find tree -name '*7.txt'"),
    bench("grep-recursive", 1.5, "grep -r needle tree"),
    bench("ls-recursive", 1.5, "ls -lR tree > /dev/null"),
    bench("du", 1.5, "du -s tree"),
    bench("loop-for", 1.0, "for i in {1..300000}; do :; done"),
    bench("loop-while", 1.0, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"),
    bench("loop-arithmetic", 1.0, "for ((i = 0; i < 300000; i++)); do ((s += i)); done; echo $s"),
    bench("functions", 1.0, "f() { r=$1; }; for i in {1..100000}; do f $i; done"),
    bench("append-string", 1.0, "for i in {1..100000}; do s+=x; done; echo ${#s}"),
    bench("append-array", 1.0, "for i in {1..100000}; do a+=($i); done; echo ${#a[@]}"),
    bench("while-read", 1.0, "head -n 100000 large | while read -r a b; do n=$b; done"),
    bench("substitution", 1.0, "for i in {1..1000}; do x=$(echo $i); done; echo $x"),
];
