"""Files that came with a mail: the same checks as everywhere; what is not taken is named, with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.chat import file_kinds
from helpdesk.chat.frames import MAX_FILES
from helpdesk.errors import DeskError, Invalid


@dataclass(frozen=True)
class Sorted:
    """What may be kept, and a sentence for each file that may not."""

    files: tuple[file_kinds.Accepted, ...] = ()
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.refused)


def sort(attachments: Iterable[tuple[str, str, bytes]]) -> Sorted:
    """Examine each; slow, so for a thread."""
    files: list[file_kinds.Accepted] = []
    refused: list[str] = []
    for name, declared, content in attachments:
        try:
            if len(files) == MAX_FILES:
                raise Invalid(file=f"Only {MAX_FILES} files of a mail are taken.")
            files.append(file_kinds.examine(name, declared, content))
        except DeskError as error:
            why = error.plain if isinstance(error, Invalid) else error.sentence
            refused.append(f"“{file_kinds.shown_name(name)}” did not come along. {why}")
    return Sorted(tuple(files), tuple(refused))
