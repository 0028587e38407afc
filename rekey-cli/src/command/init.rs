//! `rekey init`: a `rekey.toml` made from options, answers and the folder.

use std::{collections::HashSet, fmt::Write as _, path::Path};

use rekey_core::{Flow, Policy, PreflightVersion, Target, git_url, mask::masked, text::printable};

use rekey_files::{
    config, discover,
    read::shown,
    search::{FoundFile, Search},
    write,
};

use super::{FOUND, Session, UNREADABLE, USAGE};
use crate::args;

/// The flow that a question proposes.
const PROPOSED: Flow = Flow::Quay;
/// The most Dockerfiles that become images: a folder with more is hardly one submission.
const MOST: usize = 50;

/// The content of a new `rekey.toml`.
struct Plan {
    flow: Flow,
    policy: Option<Policy>,
    url: Option<String>,
    /// The file in which the URL was found, unless it was given.
    found: Option<String>,
    private: Option<bool>,
    key: Option<String>,
    images: Vec<Image>,
    /// The tag of the only image.
    tag: Option<String>,
    reference: Option<String>,
}

struct Image {
    name: String,
    dockerfile: String,
}

impl Session<'_, '_> {
    pub(super) fn init(&mut self, args: &args::Init) {
        if self.target().is_none() {
            return;
        }
        let file = args.path.join(config::FILE);
        let name = file.to_string_lossy();
        if !args.path.is_dir() {
            return self
                .complain(&format!("{}: not a directory", shown(&args.path.to_string_lossy())), USAGE);
        }
        if file.symlink_metadata().is_ok() && !args.force {
            let message = format!("{}: already exists; --force replaces it", shown(&name));
            return self.complain(&message, FOUND);
        }
        if args.key.as_ref().is_some_and(|key| key.contains("PRIVATE KEY")) {
            return self.complain("--key: expected the name of a file, found a private key", USAGE);
        }
        let Some(plan) = self.plan(args) else { return };
        let text = plan.text();
        debug_assert!(config::Config::parse(text.as_bytes()).is_ok(), "{text}");
        let written = if args.force {
            write::put(&file, text.as_bytes())
        } else {
            write::create(&file, text.as_bytes())
        };
        match written {
            Ok(()) => {
                self.notices_of_flow(plan.flow);
                let next = if plan.is_complete() {
                    "`rekey check` checks it"
                } else {
                    "complete it, then `rekey check`"
                };
                self.print(&format!("wrote {}: {next}\n", shown(&name)));
            }
            Err(error) if error.is_there() => {
                self.complain(&format!("{}: already exists; --force replaces it", shown(&name)), FOUND);
            }
            Err(error) => self.complain(&format!("{}: cannot write it: {error}", shown(&name)), UNREADABLE),
        }
    }

    /// Prints the notices of a flow on standard error.
    fn notices_of_flow(&mut self, flow: Flow) {
        let target = Target::new(flow, Policy::default(), PreflightVersion::default());
        for notice in target.iter().flat_map(Target::notices) {
            // Ignore the error: there is no stream left to report it on.
            drop(writeln!(self.streams.stderr, "note: {notice}"));
        }
    }

    /// Collects the submission from the options, or else from answers on a terminal, or else from the folder.
    fn plan(&mut self, args: &args::Init) -> Option<Plan> {
        let ask = self.streams.answers;
        let flow = match self.settings.flow {
            Some(flow) => flow,
            None if ask => self.ask_flow(),
            None => Flow::default(),
        };
        let found = self.keep(discover::git_url(&args.path)).flatten();
        let found = found.filter(|found| !holds_secret(&found.url));
        let origin = found.as_ref().map(|found| found.name.clone()).filter(|_| args.url.is_none());
        let mut url = args.url.clone().or(found.map(|found| found.url));
        let mut private = args.private.then_some(true).or(args.public.then_some(false));
        let mut key = args.key.clone();
        let images = images(&args.path, &self.dockerfiles_below(args));
        let (mut tag, mut reference) = (args.tag.clone(), args.reference.clone());
        if ask {
            if flow == Flow::BuildService {
                url = self.ask("git source URL", url);
                private = private.or_else(|| self.ask_private());
                if private == Some(true) && key.is_none() {
                    key = self.ask("file of the private key", None);
                }
                if images.len() <= 1 && tag.is_none() {
                    tag = self.ask("tag, such as 1.0-1", None);
                }
            } else if images.len() <= 1 && reference.is_none() {
                reference = self.ask("reference that the image is pushed to", None);
            }
        }
        let given = [("URL", &url), ("tag", &tag), ("reference", &reference), ("name of the key", &key)];
        let secret = given.iter().find(|(_, text)| text.as_deref().is_some_and(holds_secret));
        if let Some((field, _)) = secret {
            self.complain(
                &format!("the {field} contains a password or a token, which does not belong in a file"),
                FOUND,
            );
            return None;
        }
        if key.as_ref().is_some_and(|key| key.contains("PRIVATE KEY")) {
            self.complain("expected the name of a file, found a private key", FOUND);
            return None;
        }
        Some(Plan {
            flow,
            policy: self.settings.policy,
            url,
            found: origin,
            private,
            key,
            images,
            tag,
            reference,
        })
    }

    fn dockerfiles_below(&mut self, args: &args::Init) -> Vec<String> {
        if !args.dockerfiles.is_empty() {
            return args.dockerfiles.clone();
        }
        let search = Search::dockerfiles(std::slice::from_ref(&args.path));
        search.unread.iter().for_each(|error| self.unread(error));
        for notice in search.notices {
            // Ignore the error: there is no stream left to report it on.
            drop(writeln!(self.streams.stderr, "note: {}", printable(&notice)));
        }
        let below = |file: &FoundFile| {
            let path = file.path.strip_prefix(&args.path).unwrap_or(&file.path);
            path.to_str().map(|path| path.replace('\\', "/"))
        };
        search.files.iter().filter_map(below).take(MOST).collect()
    }

    fn ask_flow(&mut self) -> Flow {
        let question = "flow: `quay` (you push to quay.io), `external` (the image stays in your registry) or \
                        `build-service` (Red Hat builds; withdrawn in 2022)";
        loop {
            let answer = self.ask(question, Some(PROPOSED.as_str().to_owned()));
            match answer.as_deref().map_or(Ok(PROPOSED), str::parse) {
                Ok(flow) => return flow,
                Err(error) => drop(writeln!(self.streams.stderr, "{error}")),
            }
        }
    }

    fn ask_private(&mut self) -> Option<bool> {
        loop {
            match self.ask("is the repository private? yes or no", None).as_deref() {
                None => return None,
                Some("yes" | "y") => return Some(true),
                Some("no" | "n") => return Some(false),
                Some(_) => drop(writeln!(self.streams.stderr, "expected `yes` or `no`")),
            }
        }
    }

    /// Returns the answer to a question, or the default if the answer is empty.
    fn ask(&mut self, question: &str, default: Option<String>) -> Option<String> {
        let hint = default.as_ref().map_or_else(String::new, |default| format!(" [{}]", printable(default)));
        // Ignore the error: without a question there is no answer.
        drop(write!(self.streams.stderr, "{question}{hint}: ").and_then(|()| self.streams.stderr.flush()));
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 4096 && matches!(self.streams.stdin.read(&mut byte), Ok(1)) && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        let answer = String::from_utf8_lossy(&line).trim().to_owned();
        if answer.is_empty() { default } else { Some(answer) }
    }
}

/// Returns true if a text contains a password or a token, in a URL or in another form.
fn holds_secret(text: &str) -> bool {
    !git_url::scan(text.as_bytes()).secrets().is_empty() || masked(text) != text
}

/// The images of Dockerfiles, each with a unique name.
fn images(folder: &Path, dockerfiles: &[String]) -> Vec<Image> {
    let mut taken = HashSet::new();
    let named = |dockerfile: &String| {
        let name = image_name(folder, dockerfile);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let name = [name.clone()].into_iter().chain(numbered).find(|name| taken.insert(name.clone()));
        Image { name: name.unwrap_or_default(), dockerfile: dockerfile.clone() }
    };
    dockerfiles.iter().map(named).collect()
}

/// `agent` for `Dockerfile.agent`, `agent.Dockerfile` and `agent/Dockerfile`; the folder's name for its own.
fn image_name(folder: &Path, dockerfile: &str) -> String {
    let (above, file) = dockerfile.rsplit_once('/').unwrap_or(("", dockerfile));
    let is_word = |word: &&str| !["dockerfile", "containerfile"].contains(&&*word.to_ascii_lowercase());
    let own: Vec<&str> = file.split('.').filter(is_word).collect();
    if !own.is_empty() {
        return own.join(".");
    }
    let last = above.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    let full = || folder.canonicalize().ok()?.file_name().map(|name| name.to_string_lossy().into_owned());
    last.or_else(full).unwrap_or_else(|| "image".to_owned())
}

impl Plan {
    /// Returns true if nothing is left to fill in.
    fn is_complete(&self) -> bool {
        let source = self.url.is_some()
            && self.private.is_some()
            && (self.private == Some(false) || self.key.is_some());
        let image = |field: &Option<String>| self.images.len() <= 1 && field.is_some();
        match self.flow {
            Flow::BuildService => source && image(&self.tag),
            _ => image(&self.reference),
        }
    }

    fn text(&self) -> String {
        let mut out = String::from(
            "# What is submitted to Red Hat's container certification. `rekey check` reads it.\n\n\
             # \"quay\": you push to quay.io/redhat-isv-containers. \"external\": the image stays in your own registry.\n\
             # \"build-service\": Red Hat clones the repository and builds it; withdrawn in 2022.\n",
        );
        let _ = writeln!(out, "flow = {}", quoted(self.flow.as_str()));
        match self.policy {
            Some(target) => drop(writeln!(out, "policy = {}", quoted(target.as_str()))),
            None => out.push_str(
                "# policy = \"container\"          # or \"root\", \"scratch-nonroot\", \"scratch-root\"\n",
            ),
        }
        let version = rekey_core::PreflightVersion::default().triple();
        let _ = writeln!(
            out,
            "# preflight-version = {:8}  # default: the latest known version",
            quoted(&format!("{}.{}", version.0, version.1))
        );
        if self.flow == Flow::BuildService || self.url.is_some() {
            self.git(&mut out);
        }
        if self.images.is_empty() {
            self.image(None, &mut out);
        }
        for image in &self.images {
            self.image(Some(image), &mut out);
        }
        out.push_str(
            "\n# [rules]                       # a rule, one of its cases, or a check of preflight: `rekey rules` lists them\n\
             # \"dockerfile-missing-label:release\" = \"off\"   # or \"note\", \"warning\", \"error\"\n",
        );
        out
    }

    fn git(&self, out: &mut String) {
        out.push_str("\n[git]\n");
        let url = line("url", self.url.as_deref(), "git@github.com:OWNER/REPOSITORY.git");
        let found = self.found.as_ref().map(|file| format!("  # found in {}", printable(file)));
        let _ = writeln!(out, "{url}{}", found.unwrap_or_default());
        match self.private {
            Some(private) => drop(writeln!(out, "private = {private}")),
            None => out.push_str(
                "# private = true               # then an SSH URL and a key are needed; else an HTTPS URL\n",
            ),
        }
        if self.private != Some(false) {
            let _ = writeln!(out, "{}", line("key", self.key.as_deref(), "project_key.pem"));
            out.push_str(
                "# key-env = \"PROJECT_KEY\"      # or the environment variable that holds the key\n",
            );
        }
    }

    fn image(&self, image: Option<&Image>, out: &mut String) {
        out.push_str("\n[[image]]\n");
        if let Some(Image { name, dockerfile }) = image {
            let _ = writeln!(out, "name = {}\ndockerfile = {}", quoted(name), quoted(dockerfile));
        } else {
            let _ = writeln!(out, "{}", line("dockerfile", None, "Dockerfile"));
        }
        let folder =
            image.and_then(|image| image.dockerfile.rsplit_once('/')).map_or(".", |(folder, _)| folder);
        let _ = writeln!(
            out,
            "# context = {}              # the folder that the build copies from; default: this one",
            quoted(folder)
        );
        let only = self.images.len() <= 1;
        let given = |field: &Option<String>| field.clone().filter(|_| only);
        if self.flow == Flow::BuildService || self.tag.is_some() {
            let _ = writeln!(out, "{}", line("tag", given(&self.tag).as_deref(), "1.0-1"));
        }
        if self.flow != Flow::BuildService || self.reference.is_some() {
            let example = "quay.io/redhat-isv-containers/PROJECT_ID:1.0-1";
            let _ = writeln!(out, "{}", line("reference", given(&self.reference).as_deref(), example));
        }
        out.push_str(
            "# labels = { release = \"1\" }    # labels that the build sets besides the Dockerfile; \
                      likewise build-args\n",
        );
    }
}

/// A key with its value or, as a comment, with an example.
fn line(key: &str, value: Option<&str>, example: &str) -> String {
    match value {
        Some(value) => format!("{key} = {}", quoted(value)),
        None => format!("# {key} = {}", quoted(example)),
    }
}

/// A TOML string: like JSON, except for the one control character that JSON does not escape.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_called_like_its_file_or_its_folder() {
        let table = [
            ("Dockerfile.agent", "agent"),
            ("agent.Dockerfile", "agent"),
            ("a/agent/Containerfile", "agent"),
            ("a/Dockerfile.ubi9.arm", "ubi9.arm"),
        ];
        for (file, expected) in table {
            assert_eq!(image_name(Path::new("."), file), expected, "{file}");
        }
        let names = images(Path::new("."), &["a/x/Dockerfile".into(), "b/x/Dockerfile".into()]);
        assert_eq!(names.iter().map(|image| &*image.name).collect::<Vec<_>>(), ["x", "x-2"]);
    }

    #[test]
    fn any_text_is_a_string_of_toml() {
        for text in ["a\"b\\c", "\u{7f}\u{1}\n\t", "é😀"] {
            let config = format!("[git]\nurl = {}", quoted(text));
            assert_eq!(config::Config::parse(config.as_bytes()).unwrap().git.url.unwrap().text, text);
        }
    }
}
