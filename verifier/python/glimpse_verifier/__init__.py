"""The verifier of Glimpse: make a request, check an answer, offline.

    verifier = Verifier("counter")                # made by `glimpse-verifier init` and `trust`
    asked = verifier.request(open("policy.toml").read())
    ...                                           # show asked.text or asked.png() as a QR code
    verdict = verifier.check(scanned, asked.ticket)   # the wallet's QR text, or octets
    if verdict: ...                               # true only when it is accepted

What UniFFI writes is in `_native`; here it gets what Python expects: one `check` for text and
octets, and a verdict whose truth is that it is accepted.
"""

from __future__ import annotations

from . import _native
from ._native import Asked, Card, Outcome, Shows, Verdict, VerifierError

__all__ = ["Asked", "Card", "Outcome", "Shows", "Verdict", "Verifier", "VerifierError"]

# Any object is true; one that says "refused" had better not be.
Verdict.__bool__ = Verdict.accepted


class Verifier:
    """A counter that is open. Several threads may use one; they wait for each other."""

    def __init__(self, folder: str) -> None:
        """Opens the counter of a folder; raises `VerifierError`.

        A trust list or registration that another program loads later is taken up by itself.
        """
        self._inner = _native.Verifier(str(folder))

    def request(self, policy: str, now: int | None = None) -> Asked:
        """Makes a fresh request from a policy's text; `check` then expects an answer to it.

        `now` is in seconds since 1970; without it, this machine's clock. Raises `VerifierError`.
        """
        return self._inner.request(policy, now)

    def poster(self, policy: str, window: int, until: int, now: int | None = None) -> Asked:
        """Makes a poster: a request to be printed, which many answer until a moment.

        `check` then expects an answer made at most `window` seconds ago, 30 to 600. `until` is in
        seconds since 1970, at most 366 days away. It is weaker than a fresh request against somebody
        who carries answers from elsewhere, and an age that it asks for is that of the day on which
        it is made. Raises `VerifierError`.
        """
        return self._inner.poster(policy, window, until, now)

    def check(
        self,
        answer: str | bytes,
        ticket: str | None = None,
        language: str = "en",
        now: int | None = None,
    ) -> Verdict:
        """Checks an answer, as QR text or octets; a good one counts once.

        It must be to the request of `ticket`; without one, to the latest of the folder, whichever
        program made it. A refusal is a verdict. Raises `VerifierError` when the check
        did not take place.
        """
        check = self._inner.check if isinstance(answer, str) else self._inner.check_octets
        return check(answer, ticket, language, now)
