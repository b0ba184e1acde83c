//! The rules of the stylesheets: looks stand in the markup as utilities, so that a sheet names
//! elements, attributes and tokens, and hardly any class.

use std::path::Path;

/// Text that somebody wrote has no classes of its own.
const CLASSES: [&str; 1] = ["prose"];
/// All sheets together, shop and admin.
const MOST_LINES: usize = 450;

pub struct Sheet {
    pub name: String,
    pub text: String,
}

/// Every sheet of `style/`.
pub fn sheets() -> Vec<Sheet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("style");
    let mut sheets: Vec<Sheet> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "css"))
        .map(|path| Sheet {
            name: format!("style/{}", path.file_name().unwrap().to_string_lossy()),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    sheets.sort_by(|a, b| a.name.cmp(&b.name));
    sheets
}

/// Classes that a sheet gives a look to, and utilities that it puts together behind the markup.
pub fn problems(sheet: &Sheet) -> Vec<String> {
    let code = without_comments_and_strings(&sheet.text);
    let lines = code.lines().enumerate();
    lines
        .flat_map(|(index, line)| {
            let place = format!("{}:{}", sheet.name, index + 1);
            let classes = classes(line)
                .filter(|class| !CLASSES.contains(class))
                .map({
                    let place = place.clone();
                    move |class| format!("{place}: `.{class}`: its look belongs into the markup, as utilities of a component in src/ui/")
                })
                .collect::<Vec<_>>();
            let applied = line.contains("@apply").then(|| {
                format!("{place}: no @apply: the utilities belong into the markup")
            });
            classes.into_iter().chain(applied)
        })
        .collect()
}

/// Whether the sheets have grown too long together.
pub fn length_problem(sheets: &[Sheet]) -> Option<String> {
    let lines: usize = sheets.iter().map(|sheet| sheet.text.lines().count()).sum();
    (lines > MOST_LINES).then(|| {
        format!("style/: {lines} lines, at most {MOST_LINES}: looks belong into the markup")
    })
}

/// The names behind a dot that is no decimal point.
fn classes(line: &str) -> impl Iterator<Item = &str> {
    line.split('.').skip(1).filter_map(|rest| {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(rest.len());
        let name = rest.get(..end)?;
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
    })
}

/// The same lines, with what a browser does not read as code left out.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(start);
        code.push_str(before);
        let (open, close) = if from.starts_with('"') {
            ("\"", "\"")
        } else if from.starts_with("/*") {
            ("/*", "*/")
        } else {
            code.push('/');
            rest = &from[1..];
            continue;
        };
        let inside = &from[open.len()..];
        let end = inside.find(close).unwrap_or(inside.len());
        code.extend(inside[..end].chars().filter(|c| *c == '\n'));
        rest = inside.get(end + close.len()..).unwrap_or_default();
    }
    code.push_str(rest);
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        problems(&Sheet { name: "style/x.css".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn a_class_with_a_look_is_found() {
        let problems = found("/* .why\n */\n.button {\n  color: red;\n}");
        assert!(problems[0].starts_with("style/x.css:3: `.button`"), "{problems:?}");
        assert_eq!(found("a:hover > .tile, .chip:is(.gone) { margin: 0 }").len(), 3);
        assert!(found("p { @apply mt-2; }")[0].contains("@apply"));
    }

    #[test]
    fn numbers_names_of_files_and_the_exceptions_are_no_classes() {
        let fine = "@import \"./theme.css\";\n:root { gap: .5rem; color: oklch(0.5 .1 20 / 0.3); }\n.prose > p { margin: 1.5rem }\n[data-fold] { src: url(\"/a.woff2\"); }";
        assert!(found(fine).is_empty(), "{:?}", found(fine));
    }

    #[test]
    fn sheets_stay_short() {
        let sheet = |lines: usize| Sheet { name: String::new(), text: "a\n".repeat(lines) };
        assert!(length_problem(&[sheet(400), sheet(51)]).is_some());
        assert!(length_problem(&[sheet(400), sheet(50)]).is_none());
    }
}
