"""Questions to check yourself with: the answer comes at once, and says why."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import Dict, List

from tlcore.check import check_list, check_number, require

from .base import LiveFigure, compose, style


class SelfCheck(LiveFigure):
    """A few questions with answers that are explained, without a kernel.

    Each question has options to choose from, or asks for a number. Words between backquotes are
    shown as code.

    Parameters
    ----------
    questions : sequence of mapping
        Each with ``question``, its text, and either

        - ``options``, a mapping from each option to the reason why it is right or wrong, and
          ``right``, the right option or a list of them: one makes radio buttons, a list makes
          checkboxes. The page has the options in another order, the same each time; or
        - ``number``, the right answer, with ``because``, the reason; ``within``, by how much an
          answer may be off (0 unless given); and ``mistakes``, a mapping from numbers that a
          mistake gives to the words that name it.

    Examples
    --------
    >>> SelfCheck([
    ...     {"question": "What does `keep=0.8` do?", "right": "It drops a fifth",
    ...      "options": {"It drops a fifth": "0.8 is the share that is kept.",
    ...                  "It drops four fifths": "That is how Keras counts."}},
    ...     {"question": "How many parameters has a layer with 3 inputs and 2 units?",
    ...      "number": 8, "because": "Six weights and two biases.",
    ...      "mistakes": {6: "The biases are missing."}},
    ... ])
    [live figure] Check yourself: 2 questions, each with an answer that says why.
    """

    _esm = compose("self_check.js")
    _css = style("self_check")

    questions = List(Dict()).tag(sync=True)

    def __init__(self, questions: Sequence[Mapping[str, Any]], title: str = "Check yourself"):
        one = isinstance(questions, Mapping)
        require(not one, "questions is one question; expected a list of them.", TypeError)
        questions = check_list("questions", questions, 1, "questions")
        checked = [check(dict(question)) for question in questions]
        super().__init__(title=title, questions=checked)

    def alternative(self) -> str:
        """Say how many questions there are."""
        n = len(self.questions)
        each = "each with an answer that says why" if n > 1 else "with an answer that says why"
        return f"{self.title}: {n} question{'s' if n > 1 else ''}, {each}."


def check(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the page wants it."""
    text = question.get("question") or ""
    require(text.strip(), f"a question has no text: {question}; expected 'question': '...'.")
    name = f"the question {text[:40]!r}"
    number = "number" in question
    needed = {"question", "number", "because"} if number else {"question", "options", "right"}
    require(
        needed <= set(question) <= (needed | {"within", "mistakes"} if number else needed),
        f"{name} has the parts {sorted(question)}; expected question, options and right, or "
        "question, number, because and perhaps within and mistakes.",
    )
    if number:
        mistakes = dict(question.get("mistakes", {}))
        for value in mistakes:
            check_number(f"{name}: mistakes", value)
        return {
            "text": text,
            "number": check_number(f"{name}: number", question["number"]),
            "within": check_number(f"{name}: within", question.get("within", 0), 0),
            "because": question["because"],
            "mistakes": [[float(value), why] for value, why in mistakes.items()],
        }
    options, right = dict(question["options"]), question["right"]
    many = not isinstance(right, str)
    wanted = list(right) if many else [right]
    require(
        len(options) >= 2 and wanted and set(wanted) <= set(options),
        f"{name}: right is {right!r}; expected one or more of the options, which are at least two: "
        f"{list(options)}.",
    )
    # Who writes a question begins with the right answer; nobody should find it by its place.
    order = random.Random(text).sample(list(options), len(options))
    return {
        "text": text,
        "many": many,
        "options": [
            {"text": option, "because": options[option], "right": option in wanted}
            for option in order
        ],
    }
