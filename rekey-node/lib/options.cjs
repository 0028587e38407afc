// The options object of a check.
'use strict'

const { absent, boolean, entries, fields, path, string } = require('./input.cjs')

const CHECK = ['flow', 'policy', 'preflightVersion', 'today', 'severity', 'render', 'sarif']
const NONE = Object.freeze({})

/** The options, which may have no fields other than those of every check and `own`. */
function options(given, own) {
  return absent(given) ? NONE : fields(given, [...own, ...CHECK], 'options')
}

/** The target of a check and the requested forms of the report; undefined means the default. */
function targetOf(given) {
  if (given === NONE || CHECK.every((name) => absent(given[name]))) return undefined
  return {
    flow: string(given.flow, 'flow'),
    policy: string(given.policy, 'policy'),
    preflightVersion: string(given.preflightVersion, 'preflightVersion'),
    today: string(given.today, 'today'),
    severity: entries(given.severity, 'severity'),
    render: boolean(given.render, 'render'),
    sarif: boolean(given.sarif, 'sarif'),
  }
}

/** The options for parsing a Dockerfile. */
function readingOptions(given) {
  return absent(given) ? NONE : fields(given, ['buildArgs', 'stage', 'platform'], 'options')
}

/** The inputs of a Dockerfile's build. */
function building(given) {
  return {
    buildArgs: entries(given.buildArgs, 'buildArgs'),
    stage: string(given.stage, 'stage'),
    labels: entries(given.labels, 'labels'),
    platform: string(given.platform, 'platform'),
    context: absent(given.context) ? undefined : path(given.context, 'context'),
  }
}

/** Calls a native check, which rejects invalid values of options. */
function ranged(check) {
  try {
    return check()
  } catch (error) {
    if (error.code === 'InvalidArg') throw new RangeError(error.message)
    throw error
  }
}

module.exports = { building, options, ranged, readingOptions, targetOf }
