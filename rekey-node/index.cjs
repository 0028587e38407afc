// Everything that the package gives; `index.js` gives the same to `import`.
'use strict'

module.exports = {
  ...require('./lib/checks.cjs'),
  ...require('./lib/values.cjs'),
  ...require('./lib/report.cjs').api,
  ...require('./lib/fixes.cjs'),
  ...require('./lib/rules.cjs'),
  ...require('./lib/error.cjs'),
}
