// Features that read files: a submission given by its path, and the command.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
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
  const finding = report.findings.find((one) => one.rule === 'tag-invalid')
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

test('the build context is looked into', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-context-'))
  after(() => rmSync(folder, { recursive: true }))
  const dockerfile = 'FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\nUSER 1001\n'
  const licenses = (given) => {
    const alone = rekey.checkDockerfile(dockerfile, { flow: 'quay', ...given })
    const whole = rekey.checkSubmission({ images: [{ dockerfile, ...given }] }, { flow: 'quay' })
    const rows = [alone, whole].flatMap((report) => report.forecast.filter((row) => row.check === 'HasLicense'))
    assert.equal(rows.length, 2)
    assert.deepEqual([rows[0].outcome, rows[0].evidence], [rows[1].outcome, rows[1].evidence])
    return [rows[0].outcome, rows[0].evidence]
  }
  mkdirSync(join(folder, 'licenses'))
  assert.deepEqual(licenses({}), ['unknown', null])
  assert.deepEqual(licenses({ context: folder }), ['unknown', null])
  writeFileSync(join(folder, 'licenses', 'LICENSE'), 'terms')
  assert.deepEqual(licenses({ context: pathToFileURL(folder) }), ['pass', 'context'])
  writeFileSync(join(folder, '.dockerignore'), 'licenses\n')
  assert.deepEqual(licenses({ context: folder }), ['unknown', null])
  const nowhere = join(folder, 'nowhere')
  assert.throws(() => rekey.checkDockerfile(dockerfile, { context: nowhere }), { name: 'RekeyError', message: /nowhere/ })
  assert.throws(() => rekey.checkSubmission({ images: [{ dockerfile, context: nowhere }] }), { name: 'RekeyError' })
  assert.throws(() => rekey.checkDockerfile(dockerfile, { context: 1 }), TypeError)
})

test('nothing outside of a folder is read', { skip: process.platform === 'win32' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-links-'))
  after(() => rmSync(folder, { recursive: true }))
  const [inside, outside] = ['inside', 'outside'].map((name) => join(folder, name))
  mkdirSync(inside)
  mkdirSync(join(outside, 'licenses'), { recursive: true })
  writeFileSync(join(outside, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(join(outside, 'licenses', 'LICENSE'), 'terms')
  symlinkSync(outside, join(inside, 'out'))
  const rejected = (message, call) => assert.throws(call, { name: 'RekeyError', code: 'read', message })
  for (const path of ['../outside/Dockerfile', 'out/Dockerfile', join(outside, 'Dockerfile'), '/dev/tty']) {
    writeFileSync(join(inside, 'rekey.toml'), `[[image]]\ndockerfile = "${path}"\n`)
    rejected(/leads outside/, () => rekey.checkSubmission({ path: inside }))
  }
  unlinkSync(join(inside, 'rekey.toml'))
  assert.equal(spawnSync('mkfifo', [join(inside, 'Dockerfile')]).status, 0)
  rejected(/is a named pipe/, () => rekey.checkSubmission({ path: inside }))
  symlinkSync(join(outside, 'Dockerfile'), join(inside, 'index.json'))
  rejected(/leads outside/, () => rekey.checkImageArchive(inside))
  const forecasts = ['lic*', 'no*', 'licenses', 'nothing'].map((name) => {
    const report = rekey.checkDockerfile(`FROM scratch\nCOPY out/${name} /licenses/\n`, { context: inside })
    return JSON.stringify(report.forecast)
  })
  assert.equal(new Set(forecasts).size, 1)
  symlinkSync('/dev/zero', join(inside, '.dockerignore'))
  rejected(/leads outside/, () => rekey.checkDockerfile('FROM scratch', { context: inside }))
})

test('severities that rekey.toml changes for some files are changed here too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-override-'))
  after(() => rmSync(folder, { recursive: true }))
  const override = '[[override]]\npaths = ["Dockerfile"]\nrules = { "dockerfile-user-root" = "note" }\n'
  writeFileSync(join(folder, 'rekey.toml'), `flow = "quay"\n[[image]]\nreference = "quay.io/acme/app:1"\n${override}`)
  writeFileSync(join(folder, 'Dockerfile'), 'FROM registry.access.redhat.com/ubi9\nUSER root\n')
  const found = rekey.checkSubmission({ path: folder }).findings.find((one) => one.rule === 'dockerfile-user-root')
  assert.equal(found.severity, 'note')
})
