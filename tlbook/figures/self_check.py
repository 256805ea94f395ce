"""Questions to check yourself with: the answer comes at once, and says why."""

import random
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from traitlets import Dict, List

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
        - ``number``, the right answer, with ``because``, the reason, and ``within``, by how much
          an answer may be off (0 unless given).
    title : str
        Heading.

    Raises
    ------
    TypeError, ValueError
        If there is no question, or one lacks a part or has one too many.

    Examples
    --------
    >>> SelfCheck([
    ...     {"question": "What does `keep=0.8` do?", "right": "It drops a fifth",
    ...      "options": {"It drops a fifth": "0.8 is the share that is kept.",
    ...                  "It drops four fifths": "That is how Keras counts."}},
    ...     {"question": "How many parameters has a layer with 3 inputs and 2 units?",
    ...      "number": 8, "because": "Six weights and two biases."},
    ... ])
    [live figure] Check yourself: 2 questions, each with an answer that says why.
    """

    _esm = compose("self_check.js")
    _css = style("self_check")

    questions = List(Dict()).tag(sync=True)

    def __init__(self, questions: Sequence[Mapping[str, Any]], title: str = "Check yourself"):
        if isinstance(questions, Mapping | str):
            raise TypeError(f"questions is one {type(questions).__name__}; expected a list of them")
        checked = [check(dict(question)) for question in questions]
        if not checked:
            raise ValueError("questions is empty; expected at least one question")
        super().__init__(title=title, questions=checked)

    def alternative(self) -> str:
        """Say how many questions there are."""
        n = len(self.questions)
        each = "each with an answer that says why" if n > 1 else "with an answer that says why"
        return f"{self.title}: {n} question{'s' if n > 1 else ''}, {each}."


def check(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the page wants it.

    Raises
    ------
    ValueError
        If it lacks a part, has one too many, or its right answer isn't among the options.
    """
    text = question.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"a question has no text: {question}; expected 'question': '...'")
    name = f"the question {text[:40]!r}"
    number = "number" in question
    needed = {"question", "number", "because"} if number else {"question", "options", "right"}
    allowed = needed | ({"within"} if number else set())
    if not needed <= set(question) <= allowed:
        raise ValueError(
            f"{name} has the parts {sorted(question)}; expected question, options and right, or "
            "question, number, because and perhaps within"
        )
    if number:
        within = question.get("within", 0)
        if not isinstance(question["number"], Real) or not isinstance(within, Real) or within < 0:
            raise ValueError(f"{name}: number and within have to be numbers, within not below 0")
        return {
            "text": text,
            "number": float(question["number"]),
            "within": float(within),
            "because": question["because"],
        }
    options, right = dict(question["options"]), question["right"]
    many = not isinstance(right, str)
    wanted = list(right) if many else [right]
    if len(options) < 2 or not wanted or not set(wanted) <= set(options):
        raise ValueError(
            f"{name}: right is {right!r}; expected one or more of the options, which are at least "
            f"two: {list(options)}"
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
