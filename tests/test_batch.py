"""One calculator over a file: every row like a single answer, faults by line, and nothing half-made left behind."""

import csv
import io
import json
import os
import pty
import re
import select
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from calculators import __main__ as command_line
from calculators.core.answer import answer, rule
from scripts import batch
from scripts.examples import load_examples
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
CALCULATORS = sorted(set(json.loads(words_json())) - {"common"})
EXAMPLES = load_examples()
HEADER = "year;household;net_wealth;months"


@pytest.fixture(scope="module")
def loaded():
    """Tables and words, read once."""
    return command_line._load()


@pytest.fixture
def run(loaded, tmp_path, capfd):
    """run(calculator, contents, …) → (exit status, rows of the answer as dicts, stderr)."""

    def run(calculator, contents, *flags, lang="nb"):
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        arguments = [calculator, str(source), "-o", str(target), "--lang", lang, *flags]
        status = batch.main(arguments, *loaded, lang)
        rows = []
        if target.exists():
            text = target.read_text("utf-8-sig")
            delimiter = ";" if ";" in text.partition("\n")[0] else ","
            rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
        return status, rows, capfd.readouterr().err

    run.folder = tmp_path
    return run


def single(loaded, year, net_wealth):
    """The single answer that a row must come out as."""
    case = {"year": str(year), "household": "single", "net_wealth": str(net_wealth), "months": "10"}
    return answer("wealth", case, *loaded, "nb")


# Rows


def test_rows_come_out_as_single_answers_do_in_norwegian(run):
    status, rows, said = run("wealth", f"{HEADER}\n2020;single;678 861,50;10\n2020;couple;kr 1 073 663;10\n")
    assert status == 0
    assert [row["reduction"] for row in rows] == ["50000,10", "25000"]
    assert rows[0]["net_wealth"] == "678 861,50"
    assert rows[0]["study_percent"] == "100", "what was not given is shown with its default"
    assert [row["status"] for row in rows] == ["answered", "answered"]
    assert "50\u00a0000,10\u00a0kr" in rows[0]["message"]
    assert said.splitlines()[0] == "2 rader: 2 besvart, 0 uten publisert tall, 0 avvist."
    assert "anslag" in said


def test_rows_come_out_as_single_answers_do_in_english(run):
    contents = 'year,household,net_wealth,months\n2020,single,"678,861.50",10\n'
    status, rows, said = run("wealth", contents, lang="en")
    assert (status, rows[0]["reduction"], rows[0]["net_wealth"]) == (0, "50000.10", "678,861.50")
    assert said.startswith("1 rows: 1 answered, 0 without a published figure, 0 refused.")


def test_the_columns_are_those_given_the_other_inputs_the_outputs_and_the_status(run):
    _, rows, _ = run("wealth", "#navn;months;net_wealth;year;household\nÅse;10;678861;2020;single\n")
    assert list(rows[0]) == [
        "#navn", "months", "net_wealth", "year", "household", "study_percent",
        "limit", "excess", "reduction", "status", "message",
    ]  # fmt: skip
    assert rows[0]["#navn"] == "Åse"


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("calculator", CALCULATORS)
def test_every_worked_example_of_every_calculator_comes_out_the_same_in_a_file(run, loaded, calculator, lang):
    tables, words = loaded
    examples = [each for each in EXAMPLES if each.calculator == calculator and not each.faults.keys() - each.inputs]
    fields = rule(calculator).FIELDS
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    names = [spec.name for spec in fields]
    writer.writerow(names)
    written = []
    for example in examples:
        cells = [_typed(spec, example.inputs.get(spec.name, ""), lang, tables) for spec in fields]
        if any(cells):
            written.append(example)
            writer.writerow(cells)
    status, rows, said = run(calculator, out.getvalue(), lang=lang)
    expected = [answer(calculator, example.inputs, tables, words, lang) for example in written]
    assert len(rows) == len(expected) > 1
    for row, done, example in zip(rows, expected, written, strict=True):
        assert row["status"] == {0: "answered", 2: "refused", 3: "not_published"}[done.status], example.id
        outputs = (done.result.get("outputs") or {}) if done.status == 0 else {}
        for name in rule(calculator).OUTPUTS:
            assert _back(row[name], lang) == outputs.get(name), (example.id, name)
        assert done.status == 2 or done.headline in row["message"]
    worst = {done.status for done in expected}
    assert status == (2 if 2 in worst else 3 if 3 in worst else 0)
    assert len(re.findall(r"^(?:Linje|Line) \d+: ", said, re.M)) == sum(done.status == 2 for done in expected)


def _typed(spec, canonical, lang, tables):
    """A canonical input as a person of that language writes it; what is wrong is left wrong."""
    if canonical and spec.kind in ("amount", "number", "whole"):
        return canonical.replace(".", ",") if lang == "nb" else canonical
    return canonical


def _back(cell, lang):
    """A cell of the answer as the JSON of a single answer has it."""
    if cell == "":
        return None
    if cell in ("true", "false"):
        return cell == "true"
    if cell.startswith("["):
        return json.loads(cell)
    cell = cell.removeprefix("'")
    return re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) if lang == "nb" else cell


def test_choices_are_read_by_id_and_by_the_words_of_the_form(run):
    contents = (
        f"{HEADER}\n2020;single;678861;10\n2020;Enslig;678861;10\n2020; ENSLIG ;678861;10\n2020;Single;678861;10\n"
    )
    status, rows, _ = run("wealth", contents)
    assert status == 0
    assert [row["reduction"] for row in rows] == ["50000"] * 4
    status, rows, _ = run("wealth", f"{HEADER}\n2020;Enslig;678861;10\n", lang="en")
    assert (status, rows[0]["status"]) == (2, "refused")


# Faults


def test_a_bad_row_is_told_with_its_line_and_all_its_faults_and_the_rest_go_on(run):
    contents = f"{HEADER}\n2020;single;678861;10\n2020;family;1e6;13\n2020;single;678861;1\n"
    status, rows, said = run("wealth", contents)
    assert status == 2
    assert [row["status"] for row in rows] == ["answered", "refused", "answered"]
    first = said.splitlines()[0]
    assert first.startswith("Linje 3: ")
    for part in ("Sivilstand", "single (Enslig)", "Nettoformue", "Måneder"):
        assert part in first and part in rows[1]["message"]
    assert [rows[1][name] for name in ("limit", "excess", "reduction", "study_percent")] == [""] * 4
    assert rows[1]["net_wealth"] == "1e6"
    assert "3 rader: 2 besvart, 0 uten publisert tall, 1 avvist." in said


def test_lines_are_counted_as_an_editor_counts_them(run):
    contents = f"#note;{HEADER}\n" + '"two\nlines";2020;single;1;1\n;;;;\n\nx;2020;single;1;99\n"a\n\nb";2020;x;1;1\n'
    status, rows, said = run("wealth", contents)
    assert status == 2 and len(rows) == 3
    assert re.findall(r"^Linje (\d+): ", said, re.M) == ["6", "7"]


def test_a_year_without_its_figure_is_status_3_and_refused_rows_weigh_more(run, loaded):
    gap, bad = "2023;single;678861;10\n", "2020;single;x;10\n"
    status, rows, said = run("wealth", f"{HEADER}\n{gap}2020;single;1;1\n")
    assert (status, rows[0]["status"], rows[0]["reduction"]) == (3, "not_published", "")
    assert rows[0]["message"].startswith(single(loaded, 2023, 678861).headline)
    assert "2 rader: 1 besvart, 1 uten publisert tall, 0 avvist." in said and "Linje" not in said
    assert run("wealth", f"{HEADER}\n{gap}{bad}")[0] == 2


def test_a_doubtful_figure_is_told_before_the_answer(run, loaded):
    _, rows, _ = run("wealth", f"{HEADER}\n2026;single;600000;10\n")
    done = single(loaded, 2026, 600000)
    doubts = [each["text"] for each in done.result["notices"] if each["kind"] == "secondary"]
    assert len(doubts) == 1
    assert rows[0]["message"].startswith(doubts[0])
    assert rows[0]["message"].endswith(done.headline)


def test_short_rows_lack_their_last_cells_and_long_ones_are_refused(run):
    status, rows, said = run("wealth", f"{HEADER};study_percent\n2020;single;1;1\n2020;single;1\n2020;single;1;1;;9\n")
    assert [row["status"] for row in rows] == ["answered", "refused", "refused"]
    assert "Måneder med støtte: fyll ut feltet" in said
    assert "Linje 4: Raden har 6 celler, men det er 5 kolonner." in said
    status, rows, _ = run("wealth", f"{HEADER}\n2020;single;1;1;;;\n")
    assert status == 0


def test_a_quotation_mark_that_never_closes_spoils_one_row_of_bounded_length(run):
    rest = "2020;single;678861;10\n" * 8000
    status, rows, said = run("wealth", f'{HEADER}\n2020;single;"1;1\n{rest}')
    assert status == 2
    assert said.startswith("Linje 2: Raden kan ikke leses.")
    assert {row["status"] for row in rows[1:]} >= {"answered"}
    assert sum(row["status"] == "answered" for row in rows) > 1000


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ("", "Filen er tom"),
        ("\n\n", "Filen er tom"),
        ("year;household;net_wealth\n", "«months» mangler"),
        (f"{HEADER};wage\n", "«wage»"),
        (f"{HEADER};year\n", "«year» står mer enn én gang"),
        ("Year;household;net_wealth;months\n", "«Year»"),
        (f"{HEADER};#a;navn;wage\n", "«navn»"),
    ],
)
def test_a_file_with_wrong_columns_is_refused_whole(run, contents, said):
    status, rows, err = run("wealth", contents)
    assert (status, rows) == (2, [])
    assert said in err and "year, household, net_wealth, months, study_percent" in err
    assert [path.name for path in run.folder.iterdir()] == ["in.csv"]


# Files


def test_a_file_with_columns_only_has_no_rows(run):
    status, rows, said = run("wealth", HEADER)
    assert (status, rows) == (0, [])
    assert said.startswith("0 rader")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_the_answer_is_written_the_way_the_file_was(run, bom, end, delimiter):
    lines = [HEADER.replace(";", delimiter), delimiter.join(["2020", "single", "678861", "10"]), ""]
    status, rows, _ = run("wealth", bom + end.join(lines).encode())
    written = (run.folder / "out.csv").read_bytes()
    assert (status, rows[0]["reduction"]) == (0, "50000")
    assert written.startswith(bom + b"year" + delimiter.encode())
    assert written.count(b"\r\n") == (2 if end == "\r\n" else 0)
    assert written.count(b"\n") == 2


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_told_and_leaves_nothing_behind(run, encoding):
    status, rows, said = run("wealth", f"#navn;{HEADER}\nÅse Bø;2020;single;1;1\n".encode(encoding))
    assert (status, rows) == (2, [])
    assert "CSV UTF-8" in said
    assert [path.name for path in run.folder.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["wealth", "nowhere.csv"], "Det finnes ingen fil som heter nowhere.csv"),
        (["wealth", "."], ". kan ikke leses"),
        (["wealth", __file__, "-o", "nowhere/out.csv"], "mappen finnes ikke"),
        (["no_such", __file__], "Det finnes ingen kalkulator"),
        (["common", __file__], "Det finnes ingen kalkulator"),
        (["wealth"], "Bruk: python -m calculators batch"),
        ([], "Bruk: python -m calculators batch"),
        (["wealth", __file__, "--fast"], "Bruk: python -m calculators batch"),
        (["wealth", __file__, "--lang", "sv"], "Bruk: python -m calculators batch"),
        (["wealth", __file__, "-o"], "Bruk: python -m calculators batch"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_sentence(loaded, capfd, arguments, said):
    assert batch.main(arguments, *loaded, "nb") == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(said) or said in captured.err.splitlines()[0]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_help_tells_what_to_write(loaded, capfd, lang):
    assert batch.main(["--help"], *loaded, lang) == 0
    said = capfd.readouterr().out
    assert all(word in said for word in ("batch", "-o", "#", "UTF-8", "refused", "2", "3"))


def test_a_file_may_be_answered_onto_itself(run, loaded):
    path = run.folder / "students.csv"
    path.write_text(f"{HEADER}\n2020;single;678861;10\n", "utf-8")
    assert batch.main(["wealth", str(path), "-o", str(path)], *loaded, "nb") == 0
    assert "50000" in path.read_text("utf-8")
    assert list(run.folder.glob("*.part")) == []


def test_a_device_is_written_to_and_not_replaced(run, loaded):
    pipe = run.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    run("wealth", HEADER)
    assert batch.main(["wealth", str(run.folder / "in.csv"), "-o", str(pipe)], *loaded, "nb") == 0
    assert os.read(reader, 1000).startswith(b"year;")
    os.close(reader)
    assert pipe.is_fifo()


# Spreadsheets


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "-2-3-cmd|' /C calc'!A0", '=HYPERLINK("x")'],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_written_as_text(run, text):
    quoted = '"' + text.replace('"', '""') + '"'
    status, rows, _ = run("wealth", f"#navn;{HEADER}\n{quoted};2020;single;678861;10\nx;2020;{quoted};1;1\n")
    assert rows[0]["#navn"].startswith("'")
    assert rows[1]["household"].startswith("'")
    assert (status, rows[1]["status"]) == (2, "refused")


@pytest.mark.parametrize(("text", "lang"), [("-150000", "nb"), ("-1 500,50", "nb"), ("-1,500.50", "en"), ("Åse", "nb")])
def test_numbers_and_names_stay_as_they_are(text, lang):
    assert batch.guarded(text, lang) == text


def test_a_column_name_cannot_be_a_formula_either(run):
    _, _, said = run("wealth", f"{HEADER};=1+1\n")
    assert "«=1+1»" in said
    assert (run.folder / "out.csv").exists() is False


# Length


def test_memory_does_not_grow_with_the_file(loaded):
    desk = batch.Desk("wealth", *loaded, "nb")

    class Nowhere(io.StringIO):
        def write(self, text):
            return len(text)

    def peak(rows):
        lines = io.StringIO(f"{HEADER}\n" + "2020;single;678861;10\n" * rows, newline="")
        tracemalloc.start()
        batch.answer_file(lines, Nowhere(), desk, complain=lambda text: None)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(20)
    few, many = peak(50), peak(1500)
    assert many < few + 100_000, (few, many)


# As a command


def command(*arguments, stdin=b"", **options):
    """The command as an office runs it."""
    return subprocess.run(
        [sys.executable, "-m", "calculators", "batch", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
        **options,
    )


def test_a_dash_is_standard_input_and_output_and_no_bar_is_drawn_there():
    contents = f"{HEADER}\r\n2020;single;678861;10\r\n2020;single;x;10\r\n".encode()
    done = command("wealth", "-", stdin=contents)
    assert done.returncode == 2
    header, first, second = done.stdout.decode().splitlines()
    assert header.startswith("year;") and "50000" in first and "refused" in second
    said = done.stderr.decode()
    assert said.splitlines()[0].startswith("Linje 3: ")
    assert "\r" not in said and "\x1b" not in said and "%" not in said


def test_on_a_terminal_a_bar_tells_how_far_it_is(tmp_path):
    source = tmp_path / "students.csv"
    source.write_text(f"{HEADER}\n" + "2020;single;678861;10\n" * 1500 + "2020;single;x;10\n", "utf-8")
    terminal, end = pty.openpty()
    arguments = ["wealth", str(source), "-o", str(tmp_path / "out.csv"), "--lang", "en"]
    process = subprocess.Popen(
        [sys.executable, "-m", "calculators", "batch", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=end,
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm"},
    )
    os.close(end)
    said = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            said += os.read(terminal, 10_000)
        except OSError:
            break
    assert process.wait() == 2
    os.close(terminal)
    text = said.decode()
    assert "%" in text and "100%" in text
    assert re.search(r"\x1b\[KLine 1502: ", text)
    assert "1501 rows: 1500 answered" in text
    assert (tmp_path / "out.csv").read_text("utf-8").count("\n") == 1502


def test_a_reader_that_stops_reading_is_no_mishap(tmp_path):
    source = tmp_path / "students.csv"
    source.write_text(f"{HEADER}\n" + "2020;single;678861;10\n" * 2000, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "calculators", "batch", "wealth", str(source)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.read(100)
    process.stdout.close()
    said = process.stderr.read()
    process.wait()
    assert b"Traceback" not in said and b"BrokenPipe" not in said
