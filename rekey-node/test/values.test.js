// Values, and the errors for invalid texts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
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
  assert.equal(rekey.latestTag(['1.0-9', '1.0-10\n', '1.0\n2.0-1']), '1.0-9')
  assert.equal(rekey.latestTag([]), null)
})

test('a refusal has a code, a place and a rule', () => {
  const expected = { name: 'RekeyError', code: 'character', start: 1, end: 2, rule: 'tag-invalid' }
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

const KEYS = new URL('../../tests/keys/', import.meta.url)

test('a private key gives what may be known of it, and its form for the service', () => {
  const key = readFileSync(new URL('bits_3072.pem', KEYS))
  const facts = rekey.parsePrivateKey(key)
  assert.deepEqual(Object.keys(facts), ['bits', 'publicKey', 'fingerprint', 'md5Fingerprint'])
  assert.equal(facts.bits, 3072)
  assert.match(facts.publicKey, /^ssh-rsa AAAA/)
  assert.match(facts.fingerprint, /^SHA256:[\w+/]{43}$/)
  assert.equal(rekey.isPrivateKey(key), true)
  const pem = rekey.toPkcs1Pem(key)
  assert.match(pem, /^-----BEGIN RSA PRIVATE KEY-----\n/)
  assert.deepEqual(rekey.parsePrivateKey(pem), facts)
  assert.equal(rekey.toPublicKey(key), facts.publicKey)
})

const read = (name) => readFileSync(new URL(name, KEYS))

test('fingerprints are those of ssh-keygen', () => {
  const { publicKey, fingerprint, md5Fingerprint } = rekey.parsePrivateKey(read('right.pem'))
  const recorded = ['fingerprint.txt', 'fingerprint_md5.txt'].map((name) => read(name).toString().split(' ')[1])
  assert.deepEqual([fingerprint, md5Fingerprint], recorded)
  assert.equal(publicKey, read('right.pub').toString().split(' ').slice(0, 2).join(' '))
})

test('a public key belongs or does not', () => {
  const [right, other] = [read('right.pub').toString(), read('other.pub').toString()]
  const files = ['right.pub', 'authorized_keys.pub', 'rfc4716.pub', 'spki.pub', 'pkcs1.pub', 'fingerprint.txt', 'fingerprint_md5.txt', 'github.json']
  const table = [
    ...files.map((name) => [read(name), true]),
    [right, true],
    [other + right, true],
    [other, false],
    [read('ed25519.pub'), false],
    [read('host_key.pub'), false],
    [`github.com ${right}`, false],
  ]
  for (const [publicKey, belongs] of table) {
    assert.equal(rekey.privateKeyMatches(read('right.pem'), publicKey), belongs, publicKey.toString())
  }
})

test('what is no public key is refused, in its own unit', () => {
  const key = read('right.pem')
  const rule = 'private-key-invalid-public-key'
  for (const [publicKey, code] of [['', 'empty'], ['😀', 'unknown'], [read('other.pem').toString(), 'private-key']]) {
    assert.throws(() => rekey.privateKeyMatches(key, publicKey), { name: 'RekeyError', code, rule, start: 0, end: publicKey.length })
  }
  assert.throws(() => rekey.privateKeyMatches(key, Buffer.from('😀')), { end: 4 })
  assert.throws(() => rekey.privateKeyMatches('', read('right.pub')), { rule: 'private-key-missing' })
  assert.throws(() => rekey.privateKeyMatches(key), { name: 'TypeError', message: /publicKey/ })
  assert.equal(rekey.rule(rule).subject, 'private_key')
})

test('what is no private key is refused without showing it', () => {
  const text = readFileSync(new URL('ed25519.pem', KEYS), 'utf8')
  const secret = text.split('\n')[2].slice(0, 20)
  for (const read of [rekey.parsePrivateKey, rekey.toPkcs1Pem, rekey.toPublicKey]) {
    assert.throws(() => read(text), (error) => error.name === 'RekeyError' && !inspect(error).includes(secret))
  }
  assert.throws(() => rekey.parsePrivateKey('ssh-rsa AAAA'), { name: 'RekeyError', code: 'not-rsa-key' })
  assert.equal(rekey.isPrivateKey(text), false)
})

test('a Dockerfile is read as BuildKit does', () => {
  const text = 'ARG UID\nFROM golang:1.25 AS build\n# é😀\nFROM scratch\nARG UID\nCOPY --chown=1 é /\nUSER $UID\nLABEL my_key=v __proto__=w\n'
  const file = rekey.parseDockerfile(text)
  assert.deepEqual(file.instructions.map((one) => one.keyword), ['ARG', 'FROM', 'FROM', 'ARG', 'COPY', 'USER', 'LABEL'])
  const copy = file.instructions[4]
  assert.deepEqual([copy.line, copy.endLine, text.slice(copy.start, copy.end)], [6, 6, 'COPY --chown=1 é /'])
  assert.deepEqual(copy.arguments.map((one) => text.slice(one.start, one.end)), ['é', '/'])
  assert.deepEqual([copy.flags[0].name, copy.flags[0].value], ['chown', '1'])
  assert.deepEqual(file.stages.map((one) => [one.name, one.base, one.kind, one.needed]), [['build', 'golang:1.25', 'image', false], [null, 'scratch', 'scratch', true]])
  assert.deepEqual([file.accepted, file.target, file.addedLayers, file.user.kind], [true, 1, 1, 'unresolved'])
  assert.deepEqual(Object.keys(file.labels).sort(), ['__proto__', 'my_key'])
  assert.equal(rekey.parseDockerfile(text, { buildArgs: { UID: '1001' } }).user.value, '1001')
})

test('a Dockerfile of bytes is placed in bytes, and never refused', () => {
  const data = Buffer.from('# é\nFORM scratch\n')
  const [problem] = rekey.parseDockerfile(data).problems
  assert.deepEqual([problem.severity, problem.phase, problem.line], ['error', 'parse', 2])
  assert.match(data.subarray(problem.start, problem.end).toString(), /^FORM/)
  assert.equal(rekey.parseDockerfile(Buffer.from([0xff, 0])).accepted, false)
})

test('many tags are read as one by one', () => {
  const tags = ['1.0-1', '1.0', '', 'a b', 'é', 'x'.repeat(128), 'x'.repeat(129), '-1', '1.0-beta-3']
  const single = (tag) => (rekey.isTag(tag) ? rekey.parseTag(tag) : null)
  for (const some of [tags, [...tags, '1.0\n2'], [], ['']]) assert.deepEqual(rekey.parseTags(some), some.map(single))
  assert.throws(() => rekey.parseTags('1.0'), { name: 'TypeError', message: /tags must be an array/ })
  assert.throws(() => rekey.parseTags(['1.0', 5]), { name: 'TypeError', message: /tags\[1\]/ })
  assert.throws(() => rekey.parseTags(['\ud800']), { name: 'TypeError', message: /well-formed/ })
})
