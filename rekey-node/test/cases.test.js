// The tables in `tests/cases`, which Rust and Python run too. `rekey-core/tests/cases.rs` says what a case is.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import * as rekey from '../index.js'

const TESTS = new URL('../../tests/', import.meta.url)

const CHECKS = {
  tag: rekey.checkTag,
  git_url: rekey.checkGitUrl,
  private_key: rekey.checkPrivateKey,
  dockerfile: rekey.checkDockerfile,
  image: rekey.checkImage,
  submission: (input, options) => rekey.checkSubmission(submission(input), options),
}

test('every table holds', () => {
  let ran = 0
  const wrong = []
  for (const file of readdirSync(new URL('cases/', TESTS)).sort()) {
    if (!file.endsWith('.toml')) continue
    const subject = file.slice(0, -'.toml'.length)
    const table = parse(readFileSync(new URL(`cases/${file}`, TESTS), 'utf8'))
    for (const one of table.case) {
      ran += 1
      for (const input of inputs(one)) wrong.push(...differences(subject, one, input))
    }
  }
  assert.equal(wrong.join('\n'), '')
  assert.ok(ran > 0)
  console.log(`${ran} cases in Node`)
})

/** The input of a case: text as a string and as bytes, whose places are counted in other units. */
function inputs(one) {
  if (one.input !== undefined) return [one.input, Buffer.from(one.input)]
  if (one.input_hex !== undefined) return [Buffer.from(one.input_hex.replace(/\s/g, ''), 'hex')]
  return [readFileSync(new URL(one.file, TESTS))]
}

function differences(subject, one, input) {
  const report = CHECKS[subject](input, options(one.options ?? {}))
  const label = `${subject}: ${JSON.stringify(one.input ?? one.file ?? one.input_hex)} ${JSON.stringify(one.options)}`
  const found = foundIn(report, one, input)
  if (JSON.stringify(found) !== JSON.stringify(one.find)) {
    return [`${label}\n  expected ${JSON.stringify(one.find)}\n  found    ${JSON.stringify(found)}`]
  }
  if (one.fixed === undefined) return []
  const { text } = rekey.applyFixes(input, report.findings, 'unsafe')
  const fixed = text.toString()
  return fixed === one.fixed ? [] : [`${label}\n  expected fixed ${JSON.stringify(one.fixed)}\n  found fixed    ${JSON.stringify(fixed)}`]
}

/** What the case expects of this report: notes count where the case names them. */
function foundIn(report, one, input) {
  const listed = new Set(one.find.map(([rule]) => rule))
  return report.findings
    .filter((finding) => finding.severity !== 'note' || listed.has(name(finding)) || listed.has(finding.rule))
    .map((finding) => [listed.has(name(finding)) ? name(finding) : finding.rule, marked(finding, input)])
}

function name(finding) {
  return finding.parameter === null ? finding.rule : `${finding.rule}:${finding.parameter}`
}

function marked(finding, input) {
  return finding.start === null ? '' : input.slice(finding.start, finding.end).toString()
}

/** The options of a case under the names of this package. */
function options(table) {
  const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  const entries = Object.entries(table).map(([key, value]) => [camel(key), value])
  const { mode, ...rest } = Object.fromEntries(entries)
  return mode === undefined ? rest : { ...rest, mode: Number.parseInt(mode, 8) }
}

/** A submission written as one `field = value` a line; a key is named by its file in `tests/keys`. */
function submission(input) {
  const lines = input.toString().split('\n').filter(Boolean)
  const fields = lines.map((line) => [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3)])
  const git = {}
  const image = {}
  for (const [field, value] of fields) {
    if (field === 'git.url') git.url = value
    else if (field === 'git.private') git.private = value === 'true'
    else if (field === 'git.key') git.key = readFileSync(new URL(`keys/${value}`, TESTS))
    else image[field] = value
  }
  return { git, images: [image] }
}
