//! The convolution as an operation of burn.

use burn::backend::Flex;
use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use burn::tensor::module;
use burn::tensor::ops::ConvOptions;

use super::lanes::Isa;
use super::primitive::{Primitive, Tracked, from_values, with_values};
use super::shape::{ConvShape, Kind};
use super::work::pass;
use super::{forward, weight_grad};

/// 2D convolution of `x` `[batch, inputs, height, width]` with `weight`
/// `[outputs, inputs, kernel, kernel]` and `bias` `[outputs]`, with the same stride and padding both ways.
///
/// Kernels exist for 3×3 with stride 1 and padding 1, 4×4 with stride 2 and padding 1, and 1×1.
pub fn conv2d(x: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>, stride: usize, padding: usize) -> Tensor<4> {
    let Some(shape) = shape(&x, &weight, stride, padding) else {
        return plain(x, weight, bias, stride, padding);
    };
    let x = match Primitive::new(x) {
        Ok(x) => x,
        Err(x) => return plain(x, weight, bias, stride, padding),
    };
    let weight = match Primitive::new(weight) {
        Ok(weight) => weight,
        Err(weight) => return plain(x.into_tensor(), weight, bias, stride, padding),
    };
    let bias = match bias.map(Primitive::new).transpose() {
        Ok(bias) => bias,
        Err(bias) => {
            return plain(x.into_tensor(), weight.into_tensor(), Some(bias), stride, padding);
        }
    };
    let context = Primitive::merge([Some(&x), Some(&weight), bias.as_ref()]);
    let tracked = [Some(&x), Some(&weight), bias.as_ref()].into_iter().flatten().any(Primitive::is_tracked);
    if tracked {
        let bias = bias.map(Primitive::into_tracked);
        let out = record(shape, x.into_tracked(), weight.into_tracked(), bias);
        Primitive::tracked(out, context).into_tensor()
    } else {
        let bias = bias.map(Primitive::into_plain);
        let out = run(&shape, &x.into_plain(), &weight.into_plain(), bias.as_ref());
        Primitive::plain(out, context).into_tensor()
    }
}

/// The sizes, if there are kernels for them.
fn shape(x: &Tensor<4>, weight: &Tensor<4>, stride: usize, padding: usize) -> Option<ConvShape> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, weight_inputs, kernel_height, kernel_width] = weight.dims();
    let kind = Kind::new([kernel_height, kernel_width], stride, padding)?;
    let smallest = if kind == Kind::Half { 2 } else { 1 };
    let fits =
        batch > 0 && inputs > 0 && outputs > 0 && weight_inputs == inputs && height >= smallest && width >= smallest;
    fits.then_some(ConvShape { batch, inputs, outputs, height, width, kind })
}

/// burn's own convolution.
fn plain(x: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>, stride: usize, padding: usize) -> Tensor<4> {
    let options = ConvOptions::new([stride; 2], [padding; 2], [1; 2], 1);
    module::conv2d(x, weight, bias, options)
}

/// The convolution without a graph.
fn run(shape: &ConvShape, x: &FlexTensor, weight: &FlexTensor, bias: Option<&FlexTensor>) -> FlexTensor {
    let [rows, columns] = shape.out_size();
    let out = with_values(x, |x| {
        with_values(weight, |weight| {
            let forward =
                |bias: Option<&[f32]>| pass(shape, || forward::forward(Isa::detect(), shape, x, weight, bias));
            match bias {
                Some(bias) => with_values(bias, |bias| forward(Some(bias))),
                None => forward(None),
            }
        })
    });
    from_values(out, [shape.batch, shape.outputs, rows, columns])
}

/// The convolution as a step of an autodiff graph.
fn record(shape: ConvShape, x: Tracked, weight: Tracked, bias: Option<Tracked>) -> Tracked {
    let out = run(&shape, x.primitive(), weight.primitive(), bias.as_ref().map(Tracked::primitive));
    match bias {
        Some(bias) => {
            let nodes = [x.node(), weight.node(), bias.node()];
            match Conv.prepare::<NoCheckpointing>(nodes).compute_bound().stateful() {
                OpsKind::Tracked(mut prep) => {
                    let saved = Saved { shape, x: prep.checkpoint(&x), weight: prep.checkpoint(&weight) };
                    prep.finish(saved, out)
                }
                OpsKind::UnTracked(prep) => prep.finish(out),
            }
        }
        None => {
            let nodes = [x.node(), weight.node()];
            match Conv.prepare::<NoCheckpointing>(nodes).compute_bound().stateful() {
                OpsKind::Tracked(mut prep) => {
                    let saved = Saved { shape, x: prep.checkpoint(&x), weight: prep.checkpoint(&weight) };
                    prep.finish(saved, out)
                }
                OpsKind::UnTracked(prep) => prep.finish(out),
            }
        }
    }
}

/// The step back; its parents are input, weight and, if there are three, bias.
#[derive(Debug)]
struct Conv;

/// What the step back needs.
#[derive(Clone, Debug)]
struct Saved {
    shape: ConvShape,
    x: NodeId,
    weight: NodeId,
}

impl<const N: usize> Backward<Flex, N> for Conv {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, N>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let Saved { shape, x, weight } = ops.state;
        let gradient = grads.consume::<Flex>(&ops.node);
        let x = checkpointer.retrieve_node_output::<FlexTensor>(x);
        let weight = checkpointer.retrieve_node_output::<FlexTensor>(weight);
        let ConvShape { batch, inputs, outputs, height, width, kind } = shape;
        let isa = Isa::detect();
        for (at, parent) in ops.parents.into_iter().enumerate() {
            let Some(parent) = parent else { continue };
            let gradient = with_values(&gradient, |gradient| match at {
                0 => from_values(
                    with_values(&weight, |weight| {
                        pass(&shape, || forward::input_gradient(isa, &shape, gradient, weight))
                    }),
                    [batch, inputs, height, width],
                ),
                1 => from_values(
                    with_values(&x, |x| pass(&shape, || weight_grad::weight_gradient(isa, &shape, x, gradient))),
                    [outputs, inputs, kind.kernel(), kind.kernel()],
                ),
                _ => from_values(weight_grad::bias_gradient(&shape, gradient), [outputs]),
            });
            grads.register::<Flex>(parent.id, gradient);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, Tolerance};

    use super::super::testing::noise;

    /// Input, weight and bias of a convolution and its options.
    struct Case {
        x: [usize; 4],
        outputs: usize,
        kernel: usize,
        stride: usize,
        padding: usize,
        bias: bool,
    }

    /// Odd sizes, and those of the nets.
    fn cases() -> impl Iterator<Item = Case> {
        let kinds = [(1, 1, 0), (3, 1, 1), (4, 2, 1)];
        let sizes = [
            ([3, 3, 5, 7], 5),
            ([3, 3, 7, 5], 1),
            ([1, 5, 8, 8], 12),
            ([2, 13, 4, 4], 33),
            ([2, 24, 6, 4], 9),
            ([2, 7, 16, 24], 24),
            ([1, 9, 2, 2], 40),
            ([2, 40, 3, 32], 3),
            ([2, 33, 32, 16], 2),
        ];
        kinds.into_iter().flat_map(move |(kernel, stride, padding)| {
            sizes.into_iter().map(move |(x, outputs)| Case { x, outputs, kernel, stride, padding, bias: x[1] != 13 })
        })
    }

    /// Output and gradients of a case, as plain numbers.
    fn results(case: &Case, ours: bool) -> Vec<burn::tensor::TensorData> {
        let device = Device::flex().autodiff();
        let x = noise(case.x, 1, &device).require_grad();
        let weight = [case.outputs, case.x[1], case.kernel, case.kernel];
        let weight = noise(weight, 2, &device).require_grad();
        let bias = case.bias.then(|| noise([case.outputs], 3, &device).require_grad());
        let function = if ours { conv2d } else { plain };
        let out = function(x.clone(), weight.clone(), bias.clone(), case.stride, case.padding);
        let factor = noise(out.dims(), 4, &device);
        let grads = (out.clone() * factor).sum().backward();
        let mut results = vec![
            out.into_data(),
            x.grad(&grads).expect("a gradient").into_data(),
            weight.grad(&grads).expect("a gradient").into_data(),
        ];
        results.extend(bias.map(|bias| bias.grad(&grads).expect("a gradient").into_data()));
        results
    }

    #[test]
    fn results_are_those_of_burn() {
        for case in cases() {
            for (ours, burns) in results(&case, true).into_iter().zip(results(&case, false)) {
                ours.assert_approx_eq::<f32>(&burns, Tolerance::absolute(1e-4).set_relative(1e-4));
            }
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        for case in cases() {
            let one = pool(1).install(|| results(&case, true));
            for threads in [2, 3] {
                assert_eq!(one, pool(threads).install(|| results(&case, true)));
            }
        }
    }

    #[test]
    fn every_processor_gets_the_same_but_for_rounding() {
        for Case { x: [batch, inputs, height, width], outputs, kernel, stride, padding, .. } in cases() {
            let kind = Kind::new([kernel; 2], stride, padding).expect("a kind");
            let shape = ConvShape { batch, inputs, outputs, height, width, kind };
            let values =
                |len: usize, seed| noise([len], seed, &Device::flex()).into_data().try_into_vec::<f32>().expect("f32");
            let x = values(batch * shape.in_len(), 1);
            let weight = values(shape.weight_len(), 2);
            let gradient = values(batch * shape.out_len(), 3);
            let all = |isa| {
                [
                    forward::forward(isa, &shape, &x, &weight, None),
                    forward::input_gradient(isa, &shape, &gradient, &weight),
                    weight_grad::weight_gradient(isa, &shape, &x, &gradient),
                ]
                .concat()
            };
            let results: Vec<_> = Isa::all().into_iter().map(|isa| (isa, all(isa))).collect();
            for pair in results.windows(2) {
                let [(wide, ours), (narrow, others)] = pair else { unreachable!("windows of two") };
                let rounds_alike = *narrow != Isa::Portable;
                for (ours, other) in ours.iter().zip(others) {
                    let alike = if rounds_alike { ours == other } else { (ours - other).abs() < 1e-4 };
                    assert!(alike, "{ours} by {wide:?}, {other} by {narrow:?}, {shape:?}");
                }
            }
        }
    }

    #[test]
    fn a_tensor_without_a_graph_is_a_constant() {
        let device = Device::flex();
        let x = Tensor::<4>::ones([1, 2, 4, 4], &device);
        let weight = Tensor::<4>::ones([2, 2, 3, 3], &device.clone().autodiff()).require_grad();
        let out = conv2d(x.clone(), weight.clone(), None, 1, 1);
        assert!(out.device().is_autodiff());
        let grads = out.sum().backward();
        assert_eq!(weight.grad(&grads).expect("a gradient").max().into_scalar::<f32>(), 16.0);
        let out = conv2d(x, weight.without_autodiff(), None, 1, 1);
        assert!(!out.device().is_autodiff());
    }
}
