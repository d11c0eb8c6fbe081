//! `posture watch` for people: a line for each change, and on a terminal one more that shows the moment and is rewritten.

use std::{
    io::{self, Write},
    time::Duration,
};

use anstyle::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::{
    Sink, Taught,
    words::{clock, deviation, held, lasting, listed, reason, sentence, summary, suspended},
};
use crate::{
    geometry::Degrees,
    measure::{Facing, Measurement, Metric, Reference, View, obstacle},
    monitor::{Event, Offer, Totals, Why},
    pipeline::Report,
    report::{
        Text, move_camera, paragraph, quantity, remedies, remedy, seen_from, severity, severity_style, short_title,
    },
    rules::{Finding, RuleId, Rules},
    stretches::{Advice, Stretches},
};

const PLAIN: Style = Style::new();

/// As wide as the time before a paragraph.
const INDENT: &str = "         ";

/// Writes events as text to `out`, troubles to `err`, and draws the moment on a terminal.
pub struct Terminal<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    rules: &'a Rules,
    text: Text<'a>,
    moment: ProgressBar,
    /// What the last frame with a person measured, and the turn of their trunk.
    seen: Option<(Vec<Metric>, Option<Degrees>)>,
    /// What would let the last frame be measured, other than moving the camera round.
    ways: Vec<String>,
    /// From where, when it was last told.
    view: View,
    /// Whether it has been told how to move the camera from there.
    hinted: bool,
}

impl<'a> Terminal<'a> {
    /// A sink that takes the words of rules and stretches from these tables. `live` says whether to draw the moment on
    /// standard error; it is drawn only where that is a terminal, and cleared at the end, however that comes.
    pub fn new(
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
        rules: &'a Rules,
        stretches: &'a Stretches,
        live: bool,
    ) -> Self {
        let target = if live { ProgressDrawTarget::stderr_with_hz(4) } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{wide_msg:.dim}").expect("a template that indicatif knows");
        let moment = ProgressBar::with_draw_target(None, target).with_style(style);
        let moment = moment.with_finish(ProgressFinish::AndClear);
        Self {
            out,
            err,
            rules,
            text: Text::new(rules, stretches),
            moment,
            seen: None,
            ways: Vec::new(),
            view: View::Unknown,
            hinted: false,
        }
    }

    /// Writes a paragraph that begins with the time.
    fn say(&mut self, at: Duration, style: Style, what: &str) -> io::Result<()> {
        let (out, lead) = (&mut *self.out, format!("{:>7}  ", clock(at)));
        self.moment.suspend(|| paragraph(out, style, &lead, what).and_then(|()| out.flush()))
    }

    fn title(&self, rule: &RuleId) -> String {
        self.rules.get(rule).map_or_else(|| rule.0.clone(), |rule| rule.title.clone())
    }

    fn began(&mut self, finding: &Finding, since: Duration, at: Duration) -> io::Result<()> {
        let what = format!(
            "{}, {}: {} for {}.",
            self.title(&finding.rule),
            severity(finding.severity),
            deviation(&finding.by),
            lasting(at.saturating_sub(since)),
        );
        self.say(at, severity_style(finding.severity), &what)?;
        match self.rules.get(&finding.rule).map(|rule| rule.setup_tip.clone()) {
            Some(tip) => self.aside(&tip),
            None => Ok(()),
        }
    }

    /// Writes a paragraph under the last one.
    fn aside(&mut self, what: &str) -> io::Result<()> {
        let out = &mut *self.out;
        self.moment.suspend(|| paragraph(out, PLAIN, INDENT, what).and_then(|()| out.flush()))
    }

    fn worsened(&mut self, finding: &Finding, at: Duration) -> io::Result<()> {
        let Finding { rule, severity: now, by } = finding;
        let what = format!("{}, now {}: {}.", self.title(rule), severity(*now), deviation(by));
        self.say(at, severity_style(*now), &what)
    }

    fn suggested(&mut self, advice: &Advice, why: &Why, offer: Offer, at: Duration) -> io::Result<()> {
        let time = if offer == Offer::Break { "time for a break" } else { "time for a stretch" };
        let what = format!("{}: {time}. {}.", self.title(&advice.because), sentence(&reason(why)));
        self.say(at, PLAIN, &what)?;
        self.advice(advice)
    }

    fn break_due(&mut self, rule: &RuleId, lasted: Duration, advice: &Advice, at: Duration) -> io::Result<()> {
        let what = format!("{}: for {} now. Time for a break.", self.title(rule), lasting(lasted));
        self.say(at, PLAIN, &what)?;
        self.advice(advice)
    }

    /// What a user asked for, in one line.
    fn asked(&mut self, event: &Event, at: Duration) -> io::Result<()> {
        let what = match event {
            Event::Owed { advice, because, .. } => {
                format!(
                    "{}: a stretch is owed; it waits for the end of {}.",
                    self.title(&advice.because),
                    held(*because)
                )
            }
            Event::Dismissed { rule, .. } => format!("{}: not now. It will be quiet for longer.", self.title(rule)),
            Event::Completed { .. } => "Well done. That was a stretch.".to_owned(),
            Event::Paused { until: Some(until), .. } => format!("Paused until {}.", clock(*until)),
            Event::Paused { until: None, .. } => "Paused.".to_owned(),
            Event::Snoozed { until, .. } => format!("No recommendations until {}.", clock(*until)),
            Event::Resumed { .. } => "Going on.".to_owned(),
            Event::Suspended { because, .. } => format!("{}.", sentence(suspended(*because))),
            Event::Continued { .. } => "Watching again.".to_owned(),
            _ => return Ok(()),
        };
        self.say(at, PLAIN, &what)
    }

    fn advice(&mut self, advice: &Advice) -> io::Result<()> {
        let mut block = Vec::new();
        self.text.advice(advice, &mut block)?;
        let block = String::from_utf8_lossy(&block);
        let out = &mut *self.out;
        self.moment.suspend(|| {
            block.lines().try_for_each(|line| writeln!(out, "{INDENT}{}", line.strip_prefix("  ").unwrap_or(line)))?;
            out.flush()
        })
    }

    /// What can be measured from where the camera stands, and how to move it to measure more.
    fn viewed(&mut self, view: View, facing: Facing, at: Duration) -> io::Result<()> {
        (self.view, self.hinted) = (view, false);
        let metrics = self.seen.as_ref().map(|(metrics, _)| metrics.clone()).unwrap_or_default();
        let names: Vec<&str> = metrics.into_iter().map(short_title).collect();
        let measured = match names.as_slice() {
            [] => "Nothing can be measured from here so far".to_owned(),
            names => format!("From here: {}", listed(names)),
        };
        self.say(at, PLAIN, &format!("Seen {}. {measured}.", seen_from(view, facing)))?;
        self.hint()
    }

    /// How to move the camera to measure more, once for each view.
    fn hint(&mut self) -> io::Result<()> {
        let trunk_yaw = self.seen.as_ref().and_then(|(_, yaw)| *yaw);
        match move_camera(self.view, trunk_yaw).filter(|_| !self.hinted) {
            Some(how) => {
                self.hinted = true;
                self.aside(&how)
            }
            None => Ok(()),
        }
    }

    fn unmeasurable(&mut self, why: &str, at: Duration) -> io::Result<()> {
        self.say(at, PLAIN, &format!("Posture cannot be read: {why}."))?;
        self.hint()?;
        let ways = std::mem::take(&mut self.ways);
        ways.iter().try_for_each(|way| self.aside(way))
    }
}

impl Sink for Terminal<'_> {
    fn report(&mut self, report: &Report) -> io::Result<()> {
        if let Some((pose, reading)) = &report.person {
            // Time without moving is seen from anywhere.
            let read = |m: &&Measurement| m.reference == Reference::Absolute && m.metric != Metric::Stillness;
            let absolute = reading.measurements.iter().filter(read);
            self.seen = Some((absolute.map(|m| m.metric).collect(), pose.trunk_yaw));
        }
        self.ways = match &report.person {
            Some((pose, reading)) => {
                let turn = move_camera(reading.view, pose.trunk_yaw);
                remedies(pose, reading).into_iter().filter(|way| Some(way) != turn.as_ref()).collect()
            }
            None => obstacle(&report.scene).and_then(remedy).map(str::to_owned).into_iter().collect(),
        };
        self.moment.set_message(moment(report));
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        let at = event.at();
        match event {
            Event::Returned { .. } => self.say(at, PLAIN, "Somebody is there."),
            Event::Left { .. } => self.say(at, PLAIN, "Nobody is there any more."),
            Event::View { view, facing, .. } => self.viewed(*view, *facing, at),
            Event::Learning { view, .. } => self.say(
                at,
                PLAIN,
                &format!(
                    "Learning your baseline {}: for half a minute, sit upright, the way you want to sit. Nothing is \
                     judged until then.",
                    seen_from(*view, Facing::Unknown)
                ),
            ),
            Event::Learned { view, metrics, .. } => {
                let names: Vec<&str> = metrics.iter().copied().map(short_title).collect();
                let what = format!(
                    "Learned a provisional baseline {}, for this session: {}.",
                    seen_from(*view, Facing::Unknown),
                    listed(&names)
                );
                self.say(at, PLAIN, &what)
            }
            Event::Began { finding, since, .. } => self.began(finding, *since, at),
            Event::Ended { rule, .. } => {
                let what = format!("{}: over.", self.title(rule));
                self.say(at, PLAIN, &what)
            }
            Event::Worsened { finding, .. } => self.worsened(finding, at),
            Event::Suggested { advice, reason, offer, .. } => self.suggested(advice, reason, *offer, at),
            Event::BreakDue { rule, lasted, advice, .. } => self.break_due(rule, *lasted, advice, at),
            Event::Unmeasurable { why, .. } => self.unmeasurable(why, at),
            Event::Measurable { .. } => self.say(at, PLAIN, "Posture can be read again."),
            Event::Owed { .. }
            | Event::Dismissed { .. }
            | Event::Completed { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Suspended { .. }
            | Event::Continued { .. }
            | Event::Snoozed { .. } => self.asked(event, at),
        }
    }

    fn taught(&mut self, taught: Option<&Taught<'_>>) -> io::Result<()> {
        let Some(taught) = taught else { return Ok(()) };
        self.moment.set_message(format!("{:>7}  {}   {}", clock(taught.at), taught.stretch.words.name, taught.now));
        taught.said.iter().try_for_each(|what| self.say(taught.at, PLAIN, what))
    }

    fn trouble(&mut self, what: &str) -> io::Result<()> {
        let err = &mut *self.err;
        self.moment.suspend(|| writeln!(err, "{what}"))
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        self.moment.finish_and_clear();
        writeln!(self.out)?;
        paragraph(self.out, Style::new().bold(), "", &summary(totals))?;
        self.text.end(self.out)?;
        self.out.flush()
    }
}

/// The moment on one line: the time, from where, and what is measured.
fn moment(report: &Report) -> String {
    let Some((_, reading)) = &report.person else {
        return format!("{:>7}  nobody", clock(report.at));
    };
    let values = reading
        .measurements
        .iter()
        .filter(|m| m.reference == Reference::Absolute)
        .map(|m| format!("{} {}", short_title(m.metric), quantity(m)));
    let parts: Vec<_> = std::iter::once(seen_from(reading.view, reading.facing)).chain(values).collect();
    format!("{:>7}  {}", clock(report.at), parts.join(" · "))
}
