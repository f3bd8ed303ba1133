"""The kept report of Lighthouse: what it covers, that it explains itself, and how scores and headers are read."""

import json
import urllib.error
import urllib.request

import pytest

from scripts.bench import lighthouse
from scripts.bench.told_host import headers_of, read_rules, told_host

KEPT = lighthouse.REPORT.with_suffix(".json")


@pytest.fixture(scope="module")
def found():
    return json.loads(KEPT.read_text("utf-8"))


def test_the_report_covers_five_kinds_on_both_devices_and_in_both_languages(found):
    assert len(lighthouse.KINDS) == 5
    paths = [path for _, paths in lighthouse.KINDS.values() for path in paths]
    wanted = {(path, device) for path in paths for device in lighthouse.DEVICES}
    assert {(page["path"], page["device"]) for page in found["pages"]} == wanted
    assert {path[:2] for path in paths} == {"nb", "en"}
    report = lighthouse.REPORT.read_text("utf-8")
    for about, paths in lighthouse.KINDS.values():
        assert about in report and all(f"`{path}`" in report for path in paths)
    for page in found["pages"]:
        assert page["scores"].keys() == lighthouse.CATEGORIES.keys()
        assert len(page["performance_runs"]) == (3 if page["device"] == "phone" else 1)


def test_the_report_is_of_the_locked_lighthouse(found):
    lock = json.loads((lighthouse.HERE / "package-lock.json").read_text("utf-8"))
    assert found["lighthouse"] == lock["packages"]["node_modules/lighthouse"]["version"]


def test_each_category_below_the_line_is_explained(found):
    assert lighthouse.unexplained(found, lighthouse.explanations()) == []
    report = lighthouse.REPORT.read_text("utf-8")
    assert "Not explained" not in report
    for page in found["pages"]:
        for category, score in page["scores"].items():
            if score < lighthouse.ENOUGH:
                title = f"### {lighthouse.CATEGORIES[category]} of `{page['path']}` on a {page['device']}: {score}\n"
                assert title in report
                for each in page["lost"][category]:
                    assert lighthouse.explanations()[each["audit"]] in report


def test_the_report_is_what_its_data_says(found):
    assert lighthouse.REPORT.read_text("utf-8") == lighthouse.markdown(found, lighthouse.explanations())


def audit(score, **more):
    """An audit as Lighthouse tells it."""
    return {"score": score, "title": "T", "numericValue": 1.0, **more}


def report(speed):
    """A report as Lighthouse writes it, as much of one as is read."""
    parts = [{"id": name, "weight": 10} for name in lighthouse.METRICS]
    return {
        "environment": {"benchmarkIndex": 1000.4},
        "categories": {
            "performance": {"score": speed, "auditRefs": parts},
            "seo": {
                "score": 0.5,
                "auditRefs": [{"id": "a", "weight": 3}, {"id": "b", "weight": 1}, {"id": "c", "weight": 9}],
            },
        },
        "audits": {
            **{name: audit(speed) for name in lighthouse.METRICS},
            "a": audit(0, displayValue="2 links"), "b": audit(1), "c": audit(None),
        },
    }  # fmt: skip


def test_the_speed_is_that_of_the_median_run_and_the_rest_of_the_first():
    got = lighthouse.summary([report(0.9), report(0.5), report(0.97)])
    assert got["scores"] == {"performance": 90, "seo": 50}
    assert got["performance_runs"] == [90, 50, 97] and got["machine"] == [1000] * 3
    assert got["lost"]["seo"] == [{"audit": "a", "title": "T", "points": 75.0, "found": "2 links"}]


def test_pages_of_a_kind_measured_again_take_the_place_of_the_old():
    def measured(kinds, score):
        scores = {"performance": score}
        return {"pages": [{"kind": kind, "path": kind, "device": "phone", "scores": scores} for kind in kinds]}

    after = lighthouse.with_others(measured(["text"], 2), measured(lighthouse.KINDS, 1))
    assert [page["kind"] for page in after["pages"]] == list(lighthouse.KINDS)
    assert [page["scores"]["performance"] for page in after["pages"]] == [1, 1, 2, 1, 1]
    again = lighthouse.with_others(measured(["text"], 3), after)
    assert again["first"] == {"text on a phone": 1}


def test_what_is_not_explained_is_asked_for_and_only_below_the_line():
    low = {"pages": [{"scores": {"seo": 94}, "lost": {"seo": [{"audit": "a"}, {"audit": "b"}]}}]}
    assert lighthouse.unexplained(low, {"a": "Because."}) == ["b"]
    low["pages"][0]["scores"]["seo"] = 95
    assert lighthouse.unexplained(low, {}) == []


# The host


def test_rules_that_fit_are_added_up():
    rules = read_rules("# Made\n/*\n  A: 1\n\n/:lang/x/*\n  A: 2\n  B: 3\n")
    assert headers_of(rules, "/nb/x/y") == {"A": "1, 2", "B": "3"}
    assert headers_of(rules, "/nb/z") == {"A": "1"}


def test_the_host_does_as_the_site_asks(tmp_path):
    (tmp_path / "_headers").write_text("/*\n  X-Said: yes\n")
    (tmp_path / "index.html").write_text("plain")
    (tmp_path / "index.html.br").write_bytes(b"packed")
    (tmp_path / "404.html").write_text("none")
    with told_host(tmp_path) as url:
        for accepted, body, packed in (("br, gzip", b"packed", "br"), ("gzip", b"plain", None)):
            asked = urllib.request.Request(url, headers={"Accept-Encoding": accepted})
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert (answer.read(), answer.headers["Content-Encoding"]) == (body, packed)
                assert answer.headers["X-Said"] == "yes"
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        for path in ("missing", "%2e%2e/secret", "../secret"):
            with pytest.raises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(url + path, timeout=10)
            assert (raised.value.code, raised.value.read()) == (404, b"none")
