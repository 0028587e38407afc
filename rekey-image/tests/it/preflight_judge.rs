//! Verdicts on images, compared with the real preflight.
//!
//! Preflight cannot be redistributed: `PREFLIGHT_AT` names a checkout of openshift-preflight. If Go is
//! installed, every scenario's image is pushed to a registry on loopback in the same process, and preflight's
//! own engine runs its checks on it, except `BasedOnUbi`, which queries Red Hat's catalog. Tests with missing
//! inputs print that they were skipped.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    build::{self, Folder, Image, Stored, is_installed, put},
    scenarios::{drawn, scenarios},
};
use rekey_core::{Flow, ImageInput, Policy, Source, Target, check_image};
use rekey_image::{Budget, Format, Limits, TarParts, list, read};

/// Prints `image check outcome` on each line, and `image - error` for an image that cannot be checked at all.
const MAIN: &str = r#"package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/redhat-openshift-ecosystem/openshift-preflight/artifacts"
	"github.com/redhat-openshift-ecosystem/openshift-preflight/internal/check"
	"github.com/redhat-openshift-ecosystem/openshift-preflight/internal/engine"
	"github.com/redhat-openshift-ecosystem/openshift-preflight/internal/policy"
	"github.com/redhat-openshift-ecosystem/openshift-preflight/internal/runtime"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	host := strings.TrimPrefix(server.URL, "http://")
	all, err := engine.InitializeContainerChecks(context.Background(), policy.PolicyContainer, engine.ContainerCheckConfig{})
	must(err)
	var checks []check.Check
	for _, one := range all {
		if one.Name() != "BasedOnUbi" {
			checks = append(checks, one)
		}
	}
	for _, argument := range os.Args[1:] {
		folder, tag, _ := strings.Cut(argument, "=")
		index, err := layout.ImageIndexFromPath(folder)
		must(err)
		manifest, err := index.IndexManifest()
		must(err)
		image, err := index.Image(manifest.Manifests[0].Digest)
		must(err)
		called := filepath.Base(folder)
		reference, err := name.ParseReference(host+"/acme/"+called+":"+tag, name.Insecure)
		must(err)
		must(remote.Write(reference, image))
		writer, err := artifacts.NewMapWriter()
		must(err)
		ctx := artifacts.ContextWithWriter(context.Background(), writer)
		run, err := engine.New(ctx, checks, nil, runtime.Config{Image: reference.String(), Platform: "amd64", Insecure: true})
		must(err)
		if err := run.ExecuteChecks(ctx); err != nil {
			fmt.Println(called, "-", "error")
			continue
		}
		results := run.Results(ctx)
		for _, one := range results.Passed {
			fmt.Println(called, one.Name(), "pass")
		}
		for _, one := range results.Failed {
			fmt.Println(called, one.Name(), "fail")
		}
		for _, one := range results.Errors {
			fmt.Println(called, one.Name(), "error")
		}
	}
}
"#;

#[test]
fn the_real_preflight_agrees_on_every_scenario() {
    let images =
        scenarios().into_iter().map(|scenario| (scenario.name.to_owned(), scenario.tag, scenario.image));
    compare("scenarios", &images.collect::<Vec<_>>(), true);
}

/// Random layers combine in ways that handwritten ones do not.
#[test]
fn the_real_preflight_agrees_on_random_images() {
    let images = (1..=400).map(|number| (format!("drawn-{number}"), "1.0-1", drawn(number)));
    compare("drawn", &images.collect::<Vec<_>>(), false);
}

fn compare(name: &str, images: &[(String, &str, Image)], shown: bool) {
    let Some(checkout) = std::env::var_os("PREFLIGHT_AT").map(PathBuf::from) else {
        return crate::skip::lacks("openshift-preflight", "set `PREFLIGHT_AT` to a checkout");
    };
    if !is_installed("go") {
        return;
    }
    let folder = Folder::new(&format!("preflight-{name}"));
    let layouts: Vec<_> = images.iter().map(|image| write(&folder.0, image)).collect();
    let theirs = judge(&checkout, &folder.0, &layouts);
    let mut different = Vec::new();
    let mut failing_images = 0;
    for image in images {
        let theirs = &theirs[&image.0];
        let ours = ours(image);
        let failing = |verdicts: &BTreeMap<String, String>| {
            let failing = verdicts.iter().filter(|(_, outcome)| *outcome != "pass");
            failing.map(|(check, outcome)| format!("{check} {outcome}")).collect::<Vec<_>>().join(", ")
        };
        failing_images += usize::from(!failing(theirs).is_empty());
        if shown {
            println!("{:45} preflight: {:35} rekey: {}", image.0, failing(theirs), failing(&ours));
        }
        if ours != *theirs {
            different.push((&image.0, failing(theirs), failing(&ours)));
        }
    }
    println!("{} images, {failing_images} of them fail, {} different", images.len(), different.len());
    assert!(failing_images > 10 && images.len() - failing_images > 10, "both verdicts are to be seen");
    assert!(different.is_empty(), "{different:#?}");
}

fn write(folder: &Path, (name, tag, image): &(String, &str, Image)) -> String {
    let layout = folder.join(name);
    for (path, bytes) in image.layout("app", Stored::Gzip) {
        put(&layout, &path, bytes);
    }
    format!("{}={tag}", layout.display())
}

/// Preflight's results, by image and check.
fn judge(checkout: &Path, folder: &Path, layouts: &[String]) -> BTreeMap<String, BTreeMap<String, String>> {
    let program = folder.join("main.go");
    fs::write(&program, MAIN).unwrap();
    let overlay = folder.join("overlay.json");
    let inside = checkout.join("internal/rekeyjudge/main.go");
    let replace = serde_json::json!({"Replace": {inside.to_str().unwrap(): program.to_str().unwrap()}});
    fs::write(&overlay, replace.to_string()).unwrap();
    let output = Command::new("go")
        .arg("run")
        .arg(format!("-overlay={}", overlay.display()))
        .arg("./internal/rekeyjudge")
        .args(layouts)
        .current_dir(checkout)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut verdicts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let [image, check, outcome] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        verdicts.entry(image.into()).or_default().insert(check.into(), outcome.into());
    }
    verdicts
}

/// rekey's results, with the same words.
fn ours((name, tag, image): &(String, &str, Image)) -> BTreeMap<String, String> {
    let archive = build::archive(&image.layout("app", Stored::Gzip));
    let mut parts = TarParts::new(std::io::Cursor::new(archive)).unwrap();
    let image = &list(&mut parts, Format::Unstated, None).unwrap().images[0];
    let contents = read(&mut parts, image, &mut Budget::new(Limits::default())).unwrap();
    let reference = format!("localhost/acme/{name}:{tag}");
    let target = Target::new(Flow::External, Policy::Container, "1.21.0".parse().unwrap()).unwrap();
    let called = Source::field("image");
    let input = ImageInput::archive(&contents, &called).reference(Some(reference.as_str().into()));
    let report = check_image(input, &target);
    if report.findings().any(|finding| finding.rule().id == "image-unsafe-path") {
        return BTreeMap::from([("-".into(), "error".into())]);
    }
    let rows = report.forecast();
    let rows = rows.iter().filter(|row| row.check != "BasedOnUbi");
    rows.map(|row| (row.check.to_string(), row.outcome.as_str().to_owned())).collect()
}
