// The error class of the package.
'use strict'

/** The error for a text that is not the value it should be. */
class RekeyError extends Error {
  constructor(refusal) {
    super(refusal.message)
    this.code = refusal.code
    this.start = refusal.start
    this.end = refusal.end
    this.rule = refusal.rule ?? null
  }
}

Object.defineProperty(RekeyError.prototype, 'name', { value: 'RekeyError', configurable: true, writable: true })

module.exports = { RekeyError }
