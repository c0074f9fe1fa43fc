"""Dashboards and alerts: each question can be read and asks for figures there are; alerts are explained."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import promql_parser
import pytest
import yaml
from django.conf import settings as configured
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from ops import monitoring
from ops.monitoring.dashboards import DASHBOARDS, asked, written
from twitterclone.lib.metrics import DELIVERIES, REQUESTS, TASKS
from twitterclone.monitoring import exposition
from twitterclone.monitoring.families import FAMILIES

PAGE = Path(configured.BASE_DIR) / "docs" / "operations" / "monitoring.md"
RULES = [rule for group in yaml.safe_load(monitoring.ALERTS.read_text())["groups"] for rule in group["rules"]]
TOLD_BY_PROMETHEUS = {"up": {"job", "instance"}}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",)}


@pytest.fixture
def figures(db: None) -> dict[str, set[str]]:
    """The names of a scrape, each with the labels it can have."""
    labels = {f"twitterclone_{name}": set(given) for name, (_, _, given) in FAMILIES.items()}
    for counted in (REQUESTS, TASKS, DELIVERIES):
        labels[counted._name] = set(counted._labelnames)
    exposition.looked.forget()
    known = dict(TOLD_BY_PROMETHEUS)
    for family in text_string_to_metric_families(exposition.text().decode()):
        for suffix in SUFFIXES.get(family.type, ("",)):
            known[family.name + suffix] = labels.get(family.name, _seen(family)) | {"instance", "le"}
    return known


def _seen(family: Metric) -> set[str]:
    return {label for sample in family.samples for label in sample.labels} or {"*"}


def selectors(node: object) -> Iterator[promql_parser.VectorSelector]:
    """All that a question selects."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if (child := getattr(node, name, None)) is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or []:
        yield from selectors(child)


def test_every_question_asks_for_figures_there_are(figures):
    questions = [ask.replace("$__rate_interval", "5m") for ask in asked()] + [rule["expr"] for rule in RULES]
    found = set()
    for question in questions:
        for selector in selectors(promql_parser.parse(question)):
            assert selector.name in figures, (selector.name, question)
            known = figures[selector.name]
            for matcher in selector.matchers.matchers:
                assert matcher.name in known or "*" in known, (matcher.name, question)
            found.add(selector.name)
    assert len(found) > 35
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum by (le (rate(x[5m]))")


def test_dashboards_are_written_as_their_source_says():
    assert sorted(path.stem for path in monitoring.GRAFANA.glob("*.json")) == sorted(DASHBOARDS)
    for name in DASHBOARDS:
        text = (monitoring.GRAFANA / f"{name}.json").read_text()
        assert text == written(name), "make monitoring writes them"
        panels = json.loads(text)["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels) > 10
        places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
        assert len(places) == len(panels)


def test_alerts_are_whole_explained_and_tested():
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names)) > 20
    for rule in RULES:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
        assert re.fullmatch(r"\d+[mhd]", rule.get("for", "1m"))
    explained = re.findall(r"^\| `([A-Z][a-z]\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(names)
    tried = {
        test["alertname"]
        for case in yaml.safe_load(monitoring.TESTS.read_text())["tests"]
        for test in case["alert_rule_test"]
    }
    assert {"FanoutStands", "WorkersGone", "ReplicaLost", "BackupOld", "RedisFull"} <= tried <= set(names)


def test_promtool_agrees_where_it_is_installed():
    """A bare machine has none; then the questions were read above, and the alerts are not run."""
    assert monitoring.checked() in ("",) or "SUCCESS" in monitoring.checked()
