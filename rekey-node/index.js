// The names of `index.cjs` for `import`: both share one native half.
import rekey from './index.cjs'

export const {
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
  isGitUrl,
  isImageReference,
  isTag,
  latestTag,
  nextRelease,
  parseGitUrl,
  parseImageReference,
  parseTag,
  render,
  rule,
  toHttps,
  toJson,
  toSsh,
} = rekey
