// A million checks in a row, without a pause in which finalizers could run, leak no memory.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as rekey from '../index.js'

const KEY = readFileSync(new URL('../../tests/keys/right.pem', import.meta.url))
const DOCKERFILE = Buffer.from('FROM registry.access.redhat.com/ubi9/ubi\nRUN dnf install -y httpd\nUSER root\n')
const SUBMISSION = { git: { url: 'git@github.com:acme/app' }, images: [{ tag: '1.0', reference: 'quay.io/acme/app:1.0' }] }
const TAG = Buffer.from('1.0-1')
const MANY = Array.from({ length: 300 }, (_, at) => ['1.0', '1.0-1', 'é'][at % 3])

/** The limit in bytes per round: it detects a leak of 24 bytes per tag or 80 per URL. */
const MOST = 4_000_000

const WORK = {
  'a tag in which something is found': [1_000_000, () => rekey.checkTag('1.0')],
  'a tag in which nothing is found': [1_000_000, () => rekey.checkTag(TAG)],
  'a URL': [300_000, () => rekey.checkGitUrl('git@github.com/acme/app')],
  'a value': [300_000, () => rekey.parseGitUrl('https://github.com/acme/app')],
  'a refusal': [300_000, () => assert.throws(() => rekey.parseTag('1.0+2'), rekey.RekeyError)],
  'many tags': [3_000, () => rekey.checkTags(MANY)],
  'a Dockerfile': [30_000, () => [rekey.checkDockerfile(DOCKERFILE), rekey.parseDockerfile(DOCKERFILE)]],
  'a submission': [30_000, () => rekey.checkSubmissions([SUBMISSION, SUBMISSION])],
  'a key': [2_000, () => rekey.checkPrivateKey(KEY, { quick: true })],
}

/** The minimum growth of the process in a round: a leak occurs in each round, while the heap grows in irregular steps. */
function grown(times, work) {
  for (let at = 0; at < times / 5; at += 1) work()
  let least = Infinity
  for (let round = 0; round < 6; round += 1) {
    const before = process.memoryUsage.rss()
    for (let at = 0; at < times / 6; at += 1) work()
    least = Math.min(least, process.memoryUsage.rss() - before)
  }
  return least
}

for (const [what, [times, work]] of Object.entries(WORK)) {
  test(`memory is flat: ${what}`, () => {
    const bytes = grown(times, work)
    assert.ok(bytes < MOST, `${bytes} bytes more`)
  })
}

test('what is kept is seen', () => {
  const kept = []
  assert.ok(grown(100_000, () => kept.push(rekey.checkTag('1.0'))) > MOST)
})
