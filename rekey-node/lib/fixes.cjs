// Fixes applied to a text.
'use strict'

const binding = require('../binding.cjs')
const { array, content } = require('./input.cjs')

/** The kinds of fixes that each choice includes; never those for display only. */
const TAKEN = { safe: ['safe'], unsafe: ['safe', 'unsafe'] }

function applyFixes(text, findings, safety = 'safe') {
  const input = content(text, 'text')
  const found = array(findings, 'findings')
  if (!Object.hasOwn(TAKEN, safety)) throw new RangeError(`expected \`safe\` or \`unsafe\`, found \`${binding.masked(String(safety))}\``)
  const fixes = found.map((finding) => finding.fix).filter((fix) => fix && TAKEN[safety].includes(fix.safety))
  const edits = fixes.map((fix) => array(fix.edits, 'edits').map(({ start, end, text }) => ({ start, end, text })))
  return binding.applyFixes(input, edits)
}

module.exports = { applyFixes }
