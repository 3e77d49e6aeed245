"""The commands as an editor and a script use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpdesk.cli.faq import app

SHIPPED = str(Path(__file__).parents[3] / "faq")
QUESTIONS = str(Path(__file__).parents[2] / "faq" / "questions.jsonl")
run = CliRunner().invoke


def test_check_names_file_line_and_sentence_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\ntitle: How?\n---\n{{ policy.nothing }}\n")
    result = run(app, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{tmp_path}/bad.md:4: There is no variable")


def test_the_shipped_articles_pass_without_a_warning() -> None:
    result = run(app, ["check", SHIPPED])
    assert result.exit_code == 0
    assert "5 articles, no faults, 0 warnings." in result.stdout


def test_check_counts_one_article_as_one(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("---\ntitle: How?\n---\nSo.\n")
    result = run(app, ["check", str(tmp_path)])
    assert result.stdout == "1 article, no faults, 1 warning.\n"


def test_check_hints_at_what_is_translated_in_part(tmp_path: Path) -> None:
    for name, locale in (
        ("pay", "en"),
        ("pay.de", "de"),
        ("pay.es", "es"),
        ("post", "en"),
        ("post.de", "de"),
    ):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: How to {name}?\nlocale: {locale}\n---\nSo.\n")
    result = run(app, ["check", str(tmp_path)])
    hint = f"{tmp_path}/post.md:1: Other articles are there in es, this one is not. (hint)"
    assert (result.exit_code, [line for line in result.stderr.splitlines() if line.endswith("(hint)")]) == (
        0,
        [hint],
    )


def test_eval_names_a_label_that_no_article_has(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("---\ntitle: How?\n---\nSo.\n")
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"query": "how", "label": "one"}\n\n{"query": "why", "label": "two"}\n')
    result = run(app, ["eval", str(cases), "--faq", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{cases}:3: No article of {tmp_path} has the slug two.\n"


def test_ask_shows_answer_scores_and_reason() -> None:
    result = run(app, ["ask", "i forgot my pasword", "--faq", SHIPPED])
    assert result.exit_code == 0
    assert result.stdout.startswith("Answer: forgot-password")
    assert "Read as" in result.stdout


def test_ask_warns_of_a_password_as_the_chat_does() -> None:
    result = run(app, ["ask", "my password is Hunter2!x", "--faq", SHIPPED])
    assert "Says: I removed what looks like a password" in result.stdout


def test_match_answers_line_by_line_in_order_and_survives_nonsense() -> None:
    lines = [
        '{"id": 1, "query": "forgot password"}',
        "nonsense",
        '{"id": 2}',
        '{"id": "x", "query": "weather"}',
        "[]",
        '{"id": NaN, "query": "weather"}',
        '{"id": 1e400, "query": "weather"}',
    ]
    result = run(app, ["match", "--faq", SHIPPED], input="\n".join(lines) + "\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [row["id"] for row in rows] == [1, None, 2, "x", None, None, None]
    assert [row["label"] for row in rows] == ["forgot-password", *[None] * 6]
    assert [("error" in row) for row in rows] == [False, True, True, False, True, True, True]
    assert rows[0]["candidates"][0]["label"] == "forgot-password"
    assert rows[0]["score"] == rows[0]["candidates"][0]["score"]


def test_match_survives_letters_that_are_none() -> None:
    lines = b'{"id": "\\ud800", "query": "\\udfff forgot password"}\n\xff\xfe\n'
    result = run(app, ["match", "--faq", SHIPPED], input=lines)
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], first["label"]) == ("\ud800", "forgot-password")
    assert "error" in second


def test_a_file_that_is_left_out_is_told_beside_the_answers(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\ntitle: How?\n---\n{{ policy.nothing }}\n")
    result = run(app, ["match", "--faq", str(tmp_path)], input='{"id": 1, "query": "how"}\n')
    assert json.loads(result.stdout)["label"] is None
    assert result.stderr.startswith(f"{tmp_path}/bad.md:4: There is no variable")


def test_our_own_questions_pass_the_gate() -> None:
    result = run(app, ["eval", QUESTIONS, "--faq", SHIPPED, "--min-accuracy", "95", "--max-wrong", "4"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("0.5", 0), ("60", 1), ("0.6", 1)])
def test_a_gate_is_a_share_or_in_percent(tmp_path: Path, least: str, code: int) -> None:
    (tmp_path / "pay.md").write_text("---\ntitle: How do I pay?\n---\nSo.\n")
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"query": "how do i pay", "label": "pay"}\n{"query": "rain in Rome", "label": "pay"}\n')
    result = run(app, ["eval", str(cases), "--faq", str(tmp_path), "--min-accuracy", least])
    assert result.exit_code == code, result.output
    assert ("The accuracy is below 60.0%." in result.stderr) == bool(code)


def test_the_gate_of_accuracy_is_for_questions_that_have_an_answer(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"query": "weather in Rome", "label": null}\n')
    assert run(app, ["eval", str(cases), "--faq", SHIPPED, "--min-accuracy", "1"]).exit_code == 0


def test_a_mistake_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    for arguments in (
        ["ask", "x", "--faq", str(tmp_path / "nowhere")],
        ["ask", "x", "--faq", SHIPPED, "--engine", "magic"],
        ["eval", str(tmp_path / "nowhere.jsonl"), "--faq", SHIPPED],
    ):
        result = run(app, arguments)
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.output


@pytest.mark.parametrize("gate", ["nan", "-0.1", "101"])
def test_a_gate_that_is_no_share_is_a_mistake(gate: str) -> None:
    result = run(app, ["eval", QUESTIONS, "--faq", SHIPPED, "--max-wrong", gate])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--max-wrong is a share" in result.stderr


@pytest.mark.parametrize("line", ["", "[]", '{"query": "Hello"}', '{"query": "Hello", "label": 5}'])
def test_a_file_without_a_good_case_is_a_mistake(tmp_path: Path, line: str) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(line)
    result = run(app, ["eval", str(cases), "--faq", SHIPPED])
    assert (result.exit_code, result.stdout) == (2, "")


def test_cases_are_read_whatever_the_editor_put_between_them(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes(
        b'\xef\xbb\xbf{"query": "forgot my password", "label": "forgot-password"}\r\n\r\n'
        + '{"query": "rain\u2028in Rome", "label": null}'.encode()
    )
    result = run(app, ["eval", str(cases), "--faq", SHIPPED, "--min-accuracy", "1", "--max-wrong", "0"])
    assert result.exit_code == 0, result.output
    assert "1 with an answer, 1 without" in result.stdout
