//! Between burn's tensors and the slices that the kernels work on.

use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::ops::{Backward, OpsKind};
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, BackendTensor, DispatchAutodiffContext, DispatchTensor, DispatchTensorKind, Flex};
use burn::tensor::{Bytes, DType, Shape, Tensor};

/// A `flex` tensor in an autodiff graph.
pub(super) type Tracked = FloatTensor<Autodiff<Flex>>;

/// An `f32` tensor on a `flex` device.
pub(super) struct Primitive {
    kind: PrimitiveKind,
    context: DispatchAutodiffContext,
}

enum PrimitiveKind {
    Plain(FlexTensor),
    Tracked(Tracked),
}

impl Primitive {
    /// The primitive in an `f32` tensor on a `flex` device.
    ///
    /// # Errors
    /// Gives back a tensor on any other device or of any other type, and any at all if built with the feature `plain`.
    #[expect(clippy::result_large_err, reason = "the error is the argument, and goes on at once")]
    pub(super) fn new<const D: usize>(tensor: Tensor<D>) -> Result<Self, Tensor<D>> {
        if cfg!(feature = "plain") || tensor.dtype() != DType::F32 {
            return Err(tensor);
        }
        let DispatchTensor { kind, autodiff } = tensor.into_dispatch();
        let kind = match kind {
            DispatchTensorKind::Flex(BackendTensor::Float(plain)) => {
                return Ok(Self::plain(plain, autodiff));
            }
            DispatchTensorKind::Autodiff(inner) => match *inner {
                DispatchTensorKind::Flex(BackendTensor::Autodiff(tracked)) => {
                    return Ok(Self::tracked(tracked, autodiff));
                }
                other => DispatchTensorKind::Autodiff(Box::new(other)),
            },
            other => other,
        };
        Err(Tensor::from_dispatch(DispatchTensor { kind, autodiff }))
    }

    pub(super) fn plain(tensor: FlexTensor, context: DispatchAutodiffContext) -> Self {
        Self { kind: PrimitiveKind::Plain(tensor), context }
    }

    pub(super) fn tracked(tensor: Tracked, context: DispatchAutodiffContext) -> Self {
        Self { kind: PrimitiveKind::Tracked(tensor), context }
    }

    /// Whether this is a tensor of an autodiff device; it need not have a gradient.
    pub(super) fn is_tracked(&self) -> bool {
        matches!(self.kind, PrimitiveKind::Tracked(_))
    }

    /// The context of an operation on all of these.
    pub(super) fn merge<'a>(all: impl IntoIterator<Item = Option<&'a Self>>) -> DispatchAutodiffContext {
        all.into_iter().flatten().fold(DispatchAutodiffContext::Disabled, |merged, one| merged.merge(one.context))
    }

    /// The tensor in an autodiff graph; one that was in none is a constant there.
    pub(super) fn into_tracked(self) -> Tracked {
        match self.kind {
            PrimitiveKind::Plain(plain) => Tracked::new(plain),
            PrimitiveKind::Tracked(tracked) => tracked,
        }
    }

    /// The tensor by itself.
    pub(super) fn into_plain(self) -> FlexTensor {
        match self.kind {
            PrimitiveKind::Plain(plain) => plain,
            PrimitiveKind::Tracked(tracked) => tracked.into_primitive(),
        }
    }

    /// Back to burn's tensor.
    pub(super) fn into_tensor<const D: usize>(self) -> Tensor<D> {
        let kind = match self.kind {
            PrimitiveKind::Plain(plain) => DispatchTensorKind::Flex(BackendTensor::Float(plain)),
            PrimitiveKind::Tracked(tracked) => {
                DispatchTensorKind::Autodiff(Box::new(DispatchTensorKind::Flex(BackendTensor::Autodiff(tracked))))
            }
        };
        Tensor::from_dispatch(DispatchTensor { kind, autodiff: self.context })
    }
}

/// An operation on one tensor: its values from those of `x`, and on the way back `step`, for which `saved` keeps what it
/// needs of what came out.
pub(super) fn unary<B: Backward<Flex, 1>>(
    x: Primitive,
    shape: [usize; 4],
    values: impl FnOnce(&[f32]) -> Vec<f32>,
    step: B,
    saved: impl FnOnce(&FlexTensor) -> B::State,
) -> Tensor<4> {
    let context = Primitive::merge([Some(&x)]);
    if !x.is_tracked() {
        let out = with_values(&x.into_plain(), values);
        return Primitive::plain(from_values(out, shape), context).into_tensor();
    }
    let x = x.into_tracked();
    let out = from_values(with_values(x.primitive(), values), shape);
    let out = match step.prepare::<NoCheckpointing>([x.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(saved(&out), out),
        OpsKind::UnTracked(prep) => prep.finish(out),
    };
    Primitive::tracked(out, context).into_tensor()
}

/// An operation on two tensors: its values from theirs, and on the way back `step`, for which `saved` keeps what it needs of
/// what went in.
pub(super) fn binary<B: Backward<Flex, 2>, const D: usize>(
    a: Primitive,
    b: Primitive,
    shape: [usize; D],
    values: impl FnOnce(&[f32], &[f32]) -> Vec<f32>,
    step: B,
    saved: impl FnOnce(&FlexTensor, &FlexTensor) -> B::State,
) -> Tensor<D> {
    let context = Primitive::merge([Some(&a), Some(&b)]);
    let values =
        |a: &FlexTensor, b: &FlexTensor| from_values(with_values(a, |a| with_values(b, |b| values(a, b))), shape);
    if !a.is_tracked() && !b.is_tracked() {
        return Primitive::plain(values(&a.into_plain(), &b.into_plain()), context).into_tensor();
    }
    let (a, b) = (a.into_tracked(), b.into_tracked());
    let out = values(a.primitive(), b.primitive());
    let out = match step.prepare::<NoCheckpointing>([a.node(), b.node()]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(saved(a.primitive(), b.primitive()), out),
        OpsKind::UnTracked(prep) => prep.finish(out),
    };
    Primitive::tracked(out, context).into_tensor()
}

/// Calls `with` on the values of a tensor in their natural order.
pub(super) fn with_values<T>(tensor: &FlexTensor, with: impl FnOnce(&[f32]) -> T) -> T {
    match tensor.as_slice() {
        Some(values) => with(values),
        None => with(tensor.to_contiguous().as_slice().expect("a contiguous tensor of f32")),
    }
}

/// A tensor of these values.
pub(super) fn from_values<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    let layout = Layout::contiguous(Shape::from(shape));
    FlexTensor::new(Bytes::from_elems(values), layout, DType::F32)
}
