//! Dockerfiles: every instruction, flag, quote, continuation, comment, directive, substitution and stage, many times.

use std::collections::BTreeMap;

use rekey_core::{DockerfileInput, Target, check_dockerfile};

use super::{Shape, Work};

#[path = "../../../../rekey-core/tests/it/shapes.rs"]
#[allow(dead_code, reason = "sizes are for tests of core")]
mod core_shapes;

const FROM: &str = "FROM scratch\n";

/// Lines that are repeated after `FROM scratch`; `@` is the number of the repetition.
const LINES: &[(&str, &str)] = &[
    ("ADD", "ADD a@ b /c\n"),
    ("ADD with flags", "ADD --chown=1:1 --chmod=755 --link --keep-git-dir --unpack a /b\n"),
    ("ADD of a URL", "ADD --checksum=sha256:@ https://example.com/a@ /b\n"),
    ("ARG", "ARG a@\n"),
    ("ARG with a default", "ARG a@=b$a\n"),
    ("ARG of one name", "ARG a=b\n"),
    ("ARG after ENV", "ENV A@=1\nARG A@=2\n"),
    ("CMD", "CMD a b c\n"),
    ("CMD of JSON", "CMD [\"a\", \"b\\u0041\"]\n"),
    ("COPY", "COPY a@ /b\n"),
    ("COPY from a stage", "COPY --from=0 a@ /b\n"),
    ("COPY with flags", "COPY --chown=1:1 --chmod=7 --link --parents --exclude=x a /b\n"),
    ("COPY of JSON", "COPY [\"a\", \"b@\"]\n"),
    ("COPY to the root", "COPY rootfs /\n"),
    ("COPY onto the root from a stage", "COPY --from=0 /r@ /\n"),
    ("COPY to licenses", "COPY a@ /licenses/\n"),
    ("COPY of a heredoc", "COPY <<E /a@\n$a ${b}\nE\n"),
    ("ENTRYPOINT", "ENTRYPOINT [\"a\"]\n"),
    ("ENV", "ENV A@=b\n"),
    ("ENV of one name", "ENV A=b\n"),
    ("ENV of the old form", "ENV A@ b c\n"),
    ("ENV that asks for the one before", "ENV A=$A\n"),
    ("ENV with a password", "ENV DB_PASSWORD@=hunter2hunter2\n"),
    ("ENV with a password that goes on", "ENV DB_PASSWORD@=$DB_PASSWORD@-hunter2hunter2\n"),
    ("ENV with defaults of passwords", "ENV A=${A_TOKEN@:-hunter2}${B_TOKEN:-${C}}${D_TOKEN:-\n"),
    ("ENV without the backslash before its value", "ENV A_TOKEN@\nhunter2\n"),
    ("EXPOSE", "EXPOSE 8080 90/udp\n"),
    ("EXPOSE of ranges", "EXPOSE 1-60000\n"),
    ("HEALTHCHECK", "HEALTHCHECK --interval=1s --timeout=2s --retries=3 CMD a\n"),
    ("HEALTHCHECK NONE", "HEALTHCHECK NONE\n"),
    ("LABEL", "LABEL a@=b\n"),
    ("LABEL of one name", "LABEL a=b\n"),
    ("LABEL of two names", "LABEL a@=b\nLABEL a@=c\n"),
    ("LABEL of the old form", "LABEL a@ b\n"),
    ("LABEL with a variable", "LABEL \"a$X\"=$Y\n"),
    ("LABEL of an unset argument", "ARG X@\nLABEL a@=$X@\n"),
    ("LABEL that Red Hat wants", "LABEL name=\"Red Hat app\" vendor=x\n"),
    ("MAINTAINER", "MAINTAINER me\n"),
    ("ONBUILD", "ONBUILD RUN a\n"),
    ("ONBUILD with a heredoc", "ONBUILD RUN <<E\na\nE\n"),
    ("RUN", "RUN a\n"),
    ("RUN with mounts", "RUN --mount=type=cache,target=/a --mount=type=bind,from=0,target=/b a\n"),
    ("RUN of JSON", "RUN [\"a\", \"b\"]\n"),
    ("RUN of dnf", "RUN dnf install -y kernel a@ && dnf clean all\n"),
    ("RUN of another root", "COPY --from=0 /r@ /\nRUN dnf --installroot /r@ install kernel\n"),
    ("RUN with a loop", "RUN for p in a b@; do dnf install $p; done\n"),
    ("RUN that changes the base", "RUN rm -f /bin/ls /usr/bin/a@ && rm -rf /licenses > /usr/bin/ldd\n"),
    ("RUN of rpm", "RUN rpm -e a@ && rpm -i --nodeps b@.rpm\n"),
    ("RUN of repositories", "RUN rm /etc/yum.repos.d/ubi.repo && curl -o /etc/yum.repos.d/a@.repo x\n"),
    ("RUN that changes files", "RUN sed -i s/a/b/ /etc/passwd && chmod 7 /usr/bin/a@\n"),
    ("RUN with assignments", "RUN A@=b; echo $A@\n"),
    ("RUN that changes licenses", "RUN rm -r /licenses/a@\n"),
    ("RUN with a heredoc", "RUN <<E\ndnf install kernel\nE\n"),
    ("RUN with a heredoc of a file", "RUN cat > /a@ <<-'E'\n\tx\n\tE\n"),
    ("SHELL", "SHELL [\"a\", \"-c\"]\n"),
    ("STOPSIGNAL", "STOPSIGNAL SIGTERM\n"),
    ("STOPSIGNAL of other names", "STOPSIGNAL a@\n"),
    ("USER", "USER @\n"),
    ("USER of a name", "USER a@\n"),
    ("VOLUME", "VOLUME /a@ /b\n"),
    ("VOLUME of JSON", "VOLUME [\"/a@\"]\n"),
    ("WORKDIR", "WORKDIR a-path-that-is-soon-too-long-for-any-system-of-files\n"),
    ("WORKDIR of absolute paths", "WORKDIR /a@\nCOPY b c\n"),
    ("unknown instructions", "ADDD a\n"),
    ("templates", "{{a}}\n"),
    ("unknown flags", "COPY --frm=a b /c\n"),
    ("missing arguments", "RUN\nCOPY a\nENV a\n"),
    ("comments", "# why\n"),
    ("empty comments", "#\n"),
    ("blank lines", "\n"),
    ("lines of CRLF", "RUN a\r\n"),
    ("comments that silence", "# rekey ignore=dockerfile-user-root,x why\nUSER root\n"),
    ("comments that silence the file", "# rekey ignore-file=HasLicense\n"),
    ("comments that silence nothing", "# rekey ignore=dockerfile-label-legacy\nRUN a\n"),
    ("comments of hadolint", "# hadolint ignore=DL3002,DL3006\nUSER root\n"),
    ("directives after the top", "# escape=`\n"),
    ("continuations", "RUN a \\\n b\n"),
    ("continuations with comments", "RUN a \\\n# c\n\n b\n"),
    ("instructions in instructions", "RUN a \\\n\nUSER b\n"),
    ("escaped escapes", "RUN a \\\\\n"),
    ("comments in values", "USER a # b\n"),
    ("characters that are not UTF-8", "RUN \u{80}é😀\n"),
    ("stages", "FROM a@\n"),
    ("stages of a name", "FROM a AS b@\nRUN c\n"),
    ("stages of one name", "FROM a AS b\n"),
    ("stages of the stage before", "FROM scratch AS s\nENV A=1\nLABEL a=b\nFROM s AS s\n"),
    ("stages of a platform", "FROM --platform=$BUILDPLATFORM a\n"),
    ("stages of an argument", "FROM $X\n"),
    ("substitutions", "USER ${A:-b}${A:+c}${B-d}\n"),
    ("substitutions that trim", "USER ${PATH#*b}${PATH##*a}${PATH%a*}${PATH/a/b}${PATH//a/b}\n"),
    ("broken substitutions", "USER ${A\n"),
];

/// Parts that are repeated in one instruction, with the text before and after them.
const PARTS: &[(&str, &str, &str, &str)] = &[
    ("names of ARG", "ARG", " a@", "\n"),
    ("names of ARG with a default", "ARG", " a@=b", "\n"),
    ("names of ENV", "ENV", " A@=b", "\n"),
    ("names of LABEL", "LABEL", " a@=b", "\n"),
    ("names of LABEL without a value", "LABEL", " a@", "\n"),
    ("names of one LABEL", "LABEL", " a=b", "\n"),
    ("lines of LABEL", "LABEL", " \\\n a@=b", "\n"),
    ("sources of COPY", "COPY", " a@", " /\n"),
    ("variables as sources of COPY", "COPY", " $a@", " /\n"),
    ("heredocs of COPY", "COPY", " <<E", " /\nE\n"),
    ("strings of JSON", "CMD [\"a\"", ", \"b\"", "]\n"),
    ("strings of JSON with escapes", "CMD [\"a", "\\u0041\\n", "\"]\n"),
    ("strings of JSON behind which a comment stands", "CMD [\"a\"", ", \"b]\"", "] # c\n"),
    ("brackets of JSON", "CMD ", "[", "\n"),
    ("objects of JSON", "CMD [", "{\"a\":", "\n"),
    ("flags of COPY", "COPY", " --exclude=a", " b /\n"),
    ("flags of RUN", "RUN", " --mount=type=cache,target=/a", " b\n"),
    ("unknown flags of RUN", "RUN", " --a@", " b\n"),
    ("fields of a mount", "RUN --mount=type=cache", ",target=/a", " b\n"),
    ("ports of EXPOSE", "EXPOSE", " @/tcp", "\n"),
    ("ports of EXPOSE above the largest", "EXPOSE", " 9999@/tcp", "\n"),
    ("names of VOLUME", "VOLUME", " /a@", "\n"),
    ("words of FROM", "FROM", " a", "\n"),
    ("ONBUILD in ONBUILD", "", "ONBUILD ", "RUN a\n"),
    ("single quotes", "LABEL a=", "'b'", "\n"),
    ("double quotes", "LABEL a=", "\"b\"", "\n"),
    ("open quotes", "LABEL", " a='", "\n"),
    ("escapes", "LABEL a=", "\\b", "\n"),
    ("dollars", "LABEL a=", "$", "\n"),
    ("variables of a word", "LABEL a=", "$PATH", "\n"),
    ("defaults of a word", "LABEL a=", "${A:-b}", "\n"),
    ("nested defaults", "LABEL a=", "${A:-", "\n"),
    ("stars of a pattern", "ENV A=aaa\nLABEL a=${A##", "*a", "}\n"),
    ("blanks", "LABEL a=b", " ", "c=d\n"),
    ("hashes of a value", "USER a", "#", "\n"),
    ("words of a shell command", "RUN", " a@", "\n"),
    ("commands of a shell", "RUN true", "; dnf install a@", "\n"),
    ("packages of a shell command", "RUN dnf install", " kernel@", "\n"),
    ("nested shells", "RUN ", "sh -c ", "true\n"),
    ("quotes of a shell command", "RUN a ", "'b'\"c\"", "\n"),
    ("substitutions of a shell command", "RUN a ", "$(b ", "\n"),
    ("assignments of a shell command", "RUN ", "A@=b ", "true\n"),
    ("redirections of a shell command", "RUN a", " 1", "\n"),
    ("conditions of a shell command", "RUN ", "if a; then ", "b\n"),
    ("variables of a shell command", "RUN A=b;", " $A", "\n"),
    ("openers of heredocs", "RUN a", " <<A", "\nA\n"),
    ("lines of a heredoc", "RUN <<E\n", "dnf install a@\n", "E\n"),
    ("substitutions of a heredoc", "COPY <<E /\n", "${A:-b} \\$c\n", "E\n"),
    ("less-than signs", "RUN a ", "<", "\n"),
    ("empty continuations", "RUN a \\\n", "\n", " b\n"),
    ("comments of a continuation", "RUN a \\\n", "# c\n", " b\n"),
    ("continuations of escapes", "RUN a ", "\\\n", " b\n"),
    ("bytes of a name", "LABEL ", "a", "=b\n"),
    ("bytes of an instruction", "", "A", "\n"),
    ("bytes of a stage's name", "FROM a AS ", "a", "\n"),
    ("components of a base image", "FROM a", "/a", "\n"),
    ("rules that a comment silences", "# rekey ignore=a", ",dockerfile-user-root", "\nUSER root\n"),
    ("options of a directive", "", ";skip=a", "\n"),
    ("combining characters", "USER a", "\u{301}", "\n"),
];

/// Creates a text with this number of parts.
type Make = fn(usize) -> Vec<u8>;

fn check(text: &[u8]) {
    check_dockerfile(text, &Target::default());
}

/// A text with `@` replaced by a number.
pub(crate) fn numbered(part: &str, n: usize) -> String {
    (0..n).map(|number| part.replace('@', &number.to_string())).collect()
}

/// The shapes of Dockerfiles.
pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for core in core_shapes::SHAPES {
        // The first two grow exponentially up to a limit; the last is only for large files.
        if !["doublings", "stars of a pattern", "bytes"].contains(&core.name) {
            let name = format!("Dockerfile, {}", core.name);
            shapes.push(Shape::of_text(name, |n| (core.make)(n.max(4)).into_bytes(), check));
        }
    }
    for (name, line) in LINES {
        let make = move |n| format!("{FROM}{}", numbered(line, n)).into_bytes();
        shapes.push(Shape::of_text(format!("Dockerfile, lines: {name}"), make, check));
    }
    for (name, before, part, after) in PARTS {
        let make = move |n| format!("{FROM}{before}{}{after}", numbered(part, n)).into_bytes();
        shapes.push(Shape::of_text(format!("Dockerfile, {name}"), make, check));
    }
    let texts: &[(&str, Make)] = &[
        ("directives", |n| format!("# escape=`\n{}{FROM}", "# syntax=a\n".repeat(n)).into_bytes()),
        ("options of a directive", |n| {
            format!("# check=skip=a{}{FROM}", ",MaintainerDeprecated".repeat(n) + "\n").into_bytes()
        }),
        ("arguments before the first stage", |n| {
            format!("{}FROM $A1\n", numbered("ARG A@=b$A@\n", n)).into_bytes()
        }),
        ("stages that begin with one of many lines", |n| {
            format!(
                "FROM a AS s0\n{}{}",
                numbered("ENV A@=b\n", n),
                copied_stages("FROM s0 AS t@\nENV B=c\n", n)
            )
            .into_bytes()
        }),
        ("stages that begin with one that no other needs", |n| {
            format!("FROM a AS s0\n{}{}", numbered("ENV A@=b\n", n), numbered("FROM s0 AS t@\nENV B=c\n", n))
                .into_bytes()
        }),
        ("stages that each run many triggers", |n| {
            let n = 4 * n;
            let triggers = numbered("ONBUILD ENV A@=b\n", n);
            format!("FROM a AS s0\n{triggers}{}", copied_stages("FROM s0 AS t@\n", n)).into_bytes()
        }),
        ("stages chained by name", |n| {
            let stage = |at: usize| format!("FROM s{at} AS s{}\nENV A{at}=b\nLABEL a{at}=b\n", at + 1);
            format!("FROM a AS s0\n{}", (0..n).map(stage).collect::<String>()).into_bytes()
        }),
        ("stages that copy from the one before", |n| {
            let stage = |at: usize| format!("FROM a AS s{}\nCOPY --from=s{at} a b\n", at + 1);
            format!("FROM a AS s0\n{}", (0..n).map(stage).collect::<String>()).into_bytes()
        }),
        ("lines of UTF-16", |n| {
            let text = format!("{FROM}{}", "RUN x\n".repeat(n));
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }),
        ("wrong lines before a comment of other characters", |n| {
            format!("{FROM}{}# {}\n", "FOO x\n".repeat(n), "é".repeat(512 * n)).into_bytes()
        }),
        ("wrong lines of one line of other characters", |n| {
            format!("{FROM}LABEL a=b{}\n", " é".repeat(n)).into_bytes()
        }),
        ("bytes that are not UTF-8", |n| [FROM.as_bytes(), b"RUN ", &[0x80].repeat(n), b"\n"].concat()),
        ("carriage returns", |n| format!("{FROM}RUN a{}\n", "\r".repeat(n)).into_bytes()),
        ("NUL bytes", |n| format!("{FROM}RUN a{}\n", "\0".repeat(n)).into_bytes()),
    ];
    for &(name, make) in texts {
        shapes.push(Shape::of_text(format!("Dockerfile, {name}"), make, check));
    }
    shapes.extend([
        given("labels of the base image", |n, text| {
            let labels: Vec<_> = (0..n).map(|at| format!("\"a{at}\":\"b\"")).collect();
            let config = format!("{{\"config\":{{\"Labels\":{{{}}}}},\"rootfs\":{{}}}}", labels.join(","));
            check_dockerfile(
                DockerfileInput::new(text).base_config(Some(config.as_bytes())),
                &Target::default(),
            );
        }),
        given("variables of the base image", |n, text| {
            let env: Vec<_> = (0..n).map(|at| format!("\"A{at}=b\"")).collect();
            let config = format!("{{\"config\":{{\"Env\":[{}]}},\"rootfs\":{{}}}}", env.join(","));
            check_dockerfile(
                DockerfileInput::new(text).base_config(Some(config.as_bytes())),
                &Target::default(),
            );
        }),
        given("triggers of the base image", |n, text| {
            let triggers = vec!["\"LABEL a=b\""; n].join(",");
            let config = format!("{{\"config\":{{\"OnBuild\":[{triggers}]}},\"rootfs\":{{}}}}");
            check_dockerfile(
                DockerfileInput::new(text).base_config(Some(config.as_bytes())),
                &Target::default(),
            );
        }),
        given("build arguments", |n, _| {
            let args: Vec<_> = (0..n).map(|at| (format!("A{at}"), "b".to_owned())).collect();
            let text = format!("FROM a\n{}", numbered("ARG A@\n", n));
            check_dockerfile(DockerfileInput::new(&text).build_args(&args), &Target::default());
        }),
        given("labels that the build sets", |n, _| {
            let labels: Vec<_> = (0..n).map(|at| (format!("a{at}"), "b".to_owned())).collect();
            let text = format!("FROM a\n{}", numbered("LABEL a@=c\n", n));
            check_dockerfile(
                DockerfileInput::new(&text).labels(&labels).label_values(&labels),
                &Target::default(),
            );
        }),
        context("copies of one file of many", "COPY a@ /x\n", "a@", ""),
        context("copies by wildcards", "COPY a* /licenses/\n", "a@", ""),
        context("copies of a folder of many", "COPY a /licenses/\n", "a/b@/c", ""),
        context("copies of deep paths", "COPY a/b/c/d/e@ /licenses/\n", "a/b/c/d/e@", ""),
        context("lines that leave files out", "COPY a@ /licenses/\n", "a@", "b@\n"),
        context("wildcards that leave files out", "COPY a@ /licenses/\n", "a@", "*b@\n"),
        context("exceptions of what is left out", "COPY a@ /licenses/\n", "a@", "!b@\n"),
    ]);
    shapes
}

/// Stages, and a last one that copies from each of them.
fn copied_stages(stage: &str, n: usize) -> String {
    format!("{}FROM a\n{}", numbered(stage, n), numbered("COPY --from=t@ a b\n", n))
}

/// A shape with other inputs than a Dockerfile; a part has about ten bytes.
fn given(name: &str, check: fn(usize, &str)) -> Shape {
    Shape::new(format!("Dockerfile, {name}"), move |n| Work {
        size: 10 * n,
        run: Box::new(move || check(n, "FROM a\nUSER 1\n")),
    })
}

/// A shape with a Dockerfile, the files that it copies, and its ignore file.
fn context(name: &str, line: &'static str, file: &'static str, ignored: &'static str) -> Shape {
    Shape::new(format!("build context, {name}"), move |n| {
        let text = format!("FROM a\n{}", numbered(line, n));
        let files: BTreeMap<_, _> = (0..n).map(|at| (file.replace('@', &at.to_string()), 0)).collect();
        let context = Context { files, ignored: numbered(ignored, n) };
        let run = move || {
            check_dockerfile(DockerfileInput::new(&text).context(Some(&context)), &Target::default());
        };
        Work { size: 10 * n, run: Box::new(run) }
    })
}

#[derive(Debug)]
struct Context {
    files: BTreeMap<String, u64>,
    ignored: String,
}

impl rekey_core::dockerfile::BuildContext for Context {
    fn list(&self, folder: &str) -> Vec<rekey_core::dockerfile::Entry> {
        self.files.list(folder)
    }

    fn ignore_file(&self) -> Option<&[u8]> {
        Some(self.ignored.as_bytes())
    }
}
