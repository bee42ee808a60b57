"""A register of 100,000 rows as Excel: how long it takes, and how much memory it ever held."""

import json
import subprocess
import sys
import tempfile
from datetime import date
from itertools import islice

from bench import timing
from bench.goals import Measured

ROWS = 100_000


def measure(database: str, company_id: int) -> list[Measured]:
    """Write the file in a process of its own."""
    command = [sys.executable, "-m", "bench.exports", database, str(company_id)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seconds, megabytes, rows = json.loads(done.stdout)
    note = f"{rows:,} rows of 18 columns; {seconds:.1f} s, {megabytes:.0f} MB at most"
    return [
        Measured("excel", timing.spread([seconds]), note),
        Measured("excel-memory", timing.spread([megabytes]), note),
    ]


def main(database: str, company_id: str) -> None:
    """Write the first rows of a company's register, as the export page does."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    from dataclasses import replace

    from bench.memory import most_held
    from ledger.models import Company
    from ledger.periods import Period
    from ledger.reports.supplies import Wanted
    from ledger.sheet_files import write_excel
    from sync.books.sheets import register_sheets

    wanted = Wanted(period=Period(date(2020, 1, 1), date(2030, 12, 31)))
    register, _ = register_sheets(Company.objects.get(pk=company_id), wanted)
    rows = [0]

    def seen(number: int) -> None:
        rows[0] = number

    with tempfile.TemporaryFile() as file:
        sheet = replace(register, rows=islice(register.rows, ROWS))
        taken = timing.seconds(lambda: write_excel([sheet], file, seen=seen))
    sys.stdout.write(json.dumps([taken, most_held(), rows[0]]))


if __name__ == "__main__":
    main(*sys.argv[1:])
