//! What is measured. Lines run in a folder that holds `large` (a log of 200 MB), `events` (a quarter of that in JSON, an
//! object a line), `small`, `tree` (10 000 files of 2 KB) and `forest` (100 000 small files).

/// What a tool that streams may hold, in megabytes, whatever the size of its input.
pub const STREAM_PEAK: f64 = 24.0;

/// What a ratio of one tool may be, and what their geometric mean may be.
pub const TOOL: f64 = 1.2;
pub const TOOLS_MEAN: f64 = 1.0;

/// What a walk may take on disk, and in memory.
pub const WALK_ON_DISK: f64 = 1.5;
pub const WALK_IN_MEMORY: f64 = 0.7;

/// The shortest line there is.
pub const START: &str = "echo hi";
pub const START_RATIO: f64 = 1.5;
pub const START_PEAK: f64 = 12.0;

/// Loops of N turns.
pub const LOOPS: &[(&str, u32)] = &[
    ("for i in {1..N}; do :; done", 200_000),
    ("i=0; while [ $i -lt N ]; do i=$((i+1)); done", 60_000),
    ("for ((i = 0; i < N; i++)); do ((s += i)); done; echo $s", 150_000),
    ("for i in {1..N}; do [[ $i == *7 ]] && ((n++)); done; echo $n", 100_000),
    ("f() { local r=$1; }; for i in {1..N}; do f $i; done", 60_000),
    ("for i in {1..N}; do case $i in *0) n=$i;; *) m=$i;; esac; done", 100_000),
    ("for ((i = 0; i < N; i++)); do s+=x; done; echo ${#s}", 150_000),
    ("for ((i = 0; i < N; i++)); do a+=($i); done; echo ${#a[@]}", 100_000),
    ("for ((i = 0; i < N; i++)); do a[i]=$i; ((s += a[i / 2])); done; echo $s", 5_000),
    ("declare -A a; for i in {1..N}; do a[k$i]=$i; done; echo ${a[k77]}", 40_000),
    ("head -n N large | while read -r a b; do n=$b; done", 60_000),
    ("p=/a/b/c.tar.gz; for i in {1..N}; do x=${p##*/}; x=${x%%.*}; y=${p/b/$x}; done", 30_000),
    ("for i in {1..N}; do printf '%s\\n' $i; done > /dev/null", 60_000),
    ("for i in {1..N}; do x=$(echo $i); done; echo $x", 400),
    ("for i in {1..N}; do x=$(echo $i | tr 0-9 a-j); done; echo $x", 100),
];
pub const LOOP_RATIO: f64 = 1.0;
/// What four times the turns may take: four times as long, and a tenth for what else the machine does.
pub const LOOP_GROWTH: f64 = 4.4;

/// Who is compared: the best of these counts where there are several.
pub const AWKS: &[&str] = &["mawk", "gawk"];

/// Tools that stream: their memory does not grow with their input.
pub const STREAMS: &[&str] = &[
    "grep -c timeout large",
    "grep -ci timeout large",
    "grep -cE 'timeout|refused [0-9]+' large",
    "grep -cF 'time=1' large",
    "grep -v timeout large | tail -n1",
    "grep -o 'user[0-9]*' large | tail -n1",
    "wc large",
    "wc -l large",
    "cat large | wc -l",
    "cut -d' ' -f1,3 large > /dev/null",
    "cut -c1-20 large > /dev/null",
    "tr a-z A-Z < large > /dev/null",
    "tr -d 0-9 < large > /dev/null",
    "uniq -c large > /dev/null",
    "cut -d' ' -f4 large | uniq -c > /dev/null",
    "sed 's/timeout/late/g' large > /dev/null",
    "sed -E 's/user([0-9]+)/<\\1>/' large > /dev/null",
    "sed -n '/user77 /,/served/p; 5~1000p; $p' large > /dev/null",
    "sed -n '1000,1010p' large",
    "awk '{ s += $2 } END { print s }' large",
    "awk '{ n[$3]++ } END { for (k in n) c++; print c }' large",
    "awk '/timeout/ { n++ } END { print n }' large",
    "awk '{ printf \"%s %d\\n\", $3, $2 }' large > /dev/null",
    "jq .a events > /dev/null",
    "jq -c 'select(.a > 50000)' events > /dev/null",
    "sha256sum large",
];

/// Tools that must see everything before they answer.
pub const WHOLES: &[&str] = &[
    "sort large > /dev/null",
    "sort -n large > /dev/null",
    "sort -k3 large > /dev/null",
    "sort -k2,2n -k3 large > /dev/null",
    "cut -d' ' -f3 large | sort -u > /dev/null",
    "jq -s -c 'group_by(.kind) | map({kind: .[0].kind, n: length})' events",
];

/// Walks over 10 000 files and over 100 000.
pub const WALKS: &[&str] = &[
    "find tree -name '*7.txt'",
    "find forest -name '*7.txt'",
    "ls -R tree > /dev/null",
    "ls -R forest > /dev/null",
    "ls -lR tree > /dev/null",
    "ls -lR forest > /dev/null",
    "du -s tree",
    "du -s forest",
    "grep -r needle tree",
    "grep -r needle forest",
];

/// A gigabyte through four tools.
pub const PIPELINE: &str =
    "cat large large large large large | tr a-z A-Z | grep -v REFUSED | cut -d' ' -f2- | wc";

/// Lines of an agent: the session, the line, and the microseconds that it may take.
pub const WARM: &[(&str, &str, f64)] = &[
    ("ram", "echo hi", 5.0),
    ("ram", "cat /ram/small", 15.0),
    ("disk", "cat /data/small", 15.0),
    ("ram", "cat /ram/small | grep a | wc -l", 30.0),
    ("disk", "cat /data/small | grep a | wc -l", 30.0),
    ("ram", "head -n1 /ram/large", 1000.0),
    ("disk", "head -n1 /data/large", 1000.0),
    ("ram", "tail -n1 /ram/large", 1000.0),
    ("disk", "tail -n1 /data/large", 1000.0),
];

/// Bodies of a loop with 2 000 variables set.
pub const BODIES: &[&str] =
    &["x=$(echo $i)", "x=$(:)", "(x=$i)", "echo $i | tr 0-9 a-j > /dev/null", "x=$(echo $i | tr 0-9 a-j)"];
/// The microseconds that a turn may take.
pub const BODY: f64 = 10.0;

/// Lines that try to take everything, each ended after half a second.
pub const HOSTILE: &[&str] = &[
    "while :; do :; done",
    "for ((;;)); do ((i++)); done",
    "f() { while :; do g; done; }; g() { :; }; f",
    "f() { f; }; f",
    "f() { f | f & }; f; wait",
    "a=$(yes)",
    "mapfile < <(yes)",
    "read -d '' x < <(yes)",
    "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done",
    "while :; do a+=(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa); done",
    "x=xxxxxxxxxx; for i in 1 2 3 4 5 6 7 8 9; do x=${x//x/xxxxxxxxxx}; done",
    "echo {1..1000000000}",
    "printf %2000000000d 1",
    "yes > /dev/null",
    "yes | tr -d '\\n' | sed p > /dev/null",
    "yes | tr -d '\\n' | grep -c x",
    "yes | tr -d '\\n' | sort > /dev/null",
    "yes | sort > /dev/null",
    "yes | shuf",
    "yes | column -t",
    "yes | tsort",
    "yes | grep -f - /dev/null",
    "yes x | sed -n '$p'",
    "echo x | sed ':a;ba'",
    "echo x | grep -E '(a{999}){999}'",
    "awk 'BEGIN { for (;;) i++ }'",
    "awk 'BEGIN { for (;;) a[i++] = i }'",
    "awk 'BEGIN { x = \"a\"; for (;;) x = x x }'",
    "jq -n '[range(1e12)]'",
    "jq -n 'def f: f; f'",
    "yes | jq -R -s .",
    "shuf -i 1-100000000000",
    "seq inf | tail -1",
    "head -c 300000000 /dev/zero | sha256sum",
];
/// The longest that a line beside one of them may wait, in milliseconds.
pub const PATIENCE: f64 = 50.0;

/// What the filter looks at.
pub trait Named {
    fn name(&self) -> &str;
}

impl Named for &str {
    fn name(&self) -> &str {
        self
    }
}

impl<T> Named for (&str, T) {
    fn name(&self) -> &str {
        self.0
    }
}

impl Named for (&str, &str, f64) {
    fn name(&self) -> &str {
        self.1
    }
}
