// The tables in `tests/cases`, which Rust and Python run too. `rekey-core/tests/it/cases.rs` describes a case.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'smol-toml'
import * as rekey from '../index.js'

const TESTS = new URL('../../tests/', import.meta.url)

const CHECKS = {
  tag: rekey.checkTag,
  git_url: rekey.checkGitUrl,
  private_key: rekey.checkPrivateKey,
  dockerfile: rekey.checkDockerfile,
  reference: rekey.checkReference,
  image: rekey.checkImage,
  credentials: (reference, { authFile, registryKey, ...options }) =>
    rekey.checkCredentials({ authFile, registryKey, reference }, options),
  rehearsal: rekey.checkRehearsal,
  submission: (input, options) => rekey.checkSubmissions(submissions(input), options)[0],
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
  for (const one of parse(readFileSync(new URL('cases/dockerfile/traps.toml', TESTS), 'utf8')).case) {
    ran += 1
    for (const input of inputs(one)) wrong.push(...misread(one, input))
  }
  assert.equal(wrong.join('\n'), '')
  assert.ok(ran > 0)
  console.log(`${ran} cases in Node`)
})

/** The input of a case: text as a string and as bytes, whose places are counted in other units. */
function inputs(one) {
  if (one.input !== undefined) {
    const text = one.input + 'x'.repeat(one.fill ?? 0)
    return [text, Buffer.from(text)]
  }
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

/** The differences from the expectations of a trap; `rekey-core/tests/it/traps.rs` describes its keys. */
function misread(one, input) {
  const file = rekey.parseDockerfile(input, { buildArgs: one.build_args ?? {} })
  const errors = file.problems.filter(({ severity }) => severity === 'error').map(({ line }) => line)
  const last = file.instructions.at(-1) ?? { flags: [], arguments: [] }
  const part = ({ start, end }) => input.slice(start, end).toString()
  const known = ({ kind, value }) => value ?? kind
  const read = {
    refused: file.accepted ? undefined : errors[0],
    fails: file.accepted ? errors[0] : undefined,
    instructions: file.instructions.map(({ keyword, line, endLine }) => [keyword, line, endLine]),
    stages: file.stages.map(({ name, base, kind }) => [name ?? '', base, kind]),
    user: known(file.user),
    unknown_user: file.user.kind,
    labels: Object.fromEntries(Object.entries(file.labels).map(([key, value]) => [key, known(value)])),
    workdir: known(file.workdir),
    layers: file.addedLayers,
    flags: last.flags.map(({ name, value }) => [name, value ?? '']),
    texts: last.arguments.map(({ text }) => text),
    marks: last.arguments.map(part),
    warns: file.problems.filter(({ severity }) => severity === 'warning').map(part),
  }
  const given = new Set(['trap', 'input', 'input_hex', 'fill', 'build_args'])
  const keys = new Set(['refused', 'fails', ...Object.keys(one).filter((key) => !given.has(key))])
  return [...keys]
    .filter((key) => !isDeepStrictEqual(read[key], plain(one[key])))
    .map((key) => `${one.trap}: ${key}\n  expected ${JSON.stringify(one[key])}\n  found    ${JSON.stringify(read[key])}`)
}

/** The value without properties that its parser adds to objects. */
function plain(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** The findings to compare with the case: notes count only if the case names them. */
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

/** The options of a case, with this package's names. */
function options(table) {
  const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  const entries = Object.entries(table).map(([key, value]) => [camel(key), value])
  const { mode, ...rest } = Object.fromEntries(entries)
  return mode === undefined ? rest : { ...rest, mode: Number.parseInt(mode, 8) }
}

/** A batch of submissions separated by empty lines: a case is about the first. */
function submissions(input) {
  return input.toString().split('\n\n').map(submission)
}

/** A submission as one `field = value` per line; a key is the name of its file in `tests/keys`. */
function submission(text) {
  const lines = text.split('\n').filter(Boolean)
  const fields = lines.map((line) => [line.slice(0, line.indexOf(' = ')), line.slice(line.indexOf(' = ') + 3)])
  const git = {}
  const image = {}
  for (const [field, value] of fields) {
    if (field === 'git.url') git.url = value
    else if (field === 'git.private') git.private = value === 'true'
    else if (field === 'git.key') git.key = readFileSync(new URL(`keys/${value}`, TESTS))
    else if (field === 'registry-key') image.registryKey = value
    else image[field] = value
  }
  return { git, images: [image] }
}
