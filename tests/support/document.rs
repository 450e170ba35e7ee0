//! Documents of which a part is made from the code, and how their parts are found.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

/// What writes those parts anew.
pub(crate) const WRITING: &str = "WRITE_DOCS=1 cargo test --test readme --test guide";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Holds the part of a document between `<!-- begin PART -->` and `<!-- end PART -->` to what was
/// made of the code; with WRITE_DOCS=1 it writes it instead.
#[track_caller]
pub(crate) fn hold(name: &str, part: &str, made: &str) {
    let document = read(name);
    let (begin, end) = (
        format!("<!-- begin {part} -->\n"),
        format!("<!-- end {part} -->\n"),
    );
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("{name} has no line {begin}"));
    let (held, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("{name} has no line {end}"));
    if held == made {
        return;
    }
    assert!(
        std::env::var_os("WRITE_DOCS").is_some(),
        "{name} should have this between {begin}and {end}(`{WRITING}` puts it there):\n{made}"
    );
    fs::write(path(name), format!("{before}{begin}{made}{end}{after}")).unwrap();
}

/// The shape of a document: the levels of its headings, its blocks of code and the files it links
/// to, in their order. The parts made from the code are left out.
pub(crate) fn shape(name: &str) -> Vec<String> {
    let mut shape = Vec::new();
    let (mut is_made, mut is_code) = (false, false);
    for line in read(name).lines() {
        if line.starts_with("<!-- begin ") || line.starts_with("<!-- end ") {
            is_made = line.starts_with("<!-- begin ");
            shape.push(line.to_owned());
        } else if is_made {
        } else if line.starts_with("```") {
            is_code = !is_code;
            shape.push(line.to_owned());
        } else if is_code {
            shape.push(line.to_owned());
        } else if line.starts_with('#') {
            let level = line.chars().take_while(|c| *c == '#');
            shape.push(level.collect());
        } else {
            let links = line.split("](").skip(1);
            let links = links.filter_map(|link| link.split(')').next());
            // The other language's document is where this one's is in the other.
            shape.extend(links.map(|link| link.replace(".zh-CN.md", ".md")));
        }
    }
    shape
}
