"""`cleanclaim codes guide`: from a phrase or a category to a valid code, question by question."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from coding.codes.guide import Guide, NoWalkError, Question, Walk
from coding.codes.shown import dotted, place_name
from coding.codes.store import Codes
from console.answer import ALL_DONE, WRONG_USE, CommandError, console, leave, print_json, table, visible
from console.codes_opened import DayOption, opened, searchable
from console.options import HomeOption, JsonOption


def guide(
    words: Annotated[
        list[str], typer.Argument(help='A category, a code that says too little, or words: "broken wrist".')
    ],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help='What is documented: "left", "side=left", S62.1. Repeat it.'),
    ] = None,
    day: DayOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """From a category to a valid code by questions, with what the tabular asks for on the way.

    On a terminal the questions are asked; otherwise the next one is shown, to be answered with --answer.
    """
    _, codes, as_of = opened(home, day)
    asked, given = " ".join(words), list(answer or ())
    walk = _walk(codes, asked, given, as_of)
    while walk.question is not None and not json and console.is_terminal:
        _show_question(walk)
        given.append(_reply(walk.question))
        walk = _walk(codes, asked, given, as_of)
    if json:
        print_json(
            {**asdict(walk), "dotted": dotted(walk.code) if walk.code else "", "words": asked, "date": as_of}
        )
    else:
        _show(walk, as_of)
    leave(ALL_DONE)


def _walk(codes: Codes, asked: str, given: list[str], as_of: date) -> Walk:
    encoder, tabular = searchable(codes)
    start, phrase = encoder.begin(asked)
    if not start:
        raise CommandError(
            NoWalkError.code,
            "no category fits these words; say them otherwise, or name a category: codes guide S62",
            exit_code=WRONG_USE,
        )
    try:
        return Guide(tabular, codes.diagnoses, as_of).walk(start, given, phrase)
    except NoWalkError as error:
        raise CommandError(error.code, error.reason, exit_code=WRONG_USE) from error


def _reply(question: Question) -> str:
    """The option whose number was typed; asked again where there is none of that number."""
    while True:
        at = typer.prompt("Number", type=int)
        if 1 <= at <= len(question.options):
            return f"{question.name}={question.options[at - 1].key}"


def _show_question(walk: Walk) -> None:
    question = walk.question
    assert question is not None
    console.print(f"[bold]{dotted(walk.place)}[/bold] {visible(walk.title)}")
    table(
        visible(question.text),
        ("", "answer", "means"),
        [(n, o.key, o.label) for n, o in enumerate(question.options, start=1)],
    )


def _show(walk: Walk, as_of: date) -> None:
    if walk.answered:
        table(
            "Answered",
            ("", "is", "because"),
            [(a.name, a.label, "the words say it" if a.by_words else "you said it") for a in walk.answered],
        )
    if walk.unused:
        console.print(f"Fitted no question: {visible(', '.join(walk.unused))}", soft_wrap=True)
    if walk.question is None:
        console.print(f"[bold]{dotted(walk.code)}[/bold] {visible(walk.title)}: valid on {as_of}")
    else:
        _show_question(walk)
        first = walk.question.options[0].key
        console.print(f"Say which: --answer {visible(walk.question.name.split()[0])}={visible(first)}")
    rows: list[tuple[Any, ...]] = [
        (
            i.kind.replace("_", " "),
            place_name(i.place),
            i.text,
            ", ".join(dotted(code) for code, _ in i.offers),
        )
        for i in walk.instructions
    ]
    if rows:
        table("The tabular asks for", ("", "of", "says", "codes"), rows)
