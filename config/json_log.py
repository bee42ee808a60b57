"""Log lines as JSON, one object a line."""

import json
import logging
import re
from datetime import UTC, datetime

FAILING_ROW = re.compile(r"Failing row contains \(.*?\)\.(?=\n|\Z)", re.DOTALL)
"""What PostgreSQL adds to a refused row: all its values, a buyer's name among them."""


class JsonFormatter(logging.Formatter):
    """Writes time (UTC), level, logger, message, and the traceback; nothing of refused rows."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info:
            text = self.formatException(record.exc_info)
            line["traceback"] = FAILING_ROW.sub("Failing row left out.", text)
        return json.dumps(line, ensure_ascii=False)
