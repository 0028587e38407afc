// Tags in Node: rekey compared with the npm package semver and a plain regex, in one run.
//
// Contenders alternate in batches, many times; the medians of the batches and of the ratios within a
// turn are printed, as by the benchmark in Rust. `cargo xtask bench tags-node` installs the dependencies and runs it: the
// packages are those of the current folder.
import { compare, installed, lines } from './measure.mjs'

const rekey = installed('rekey-node')
const semver = installed('semver')

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

/** The result of a typical script: only whether the text is a tag with a release. */
function checkByRegex(tag) {
  const found = tag.length <= 128 ? RELEASE.exec(tag) : null
  const problems = []
  if (found === null) problems.push({ message: `${tag} is not a tag`, start: 0, end: tag.length })
  else if (found[2] === undefined) problems.push({ message: `${tag} has no release`, start: tag.length, end: tag.length })
  return { passed: problems.length === 0, problems }
}

/** Compares numbers as numbers and words as words, like most scripts. */
const natural = new Intl.Collator('en', { numeric: true }).compare

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

const repositories = byRepository(lines('tags-partners.txt', 'tags-redhat.txt') ?? OWN)
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
const reading = [['rekey parseTags', (some) => rekey.parseTags(some)], ['regex', (some) => some.map(parseByRegex)]]
compare('reading many tags at once', [tags], reading, tags.length)
const isRight = (tag) => rekey.checkTag(tag).findings.length === 0
const check = [['rekey checkTag', (tag) => rekey.checkTag(tag)], ['regex', checkByRegex]]
compare("a tag's check, nothing found", tags.filter(isRight), check)
compare("a tag's check, something found", tags.filter((tag) => !isRight(tag)), check)
const batch = [['rekey checkTags', (some) => rekey.checkTags(some)], ['regex', (some) => some.map(checkByRegex)]]
compare("many tags' checks at once", [tags], batch, tags.length)
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
