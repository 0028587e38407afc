// Tags in Node: rekey beside the npm package semver and a plain regex, in one run.
//
// Every contender does a batch of the work in turn, many times over; the medians of the batches and of the ratios within a
// turn are printed, as by the benchmark in Rust. `cargo xtask bench tags-node` installs what is needed and runs it: the
// packages are those of the folder where this is started.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const require = createRequire(join(process.cwd(), 'from.js'))
const rekey = require('rekey-node')
const semver = require('semver')

/** How often every contender has its turn. */
const TURNS = 101
/** How many microseconds a batch takes at least. */
const BATCH = 4000
/** Real texts. They belong to others and are not part of the repository: `../shared/corpus` beside the checkout. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/strings-open.tar.gz', import.meta.url))
const OWN = [
  'registry.connect.redhat.com/acme/server:1.4.2-3',
  'registry.connect.redhat.com/acme/server:1.4.2',
  'registry.connect.redhat.com/acme/server:v1.5.0',
  'registry.connect.redhat.com/acme/agent:7.6.0-ubi',
  'registry.connect.redhat.com/acme/agent:11.12.0.7388-1',
  'registry.connect.redhat.com/acme/agent:latest',
  'registry.access.redhat.com/ubi9/ubi:9.7-1763362218',
  'registry.access.redhat.com/ubi8/ubi:8.7-923.1669829893',
]

const GRAMMAR = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const RELEASE = /^([A-Za-z0-9_][A-Za-z0-9_.-]*?)(?:-([0-9]+(?:\.[0-9]{10,})?))?$/

function parseByRegex(tag) {
  const found = tag.length <= 128 ? RELEASE.exec(tag) : null
  return found && { version: found[1], release: found[2] ?? null }
}

/** Numbers as numbers, words as words: no more than most scripts do. */
const natural = new Intl.Collator('en', { numeric: true }).compare

/** What a batch gave last: nobody knows beforehand that it is not needed. */
let sink

/** Prints a line for each contender: nanoseconds for one tag, and how many times as long as the first it takes. */
function compare(what, inputs, contenders, size = inputs.length) {
  console.log(`\n${what} (${size} tags)`)
  if (inputs.length === 0) return console.log('  nothing to measure')
  const all = contenders.map(([name, work]) => [name, batchOf(work)])
  const passes = all.map(([, batch]) => calibrated(batch, inputs))
  const turns = Array.from({ length: TURNS }, (_, turn) => {
    const times = []
    for (let place = 0; place < all.length; place += 1) {
      // Nobody is always first.
      const at = (place + turn) % all.length
      times[at] = (all[at][1](inputs, passes[at]) * 1000) / passes[at] / size
    }
    return times
  })
  for (const [at, [name]] of all.entries()) {
    const time = median(turns.map((times) => times[at]))
    const ratio = median(turns.map((times) => times[at] / times[0]))
    console.log(`  ${name.padEnd(34)} ${time.toFixed(1).padStart(10)} ns  ${ratio.toFixed(2).padStart(8)}`)
  }
}

/**
 * What does the work with every input: microseconds that this process had on a core, its garbage collection included. It
 * is compiled for this work alone, so that one contender's types do not slow down the next.
 */
function batchOf(work) {
  const code = `return (inputs, passes) => {
    const start = cpu()
    for (let pass = 0; pass < passes; pass += 1) for (let at = 0; at < inputs.length; at += 1) keep(work(inputs[at]))
    return cpu() - start
  }`
  return new Function('work', 'cpu', 'keep', code)(work, cpu, (value) => { sink = value })
}

function cpu() {
  const { user, system } = process.cpuUsage()
  return user + system
}

function calibrated(batch, inputs) {
  let passes = 1
  while (batch(inputs, passes) < BATCH) passes *= 2
  return passes
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function lines() {
  if (existsSync(CORPUS)) return ['tags-partners.txt', 'tags-redhat.txt'].flatMap((name) => file(name).split('\n').filter(Boolean))
  console.log('no `shared/corpus` beside the checkout: a few texts of our own stand in for it')
  return OWN
}

/** A file of the archive. */
function file(name) {
  const archive = gunzipSync(readFileSync(CORPUS))
  for (let at = 0; archive[at]; ) {
    const field = (from, length) => archive.toString('latin1', at + from, at + from + length).split('\0')[0]
    const size = Number.parseInt(field(124, 12), 8)
    if (basename(field(0, 100)) === name) return archive.toString('utf8', at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`no ${name} in the archive`)
}

function byRepository(references) {
  const found = new Map()
  for (const text of references.filter(rekey.isImageReference)) {
    const { domain, path, tag } = rekey.parseImageReference(text)
    if (tag === null) continue
    const name = `${domain}/${path}`
    found.set(name, [...(found.get(name) ?? []), tag])
  }
  return [...found.values()]
}

const repositories = byRepository(lines())
const tags = repositories.flat()
const both = tags.filter((tag) => semver.valid(tag))
for (const [what, some] of [['whether it is a tag', tags], ['the same, those that semver reads', both]]) {
  const contenders = [['rekey isTag', rekey.isTag], ['regex', (tag) => GRAMMAR.test(tag)]]
  if (some === both) contenders.push(['semver valid', (tag) => semver.valid(tag)])
  compare(what, some, contenders)
}
for (const [what, some] of [['reading a tag', tags], ['the same, those that semver reads', both]]) {
  const contenders = [['rekey parseTag', rekey.parseTag], ['regex', parseByRegex]]
  if (some === both) contenders.push(['semver parse', (tag) => semver.parse(tag)])
  compare(what, some, contenders)
}
const isRight = (tag) => rekey.checkTag(tag).findings.length === 0
const check = ['rekey checkTag', (tag) => rekey.checkTag(tag)]
compare("a tag's check, nothing found", tags.filter(isRight), [check])
compare("a tag's check, something found", tags.filter((tag) => !isRight(tag)), [check])
compare("many tags' checks at once", [tags], [['rekey checkTags', (some) => rekey.checkTags(some)]], tags.length)
const many = repositories.filter((some) => some.length > 1)
const known = many.map((some) => some.filter((tag) => semver.valid(tag))).filter((some) => some.length > 1)
for (const [what, lists] of [["the latest of a repository's tags", many], ['the same, those that semver reads', known]]) {
  const size = lists.flat().length
  const contenders = [
    ['rekey latestTag', rekey.latestTag],
    ['regex and Intl.Collator', (some) => some.filter((tag) => GRAMMAR.test(tag)).reduce((a, b) => (natural(b, a) > 0 ? b : a))],
  ]
  if (lists === known) contenders.push(['semver compare', (some) => some.reduce((a, b) => (semver.compare(b, a) > 0 ? b : a))])
  compare(what, lists, contenders, size)
}
if (sink === undefined) console.log('nothing was measured')
