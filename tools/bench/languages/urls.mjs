// Git URLs in Node: rekey compared with the npm packages git-url-parse and hosted-git-info and Node's `URL`, in one run.
//
// `cargo xtask bench urls-node` installs the dependencies and runs it: the packages are those of the current
// folder.
import { compare, installed, lines } from './measure.mjs'

const rekey = installed('rekey-node')
const gitUrlParse = installed('git-url-parse')
const hostedGitInfo = installed('hosted-git-info')

const OWN = [
  'https://github.com/acme/app',
  'https://github.com/acme/app.git',
  'https://gitlab.com/acme/group/subgroup/app.git',
  'https://bitbucket.org/acme/app.git',
  'git@github.com:acme/app.git',
  'git@gitlab.com:acme/group/app.git',
  'ssh://git@github.com/acme/app.git',
  'http://github.com/acme/app',
  'github.com/acme/app',
]

/** Calls `read`, and returns null if it throws. */
const caught = (read) => (url) => {
  try {
    return read(url)
  } catch {
    return null
  }
}

/** It caches its last thousand answers by text and options: a changing option prevents cache hits. */
let asked = 0
const hostedAnew = (url) => hostedGitInfo.fromUrl(url, { asked: (asked += 1) })

const readsWithGitUrlParse = caught((url) => gitUrlParse(url))

function urls() {
  const rows = lines('git-urls-real.jsonl')
  return rows?.map((row) => JSON.parse(row).url) ?? OWN
}

const every = urls()
const whether = [
  ['rekey isGitUrl', rekey.isGitUrl],
  ['git-url-parse', (url) => readsWithGitUrlParse(url) !== null],
  ['hosted-git-info fromUrl', (url) => hostedAnew(url) !== undefined],
  ['URL.canParse', (url) => URL.canParse(url)],
]
for (const [name, takes] of whether) console.log(`${name} takes ${every.filter(takes).length} of ${every.length}`)
const common = every.filter((url) => whether.every(([, takes]) => takes(url)))
const reads = [
  ['rekey parseGitUrl', rekey.parseGitUrl],
  ['git-url-parse', (url) => gitUrlParse(url)],
  ['hosted-git-info fromUrl', hostedAnew],
  ['new URL', (url) => new URL(url)],
]
compare('whether it is a git URL, those that all take', common, whether)
compare('the same, all', every, whether)
compare('reading a git URL, those that all take', common, reads)
compare('the same, all', every, reads.map(([name, read]) => [name, caught(read)]))
const isRight = (url) => rekey.checkGitUrl(url).findings.length === 0
const check = ['rekey checkGitUrl', (url) => rekey.checkGitUrl(url)]
compare("a URL's check, nothing found", every.filter(isRight), [check])
compare("a URL's check, something found", every.filter((url) => !isRight(url)), [check])
