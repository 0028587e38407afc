// Alternating batches, their medians, and the texts for them.
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** A package of the current folder. */
export const installed = createRequire(join(process.cwd(), 'from.js'))

/** The number of turns of every contender. */
const TURNS = Math.min(101, Number(process.env.REKEY_BENCH_TURNS ?? 101))
/** The minimum time of a batch in microseconds. */
const BATCH = 4000
/** Real texts. They belong to other projects and are not part of the repository: `../shared/corpus` beside the checkout. */
const SHARED = new URL('../../../../shared/corpus/', import.meta.url)
const CORPUS = fileURLToPath(new URL('strings-open.tar.gz', SHARED))

/** The last result of a batch, exported so that the engine cannot optimize the work away. */
export let sink

/** Prints a line for each contender: nanoseconds per input, and the ratio to the first contender's. */
export function compare(what, inputs, contenders, size = inputs.length) {
  console.log(`\n${what} (${size} inputs)`)
  if (inputs.length === 0) return console.log('  nothing to measure')
  const all = contenders.map(([name, work]) => [name, batchOf(work)])
  const passes = all.map(([, batch]) => calibrated(batch, inputs))
  const turns = Array.from({ length: TURNS }, (_, turn) => {
    const times = []
    for (let place = 0; place < all.length; place += 1) {
      // The first contender changes with each turn.
      const at = (place + turn) % all.length
      times[at] = (all[at][1](inputs, passes[at]) * 1000) / passes[at] / size
    }
    return times
  })
  const rows = all.map(([name], at) => {
    const value = median(turns.map((times) => times[at]))
    const ratio = median(turns.map((times) => times[at] / times[0]))
    console.log(`  ${name.padEnd(34)} ${value.toFixed(1).padStart(10)} ns  ${ratio.toFixed(2).padStart(8)}`)
    return { name, value, unit: 'ns', ratio }
  })
  add({ table: what, inputs: `${size} inputs`, rows })
}

/** Appends the results to the file that `REKEY_BENCH_ROWS` names, for the report. */
function add(line) {
  const path = process.env.REKEY_BENCH_ROWS
  if (path) appendFileSync(path, `${JSON.stringify(line)}\n`)
}

/**
 * Returns a function that does the work with every input, and returns the CPU time of this process in microseconds,
 * including garbage collection. It is compiled separately for each work, so that one contender's types do not slow down
 * the next.
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

export function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** The lines of the corpus's files with these names, if the corpus is there. */
export function lines(...names) {
  if (existsSync(CORPUS)) return names.flatMap((name) => file(name).split('\n').filter(Boolean))
  const missing = 'texts of others, which are not in `shared/corpus` beside the checkout: a few of our own stand in for them'
  console.log(`not measured: ${missing}`)
  add({ missing })
  return null
}

/** The Dockerfiles of the corpus, if it is there; otherwise those in `tests/partners`, repeated. */
export function dockerfiles() {
  const archive = new URL('dockerfiles-open.tar.gz', SHARED)
  if (existsSync(archive)) return [...members(archive)].filter(({ name }) => name.startsWith('files/')).map(({ data }) => data)
  console.log('no Dockerfiles in `shared/corpus` beside the checkout: a few of our own stand in for them')
  const partners = new URL('../../../tests/partners/', import.meta.url)
  const paths = readdirSync(partners, { recursive: true }).filter((path) => basename(path) === 'Dockerfile')
  return Array.from({ length: 100 }, () => paths.map((path) => readFileSync(new URL(path, partners)))).flat()
}

/** A file of the archive of texts. */
function file(name) {
  for (const member of members(CORPUS)) if (basename(member.name) === name) return member.data.toString()
  throw new Error(`no ${name} in the archive`)
}

/** The files in an archive, by their names. */
function* members(path) {
  const archive = gunzipSync(readFileSync(path))
  for (let at = 0; archive[at]; ) {
    const field = (from, length) => archive.toString('latin1', at + from, at + from + length).split('\0')[0]
    const size = Number.parseInt(field(124, 12), 8)
    if (size > 0) yield { name: field(0, 100), data: archive.subarray(at + 512, at + 512 + size) }
    at += 512 + Math.ceil(size / 512) * 512
  }
}
