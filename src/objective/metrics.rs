//! What a step measured, by name.

/// Names and numbers, in the order in which they are written and shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metrics(Vec<(&'static str, f32)>);

impl Metrics {
    /// With one number more.
    pub fn with(mut self, name: &'static str, value: f32) -> Self {
        self.0.push((name, value));
        self
    }

    /// With those of another.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// A number.
    pub fn get(&self, name: &str) -> Option<f32> {
        self.0.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
    }

    /// The names, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|&(name, _)| name).collect()
    }

    /// The numbers, in order.
    pub fn values(&self) -> Vec<f32> {
        self.0.iter().map(|&(_, value)| value).collect()
    }

    /// Of several parts of a batch: the sum of each number over its part's share, 0 to 1, which is a mean.
    pub fn mean(parts: impl IntoIterator<Item = (Self, f32)>) -> Self {
        let mut all = Self::default();
        for (part, share) in parts {
            for (name, value) in part.0 {
                match all.0.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, sum)) => *sum += value * share,
                    None => all.0.push((name, value * share)),
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_averaged_by_their_shares_name_by_name() {
        let part = |loss, score| Metrics::default().with("loss", loss).with("score", score);
        let mean = Metrics::mean([(part(1.0, 4.0), 0.25), (part(3.0, 8.0), 0.75)]);
        assert_eq!((mean.names(), mean.values()), (vec!["loss", "score"], vec![2.5, 7.0]));
        assert_eq!((mean.get("score"), mean.get("none")), (Some(7.0), None));
    }
}
