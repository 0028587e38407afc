// What reads files: a submission named by its path, and the command.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as rekey from '../index.js'

const FOLDER = mkdtempSync(join(tmpdir(), 'rekey-'))
after(() => rmSync(FOLDER, { recursive: true }))
const CONFIG = `flow = "quay"\n# é\n[git]\nurl = "https://github.com/acme/app"\nprivate = false\n[[image]]\ntag = "1 0"\nreference = "quay.io/acme/app:1"\n`
writeFileSync(join(FOLDER, 'rekey.toml'), CONFIG)

const BIN = fileURLToPath(new URL('../bin/rekey.js', import.meta.url))

function command(...args) {
  return spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' })
}

test('a submission is read from its folder and marked in bytes', () => {
  const report = rekey.checkSubmission({ path: FOLDER }, { render: true })
  assert.equal(report.target.flow, 'quay')
  const finding = report.findings.find((one) => one.rule === 'tag-malformed')
  assert.match(finding.source, /rekey\.toml$/)
  assert.equal(Buffer.from(CONFIG).subarray(finding.start, finding.end).toString(), ' ')
  assert.match(rekey.render(report), /tag = "1 0"/)
})

test('a whole submission passes, and a first try does not', () => {
  const partner = (name) => rekey.checkSubmission({ path: new URL(`../../tests/partners/${name}`, import.meta.url) })
  assert.equal(partner('acme').passed, true)
  assert.equal(partner('first-try').passed, false)
})

test('options go before what rekey.toml says', () => {
  assert.equal(rekey.checkSubmission({ path: pathToFileURL(FOLDER) }, { flow: 'external' }).target.flow, 'external')
})

test('a folder that cannot be read is refused', () => {
  const path = join(FOLDER, 'none')
  assert.throws(() => rekey.checkSubmission({ path }), { name: 'RekeyError', code: 'read', message: /none: no such file/ })
  assert.throws(() => rekey.checkSubmission({ path: 5 }), { name: 'TypeError' })
  assert.throws(() => rekey.checkSubmission({ path, git: {} }), { name: 'TypeError' })
  assert.throws(() => rekey.checkSubmission({ path }, { flow: 'x' }), { name: 'RangeError' })
})

test('the command is that of every language', () => {
  assert.equal(command('tag', '1.0-1').status, 0)
  const refused = command('tag', '1.0')
  assert.equal(refused.status, 1)
  assert.match(refused.stdout, /tag-missing-release/)
  assert.equal(command('nonsense').status, 2)
  assert.equal(command('key', join(FOLDER, 'none')).status, 3)
})

test('the JSON of the command is that of the package', () => {
  const { stdout } = command('tag', '1.0', '--format', 'json')
  const [ours, theirs] = [rekey.toJson(rekey.checkTag('1.0')), stdout].map((json) => JSON.parse(json))
  assert.deepEqual(theirs.reports[0].findings[0].message, ours.reports[0].findings[0].message)
})
