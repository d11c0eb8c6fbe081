//! Zeros around the maps between the layers, put there row by row.
//!
//! Every convolution of ours that looks beyond the edge of its map is preceded by one of these. tract's own walks over a map
//! value by value, which took a tenth of the network's time.

use tract_onnx::tract_hir::{
    internal::*,
    tract_core::ops::array::{Pad, PadMode},
};

/// Puts zeros around the last two axes of a tensor of f32.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ZerosAround {
    /// Rows above and below.
    rows: (usize, usize),
    /// Values to the left and to the right.
    columns: (usize, usize),
}

impl ZerosAround {
    /// What does the same as `pad` on a tensor of f32, if this can.
    fn like(pad: &Pad) -> Option<Self> {
        let &[ref outer @ .., rows, columns] = &pad.pads[..] else { return None };
        let others = outer.iter().any(|&around| around != (0, 0));
        let zero =
            matches!(&pad.mode, PadMode::Constant(value) if value.cast_to_scalar::<f32>().is_ok_and(|v| v == 0.0));
        (zero && !others).then_some(Self { rows, columns })
    }

    /// Takes the place of tract's own padding wherever `model` has some that it can stand for.
    pub(super) fn replace_pads(model: &mut TypedModel) {
        for node in model.nodes_mut() {
            let float = node.outputs.first().is_some_and(|output| output.fact.datum_type == f32::datum_type());
            if let Some(zeros) = node.op_as::<Pad>().filter(|_| float).and_then(Self::like) {
                node.op = Box::new(zeros);
            }
        }
    }

    /// The sides of the map with zeros around one of `height` × `width`.
    fn around<D: std::ops::Add<usize, Output = D>>(&self, height: D, width: D) -> (D, D) {
        (height + (self.rows.0 + self.rows.1), width + (self.columns.0 + self.columns.1))
    }
}

impl Op for ZerosAround {
    fn name(&self) -> StaticName {
        "ZerosAround".into()
    }

    op_as_typed_op!();
}

impl EvalOp for ZerosAround {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let input = args_1!(inputs);
        let &[ref outer @ .., height, width] = input.shape() else { bail!("no map in {:?}", input.shape()) };
        let (high, wide) = self.around(height, width);
        let shape: TVec<usize> = outer.iter().copied().chain([high, wide]).collect();
        let mut output = Tensor::zero::<f32>(&shape)?;
        let plain = input.try_as_plain_ram()?;
        let mut to = output.try_as_plain_ram_mut()?;
        let (from, to) = (plain.as_slice::<f32>()?, to.as_slice_mut::<f32>()?);
        if height * width > 0 {
            for (map, around) in from.chunks_exact(height * width).zip(to.chunks_exact_mut(high * wide)) {
                let rows = around.chunks_exact_mut(wide).skip(self.rows.0);
                for (from, to) in map.chunks_exact(width).zip(rows) {
                    to[self.columns.0..self.columns.0 + width].copy_from_slice(from);
                }
            }
        }
        Ok(tvec!(output.into_tvalue()))
    }
}

impl TypedOp for ZerosAround {
    as_op!();

    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        let mut fact = inputs[0].without_value();
        let Some(row) = fact.rank().checked_sub(2) else { bail!("no map in {:?}", fact.shape) };
        let (high, wide) = self.around(fact.shape[row].clone(), fact.shape[row + 1].clone());
        fact.shape.set(row, high);
        fact.shape.set(row + 1, wide);
        Ok(tvec!(fact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_what_the_padding_of_tract_does() {
        let values: Vec<f32> = (1..=2 * 3 * 5).map(|n| n as f32).collect();
        let map = Tensor::from_shape(&[2, 3, 5], &values).expect("as many values").into_tvalue();
        for (rows, columns) in [((1, 1), (1, 1)), ((0, 2), (3, 0)), ((0, 0), (0, 1))] {
            let pad = Pad::new(vec![(0, 0), rows, columns], PadMode::default());
            let zeros = ZerosAround::like(&pad).expect("zeros around the last two axes");
            let padded = |op: &dyn EvalOp| op.eval_out_of_plan(tvec!(map.clone())).expect("pads").expect("a tensor");
            assert_eq!(padded(&zeros), padded(&pad), "{rows:?} {columns:?}");
            let fact = TypedFact::shape_and_dt_of(&map);
            let facts = |op: &dyn TypedOp| op.output_facts(&[&fact]).expect("a shape")[0].shape.clone();
            assert_eq!(facts(&zeros), facts(&pad));
        }
        let edges = Pad::new(vec![(0, 0), (1, 1), (1, 1)], PadMode::Edge);
        let channels = Pad::new(vec![(1, 0), (1, 1), (1, 1)], PadMode::default());
        let ones = Pad::new(vec![(1, 1), (1, 1)], PadMode::Constant(Arc::new(1.0_f32.into())));
        let flat = Pad::new(vec![(1, 1)], PadMode::default());
        for other in [edges, channels, ones, flat] {
            assert_eq!(ZerosAround::like(&other), None, "{other:?}");
        }
    }
}
