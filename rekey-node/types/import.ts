// Code with `import` that TypeScript accepts, and code that it rejects.
import {
  RULES,
  RekeyError,
  applyFixes,
  checkDockerfile,
  checkGitUrl,
  checkImage,
  checkPrivateKey,
  checkSubmission,
  checkTag,
  checkTags,
  latestTag,
  nextRelease,
  parseDockerfile,
  parseGitUrl,
  parseImageReference,
  parsePrivateKey,
  parseTag,
  privateKeyMatches,
  render,
  rule,
  toHttps,
  toJson,
  toPkcs1Pem,
  toPublicKey,
  toSarif,
  type Finding,
  type Report,
  type RuleId,
  type Tag,
  type Target,
} from 'rekey-node'

const report: Report<Tag> = checkTag('1.0', { published: ['1.0-1'], flow: 'quay', severity: { 'tag-invalid': 'off' } })
const release: string | null | undefined = report.facts?.release
const finding: Finding | undefined = report.findings[0]
if (finding && finding.start !== null) {
  const marked: string = '1.0'.slice(finding.start, finding.end)
  const column: number = finding.endColumn
  void [marked, column]
}
const text: string = applyFixes('1.0', report.findings, 'unsafe').text
const bytes: Buffer = applyFixes(Buffer.from('1.0'), report.findings).text
const json: string = toJson(report) + toSarif(report) + render(report)
const id: RuleId = 'tag-missing-release'
const why: string | undefined = rule(id)?.why
const column: (RuleId | null)[] = checkTags(['1.0'], { policy: 'root' }).rules
const port: number | null = parseGitUrl('git@github.com:acme/app.git').port
const values: (string | null)[] = [
  parseTag(new Uint8Array([49])).version,
  parseImageReference('redis').digest,
  nextRelease('1.0-1', ['1.0-2']),
  latestTag(['1.0']),
  toHttps('git@github.com:acme/app.git'),
]
const user: string | null = parseDockerfile('', { stage: 'x' }).user.value
const key: [number, string] = [parsePrivateKey('').bits, toPkcs1Pem(Buffer.alloc(0))]
const belongs: boolean = privateKeyMatches('', Buffer.alloc(0)) || toPublicKey('') === parsePrivateKey('').md5Fingerprint
checkGitUrl('x', { private: true })
checkPrivateKey(Buffer.alloc(0), { publicKey: 'x', fingerprint: 'y', mode: 0o600 })
checkDockerfile('FROM scratch', { buildArgs: { A: 'b' }, labels: {}, stage: 'x', baseConfig: '{}', platform: 'linux/amd64' })
checkImage('redis', { config: '{}', manifest: new Uint8Array(), authFile: '{}', registryKey: Buffer.alloc(0) })
checkSubmission({ git: { url: 'x', private: false }, images: [{ name: 'a', tag: '1.0', published: [] }] }, { today: '2026-11-23' })
checkSubmission({ path: new URL('file:///tmp') }, { render: true })
const target: Target = { flow: 'quay', severity: { 'tag-invalid': 'off' } }
const against: string = checkTag('1.0', { ...checkTag('1.0', target).target, published: ['1.0-1'] }).target.flow
try {
  parseTag('')
} catch (error) {
  if (error instanceof RekeyError) {
    const refused: [string, number, number, RuleId | null] = [error.code, error.start, error.end, error.rule]
    void refused
  }
}

// @ts-expect-error a number is not a text
checkTag(1)
// @ts-expect-error no such flow
checkTag('1.0', { flow: 'x' })
// @ts-expect-error no such option
checkTag('1.0', { buildArgs: {} })
// @ts-expect-error no such rule
const wrong: RuleId = 'tag-nonsense'
// @ts-expect-error the place may be null
const start: number = report.findings[0]!.start
// @ts-expect-error the table of rules is read-only
RULES.length = 0
// @ts-expect-error a list, not one tag
latestTag('1.0')
// @ts-expect-error no such safety
applyFixes('1.0', [], 'display')
// @ts-expect-error a folder or fields, not both
checkSubmission({ path: 'x', git: {} })
// @ts-expect-error only the package creates these errors
new RekeyError()

void [against, user, key, belongs, release, text, bytes, json, why, column, port, values, wrong, start]
