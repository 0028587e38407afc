// Arguments of the wrong kind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as rekey from '../index.js'

const ON_TEXT = Object.entries(rekey).filter(([name]) => /^(check|parse|private|is|to|next|apply)/.test(name) && !/Submission|Credentials|Json|Sarif|parseTags/.test(name))

test('a text of another type is a TypeError that shows no value', () => {
  for (const [name, call] of ON_TEXT) {
    for (const value of [undefined, null, 5, {}, new Date(), new Uint16Array(2), Symbol('CANARY')]) {
      assert.throws(() => call(value), (error) => error instanceof TypeError && !error.message.includes('CANARY'), name)
    }
  }
})

test('half of a surrogate pair is a TypeError that says where', () => {
  for (const [name, call] of ON_TEXT.filter(([name]) => !name.startsWith('is'))) {
    assert.throws(() => call('😀\ud800', name === 'applyFixes' ? [] : undefined), { name: 'TypeError', message: /well-formed Unicode.* at 2$/ }, name)
  }
})

test('an option of another type is a TypeError', () => {
  for (const options of [5, [], 'quay', { flow: 5 }, { severity: 'off' }, { severity: { x: 5 } }, { published: '1.0' }, { published: [1] }, { flwo: 'quay' }]) {
    assert.throws(() => rekey.checkTag('1.0', options), { name: 'TypeError' }, JSON.stringify(options))
  }
  assert.throws(() => rekey.checkGitUrl('x', { private: 'yes' }), { name: 'TypeError' })
  for (const credentials of [undefined, 'CANARY', { authFile: 5 }, { registryKey: '\ud800' }, { key: 'CANARY' }]) {
    assert.throws(() => rekey.checkCredentials(credentials), (error) => error instanceof TypeError && !error.message.includes('CANARY'))
  }
  assert.throws(() => rekey.checkDockerfile('x', { buildArgs: { A: 1 } }), { name: 'TypeError' })
  assert.throws(() => rekey.checkSubmission({ images: {} }), { name: 'TypeError' })
  assert.throws(() => rekey.checkSubmission({ git: { uri: 'x' } }), { name: 'TypeError', message: /^unknown field `uri` in git/ })
  assert.throws(() => rekey.checkTags(['1.0', 5]), { name: 'TypeError', message: /tags\[1\]/ })
})

test('an unknown option is a TypeError that lists the known ones', () => {
  const listed = /^unknown field `target` in options; known are buildArgs, stage, .*flow, policy, preflightVersion, today, severity, render, sarif$/
  assert.throws(() => rekey.checkDockerfile('FROM scratch', { target: 'build' }), { name: 'TypeError', message: listed })
  assert.throws(() => rekey.parseDockerfile('FROM scratch', { target: 'build' }), { name: 'TypeError', message: /^unknown field `target` in .*stage/ })
  const submission = { images: [{ target: 'build' }] }
  assert.throws(() => rekey.checkSubmission(submission), { name: 'TypeError', message: /^unknown field `target` in .*stage/ })
})

test('a value that an option cannot have is a RangeError in the words of core', () => {
  const table = [
    [{ flow: 'x' }, /expected a flow .* found `x`/],
    [{ policy: 'x' }, /expected a policy .* found `x`/],
    [{ preflightVersion: '0.9' }, /expected preflight 1.11 or later/],
    [{ policy: 'konflux', preflightVersion: '1.12' }, /has no policy `konflux`/],
    [{ today: '2026-02-30' }, /expected a date/],
    [{ severity: { 'tag-x': 'off' } }, /unknown rule or check/],
    [{ severity: { 'tag-invalid': 'fatal' } }, /expected a severity/],
  ]
  for (const [options, message] of table) {
    assert.throws(() => rekey.checkTag('1.0', options), { name: 'RangeError', message })
    assert.throws(() => rekey.checkTags(['1.0'], options), { name: 'RangeError', message })
  }
  assert.throws(() => rekey.checkPrivateKey('', { mode: -1 }), { name: 'RangeError' })
  assert.throws(() => rekey.applyFixes('', [], 'display'), { name: 'RangeError' })
})

test('an option that is null or undefined is not given', () => {
  const nothing = { flow: null, policy: undefined, published: null, severity: null, today: undefined }
  assert.deepEqual(rekey.checkTag('1.0', nothing), rekey.checkTag('1.0'))
  assert.deepEqual(rekey.checkTag('1.0', null), rekey.checkTag('1.0'))
})

test('bytes that others may change meanwhile are copied', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(5))
  shared.set(Buffer.from('1.0-1'))
  assert.equal(rekey.checkTag(shared).passed, true)
})

test('a view of a larger buffer is read where it stands', () => {
  assert.deepEqual(rekey.parseTag(Buffer.from('xx1.0-1xx').subarray(2, 7)), { version: '1.0', release: '1' })
})
