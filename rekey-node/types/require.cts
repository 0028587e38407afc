// The types of `require` are those of `import`.
import rekey = require('rekey-node')

const report: rekey.Report<rekey.Tag> = rekey.checkTag('1.0-1')
const version: string | undefined = report.facts?.version
// @ts-expect-error a number is not a text
rekey.parseTag(1)

void version
