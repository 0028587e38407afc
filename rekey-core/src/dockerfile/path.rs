//! Paths in the image.

/// Joins `path` to `directory`, without `.`, `..` and repeated slashes.
pub(super) fn join(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Returns the working directory after `WORKDIR path`. An absolute path stays as written.
pub(super) fn workdir(directory: &str, path: &str) -> String {
    let directory = if directory.is_empty() { "/" } else { directory };
    match path {
        "" => directory.to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        path => join(directory, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workdirs() {
        for (directory, path, expected) in [
            ("", "", "/"),
            ("", "a", "/a"),
            ("/a", "b/../c", "/a/c"),
            ("/a", "../../..", "/"),
            ("/a", "/b/../", "/b/../"),
            ("/a", "", "/a"),
        ] {
            assert_eq!(workdir(directory, path), expected, "{path} in {directory}");
        }
    }
}
