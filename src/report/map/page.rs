//! The map as a table in Markdown.

use super::{SYSTEMS, System};

/// A row a system; figures lead to their pages, as seen from `docs/models`.
pub fn table() -> String {
    let head = "| system | goes in | comes out | random | who judges | recipes | measured |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    let row = |system: &System| {
        let recipes: Vec<String> = system.recipes.iter().map(|recipe| format!("`{recipe}`")).collect();
        let measured = match system.measured {
            Some(measured) => format!("[{}]({})", measured.figures, link(measured.page)),
            None => "not there yet".to_owned(),
        };
        let System { name, goes_in, comes_out, random, judge, .. } = system;
        let recipes = recipes.join(", ");
        format!("| {name} | {goes_in} | {comes_out} | {random} | {judge} | {recipes} | {measured} |\n")
    };
    head.to_owned() + &SYSTEMS.iter().map(row).collect::<String>()
}

/// From `docs/models` to a page below `docs`.
fn link(page: &str) -> String {
    page.strip_prefix("models/").map_or_else(|| format!("../{page}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_page_has_the_table_as_it_is() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/models");
        let page = std::fs::read_to_string(docs.join("map.md")).unwrap();
        assert!(page.contains(&table()), "docs/models/map.md: put the output of `tools map` there");
        for system in SYSTEMS.iter().filter_map(|system| system.measured) {
            assert!(docs.join(link(system.page)).is_file(), "{}", system.page);
        }
    }
}
