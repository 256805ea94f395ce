"""Questions with answers at once: from the keyboard, for eyes and ears, without a kernel."""

import pytest

from tlbook.figures.self_check import SelfCheck

QUESTIONS = [
    {
        "question": "What does `keep=0.8` do?",
        "options": {
            "It drops a fifth": "0.8 is the share that is kept.",
            "It drops four fifths": "That is how Keras counts: its `rate` is what goes.",
        },
        "right": "It drops a fifth",
    },
    {
        "question": "Which of these have parameters?",
        "options": {
            "a dense layer": "Weights and biases.",
            "a pooling layer": "It takes the largest, and knows nothing.",
            "a convolution": "Its filters.",
        },
        "right": ["a dense layer", "a convolution"],
    },
    {
        "question": "How many parameters has the perceptron?",
        "number": 1_276_810,
        "because": "Three matrices and three vectors.",
    },
    {
        "question": "What is the sigmoid's largest slope?",
        "number": 0.25,
        "because": "At 0.",
        "mistakes": {0.5: "That is its value at 0.", 1: "That is the slope of `tanh`."},
    },
]


@pytest.fixture
def form(stage):
    """Show the questions; return a function that gives the form of one of them."""
    page = stage()
    page.show(SelfCheck(QUESTIONS), static=True)
    return page.page.locator("form").nth


def answer(form):
    return form.locator(".lbl-answer").inner_text()


def test_one_answer_from_the_keyboard(form):
    form = form(0)
    assert answer(form) == ""
    form.get_by_role("radio", name="It drops a fifth").focus()
    form.page.keyboard.press("Enter")
    assert answer(form) == "Choose an answer first."
    form.page.keyboard.press("ArrowDown")
    form.page.keyboard.press("Enter")
    assert answer(form).split("\n")[0] == "Not yet."
    assert "how Keras counts: its rate is" in answer(form)  # code, without backquotes
    assert form.locator(".lbl-answer code").inner_text() == "rate"
    form.page.keyboard.press("ArrowUp")
    form.page.keyboard.press("Tab")
    form.page.keyboard.press("Space")
    assert answer(form).startswith("Right.") and "share that is kept" in answer(form)
    form.page.wait_for_timeout(60)
    assert form.page.locator(".lbl-status").inner_text() == "1 of 4 answered rightly."


def test_several_answers(form):
    form = form(1)
    check = form.get_by_role("button", name="Check")
    form.get_by_role("checkbox", name="a dense layer").check()
    check.click()
    assert "there is more" in answer(form) and "convolution" not in answer(form)
    form.get_by_role("checkbox", name="a pooling layer").check()
    check.click()
    assert "knows nothing" in answer(form) and "Weights" not in answer(form)
    form.get_by_role("button", name="Show the answer").click()
    assert answer(form).startswith("The answer: a dense layer; a convolution")
    form.get_by_role("checkbox", name="a pooling layer").uncheck()
    form.get_by_role("checkbox", name="a convolution").check()
    check.click()
    assert answer(form).startswith("Right.")
    assert not form.get_by_role("button", name="Show the answer").is_visible()


def test_a_number_as_people_type_it(form):
    million, quarter = form(2), form(3)
    for typed in ["1276810", "1,276,810", "1 276 810", "1276810.0", "1_276_810"]:
        million.get_by_role("textbox", name="Your number").fill("0")
        million.get_by_role("button", name="Check").click()
        million.get_by_role("textbox", name="Your number").fill(typed)
        million.get_by_role("textbox", name="Your number").press("Enter")
        assert answer(million).startswith("Right."), typed
    for typed, verdict in [
        ("1/4", "Right"), ("0,25", "Right"), (".25", "Right"), ("1,4", "Not yet"),
        ("1/2/3", "Type"), ("1/", "Type"), ("", "Type"), ("a quarter", "Type"),
    ]:  # fmt: skip
        quarter.get_by_role("textbox").fill(typed)
        quarter.get_by_role("button", name="Check").click()
        assert answer(quarter).startswith(verdict), typed
    for typed, mistake in [("1/2", "its value at 0"), ("1.0", "the slope of tanh"), ("2", "")]:
        quarter.get_by_role("textbox").fill(typed)
        quarter.get_by_role("button", name="Check").click()
        assert mistake in answer(quarter) and answer(quarter).startswith("Not yet.")


def test_the_answer_is_shown_after_a_try_only(form):
    form = form(3)
    show = form.get_by_role("button", name="Show the answer")
    assert not show.is_visible()
    form.get_by_role("textbox").fill("1")
    form.get_by_role("button", name="Check").click()
    show.click()
    assert answer(form).startswith("The answer: 0.25") and "At 0." in answer(form)


def test_a_screen_reader_hears_question_and_answer(form):
    form = form(0)
    assert form.get_by_role("group", name="1. What does keep=0.8 do?").count() == 1
    assert form.get_by_role("status").count() == 1


def test_accessible_and_narrow(stage):
    stage = stage(theme="dark", width=360)
    stage.show(SelfCheck(QUESTIONS), static=True)
    stage.page.get_by_role("radio").first.check()
    for button in stage.page.get_by_role("button", name="Check").all():
        button.click()
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_questions_are_checked():
    good = QUESTIONS[0]
    assert "4 questions" in repr(SelfCheck(QUESTIONS)) and "1 question," in repr(SelfCheck([good]))
    with pytest.raises(TypeError, match="questions is one question"):
        SelfCheck(good)
    with pytest.raises(ValueError, match="questions has 0 questions"):
        SelfCheck([])
    with pytest.raises(ValueError, match="has no text"):
        SelfCheck([{**good, "question": " "}])
    with pytest.raises(ValueError, match="right is 'It drops'; expected one or more of the opt"):
        SelfCheck([{**good, "right": "It drops"}])
    with pytest.raises(ValueError, match=r"has the parts \['number', 'question'\]; expected"):
        SelfCheck([{"question": "How many?", "number": 3}])
    with pytest.raises(ValueError, match="mistakes is 'x'; expected a finite number"):
        SelfCheck([{**QUESTIONS[2], "mistakes": {"x": "?"}}])
    with pytest.raises(ValueError, match="number is '3'; expected a finite number"):
        SelfCheck([{"question": "How many?", "number": "3", "because": "So."}])


def test_the_right_option_has_no_place_of_its_own():
    def places(n):
        options = {"yes": "right", "no": "wrong", "perhaps": "wrong"}
        one = {"options": options, "right": "yes"}
        asked = [{"question": f"Question {i}?", **one} for i in range(n)]
        shown = SelfCheck(asked).questions
        return [[option["right"] for option in q["options"]].index(True) for q in shown]

    found = places(30)
    assert set(found) == {0, 1, 2} and max(map(found.count, range(3))) < 20
    assert places(30) == found  # a reader who comes again finds the same page
