// No secret is in any output: not of a key, a damaged key, an auth file or a registry key.
//
// The secrets of a file are all runs of twelve characters of its digits (the base64 between header and footer), except those
// that also occur in a public half: the bytes from the beginning of the key to the end of the public exponent, in base64
// at each of the three alignments. If the key can be parsed, so are all runs in base64 of the bytes after the
// public exponent, at each alignment, since another format of the key would contain them.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as rekey from '../index.js'

const WINDOW = 12
const KEYS = new URL('../../tests/keys/', import.meta.url)
const read = (name) => readFileSync(new URL(name, KEYS))

function windows(text) {
  const found = new Set()
  for (let at = 0; at + WINDOW <= text.length; at += 1) found.add(text.slice(at, at + WINDOW))
  return found
}

/** The bytes in base64 at each alignment, without the digits that also depend on adjacent bytes. */
function aligned(bytes) {
  return [0, 1, 2].map((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '')
    return digits.slice([0, 2, 3][before], (before + bytes.length) % 3 ? -1 : undefined)
  })
}

/** The base64 of a file without newlines. Runs shorter than 20 characters are words of prose. */
function digits(data) {
  const wide = (data[0] === 0xff && data[1] === 0xfe) || (data[0] === 0xfe && data[1] === 0xff)
  const little = wide && data[0] === 0xfe ? Buffer.from(data.subarray(0, data.length & ~1)).swap16() : data
  const text = wide ? little.toString('utf16le') : data.toString()
  const bare = text.replaceAll('\\n', '\n').replace(/-+ *(?:BEGIN|END)[A-Z0-9 ]*-*/g, ' ')
  return (bare.match(/[A-Za-z0-9+/_]{20,}/g) ?? []).filter((run) => run !== run.toUpperCase()).join('')
}

/** The bytes that the digits of a file encode. */
function container(data) {
  return data[0] === 0x30 ? data : Buffer.from(digits(data), 'base64')
}

/** The end of the public exponent in an RSA key in DER or OpenSSH's format; throws or returns null if there is none. */
function endOfPublic(bytes) {
  if (!bytes.subarray(0, 15).equals(Buffer.from('openssh-key-v1\0'))) return endInDer(bytes, 0)
  const string = (at) => [at + 4, at + 4 + bytes.readUInt32BE(at)]
  const [cipher, cipherEnd] = string(15)
  if (bytes.toString('latin1', cipher, cipherEnd) !== 'none') return null
  let at = string(string(cipherEnd)[1])[1]
  at = string(at + 4)[1]
  const [type, typeEnd] = string(string(at)[0] + 8)
  if (bytes.toString('latin1', type, typeEnd) !== 'ssh-rsa') return null
  return string(string(typeEnd)[1])[1]
}

function endInDer(bytes, start) {
  const content = (at, tag) => {
    assert.equal(bytes[at], tag)
    const long = bytes[at + 1] & 0x80 ? bytes[at + 1] & 0x7f : 0
    const length = long ? bytes.readUIntBE(at + 2, long) : bytes[at + 1]
    return [at + 2 + long, at + 2 + long + length]
  }
  let at = content(content(start, 0x30)[0], 0x02)[1]
  if (bytes[at] === 0x30) return endInDer(bytes, content(content(at, 0x30)[1], 0x04)[0])
  for (let number = 0; number < 2; number += 1) at = content(at, 0x02)[1]
  return at
}

/** The public and the private part of a key; null if it is not a readable RSA key. */
function split(bytes) {
  try {
    const end = endOfPublic(bytes)
    return end === null ? null : [bytes.subarray(0, end), bytes.subarray(end)]
  } catch {
    return null
  }
}

const PUBLIC = new Set()
for (const name of readdirSync(KEYS)) {
  for (const text of aligned(split(container(read(name)))?.[0] ?? Buffer.alloc(0))) {
    for (const window of windows(text)) PUBLIC.add(window)
  }
}

/** The secrets of a key file. */
function secrets(data) {
  const found = windows(digits(data))
  for (const text of aligned(split(container(data))?.[1] ?? Buffer.alloc(0))) {
    for (const window of windows(text)) found.add(window)
  }
  for (const window of PUBLIC) found.delete(window)
  return found
}

const RUN = new RegExp(`[A-Za-z0-9+/_]{${WINDOW},}`, 'g')
const BETWEEN = /\s*(?:\\[rnt]|[\r\n\t\0]|\\x00|\\u0000)+\s*/g

/** The first output that contains a secret, ignoring newlines and zero bytes of UTF-16; null if none does. */
function leak(secret, outputs) {
  for (const output of new Set(outputs)) {
    for (const text of [output, output.replace(BETWEEN, '')]) {
      for (const [run] of text.matchAll(RUN)) {
        for (let at = 0; at + WINDOW <= run.length; at += 1) if (secret.has(run.slice(at, at + WINDOW))) return output
      }
    }
  }
  return null
}

/** Every representation of a value. */
function shown(value) {
  return [inspect(value, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null }), JSON.stringify(value) ?? '', String(value)]
}

/** The output of a call: its value, or its error. */
function seen(call) {
  try {
    return shown(call())
  } catch (error) {
    const held = Reflect.ownKeys(error).map((key) => String(error[key]))
    return [...shown(error), error.message, error.stack, ...held, ...seen(() => structuredClone(error))]
  }
}

/** Every form of a report. */
function ofReport(check, options) {
  const report = check({ ...options, render: true })
  return [...shown(report), ...shown(report.findings), rekey.toJson(report), rekey.render(report), JSON.stringify(structuredClone(report))]
}

const MUTATIONS = {
  'as it is': (data) => data,
  crlf: (data) => replaced(data, '\n', '\r\n'),
  half: (data) => data.subarray(0, data.length / 2),
  'second half': (data) => data.subarray(data.length / 2),
  'one character lost': (data) => Buffer.concat([data.subarray(0, data.length / 3), data.subarray(data.length / 3 + 1)]),
  'one character turned': (data) => Buffer.concat([data.subarray(0, data.length / 3), Buffer.from('!'), data.subarray(data.length / 3 + 1)]),
  'another label': (data) => replaced(replaced(data, 'RSA PRIVATE KEY', 'EC PRIVATE KEY'), 'BEGIN PRIVATE', 'BEGIN RSA PRIVATE'),
  indented: (data) => Buffer.concat([Buffer.from('  '), replaced(data, '\n', '\n  ')]),
  'utf-16': (data) => Buffer.from(`\ufeff${data.toString('latin1')}`, 'utf16le'),
  'on one line': (data) => replaced(data, '\n', ' '),
}

function replaced(data, from, to) {
  return Buffer.from(data.toString('latin1').replaceAll(from, to), 'latin1')
}

/** All output of the package about a key, passed in correct and in incorrect ways. */
function* outputs(data) {
  for (const form of [data, data.toString()]) {
    yield* ofReport((options) => rekey.checkPrivateKey(form, options), { publicKey: form, fingerprint: data.toString() })
    yield* ofReport((options) => rekey.checkSubmission({ git: { key: form, url: 'git@github.com:acme/app.git' }, images: [{ tag: '1.0' }] }, options))
    yield* ofReport((options) => rekey.checkSubmission({ git: { key: '', publicKey: form, keyFingerprint: data.toString() } }, options))
    for (const call of [rekey.parsePrivateKey, rekey.toPublicKey, rekey.isPrivateKey]) yield* seen(() => call(form))
    yield* seen(() => rekey.privateKeyMatches(read('right.pem'), form))
    yield* seen(() => rekey.privateKeyMatches(form, 'x'))
    yield* seen(() => rekey.toPkcs1Pem(form) && 'given by the one function that gives it')
    yield* seen(() => rekey.checkPrivateKey([form]))
    yield* seen(() => rekey.checkPrivateKey(`${form}\ud800`))
    yield* seen(() => rekey.parsePrivateKey({ key: form }))
    yield* seen(() => rekey.checkPrivateKey(form, { mode: form }))
    yield* seen(() => rekey.checkPrivateKey(form, { fingerprint: Buffer.from(form) }))
    yield* seen(() => rekey.checkSubmission({ git: { key: { form } } }))
  }
}

for (const name of readdirSync(KEYS)) {
  if (!/\.(pem|der)$/.test(name) || ['certificate.pem', 'request.pem', 'empty.pem'].includes(name)) continue
  test(`nothing of the key in ${name} is in any output`, () => {
    const data = read(name)
    const secret = secrets(data)
    assert.ok(secret.size > 50)
    for (const [mutation, mutate] of Object.entries(MUTATIONS)) {
      const mutated = mutate(data)
      assert.equal(leak(secret.union?.(secrets(mutated)) ?? new Set([...secret, ...secrets(mutated)]), outputs(mutated)), null, mutation)
    }
  })
}

const REFERENCE = 'quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1'
const ROBOT = 'redhat-isv-containers+60d30f5bbd852dbf4220902b-robot'
const PASSWORD = 'QWCXU4JPZ01T8RVNBK5E7HY2GM6A9SLD3FIOWQXZV0CRTB8NU4KJ1PYE5HG7AMS2'

function authFile(user, password, key = 'quay.io') {
  return JSON.stringify({ auths: { [key]: { auth: Buffer.from(`${user}:${password}`).toString('base64') } } })
}

/** The password and its base64, without the part for the user. */
function secretsOfLogin(user) {
  const encoded = Buffer.from(`${user}:${PASSWORD}`).toString('base64').replace(/=+$/, '')
  return new Set([...windows(PASSWORD), ...windows(encoded.slice(Math.ceil(((user.length + 1) * 4) / 3)))])
}

const LOGINS = [
  [ROBOT, authFile(ROBOT, PASSWORD)],
  [ROBOT, authFile(ROBOT, PASSWORD.slice(1))],
  [ROBOT, authFile(PASSWORD, ROBOT)],
  ['alice', authFile('alice', PASSWORD.toLowerCase() + PASSWORD)],
  ['unused', authFile('unused', PASSWORD, 'scan.connect.redhat.com')],
  ['me', authFile('me', 'x', `https://me:${PASSWORD}@quay.io/v1/`)],
  ['me', JSON.stringify({ auths: { 'quay.io': { auth: PASSWORD } } })],
  ['me', JSON.stringify({ auths: { 'quay.io': { auth: { [PASSWORD]: 1 } } } })],
  ['me', JSON.stringify({ auths: PASSWORD })],
  ['me', JSON.stringify({ [PASSWORD]: {} })],
  ['me', JSON.stringify({ auths: {}, credHelpers: { 'quay.io': PASSWORD } })],
]

test('nothing of a credential is in any output', () => {
  for (const [user, text] of LOGINS) {
    for (const [mutation, mutate] of Object.entries(MUTATIONS)) {
      const [file, key] = [mutate(Buffer.from(text)), mutate(Buffer.from(PASSWORD))]
      const said = [
        { authFile: file, registryKey: key },
        { authFile: file.toString(), registryKey: key.toString() },
        { authFile: key, registryKey: file },
        { config: file, manifest: key },
      ].flatMap((given) =>
        ['quay', 'build-service', 'external'].flatMap((flow) => ofReport((options) => rekey.checkImage(REFERENCE, options), { ...given, flow })),
      )
      const batch = [{ images: [{ reference: REFERENCE, authFile: file, registryKey: key }] }]
      batch.push({ images: [{ reference: REFERENCE.replace(/[0-9a-f]{24}/, '0'.repeat(24)), registryKey: key }] })
      for (const at of [0, 1]) {
        said.push(...ofReport((options) => rekey.checkSubmissions(batch, options)[at], { flow: 'quay' }))
      }
      said.push(...seen(() => rekey.checkImage(REFERENCE, { authFile: [text], registryKey: PASSWORD })))
      said.push(...seen(() => rekey.checkImage(REFERENCE, { registryKey: `${PASSWORD}\ud800` })))
      said.push(...seen(() => rekey.checkImage(REFERENCE, { registryKey: { [PASSWORD]: text } })))
      assert.equal(leak(secretsOfLogin(user), said), null, `${text} ${mutation}`)
    }
  }
})

test('the detector detects', () => {
  const secret = secrets(read('right.pem'))
  const lines = read('right.pem').toString().split('\n')
  const [line, body] = [lines[12], lines.slice(1, -2).join('')]
  const leaks = [
    line.slice(20, 32),
    `found \`${line.slice(3, 17)}\``,
    JSON.stringify(read('right.pem').toString()),
    inspect(lines.slice(8, 20).join('\n')),
    inspect(new Error(line).stack),
    body.slice(-16, -2),
    rekey.toPkcs1Pem(read('openssh.pem')),
    read('pkcs8.pem').toString(),
    read('openssh.pem').toString(),
    Buffer.from(line, 'utf16le').toString('latin1'),
    ...['\n', '\r\n  ', '\\n', '\\r\\n    '].map((between) => line.slice(0, 6) + between + line.slice(6, 12)),
  ]
  for (const output of leaks) assert.equal(leak(secret, ['harmless', output]), output)
  assert.ok(leak(secret, shown({ deep: { deeper: [{ line }] } })))
  assert.ok(leak(secret, shown(Object.defineProperty({}, 'hidden', { value: line }))))
  assert.ok(leak(secret, seen(() => { throw Object.assign(new Error('x'), { [Symbol('hidden')]: line }) })))
  assert.equal(leak(secret, [line.slice(0, 11), line.slice(1, 12)]), null)
})

test('the detector lets the public half pass', () => {
  const secret = secrets(read('right.pem'))
  for (const name of ['right.pub', 'spki.pub', 'pkcs1.pub', 'certificate.pem']) {
    assert.equal(leak(secret, [read(name).toString()]), null, name)
  }
})

test('the detector finds a credential', () => {
  const secret = secretsOfLogin(ROBOT)
  for (const output of [PASSWORD.slice(-12), LOGINS[0][1], LOGINS[0][1].slice(-30)]) assert.equal(leak(secret, [output]), output)
  assert.equal(leak(secret, [LOGINS[0][1].slice(0, 80), ROBOT]), null)
})
