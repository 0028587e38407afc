// Node's checks of the named keys, with the protocol of `src/helper.rs`.

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [kind, ...files] = process.argv.slice(2)
const keys = files.map((path) => readFileSync(path))
const contenders = kind === 'loads' ? { 'node createPrivateKey': createPrivateKey } : {}

console.log(Object.keys(contenders).join('\t'))
const work = Object.values(contenders)
for await (const line of createInterface({ input: process.stdin })) {
  const [contender, passes] = line.split(' ').map(Number)
  const begin = process.cpuUsage()
  for (let pass = 0; pass < passes; pass += 1) for (const key of keys) work[contender](key)
  const { user, system } = process.cpuUsage(begin)
  console.log((user + system) * 1000)
}
