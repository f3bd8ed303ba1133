"""The report on speed: it tells what was measured, and against which goals. Nothing is measured in a test."""

import json

from scripts.bench import browser, speed


def found():
    return json.loads(speed.REPORT.with_suffix(".json").read_text("utf-8"))


def test_the_report_tells_what_was_measured():
    assert found().keys() == speed.PARTS.keys()
    assert speed.REPORT.read_text("utf-8") == speed.report(found())


def test_each_goal_stands_beside_what_was_measured():
    measured = found()["browser"]["found"]
    lines = "\n".join(browser.lines(measured))
    ours, stock = measured["visits"]["ours"], measured["visits"]["stock"]
    assert f"| first visit, × stock | {ours[0] / stock[0]:.2f} | 0.52 |" in lines
    assert f"| second visit, × stock | {ours[1] / stock[1]:.2f} | 0.28 |" in lines
    assert measured["typing"].keys() == {"wealth", "repayment"} <= browser.GOALS.keys()
    assert measured["runs"] == len(measured["pairs"]["ours"]) >= 3


def test_a_process_goes_back_to_the_group_it_came_from():
    assert browser._place("4:memory:/a\n1:cpu,cpuacct:/b\n0::/\n") == "b"
    assert browser._place("0::/user.slice/c\n") == "user.slice/c"


def test_what_was_tried_says_what_it_gave_and_whether_it_was_kept():
    rows = [line.strip("| ").split(" | ") for line in speed.TRIED.read_text("utf-8").splitlines() if line[:2] == "| "]
    assert len(rows) > 10 and {len(row) for row in rows} == {3}
    assert all(gave and kept.startswith(("yes", "no")) for _, gave, kept in rows[1:])
