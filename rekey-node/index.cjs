// All exports of the package; `index.js` has the same for `import`.
'use strict'

module.exports = {
  ...require('./lib/checks.cjs'),
  ...require('./lib/values.cjs'),
  ...require('./lib/report.cjs').api,
  ...require('./lib/fixes.cjs'),
  ...require('./lib/rules.cjs'),
  ...require('./lib/error.cjs'),
}
