//! burn's packs of tensors: the same bytes for the same numbers, and refused where they would not fit.

use std::collections::HashMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Bytes, DType, Tensor};
use burn_pack::{Error, Reader, Writer};

/// The tensors of a pack in the order of their names. Burn writes those of an optimiser in the order of a hash map.
pub(super) fn in_order(bytes: Bytes) -> Result<Bytes, Error> {
    let reader = Reader::from_bytes(bytes)?;
    let (scalars, about) = (reader.scalars().clone(), reader.metadata().clone());
    let mut writer = Writer::new(reader.into_tensors()?);
    for (name, scalar) in scalars {
        writer = writer.with_scalar(&name, scalar);
    }
    for (name, text) in about {
        writer = writer.with_metadata(&name, &text);
    }
    writer.into_bytes()
}

/// A network whose parameters have numbers that follow from its name: burn draws theirs at random.
pub(super) fn numbered<M: Module>(name: &str, model: M) -> M {
    /// The next number.
    struct Number(u64);
    impl ModuleMapper for Number {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (_random, tensor, mapper) = param.consume();
            let own = self.0;
            self.0 = own.wrapping_add(1);
            Param::from_mapped_value(ParamId::from(own), tensor, mapper)
        }
    }
    // Far apart for the networks of an objective, whose gradients may lie in one place.
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(name.as_bytes()).as_bytes();
    model.map(&mut Number(u64::from_le_bytes([a, b, c, d, e, f, g, h])))
}

/// Refuses weights that are no 32-bit floats, which nothing here computes with.
pub(super) fn check_weights(bytes: Bytes) -> Result<(), String> {
    let tensors = Reader::from_bytes(bytes).and_then(Reader::into_tensors).map_err(|error| error.to_string())?;
    match tensors.iter().find(|tensor| tensor.dtype != DType::F32) {
        Some(other) => Err(format!("tensor `{}` is {:?}, expected F32", other.name, other.dtype)),
        None => Ok(()),
    }
}

/// Refuses an optimiser's state that is not of this network: burn would panic, now or at the next step.
pub(super) fn check_state<M: Module>(bytes: Bytes, model: &M) -> Result<(), String> {
    let mut shapes = Shapes::default();
    model.visit(&mut shapes);
    let tensors = Reader::from_bytes(bytes).and_then(Reader::into_tensors).map_err(|error| error.to_string())?;
    for tensor in tensors {
        let known = tensor.param_id.and_then(|id| shapes.0.get(&id));
        if tensor.dtype != DType::F32 || known.is_none_or(|shape| *shape != tensor.shape.to_vec()) {
            let expected = known.map_or("no parameter of that number".into(), |shape| format!("F32 {shape:?}"));
            return Err(format!(
                "tensor `{}` is {:?} {:?}, the network has {expected}",
                tensor.name, tensor.dtype, tensor.shape
            ));
        }
    }
    Ok(())
}

/// Shapes of parameters by their numbers.
#[derive(Default)]
struct Shapes(HashMap<u64, Vec<usize>>);

impl ModuleVisitor for Shapes {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.insert(param.id.val(), param.lazy_shape().to_vec());
    }
}
