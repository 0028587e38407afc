// Reports: places, shapes, the JSON form, and texts that a report must not contain.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as rekey from '../index.js'

/** The texts that the findings mark. */
function marks(input, report) {
  return report.findings.map((finding) => input.slice(finding.start, finding.end).toString())
}

test('a string is marked in UTF-16 units', () => {
  assert.deepEqual(marks('1.0😀', rekey.checkTag('1.0😀')), ['😀'])
  assert.equal(rekey.checkTag('1.0😀').findings[0].end, 5)
})

test('bytes are marked in bytes', () => {
  const input = Buffer.from('1.0😀')
  assert.deepEqual(marks(input, rekey.checkTag(input)), ['😀'])
  assert.equal(rekey.checkTag(new Uint8Array(input)).findings[0].end, 7)
})

test('each field of a submission is marked in its own unit', () => {
  const report = rekey.checkSubmission({ images: [{ name: 'a', tag: '1😀' }, { tag: Buffer.from('1😀') }] })
  const places = report.findings.filter((one) => one.subject === 'tag').map(({ source, start, end }) => [source, start, end])
  assert.deepEqual(places, [['image.a.tag', 1, 3], ['image.1.tag', 1, 5]])
})

test('lines and columns are those of a person', () => {
  const { line, column, endLine, endColumn } = rekey.checkTag('1.0\n').findings[0]
  assert.deepEqual([line, column, endLine, endColumn], [1, 4, 2, 1])
})

test('a report says what it was judged against', () => {
  const options = { flow: 'quay', policy: 'root', preflightVersion: '1.20', today: '2026-11-23' }
  const { target } = rekey.checkTag('1.0', options)
  assert.deepEqual(target, { ...options, preflightVersion: '1.20.0', severity: {} })
  const severity = { 'tag-unnumbered': 'error' }
  const report = rekey.checkTag('1.0', { ...target, severity })
  assert.deepEqual([report.passed, report.target.severity], [false, severity])
  assert.deepEqual(rekey.checkTag('1.0', report.target), report)
})

test('the rules of the newest version hold for one that is not known', () => {
  const newest = rekey.checkTag('1.0-1').target.preflightVersion
  for (const preflightVersion of ['9.9', '1.211', '1.22.0']) {
    // The first has no finding, the second has one.
    for (const tag of ['1.0-1', '1.0', '1.0-1']) {
      const { target, notices } = rekey.checkTag(tag, { preflightVersion, flow: 'quay' })
      assert.equal(target.preflightVersion, newest)
      assert.equal(notices.length, 1)
      assert.ok(notices[0].startsWith(`preflight ${preflightVersion}`) && notices[0].includes(newest), notices[0])
    }
    const rendered = rekey.render(rekey.checkTag('1.0', { preflightVersion, render: true }))
    assert.match(rendered, /is not known/)
  }
  assert.deepEqual(rekey.checkTag('1.0-1', { preflightVersion: '1.11', flow: 'quay' }).notices, [])
})

test('a withdrawn flow has a notice', () => {
  const [notice, ...others] = rekey.checkTag('1.0-1').notices
  assert.match(notice, /^Red Hat withdrew the flow `build-service` in 2022/)
  assert.deepEqual(others, [])
})

test('a finding lists what follows from it', () => {
  const text = 'FROM scratch\nLABEL a=😀 \\\n\nUSER 1001\n'
  const { findings } = rekey.checkDockerfile(text)
  const cause = findings.find(({ rule }) => rule === 'dockerfile-swallowed-instruction')
  assert.ok(cause.consequences.some(({ rule }) => rule === 'dockerfile-missing-user'))
  assert.ok(!findings.some(({ rule }) => rule === 'dockerfile-missing-user'))
  // Places in consequences count UTF-16 units, too.
  const empty = cause.consequences.find(({ rule }) => rule === 'dockerfile-empty-continuation')
  assert.equal(empty.start, text.indexOf('\n\n') + 1)
  const missing = findings.find(({ rule }) => rule === 'dockerfile-missing-label')
  assert.deepEqual([missing.parameter, missing.parameters.length], [null, 7])
})

test('a report gives what was read', () => {
  assert.deepEqual(rekey.checkTag('1.0-beta-3').facts, { version: '1.0-beta', release: '3' })
  assert.equal(rekey.checkTag('a b').facts, null)
})

test('counts agree with the findings', () => {
  const report = rekey.checkTag('1.0')
  assert.equal(report.passed, false)
  assert.equal(report.counts.errors, report.findings.filter((one) => one.severity === 'error').length)
})

test('a severity can be set, and a rule turned off', () => {
  const warned = rekey.checkTag('1.0', { severity: { 'tag-missing-release': 'warning' } })
  assert.deepEqual([warned.passed, warned.findings[0].severity], [true, 'warning'])
  const off = rekey.checkTag('1.0', { severity: { 'tag-missing-release': 'off' } })
  assert.ok(!off.findings.some((one) => one.rule === 'tag-missing-release'))
})

test('the JSON form is that of every language: places in bytes', () => {
  const envelope = JSON.parse(rekey.toJson(rekey.checkTag('1.0é')))
  assert.equal(envelope.schema_version, 1)
  assert.deepEqual([envelope.reports[0].findings[0].start, envelope.reports[0].findings[0].end], [3, 5])
})

test('a report is a plain object', () => {
  const report = rekey.checkTag('1.0')
  assert.equal(Object.getPrototypeOf(report), Object.prototype)
  assert.deepEqual(structuredClone(report), report)
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report)
})

test('a report is shown with the marked line when that was asked for', () => {
  const shown = rekey.render(rekey.checkTag('1.0', { render: true }))
  assert.match(shown, /^1 error in 1 input \(flow build-service/)
  assert.match(shown, /error\[tag-missing-release\].*\n[^]*\^\^\^/)
  assert.ok(!shown.includes('\u001b'))
  const { findings } = rekey.checkTag('1.0', { render: true })
  assert.deepEqual(findings, rekey.checkTag('1.0').findings)
})

test('a report that was not asked for text has none, and a copy has no other form', () => {
  const report = rekey.checkTag('1.0', { render: true })
  assert.throws(() => rekey.render(rekey.checkTag('1.0')), { name: 'TypeError', message: /render: true/ })
  assert.throws(() => rekey.render(structuredClone(report)), { name: 'TypeError', message: /not a copy/ })
  assert.throws(() => rekey.toJson(structuredClone(report)), { name: 'TypeError', message: /not a copy/ })
  assert.throws(() => rekey.toSarif(report), { name: 'TypeError', message: /sarif: true/ })
})

test('a report is SARIF when that was asked for', () => {
  const sarif = JSON.parse(rekey.toSarif(rekey.checkTag('1.0', { sarif: true })))
  assert.deepEqual(sarif.runs[0].results.map((result) => result.ruleId), ['tag-missing-release'])
})

test('a key is in no report, shown in whatever way', () => {
  const body = 'Q0FOQVJZ'.repeat(8)
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`
  const reports = [
    rekey.checkPrivateKey(key, { render: true }),
    rekey.checkPrivateKey(Buffer.from(key), { publicKey: key }),
    rekey.checkSubmission({ git: { key, publicKey: key } }, { render: true }),
    rekey.checkPrivateKey(`${key.slice(0, 40)} ${key.slice(40)}`, { publicKey: key, render: true }),
    rekey.checkGitUrl(`https://me:${body}@github.com/acme/app`, { render: true }),
  ]
  for (const report of reports) {
    const shown = [rekey.toJson(report), JSON.stringify(report), inspect(report, { depth: null, showHidden: true })]
    if (report !== reports[1]) shown.push(rekey.render(report))
    assert.ok(!shown.join('').includes(body))
  }
})

test('many tags at once are judged as one by one', () => {
  const tags = ['1.0-1', '1.0', 'a b', '', 'é', '1.0-1\n2', 'latest']
  const single = tags.map((tag) => rekey.checkTag(tag))
  for (const some of [tags, tags.filter((tag) => !tag.includes('\n')), []]) {
    const { rules, severities } = rekey.checkTags(some)
    const reports = some.map((tag) => single[tags.indexOf(tag)])
    assert.deepEqual(severities.map((one) => one !== 'error'), reports.map((report) => report.passed))
    assert.ok(reports.every((report, at) => rules[at] === null ? report.findings.length === 0 : report.findings.some((one) => one.rule === rules[at])))
  }
})

test('many URLs at once are judged as one by one', () => {
  const urls = ['https://github.com/acme/app', 'git@github.com:acme/app.git', 'acme/app', '', 'é\n']
  for (const options of [{}, { private: true }, { private: false }]) {
    for (const some of [urls, urls.slice(0, 3)]) {
      const { severities } = rekey.checkGitUrls(some, options)
      assert.deepEqual(severities.map((one) => one !== 'error'), some.map((url) => rekey.checkGitUrl(url, options).passed))
    }
  }
  assert.throws(() => rekey.checkGitUrls([5]), { name: 'TypeError', message: /urls\[0\]/ })
})

test('a text of tags has one a line', () => {
  assert.deepEqual(rekey.checkTags('1.0-1\n1.0\n').rules, [null, 'tag-missing-release'])
  assert.deepEqual(rekey.checkTags(Buffer.from('1.0-1')).rules, [null])
  assert.deepEqual(rekey.checkTags('').rules, [])
})

test('fixes apply to the text in its own unit', () => {
  const { findings } = rekey.checkTag('1.0')
  assert.deepEqual(rekey.applyFixes('1.0', findings), { text: '1.0', applied: 0 })
  assert.deepEqual(rekey.applyFixes('1.0', findings, 'unsafe'), { text: '1.0-1', applied: 1 })
  assert.deepEqual(rekey.applyFixes(Buffer.from('1.0'), findings, 'unsafe').text, Buffer.from('1.0-1'))
  const edits = [{ start: 3, end: 4, text: 'x' }]
  assert.equal(rekey.applyFixes('é😀b', [{ fix: { safety: 'safe', edits } }]).text, 'é😀x')
  assert.equal(rekey.applyFixes(Buffer.from('ééb'), [{ fix: { safety: 'safe', edits: [{ start: 4, end: 5, text: 'x' }] } }]).text.toString(), 'ééx')
})

test('an edit inside of a character or after the end is left out', () => {
  for (const start of [2, 9]) {
    const edits = [{ start, end: start, text: 'x' }]
    assert.deepEqual(rekey.applyFixes('é😀', [{ fix: { safety: 'safe', edits } }]), { text: 'é😀', applied: 0 })
  }
})

test('a batch shows what stands in two submissions', () => {
  const key = 'CANARY' + '0A'.repeat(29)
  const image = (digit) => ({ reference: `quay.io/redhat-isv-containers/${digit.repeat(24)}:1.0-1`, registryKey: key })
  const batch = [{ images: [image('0')] }, { images: [image('1')] }]
  const reports = rekey.checkSubmissions(batch, { flow: 'quay', render: true, sarif: true })
  for (const [at, report] of reports.entries()) {
    const finding = report.findings.find((one) => one.rule === 'submission-registry-key-reused')
    assert.deepEqual(finding.related.map(({ source }) => source), [`submissions[${1 - at}].registry-key`])
    const shown = [rekey.toJson(report), rekey.render(report), rekey.toSarif(report), inspect(report, { depth: null })]
    assert.ok(!shown.join('').includes(key))
  }
  assert.ok(rekey.checkSubmission(batch[0], { flow: 'quay' }).passed)
  assert.deepEqual(rekey.checkSubmissions([]), [])
  assert.throws(() => rekey.checkSubmissions(batch[0]), { name: 'TypeError', message: /submissions must be an array/ })
  assert.throws(() => rekey.checkSubmissions([{}, { images: [{ tag: 5 }] }]), {
    name: 'TypeError',
    message: /submissions\[1\]\.images\[0\]\.tag/,
  })
})
