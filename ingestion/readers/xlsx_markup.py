"""The XML of a workbook: plain elements in UTF-8, in one piece or as a stream of whole items."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from ingestion.findings import FileRefusedError, Finding

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
"""The namespace of sheets, as it stands before the name of an element."""
STRICT = "http://purl.oclc.org/ooxml/"

MAX_ENDS = 8 * 2**20
"""Bytes before and after the items of a large part, and of a single item."""

# only what XML allows, and only the five entities that need no declaration
TEXT = (
    rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]*+"
    rb"(?:&(?:amp|lt|gt|quot|apos);[^<&\x00-\x08\x0b\x0c\x0e-\x1f]*+)*+"
)
TEXT_ELEMENT = rb'<%(p)bt(?:>(?=[^<\s])| xml:space="preserve">(?=[^<]))' + TEXT + rb"</%(p)bt>"
"""An element <t> whose text is not blank; `p` is the prefix of its namespace."""

_TEXT, _RUN = f"{MAIN}t", f"{MAIN}r"
_BESIDE_TEXT = {f"{MAIN}{name}" for name in ("rPr", "rPh", "phoneticPr")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DECLARATION = re.compile(rb"\s*<\?xml\s[^<>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_ROOT = re.compile(rb"""<([A-Za-z_][\w.:-]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
_BODY = rb"""<((?:[A-Za-z_][\w.-]*:)?)%b(?:\s(?:[^<>"'/]|"[^"<]*"|'[^'<]*')*)?(/?)>"""


def parsed(data: bytes, part: str) -> Element:
    """The root element of an XML document.

    Raises:
        FileRefusedError: it is not UTF-8 or not well-formed, or it holds a document type, an entity, a comment or
            anything else that different programs read differently.
    """
    try:
        content = _content(data, part)
        if b"<!" in content or b"<?" in content:
            message = f"the part {part} declares entities or hides comments; save the workbook again as .xlsx"
            raise FileRefusedError(Finding("file-markup", message))
        # where no "<!" stands, no entity can be declared; a parser that forbids them itself is ten times slower
        return fromstring(content)  # noqa: S314
    except (ParseError, ValueError) as error:
        message = f"the part {part} of the workbook is broken; save it again as .xlsx"
        raise FileRefusedError(Finding("file-workbook", message)) from error


def _content(data: bytes, part: str) -> bytes:
    """The document behind its declaration; what is declared must be UTF-8."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    declaration = _DECLARATION.match(data)
    named = _ENCODING.search(declaration[0]) if declaration else None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) or (named and named[1].lower() not in (b"utf-8", b"utf8")):
        message = f"the part {part} is not in UTF-8; save the workbook again as .xlsx"
        raise FileRefusedError(Finding("file-encoding", message))
    return data[declaration.end() :] if declaration else data


def text_of(element: Element) -> str:
    """The text of a shared or inline string without its phonetic hints; blanks count only where they are preserved.

    Raises:
        FileRefusedError: it holds something that no string holds; programs read that differently.
    """
    pieces = []
    for part in element:
        for piece in part if part.tag == _RUN else (part,):
            if piece.tag == _TEXT and not len(piece):
                text = piece.text or ""
                pieces.append(text if piece.get(_SPACE) == "preserve" else text.strip(" \t\r\n"))
            elif piece.tag not in _BESIDE_TEXT:
                raise _odd_text()
            if is_stray(piece.tail):
                raise _odd_text()
        if is_stray(part.tail) or (part.tag == _RUN and is_stray(part.text)):
            raise _odd_text()
    if is_stray(element.text):
        raise _odd_text()
    return "".join(pieces)


def is_stray(text: str | None) -> bool:
    """Whether this is more than the blanks and line ends that may stand between elements."""
    return bool(text and text.strip(" \t\r\n"))


def _odd_text() -> FileRefusedError:
    message = "a text of the workbook is stored in a way that programs read differently; save it again as .xlsx"
    return FileRefusedError(Finding("file-workbook", message))


class ItemStream:
    """The items of one large part: rows of a sheet, shared strings.

    Go through it once for chunks of whole items, as bytes in UTF-8; then `frame` gives the rest of the document.
    `prefix` is that of the namespace, with its colon. `body` is the name of the element around the items, `item` how
    each of them begins, with the sign behind its name.
    """

    def __init__(self, blocks: Iterator[bytes], part: str, body: str, item: str) -> None:
        self._blocks, self._part, self._item = blocks, part, item.encode()
        pattern = re.compile(_BODY % body.encode())
        head = b""
        while (found := pattern.search(head)) is None:
            block = next(blocks, None)
            if block is None:
                raise self._broken(f"has no {body}")
            head += block
            if len(head) > MAX_ENDS:
                raise self._too_large()
        self.prefix, empty = found[1], bool(found[2])
        self._head, self._rest = head[: found.end()], head[found.end() :]
        self._body = self.prefix + body.encode()
        if empty:
            self._head, self._rest = self._head[:-2] + b">", b"</" + self._body + b">" + self._rest
        content = _content(self._head, part)
        root = _ROOT.search(content)
        if root is None:
            raise self._broken("has no beginning")
        closing = b"</" + self._body + b">"
        self._is_root = root[1] == self._body
        if self._is_root:
            self._around = root[0], closing
        else:
            self._around = root[0] + content[content.rindex(b"<" + self._body) :], closing + b"</" + root[1] + b">"
        self._tail = b""

    def __iter__(self) -> Iterator[bytes]:
        end, start, rest = b"</" + self._body, b"<" + self.prefix + self._item, self._rest
        while True:
            # all before the beginning of the last item are whole items
            cut = max(rest.rfind(start), 0)
            stop = rest.find(end, cut)
            if stop >= 0:
                yield from self._checked(rest[:stop])
                self._tail = rest[stop:]
                return
            if cut:
                yield from self._checked(rest[:cut])
            rest = rest[cut:]
            block = next(self._blocks, None)
            if block is None:
                raise self._broken("is cut off")
            rest += block
            if len(rest) > MAX_ENDS:
                raise self._too_large()

    def _checked(self, chunk: bytes) -> Iterator[bytes]:
        try:
            if not chunk.isascii():
                chunk.decode()
        except UnicodeDecodeError as error:
            message = f"the part {self._part} is not in UTF-8; save the workbook again as .xlsx"
            raise FileRefusedError(Finding("file-encoding", message)) from error
        if chunk.strip():
            yield chunk

    def items(self, chunk: bytes) -> Element:
        """The element around some whole items, with these as its children."""
        opening, closing = self._around
        root = parsed(opening + chunk + closing, self._part)
        return root if self._is_root else root[0]

    def frame(self) -> Element:
        """The root element without any item; call it after the last item.

        Raises:
            FileRefusedError: the part is broken, too large, or not in the namespace of sheets.
        """
        tail = bytearray(self._tail)
        for block in self._blocks:
            tail += block
            if len(tail) > MAX_ENDS:
                raise self._too_large()
        root = parsed(self._head + tail, self._part)
        if STRICT in root.tag:
            message = "the workbook is saved as 'Strict Open XML'; save it as 'Excel Workbook (.xlsx)'"
            raise FileRefusedError(Finding("file-workbook", message))
        # a second list of items anywhere would be read by some programs and not by others
        body, item = self._body.removeprefix(self.prefix).decode(), self._item[:-1].decode()
        lists = [element for element in root.iter() if element.tag.rpartition("}")[2] in (body, item)]
        if not root.tag.startswith(MAIN) or lists != [root if root.tag == MAIN + body else root.find(MAIN + body)]:
            raise self._broken("does not hold what it should")
        return root

    def _broken(self, what: str) -> FileRefusedError:
        message = f"the part {self._part} of the workbook {what}; save it again as 'Excel Workbook (.xlsx)'"
        return FileRefusedError(Finding("file-workbook", message))

    def _too_large(self) -> FileRefusedError:
        message = f"the part {self._part} of the workbook holds too much beside its rows; send the rows as CSV"
        return FileRefusedError(Finding("file-size", message))
