//! How each section's rows are measured.

use std::error::Error;
use std::path::Path;

use crate::client::Facade;
use crate::data::Data;
use crate::process::{self, Cost};
use crate::report::{Figure, Row, Section};
use crate::rounds::{self, median};
use crate::rows;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The sides, and which rows are wanted.
pub struct Bench<'a> {
    pub mirage: &'a Path,
    pub facade: Facade,
    pub data: &'a Data,
    pub filter: &'a str,
}

/// The medians of a comparison.
struct Compared {
    ours: Cost,
    theirs: Cost,
    /// CPU time on a RAM mount.
    ram_ms: Option<f64>,
}

impl Compared {
    fn ratio(&self, limit: f64) -> Option<Figure> {
        Some(Figure::within(limit, self.ours.cpu_ms / self.theirs.cpu_ms, "x"))
    }

    fn ram_ratio(&self, limit: f64) -> Option<Figure> {
        Some(Figure::within(limit, self.ram_ms? / self.theirs.cpu_ms, "x"))
    }

    fn times(&self) -> [Option<Figure>; 2] {
        [self.ours, self.theirs].map(|cost| Some(Figure::plain(cost.cpu_ms, "ms")))
    }
}

impl Bench<'_> {
    /// Every section, in the page's order.
    pub fn run(&self) -> Result<Vec<Section>> {
        Ok(vec![
            self.start()?,
            self.loops()?,
            self.tools()?,
            self.walks()?,
            self.pipeline()?,
            self.warm()?,
            self.turns()?,
            self.waits()?,
        ])
    }

    fn start(&self) -> Result<Section> {
        let rows = self.rows(&[rows::START], |&line| {
            let compared = self.compare(line, false)?;
            let [ours, theirs] = compared.times();
            let peak = Figure::within(rows::START_PEAK, compared.ours.peak_mb, "MB");
            Ok((line.to_owned(), vec![ours, theirs, compared.ratio(rows::START_RATIO), Some(peak)]))
        })?;
        Ok(Section {
            title: "Start",
            about: "A process from its start to its end. Bars: 1.5x, 12 MB.",
            columns: &["ours", "theirs", "ratio", "peak"],
            rows,
            mean: None,
        })
    }

    fn loops(&self) -> Result<Section> {
        let rows = self.rows(rows::LOOPS, |&(line, turns)| {
            let of = |turns: u32| line.replace('N', &turns.to_string());
            let once = self.compare(&of(turns), false)?;
            let four = self.compare(&of(4 * turns), false)?;
            let growth = Figure::within(rows::LOOP_GROWTH, four.ours.cpu_ms / once.ours.cpu_ms, "x");
            let [ours, theirs] = four.times();
            let ratios = [once.ratio(rows::LOOP_RATIO), four.ratio(rows::LOOP_RATIO)];
            Ok((format!("{line} # N={turns}"), [&[ours, theirs][..], &ratios, &[Some(growth)]].concat()))
        })?;
        Ok(Section {
            title: "The language",
            about: "Loops of N turns and of 4N. Times are of 4N. Bars: 1.0x of bash, and linear: 4N in at most 4.4 times N.",
            columns: &["ours", "theirs", "ratio at N", "ratio at 4N", "4N to N"],
            rows,
            mean: Some(rows::LOOP_RATIO),
        })
    }

    fn tools(&self) -> Result<Section> {
        let lines: Vec<(&str, bool)> = (rows::STREAMS.iter().map(|line| (*line, true)))
            .chain(rows::WHOLES.iter().map(|line| (*line, false)))
            .collect();
        let rows = self.rows(&lines, |&(line, streams)| {
            let compared = self.compare(line, true)?;
            let [ours, theirs] = compared.times();
            let peak = compared.ours.peak_mb;
            let peak = Figure { limit: streams.then_some(rows::STREAM_PEAK), ..Figure::plain(peak, "MB") };
            let ratios = [compared.ratio(rows::TOOL), compared.ram_ratio(rows::TOOL)];
            Ok((line.to_owned(), [&[ours, theirs][..], &ratios, &[Some(peak)]].concat()))
        })?;
        Ok(Section {
            title: "Tools over 200 MB",
            about: "`large` is a log of 200 MB, `events` 50 MB of JSON, an object a line. Bars: 1.2x each, a geometric mean of \
                    1.0x; 24 MB for tools that stream.",
            columns: &["ours", "theirs", "on disk", "in memory", "peak"],
            rows,
            mean: Some(rows::TOOLS_MEAN),
        })
    }

    fn walks(&self) -> Result<Section> {
        let rows = self.rows(rows::WALKS, |&line| {
            let compared = self.compare(line, true)?;
            let [ours, theirs] = compared.times();
            let ratios = [compared.ratio(rows::WALK_ON_DISK), compared.ram_ratio(rows::WALK_IN_MEMORY)];
            Ok((line.to_owned(), [&[ours, theirs][..], &ratios].concat()))
        })?;
        Ok(Section {
            title: "Walks",
            about: "`tree` has 10 000 files of 2 KB, `forest` 100 000 small ones. Bars: 1.5x on disk, 0.7x in memory.",
            columns: &["ours", "theirs", "on disk", "in memory"],
            rows,
            mean: None,
        })
    }

    fn pipeline(&self) -> Result<Section> {
        let rows = self.rows(&[rows::PIPELINE], |&line| {
            let compared = self.compare(line, false)?;
            let [ours, theirs] = compared.times();
            let peak = Figure::within(rows::STREAM_PEAK, compared.ours.peak_mb, "MB");
            Ok((line.to_owned(), vec![ours, theirs, compared.ratio(rows::TOOL), Some(peak)]))
        })?;
        Ok(Section {
            title: "A gigabyte through a pipeline",
            about: "Bars: 1.2x, 24 MB.",
            columns: &["ours", "theirs", "ratio", "peak"],
            rows,
            mean: None,
        })
    }

    fn warm(&self) -> Result<Section> {
        let rows = self.rows(rows::WARM, |&(session, line, limit)| {
            let cost = self.cost(session, 200, line)?;
            Ok((line.to_owned(), vec![Some(Figure::within(limit, cost, "us"))]))
        })?;
        Ok(Section {
            title: "Lines in one process",
            about: "CPU time of a whole line, from its text to its outcome; `/ram` is memory, `/data` disk, `large` 200 MB. \
                    Bars: 5 us for echo, 15 for cat, 30 for the pipeline, 1 ms for head and tail.",
            columns: &["a line"],
            rows,
            mean: None,
        })
    }

    fn turns(&self) -> Result<Section> {
        let rows = self.rows(rows::BODIES, |body| {
            let line = format!("for i in {{1..2000}}; do {body}; done");
            let cost = self.cost("full", 1, &line)? / 2000.0;
            Ok((line, vec![Some(Figure::within(rows::BODY, cost, "us"))]))
        })?;
        Ok(Section {
            title: "Subshells with 2 000 variables set",
            about: "In one process. Bar: 10 us a turn.",
            columns: &["a turn"],
            rows,
            mean: None,
        })
    }

    fn waits(&self) -> Result<Section> {
        let rows = self.rows(rows::HOSTILE, |&line| {
            let mut longest = Vec::new();
            for _ in 0..3 {
                longest.push(self.facade.wait(line)? / 1000.0);
            }
            Ok((line.to_owned(), vec![Some(Figure::within(rows::PATIENCE, median(longest), "ms"))]))
        })?;
        Ok(Section {
            title: "Beside hostile lines",
            about: "The longest that an `echo` of another session waits, on the same thread, elapsed time. Bar: 50 ms.",
            columns: &["longest wait"],
            rows,
            mean: None,
        })
    }

    /// The rows of what is wanted among `wanted`, each shown as soon as it is measured.
    fn rows<T>(
        &self,
        wanted: &[T],
        measure: impl Fn(&T) -> Result<(String, Vec<Option<Figure>>)>,
    ) -> Result<Vec<Row>>
    where
        T: rows::Named,
    {
        let mut rows = Vec::new();
        for each in wanted.iter().filter(|each| each.name().contains(self.filter)) {
            let (line, figures) = measure(each)?;
            let row = Row { line, figures };
            let shown: String =
                row.figures.iter().flatten().map(|figure| format!("{:>12}", figure.to_string())).collect();
            println!("{:<4} {:<70}{shown}", if row.is_met() { "" } else { "over" }, row.line);
            rows.push(row);
        }
        Ok(rows)
    }

    /// The sides take turns in each round, so that what else runs on the machine meets all of them.
    fn compare(&self, line: &str, in_memory: bool) -> Result<Compared> {
        let rivals: Vec<String> = match line.contains("awk ") {
            true => rows::AWKS.iter().map(|awk| line.replacen("awk", awk, 1)).collect(),
            false => vec![line.to_owned()],
        };
        let (mut ours, mut ram) = (Vec::new(), Vec::new());
        let mut theirs: Vec<Vec<Cost>> = rivals.iter().map(|_| Vec::new()).collect();
        rounds::run(|| -> Result<()> {
            ours.push(process::ours(self.mirage, line, self.data)?);
            for (rival, costs) in rivals.iter().zip(&mut theirs) {
                costs.push(process::theirs(rival, self.data)?);
            }
            if in_memory {
                ram.push(self.facade.cost("ram", 1, line)? / 1000.0);
            }
            Ok(())
        })?;
        let best = theirs.iter().map(|costs| middle(costs)).min_by(|a, b| a.cpu_ms.total_cmp(&b.cpu_ms));
        Ok(Compared {
            ours: middle(&ours),
            theirs: best.ok_or("nobody to compare with")?,
            ram_ms: in_memory.then(|| median(ram)),
        })
    }

    /// Microseconds that `line` takes in one process.
    fn cost(&self, session: &str, turns: u32, line: &str) -> Result<f64> {
        let mut costs = Vec::new();
        rounds::run(|| -> Result<()> {
            costs.push(self.facade.cost(session, turns, line)?);
            Ok(())
        })?;
        Ok(median(costs))
    }
}

/// The medians of several runs.
fn middle(costs: &[Cost]) -> Cost {
    Cost {
        cpu_ms: median(costs.iter().map(|cost| cost.cpu_ms).collect()),
        peak_mb: median(costs.iter().map(|cost| cost.peak_mb).collect()),
    }
}
