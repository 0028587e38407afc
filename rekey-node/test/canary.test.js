// A secret in the wrong field is in no output, whatever the other fields contain.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as rekey from '../index.js'

const CANARIES = JSON.parse(readFileSync(new URL('../../tests/canaries.json', import.meta.url), 'utf8'))
const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index))
const CHARACTERS = [...ASCII, ...CANARIES.other_characters]
const PIECE = 8

const config = (user) => JSON.stringify({ config: { User: user, Labels: { name: `Red Hat ${user}` } }, rootfs: { diff_ids: [] } })

const FIELDS = {
  tag: (text, options) => rekey.checkTag(text, options),
  release: (text, options) => rekey.checkTag(`1.0-${text}`, options),
  published: (text, options) => rekey.checkTag('1.0-1', { ...options, published: [text] }),
  url: (text, options) => rekey.checkGitUrl(text, options),
  repository: (text, options) => rekey.checkGitUrl(`https://github.com/acme/${text}`, { ...options, private: true }),
  query: (text, options) => rekey.checkGitUrl(`https://h.x/acme/app?private_token=${text}`, options),
  host: (text, options) => rekey.checkGitUrl(`git@${text}.example.com:acme/app`, options),
  reference: (text, options) => rekey.checkImage(`quay.io/acme/${text}`, { ...options, flow: 'external' }),
  "reference's tag": (text, options) => rekey.checkImage(`quay.io/acme/app:${text}`, options),
  user: (text, options) => rekey.checkImage('quay.io/acme/app:1.0-1', { ...options, config: config(text) }),
  stage: (text, options) => rekey.checkDockerfile('FROM scratch\n', { ...options, stage: text }),
  'build argument': (text, options) =>
    rekey.checkDockerfile('FROM scratch\nARG A\nUSER $A\nLABEL name=$A\nEXPOSE $A\n', { ...options, buildArgs: { A: text } }),
  label: (text, options) => rekey.checkDockerfile('FROM scratch\n', { ...options, labels: { name: `Red Hat ${text}` } }),
  flow: (text) => rekey.checkTag('1.0-1', { flow: text }),
  policy: (text) => rekey.checkTag('1.0-1', { policy: text }),
  version: (text) => rekey.checkTag('1.0-1', { preflightVersion: text }),
  today: (text) => rekey.checkTag('1.0-1', { today: text }),
  parameter: (text, options) => rekey.checkTag('1.0-1', { ...options, severity: { [`tag-invalid:${text}`]: 'off' } }),
  selector: (text) => rekey.checkTag('1.0-1', { severity: { [text]: 'off' } }),
  option: (text) => rekey.checkTag('1.0-1', { [text]: true }),
  key: (text, options) => rekey.checkPrivateKey(text, options),
  archive: (text, options) => rekey.checkImageArchive(`no-such-folder/${text}`, options),
  submission: (text, options) => rekey.checkSubmission({ git: { url: text }, images: [{ tag: text }] }, options),
  'parsed tag': (text) => rekey.parseTag(`${text} `),
  'parsed url': (text) => rekey.parseGitUrl(`https://github.com/${text} `),
  'parsed reference': (text) => rekey.parseImageReference(`${text}@`),
}
for (const line of CANARIES.dockerfile_lines) {
  FIELDS[line] = (text, options) =>
    rekey.checkDockerfile(`FROM scratch\n${line}\nUSER {}\nBAD\n`.replaceAll('{}', () => text), options)
}

const PASSWORDS = {
  https: (text, options) => rekey.checkGitUrl(`https://jane:${text}@github.com/acme/app`, options),
  private: (text, options) => rekey.checkGitUrl(`https://jane:${text}@h.x/acme/app`, { ...options, private: true }),
  scp: (text, options) => rekey.checkGitUrl(`jane:${text}@bitbucket.org:acme/app`, options),
  submission: (text, options) =>
    rekey.checkSubmission({ git: { url: `https://jane:${text}@github.com/acme/app`, private: true }, images: [{ tag: '1' }] }, options),
  reference: (text, options) => rekey.checkImage(`https://jane:${text}@quay.io/acme/app`, options),
}

/** Every representation of a value. */
function shown(value) {
  const whole = { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null }
  return [inspect(value, whole), JSON.stringify(value) ?? '', String(value)]
}

/** All output of a call: its report in each form, or its error. */
function* outputs(call, text) {
  let report
  try {
    report = call(text, { render: true })
  } catch (error) {
    yield* shown(error)
    yield error.message
    return
  }
  if (report?.findings === undefined) return
  yield* shown(report)
  yield rekey.toJson(report)
  yield rekey.render(report)
}

/** The first output that contains a piece of a secret; null if none does. */
function leak(call, text, secrets) {
  const pieces = secrets.flatMap((secret) =>
    Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)),
  )
  for (const output of outputs(call, text)) {
    if (pieces.some((piece) => output.includes(piece))) return output
  }
  return null
}

for (const [number, [name, call]] of Object.entries(FIELDS).entries()) {
  test(`a token is in no output: ${name}`, () => {
    for (const [turn, token] of CANARIES.tokens.entries()) {
      const character = CHARACTERS[(number * 31 + turn * 17) % CHARACTERS.length]
      for (const text of [token, character + token, token + character]) {
        assert.equal(leak(call, text, [token]), null, text)
      }
    }
  })
}

for (const [name, call] of Object.entries(PASSWORDS)) {
  test(`a password with any characters is in no output: ${name}`, () => {
    for (const character of CHARACTERS) {
      const [first, second] = ['QWERTYuiop', 'ZXCVBNasdf']
      assert.equal(leak(call, first + character + second, [first, second]), null, character)
    }
  })
}
