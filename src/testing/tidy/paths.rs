//! Which modules of the store a piece of code names: in `use` lines, groups, short paths and
//! through imported modules.

use super::source::SourceFile;

/// One named path, from the crate's root on, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub segments: Vec<String>,
    pub offset: usize,
}

/// Every path that `code` (a part of the file) names.
pub fn named(file: &SourceFile, code: &str) -> Vec<Named> {
    let mut all = Vec::new();
    let mut imported = Vec::new();
    for start in starts(code) {
        let Some(base) = base(file, &code[start..]) else { continue };
        let mut reader = Reader { code, offset: start + base.length };
        let mut trees = Vec::new();
        reader.tree(base.segments, &mut trees);
        for Tree { segments, alias } in trees {
            if let ["features", feature] =
                segments.iter().map(String::as_str).collect::<Vec<_>>()[..]
            {
                imported.push((alias.unwrap_or_else(|| feature.to_owned()), segments.clone()));
            }
            all.push(Named { segments, offset: start });
        }
    }
    // `use crate::features::cart;` alone says nothing yet: `cart::service::view` does.
    for (name, segments) in imported {
        for offset in super::source::words(code, &format!("{name}::")) {
            if !code[..offset].ends_with("::") {
                let mut reader = Reader { code, offset: offset + name.len() + 2 };
                let mut trees = Vec::new();
                reader.tree(segments.clone(), &mut trees);
                all.extend(trees.into_iter().map(|tree| Named { segments: tree.segments, offset }));
            }
        }
    }
    all
}

/// Where a path from the root, from here or from above begins.
fn starts(code: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = ["crate::", "super::", "self::"]
        .into_iter()
        .flat_map(|word| super::source::words(code, word))
        .filter(|offset| !code[..*offset].ends_with("::"))
        .collect();
    starts.sort_unstable();
    starts
}

struct Base {
    segments: Vec<String>,
    length: usize,
}

fn base(file: &SourceFile, rest: &str) -> Option<Base> {
    if let Some(length) = rest.starts_with("crate::").then_some("crate::".len()) {
        return Some(Base { segments: Vec::new(), length });
    }
    let mut segments = module_of(&file.path);
    let mut length = if rest.starts_with("self::") { "self::".len() } else { 0 };
    while rest[length..].starts_with("super::") {
        segments.pop()?;
        length += "super::".len();
    }
    Some(Base { segments, length })
}

/// `features/cart/service/mod.rs` is the module `features::cart::service`.
pub fn module_of(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|part| !matches!(*part, "lib" | "main")).map(str::to_owned).collect()
}

struct Tree {
    segments: Vec<String>,
    alias: Option<String>,
}

struct Reader<'a> {
    code: &'a str,
    offset: usize,
}

impl Reader<'_> {
    /// Reads what follows a `::`: a name with more behind it, a group, or a star.
    fn tree(&mut self, mut segments: Vec<String>, found: &mut Vec<Tree>) {
        self.blanks();
        if self.accept_token("{") {
            loop {
                self.blanks();
                if self.accept_token("}") || self.offset >= self.code.len() {
                    return;
                }
                let before = self.offset;
                self.tree(segments.clone(), found);
                self.blanks();
                let _ = self.accept_token(",");
                if self.offset == before {
                    return;
                }
            }
        }
        match self.name() {
            Some(name) if name == "self" => {}
            Some(name) => segments.push(name),
            None => {
                let _ = self.accept_token("*");
                found.push(Tree { segments, alias: None });
                return;
            }
        }
        if self.accept_token("::") {
            // `name::<Type>` is a call, not a module.
            if self.code[self.offset..].starts_with('<') {
                found.push(Tree { segments, alias: None });
            } else {
                self.tree(segments, found);
            }
            return;
        }
        self.blanks();
        let alias = if self.code[self.offset..].starts_with("as ") {
            self.offset += 3;
            self.blanks();
            self.name()
        } else {
            None
        };
        found.push(Tree { segments, alias });
    }

    fn name(&mut self) -> Option<String> {
        let rest = &self.code[self.offset..];
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.offset += length;
        (length > 0).then(|| rest[..length].to_owned())
    }

    fn accept_token(&mut self, token: &str) -> bool {
        let here = self.code[self.offset..].starts_with(token);
        if here {
            self.offset += token.len();
        }
        here
    }

    fn blanks(&mut self) {
        let rest = &self.code[self.offset..];
        self.offset += rest.len() - rest.trim_start().len();
    }
}
