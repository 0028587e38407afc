// Validation of arguments for the native half, which converts invalid ones to something else, or aborts.
'use strict'

const binding = require('../binding.cjs')
const { fileURLToPath } = require('node:url')
const { isUint8Array, isSharedArrayBuffer } = require('node:util').types

/** The buffer of a typed array, even if its class overrides the property. */
const bufferOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'buffer').get

/** A text: a string that can be encoded as UTF-8, or bytes that are not shared with other threads. */
function content(value, name) {
  if (typeof value === 'string') return wellFormed(value, name)
  if (isUint8Array(value)) return isSharedArrayBuffer(bufferOf.call(value)) ? new Uint8Array(value) : value
  throw wrong(name, 'a string, Buffer or Uint8Array', value)
}

/** Like `content`, but optional. */
function optionalContent(value, name) {
  return absent(value) ? undefined : content(value, name)
}

function string(value, name) {
  if (absent(value)) return undefined
  if (typeof value !== 'string') throw wrong(name, 'a string', value)
  return wellFormed(value, name)
}

function boolean(value, name) {
  if (absent(value)) return undefined
  if (typeof value !== 'boolean') throw wrong(name, 'true or false', value)
  return value
}

/** The path of a file or folder, or a `file:` URL. */
function path(value, name) {
  if (value instanceof URL) return fileURLToPath(value)
  if (typeof value !== 'string') throw wrong(name, name === 'archive' ? 'a string, a URL, bytes or an open file' : 'a string or a URL', value)
  return wellFormed(value, name)
}

/** The archive of an image: a path, a `file:` URL, bytes, or an open file, whose descriptor the system offers as a path. */
function archiveOf(value) {
  if (isUint8Array(value)) return content(value, 'archive')
  const descriptor = typeof value === 'object' && value !== null && !(value instanceof URL) ? value.fd : undefined
  if (typeof descriptor !== 'number') return path(value, 'archive')
  if (process.platform === 'win32') throw new TypeError('archive cannot be an open file on Windows: pass its path or its bytes')
  return `/dev/fd/${integer(descriptor, 'archive')}`
}

/** An integer in the range of `u32`. */
function integer(value, name) {
  if (absent(value)) return undefined
  if (typeof value !== 'number') throw wrong(name, 'a number', value)
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`${name} must be a whole number from 0 to 4294967295, found ${value}`)
  }
  return value
}

/** A list of strings. */
function strings(value, name) {
  return absent(value) ? undefined : list(value, name).map((one, at) => text(one, `${name}[${at}]`))
}

/** Joins many texts to lines: one long string crosses ten times as fast as many short ones. */
function joined(texts, name) {
  if (!Array.isArray(texts)) throw wrong(name, 'an array', texts)
  const other = texts.findIndex((text) => typeof text !== 'string')
  if (other >= 0) throw wrong(`${name}[${other}]`, 'a string', texts[other])
  return wellFormed(`${texts.join('\n')}\n`, name)
}

/** A list, empty if it is absent. */
function list(value, name) {
  return absent(value) ? [] : array(value, name)
}

/** A plain array, without objects of the caller, whose code could run while the native half reads them. */
function array(value, name) {
  if (!Array.isArray(value)) throw wrong(name, 'an array', value)
  return Array.from(value)
}

/** The entries of a plain object of strings. */
function entries(value, name) {
  if (absent(value)) return undefined
  record(value, name)
  return Object.entries(value).map(([key, one]) => [wellFormed(key, `a key of ${name}`), text(one, `${name}.${key}`)])
}

/** An object with no fields other than `known`. */
function fields(value, known, name) {
  record(value, name)
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined) {
    throw new TypeError(`unknown field \`${binding.masked(unknown)}\` in ${name}; known are ${known.join(', ')}`)
  }
  return value
}

function record(value, name) {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isUint8Array(value)) {
    throw wrong(name, 'an object', value)
  }
}

function text(value, name) {
  if (typeof value !== 'string') throw wrong(name, 'a string', value)
  return wellFormed(value, name)
}

function wellFormed(value, name) {
  const at = value.isWellFormed() ? -1 : value.search(/\p{Surrogate}/u)
  if (at < 0) return value
  throw new TypeError(`${name} must be well-formed Unicode, found half of a surrogate pair at ${at}`)
}

function absent(value) {
  return value === undefined || value === null
}

/** The error for a value of the wrong type. It names the type and not the value, which may be a key. */
function wrong(name, expected, value) {
  return new TypeError(`${name} must be ${expected}, found ${kind(value)}`)
}

function kind(value) {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (Array.isArray(value)) return 'an array'
  return ArrayBuffer.isView(value) ? 'another kind of array' : 'an object'
}

module.exports = { absent, archiveOf, array, boolean, content, entries, fields, integer, joined, list, optionalContent, path, string, strings, wrong }
