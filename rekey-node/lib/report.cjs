// Reports as plain objects, converted from core's JSON form.
'use strict'

const { RekeyError } = require('./error.cjs')
const { wrong } = require('./input.cjs')
const { ranged } = require('./options.cjs')

/** The key under which a report stores the forms that the native half made. */
const FORMS = Symbol('rekey.forms')

/** The report about one input. */
function report(check, args, target) {
  const found = ranged(() => check(...args, target))
  if (found.json === undefined) throw new RekeyError(found)
  return judged(found)
}

/** The report that the native half returned. */
function judged({ json, utf16, text, sarif, severity, notices }) {
  const envelope = JSON.parse(json)
  const place = placing(utf16)
  const findings = []
  const forecast = []
  const sections = []
  for (const section of envelope.reports) {
    const { subject, source, passed, facts } = section
    for (const finding of section.findings) findings.push(shaped(finding, place))
    for (const row of section.forecast) forecast.push({ ...row, source })
    sections.push({ subject, source, passed, facts: camel(facts) })
  }
  const { flow, policy, preflight_version: preflightVersion, today } = envelope.target
  const made = {
    passed: envelope.passed,
    counts: envelope.summary,
    findings,
    forecast,
    facts: sections.length === 1 ? sections[0].facts : null,
    sections,
    steps: envelope.steps ?? [],
    notices: notices ?? [],
    target: { flow, policy, preflightVersion, today, severity: last(severity) },
  }
  return Object.defineProperty(made, FORMS, { value: { json, text, sarif } })
}

/** Severities by selector, in increasing order of precedence. */
function last(severity = []) {
  const made = new Map()
  for (const [selector, one] of severity) {
    made.delete(selector)
    made.set(selector, one)
  }
  return Object.fromEntries(made)
}

/** Returns a function that returns each place of the JSON form in turn, in JavaScript's unit. */
function placing(utf16) {
  let next = 0
  return (form) => {
    if (form.start === undefined) return { ...NOWHERE }
    const { line, column, end_line: endLine, end_column: endColumn } = form
    const [start, end] = utf16 ? [utf16[next++], utf16[next++]] : [form.start, form.end]
    return { start, end, line, column, endLine, endColumn }
  }
}

const NOWHERE = Object.freeze({ start: null, end: null, line: null, column: null, endLine: null, endColumn: null })

/**
 * Converts a finding. Its places are read in the order of the native half: own, related, edits, then those of its
 * consequences.
 */
function shaped(form, place) {
  const own = place(form)
  const related = form.related.map((one) => ({ message: one.message, source: one.source, ...place(one) }))
  const fix = form.fix && {
    safety: form.fix.safety,
    description: form.fix.description,
    edits: form.fix.edits.map((edit) => ({ ...place(edit), text: edit.text })),
  }
  return {
    rule: form.rule,
    parameter: form.parameter ?? null,
    parameters: form.parameters ?? (form.parameter === undefined ? [] : [form.parameter]),
    severity: form.severity,
    message: form.message,
    help: form.help,
    basis: form.basis,
    checks: form.checks,
    docs: form.docs,
    subject: form.subject,
    source: form.source,
    ...own,
    pointer: form.pointer ?? null,
    layer: form.layer ?? null,
    path: form.path ?? null,
    related,
    fix,
    incomplete: form.incomplete,
    consequences: (form.consequences ?? []).map((one) => shaped(one, place)),
  }
}

/** Facts whose keys come from the user, and are not converted. */
const MAPS = new Set(['labels', 'build_args', 'env'])

/** Facts with their field names in JavaScript's case. */
function camel(facts) {
  if (Array.isArray(facts)) return facts.map(camel)
  if (typeof facts !== 'object' || facts === null) return facts
  const made = {}
  for (const key in facts) {
    const value = facts[key]
    made[camelKey(key)] = MAPS.has(key) && !Array.isArray(value) ? mapped(value) : camel(value)
  }
  return made
}

function camelKey(key) {
  return key.includes('_') ? key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()) : key
}

function mapped(map) {
  if (typeof map !== 'object' || map === null) return map
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, camel(value)]))
}

/** Returns the whole report as JSON, the same as in other languages and from the command. */
function toJson(made) {
  return forms(made).json
}

/** Returns the report as text for people, as the command prints it. */
function render(made) {
  const { text } = forms(made)
  if (text === undefined) throw new TypeError('the report is not from a check with the option `render: true`')
  return text
}

/** Returns the report as SARIF 2.1.0. */
function toSarif(made) {
  const { sarif } = forms(made)
  if (sarif === undefined) throw new TypeError('the report is not from a check with the option `sarif: true`')
  return sarif
}

function forms(made) {
  const kept = typeof made === 'object' && made !== null ? made[FORMS] : undefined
  if (kept === undefined) throw wrong('report', 'what a check gave, not a copy of it', made)
  return kept
}

module.exports = { api: { render, toJson, toSarif }, judged, report }
