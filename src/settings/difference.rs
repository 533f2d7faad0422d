//! What differs between two settings, field by field.

use serde::Serialize;
use serde_json::Value;

/// Fields that are told; of more, how many there are.
const TOLD: usize = 4;

/// Characters of a value that are told.
const LENGTH: usize = 60;

/// The fields in which settings that were found differ from those asked for, with both values, on one line; none if they
/// are alike.
pub fn difference<T: Serialize>(found: &T, asked: &T) -> Option<String> {
    let (found, asked) = match (serde_json::to_value(found), serde_json::to_value(asked)) {
        (Ok(found), Ok(asked)) => (found, asked),
        (Err(error), _) | (_, Err(error)) => return Some(format!("the two cannot be compared ({error})")),
    };
    let mut all = Vec::new();
    compare("", &found, &asked, &mut all);
    let others = all.len().saturating_sub(TOLD);
    all.truncate(TOLD);
    if others > 0 {
        all.push(format!("{others} more fields differ"));
    }
    (!all.is_empty()).then(|| all.join("; "))
}

fn compare(path: &str, found: &Value, asked: &Value, all: &mut Vec<String>) {
    match (found, asked) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), all);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}[{index}]"), a, b, all);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            let what = if path.is_empty() { "the list".to_owned() } else { format!("`{path}`") };
            all.push(format!("{what} has {} entries there, {} here", a.len(), b.len()));
        }
        (a, b) if a == b => {}
        (a, b) => all.push(format!("`{path}` is {} there, {} here", told(a), told(b))),
    }
}

/// A value in few characters, as it would be written.
fn told(value: &Value) -> String {
    let text = match value {
        Value::Null => "absent".to_owned(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            // Most fractions have 32 bits, of which the other digits are no part.
            Some(wide) if f64::from(wide as f32) == wide => (wide as f32).to_string(),
            _ => number.to_string(),
        },
        other => other.to_string(),
    };
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;

    #[test]
    fn every_field_that_differs_is_told_with_both_values() {
        let (scene, _) = Scene::load("brick").unwrap();
        assert_eq!(difference(&scene, &scene), None);
        let mut other = scene.clone();
        other.camera.width = 128;
        other.agent.left_odds = 0.7;
        assert_eq!(
            difference(&scene, &other).unwrap(),
            "`agent.left_odds` is 0.5 there, 0.7 here; `camera.width` is 64 there, 128 here"
        );
        other.agent.slip = Some((1.0, 2.0));
        assert!(difference(&scene, &other).unwrap().contains("`agent.slip` is absent there, [1.0,2.0] here"));
    }

    #[test]
    fn lists_of_other_lengths_and_many_fields_stay_short() {
        assert_eq!(difference(&vec![1], &vec![1, 2]).unwrap(), "the list has 1 entries there, 2 here");
        let said = difference(&[0_u64; 9], &[u64::MAX; 9]).unwrap();
        assert!(said.starts_with("`[0]` is 0 there, 18446744073709551615 here; "), "{said}");
        assert!(said.ends_with("; 5 more fields differ"), "{said}");
        let said = difference(&"a".to_owned(), &"b".repeat(99)).unwrap_or_default();
        assert!(said.chars().count() < 90, "{said}");
    }
}
