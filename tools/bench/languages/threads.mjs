// Dockerfiles in Node with one worker and with two: the speedup.
//
// Wall-clock time, which workers are meant to reduce; the machine must be idle and have two cores. `cargo xtask bench threads`
// installs the dependencies and runs it.
import { once } from 'node:events'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { dockerfiles, installed, median } from './measure.mjs'

const TURNS = 15

if (isMainThread) await measure()
else work()

/** Checks its files on each request. */
function work() {
  const { checkDockerfile } = installed('rekey-node')
  parentPort.on('message', () => {
    for (const file of workerData) checkDockerfile(file)
    parentPort.postMessage('done')
  })
  parentPort.postMessage('ready')
}

async function measure() {
  const files = dockerfiles()
  const size = files.reduce((sum, file) => sum + file.length, 0)
  // Distributed alternately, so that both have the same amount of work.
  const halves = [0, 1].map((half) => files.filter((_, at) => at % 2 === half))
  const workers = await Promise.all([files, ...halves].map(ready))
  const turns = []
  for (let turn = 0; turn < TURNS; turn += 1) turns.push([await taken(workers.slice(0, 1)), await taken(workers.slice(1))])
  const [one, two] = [0, 1].map((at) => median(turns.map((times) => times[at])))
  const ratio = median(turns.map(([one, two]) => one / two))
  const speed = (time) => (size / time / 1e3).toFixed(1).padStart(6)
  console.log(`\n${files.length} Dockerfiles of ${(size / 1e6).toFixed(1)} MB`)
  console.log(`  one worker   ${one.toFixed(1).padStart(8)} ms  ${speed(one)} MB/s`)
  console.log(`  two workers  ${two.toFixed(1).padStart(8)} ms  ${speed(two)} MB/s  ${ratio.toFixed(2)} times as fast`)
  await Promise.all(workers.map((worker) => worker.terminate()))
}

async function ready(files) {
  const worker = new Worker(new URL(import.meta.url), { workerData: files })
  await once(worker, 'message')
  return worker
}

async function taken(workers) {
  const start = performance.now()
  const done = workers.map((worker) => once(worker, 'message'))
  for (const worker of workers) worker.postMessage('check')
  await Promise.all(done)
  return performance.now() - start
}
