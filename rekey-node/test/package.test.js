// The package: what it exports, its version, its README.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as rekey from 'rekey-node'

const HERE = new URL('../', import.meta.url)
const read = (path) => readFileSync(new URL(path, HERE), 'utf8')
const required = createRequire(import.meta.url)('rekey-node')

test('import and require give the same things', () => {
  assert.deepEqual(Object.keys(rekey).sort(), Object.keys(required).sort())
  for (const [name, value] of Object.entries(rekey)) assert.equal(required[name], value, name)
})

test('every name has a type, and every type of a value a name', () => {
  const typed = [...read('index.d.cts').matchAll(/^export (?:function|const|class) (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual([...new Set(typed)].sort(), Object.keys(rekey).sort())
})

test('every rule is an id of the types', () => {
  const ids = [...read('rule-id.d.cts').matchAll(/'([a-z0-9-]+)'/g)].map(([, id]) => id)
  assert.deepEqual(ids, rekey.RULES.map((rule) => rule.id), 'run `npm run build`')
})

test('rules cannot be changed', () => {
  assert.throws(() => rekey.RULES.push({}), { name: 'TypeError' })
  assert.throws(() => { rekey.RULES[0].severity = 'note' }, { name: 'TypeError' })
  assert.equal(rekey.rule('tag-invalid')?.subject, 'tag')
  assert.equal(rekey.rule('toString'), null)
})

test('the version is that of the workspace', () => {
  const version = /^version = "(.*)"$/m.exec(read('../Cargo.toml'))[1]
  assert.equal(JSON.parse(read('package.json')).version, version)
  assert.equal(JSON.parse(rekey.toJson(rekey.checkTag('1.0'))).tool.version, version)
})

test('nothing runs at installation', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined)
})

test('the examples of the declarations give what they say', () => {
  const examples = [...read('index.d.cts').matchAll(/ \* ```js\n(.*?) \* ```/gs)].map(([, code]) => code.replace(/^ \* /gm, ''))
  let compared = 0
  for (const code of examples) {
    const checked = code.replace(/^(.+?) \/\/ (.+)$/gm, (_, expression, value) => {
      compared += 1
      return `assert.deepEqual(${expression}, ${value})`
    })
    assert.notEqual(checked, code, code)
    new Function('assert', 'rekey', `const { ${Object.keys(rekey).join(', ')} } = rekey\n${checked}`)(assert, rekey)
  }
  assert.ok(compared > 6)
})

test('the examples of the README and the guides run and print what they say', () => {
  const guides = readdirSync(new URL('../docs/guide', HERE)).filter((name) => name.endsWith('.md'))
  const pages = [read('README.md'), ...guides.map((name) => read(`../docs/guide/${name}`))]
  const examples = pages.flatMap((page) => [...page.matchAll(/^ *```js\n(.*?)```/gms)].map(([, code]) => code))
  assert.ok(examples.length >= 5)
  for (const code of examples) {
    const args = ['--input-type', 'module', '--eval', code]
    const printed = execFileSync(process.execPath, args, { cwd: HERE, encoding: 'utf8' }).trim()
    assert.match(code, /^ *\/\/ prints /m, 'an example that prints nothing cannot fail')
    const promised = [...code.matchAll(/^ *\/\/ prints (.*)$/gm)].map(([, line]) => line)
    assert.deepEqual(printed.split('\n'), promised)
  }
})
