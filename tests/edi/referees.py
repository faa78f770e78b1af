"""Other projects' validators as referees: whether each accepts a file."""

import io
import logging
import tempfile
from pathlib import Path


def pyx12_accepts(data: bytes) -> bool:
    """pyx12: a walk through its maps; an exception of its own counts as seen."""
    return pyx12_notes(data)[0]


def pyx12_notes(data: bytes) -> tuple[bool, set[str]]:
    """Whether pyx12 accepts a file, and the segments that its 999 (or 997) notes."""
    import pyx12.params
    import pyx12.x12n_document

    answer = io.StringIO()
    logging.disable(logging.CRITICAL)
    try:
        accepted: bool = pyx12.x12n_document.x12n_document(
            param=pyx12.params.params(),
            src_file=io.StringIO(data.decode("latin-1")),
            fd_997=answer,
            fd_html=None,
        )
    except Exception:  # whatever it raises, it did not take the file
        return False, set()
    finally:
        logging.disable(logging.NOTSET)
    noted = [s.strip().split("*") for s in answer.getvalue().split("~")]
    return accepted, {e[1] for e in noted if e[0] in ("IK3", "AK3")}


def x12sdk_accepts(data: bytes) -> bool:
    """x12sdk (837P and 837I): its models are made without an error."""
    from x12sdk.io import X12ModelReader

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        path.write_bytes(data)
        try:
            with X12ModelReader(str(path)) as reader:
                return len(list(reader.models())) > 0
        except Exception:  # it raises pydantic's and its own
            return False


def oxedi_accepts(data: bytes) -> bool:
    """oxedi (835): no diagnostics."""
    import oxedi

    try:
        return not oxedi.parse(data).diagnostics
    except Exception:  # a file that it cannot parse at all
        return False


REFEREES = {"pyx12": pyx12_accepts, "x12sdk": x12sdk_accepts, "oxedi": oxedi_accepts}
JUDGES = {"pyx12": ("837P", "837I", "835"), "x12sdk": ("837P", "837I"), "oxedi": ("835",)}
