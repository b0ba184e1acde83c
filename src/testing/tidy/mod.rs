//! Rules of the source tree that no compiler checks: who may name whom, how files are called, how
//! long they are, and what stylesheets may say.

mod paths;
mod rules;
mod source;
mod style;
mod tests;
mod walk;

use rules::Edges;
use source::SourceFile;

/// Every problem of one file, each with its line and what to do about it.
fn problems_of(file: &SourceFile, edges: &mut Edges) -> Vec<String> {
    let mut problems = rules::shape(file);
    problems.extend(rules::imports(file, edges));
    problems.extend(rules::server_functions(file));
    problems.extend(rules::forbidden_words(file));
    problems
}

#[test]
fn the_source_tree_keeps_its_rules() {
    let files = walk::source_files();
    assert!(files.len() > 50, "only {} files were read", files.len());
    let mut edges = Edges::default();
    let mut problems: Vec<String> =
        files.iter().flat_map(|file| problems_of(file, &mut edges)).collect();
    problems.extend(rules::shared_endpoints(&files));
    problems.extend(rules::module_files(&files));
    problems.extend(edges.unused());
    for warning in files.iter().filter_map(rules::long_role_file) {
        eprintln!("tidy: {warning}");
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn features_depend_on_each_other_in_one_direction() {
    assert_eq!(rules::cycle(rules::FEATURE_EDGES), None);
}

#[test]
fn the_looks_stand_in_the_markup() {
    let sheets = style::sheets();
    assert!(sheets.len() > 3, "only {} sheets were read", sheets.len());
    let mut problems: Vec<String> = sheets.iter().flat_map(style::problems).collect();
    problems.extend(style::length_problem(&sheets));
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
