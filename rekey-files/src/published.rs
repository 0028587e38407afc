//! Lists of tags: one per line, or the output of `skopeo list-tags` and `/v2/<name>/tags/list`.

use crate::read::Reason;

/// The tags of a list.
///
/// # Errors
/// Returns an error if it has neither format.
pub fn tags(text: &[u8]) -> Result<Vec<String>, Reason> {
    let text = std::str::from_utf8(text).map_err(|_| Reason::Form("expected a list of tags in UTF-8"))?;
    if text.trim_start().starts_with(['{', '[']) {
        return json(text).ok_or(Reason::Form("expected JSON with a list of tags in `Tags`"));
    }
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

fn json(text: &str) -> Option<Vec<String>> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let list = value.get("Tags").or_else(|| value.get("tags")).unwrap_or(&value).as_array()?;
    list.iter().map(|tag| tag.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_contains_the_same_tags() {
        let forms = [
            "1.0-1\n1.0-2\n",
            " 1.0-1\r\n\r\n1.0-2",
            "{\"Repository\":\"x\",\"Tags\":[\"1.0-1\",\"1.0-2\"]}",
        ];
        for text in forms {
            assert_eq!(tags(text.as_bytes()).unwrap(), ["1.0-1", "1.0-2"], "{text}");
        }
    }

    #[test]
    fn other_json_is_rejected() {
        assert!(tags(b"{\"Tags\": 1}").is_err());
        assert!(tags(b"{").is_err());
    }
}
