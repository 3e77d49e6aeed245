"""The number of a row in the address of a page: a larger one than a row can have is no address of ours."""

from starlette.convertors import Convertor, register_url_convertor

from helpdesk.store.columns import MOST_DIGITS

ROW = "row"


class _RowNumber(Convertor[int]):
    regex = f"[0-9]{{1,{MOST_DIGITS}}}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """As it stands in an address."""
        return str(value)


register_url_convertor(ROW, _RowNumber())
