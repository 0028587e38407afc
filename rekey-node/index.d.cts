// The types of the package, for `require`; `index.d.ts` has the same for `import`.
import type { RuleId } from './rule-id.cjs'

export type { RuleId }

/** A text: a string, whose places are counted in UTF-16 units, or bytes, whose places are counted in bytes. */
export type Content = string | Uint8Array

/** The way in which an image is submitted to Red Hat: built by its Build Service, pushed to quay.io, or kept elsewhere. */
export type Flow = 'build-service' | 'quay' | 'external'

/** A set of checks in openshift-preflight, by preflight's name. */
export type Policy = 'container' | 'root' | 'scratch-nonroot' | 'scratch-root' | 'konflux'

/** The severity of a finding: a failure, a later failure or a violation of the guide, advice. */
export type Severity = 'error' | 'warning' | 'note'

/** The kind of input that a rule or a finding is about. */
export type Subject = 'submission' | 'git_url' | 'private_key' | 'dockerfile' | 'tag' | 'reference' | 'image' | 'credentials' | 'preflight_run' | 'rehearsal'

/** The target that an input is checked against. An invalid value of an option is a `RangeError`, a wrong type a `TypeError`. */
export interface Target {
  /** Default: `build-service`. */
  flow?: Flow | null
  /** Default: `container`. */
  policy?: Policy | null
  /** The version of preflight, `1.21` or `1.21.0`, from 1.11 on. Default: the latest known one. */
  preflightVersion?: string | null
  /** The date for judging ends of life, `2026-11-23`. Without it they are not checked. */
  today?: string | null
  /** Severities by rule id, `rule-id:parameter` or the name of a preflight check. The last one wins. */
  severity?: Readonly<Record<string, Severity | 'off'>> | null
}

/** Options of every check: the target, and the requested forms of the report. */
export interface CheckOptions extends Target {
  /** True if {@link render} will be called on the report, which does not contain the texts of its inputs. */
  render?: boolean | null
  /** True if {@link toSarif} will be called on the report. */
  sarif?: boolean | null
}

/** Options of {@link checkTag}. */
export interface TagOptions extends CheckOptions {
  /** The tags that the image was already published with. */
  published?: readonly string[] | null
}

/** Options of {@link checkGitUrl}. */
export interface GitUrlOptions extends CheckOptions {
  /** True for a private repository, false for a public one; absent if unknown. */
  private?: boolean | null
}

/** Options of {@link checkPrivateKey}. */
export interface PrivateKeyOptions extends CheckOptions {
  /** The public half that the git host has, in any format. */
  publicKey?: Content | null
  /** The fingerprint that the git host shows. */
  fingerprint?: string | null
  /** The permission bits of the key's file. */
  mode?: number | null
  /** True to test the primes only to base 2, which takes a third of the time and finds accidents but not every forgery. */
  quick?: boolean | null
}

/** The inputs of a Dockerfile's build. */
export interface BuildOptions {
  /** Values of build arguments, as `--build-arg` gives them. */
  buildArgs?: Readonly<Record<string, string>> | null
  /** The stage to build, by name or number. Default: the last one. */
  stage?: string | null
  /** Labels that the build sets, as `--label` gives them. */
  labels?: Readonly<Record<string, string>> | null
  /** The config JSON of the base image, as `skopeo inspect --config` prints it. */
  baseConfig?: Content | null
  /** The folder that the build copies from. */
  context?: string | URL | null
}

/** Options of {@link checkDockerfile}. */
export interface DockerfileOptions extends CheckOptions, BuildOptions {
  /** The platform to build for. Default: `linux/amd64`. */
  platform?: string | null
}

/** Options of {@link checkImage}. */
export interface ImageOptions extends CheckOptions {
  /** The tags that the image was already published with. */
  published?: readonly string[] | null
  /** The image's config, as `skopeo inspect --config` or `podman inspect` prints it. */
  config?: Content | null
  /** The image's manifest, as `skopeo inspect --raw` prints it. */
  manifest?: Content | null
  /** The credentials file for the push, podman's `auth.json` or docker's `config.json`. Its content is never shown. */
  authFile?: Content | null
  /** The project's registry key. It is never shown. */
  registryKey?: Content | null
}

/** Options of {@link checkReference}. */
export interface ReferenceOptions extends CheckOptions {
  /** The tags that the image was already published with. */
  published?: readonly string[] | null
}

/** Options of {@link checkRehearsal}. */
export interface RehearsalOptions extends CheckOptions {
  /** The facts that a rehearsal recorded, as JSON. */
  facts: string
}

/** The credentials for pushing an image: an auth file, the registry key of its project, or both. */
export interface Credentials {
  /** The auth file, podman's `auth.json` or docker's `config.json`. Its content is never shown. */
  authFile?: Content | null
  /** The project's registry key. It is never shown. */
  registryKey?: Content | null
  /** The reference that the image is pushed to. It decides which entry of the auth file is used. */
  reference?: Content | null
}

/** Options of {@link checkImageArchive}. */
export interface ImageArchiveOptions extends CheckOptions {
  /** The destination of the push. */
  reference?: Content | null
}

/** The submission of a partner to Red Hat, as a whole. The flow decides which fields are required. */
export interface Submission {
  git?: GitSource | null
  images?: readonly ImageSource[] | null
  path?: never
}

/** A submission in files: a folder with a `rekey.toml` or a checkout, or a `rekey.toml`. */
export interface SubmissionFolder {
  path: string | URL
  git?: never
  images?: never
}

/** The repository that the service clones, and the key for cloning it. */
export interface GitSource {
  /** The git source URL. */
  url?: Content | null
  /** True for a private repository, false for a public one; absent if unknown. */
  private?: boolean | null
  /** The content of the private key. */
  key?: Content | null
  /** The permission bits of the key's file. */
  keyMode?: number | null
  /** The public half that the git host has. */
  publicKey?: Content | null
  /** The fingerprint that the git host shows. */
  keyFingerprint?: string | null
}

/** One image: its Dockerfile, the inputs of its build, and its names. */
export interface ImageSource extends BuildOptions {
  /** The name in reports, if there are multiple images. */
  name?: string | null
  /** The content of the Dockerfile. */
  dockerfile?: Content | null
  /** The image tag. */
  tag?: Content | null
  /** The tags that the image was already published with. */
  published?: readonly string[] | null
  /** The reference that the image is pushed to. */
  reference?: Content | null
  /** The credentials file for the push. Its content is never shown. */
  authFile?: Content | null
  /** The project's registry key. It is never shown. */
  registryKey?: Content | null
}

/** A place in a text: `text.slice(start, end)`. Lines and columns count from 1; a column is a Unicode scalar value. */
export interface Place {
  start: number
  end: number
  line: number
  column: number
  endLine: number
  endColumn: number
}

/** A place, or null in all fields if there is none: `text.slice(null, null)` is empty. */
export type MaybePlace = Place | { [field in keyof Place]: null }

/** The basis of a rule: who requires it. */
export interface Basis {
  /** Red Hat's own words, preflight's code, another project's code or standard, a consequence of these, or rekey's advice. */
  kind: 'documented' | 'enforced' | 'upstream' | 'inferred' | 'practice'
  /** The place where the requirement can be read, or the reason for it. */
  source: string
  /** The quotation, if it is from Red Hat. */
  quote: string | null
  /** The date of the quoted page. */
  date: string | null
}

/** The replacement of one range by a text. */
export interface Edit extends Place {
  text: string
}

/** A change of the text that fixes a finding. It is applied whole or not at all. */
export interface Fix {
  /**
   * `safe` if the meaning cannot change, `unsafe` if it changes to a guess of what was meant, `display` if only a person
   * can make the change.
   */
  safety: 'safe' | 'unsafe' | 'display'
  /** The effect of the fix, as an imperative. */
  description: string
  edits: Edit[]
}

/** Another place that helps to explain a finding. */
export type Related = MaybePlace & {
  message: string
  source: string
}

/** One defect that a rule found. */
export type Finding = MaybePlace & {
  rule: RuleId
  /** The rule's case: a label's name, for example. Null if there is no case, or more than one. */
  parameter: string | null
  /** The rule's cases: more than one if the finding joins others that differ in nothing else. */
  parameters: string[]
  severity: Severity
  /** One line that says what is wrong. */
  message: string
  /** The advice on how to resolve it. */
  help: string
  basis: Basis
  /** The checks of preflight that fail for the same reason. */
  checks: string[]
  /** The URL of the rule's page. */
  docs: string
  subject: Subject
  /** The file or field that the place is in. */
  source: string
  /** The pointer to a value in a JSON document, by RFC 6901, if the place is one. */
  pointer: string | null
  /** The layer and the path of a file in an image, if the place is one. */
  layer: number | null
  path: string | null
  related: Related[]
  fix: Fix | null
  /** True if the text may be the beginning of a valid value, which need not be reported while the user is still typing. */
  incomplete: boolean
  /** The findings that disappear when this one's fix is applied. A report counts and lists them here only. */
  consequences: Finding[]
}

/** The expected result of one openshift-preflight check. */
export interface Forecast {
  check: string
  outcome: 'pass' | 'fail' | 'error' | 'unknown'
  reason: string
  /** The evidence: `dockerfile`, `context`, `base_table` and others. */
  evidence: string | null
  /** The input that would resolve an unknown outcome. */
  settle: string | null
  /** The rules about the same requirement. */
  rules: RuleId[]
  /** The image that it is about. */
  source: string
}

/** The number of findings of each severity, and of unknown outcomes in the forecast. */
export interface Counts {
  errors: number
  warnings: number
  notes: number
  unknown: number
}

/** An input that was checked, with its facts. */
export interface Section<Facts = unknown> {
  subject: Subject
  source: string
  passed: boolean
  facts: Facts | null
}

/** A step of a rehearsal. */
export interface RehearsalStep {
  name: string
  state: 'ok' | 'findings' | 'blocked' | 'not_run' | 'cancelled'
  /** The reason why it was not run. */
  reason?: string
  milliseconds: number
  /** The proof: a command as a person can repeat it, its exit code, the line that counts. */
  evidence?: string
}

/** The result of a check. It never contains the text of an input or a secret from it. */
export interface Report<Facts = unknown> {
  /** True if there is no finding of severity error. */
  passed: boolean
  counts: Counts
  /** Sorted by source, place and rule. */
  findings: Finding[]
  forecast: Forecast[]
  /** The facts that were read; null if the input could not be parsed, and for a submission, whose sections have them. */
  facts: Facts | null
  sections: Section[]
  /** The steps of a rehearsal; empty for other checks. */
  steps: RehearsalStep[]
  /** Notices about how files were read and which version of preflight was used, one line each. */
  notices: string[]
  /** The target that it was checked against, which other checks accept as it is. */
  target: Target & {
    flow: Flow
    policy: Policy
    preflightVersion: string
    today: string | null
    severity: Readonly<Record<string, Severity | 'off'>>
  }
}

/** An image tag. */
export interface Tag {
  /** The partner's version: the text before the release, or the whole tag. */
  version: string
  /** The number after the last dash. */
  release: string | null
}

/** A git source URL. */
export interface GitUrl {
  transport: 'https' | 'http' | 'ssh' | 'git'
  /** The user that ssh logs in with. Never a secret: other transports have no user. */
  user: string | null
  host: string
  port: number | null
  /** The path as git passes it to the server. */
  path: string
  /** Everything before the repository; null for hosts with unknown shapes. */
  owner: string | null
  /** The repository without `.git`. */
  repository: string | null
}

/** An image reference in its full form: the registry and owner of `redis` are added. */
export interface ImageReference {
  domain: string
  path: string
  tag: string | null
  digest: string | null
}

/** The public facts about an RSA private key without a passphrase. */
export interface PrivateKey {
  /** The length of the modulus in bits. */
  bits: number
  /** The public half, as a line for `authorized_keys` or a git host. */
  publicKey: string
  /** The fingerprint that `ssh-keygen -l` prints and git hosts show. */
  fingerprint: string
  /** The fingerprint that `ssh-keygen -l -E md5` prints. */
  md5Fingerprint: string
}

/** A range of a text, in the unit of the text. */
export interface Span {
  start: number
  end: number
}

/** A Dockerfile: its instructions, and the image that it produces. */
export interface Dockerfile {
  /** The instructions in order, including those with errors. */
  instructions: Instruction[]
  stages: Stage[]
  /** The number of the stage that is built; null if there is no stage with that name. */
  target: number | null
  /** The problems, in the order in which BuildKit would find them. */
  problems: Problem[]
  /** True if BuildKit accepts the file: it has no error of the phase `parse`. */
  accepted: boolean
  /** The user of the final image. */
  user: Fact
  /** The working directory of the final image. */
  workdir: Fact
  /** The labels that the file sets. Labels with an unknown key are omitted. */
  labels: Record<string, Fact>
  /** The number of layers that the final image adds to its base. */
  addedLayers: number
}

/** One instruction of a Dockerfile, from its keyword to the end of its last argument; heredocs are not included. */
export interface Instruction extends Span {
  /** The keyword in uppercase. */
  keyword: string
  /** The line of the keyword, from 1. */
  line: number
  /** The last line, including heredocs. */
  endLine: number
  /** The words that begin with `--`. */
  flags: Flag[]
  /** All other words as written; the command of a shell form is one. */
  arguments: Argument[]
}

/** A word that begins with `--`. */
export interface Flag extends Span {
  name: string
  value: string | null
}

/** One word of an instruction, before its variables are replaced. */
export interface Argument extends Span {
  text: string
}

/** A stage of a Dockerfile. */
export interface Stage {
  /** Its number, from 0. */
  index: number
  /** Its name in lowercase. */
  name: string | null
  /** Its base, with variables replaced if they are known. */
  base: string
  kind: 'scratch' | 'stage' | 'image' | 'unresolved' | 'error'
  /** The line of its `FROM`, from 1. */
  line: number
  /** True if the stage that is built needs it. */
  needed: boolean
}

/** A fact about the final image, as far as its Dockerfile determines it. */
export interface Fact {
  kind: 'known' | 'inherited' | 'unresolved' | 'error'
  /** The value; null unless it is known. */
  value: string | null
  /** The reason why it is unknown. */
  reason: string | null
}

/** A problem of a Dockerfile. */
export interface Problem extends Span {
  /** `error` if BuildKit stops, `warning` if it continues although the file probably does not mean what it says. */
  severity: 'error' | 'warning'
  message: string
  /** The phase in which BuildKit finds it. */
  phase: 'parse' | 'evaluate'
  /** The first line of the instruction, from 1. */
  line: number
}

/** A rule's metadata. */
export interface Rule {
  readonly id: RuleId
  readonly subject: Subject
  readonly severity: Severity
  /** One line that says what is wrong, without values of an input. */
  readonly summary: string
  /** The reason why it matters. */
  readonly why: string
  /** The advice on how to resolve a finding. */
  readonly help: string
  readonly basis: Readonly<Basis>
  /** The checks of preflight that fail for the same reason. */
  readonly checks: readonly string[]
  /** The URL of the rule's page. */
  readonly docs: string
  /** The version of rekey that introduced the rule. */
  readonly since: string
  /** The flows in which the rule applies. */
  readonly flows: readonly Flow[]
  readonly policies: readonly Policy[]
  /** The first version of preflight for which the rule applies, and the first for which it no longer applies. */
  readonly sincePreflight: string | null
  readonly beforePreflight: string | null
}

/** The most severe finding for each of many texts, in the same order. */
export interface Verdicts {
  /** Null for a text without findings. */
  severities: (Severity | null)[]
  rules: (RuleId | null)[]
}

/**
 * The error for a text that is not the value it should be. It never contains the text.
 */
export class RekeyError extends Error {
  private constructor()
  readonly name: 'RekeyError'
  /** The kind of the problem, in kebab-case. */
  readonly code: string
  /** The start of the wrong part, in the unit of the input; 0 if a file as a whole is rejected. */
  readonly start: number
  /** The end of the wrong part. */
  readonly end: number
  /** The rule that reports the same; null unless it is exactly one. */
  readonly rule: RuleId | null
}

/**
 * Checks an image tag.
 *
 * ```js
 * const report = checkTag('1.0')
 * report.findings[0].rule // 'tag-missing-release'
 * ```
 */
export function checkTag(text: Content, options?: TagOptions | null): Report<Tag>

/**
 * Checks many tags against one target: an array, or a text with one tag per line. Much faster than one call per tag.
 *
 * ```js
 * checkTags(['1.0-1', '1.0']).rules // [null, 'tag-missing-release']
 * ```
 */
export function checkTags(tags: readonly string[] | Content, options?: CheckOptions | null): Verdicts

/** Checks a git source URL as the service will clone it. */
export function checkGitUrl(text: Content, options?: GitUrlOptions | null): Report

/**
 * Checks many git source URLs against one target: an array, or a text with one URL per line.
 *
 * ```js
 * checkGitUrls(['https://github.com/acme/app', 'acme/app']).rules // [null, 'git-url-shorthand']
 * ```
 */
export function checkGitUrls(urls: readonly string[] | Content, options?: GitUrlOptions | null): Verdicts

/**
 * Checks the private key that the service will clone with. The report contains no key material.
 *
 * The copy of the key that is made for the check is wiped. A JavaScript string cannot be wiped: pass a `Buffer` and fill
 * it with zeros afterwards.
 */
export function checkPrivateKey(data: Content, options?: PrivateKeyOptions | null): Report

/** Checks a Dockerfile. */
export function checkDockerfile(data: Content, options?: DockerfileOptions | null): Report

/**
 * Checks the reference that an image is pushed to.
 *
 * ```js
 * checkReference('quay.io/acme/app:latest', { flow: 'external' }).findings[0].rule // 'reference-latest'
 * ```
 */
export function checkReference(text: Content, options?: ReferenceOptions | null): Report

/**
 * Judges the facts that a rehearsal recorded, and the Dockerfile of the commit, with the commit as its build context.
 * Nothing is connected to, cloned or built.
 *
 * ```js
 * checkRehearsal('', { facts: '{"source": {"failure": {"kind": "empty"}}}' }).findings[0].rule // 'rehearsal-empty-repository'
 * ```
 */
export function checkRehearsal(dockerfile: Content, options: RehearsalOptions): Report

/**
 * Checks the credentials for pushing an image. The copies that are made of the auth file and the key are wiped.
 *
 * ```js
 * checkCredentials({ registryKey: 'KEY' }, { flow: 'quay' }).findings[0].rule // 'credentials-registry-key-form'
 * ```
 */
export function checkCredentials(credentials: Credentials, options?: CheckOptions | null): Report

/**
 * Checks the reference that an image is pushed to, and, if given, the image's config and manifest and the credentials
 * for the push. The report contains nothing of an auth file or a registry key except names of registries and project
 * ids, and the copies that are made of them are wiped.
 *
 * ```js
 * const reference = 'quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1'
 * checkImage(reference, { registryKey: 'KEY', flow: 'quay' }).findings[0].rule // 'credentials-registry-key-form'
 * ```
 */
export function checkImage(reference: Content, options?: ImageOptions | null): Report

/** An open file: `FileHandle` of `node:fs/promises`, `ReadStream` of `node:fs`. */
export interface OpenFile {
  /** The descriptor. */
  readonly fd: number
}

/**
 * Checks every image of an archive, from `podman save`, `docker save` or `skopeo copy`, or of an OCI layout.
 *
 * The archive is a path; a string that names the kind and the image as in skopeo, `oci:DIR:NAME`, `oci-archive:FILE`,
 * `docker-archive:FILE`, `dir:DIR`; bytes; or an open file, but not on Windows. A pipe is stored in a
 * temporary file without a name, and so is an archive that is compressed as a whole with gzip or zstd.
 *
 * ```js
 * const failure = () => { try { checkImageArchive('no-such.tar') } catch (error) { return error.code } }
 * failure() // 'read'
 * ```
 *
 * @throws {RekeyError} if the file cannot be read or contains no image
 */
export function checkImageArchive(archive: string | URL | Uint8Array | OpenFile, options?: ImageArchiveOptions | null): Report

/**
 * Checks every field of a submission and whether they fit together.
 *
 * A submission given by its path, `{ path: 'app' }`, is read from files, and places in it are counted in bytes. The
 * options then take precedence over its `rekey.toml`.
 *
 * ```js
 * checkSubmission({ git: { url: 'https://github.com/acme/app' }, images: [{ tag: '1.0' }] }).passed // false
 * ```
 *
 * @throws {RekeyError} if files cannot be read, `rekey.toml` is invalid, or there is nothing to check
 */
export function checkSubmission(submission: Submission | SubmissionFolder, options?: CheckOptions | null): Report

/**
 * Checks many submissions, also against each other, and returns the reports in the same order.
 *
 * Only a batch can show that two submissions share a private key or a registry key, that two keys have a prime in common,
 * or that two images go to the same project or reference. The findings name the others in `related`.
 *
 * ```js
 * const one = { images: [{ reference: 'quay.io/acme/app:1.0-1' }] }
 * const [, report] = checkSubmissions([one, one])
 * report.findings.flatMap((finding) => finding.related)[0].source // 'submissions[0].reference'
 * ```
 *
 * @throws {RekeyError} like {@link checkSubmission}, about the first submission that cannot be read
 */
export function checkSubmissions(
  submissions: readonly (Submission | SubmissionFolder)[],
  options?: CheckOptions | null,
): Report[]

/** Returns true if a text is an image tag. */
export function isTag(text: Content): boolean

/** Returns true if a text is a git URL. */
export function isGitUrl(text: Content): boolean

/** Returns true if the content is an RSA private key without a passphrase and nothing else. */
export function isPrivateKey(data: Content): boolean

/** Returns true if a text is an image reference. */
export function isImageReference(text: Content): boolean

/**
 * Parses an image tag.
 *
 * @throws {RekeyError} if the text violates the grammar
 */
export function parseTag(text: Content): Tag

/**
 * Parses many image tags; invalid ones become null. Ten times as fast as calling {@link parseTag} for each.
 *
 * ```js
 * parseTags(['1.0-beta-3', '-']) // [{ version: '1.0-beta', release: '3' }, null]
 * ```
 */
export function parseTags(tags: readonly string[]): (Tag | null)[]

/**
 * Parses a git URL.
 *
 * @throws {RekeyError} if the text violates the grammar
 */
export function parseGitUrl(text: Content): GitUrl

/**
 * Parses an image reference as `podman push` and `docker push` do.
 *
 * @throws {RekeyError} if the text violates the grammar
 */
export function parseImageReference(text: Content): ImageReference

/**
 * Parses an RSA private key without a passphrase, in PKCS#1, PKCS#8 or OpenSSH's format, and returns the public facts
 * about it.
 *
 * @throws {RekeyError} if the content is anything else; the error contains no key material
 */
export function parsePrivateKey(data: Content): PrivateKey

/**
 * Returns the public half of a private key, as a line for `authorized_keys` or a git host.
 *
 * @throws {RekeyError} if the content is not a private key
 */
export function toPublicKey(data: Content): string

/**
 * Returns true if a public key belongs to a private one. It may be a line of `ssh-keygen`, RFC 4716, PEM,
 * `authorized_keys`, the JSON of deploy keys, or a fingerprint. Of multiple keys one match is enough; the key of a host
 * never matches.
 *
 * @throws {RekeyError} if the content is not a private key, or the other content is not a public key
 */
export function privateKeyMatches(data: Content, publicKey: Content): boolean

/**
 * Returns the private key in the format that the service asks for, PKCS#1: it contains the whole secret, and cannot be
 * wiped.
 *
 * @throws {RekeyError} if the content is not a private key
 */
export function toPkcs1Pem(data: Content): string

/**
 * Parses a Dockerfile as BuildKit does. Never throws because of its content: `problems` lists the errors.
 *
 * ```js
 * parseDockerfile('FROM scratch\nUSER 1001\n').user.value // '1001'
 * ```
 */
export function parseDockerfile(
  data: Content,
  options?: Pick<DockerfileOptions, 'buildArgs' | 'stage' | 'platform'> | null,
): Dockerfile

/**
 * Converts a git URL to ssh.
 *
 * @throws {RekeyError} if the text is not a git URL, or its other form is unknown
 */
export function toSsh(text: Content): string

/**
 * Converts a git URL to https.
 *
 * @throws {RekeyError} if the text is not a git URL, or its other form is unknown
 */
export function toHttps(text: Content): string

/**
 * Returns true if two git URLs name the same repository, whatever the transport.
 *
 * ```js
 * sameRepository('https://github.com/acme/app', 'git@github.com:acme/app.git') // true
 * ```
 *
 * @throws {RekeyError} if one of them is not a git URL
 */
export function sameRepository(text: Content, other: Content): boolean

/**
 * Returns the tag of the next build of the same version: one more than the highest published release. The first example
 * is from the partner guide.
 *
 * ```js
 * nextRelease('1.0-1') // '1.0-2'
 * nextRelease('1.4.2-3', ['1.4.2-9']) // '1.4.2-10'
 * ```
 *
 * @throws {RekeyError} if the text is not a tag, has no version, or its release is a timestamp
 */
export function nextRelease(text: Content, published?: readonly string[] | null): string

/** Returns the latest of the texts that are tags with a version; null if there is none. */
export function latestTag(tags: readonly string[]): string | null

/**
 * Applies every fix that does not overlap an earlier one. The result is a string if the text was one.
 *
 * By default, `safety` is `safe`: only fixes that cannot change the meaning are applied. With `unsafe`, fixes that change
 * the meaning to a guess of what was meant are applied too. The findings must be about this text.
 */
export function applyFixes(
  text: string,
  findings: readonly Pick<Finding, 'fix'>[],
  safety?: 'safe' | 'unsafe',
): { text: string; applied: number }
export function applyFixes(
  text: Uint8Array,
  findings: readonly Pick<Finding, 'fix'>[],
  safety?: 'safe' | 'unsafe',
): { text: Buffer; applied: number }

/**
 * Returns the whole report as JSON, the same as in other languages and from the command, with places in bytes. It is not
 * available for a copy of a report.
 */
export function toJson(report: Report): string

/** Returns the report as SARIF 2.1.0, for code hosts and editors. The check needs the option `sarif: true`. */
export function toSarif(report: Report): string

/**
 * Returns the report as text for people, with the lines that findings mark, as the command prints it. The check needs the
 * option `render: true`. Secrets are masked.
 */
export function render(report: Report): string

/** All rules, by subject. */
export const RULES: readonly Rule[]

/** Returns the rule with that id. */
export function rule(id: string): Rule | null
