"""The documents' names: so many of them, in so many folders, of a shape, in the order of a listing."""

PREFIX = "docs/"
_SHAPES = {
    "spaces": "team {folder:06}/report {number:07}.pdf",
    "plain": "team-{folder:06}/report-{number:07}.pdf",
    "accents": "équipe {folder:06}/rapport n° {number:07} été.pdf",
    "deep": "a/{folder:06}/of/many/folders/one/below/the/other/report-{number:07}.pdf",
    "long": "team-{folder:06}/" + "a-name-that-does-not-end-" * 8 + "{number:07}.pdf",
}
SHAPES = tuple(_SHAPES)


def document(folder: int, number: int, shape: str) -> str:
    """The key of a folder's document of that number."""
    return PREFIX + _SHAPES[shape].format(folder=folder, number=number)


def keys(many: int, folders: int, shape: str) -> list[str]:
    """`many` documents, as evenly as can be."""
    each, more = divmod(many, folders)
    return [document(folder, number, shape) for folder in range(folders) for number in range(each + (folder < more))]
