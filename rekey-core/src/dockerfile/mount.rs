//! `RUN --mount`, whose value is a line of CSV.

use super::path;
use super::problem::ProblemKind;

/// The fields of a line, or `None` if a quote is misplaced or there are no fields.
pub(super) fn fields(line: &str) -> Option<Vec<String>> {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let Some(quoted) = text.strip_prefix('"') else {
            let (field, after) = match text.split_once(',') {
                Some((field, after)) => (field, Some(after)),
                None => (text, None),
            };
            if field.contains('"') {
                return None;
            }
            fields.push(field.to_owned());
            rest = after;
            continue;
        };
        let mut field = String::new();
        let mut text = quoted;
        rest = loop {
            let (inside, after) = text.split_once('"')?;
            field.push_str(inside);
            match after.chars().next() {
                Some('"') => {
                    field.push('"');
                    text = after.get(1..).unwrap_or_default();
                }
                Some(',') => break after.get(1..),
                None => break None,
                Some(_) => return None,
            }
        };
        fields.push(field);
    }
    Some(fields)
}

/// Makes the checks that BuildKit makes before it replaces variables.
pub(super) fn check(value: &str) -> Result<(), ProblemKind> {
    let fields = fields(value).ok_or(ProblemKind::MountFields)?;
    for field in &fields {
        let Some((key, value)) = field.split_once('=') else { continue };
        let variable = value.find('$').is_some_and(|at| at + 1 < value.len());
        if key.eq_ignore_ascii_case("from") && variable {
            return Err(ProblemKind::MountFromVariable(value.into()));
        }
    }
    Ok(())
}

/// A mount with its variables replaced.
#[derive(Debug, Default)]
struct Mount {
    kind: String,
    from: String,
    source: String,
    target: String,
    id: String,
    sharing: bool,
    owner: Option<&'static str>,
}

/// Makes the checks that BuildKit makes when it runs the instruction. `expand` replaces variables or returns
/// `None` if they are unknown or cannot be replaced; such a mount is not checked. Nor is a relative target if
/// `workdir` is unknown.
pub(super) fn evaluate(
    value: &str,
    workdir: Option<&str>,
    mut expand: impl FnMut(&str) -> Option<String>,
) -> Result<(), String> {
    let mut mount = Mount { kind: "bind".to_owned(), ..Mount::default() };
    for field in fields(value).unwrap_or_default() {
        let Some((key, value)) = field.split_once('=') else {
            match field.to_ascii_lowercase().as_str() {
                "readonly" | "ro" | "readwrite" | "rw" => {}
                "required" if matches!(mount.kind.as_str(), "secret" | "ssh") => {}
                "required" => return Err(format!("a {} mount has no `required`", mount.kind)),
                _ => return Err(format!("expected `key=value`, found `{field}`")),
            }
            continue;
        };
        let Some(value) = expand(value) else { return Ok(()) };
        mount.set(&key.to_ascii_lowercase(), value)?;
    }
    mount.check(workdir)
}

impl Mount {
    fn set(&mut self, key: &str, value: String) -> Result<(), String> {
        const FLAGS: [&str; 12] =
            ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
        let wrong = |value: &str| Err(format!("`{value}` is not valid for `{key}`"));
        match key {
            "type" => {
                let kind = value.to_ascii_lowercase();
                if !["bind", "cache", "tmpfs", "secret", "ssh"].contains(&kind.as_str()) {
                    return Err(format!("expected bind, cache, tmpfs, secret or ssh, found `{value}`"));
                }
                self.kind = kind;
            }
            "from" => self.from = value,
            "source" | "src" => self.source = value,
            "target" | "dst" | "destination" => self.target = value,
            "required" if !matches!(self.kind.as_str(), "secret" | "ssh") => {
                return Err(format!("a {} mount has no `required`", self.kind));
            }
            "readonly" | "ro" | "readwrite" | "rw" | "required" => {
                if !FLAGS.contains(&value.as_str()) {
                    return wrong(&value);
                }
            }
            "size" if self.kind != "tmpfs" => return Err(format!("a {} mount has no `size`", self.kind)),
            "size" => {
                let number = value.trim_end_matches(|ch: char| ch.is_ascii_alphabetic() || ch == ' ');
                if number.parse::<f64>().is_err() {
                    return wrong(&value);
                }
            }
            "id" => self.id = value,
            "sharing" => {
                if !["shared", "private", "locked"].contains(&value.to_ascii_lowercase().as_str()) {
                    return wrong(&value);
                }
                self.sharing = true;
            }
            "mode" if u32::from_str_radix(&value, 8).is_ok() => self.owner = Some("mode"),
            "uid" if value.parse::<u32>().is_ok() => self.owner = Some("uid"),
            "gid" if value.parse::<u32>().is_ok() => self.owner = Some("gid"),
            "mode" | "uid" | "gid" => return wrong(&value),
            "env" => {}
            _ => return Err(format!("a mount has no key `{key}`")),
        }
        Ok(())
    }

    fn check(&self, workdir: Option<&str>) -> Result<(), String> {
        let kind = self.kind.as_str();
        if let (Some(key), "bind" | "tmpfs") = (self.owner, kind) {
            return Err(format!("a {kind} mount has no `{key}`"));
        }
        if self.sharing && kind != "cache" {
            return Err(format!("a {kind} mount has no `sharing`"));
        }
        match kind {
            "secret" if !self.from.is_empty() => Err("a secret mount has no `from`".to_owned()),
            "secret" if self.source.is_empty() && self.target.is_empty() && self.id.is_empty() => {
                Err("a secret mount needs `id`, `source` or `target`".to_owned())
            }
            "secret" if !self.source.is_empty() && !self.id.is_empty() => {
                Err("a secret mount has `source` or `id`, not both".to_owned())
            }
            "ssh" if !self.source.is_empty() => Err("an ssh mount has no `source`".to_owned()),
            "bind" | "cache" | "tmpfs" if self.is_at_root(workdir) => {
                Err("the target of a mount cannot be `/`".to_owned())
            }
            _ => Ok(()),
        }
    }
}

impl Mount {
    fn is_at_root(&self, workdir: Option<&str>) -> bool {
        let directory = if self.target.starts_with('/') { Some("/") } else { workdir };
        directory.is_some_and(|directory| path::join(directory, &self.target) == "/")
    }
}

/// The stage or image that a mount takes files from.
pub(super) fn from(value: &str) -> Option<String> {
    let fields = fields(value)?;
    let from = |field: &String| {
        let (key, value) = field.split_once('=')?;
        key.eq_ignore_ascii_case("from").then(|| value.to_owned())
    };
    fields.iter().rev().find_map(from).filter(|from| !from.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_csv() {
        for (line, expected) in [
            ("type=cache,target=/x", Some(&["type=cache", "target=/x"][..])),
            ("a,\"b,c\",d", Some(&["a", "b,c", "d"])),
            ("\"a\"\"b\"", Some(&["a\"b"])),
            ("a,", Some(&["a", ""])),
            ("", None),
            ("a\"b", None),
            ("\"a\"b", None),
            ("\"a", None),
        ] {
            let found = fields(line);
            assert_eq!(found, expected.map(|all| all.iter().map(ToString::to_string).collect()), "{line}");
        }
    }

    #[test]
    fn each_type_has_its_keys() {
        for (line, expected) in [
            ("target=/a,ro,rw,readonly=true", ""),
            ("type=cache,target=/a,mode=0755,uid=1,gid=2,sharing=locked", ""),
            ("type=secret,id=a,required,env=A,mode=0400,uid=1,gid=2", ""),
            ("type=secret,source=a,required=true", ""),
            ("type=secret,target=/a", ""),
            ("type=ssh,required", ""),
            ("type=tmpfs,target=/a,size=1.5gb", ""),
            ("type=disk,target=/a", "expected bind, cache, tmpfs, secret or ssh, found `disk`"),
            ("target=/a,required", "a bind mount has no `required`"),
            ("target=/a,required=true", "a bind mount has no `required`"),
            ("target=/a,odd", "expected `key=value`, found `odd`"),
            ("target=/a,odd=1", "a mount has no key `odd`"),
            ("target=/a,ro=yes", "`yes` is not valid for `ro`"),
            ("target=/a,size=1", "a bind mount has no `size`"),
            ("type=tmpfs,target=/a,size=much", "`much` is not valid for `size`"),
            ("type=cache,target=/a,sharing=none", "`none` is not valid for `sharing`"),
            ("type=cache,target=/a,mode=9", "`9` is not valid for `mode`"),
            ("type=cache,target=/a,uid=root", "`root` is not valid for `uid`"),
            ("type=cache,target=/a,gid=root", "`root` is not valid for `gid`"),
            ("target=/a,gid=1", "a bind mount has no `gid`"),
            ("type=secret,id=a,from=b", "a secret mount has no `from`"),
            ("type=secret", "a secret mount needs `id`, `source` or `target`"),
            ("type=secret,id=a,source=b", "a secret mount has `source` or `id`, not both"),
            ("type=secret,id=a,sharing=shared", "a secret mount has no `sharing`"),
            ("type=ssh,source=a", "an ssh mount has no `source`"),
            ("target=/", "the target of a mount cannot be `/`"),
            ("target=..", "the target of a mount cannot be `/`"),
            ("type=secret,id=a,target=/", ""),
        ] {
            let found = evaluate(line, Some("/work"), |value| Some(value.to_owned()));
            assert_eq!(found.err().unwrap_or_default(), expected, "{line}");
        }
        assert_eq!(evaluate("type=$A,target=/", Some("/"), |_| None), Ok(()));
        assert_eq!(evaluate("target=..", None, |value| Some(value.to_owned())), Ok(()));
    }
}
