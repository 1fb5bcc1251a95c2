"""For practice: a file for each letter, which any mail program opens."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from slugify import slugify

from models.store.letter import Letter
from notifications.retry import Trouble, TroubleKind


class FileTransport:
    """One .eml file a letter and edition, named by its number: written again it is the same file, so nobody gets it twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, letter: Letter) -> Path:
        """Where this letter is, or will be."""
        parts = [f"{letter.id:06d}", *map(slugify, (letter.subject, letter.kind, letter.recipient))]
        return self.folder / ("-".join(parts + [str(letter.edition)] * (letter.edition > 1)) + ".eml")

    def send(self, letter: Letter, mail: EmailMessage) -> None:
        """Write the file, whole or not at all. Raises Trouble when the folder cannot be written."""
        path = self.path(letter)
        unfinished = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(bytes(mail))
            unfinished.replace(path)
        except OSError as error:
            raise Trouble(
                TroubleKind.UNREACHABLE, f"de map voor de brieven is niet te beschrijven ({type(error).__name__})"
            ) from None

    def close(self) -> None:
        """Nothing to say goodbye to."""
