// Values: parsing, tests and conversions.
'use strict'

const binding = require('../binding.cjs')
const { RekeyError } = require('./error.cjs')
const { content, joined, strings } = require('./input.cjs')
const { building, readingOptions } = require('./options.cjs')

function isTag(text) {
  return answer(binding.isTag, text, 'text')
}

function isGitUrl(text) {
  return answer(binding.isGitUrl, text, 'text')
}

function isImageReference(text) {
  return answer(binding.isImageReference, text, 'text')
}

function parseTag(text) {
  const input = content(text, 'text')
  const end = converted(binding.parseTag(input))
  // A tag is ASCII: its bytes are its characters.
  return cut(typeof input === 'string' ? input : Buffer.from(input).latin1Slice(), end)
}

function cut(tag, end) {
  return { version: tag.slice(0, end), release: end < tag.length ? tag.slice(end + 1) : null }
}

/** The native half's result for a line that is not a tag. */
const NO_TAG = 255

function parseTags(tags) {
  const ends = binding.parseTags(joined(tags, 'tags'))
  // If a text contains a newline, the lines do not correspond to the texts.
  if (ends.length !== tags.length + 1) return tags.map((tag) => (isTag(tag) ? parseTag(tag) : null))
  return tags.map((tag, at) => (ends[at] === NO_TAG ? null : cut(tag, ends[at])))
}

function parseGitUrl(text) {
  return parsed(binding.parseGitUrl(content(text, 'text')))
}

function parseImageReference(text) {
  return parsed(binding.parseImageReference(content(text, 'text')))
}

function isPrivateKey(data) {
  return answer(binding.isPrivateKey, data, 'data')
}

function parsePrivateKey(data) {
  return parsed(binding.parsePrivateKey(content(data, 'data')))
}

function toPkcs1Pem(data) {
  return converted(binding.toPkcs1Pem(content(data, 'data')))
}

function toPublicKey(data) {
  return converted(binding.toPublicKey(content(data, 'data')))
}

function privateKeyMatches(data, publicKey) {
  return converted(binding.privateKeyMatches(content(data, 'data'), content(publicKey, 'publicKey')))
}

function parseDockerfile(data, given) {
  const input = content(data, 'data')
  return JSON.parse(binding.parseDockerfile(input, building(readingOptions(given))))
}

function toSsh(text) {
  return converted(binding.toSsh(content(text, 'text')))
}

function sameRepository(text, other) {
  return converted(binding.sameRepository(content(text, 'text'), content(other, 'other')))
}

function toHttps(text) {
  return converted(binding.toHttps(content(text, 'text')))
}

function nextRelease(text, published) {
  return converted(binding.nextRelease(content(text, 'text'), strings(published, 'published')))
}

function latestTag(tags) {
  // One long string crosses faster than many short ones, and a text with a newline is not a tag.
  const lines = (strings(tags, 'tags') ?? []).filter((tag) => !tag.includes('\n'))
  return binding.latestTag(lines.join('\n'))
}

/** Returns true if a text is a value. A string that cannot be encoded as UTF-8 never is. */
function answer(is, text, name) {
  if (typeof text === 'string') return text.isWellFormed() && is(text)
  return is(content(text, name))
}

/** The value from its JSON, with JavaScript's field names. */
function parsed(outcome) {
  return JSON.parse(converted(outcome))
}

/** Returns the result of the native half, or throws its error. */
function converted(outcome) {
  if (typeof outcome !== 'object') return outcome
  throw new RekeyError(outcome)
}

module.exports = {
  isGitUrl,
  isImageReference,
  isPrivateKey,
  isTag,
  latestTag,
  nextRelease,
  parseDockerfile,
  parseGitUrl,
  parseImageReference,
  parsePrivateKey,
  parseTag,
  parseTags,
  privateKeyMatches,
  sameRepository,
  toHttps,
  toPkcs1Pem,
  toPublicKey,
  toSsh,
}
