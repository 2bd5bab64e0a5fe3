"""A few PDFs to try things with: valid, small, the same every time."""

from collections.abc import Iterator

_NAMES = ("acme/q1.pdf", "acme/q2 final.pdf", "globex/March & April.PDF", "globex/2026/übersicht.pdf", "summary.pdf")
_A4 = b"[0 0 595 842]"  # in points


def sample_pdfs() -> Iterator[tuple[str, bytes]]:
    """Yield a name, folders included, and the content of each."""
    for name in _NAMES:
        yield name, one_page_pdf(f"Sample report: {name}")


def one_page_pdf(text: str) -> bytes:
    """A page of A4 with a line of text on it (PDF 1.4, ISO 32000; characters beyond Latin-1 are shown as '?')."""
    shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("latin-1", "replace")
    drawing = b"BT /F1 18 Tf 60 760 Td (" + shown + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>" % _A4,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """Number the objects, and tell where each begins."""
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, entries)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + table + trailer
