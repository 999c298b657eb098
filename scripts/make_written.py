"""Make tests/written: a table of links as Excel's kin, R, PowerShell and Google Sheets write it.

Run it as `python scripts/make_written.py [FOLDER]`. What a program that is not on this machine writes is left out and
said. PowerShell and Google Sheets cannot be run here: their files are written byte for byte as they document.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd
from openpyxl import Workbook
from openpyxl import __version__ as openpyxl_version

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "tests" / "written"
IDS: Final = ["1SAMPLEwrit01", "1SAMPLEwrit02", "1SAMPLEwrit03", "1SAMPLEwrit04"]
TITLES: Final = ["Grüße, née", 'say "hi"; now', "two\nlines", "NA"]
HEADER: Final = ["space_id", "host", "title", "plays", "share"]
ROWS: Final = [
    [space_id, "sample_radio", title, number * 1000, number / 4]
    for number, (space_id, title) in enumerate(zip(IDS, TITLES, strict=True), 1)
]

# Of LibreOffice: separator, quote, character set (76 UTF-8, 1 Windows-1252, 65535 UTF-16), first line
# and, further on, whether every text stands in quotes.
_CALC: Final = {
    "calc-comma.csv": "44,34,76,1",
    "calc-semicolon.csv": "59,34,76,1",
    "calc-tab.tsv": "9,34,76,1",
    "calc-quoted.csv": "44,34,76,1,,0,true",
    "calc-cp1252.csv": "59,34,1,1",
    "calc-utf16.csv": "9,34,65535,1",
}
_R: Final = """
t <- data.frame(space_id = c({ids}), title = c("Gr\\u00fc\\u00dfe, n\\u00e9e", 'say "hi"; now', "two\\nlines", "NA"),
                plays = c(1000L, NA, 3000L, 4000L), share = c(0.25, 0.5, 0.75, 1))
write.csv(t, "r-csv.csv")
write.csv(t, "r-csv-bare.csv", row.names = FALSE)
write.csv2(t, "r-csv2.csv", row.names = FALSE)
write.table(t, "r-table.csv")
write.table(t, "r-tab.tsv", sep = "\\t", row.names = FALSE)
write.csv(t, "r-latin1.csv", row.names = FALSE, fileEncoding = "latin1")
write.csv(t, "r-utf16.csv", row.names = FALSE, fileEncoding = "UTF-16LE")
saveRDS(t, "r-object.rds")
cat(R.version.string)
"""


def workbook(path: Path) -> None:
    """Write the table as a workbook with two sheets, a link behind a cell, a hidden sheet and a hidden row."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Radio"
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    sheet["A3"].value = "Listen"
    sheet["A3"].hyperlink = f"https://x.com/i/spaces/{IDS[1]}?s=20"
    sheet.row_dimensions[4].hidden = True
    sheet.merge_cells("B2:B5")
    notes = book.create_sheet("Notes")
    notes["A1"] = "nothing to hear"
    notes.sheet_state = "hidden"
    book.save(path)


def openpyxl(folder: Path) -> str:
    """Write a workbook."""
    workbook(folder / "openpyxl.xlsx")
    return f"openpyxl {openpyxl_version}"


def pandas(folder: Path) -> str:
    """Write what pandas writes."""
    table = pd.DataFrame(ROWS, columns=HEADER)
    table.to_excel(folder / "pandas.xlsx", index=False)
    table.to_csv(folder / "pandas.csv.gz", compression={"method": "gzip", "mtime": 0})
    table.to_parquet(folder / "pandas.parquet")
    table.to_feather(folder / "pandas.feather")
    table.to_stata(folder / "pandas.dta", write_index=False, version=118)
    table.to_json(folder / "pandas.jsonl", orient="records", lines=True)
    return f"pandas {pd.__version__}"


def libreoffice(folder: Path) -> str:
    """Write what LibreOffice saves a workbook as."""
    office = shutil.which("soffice")
    if office is None:
        raise FileNotFoundError("LibreOffice (soffice)")
    with tempfile.TemporaryDirectory() as inner:
        source = Path(inner) / "table.xlsx"
        pd.DataFrame(ROWS, columns=HEADER).to_excel(source, index=False)
        profile = f"-env:UserInstallation={(Path(inner) / 'profile').as_uri()}"
        ask = [office, profile, "--headless", "--convert-to"]
        for name, options in _CALC.items():
            form = f"csv:Text - txt - csv (StarCalc):{options}"
            subprocess.run(
                [*ask, form, "--outdir", inner, str(source)], check=True, capture_output=True, timeout=300
            )
            shutil.move(Path(inner) / "table.csv", folder / name)
        for ending in ("ods", "xls", "xlsx"):
            out = Path(inner) / "out"
            subprocess.run(
                [*ask, ending, "--outdir", str(out), str(source)],
                check=True,
                capture_output=True,
                timeout=300,
            )
            shutil.move(out / f"table.{ending}", folder / f"calc.{ending}")
        said = subprocess.run([office, "--version"], check=True, capture_output=True, text=True, timeout=300)
    return said.stdout.strip()


def r(folder: Path) -> str:
    """Write what R writes."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        raise FileNotFoundError("R (Rscript)")
    code = _R.format(ids=", ".join(f'"{space_id}"' for space_id in IDS))
    locale = {**os.environ, "LC_ALL": "C.UTF-8"}
    said = subprocess.run(
        [rscript, "-e", code], check=True, cwd=folder, env=locale, capture_output=True, text=True, timeout=300
    )
    return said.stdout.strip()


def powershell(folder: Path) -> str:
    """Write what PowerShell 5 and 7 write for `spacekit ids ... > file` and `... | Export-Csv file`."""
    listed = "".join(f"{space_id}\r\n" for space_id in IDS)
    (folder / "powershell5-redirect.txt").write_bytes(b"\xff\xfe" + listed.encode("utf-16-le"))
    (folder / "powershell7-redirect.txt").write_bytes(listed.encode())
    rows = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in _escaped())
    (folder / "powershell5-export.csv").write_bytes(
        b"#TYPE System.Management.Automation.PSCustomObject\r\n" + rows.encode("ascii", "replace")
    )
    (folder / "powershell7-export.csv").write_bytes(rows.encode())
    (folder / "powershell5-answers.jsonl").write_bytes(
        b"\xff\xfe" + f'{{"id": "{IDS[0]}", "state": "Ended", "title": "Grüße"}}\r\n'.encode("utf-16-le")
    )
    return "PowerShell 5.1 and 7.4 as documented"


def google(folder: Path) -> str:
    """Write what Google Sheets exports: no mark, CR LF, no line end after the last row; TSV without quotes."""
    quoted = [[f'"{cell}"' if set(cell) & set('",\n') else cell for cell in row] for row in _escaped()]
    (folder / "google.csv").write_bytes("\r\n".join(map(",".join, quoted)).encode())
    plain = [[str(cell).replace("\n", " ") for cell in row] for row in [HEADER, *ROWS]]
    (folder / "google.tsv").write_bytes("\r\n".join(map("\t".join, plain)).encode())
    return "Google Sheets as documented"


def _escaped() -> list[list[str]]:
    return [[str(cell).replace('"', '""') for cell in row] for row in [HEADER, *ROWS]]


WRITERS: Final[dict[str, Callable[[Path], str]]] = {
    "openpyxl": openpyxl, "pandas": pandas, "libreoffice": libreoffice, "r": r, "powershell": powershell,
    "google": google,
}  # fmt: skip


def main(folder: Path) -> None:
    """Make the files of every writer, and the list of what made them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, write in WRITERS.items():
        try:
            made.append(write(folder))
        except FileNotFoundError as missing:
            sys.stderr.write(f"{name}: left out, {missing} is not on this machine\n")
    lines = "".join(f"{words}\n" for words in made)
    (folder / "WRITERS").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
