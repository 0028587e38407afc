// The table of rules.
'use strict'

const binding = require('../binding.cjs')

const RULES = Object.freeze(JSON.parse(binding.rules()).map(frozen))
const BY_ID = new Map(RULES.map((one) => [one.id, one]))

function rule(id) {
  return BY_ID.get(id) ?? null
}

function frozen(one) {
  for (const value of Object.values(one)) Object.freeze(value)
  return Object.freeze(one)
}

module.exports = { RULES, rule }
