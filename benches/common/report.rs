//! What was measured, and the table of it. Programs are known by their names; ours is the first.

use anyhow::Result;

/// Which way a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    /// The more the better.
    More,
    /// The less the better.
    Less,
    /// It only helps to judge the others.
    Neither,
}

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Metric {
    /// Its name, with its unit.
    pub(crate) name: &'static str,
    /// Which way it is better.
    pub(crate) better: Better,
    /// What ours is to reach.
    pub(crate) goal: Option<Goal>,
}

/// What ours is to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// At most this.
    Most(f64),
    /// At most so many times the best of the others.
    Ratio(f64),
}

impl Metric {
    /// A figure that is better when there is more of it.
    pub(crate) const fn more(name: &'static str) -> Self {
        Self::new(name, Better::More)
    }

    /// A figure that is better when there is less of it.
    pub(crate) const fn less(name: &'static str) -> Self {
        Self::new(name, Better::Less)
    }

    /// A figure that helps to judge the others.
    pub(crate) const fn aside(name: &'static str) -> Self {
        Self::new(name, Better::Neither)
    }

    /// The same figure with a goal.
    pub(crate) const fn goal(self, goal: Goal) -> Self {
        let goal = Some(goal);
        Self { goal, ..self }
    }

    const fn new(name: &'static str, better: Better) -> Self {
        let goal = None;
        Self { name, better, goal }
    }
}

/// What one run of one scenario measured.
pub(crate) type Figures = Vec<(Metric, f64)>;

/// Measures each scenario so often with each program, prints a line for each figure, and gives whether ours,
/// the first one, got through all of it.
pub(crate) fn compare<S: Copy, P: Copy>(
    scenarios: &[(String, S)],
    programs: &[(&'static str, P)],
    runs: usize,
    measure: impl Fn(S, P) -> Result<Figures>,
) -> bool {
    let names: Vec<&str> = programs.iter().map(|(name, _)| *name).collect();
    print_head(&names);
    let mut all_well = true;
    for (scenario, what) in scenarios {
        let mut results = Results::default();
        for run in 0..runs {
            // Who goes first changes, so that nobody always follows the same one.
            let order = programs.iter().cycle().skip(run);
            for (name, program) in order.take(programs.len()) {
                match measure(*what, *program) {
                    Ok(figures) => results.add(name, figures),
                    Err(error) => {
                        eprintln!("{scenario} {name}: {error:#}");
                        all_well &= names.first() != Some(name);
                    }
                }
            }
        }
        results.print(scenario, &names);
    }
    all_well
}

/// All that was measured of one scenario.
#[derive(Default)]
struct Results {
    samples: Vec<(&'static str, Metric, f64)>,
}

impl Results {
    /// Adds a run.
    fn add(&mut self, program: &'static str, figures: Figures) {
        let samples = figures.into_iter();
        self.samples
            .extend(samples.map(|(metric, value)| (program, metric, value)));
    }

    /// Prints a line for each metric.
    fn print(&self, scenario: &str, programs: &[&'static str]) {
        for metric in self.metrics() {
            let cells: String = programs
                .iter()
                .map(|program| format!("{:>25}", self.spread(program, metric).text()))
                .collect();
            let ratio = self.ratio(programs, metric);
            let shown = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
            let ours = programs
                .first()
                .and_then(|ours| self.spread(ours, metric).median);
            let goal = metric
                .goal
                .map_or(String::new(), |goal| goal.text(ours, ratio));
            let line = format!(
                "{scenario:<14}{:<28}{cells}{shown:>8}  {goal}",
                mark(metric)
            );
            println!("{}", line.trim_end());
        }
    }

    /// The metrics, in the order of their coming.
    fn metrics(&self) -> Vec<Metric> {
        let mut metrics = Vec::new();
        for (_, metric, _) in &self.samples {
            if !metrics.contains(metric) {
                metrics.push(*metric);
            }
        }
        metrics
    }

    fn spread(&self, program: &str, metric: Metric) -> Spread {
        let of_it = |sample: &&(&str, Metric, f64)| (sample.0, sample.1) == (program, metric);
        let samples = self.samples.iter().filter(of_it);
        Spread::of(samples.map(|(_, _, value)| *value).collect())
    }

    /// Our median as a multiple of the better peer's.
    fn ratio(&self, programs: &[&str], metric: Metric) -> Option<f64> {
        let (ours, peers) = programs.split_first()?;
        let ours = self.spread(ours, metric).median?;
        let peers = peers
            .iter()
            .filter_map(|peer| self.spread(peer, metric).median);
        let best = match metric.better {
            Better::More => peers.reduce(f64::max)?,
            Better::Less => peers.reduce(f64::min)?,
            Better::Neither => return None,
        };
        (best > 0.0).then_some(ours / best)
    }
}

impl Goal {
    fn text(self, ours: Option<f64>, ratio: Option<f64>) -> String {
        let (goal, value, limit) = match self {
            Self::Most(most) => (number(most), ours, most),
            Self::Ratio(most) => (format!("{most} x"), ratio, most),
        };
        match value {
            Some(value) if value <= limit => format!("{goal} reached"),
            Some(_) => format!("{goal} MISSED"),
            None => goal,
        }
    }
}

/// Prints what the columns are.
fn print_head(programs: &[&str]) {
    let names: String = programs.iter().map(|name| format!("{name:>25}")).collect();
    println!("{:<14}{:<28}{names}{:>8}", "scenario", "figure", "ratio");
}

fn mark(metric: Metric) -> String {
    let mark = match metric.better {
        Better::More => "^",
        Better::Less => "v",
        Better::Neither => "",
    };
    format!("{} {mark}", metric.name)
}

/// The middle and the ends of some values.
struct Spread {
    median: Option<f64>,
    least: f64,
    most: f64,
    count: usize,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let count = values.len();
        let upper = values.get(count / 2);
        let lower = values.get(count.saturating_sub(1) / 2);
        Self {
            median: lower.zip(upper).map(|(lower, upper)| (lower + upper) / 2.0),
            least: values.first().copied().unwrap_or_default(),
            most: values.last().copied().unwrap_or_default(),
            count,
        }
    }

    fn text(&self) -> String {
        let Some(median) = self.median else {
            return "n/a".to_owned();
        };
        if self.count == 1 {
            return number(median);
        }
        let (least, most) = (number(self.least), number(self.most));
        format!("{} ({least}\u{2013}{most})", number(median))
    }
}

/// Three digits that count, without an exponent.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
