// The types of the package, for `require`; `index.d.ts` gives the same to `import`.
import type { RuleId } from './rule-id.cjs'

export type { RuleId }

/** A text: a string, whose places are counted in UTF-16 units, or bytes, whose places are counted in bytes. */
export type Content = string | Uint8Array

/** The way in which an image is handed to Red Hat: built by its Build Service, pushed to quay.io, or kept outside. */
export type Flow = 'build-service' | 'quay' | 'external'

/** The set of checks that openshift-preflight runs, by its names. */
export type Policy = 'container' | 'root' | 'scratch-nonroot' | 'scratch-root' | 'konflux'

/** How grave a finding is: what fails, what is going to or is against the guide, advice. */
export type Severity = 'error' | 'warning' | 'note'

/** What kind of input a rule or a finding is about. */
export type Subject = 'submission' | 'git_url' | 'private_key' | 'dockerfile' | 'tag' | 'reference' | 'image' | 'credentials' | 'preflight_run'

/** What an input is judged against. A value that an option cannot have is a `RangeError`, a wrong type a `TypeError`. */
export interface Target {
  /** `build-service` unless given. */
  flow?: Flow | null
  /** `container` unless given. */
  policy?: Policy | null
  /** The version of preflight, `1.21` or `1.21.0`, from 1.11 on; the newest known unless given. */
  preflightVersion?: string | null
  /** The day on which ends of life are judged, `2026-11-23`. Without it nothing is said about them. */
  today?: string | null
  /** Severities by the id of a rule, `rule-id:parameter` or the name of a check of preflight. The last one holds. */
  severity?: Readonly<Record<string, Severity | 'off'>> | null
}

/** Options of every check: the target, and the forms of the report that are wanted. */
export interface CheckOptions extends Target {
  /** Whether {@link render} is going to be asked for the report as text: a report does not keep what it is about. */
  render?: boolean | null
  /** Whether {@link toSarif} is going to be asked for the report as SARIF. */
  sarif?: boolean | null
}

/** Options of {@link checkTag}. */
export interface TagOptions extends CheckOptions {
  /** The tags that the image has been published with. */
  published?: readonly string[] | null
}

/** Options of {@link checkGitUrl}. */
export interface GitUrlOptions extends CheckOptions {
  /** Whether the repository is private, where that is known. */
  private?: boolean | null
}

/** Options of {@link checkPrivateKey}. */
export interface PrivateKeyOptions extends CheckOptions {
  /** The public half that the git host has, in any of its forms. */
  publicKey?: Content | null
  /** The fingerprint that the git host shows. */
  fingerprint?: string | null
  /** The permission bits of the key's file. */
  mode?: number | null
  /** Tests the primes to base 2 only: a third of the time, and finds accidents but not every forgery. */
  quick?: boolean | null
}

/** How a Dockerfile is built. */
export interface BuildOptions {
  /** Values of build arguments, as `--build-arg` gives them. */
  buildArgs?: Readonly<Record<string, string>> | null
  /** The stage to build, by name or number; the last one unless given. */
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
  /** The platform to build for; `linux/amd64` unless given. */
  platform?: string | null
}

/** Options of {@link checkImage}. */
export interface ImageOptions extends CheckOptions {
  /** The tags that the image has been published with. */
  published?: readonly string[] | null
  /** The image's config, as `skopeo inspect --config` or `podman inspect` prints it. */
  config?: Content | null
  /** The image's manifest, as `skopeo inspect --raw` prints it. */
  manifest?: Content | null
  /** The file with the credentials of the push, podman's `auth.json` or docker's `config.json`: nothing of it is shown. */
  authFile?: Content | null
  /** The project's registry key: nothing of it is shown. */
  registryKey?: Content | null
}

/** Options of {@link checkReference}. */
export interface ReferenceOptions extends CheckOptions {
  /** The tags that the image has been published with. */
  published?: readonly string[] | null
}

/** What an image is pushed with: an auth file, the registry key of its project, or both. */
export interface Credentials {
  /** The auth file, podman's `auth.json` or docker's `config.json`: nothing of it is shown. */
  authFile?: Content | null
  /** The project's registry key: nothing of it is shown. */
  registryKey?: Content | null
  /** The reference that the image is pushed to: it says which entry of the auth file is used. */
  reference?: Content | null
}

/** Options of {@link checkImageArchive}. */
export interface ImageArchiveOptions extends CheckOptions {
  /** Where the image is going to be pushed. */
  reference?: Content | null
}

/** What a partner hands to Red Hat, taken together. Which fields are needed depends on the flow. */
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

/** The repository that the service clones, and the key that it clones with. */
export interface GitSource {
  /** The git source URL. */
  url?: Content | null
  /** Whether the repository is private, where that is known. */
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

/** One image: its Dockerfile, how it is built, and what it is called. */
export interface ImageSource extends BuildOptions {
  /** What reports call it, where there are several. */
  name?: string | null
  /** The content of the Dockerfile. */
  dockerfile?: Content | null
  /** The image tag. */
  tag?: Content | null
  /** The tags that the image has been published with. */
  published?: readonly string[] | null
  /** The reference that the image is pushed to. */
  reference?: Content | null
  /** The file with the credentials of the push: nothing of it is shown. */
  authFile?: Content | null
  /** The project's registry key: nothing of it is shown. */
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

/** A place, or null throughout where there is none: `text.slice(null, null)` is empty. */
export type MaybePlace = Place | { [field in keyof Place]: null }

/** Who requires what a rule checks. */
export interface Basis {
  /** Red Hat's own words, preflight's code, another project's code or standard, what follows from them, or our advice. */
  kind: 'documented' | 'enforced' | 'upstream' | 'inferred' | 'practice'
  /** Where it can be read, or why it holds. */
  source: string
  /** The words of the page, where they are Red Hat's. */
  quote: string | null
  /** The day as of which the page said so. */
  date: string | null
}

/** The replacement of one range by a text. */
export interface Edit extends Place {
  text: string
}

/** A change of text that fixes a finding. It applies whole or not at all. */
export interface Fix {
  /** Whether the meaning stays, changes to what we guess, or only a person can do it. */
  safety: 'safe' | 'unsafe' | 'display'
  /** What it does, as an order. */
  description: string
  edits: Edit[]
}

/** Another place that explains a finding. */
export type Related = MaybePlace & {
  message: string
  source: string
}

/** One thing that a rule found. */
export type Finding = MaybePlace & {
  rule: RuleId
  /** The rule's case: a label's name, for example. Null if there is no case, or more than one. */
  parameter: string | null
  /** The rule's cases: more than one if the finding joins others that differ in nothing else. */
  parameters: string[]
  severity: Severity
  /** What is wrong, in one line. */
  message: string
  /** What to do about it. */
  help: string
  basis: Basis
  /** The checks of preflight that fail for the same reason. */
  checks: string[]
  /** The URL of the rule's page. */
  docs: string
  subject: Subject
  /** The file or field that the place is in. */
  source: string
  /** A value in a JSON document, by RFC 6901, where that is the place. */
  pointer: string | null
  /** The layer and the path of a file in an image, where that is the place. */
  layer: number | null
  path: string | null
  related: Related[]
  fix: Fix | null
  /** Whether the text is the beginning of a right value: do not disturb somebody who is still typing. */
  incomplete: boolean
  /** The findings that disappear when this one's fix is applied. A report counts and lists them here only. */
  consequences: Finding[]
}

/** What one check of openshift-preflight will say of an image. */
export interface Forecast {
  check: string
  outcome: 'pass' | 'fail' | 'error' | 'unknown'
  reason: string
  /** From what it is known: `dockerfile`, `context`, `base_table` and others. */
  evidence: string | null
  /** The input that would settle an unknown. */
  settle: string | null
  /** The rules that speak of the same requirement. */
  rules: RuleId[]
  /** The image that it is about. */
  source: string
}

/** How many findings of each severity there are, and how many forecasts are unknown. */
export interface Counts {
  errors: number
  warnings: number
  notes: number
  unknown: number
}

/** What was judged, and what was read out of it. */
export interface Section<Facts = unknown> {
  subject: Subject
  source: string
  passed: boolean
  facts: Facts | null
}

/** What a check found. It never holds the text of an input, nor anything secret out of one. */
export interface Report<Facts = unknown> {
  /** Whether there is no finding of severity error. */
  passed: boolean
  counts: Counts
  /** Sorted by source, place and rule. */
  findings: Finding[]
  forecast: Forecast[]
  /** What was read; null where the input could not be, and for a submission: its sections have it. */
  facts: Facts | null
  sections: Section[]
  /** What to know about how files were read and which version of preflight was used, one line each. */
  notices: string[]
  /** What it was judged against, which other checks take as it is. */
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
  /** The partner's version: what stands before the release, or the whole tag. */
  version: string
  /** The number after the last dash. */
  release: string | null
}

/** A git source URL. */
export interface GitUrl {
  transport: 'https' | 'http' | 'ssh' | 'git'
  /** The user that ssh logs in with. Never a secret: user info of other transports is no part of a URL. */
  user: string | null
  host: string
  port: number | null
  /** The path as git passes it to the server. */
  path: string
  /** All before the repository; null for hosts whose shapes are not known. */
  owner: string | null
  /** Without `.git`. */
  repository: string | null
}

/** An image reference in its full form: `redis` has its registry and owner written out. */
export interface ImageReference {
  domain: string
  path: string
  tag: string | null
  digest: string | null
}

/** What may be known of an RSA private key without passphrase. */
export interface PrivateKey {
  /** The bits of the modulus. */
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

/** A Dockerfile: its instructions, and what the image is that it makes. */
export interface Dockerfile {
  /** In order; those with errors too. */
  instructions: Instruction[]
  stages: Stage[]
  /** The number of the stage that is built; null where there is none of that name. */
  target: number | null
  /** What is wrong, in the order in which BuildKit would find it. */
  problems: Problem[]
  /** Whether BuildKit takes the file: no error of the phase `parse`. */
  accepted: boolean
  /** The user of the final image. */
  user: Fact
  /** The working directory of the final image. */
  workdir: Fact
  /** The labels that the file sets. One whose key is not known is left out. */
  labels: Record<string, Fact>
  /** How many layers the final image adds to its base. */
  addedLayers: number
}

/** One instruction of a Dockerfile, from its keyword to the end of its last argument; heredocs are not included. */
export interface Instruction extends Span {
  /** In upper case. */
  keyword: string
  /** The line of the keyword, from 1. */
  line: number
  /** The last line, heredocs included. */
  endLine: number
  /** The words that begin with `--`. */
  flags: Flag[]
  /** Every other word as it is written; the command of a shell form is one. */
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
  /** Its name in lower case. */
  name: string | null
  /** What it begins with, variables replaced where they are known. */
  base: string
  kind: 'scratch' | 'stage' | 'image' | 'unresolved' | 'error'
  /** The line of its `FROM`, from 1. */
  line: number
  /** Whether the stage that is built needs it. */
  needed: boolean
}

/** Something about the final image, as far as its Dockerfile tells. */
export interface Fact {
  kind: 'known' | 'inherited' | 'unresolved' | 'error'
  /** What it is; null unless it is known. */
  value: string | null
  /** Why it is not known. */
  reason: string | null
}

/** Something wrong with a Dockerfile. */
export interface Problem extends Span {
  /** Whether BuildKit stops, or goes on although the file hardly means what it says. */
  severity: 'error' | 'warning'
  message: string
  /** When BuildKit finds it. */
  phase: 'parse' | 'evaluate'
  /** The first line of the instruction, from 1. */
  line: number
}

/** A rule's metadata. */
export interface Rule {
  readonly id: RuleId
  readonly subject: Subject
  readonly severity: Severity
  /** What is wrong, without any input's values. */
  readonly summary: string
  /** Why it matters. */
  readonly why: string
  /** What to do. */
  readonly help: string
  readonly basis: Readonly<Basis>
  /** The checks of preflight that fail for the same reason. */
  readonly checks: readonly string[]
  /** The URL of the rule's page. */
  readonly docs: string
  /** The version of rekey that brought the rule. */
  readonly since: string
  /** Where the rule holds. */
  readonly flows: readonly Flow[]
  readonly policies: readonly Policy[]
  /** The first version of preflight for which the rule holds, and the first for which it holds no more. */
  readonly sincePreflight: string | null
  readonly beforePreflight: string | null
}

/** The gravest finding of each of many texts, in their order. */
export interface Verdicts {
  /** Null for a text without findings. */
  severities: (Severity | null)[]
  rules: (RuleId | null)[]
}

/**
 * What a text that is not the value it should be is refused with. It never holds the text.
 */
export class RekeyError extends Error {
  private constructor()
  readonly name: 'RekeyError'
  /** The kind of the problem, in kebab-case. */
  readonly code: string
  /** Where the wrong part begins, in the unit of the input; 0 where a file as a whole is refused. */
  readonly start: number
  /** Where the wrong part ends. */
  readonly end: number
  /** The rule that finds the same; null where it is not one rule alone. */
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
 * Checks many tags against one target: an array, or a text with one tag a line. Several times as fast as one by one.
 *
 * ```js
 * checkTags(['1.0-1', '1.0']).rules // [null, 'tag-missing-release']
 * ```
 */
export function checkTags(tags: readonly string[] | Content, options?: CheckOptions | null): Verdicts

/** Checks a git source URL as the service will clone it. */
export function checkGitUrl(text: Content, options?: GitUrlOptions | null): Report

/**
 * Checks many git source URLs against one target: an array, or a text with one URL a line.
 *
 * ```js
 * checkGitUrls(['https://github.com/acme/app', 'acme/app']).rules // [null, 'git-url-shorthand']
 * ```
 */
export function checkGitUrls(urls: readonly string[] | Content, options?: GitUrlOptions | null): Verdicts

/**
 * Checks the private key that the service will clone with. The report holds no key material.
 *
 * The copy of the key that is made for the check is wiped. A JavaScript string cannot be: hand over a `Buffer` and fill
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
 * Checks what an image is pushed with. The copies that are made of the auth file and the key are wiped.
 *
 * ```js
 * checkCredentials({ registryKey: 'KEY' }, { flow: 'quay' }).findings[0].rule // 'credentials-registry-key-form'
 * ```
 */
export function checkCredentials(credentials: Credentials, options?: CheckOptions | null): Report

/**
 * Checks the reference that an image is pushed to, and the image's config and manifest and the credentials of the push
 * where they are given. The report holds nothing of an auth file or a registry key but names of registries and ids of
 * projects, and the copies that are made of them are wiped.
 *
 * ```js
 * const reference = 'quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1'
 * checkImage(reference, { registryKey: 'KEY', flow: 'quay' }).findings[0].rule // 'credentials-registry-key-form'
 * ```
 */
export function checkImage(reference: Content, options?: ImageOptions | null): Report

/**
 * Checks every image of an archive on disk: what `podman save`, `docker save` or `skopeo copy` wrote, or an OCI layout.
 *
 * The path is a path, or names the kind and the image as skopeo does: `oci:DIR:NAME`, `oci-archive:FILE`,
 * `docker-archive:FILE`. Nothing is written to disk.
 *
 * ```js
 * const failure = () => { try { checkImageArchive('no-such.tar') } catch (error) { return error.code } }
 * failure() // 'read'
 * ```
 *
 * @throws {RekeyError} when the file cannot be read, or has no image in it
 */
export function checkImageArchive(path: string | URL, options?: ImageArchiveOptions | null): Report

/**
 * Checks every field of a submission, and that they fit together.
 *
 * One that is named by its path, `{ path: 'app' }`, is read from files, and places in it are counted in bytes. The options
 * then go before what its `rekey.toml` says.
 *
 * ```js
 * checkSubmission({ git: { url: 'https://github.com/acme/app' }, images: [{ tag: '1.0' }] }).passed // false
 * ```
 *
 * @throws {RekeyError} when files cannot be read, `rekey.toml` is wrong, or there is nothing to check
 */
export function checkSubmission(submission: Submission | SubmissionFolder, options?: CheckOptions | null): Report

/**
 * Checks many submissions, and that none has what another should have for itself: the reports in their order.
 *
 * Only a batch shows a private key or a registry key that stands in two places, two keys with a prime in common, and two
 * images that go to one project or under one reference. The findings name the others in `related`.
 *
 * ```js
 * const one = { images: [{ reference: 'quay.io/acme/app:1.0-1' }] }
 * const [, report] = checkSubmissions([one, one])
 * report.findings.flatMap((finding) => finding.related)[0].source // 'submissions[0].reference'
 * ```
 *
 * @throws {RekeyError} as {@link checkSubmission} does, about the first that cannot be read
 */
export function checkSubmissions(
  submissions: readonly (Submission | SubmissionFolder)[],
  options?: CheckOptions | null,
): Report[]

/** Whether a text is an image tag. */
export function isTag(text: Content): boolean

/** Whether a text is a git URL. */
export function isGitUrl(text: Content): boolean

/** Whether the content is an RSA private key without passphrase, and nothing else. */
export function isPrivateKey(data: Content): boolean

/** Whether a text is an image reference. */
export function isImageReference(text: Content): boolean

/**
 * Reads an image tag.
 *
 * @throws {RekeyError} where the text leaves the grammar
 */
export function parseTag(text: Content): Tag

/**
 * Reads many image tags: null for a text that is none. A tenth of what calling {@link parseTag} for each costs.
 *
 * ```js
 * parseTags(['1.0-beta-3', '-']) // [{ version: '1.0-beta', release: '3' }, null]
 * ```
 */
export function parseTags(tags: readonly string[]): (Tag | null)[]

/**
 * Reads a git URL.
 *
 * @throws {RekeyError} where the text leaves the grammar
 */
export function parseGitUrl(text: Content): GitUrl

/**
 * Reads an image reference as `podman push` and `docker push` do.
 *
 * @throws {RekeyError} where the text leaves the grammar
 */
export function parseImageReference(text: Content): ImageReference

/**
 * Reads an RSA private key without passphrase, in PKCS#1, PKCS#8 or OpenSSH's container: what may be known of it.
 *
 * @throws {RekeyError} where the content is something else; it holds no key material
 */
export function parsePrivateKey(data: Content): PrivateKey

/**
 * The public half of a private key, as a line for `authorized_keys` or a git host.
 *
 * @throws {RekeyError} where the content is no private key
 */
export function toPublicKey(data: Content): string

/**
 * Whether a public key belongs to a private one: a line of `ssh-keygen`, RFC 4716, PEM, `authorized_keys`, the JSON of
 * deploy keys, or a fingerprint. Of several one is enough; the key of a host never belongs to it.
 *
 * @throws {RekeyError} where the content is no private key, or what is given as the public one is none
 */
export function privateKeyMatches(data: Content, publicKey: Content): boolean

/**
 * The private key as the service asks for it, in PKCS#1: it holds the whole secret, and cannot be wiped.
 *
 * @throws {RekeyError} where the content is no private key
 */
export function toPkcs1Pem(data: Content): string

/**
 * Reads a Dockerfile as BuildKit does. It is never refused: what is wrong is among `problems`.
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
 * The git URL for ssh.
 *
 * @throws {RekeyError} when the text is no git URL, or has no such form that is known
 */
export function toSsh(text: Content): string

/**
 * The git URL for https.
 *
 * @throws {RekeyError} when the text is no git URL, or has no such form that is known
 */
export function toHttps(text: Content): string

/**
 * Whether two git URLs name the same repository, however they reach it.
 *
 * ```js
 * sameRepository('https://github.com/acme/app', 'git@github.com:acme/app.git') // true
 * ```
 *
 * @throws {RekeyError} when one of them is no git URL
 */
export function sameRepository(text: Content, other: Content): boolean

/**
 * The tag of the next build of the same version: one more than the highest release that is published. The first example
 * is the partner guide's own.
 *
 * ```js
 * nextRelease('1.0-1') // '1.0-2'
 * nextRelease('1.4.2-3', ['1.4.2-9']) // '1.4.2-10'
 * ```
 *
 * @throws {RekeyError} when the text is no tag, names no version, or its release is a timestamp
 */
export function nextRelease(text: Content, published?: readonly string[] | null): string

/** The newest of the texts that are tags and name a version; null where none does. */
export function latestTag(tags: readonly string[]): string | null

/**
 * The text with every fix applied that does not overlap an earlier one, a string where one was given.
 *
 * `safety` is `safe` unless given: fixes that cannot change the meaning. `unsafe` takes those too that change it to what
 * we guess. A finding without a fix of that kind is left alone. The findings are those of this very text.
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

/** The whole report as JSON, as every language and the command give it: places in bytes. A copy of a report has none. */
export function toJson(report: Report): string

/** The report as SARIF 2.1.0, for code hosts and editors. The check must have been given `sarif: true`. */
export function toSarif(report: Report): string

/**
 * The report as text for people, with the lines that findings mark, as the command prints it. The check must have been
 * given `render: true`. Secrets are masked.
 */
export function render(report: Report): string

/** Every rule, by subject. */
export const RULES: readonly Rule[]

/** The rule with that id. */
export function rule(id: string): Rule | null
