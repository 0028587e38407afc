// The checks.
'use strict'

const binding = require('../binding.cjs')
const { RekeyError } = require('./error.cjs')
const {
  absent,
  archiveOf,
  array,
  boolean,
  content,
  entries,
  fields,
  integer,
  joined,
  list,
  optionalContent,
  path,
  string,
  strings,
  wrong,
} = require('./input.cjs')
const { building, options, ranged, targetOf } = require('./options.cjs')
const { judged, report } = require('./report.cjs')
const { RULES } = require('./rules.cjs')

function checkTag(text, given) {
  const input = content(text, 'text')
  const own = options(given, ['published'])
  const published = strings(own.published, 'published')
  const target = targetOf(own)
  return report(binding.checkTag, [input, published], target)
}

function checkGitUrl(text, given) {
  const input = content(text, 'text')
  const own = options(given, ['private'])
  const isPrivate = boolean(own.private, 'private')
  const target = targetOf(own)
  return report(binding.checkGitUrl, [input, isPrivate], target)
}

function checkPrivateKey(data, given) {
  const input = content(data, 'data')
  const own = options(given, ['publicKey', 'fingerprint', 'mode', 'quick'])
  const publicKey = optionalContent(own.publicKey, 'publicKey')
  const fingerprint = string(own.fingerprint, 'fingerprint')
  const mode = integer(own.mode, 'mode')
  const quick = boolean(own.quick, 'quick')
  const target = targetOf(own)
  return report(binding.checkPrivateKey, [input, publicKey, fingerprint, mode, quick], target)
}

function checkDockerfile(data, given) {
  const input = content(data, 'data')
  const own = options(given, ['buildArgs', 'stage', 'labels', 'baseConfig', 'context', 'platform'])
  const build = building(own)
  const baseConfig = optionalContent(own.baseConfig, 'baseConfig')
  const target = targetOf(own)
  return report(binding.checkDockerfile, [input, build, baseConfig], target)
}

function checkImage(reference, given) {
  const input = content(reference, 'reference')
  const own = options(given, ['published', 'config', 'manifest', 'authFile', 'registryKey'])
  const published = strings(own.published, 'published')
  const config = optionalContent(own.config, 'config')
  const manifest = optionalContent(own.manifest, 'manifest')
  const authFile = optionalContent(own.authFile, 'authFile')
  const registryKey = optionalContent(own.registryKey, 'registryKey')
  const target = targetOf(own)
  return report(binding.checkImage, [input, published, config, manifest, authFile, registryKey], target)
}

function checkReference(text, given) {
  const input = content(text, 'text')
  const own = options(given, ['published'])
  const published = strings(own.published, 'published')
  const target = targetOf(own)
  return report(binding.checkReference, [input, published], target)
}

function checkCredentials(credentials, given) {
  const { authFile, registryKey, reference } = fields(credentials, ['authFile', 'registryKey', 'reference'], 'credentials')
  const inputs = [
    optionalContent(authFile, 'authFile'),
    optionalContent(registryKey, 'registryKey'),
    optionalContent(reference, 'reference'),
  ]
  return report(binding.checkCredentials, inputs, targetOf(options(given, [])))
}

function checkRehearsal(dockerfile, given) {
  const input = content(dockerfile, 'dockerfile')
  const own = options(given, ['facts'])
  if (typeof own.facts !== 'string') throw wrong('options.facts', 'a string', own.facts)
  return report(binding.checkRehearsal, [input, own.facts], targetOf(own))
}

function checkImageArchive(archive, given) {
  const input = archiveOf(archive)
  const own = options(given, ['reference'])
  const reference = optionalContent(own.reference, 'reference')
  return report(binding.checkImageArchive, [input, reference], targetOf(own))
}

function checkSubmission(submission, given) {
  return batch([submitted(submission, '')], given)[0]
}

function checkSubmissions(submissions, given) {
  return batch(array(submissions, 'submissions').map((one, at) => submitted(one, `submissions[${at}].`)), given)
}

function batch(inputs, given) {
  const target = targetOf(options(given, []))
  const found = ranged(() => binding.checkSubmissions(inputs, target))
  if (!Array.isArray(found)) throw new RekeyError(found)
  return found.map(judged)
}

const GIT = ['url', 'private', 'key', 'keyMode', 'publicKey', 'keyFingerprint']
const BUILD = ['buildArgs', 'stage', 'labels', 'baseConfig', 'context']
const IMAGE = ['name', 'dockerfile', 'tag', 'published', 'reference', 'authFile', 'registryKey', ...BUILD]

/** Converts a submission for the native half, which also reads one that is given by its path. */
function submitted(submission, before) {
  const name = before === '' ? 'submission' : before.slice(0, -1)
  if (submission?.path !== undefined) {
    return { path: path(fields(submission, ['path'], name).path, `${before}path`), git: {}, images: [] }
  }
  const { git, images } = fields(submission, ['git', 'images'], name)
  const listed = `${before}images`
  return {
    git: absent(git) ? {} : repository(fields(git, GIT, `${before}git`), `${before}git.`),
    images: list(images, listed).map((one, at) => image(fields(one, IMAGE, `${listed}[${at}]`), `${listed}[${at}].`)),
  }
}

function repository(git, before) {
  return {
    url: optionalContent(git.url, `${before}url`),
    private: boolean(git.private, `${before}private`),
    key: optionalContent(git.key, `${before}key`),
    keyMode: integer(git.keyMode, `${before}keyMode`),
    publicKey: optionalContent(git.publicKey, `${before}publicKey`),
    keyFingerprint: string(git.keyFingerprint, `${before}keyFingerprint`),
  }
}

function image(one, before) {
  return {
    name: string(one.name, `${before}name`),
    dockerfile: optionalContent(one.dockerfile, `${before}dockerfile`),
    tag: optionalContent(one.tag, `${before}tag`),
    published: strings(one.published, `${before}published`),
    reference: optionalContent(one.reference, `${before}reference`),
    authFile: optionalContent(one.authFile, `${before}authFile`),
    registryKey: optionalContent(one.registryKey, `${before}registryKey`),
    buildArgs: entries(one.buildArgs, `${before}buildArgs`),
    labels: entries(one.labels, `${before}labels`),
    stage: string(one.stage, `${before}stage`),
    baseConfig: optionalContent(one.baseConfig, `${before}baseConfig`),
    context: absent(one.context) ? undefined : path(one.context, `${before}context`),
  }
}

const SEVERITIES = [null, 'note', 'warning', 'error']

function checkTags(tags, given) {
  const target = targetOf(options(given, []))
  return many(tags, 'tags', (lines) => binding.checkTags(lines, target), (tag) => checkTag(tag, given))
}

function checkGitUrls(urls, given) {
  const own = options(given, ['private'])
  const isPrivate = boolean(own.private, 'private')
  const target = targetOf(own)
  return many(urls, 'urls', (lines) => binding.checkGitUrls(lines, isPrivate, target), (url) => checkGitUrl(url, given))
}

/** The results of `check` for many texts that are joined to lines, or of `checkOne` for each. */
function many(texts, name, check, checkOne) {
  const lines = Array.isArray(texts) ? joined(texts, name) : content(texts, name)
  const found = ranged(() => check(lines))
  if (Array.isArray(texts) && found.rules.length !== texts.length) return oneByOne(texts.map(checkOne))
  return {
    severities: Array.from(found.severities, (at) => SEVERITIES[at]),
    rules: Array.from(found.rules, (at) => (at === 0 ? null : RULES[at - 1].id)),
  }
}

/** The same results from reports, for texts that contain newlines and for an empty list. */
function oneByOne(reports) {
  const found = reports.map(({ findings }) => SEVERITIES.findLast((severity) => findings.some(of(severity))) ?? null)
  const first = (report, at) => report.findings.find(of(found[at]))?.rule ?? null
  return { severities: found, rules: reports.map(first) }
}

function of(severity) {
  return (finding) => finding.severity === severity
}

module.exports = {
  checkCredentials,
  checkDockerfile,
  checkGitUrl,
  checkGitUrls,
  checkImage,
  checkImageArchive,
  checkPrivateKey,
  checkReference,
  checkRehearsal,
  checkSubmission,
  checkSubmissions,
  checkTag,
  checkTags,
}
