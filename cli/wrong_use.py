"""Wrong use of a command, told in Dutch."""

from __future__ import annotations

import re

import typer

_DUTCH = (  # what typer says -> what we say
    (r"No such command '(.*)'\.", r"de opdracht '\1' bestaat niet"),
    (r"No such command '(.*?)'\. Did you mean (.*)\?", r"de opdracht '\1' bestaat niet; bedoelt u \2?"),
    (r"No such option: (\S+)(?: \(Possible options: (.*)\))?", r"de optie \1 bestaat niet"),
    (r"Missing (?:argument|option|parameter) '(.*)'\.", r"\1 ontbreekt"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"dit is te veel: \1"),
    (r"Option '(.*)' requires an argument\.", r"achter \1 hoort een waarde"),
    (r"Option '(.*)' does not take a value\.", r"achter \1 hoort geen waarde"),
    (r"Invalid value for '?(.*?)'?: Value error, '(.*)' is not one of (.*)\.", r"\1: '\2' kan niet; kies uit: \3"),
    (r"Invalid value for '?(.*?)'?: .*greater than or equal to (\S+)", r"\1: dit getal is te klein; het minste is \2"),
    (r"Invalid value for '?(.*?)'?: .*less than or equal to (\S+)", r"\1: dit getal is te groot; het meeste is \2"),
    (r"Invalid value for '?(.*?)'?: .*valid integer.*", r"\1: vul een heel getal in"),
    (r"Invalid value for '?(.*?)'?: (.*)", r"\1: \2"),
)


def in_dutch(error: typer.TyperException) -> str:
    """What is wrong, and where to find help. Empty where the help itself has been shown (a command without anything)."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return ""
    said = error.format_message()
    for english, dutch in _DUTCH:
        if found := re.fullmatch(english, said, re.DOTALL):
            said = found.expand(dutch)
            break
    context = getattr(error, "ctx", None)
    return f"Zo kan het niet: {said}\nHulp: {context.command_path if context else 'flexroute'} --help"
