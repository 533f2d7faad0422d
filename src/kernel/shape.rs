//! Sizes of a convolution, and how its taps are laid out.

/// A convolution of `[batch, inputs, height, width]` with `[outputs, inputs, kernel, kernel]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ConvShape {
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) kind: Kind,
}

/// The convolutions that have kernels here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 1×1.
    Point,
    /// 3×3, stride 1, padding 1.
    Same,
    /// 4×4, stride 2, padding 1.
    Half,
}

impl Kind {
    /// The kind with these options, if there is one.
    pub(super) fn new(kernel: [usize; 2], stride: usize, padding: usize) -> Option<Self> {
        let has_these = |kind: &Self| ([kind.kernel(); 2], kind.stride(), kind.padding()) == (kernel, stride, padding);
        [Self::Point, Self::Same, Self::Half].into_iter().find(has_these)
    }

    /// Steps of the kernel, both ways.
    pub(super) fn stride(self) -> usize {
        match self {
            Self::Point | Self::Same => 1,
            Self::Half => 2,
        }
    }

    /// Zeros around the map.
    pub(super) fn padding(self) -> usize {
        match self {
            Self::Point => 0,
            Self::Same | Self::Half => 1,
        }
    }

    /// Side of the kernel.
    pub(super) fn kernel(self) -> usize {
        match self {
            Self::Point => 1,
            Self::Same => 3,
            Self::Half => 4,
        }
    }
}

impl ConvShape {
    /// Output rows and columns.
    pub(super) fn out_size(&self) -> [usize; 2] {
        match self.kind {
            Kind::Point | Kind::Same => [self.height, self.width],
            Kind::Half => [self.height / 2, self.width / 2],
        }
    }

    /// Values of one sample of the input.
    pub(super) fn in_len(&self) -> usize {
        self.inputs * self.height * self.width
    }

    /// Values of one sample of the output.
    pub(super) fn out_len(&self) -> usize {
        let [rows, columns] = self.out_size();
        self.outputs * rows * columns
    }

    /// Values of the weight.
    pub(super) fn weight_len(&self) -> usize {
        self.outputs * self.inputs * self.kind.kernel().pow(2)
    }

    /// The input as the forward pass and the weight gradient read it; see [`Planes`].
    pub(super) fn in_planes(&self) -> Planes {
        let [rows, columns] = self.out_size();
        match self.kind {
            Kind::Point => Planes::new(self.inputs, rows, columns, 1),
            Kind::Same => Planes::new(self.inputs, rows, columns, 3),
            Kind::Half => Planes::new(4 * self.inputs, rows, columns, 2),
        }
    }

    /// The output's gradient as the input gradient reads it.
    ///
    /// At stride 2 this serves one of the four phases: every second row and column of the input.
    pub(super) fn grad_planes(&self) -> Planes {
        match self.kind {
            Kind::Point => Planes::new(self.outputs, self.height, self.width, 1),
            Kind::Same => Planes::new(self.outputs, self.height, self.width, 3),
            Kind::Half => {
                let (rows, columns) = (self.height.div_ceil(2), self.width.div_ceil(2));
                let mut planes = Planes::new(self.outputs, rows, columns, 2);
                // Phase 1 looks one row and one column further than phase 0.
                planes.row = columns + 2;
                planes.plane = planes.row * (rows + 2);
                planes
            }
        }
    }
}

/// A stack of padded planes, over which the convolution has stride 1 and no padding.
///
/// A strided convolution becomes one of these by sorting the input into phases: plane `4c + 2p + q`
/// holds every second row of channel `c` from row `p`, and every second column from column `q`, of the
/// padded input. A 4×4 kernel with stride 2 is then a 2×2 kernel over four times as many channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planes {
    pub(super) channels: usize,
    /// Side of the kernel over these planes.
    pub(super) kernel: usize,
    /// Distance from a row to the next.
    pub(super) row: usize,
    /// Distance from a plane to the next.
    pub(super) plane: usize,
    /// Rows and columns of the result.
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// Values past the last plane that a vector may read and no result depends on.
const SLACK: usize = 16;

impl Planes {
    fn new(channels: usize, rows: usize, columns: usize, kernel: usize) -> Self {
        let row = columns + kernel - 1;
        Self { channels, kernel, row, plane: row * (rows + kernel - 1), rows, columns }
    }

    /// The same memory with each plane as one row, which a 1×1 kernel cannot tell apart.
    pub(super) fn flattened(self) -> Self {
        if self.kernel > 1 {
            return self;
        }
        Self { row: self.plane, rows: 1, columns: self.plane, ..self }
    }

    /// Values to allocate for a sample.
    pub(super) fn len(&self) -> usize {
        self.channels * self.plane + SLACK
    }

    /// From a pixel to those that its result is made of.
    pub(super) fn taps(&self) -> impl Iterator<Item = usize> + use<> {
        let row = self.row;
        square(self.kernel).map(move |[y, x]| y * row + x)
    }

    /// Results per channel.
    pub(super) fn pixels(&self) -> usize {
        self.rows * self.columns
    }
}

/// Where the weights of one pair of channels are, tap after tap in the order of a kernel's reading.
#[derive(Clone, Debug)]
pub(super) struct Taps {
    /// From one result channel to the next.
    pub(super) result: usize,
    /// From one source channel to the next.
    pub(super) source: usize,
    /// Offset of each tap: phases first, then rows, then columns.
    pub(super) offsets: Vec<usize>,
}

impl Taps {
    /// Whether the weights of a result channel are read one after the other.
    pub(super) fn in_order(&self) -> bool {
        self.source == self.offsets.len() && self.offsets.is_sorted()
    }
}

impl ConvShape {
    /// Taps of the forward pass over [`ConvShape::in_planes`].
    pub(super) fn forward_taps(&self) -> Taps {
        let kernel = self.kind.kernel();
        let offsets = match self.kind {
            Kind::Point | Kind::Same => (0..kernel * kernel).collect(),
            Kind::Half => {
                square(2).flat_map(|[p, q]| square(2).map(move |[y, x]| (2 * y + p) * 4 + 2 * x + q)).collect()
            }
        };
        Taps { result: self.inputs * kernel * kernel, source: kernel * kernel, offsets }
    }

    /// Taps of the input gradient over [`ConvShape::grad_planes`], for one phase of the input.
    pub(super) fn grad_taps(&self, [p, q]: [usize; 2]) -> Taps {
        let kernel = self.kind.kernel();
        let offsets = match self.kind {
            Kind::Point => vec![0],
            Kind::Same => (0..9).rev().collect(),
            Kind::Half => square(2).map(|[y, x]| (3 - p - 2 * y) * 4 + (3 - q - 2 * x)).collect(),
        };
        Taps { result: kernel * kernel, source: self.inputs * kernel * kernel, offsets }
    }

    /// The phases of the input gradient: one, or at stride 2 four.
    pub(super) fn grad_phases(&self) -> impl Iterator<Item = [usize; 2]> + use<> {
        square(if self.kind == Kind::Half { 2 } else { 1 })
    }
}

/// All pairs below `side`, row by row.
fn square(side: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..side * side).map(move |at| [at / side, at % side])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_one_tap() {
        for kind in [Kind::Point, Kind::Same, Kind::Half] {
            let shape = ConvShape { batch: 1, inputs: 2, outputs: 3, height: 4, width: 4, kind };
            let all: Vec<_> = (0..kind.kernel().pow(2)).collect();
            let mut forward = shape.forward_taps().offsets;
            forward.sort_unstable();
            assert_eq!(forward, all);
            let mut grad: Vec<_> = shape.grad_phases().flat_map(|phase| shape.grad_taps(phase).offsets).collect();
            grad.sort_unstable();
            assert_eq!(grad, all);
        }
    }
}
