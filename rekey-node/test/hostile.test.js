// Arguments that run code while they are read, memory that others change, and threads that end at any moment.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import * as rekey from '../index.js'

const KEY = readFileSync(new URL('../../tests/keys/right.pem', import.meta.url))
const fresh = (bytes = KEY) => new Uint8Array(bytes)
/** Detaches the memory of an array, as a transfer to another thread does. */
const detach = (array) => structuredClone(array.buffer, { transfer: [array.buffer] })

/** An object on which every property access runs `act` and then returns the property of `target`. */
const acting = (target, act) =>
  new Proxy(target, {
    get(object, name, receiver) {
      act(name)
      return Reflect.get(object, name, receiver)
    },
  })

/** Each check with some of its options. */
const CALLS = {
  checkTag: [Buffer.from('1.0-1'), { published: ['1.0-0'] }],
  checkGitUrl: [Buffer.from('git@github.com:acme/app.git'), { private: true }],
  checkPrivateKey: [KEY, { publicKey: Buffer.from('ssh-rsa AAAA'), mode: 0o600 }],
  checkDockerfile: [Buffer.from('FROM ubi9\nLABEL name=x\n'), { labels: { a: 'b' }, baseConfig: Buffer.from('{}') }],
  checkImage: [Buffer.from('quay.io/acme/app:1.0-1'), { config: Buffer.from('{}'), published: ['1'] }],
}
const ALL = { flow: 'quay', severity: { 'tag-invalid': 'note' }, render: true, sarif: true }

test('an option whose getter throws throws just that', () => {
  for (const [name, [data, own]] of Object.entries(CALLS)) {
    const given = { ...own, ...ALL }
    for (const option of Object.keys(given)) {
      const throwing = { ...given, get [option]() { throw new RangeError('mine') } }
      assert.throws(() => rekey[name](data, throwing), { name: 'RangeError', message: 'mine' }, `${name} ${option}`)
    }
    for (const trap of ['get', 'ownKeys']) {
      const proxy = new Proxy(given, { [trap]() { throw new RangeError('mine') } })
      assert.throws(() => rekey[name](data, proxy), { message: 'mine' }, `${name} ${trap}`)
    }
  }
})

test('an option that is another one each time it is read is a report or a TypeError', () => {
  const values = [undefined, null, 'quay', 5, {}, [], Symbol('x'), KEY, () => 1, 1n, { a: 1 }, true]
  let calls = 0
  for (const [name, [data, own]] of Object.entries(CALLS)) {
    for (const option of Object.keys({ ...own, ...ALL })) {
      for (let start = 0; start < values.length; start += 1) {
        let at = start
        const changing = { ...own, ...ALL, get [option]() { return values[at++ % values.length] } }
        try {
          assert.equal(typeof rekey[name](data, changing).passed, 'boolean')
        } catch (error) {
          assert.ok(error instanceof TypeError || error instanceof RangeError, `${name} ${option}: ${error}`)
        }
        calls += 1
      }
    }
  }
  assert.ok(calls > 300)
})

test('memory that a getter takes away, shrinks or grows is not read', () => {
  for (const [name, [data, own]] of Object.entries(CALLS)) {
    for (const option of Object.keys({ ...own, ...ALL })) {
      const bytes = fresh(data)
      const given = acting({ ...own, ...ALL }, (read) => read === option && bytes.length > 0 && detach(bytes))
      assert.equal(typeof rekey[name](bytes, given).passed, 'boolean', `${name} ${option}`)
      assert.equal(bytes.length, 0)
      for (const size of [0, 1, 1 << 16]) {
        const buffer = new ArrayBuffer(data.length, { maxByteLength: 1 << 16 })
        const resized = new Uint8Array(buffer)
        resized.set(data)
        const given = acting({ ...own, ...ALL }, (read) => read === option && buffer.resize(size))
        assert.equal(typeof rekey[name](resized, given).passed, 'boolean', `${name} ${option}`)
      }
    }
  }
})

test('the native half reads no object of the caller, in which code could run between two texts', () => {
  const bytes = fresh()
  let acted = 0
  const act = () => {
    acted += 1
    if (bytes.length > 0) detach(bytes)
  }
  /** An array whose `map` returns other objects. */
  const mapped = (items) => Object.assign([...items], { map: () => items.map((item) => acting(item, act)) })
  const submissions = mapped([{ git: { url: 'git@github.com:a/b', key: bytes }, images: [] }, { git: {}, images: [] }])
  const { length } = rekey.checkSubmissions(submissions)
  assert.equal(length, 2)
  assert.equal(acted, 0, 'a getter ran')
  const edits = mapped([{ start: 0, end: 1, text: 'x' }])
  const findings = [{ fix: { safety: 'safe', edits } }]
  assert.equal(rekey.applyFixes(bytes, mapped(findings)).applied, 1)
  assert.equal(acted, 0, 'a getter ran')
})

test('shared memory is copied, whatever an array says of itself', () => {
  class Lying extends Uint8Array {
    static get [Symbol.species]() { return Float64Array }
    get buffer() { return new ArrayBuffer(8) }
    slice() { return { length: 1 } }
    get length() { return 1 << 30 }
    get byteLength() { return 1 << 30 }
  }
  const shared = new Lying(new SharedArrayBuffer(5))
  Uint8Array.prototype.set.call(shared, Buffer.from('1.0-1'))
  assert.equal(rekey.checkTag(shared).passed, true)
  assert.equal(rekey.checkTag(new Lying(Buffer.from('1.0-1'))).passed, true)
  class Slicing extends Uint8Array {
    slice() { return { length: 1 } }
  }
  const sliced = new Slicing(new SharedArrayBuffer(5))
  sliced.set(Buffer.from('1.0-1'))
  assert.equal(rekey.checkTag(sliced).passed, true)
})

test('a message names the kind of a value and nothing that the value says of itself', () => {
  const values = [
    { constructor: { name: 'CANARY' } },
    { get constructor() { throw new Error('CANARY') } },
    new (class { static name = Symbol('CANARY') })(),
    new Proxy({}, { get() { throw new Error('CANARY') }, getPrototypeOf() { throw new Error('CANARY') } }),
    Object.create(null),
  ]
  for (const value of values) {
    for (const call of [rekey.checkTag, rekey.checkPrivateKey, rekey.parseGitUrl]) {
      assert.throws(() => call(value), (error) => error instanceof TypeError && !error.message.includes('CANARY'))
    }
  }
})

test('a long text with half of a surrogate pair is refused in memory of its size', () => {
  const text = `${'é\u{1f600}x'.repeat(4 << 20)}\ud800`
  const before = process.memoryUsage().heapUsed
  assert.throws(() => rekey.checkDockerfile(text), { message: new RegExp(`at ${text.length - 1}$`) })
  assert.ok(process.memoryUsage().heapUsed - before < 8 * text.length, 'one object for each character')
})

test('workers check at once, read what another changes, and may be ended at any moment', async () => {
  const script = `
    const { workerData, parentPort } = require('node:worker_threads')
    const rekey = require(workerData.module)
    const shared = new Uint8Array(workerData.shared)
    const key = Buffer.from(workerData.key)
    parentPort.postMessage('ready')
    for (let at = 0; at < workerData.times; at += 1) {
      shared[at % shared.length] = at
      rekey.checkPrivateKey(shared, { quick: true })
      rekey.checkDockerfile(shared)
      rekey.checkTags(['1.0-1', '1.0'])
      if (rekey.checkPrivateKey(key, { quick: true }).passed !== workerData.passed) throw new Error('another verdict')
    }
    parentPort.postMessage('done')`
  const { passed } = rekey.checkPrivateKey(KEY, { quick: true })
  const shared = new SharedArrayBuffer(KEY.length)
  const module = new URL('../index.cjs', import.meta.url).pathname
  const start = (times) => {
    const worker = new Worker(script, { eval: true, workerData: { module, shared, key: KEY, times, passed } })
    const said = (word) => new Promise((resolve, reject) => {
      worker.on('message', (message) => message === word && resolve())
      worker.on('error', reject)
    })
    return { worker, ready: said('ready'), done: said('done') }
  }
  await Promise.all([40, 40, 40, 40].map((times) => start(times).done))
  for (let round = 0; round < 12; round += 1) {
    const { worker, ready, done } = start(1_000_000)
    done.catch(() => {})
    await ready
    await new Promise((resolve) => setTimeout(resolve, round))
    await worker.terminate()
  }
  assert.equal(rekey.checkTag('1.0-1').passed, true)
})
