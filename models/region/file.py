"""Region files: read with the line and key of everything that is wrong, and written back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from flexroute.errors import UserError, why
from rules.shared import region_links
from rules.shared.region import Region
from rules.shared.settings import apart, owners

Place = tuple[str | int, ...]


class RegionFileError(UserError):
    """A region file that cannot be used; `problems` says every line, key and what is wrong."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"Het regiobestand {name} klopt niet:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = problems


def read_region(path: Path, advise: Callable[[str], object] | None = None) -> Region:
    """A region from a file. Raises RegionFileError, or UserError when the file cannot be read.

    `advise` is told how to write what is in the form of before.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"Het regiobestand {path} kan niet worden gelezen ({why(error)}).") from None
    data = _parsed(text, path.name)
    region = check_region(data, path.name)
    if advise and (hint := _form_of_now(data, path.name)):
        advise(hint)
    return region


def parse_region(text: str, name: str) -> Region:
    """A region from YAML 1.2 text. Raises RegionFileError."""
    return check_region(_parsed(text, name), name)


def _parsed(text: str, name: str) -> Mapping[str, Any]:
    yaml = YAML()
    yaml.Constructor = _Constructor
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        told = "dit is geen geldige YAML; kijk naar inspringen, dubbele punten en aanhalingstekens"
        raise RegionFileError(name, [f"regel {line}: {told}"]) from None
    except YAMLError as error:  # a character that no text file has
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise RegionFileError(name, [f"regel {line}: hier staat een teken dat niet in YAML mag"]) from None
    except Exception as error:  # a damaged file makes ruamel fail in any way
        raise RegionFileError(name, [f"regel 1: dit is geen leesbare YAML ({type(error).__name__})"]) from None
    if not isinstance(data, Mapping):
        raise RegionFileError(name, ["regel 1: hier horen de onderdelen van een regio te staan (region, tables, …)"])
    return data


def _form_of_now(data: Mapping[str, Any], name: str) -> str | None:
    """How to write the settings of processes that stand among those of all; None where none does."""
    now = apart(data)
    if now.get("settings") == data.get("settings"):
        return None
    lines = [f"  {process}: {_one_line(own)}" for process, own in now["processes"].items()]
    return (
        f"Tip: in {name} staan onder settings nog instellingen van een proces. Dat blijft werken. Schrijf ze liever zo:\n"
        + "\n".join(["processes:", *lines])
    )


class _Constructor(RoundTripConstructor):
    """Takes what looks like a date or a number and is none (2026-02-31) as text: the check names its line and key."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError:
            return str(node.value)
        except (AttributeError, TypeError):  # a list as a key, say
            raise MarkedYAMLError(problem="dit kan hier niet", problem_mark=node.start_mark) from None


def check_region(data: Mapping[str, Any], name: str) -> Region:
    """A region from what a file holds. Raises RegionFileError with a line for each problem."""
    try:
        region = Region.model_validate(data)
    except ValidationError as error:
        raise RegionFileError(
            name,
            list(
                dict.fromkeys(  # a setting that two processes have is wrong once
                    f"{_where(data, e['loc'])}: {_told(e)}"
                    for e in error.errors(include_input=False, include_url=False)
                )
            ),
        ) from None
    if misfits := [f"{_where(data, place)}: {problem}" for place, problem in region_links.problems(region)]:
        raise RegionFileError(name, misfits)
    return region


_DUTCH = {
    "missing": "ontbreekt",
    "extra_forbidden": "deze sleutel is onbekend",
    "string_type": "hier hoort een tekst (zet cijfers tussen aanhalingstekens)",
    "string_too_short": "vul dit in",
    "string_too_long": "deze tekst is te lang",
    "string_pattern_mismatch": "deze waarde heeft niet de goede vorm",
    "greater_than_equal": "dit getal is te klein",
    "too_short": "vul er ten minste één in",
    "too_long": "dit zijn er te veel",
    "string_unicode": "hier staat een teken dat geen tekst is; typ het opnieuw",
    **dict.fromkeys(("tuple_type", "list_type"), "hier hoort een lijst: [ … ]"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type"), "hier horen sleutels met een waarde: { … }"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"), "hier hoort een heel getal"
    ),
    **dict.fromkeys(("bool_type", "bool_parsing"), "hier hoort true of false"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "hier hoort een datum: jjjj-mm-dd",
    ),
    **dict.fromkeys(("time_type", "time_parsing"), 'hier hoort een tijd: "uu:mm"'),
}


def _told(error: Any) -> str:
    if error["type"] == "extra_forbidden" and error["loc"][0] == "settings" and owners(error["loc"][-1]):
        return f"dit staat ook bij processes.{owners(error['loc'][-1])[0]}; laat het op één plaats staan"
    if error["type"] in _DUTCH:
        return _DUTCH[error["type"]]
    match error["type"]:
        case "literal_error" | "enum":
            return f"kies een van: {error['ctx']['expected'].replace(' or ', ', ')}"
        case "value_error":
            return str(error["ctx"]["error"])
    return str(error["msg"])


def _where(data: Any, place: Place) -> str:
    place, line, node = _as_written(data, place), None, data
    for key in place:
        if isinstance(node, CommentedMap) and key in node:
            written_here = key in (node.lc.data or {})  # and not merged in with <<
            line, node = node.lc.key(key)[0] if written_here else line, node[key]
        elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
            line, node = node.lc.item(key)[0], node[key]
        else:
            break
    path = ".".join(str(key) for key in place)
    return f"regel {line + 1}: {path}" if line is not None else path


def _as_written(data: Any, place: Place) -> Place:
    """Where something stands in the file: a setting of a process perhaps among those of all, a mailbox as a bare address."""
    match place:
        case ("processes", _, key, *rest) if isinstance(data.get("settings"), Mapping) and key in data["settings"]:
            return ("settings", key, *rest)
    node: Any = data
    for depth, key in enumerate(place):
        if not isinstance(node, (Mapping, list)):
            return place[:depth]
        node = (node if isinstance(node, Mapping) else dict(enumerate(node))).get(key, {})
    return place


_ROWS = ("tables", "organisations", "people", "treeknorm")
_BY_CODE = ("processes", "care_forms", "opdrachten", "mailboxes")


def write_region(region: Region) -> str:
    """The region as a file, one row a line; reading it again gives the same region."""
    data = region.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["processes"] = {name: own for name, own in data["processes"].items() if own}
    if not data["processes"]:
        del data["processes"]
    for often in ("holidays", "settings"):
        data.setdefault(often, {})
    out = StringIO()
    _yaml().dump({key: _laid_out(key, value) for key, value in data.items()}, out)
    return out.getvalue()


def _laid_out(part: str, value: Any) -> Any:
    if part in _ROWS:
        return [_flow(row) for row in value]
    if part in _BY_CODE and value:
        return {key: _flow(one) for key, one in value.items()}
    return _flow(value)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 4096
    return yaml


def _one_line(value: Any) -> str:
    out = StringIO()
    _yaml().dump(_flow(value), out)
    return out.getvalue().strip()


def _flow(value: Any) -> Any:
    if isinstance(value, Mapping):
        row = CommentedMap({key: _flow(one) for key, one in value.items()})
        row.fa.set_flow_style()
        return row
    # ruamel writes a text that begins with ? without quotes, and cannot read it back within { … }
    return DoubleQuotedScalarString(value) if isinstance(value, str) and value.startswith("?") else value
