//! One style sheet out of many.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Reads a style sheet and puts each sheet it imports in the place of the import. An import stands
/// on a line of its own and names a file beside it: `@import "cards.css";`
pub fn bundle(sheet: &Path) -> Result<String> {
    let text = fs::read_to_string(sheet).with_context(|| sheet.display().to_string())?;
    let mut css = String::with_capacity(text.len());
    for line in text.lines() {
        if line.trim_start().starts_with("@import") {
            let name = imported(line).with_context(|| format!("{}: cannot read `{line}`", sheet.display()))?;
            css.push_str(&bundle(&sheet.with_file_name(name))?);
        } else {
            css.push_str(line);
            css.push('\n');
        }
    }
    Ok(css)
}

fn imported(line: &str) -> Option<&str> {
    line.trim().strip_prefix("@import \"")?.strip_suffix("\";")
}

/// Takes out comments, and white space around lines; whatever stands in quotes stays.
pub fn strip(css: &str) -> String {
    let mut bare = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find(['"', '\'', '/']) {
        let end = match &rest[start..] {
            comment if comment.starts_with("/*") => {
                bare.push_str(&rest[..start]);
                rest = comment[2..].split_once("*/").map_or("", |(_, after)| after);
                continue;
            }
            slash if slash.starts_with('/') => start + 1,
            quoted => start + quoted_length(quoted),
        };
        bare.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    bare.push_str(rest);

    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The length of the string that `text` begins with, both quotes counted.
fn quoted_length(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_replaced_in_their_order() {
        let folder = std::env::temp_dir().join(format!("banyan-styles-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let main = "@layer a, b;\n@import \"a.css\";\n  @import \"b.css\";\n";
        fs::write(folder.join("main.css"), main).unwrap();
        fs::write(folder.join("a.css"), "@layer a { p { color: red } }").unwrap();
        fs::write(folder.join("b.css"), "@layer b { q { color: blue } }\n").unwrap();
        let css = bundle(&folder.join("main.css")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(css, "@layer a, b;\n@layer a { p { color: red } }\n@layer b { q { color: blue } }\n");
    }

    #[test]
    fn an_import_of_another_kind_is_refused() {
        assert_eq!(imported("@import \"a.css\";"), Some("a.css"));
        assert_eq!(imported("@import url(a.css);"), None);
        assert_eq!(imported("@import \"a.css\" screen;"), None);
    }

    #[test]
    fn comments_go_and_quoted_text_stays() {
        let css = "/* head */\n.a {\n  content: \"/* kept */ \\\" 'x\"; /* gone */\n  width: calc(1px / 2);\n}\n";
        assert_eq!(strip(css), ".a {\ncontent: \"/* kept */ \\\" 'x\";\nwidth: calc(1px / 2);\n}\n");
    }
}
