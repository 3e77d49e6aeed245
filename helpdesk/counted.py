"""Numbers with their words, as people read them."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 article`, `2 articles`; `many` says it where an s at the end does not."""
    return f"{number} {one if number == 1 else many or one + 's'}"
