"""What the scripts that map a public data set to Tsugi's import files (map_*.py) share."""

import csv
import datetime
import io
import pathlib
import subprocess


def read(directory, name):
    """The rows of NAME.csv or NAME.csv.zst as dictionaries."""
    path = pathlib.Path(directory) / f"{name}.csv"
    if path.exists():
        text = path.read_text(encoding="utf-8")
    else:
        text = subprocess.run(["zstd", "-dc", f"{path}.zst"], check=True, capture_output=True,
                              text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def write(out, kind, columns, rows):
    """OUT/KIND.csv, as `tsugi import KIND` reads it; OUT is made where it is missing."""
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    with open(pathlib.Path(out) / f"{kind}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def add_months(date, months):
    """The same day so many months later, or the last day of a shorter month."""
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month, min(date.day, last))
