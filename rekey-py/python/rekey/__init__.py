"""Checks what a partner submits to Red Hat's container certification: image tag, git URL, private key, Dockerfile, image.

Offline, with the exact place, the reason, who requires it, and the fix.

>>> import rekey
>>> report = rekey.check_tag("1.0")
>>> report.passed
False
>>> print(report.findings[0].message)
expected a dash and a release number after `1.0`, found the end

In every check ``str`` and ``bytes`` are content and ``os.PathLike`` is a file. For any finding ``f`` that marks text,
``text[f.start:f.end]`` is the marked text: offsets count code points in a ``str``, bytes in ``bytes`` and files.
"""

from ._errors import GitUrlError, ImageReferenceError, PrivateKeyError, RekeyError, TagError
from ._rekey import (
    RULES,
    Argument,
    Basis,
    Counts,
    Dockerfile,
    Edit,
    Fact,
    Finding,
    Fix,
    Flag,
    Forecast,
    GitUrl,
    Image,
    ImageReference,
    Instruction,
    PrivateKey,
    Problem,
    Related,
    Report,
    Rule,
    Stage,
    Submission,
    Tag,
    __version__,
    apply_fixes,
    check_dockerfile,
    check_git_url,
    check_image,
    check_private_key,
    check_submission,
    check_submissions,
    check_tag,
    check_tags,
    is_git_url,
    is_image_reference,
    is_private_key,
    is_tag,
    latest_tag,
    rule,
)

__all__ = [
    "RULES",
    "Argument",
    "Basis",
    "Counts",
    "Dockerfile",
    "Edit",
    "Fact",
    "Finding",
    "Fix",
    "Flag",
    "Forecast",
    "GitUrl",
    "GitUrlError",
    "Image",
    "ImageReference",
    "ImageReferenceError",
    "Instruction",
    "PrivateKey",
    "PrivateKeyError",
    "Problem",
    "RekeyError",
    "Related",
    "Report",
    "Rule",
    "Stage",
    "Submission",
    "Tag",
    "TagError",
    "__version__",
    "apply_fixes",
    "check_dockerfile",
    "check_git_url",
    "check_image",
    "check_private_key",
    "check_submission",
    "check_submissions",
    "check_tag",
    "check_tags",
    "is_git_url",
    "is_image_reference",
    "is_private_key",
    "is_tag",
    "latest_tag",
    "rule",
]
