// Values, and what is thrown where there is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as rekey from '../index.js'

test('a tag has a version and a release', () => {
  assert.deepEqual(rekey.parseTag('1.0-beta-3'), { version: '1.0-beta', release: '3' })
  assert.deepEqual(rekey.parseTag(Buffer.from('latest')), { version: 'latest', release: null })
})

test('a git URL has the parts that git sees', () => {
  const parts = { user: 'git', host: 'github.com', port: null, path: 'acme/app.git', owner: 'acme', repository: 'app' }
  assert.deepEqual(rekey.parseGitUrl('git@github.com:acme/app.git'), { transport: 'ssh', ...parts })
})

test('a git URL has a form for the other transport', () => {
  assert.equal(rekey.toSsh('https://github.com/acme/app.git'), 'git@github.com:acme/app.git')
  assert.equal(rekey.toHttps('git@github.com:acme/app.git'), 'https://github.com/acme/app.git')
})

test('an image reference is completed', () => {
  const official = { domain: 'docker.io', path: 'library/redis', tag: null, digest: null }
  assert.deepEqual(rekey.parseImageReference('redis'), official)
})

test('releases are counted up from the highest that is published', () => {
  assert.equal(rekey.nextRelease('1.0-9'), '1.0-10')
  assert.equal(rekey.nextRelease('1.0-1', ['1.0-9', 'no tag']), '1.0-10')
})

test('the latest tag is the newest that names a version', () => {
  assert.equal(rekey.latestTag(['1.0-9', '1.0-10', 'latest', 'no tag']), '1.0-10')
  assert.equal(rekey.latestTag([]), null)
})

test('a refusal has a code, a place and a rule', () => {
  const expected = { name: 'RekeyError', code: 'character', start: 1, end: 2, rule: 'tag-malformed' }
  assert.throws(() => rekey.parseTag('1 0'), expected)
  assert.throws(() => rekey.parseTag('1 0'), (error) => error instanceof rekey.RekeyError && error instanceof Error)
})

test('a refusal is placed in the unit of the input', () => {
  assert.throws(() => rekey.parseTag('1😀'), { start: 1, end: 3 })
  assert.throws(() => rekey.parseTag(Buffer.from('1😀')), { start: 1, end: 5 })
})

test('bytes that are not UTF-8 are refused as any other', () => {
  const bytes = Buffer.from([0x61, 0xff])
  for (const parse of [rekey.parseTag, rekey.parseGitUrl, rekey.parseImageReference]) {
    assert.throws(() => parse(bytes), { name: 'RekeyError' })
  }
})

test('a conversion says why there is none', () => {
  assert.throws(() => rekey.toSsh('https://example.com/x'), { name: 'RekeyError', code: 'unknown-shape' })
  assert.throws(() => rekey.nextRelease('latest'), { name: 'RekeyError', code: 'floating' })
})

test('a password is in no refusal', () => {
  assert.throws(() => rekey.parseGitUrl('https://me:CANARY@github.com/a/b'), (error) => !`${error}${error.stack}`.includes('CANARY'))
})

test('is answers true or false', () => {
  assert.deepEqual(['1.0', 'a b', '', '\ud800', Buffer.from('1')].map(rekey.isTag), [true, false, false, false, true])
  assert.deepEqual([rekey.isGitUrl('https://github.com/a/b'), rekey.isGitUrl('a b')], [true, false])
  assert.deepEqual([rekey.isImageReference('redis'), rekey.isImageReference('A')], [true, false])
})
