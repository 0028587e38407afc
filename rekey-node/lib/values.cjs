// Values: parsed, told apart, turned into other forms.
'use strict'

const binding = require('../binding.cjs')
const { RekeyError } = require('./error.cjs')
const { content } = require('./input.cjs')
const { camel } = require('./report.cjs')

function isTag(text) {
  return answer(binding.isTag, text, 'text')
}

function parseTag(text) {
  return value(binding.parseTag(content(text, 'text')))
}

/** Whether a text is a value: one that has no UTF-8 form never is. */
function answer(is, text, name) {
  if (typeof text === 'string') return text.isWellFormed() && is(text)
  return is(content(text, name))
}

/** The value that crossed as JSON; throws what crossed as a refusal. */
function value(parsed) {
  if (typeof parsed === 'string') return camel(JSON.parse(parsed))
  throw new RekeyError(parsed)
}

module.exports = { isTag, parseTag }
