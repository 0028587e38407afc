"""The exceptions of ``parse``."""

from __future__ import annotations


class RekeyError(ValueError):
    """A text that is not the value it should be.

    ``args`` are the arguments of the constructor, so that an exception survives pickling.

    >>> import rekey
    >>> try:
    ...     rekey.Tag.parse("1.0 ")
    ... except rekey.RekeyError as error:
    ...     print(error.rule, error.start, error.end)
    tag-invalid 3 4
    """

    message: str
    """One line that says what is wrong."""
    rule: str | None
    """The rule that reports the same; ``None`` unless it is exactly one."""
    start: int
    """The start of the wrong part, in code points of a ``str`` or bytes of ``bytes``."""
    end: int
    """The end of the wrong part."""

    def __init__(self, message: str, rule: str | None = None, start: int = 0, end: int = 0) -> None:
        super().__init__(message, rule, start, end)
        self.message = message
        self.rule = rule
        self.start = start
        self.end = end

    def __str__(self) -> str:
        return self.message


class TagError(RekeyError):
    """A text that is not an image tag."""


class GitUrlError(RekeyError):
    """A text that is not a git URL, or that rekey cannot convert."""


class PrivateKeyError(RekeyError):
    """Content that is not an unencrypted RSA private key. It never contains key material."""


class PublicKeyError(RekeyError):
    """Content that is neither a public key nor a fingerprint. It contains nothing of the content, which may be a private key."""


class ImageReferenceError(RekeyError):
    """A text that is not an image reference."""
