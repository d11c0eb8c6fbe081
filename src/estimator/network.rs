//! The neural network: loading it, knowing its layout, running it. With what lies below it, the only place that
//! names `tract`.

mod loading;
mod pad;

use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::Arc,
};

use tract_onnx::tract_hir::internal::*;

pub use self::loading::Loading;
use self::pad::ZerosAround;
use super::{
    ModelError, Origin,
    fingerprint::fingerprint,
    input::{Arrangement, Input},
};
use crate::pose::BodyPart;

/// The network as shipped. models/README.md is its card.
const EMBEDDED: &[u8] = include_bytes!("../../models/posture.onnx");

/// The network of the arms: of the same layout, trained on squares that hold arms which are raised or hang.
const EMBEDDED_ARMS: &[u8] = include_bytes!("../../models/arms.onnx");

/// Networks above this size are not read: ours have 5 MB, and a wrong path may lead to a film.
const MAX_FILE_BYTES: u64 = 512 << 20;

/// Side of the input where a file leaves it open, pixels.
const USUAL_SIDE: usize = 192;

/// Sides of inputs that are accepted, pixels.
const SIDES: std::ops::RangeInclusive<usize> = 32..=1024;

/// The outputs of this project's layout, in the order of [`Outputs`].
const HEADS: [&str; 8] =
    ["heatmap", "offset", "visible", "inside", "presence", "trunk_yaw", "head", "craniovertebral_angle"];

/// What is expected of a file, for people.
pub(super) const KNOWN_LAYOUTS: &str = "either f32 1×3×S×S → heatmap 1×17×G×G, offset 1×34×G×G, visible 1×17, \
    inside 1×17, presence 1×1, trunk_yaw 1×2, head 1×4, craniovertebral_angle 1×2 (posture's own), or f32 or i32 1×S×S×3 \
    or 1×3×S×S → 1×1×17×3 (MoveNet single pose)";

/// Which network it is, as far as its users must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// This project's own: [`HEADS`], with heatmaps of `grid` × `grid` cells. Takes values in 0..1.
    Posture {
        /// Cells along one side of a heatmap.
        grid: usize,
    },
    /// Google's MoveNet, single pose: y, x and score of the 17 COCO keypoints. Takes values in 0..255.
    MoveNet,
}

/// A loaded network. Clones share it, on any number of threads.
#[derive(Debug, Clone)]
pub struct Network(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    origin: Origin,
    fingerprint: String,
    layout: Layout,
    frame: Arrangement,
    datum: DatumType,
    /// Index in the plan's results of each tensor of [`Outputs`], and its number of elements.
    heads: Vec<(usize, usize)>,
    plan: Arc<TypedSimplePlan>,
}

impl Network {
    /// The network inside this program.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::load(None, &mut |_| {})
    }

    /// The network inside this program that finds arms, for an [`ArmsEstimator`](super::ArmsEstimator).
    pub fn embedded_arms() -> Result<Self, ModelError> {
        Self::from_bytes(EMBEDDED_ARMS.into(), Origin::BuiltIn, &mut |_| {})
    }

    /// The ONNX network in the file at `path`, of this project's layout or MoveNet's.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::load(Some(path), &mut |_| {})
    }

    /// The network in the file at `path`, or the one inside this program. Calls `done` at the end of each step on the way.
    pub fn load(path: Option<&Path>, done: &mut dyn FnMut(Loading)) -> Result<Self, ModelError> {
        let Some(path) = path else { return Self::from_bytes(EMBEDDED.into(), Origin::BuiltIn, done) };
        let unreadable = |source| ModelError::Unreadable { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let origin = Origin::File(path.to_owned());
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let why = format!("larger than {} MB", MAX_FILE_BYTES >> 20);
            return Err(ModelError::Broken { origin, why });
        }
        // The reader indexes into the file's own tables and panics where a malformed file makes them disagree.
        panic::catch_unwind(AssertUnwindSafe(|| Self::from_bytes(bytes.into(), origin.clone(), done)))
            .unwrap_or_else(|_| Err(ModelError::Broken { origin, why: "its graph contradicts itself".to_owned() }))
    }

    fn from_bytes(
        bytes: Cow<'static, [u8]>,
        origin: Origin,
        done: &mut dyn FnMut(Loading),
    ) -> Result<Self, ModelError> {
        let fingerprint = fingerprint(&bytes);
        let broken = |error: TractError| ModelError::Broken { origin: origin.clone(), why: complaint(&error) };
        done(Loading::Read);
        let reader = tract_onnx::onnx().with_ignore_value_info(true);
        let file = reader.proto_model_for_read(&mut &*bytes).map_err(|_| ModelError::Broken {
            origin: origin.clone(),
            why: "the file is damaged or of another kind".to_owned(),
        })?;
        // Each of these holds all weights; they are let go as soon as there is the next.
        drop(bytes);
        let mut model = reader.model_for_proto_model(&file).map_err(broken)?;
        drop(file);
        done(Loading::Parse);
        let unknown = |found| ModelError::UnknownLayout { origin: origin.clone(), found };
        let inputs = inputs(&model).map_err(broken)?;
        let Some((frame, datum)) = arrangement(&inputs) else {
            return Err(unknown(format!("the inputs {}", listed(&inputs))));
        };
        model.set_input_fact(0, InferenceFact::dt_shape(datum, frame.shape())).map_err(broken)?;
        let names: Vec<_> = model
            .output_outlets()
            .map_err(broken)?
            .iter()
            .map(|&outlet| model.outlet_label(outlet).unwrap_or_default().to_owned())
            .collect();
        let mut model = model.into_typed().and_then(TypedModel::into_decluttered).map_err(broken)?;
        let outputs = outputs(&model, names).map_err(broken)?;
        let Some((layout, heads)) = layout(frame, datum, &outputs) else {
            return Err(unknown(format!("{} → {}", listed(&inputs), listed(&outputs))));
        };
        done(Loading::Declutter);
        // `into_optimized` would declutter once more.
        model.optimize().map_err(broken)?;
        ZerosAround::replace_pads(&mut model);
        done(Loading::Optimise);
        let plan = model.into_runnable().map_err(broken)?;
        done(Loading::Plan);
        Ok(Self(Arc::new(Loaded { origin, fingerprint, layout, frame, datum, heads, plan })))
    }

    /// Where it came from.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// What tells it from any other network, from one run to the next.
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// An empty input for it, to be filled by a [`Letterbox`](super::Letterbox).
    pub fn input(&self) -> Input {
        let white = match self.0.layout {
            Layout::Posture { .. } => 1.0,
            Layout::MoveNet => 255.0,
        };
        Input::new(self.0.frame, white)
    }

    /// Empty outputs of it, to be filled by [`Network::infer`].
    pub fn outputs(&self) -> Outputs {
        let tensors = self.0.heads.iter().map(|&(_, len)| vec![0.0; len]).collect();
        Outputs { layout: self.0.layout, side: self.0.frame.side, tensors }
    }

    /// Runs the network on `input`. Both must have been made by this network.
    pub fn infer(&self, input: &Input, outputs: &mut Outputs) -> Result<(), ModelError> {
        self.run(input, outputs)
            .map_err(|error| ModelError::Inference { origin: self.0.origin.clone(), why: complaint(&error) })
    }

    fn run(&self, input: &Input, outputs: &mut Outputs) -> TractResult<()> {
        let mut tensor = Tensor::from_shape(&self.0.frame.shape(), input.values())?;
        if self.0.datum != f32::datum_type() {
            tensor = tensor.cast_to_dt(self.0.datum)?.into_owned();
        }
        let results = self.0.plan.run(tvec!(tensor.into_tvalue()))?;
        for (&(index, len), tensor) in self.0.heads.iter().zip(&mut outputs.tensors) {
            let result = results.get(index).context("a result is missing")?.try_as_plain_ram()?;
            let values = result.as_slice::<f32>()?;
            ensure!(values.len() == len, "a result has {} values instead of {len}", values.len());
            tensor.clear();
            tensor.extend_from_slice(values);
        }
        Ok(())
    }
}

/// What a network said about an input, as it left the network. [`decode`](super::decode) reads it.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Which network said it.
    pub(super) layout: Layout,
    /// Length of the sides of the input, pixels.
    pub(super) side: usize,
    /// For [`Layout::Posture`] the tensors of [`HEADS`], for [`Layout::MoveNet`] its single one; row-major.
    pub(super) tensors: Vec<Vec<f32>>,
}

/// An input or output of a network: its name, its dimensions as far as the file fixes them, and its type.
#[derive(Debug)]
struct Port {
    name: String,
    dimensions: Vec<Option<usize>>,
    datum: Option<DatumType>,
}

impl Port {
    /// Whether it is of type f32 and of exactly this shape.
    fn is(&self, shape: &[usize]) -> bool {
        self.datum == Some(f32::datum_type()) && self.dimensions.iter().copied().eq(shape.iter().map(|&n| Some(n)))
    }
}

/// Names, types and shapes for people: `frame f32 1×3×192×192, …`.
fn listed(ports: &[Port]) -> String {
    let describe = |port: &Port| {
        let dimensions: Vec<_> = port.dimensions.iter().map(|n| n.map_or("?".to_owned(), |n| n.to_string())).collect();
        let datum = port.datum.map_or("?".to_owned(), |datum| format!("{datum:?}").to_lowercase());
        format!("{} {datum} {}", port.name, dimensions.join("×"))
    };
    match ports {
        [] => "nothing".to_owned(),
        _ => ports.iter().map(describe).collect::<Vec<_>>().join(", "),
    }
}

fn inputs(model: &InferenceModel) -> TractResult<Vec<Port>> {
    let port = |&outlet: &OutletId| {
        let fact = model.outlet_fact(outlet)?;
        let dimensions = fact.shape.dims().map(|n| n.concretize().and_then(|n| n.to_usize().ok())).collect();
        Ok(Port { name: model.node(outlet.node).name.clone(), dimensions, datum: fact.datum_type.concretize() })
    };
    model.input_outlets()?.iter().map(port).collect()
}

fn outputs(model: &TypedModel, names: Vec<String>) -> TractResult<Vec<Port>> {
    let port = |(index, name)| {
        let fact = model.output_fact(index)?;
        let dimensions = fact.shape.iter().map(|n| n.to_usize().ok()).collect();
        Ok(Port { name, dimensions, datum: Some(fact.datum_type) })
    };
    names.into_iter().enumerate().map(port).collect()
}

/// How the only input wants its pixels, if it is one square RGB picture.
fn arrangement(inputs: &[Port]) -> Option<(Arrangement, DatumType)> {
    let [input] = inputs else { return None };
    let [None | Some(1), a, b, c] = input.dimensions[..] else { return None };
    let (channels_first, height, width) = match (a, b, c) {
        (Some(3), height, width) => (true, height, width),
        (height, width, Some(3)) => (false, height, width),
        _ => return None,
    };
    let side = height.or(width).unwrap_or(USUAL_SIDE);
    let square = height.is_none_or(|n| n == side) && width.is_none_or(|n| n == side);
    let datum = input.datum?;
    let known = [f32::datum_type(), i32::datum_type(), u8::datum_type()].contains(&datum);
    (square && known && SIDES.contains(&side)).then_some((Arrangement { side, channels_first }, datum))
}

/// Which of the known layouts it is, with the index and the size of each tensor that [`Outputs`] holds.
fn layout(frame: Arrangement, datum: DatumType, outputs: &[Port]) -> Option<(Layout, Vec<(usize, usize)>)> {
    const PARTS: usize = BodyPart::COUNT;
    if let [only] = outputs {
        return only.is(&[1, 1, PARTS, 3]).then(|| (Layout::MoveNet, vec![(0, PARTS * 3)]));
    }
    let find = |name: &str| outputs.iter().position(|output| output.name == name);
    let grid = (*outputs[find(HEADS[0])?].dimensions.last()?)?;
    let shapes: [&[usize]; HEADS.len()] = [
        &[1, PARTS, grid, grid],
        &[1, 2 * PARTS, grid, grid],
        &[1, PARTS],
        &[1, PARTS],
        &[1, 1],
        &[1, 2],
        &[1, 4],
        &[1, 2],
    ];
    let heads: Option<Vec<_>> = HEADS
        .iter()
        .zip(shapes)
        .map(|(name, shape)| find(name).filter(|&i| outputs[i].is(shape)).map(|i| (i, shape.iter().product())))
        .collect();
    let fits = frame.channels_first && datum == f32::datum_type() && grid > 0;
    heads.filter(|_| fits).map(|heads| (Layout::Posture { grid }, heads))
}

/// The innermost cause of an error, on one line of bearable length.
fn complaint(error: &TractError) -> String {
    let cause = error.root_cause().to_string();
    let line = cause.lines().next().unwrap_or_default();
    line.chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, dimensions: &[usize]) -> Port {
        let dimensions = dimensions.iter().map(|&n| (n > 0).then_some(n)).collect();
        Port { name: name.to_owned(), dimensions, datum: Some(f32::datum_type()) }
    }

    #[test]
    fn a_network_is_shared_between_threads() {
        fn shared<T: Send + Sync + Clone>() {}
        shared::<Network>();
    }

    #[test]
    fn what_is_replaced_in_the_network_changes_no_result() {
        let ours = Network::embedded().expect("the network as shipped");
        let names: Vec<_> = ours.0.plan.model().nodes().iter().map(|node| node.op.name()).collect();
        assert!(names.iter().any(|name| name == "ZerosAround") && !names.iter().any(|name| name == "Pad"), "{names:?}");
        let values: Vec<f32> = (0..3 * 192 * 192).map(|n| (n * 7919 % 1009) as f32 / 1009.0).collect();
        let input = Tensor::from_shape(&[1, 3, 192, 192], &values).expect("as many values").into_tvalue();
        let theirs = tract_onnx::onnx()
            .with_ignore_value_info(true)
            .model_for_read(&mut &*EMBEDDED)
            .and_then(|model| model.into_optimized()?.into_runnable())
            .expect("the network as shipped");
        let expected = theirs.run(tvec!(input.clone())).expect("runs");
        assert_eq!(ours.0.plan.run(tvec!(input)).expect("runs"), expected);
    }

    #[test]
    fn inputs_are_square_pictures_whatever_the_file_leaves_open() {
        let accepted = |dimensions: &[usize]| arrangement(&[port("x", dimensions)]).map(|(frame, _)| frame);
        let ours = Arrangement { side: 192, channels_first: true };
        assert_eq!(accepted(&[1, 3, 192, 192]), Some(ours));
        assert_eq!(accepted(&[0, 3, 0, 192]), Some(ours));
        assert_eq!(accepted(&[0, 3, 0, 0]), Some(ours));
        assert_eq!(accepted(&[1, 256, 256, 3]), Some(Arrangement { side: 256, channels_first: false }));
        for refused in [&[1, 3, 192, 256][..], &[2, 3, 192, 192], &[1, 1, 192, 192], &[3, 192, 192], &[1, 3, 8, 8]] {
            assert_eq!(accepted(refused), None, "{refused:?}");
        }
        assert_eq!(arrangement(&[port("a", &[1, 3, 192, 192]), port("b", &[1])]), None);
    }

    #[test]
    fn outputs_are_found_by_name_in_any_order() {
        let frame = Arrangement { side: 192, channels_first: true };
        let mut outputs = vec![
            port("craniovertebral_angle", &[1, 2]),
            port("heatmap", &[1, 17, 24, 24]),
            port("offset", &[1, 34, 24, 24]),
            port("visible", &[1, 17]),
            port("inside", &[1, 17]),
            port("presence", &[1, 1]),
            port("head", &[1, 4]),
            port("trunk_yaw", &[1, 2]),
        ];
        let (layout_found, heads) = layout(frame, f32::datum_type(), &outputs).expect("known");
        assert_eq!(layout_found, Layout::Posture { grid: 24 });
        assert_eq!(heads.iter().map(|&(index, _)| index).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 7, 6, 0]);
        assert_eq!(heads[1].1, 34 * 24 * 24);
        outputs[1].dimensions[1] = Some(16);
        assert_eq!(layout(frame, f32::datum_type(), &outputs), None);
        outputs.clear();
        assert_eq!(layout(frame, f32::datum_type(), &outputs), None);
    }
}
