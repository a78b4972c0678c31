"""What the processes write: a line of JSON for each event, to standard output, which the supervisor keeps in files."""

import structlog


def configure() -> None:
    """Once a process. Tracebacks are plain: the coloured ones show local variables, and with them secrets."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        cache_logger_on_first_use=True,
    )
