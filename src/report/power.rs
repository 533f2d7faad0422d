//! How one quantity grows with another.

/// y = factor · x^exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    /// y where x is 1.
    pub factor: f64,
    /// By how much the logarithm of y grows with that of x.
    pub exponent: f64,
}

impl Power {
    /// The power that fits best: the line through the logarithms, by least squares. None, if fewer than two points
    /// differ in x, or if any number is not above 0.
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        let first = points.first()?.0;
        if points.iter().all(|(x, _)| *x == first) {
            return None;
        }
        let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
        let count = logs.len() as f64;
        let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / count;
        let covariance: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let exponent = covariance / logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>();
        let power = Self { factor: (mean_y - exponent * mean_x).exp(), exponent };
        (power.exponent.is_finite() && power.factor.is_finite()).then_some(power)
    }

    /// y at this x.
    pub fn at(&self, x: f64) -> f64 {
        self.factor * x.powf(self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_found() {
        let points = [1.0_f64, 2.0, 8.0].map(|x| (x, 3.0 * x.powf(1.5)));
        let power = Power::fit(&points).unwrap();
        assert!((power.exponent - 1.5).abs() < 1e-9 && (power.factor - 3.0).abs() < 1e-9, "{power:?}");
        assert!((power.at(4.0) - 24.0).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_logarithm_or_no_breadth_has_no_power() {
        for points in [&[][..], &[(1.0, 1.0)], &[(3.0, 1.0), (3.0, 3.0), (3.0, 2.0)], &[(1.0, 0.0), (2.0, 1.0)]] {
            assert_eq!(Power::fit(points), None, "{points:?}");
        }
    }
}
