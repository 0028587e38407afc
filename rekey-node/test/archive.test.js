// An archive is read the same way from a path, bytes and an open file.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

import { checkImageArchive } from '../index.js'

/** A tar of files. */
function tar(files) {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512)
    header.write(name)
    header.write('0000644\0', 100)
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write(' '.repeat(8), 148)
    header.write('0ustar\u000000', 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function dockerArchive() {
  const layer = tar({ 'licenses/LICENSE': Buffer.from(''), app: Buffer.from('1') })
  const diffId = `sha256:${createHash('sha256').update(layer).digest('hex')}`
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [diffId] } }
  const manifest = [{ Config: 'config.json', RepoTags: ['localhost/app:1.0-1'], Layers: ['layer.tar'] }]
  const json = (value) => Buffer.from(JSON.stringify(value))
  return tar({ 'layer.tar': layer, 'config.json': json(config), 'manifest.json': json(manifest) })
}

const archive = dockerArchive()
const folder = mkdtempSync(join(tmpdir(), 'rekey-archive-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'app.tar')
writeFileSync(path, archive)

const findings = (report) => report.findings.map(({ rule, message }) => [rule, message])
const expected = findings(checkImageArchive(path))

test('every form gives the same findings', () => {
  assert.ok(expected.some(([rule]) => rule === 'image-missing-license'))
  const compressed = join(folder, 'app.tar.gz')
  writeFileSync(compressed, gzipSync(archive))
  const forms = [`docker-archive:${path}`, pathToFileURL(path), archive, new Uint8Array(archive), gzipSync(archive), compressed]
  for (const form of forms) assert.deepEqual(findings(checkImageArchive(form)), expected)
})

test('an open file is read', { skip: process.platform === 'win32' }, async () => {
  const file = await open(path)
  assert.deepEqual(findings(checkImageArchive(file)), expected)
  await file.close()
  const fd = openSync(path)
  assert.deepEqual(findings(checkImageArchive({ fd })), expected)
  closeSync(fd)
})

test('other values are rejected with their type', () => {
  for (const value of [undefined, null, {}, [], true, 0, { fd: -1 }, { fd: 1.5 }]) {
    assert.throws(() => checkImageArchive(value), (error) => error instanceof TypeError || error instanceof RangeError)
  }
})
