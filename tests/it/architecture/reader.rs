//! Reads Rust sources as far as the architecture tests need: tokens, and the paths that they name.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One source file, reduced to its tokens.
pub struct Source {
    /// Path below `src`, with `/`.
    pub file: String,
    /// The module path: `["capture", "camera"]`.
    pub module: Vec<String>,
    pub lines: usize,
    /// Identifiers, `::` and single punctuation marks, without comments, texts and unit tests.
    pub tokens: Vec<String>,
    /// Every path with two segments or more, and everything imported.
    pub paths: Vec<Vec<String>>,
}

impl Source {
    pub fn top(&self) -> &str {
        &self.module[0]
    }

    pub fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.file == *place || (place.ends_with('/') && self.file.starts_with(place)))
    }

    pub fn names(&self, identifier: &str) -> bool {
        self.tokens.iter().any(|token| token == identifier)
    }

    /// The tokens between the `<` at `start` and its `>`; nothing when there is no `<`.
    pub fn arguments(&self, start: usize) -> &[String] {
        let mut depth = 0_i32;
        for (i, token) in self.tokens.iter().enumerate().skip(start) {
            match token.as_str() {
                "<" => depth += 1,
                ">" if self.tokens[i - 1] != "-" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.tokens.get(start + 1..i).unwrap_or_default();
            }
        }
        &[]
    }

    /// Paths into this crate, from its root: `["frame", "Frame"]`.
    pub fn inner_paths(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.paths.iter().filter_map(|path| match path[0].as_str() {
            "crate" | "posture" => Some(path[1..].to_vec()),
            "self" => Some([&self.module[..], &path[1..]].concat()),
            "super" => {
                let up = path.iter().take_while(|segment| *segment == "super").count();
                Some([&self.module[..self.module.len().saturating_sub(up)], &path[up..]].concat())
            }
            _ => None,
        })
    }
}

pub fn sources() -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    files
        .iter()
        .map(|path| {
            let parts: Vec<_> = path.strip_prefix(&root).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
            let file = parts.join("/");
            let text = fs::read_to_string(path).unwrap();
            let module = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            let tokens = without_tests(tokens(&text));
            let paths = paths(&tokens);
            Source { file, module, lines: text.lines().count(), tokens, paths }
        })
        .collect()
}

/// Identifiers, `::` and single punctuation marks of a Rust source; comments and literals are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if let Some(hashes) = raw_text(&chars[i..]) {
            let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body = i + chars[i..].iter().position(|c| *c == '"').unwrap() + 1;
            let rest: String = chars[body..].iter().collect();
            let length = rest.find(&end).map_or(rest.chars().count(), |bytes| rest[..bytes].chars().count());
            i = body + length + end.len();
        } else if c == '"' {
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += 2;
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
        } else if is_word(c) {
            let start = i;
            while is_word(at(i)) {
                i += 1;
            }
            tokens.push(chars[start..i].iter().collect());
        } else if c == ':' && at(i + 1) == ':' {
            tokens.push("::".into());
            i += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.into());
            }
            i += 1;
        }
    }
    tokens
}

/// The number of hashes of the raw text that starts here, if one does.
fn raw_text(chars: &[char]) -> Option<usize> {
    let start = if chars.first() == Some(&'b') { 1 } else { 0 };
    if chars.get(start) != Some(&'r') {
        return None;
    }
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(start + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Everything before the unit tests, which stand at the end of a file.
fn without_tests(mut tokens: Vec<String>) -> Vec<String> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    if let Some(start) = tokens.windows(mark.len()).position(|window| window.iter().eq(mark.iter())) {
        tokens.truncate(start);
    }
    tokens
}

/// Every path of two segments or more, imports spread out: `use a::{b, c::d};` gives `a::b` and `a::c::d`.
fn paths(tokens: &[String]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if tokens[i] == "use" {
            i = tree(tokens, i + 1, &[], &mut paths);
        } else if is_identifier(&tokens[i]) && tokens.get(i + 1).is_some_and(|next| next == "::") {
            let inside = i > 0 && (tokens[i - 1] == "::" || tokens[i - 1] == ".");
            let mut path = vec![tokens[i].clone()];
            while tokens.get(i + 1).is_some_and(|t| t == "::") && tokens.get(i + 2).is_some_and(|t| is_identifier(t)) {
                path.push(tokens[i + 2].clone());
                i += 2;
            }
            if !inside {
                paths.push(path);
            }
            i += 1;
        } else {
            i += 1;
        }
    }
    paths
}

/// Reads one branch of an import tree that starts at `i`; returns where it ends.
fn tree(tokens: &[String], mut i: usize, before: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    while i < tokens.len() {
        match tokens[i].as_str() {
            "::" => i += 1,
            "{" => {
                i += 1;
                while tokens[i] != "}" {
                    i = tree(tokens, i, &path, paths);
                    if tokens[i] == "," {
                        i += 1;
                    }
                }
                return i + 1;
            }
            "as" => i += 2,
            "," | "}" | ";" => break,
            segment => {
                path.push(segment.to_owned());
                i += 1;
            }
        }
    }
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    paths.push(path);
    i
}

fn is_identifier(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[test]
fn the_reader_of_sources_sees_what_it_should() {
    let text = r###"
        //! crate::comment::A
        use crate::{a::{self, B}, c::D as E};
        use super::f;
        fn g<'a>(x: &'a str) -> Option<char> { let _ = ("crate::text::T", r#"crate::raw::"R""#, 'x', '\''); h.image; crate::i::J::k() }
        #[cfg(test)]
        mod tests { use crate::test::only; }
    "###;
    let found = paths(&without_tests(tokens(text)));
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a", "crate::a::B", "crate::c::D", "super::f", "crate::i::J::k"]);
}
