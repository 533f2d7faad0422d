//! How good the best of several samples is: a figure that means nothing without their number, which is in its name.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How good the best of a corner's samples is. As JSON it is two numbers, `psnr_best8` and `ssim_best8` for 8 samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// Samples at each corner.
    pub samples: usize,
    /// PSNR in dB of the mean squared error against what happened.
    pub psnr: f64,
    /// SSIM against what happened, mean.
    pub ssim: f64,
}

/// What the names begin with; the number of samples follows.
const NAMES: [&str; 2] = ["psnr_best", "ssim_best"];

impl Serialize for Best {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        for (name, value) in NAMES.iter().zip([self.psnr, self.ssim]) {
            map.serialize_entry(&format!("{name}{}", self.samples), &value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Best {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
        let [psnr, ssim] = NAMES.map(|name| {
            let number = |key: &String| key.strip_prefix(name)?.parse::<usize>().ok();
            let found = fields.iter().find_map(|(key, value)| Some((number(key)?, value.as_f64()?)));
            found.ok_or_else(|| D::Error::custom(format!("there is no `{name}` with a number of samples after it")))
        });
        let ((samples, psnr), (_, ssim)) = (psnr?, ssim?);
        Ok(Self { samples, psnr, ssim })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Within {
        name: String,
        #[serde(flatten)]
        best: Best,
    }

    #[test]
    fn the_number_of_samples_is_in_the_names_and_is_read_back() {
        let within = Within { name: "gan".into(), best: Best { samples: 8, psnr: 20.5, ssim: 0.25 } };
        let text = serde_json::to_string(&within).unwrap();
        assert_eq!(text, r#"{"name":"gan","psnr_best8":20.5,"ssim_best8":0.25}"#);
        assert_eq!(serde_json::from_str::<Within>(&text).unwrap(), within);
        let error = serde_json::from_str::<Within>(r#"{"name":"gan","ssim_best8":1}"#).unwrap_err().to_string();
        assert!(error.contains("`psnr_best`"), "{error}");
    }
}
