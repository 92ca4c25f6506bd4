"""A client of DynamoDB, made once, and the one loop that retries until a deadline.

The client itself is told to try once. Its own retries know nothing of a deadline or of transactions that meet, and two
loops inside each other multiply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from byline import amazon
from byline.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_READ_SECONDS = 2
_LONGEST_TRY_SECONDS = amazon.CONNECT_SECONDS + _READ_SECONDS
_SHORTEST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0
_TRANSIENT = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_TO_BE_SET = {
    "AccessDeniedException": "the AWS credentials in use may not do this",
    "ExpiredTokenException": "the AWS credentials in use have expired",
    "InvalidSignatureException": "the AWS secret key in use is wrong, or this machine's clock is",
    "MissingAuthenticationTokenException": "the AWS credentials in use are not complete",
    "ResourceNotFoundException": "the table is not there: make it, or name another table or region",
    "UnrecognizedClientException": "the AWS credentials in use are not valid",
}
"""Errors that stay until somebody changes a setting, and the sentence that says which."""


class Client:
    """A client of DynamoDB for any number of threads.

    ``deadline_seconds`` bounds one call of the store, all its tries together; ``clock`` (seconds that only grow),
    ``sleep`` and ``chance`` (a number from 0 to 1) are what the pauses between tries are made of.
    """

    def __init__(
        self,
        *,
        region: str,
        endpoint: str | None,
        deadline_seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        chance: Callable[[], float],
    ) -> None:
        self._client = amazon.client(
            "dynamodb", region=region, endpoint=endpoint, tries=1, read_seconds=_READ_SECONDS, most_connections=50
        )
        self._closed = False
        self._deadline_seconds = deadline_seconds
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    def deadline(self, seconds: float | None = None) -> Deadline:
        """The deadline of one call of the store that begins now."""
        longest = self._deadline_seconds if seconds is None else seconds
        return Deadline(longest - _LONGEST_TRY_SECONDS, self._clock, self._sleep, self._chance)

    def call(self, operation: str, request: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Call an operation until it answers.

        ``Unavailable`` when the deadline has passed, ``Misconfigured`` where trying again is useless until someone sets
        something, ``Refused`` for every other answer.
        """
        while not self._closed:
            try:
                answer: dict[str, Any] = getattr(self._client, operation)(**request)
            except ClientError as error:
                code = amazon.code_of(error)
                if code in _TO_BE_SET:
                    raise Misconfigured(f"DynamoDB: {_TO_BE_SET[code]}") from error
                if not is_transient(code) and not amazon.is_server_error(error):
                    reasons = error.response.get("CancellationReasons", ())
                    raise Refused(code, str(error), [str(reason.get("Code", "None")) for reason in reasons]) from error
                deadline.pause(error)
            except amazon.CONNECTION_ERRORS as error:
                deadline.pause(error)
            except ParamValidationError as error:
                raise Refused("ParamValidation", str(error)) from error
            except BotoCoreError as error:
                raise Misconfigured(f"DynamoDB cannot be used with these settings of AWS: {error}") from error
            else:
                return answer
        raise Unavailable("the store is closed")

    def close(self) -> None:
        """Close the connections."""
        self._closed = True
        self._client.close()


class Refused(RuntimeError):
    """DynamoDB will not do it, however often it is asked: a mistake of ours, unless the caller expected ``code``.

    ``reasons`` says of each write of a cancelled transaction, in order, why it failed, or ``"None"``.
    """

    def __init__(self, code: str, text: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.code = code
        self.reasons = tuple(reasons)


class Deadline:
    """When one call of the store must end, and the pauses in it (exponential, with full jitter)."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        chance: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._ends_at = clock() + seconds
        self._longest_pause = _SHORTEST_PAUSE_SECONDS

    def pause(self, error: Exception | None = None) -> None:
        """Wait before the next try; ``Unavailable`` if the deadline would pass."""
        pause = self._chance() * self._longest_pause
        if self._clock() + pause >= self._ends_at:
            raise Unavailable("DynamoDB does not answer in time") from error
        self._longest_pause = min(2 * self._longest_pause, _LONGEST_PAUSE_SECONDS)
        self._sleep(pause)


def is_transient(code: str) -> bool:
    """Tell whether an error, or the reason why a transaction was cancelled, goes away by itself."""
    return code in _TRANSIENT
