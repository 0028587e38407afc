// The documents given with an image's reference: the places of their findings, and their secrets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as rekey from '../index.js'

const REFERENCE = 'quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1'
const ROBOT = 'redhat-isv-containers+60d30f5bbd852dbf4220902b-robot'
const KEY = '0A'.repeat(30)

function authFile(user, password) {
  return JSON.stringify({ auths: { 'quay.io': { auth: Buffer.from(`${user}:${password}`).toString('base64') } } })
}

test('a finding stands in the document that it is about', () => {
  const table = [
    [{ registryKey: KEY }, [['credentials-registry-key-form', 'registry_key', null]]],
    [{ registryKey: `${'0A'.repeat(32)}\n` }, []],
    [{ authFile: authFile(ROBOT, '0A'.repeat(32)) }, []],
    [{ authFile: authFile(ROBOT, KEY) }, [['credentials-registry-key-form', 'auth_file', '/auths/quay.io']]],
    [{ authFile: authFile('alice', '0A'.repeat(32)) }, [['credentials-wrong-user', 'auth_file', '/auths/quay.io']]],
    [{ authFile: 'quay.io é key' }, [['credentials-invalid-auth-file', 'auth_file', null]]],
  ]
  for (const [given, expected] of table) {
    const bytes = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, Buffer.from(text)]))
    for (const documents of [given, bytes]) {
      const { findings } = rekey.checkImage(REFERENCE, { flow: 'quay', ...documents })
      assert.deepEqual(findings.map(({ rule, source, pointer }) => [rule, source, pointer]), expected)
      assert.ok(findings.every(({ start, end }) => start === null && end === null))
    }
  }
})

test('offsets are those of the reference', () => {
  const text = 'quay.io/é:1'
  const { findings } = rekey.checkImage(text, { authFile: Buffer.from('{}'), registryKey: Buffer.from([0xff]), flow: 'quay' })
  const marked = findings.filter(({ start }) => start !== null)
  assert.ok(marked.some(({ start, end }) => text.slice(start, end) === 'é'))
  assert.ok(marked.every(({ source }) => source === 'reference'))
  assert.deepEqual([...new Set(findings.map(({ source }) => source))].sort(), ['auth_file', 'reference', 'registry_key'])
})

test('a credential is in no report', () => {
  const password = 'CANARY'.repeat(10)
  for (const user of [ROBOT, 'alice']) {
    const file = authFile(user, password)
    const report = rekey.checkImage(REFERENCE, { authFile: file, registryKey: password, flow: 'quay', render: true })
    assert.ok(report.findings.length > 0)
    const shown = [rekey.toJson(report), rekey.render(report), inspect(report, { depth: Infinity, showHidden: true })].join('\n')
    assert.ok(!shown.includes('CANARY') && !shown.includes(JSON.parse(file).auths['quay.io'].auth.slice(-20)))
  }
})

test('a document of another type is a TypeError that does not show it', () => {
  for (const name of ['authFile', 'registryKey']) {
    for (const value of [5, ['CANARY'], { CANARY: 1 }, new Uint16Array(2)]) {
      const refused = (error) => error instanceof TypeError && error.message.includes(name) && !inspect(error).includes('CANARY')
      assert.throws(() => rekey.checkImage(REFERENCE, { [name]: value }), refused)
    }
  }
})
