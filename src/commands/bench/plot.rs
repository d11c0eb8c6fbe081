//! How the times of whole frames are spread, as a picture in SVG.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, anyhow};
use plotters::prelude::*;

use super::{document::milliseconds, stopwatch::Timing};

/// Size of the picture, pixels.
const SIZE: (u32, u32) = (900, 480);

/// Points to a line.
const SLOTS: u32 = 120;

/// Lines in colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

/// Draws how the times of `totals`, each with its name, are spread, into the file at `path`.
///
/// # Errors
/// The file cannot be written.
pub fn write(totals: &[(String, &Timing)], path: &Path) -> Result<()> {
    let svg = draw(totals).map_err(|error| anyhow!("--plot {}: {error}", path.display()))?;
    fs::write(path, svg).with_context(|| format!("--plot {}: cannot be written", path.display()))
}

fn draw(totals: &[(String, &Timing)]) -> Result<String, Box<dyn std::error::Error>> {
    let low = totals.iter().map(|(_, total)| total.min()).min().unwrap_or_default().mul_f64(0.95);
    // A few frames take many times as long and would press all others into a corner.
    let high = totals.iter().map(|(_, total)| total.quantile(0.98)).max().unwrap_or_default().mul_f64(1.05);
    let high = high.max(low + Duration::from_micros(1));
    let lines: Vec<_> = totals.iter().map(|(name, total)| (name, total.spread(low, high, SLOTS))).collect();
    let highest = lines.iter().flat_map(|(_, line)| line).map(|(_, share)| *share).fold(0.01, f64::max);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("time for a whole frame", ("sans-serif", 20))
            .margin(16)
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(milliseconds(low)..milliseconds(high), 0.0..110.0 * highest)?;
        chart.configure_mesh().x_desc("ms").y_desc("% of the frames").label_style(("sans-serif", 14)).draw()?;
        for ((name, line), colour) in lines.into_iter().zip(COLOURS.into_iter().cycle()) {
            let points = line.into_iter().map(|(time, share)| (milliseconds(time), 100.0 * share));
            let style = ShapeStyle::from(colour).stroke_width(2);
            chart
                .draw_series(LineSeries::new(points, style))?
                .label(name.as_str())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
        }
        chart.configure_series_labels().label_font(("sans-serif", 14)).border_style(BLACK).draw()?;
        area.present()?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::stopwatch::Span;

    #[test]
    fn every_run_has_its_line_and_its_name() {
        let mut timing = Timing::new();
        for microseconds in 4000..4200 {
            timing.add(Span { wall: Duration::from_micros(microseconds), cpu: Duration::ZERO });
        }
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("times.svg");
        write(&[("built-in".to_owned(), &timing), ("a < b.onnx".to_owned(), &timing)], &file).expect("written");
        let svg = fs::read_to_string(&file).expect("text");
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert!(svg.contains("built-in") && svg.contains("a &lt; b.onnx"), "names are escaped");
        let lines = svg.matches("<polyline").count();
        assert!(lines >= 4, "two lines and two in the legend: {lines}");
        assert!(write(&[], &file).is_ok(), "an empty chart is a chart");
        let error = write(&[], &folder.path().join("no/such.svg")).expect_err("no folder").to_string();
        assert!(error.starts_with("--plot ") && error.ends_with("such.svg: cannot be written"), "{error}");
    }
}
